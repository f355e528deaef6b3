#include "circle.h"

#include <igraph.h>
#include <stdlib.h>

/* A transfer whose way out at its own instant is decided, and where its links stand in `links`. */
struct node {
    struct mt_transfer_key key;
    struct mt_token creditor; /* whose ledger decided its links */
    uint32_t touch;           /* the look in which all that it reaches was last touched */
    uint32_t link_first;
    uint32_t link_count;
};

struct inner_link {
    struct mt_transfer_key to;
    uint32_t to_node; /* while a circle is being decided */
    bool cut;
};

struct mt_circles {
    struct node *nodes;
    uint32_t node_count, node_max;
    struct inner_link *links;
    uint32_t link_count, link_max;
    uint32_t *slots; /* node + 1 by key, open addressing */
    uint32_t slot_count;
};

#define NODES_FIRST 256

enum mt_status mt_circles_create(struct mt_circles **out_circles)
{
    struct mt_circles *circles = calloc(1, sizeof *circles);

    if (circles == NULL)
        return MT_NO_MEMORY;
    circles->node_max = NODES_FIRST;
    circles->link_max = NODES_FIRST;
    circles->slot_count = 4 * NODES_FIRST;
    circles->nodes = calloc(circles->node_max, sizeof *circles->nodes);
    circles->links = calloc(circles->link_max, sizeof *circles->links);
    circles->slots = calloc(circles->slot_count, sizeof *circles->slots);
    if (circles->nodes == NULL || circles->links == NULL || circles->slots == NULL) {
        mt_circles_destroy(circles);
        return MT_NO_MEMORY;
    }
    *out_circles = circles;
    return MT_OK;
}

void mt_circles_destroy(struct mt_circles *circles)
{
    if (circles == NULL)
        return;
    free(circles->nodes);
    free(circles->links);
    free(circles->slots);
    free(circles);
}

void mt_circles_reset(struct mt_circles *circles)
{
    if (circles->node_count == 0)
        return; /* most turns meet no circle: the slots are clear already */
    circles->node_count = 0;
    circles->link_count = 0;
    memset(circles->slots, 0, circles->slot_count * sizeof *circles->slots);
}

static uint32_t *slot_of(const struct mt_circles *circles, const struct mt_transfer_key *key)
{
    uint32_t at = (uint32_t)mt_key_hash(key) & (circles->slot_count - 1);

    while (circles->slots[at] != 0 && !mt_key_equal(&circles->nodes[circles->slots[at] - 1].key, key))
        at = (at + 1) & (circles->slot_count - 1);
    return &circles->slots[at];
}

static void slots_fill(struct mt_circles *circles)
{
    memset(circles->slots, 0, circles->slot_count * sizeof *circles->slots);
    for (uint32_t i = 0; i < circles->node_count; i++)
        *slot_of(circles, &circles->nodes[i].key) = i + 1;
}

static void nodes_grow(struct mt_circles *circles)
{
    circles->node_max *= 2;
    circles->nodes = realloc(circles->nodes, circles->node_max * sizeof *circles->nodes);
    free(circles->slots);
    circles->slot_count *= 2;
    circles->slots = calloc(circles->slot_count, sizeof *circles->slots);
    MT_ASSERT(circles->nodes != NULL);
    MT_ASSERT(circles->slots != NULL);
    slots_fill(circles);
}

static uint32_t node_add(struct mt_circles *circles, const struct mt_hop *hop)
{
    if (circles->node_count == circles->node_max)
        nodes_grow(circles);
    circles->nodes[circles->node_count] = (struct node){.key = hop->entry->key, .creditor = hop->creditor};
    *slot_of(circles, &hop->entry->key) = ++circles->node_count;
    return circles->node_count - 1;
}

static void link_add(struct mt_circles *circles, const struct mt_transfer_key *to)
{
    if (circles->link_count == circles->link_max) {
        circles->link_max *= 2;
        circles->links = realloc(circles->links, circles->link_max * sizeof *circles->links);
        MT_ASSERT(circles->links != NULL);
    }
    circles->links[circles->link_count++] = (struct inner_link){.to = *to};
}

/*
 * Gathers everything that `from` reaches at its instant: a set closed forwards, so every circle that touches it lies in it. Sets of one
 * instant decided earlier this turn are closed too, so what lies in them need not be walked again.
 */
static enum mt_status gather(struct mt_flow *flow, const struct mt_hop *from)
{
    struct mt_circles *circles = flow->circles;
    uint32_t first = circles->node_count, queue_max = 64, queued = 1;
    struct mt_hop *queue = MT_ARENA_ARRAY(flow->arena, struct mt_hop, queue_max);

    queue[0] = *from;
    node_add(circles, from);
    for (uint32_t at = 0; at < queued; at++) {
        struct mt_arcs arcs;
        enum mt_status status = mt_flow_children_now(flow, &queue[at], &arcs);

        if (status != MT_OK)
            return status;
        circles->nodes[first + at].link_first = circles->link_count;
        circles->nodes[first + at].link_count = arcs.count;
        for (uint32_t i = 0; i < arcs.count; i++) {
            link_add(circles, &arcs.at[i].hop.entry->key);
            if (*slot_of(circles, &arcs.at[i].hop.entry->key) != 0)
                continue;
            if (queued == queue_max) {
                struct mt_hop *longer = MT_ARENA_ARRAY(flow->arena, struct mt_hop, 2 * queue_max);

                memcpy(longer, queue, queued * sizeof *queue);
                queue = longer;
                queue_max *= 2;
            }
            queue[queued++] = arcs.at[i].hop;
            node_add(circles, &arcs.at[i].hop);
        }
    }
    return MT_OK;
}

/* The component of each node over the links not cut. igraph's error handler is set by mt_graph_start(). */
static enum mt_status components_find(const struct mt_circles *circles, uint32_t first, igraph_vector_int_t *membership,
                                      igraph_integer_t *out_count)
{
    igraph_integer_t node_count = circles->node_count - first;
    igraph_vector_int_t edges;
    igraph_t graph;
    enum mt_status status = MT_NO_MEMORY;

    if (igraph_vector_int_init(&edges, 0) != IGRAPH_SUCCESS)
        return MT_NO_MEMORY;
    for (uint32_t n = first; n < circles->node_count; n++) {
        const struct node *node = &circles->nodes[n];

        for (uint32_t i = node->link_first; i < node->link_first + node->link_count; i++) {
            if (circles->links[i].cut || circles->links[i].to_node < first)
                continue;
            if (igraph_vector_int_push_back(&edges, n - first) != IGRAPH_SUCCESS ||
                igraph_vector_int_push_back(&edges, circles->links[i].to_node - first) != IGRAPH_SUCCESS)
                goto fail_edges;
        }
    }
    if (igraph_create(&graph, &edges, node_count, IGRAPH_DIRECTED) != IGRAPH_SUCCESS)
        goto fail_edges;
    if (igraph_connected_components(&graph, membership, NULL, out_count, IGRAPH_STRONG) == IGRAPH_SUCCESS)
        status = MT_OK;
    igraph_destroy(&graph);
fail_edges:
    igraph_vector_int_destroy(&edges);
    return status;
}

/* Cuts, in every component of two or more, the links from inside into its smallest key. Returns how many were cut. */
static uint32_t components_cut(struct mt_circles *circles, uint32_t first, const igraph_vector_int_t *membership,
                               igraph_integer_t component_count, struct mt_arena *arena)
{
    uint32_t *smallest = MT_ARENA_ARRAY(arena, uint32_t, component_count);
    uint32_t cut = 0;

    memset(smallest, 0, sizeof *smallest * (size_t)component_count); /* node + 1 */
    for (uint32_t n = first; n < circles->node_count; n++) {
        uint32_t *least = &smallest[VECTOR(*membership)[n - first]];

        if (*least == 0 || mt_key_compare(&circles->nodes[n].key, &circles->nodes[*least - 1].key) < 0)
            *least = n + 1;
    }
    for (uint32_t n = first; n < circles->node_count; n++) {
        const struct node *node = &circles->nodes[n];
        igraph_integer_t component = VECTOR(*membership)[n - first];

        for (uint32_t i = node->link_first; i < node->link_first + node->link_count; i++) {
            struct inner_link *link = &circles->links[i];

            if (!link->cut && link->to_node >= first && VECTOR(*membership)[link->to_node - first] == component &&
                link->to_node == smallest[component] - 1) {
                link->cut = true;
                cut++;
            }
        }
    }
    return cut;
}

static enum mt_status decide(struct mt_circles *circles, uint32_t first, struct mt_arena *arena)
{
    igraph_vector_int_t membership;
    enum mt_status status = MT_OK;
    uint32_t cut = 1;

    for (uint32_t n = first; n < circles->node_count; n++) {
        const struct node *node = &circles->nodes[n];

        for (uint32_t i = node->link_first; i < node->link_first + node->link_count; i++)
            circles->links[i].to_node = *slot_of(circles, &circles->links[i].to) - 1;
    }
    if (igraph_vector_int_init(&membership, 0) != IGRAPH_SUCCESS)
        return MT_NO_MEMORY;
    while (status == MT_OK && cut > 0) {
        igraph_integer_t component_count = 0;

        status = components_find(circles, first, &membership, &component_count);
        if (status == MT_OK)
            cut = components_cut(circles, first, &membership, component_count, arena);
    }
    igraph_vector_int_destroy(&membership);
    return status;
}

/*
 * A set decided for another spine this turn was decided by ledgers that this one uses as well: they are touched again, once per look,
 * so that the outcome names them. Each was given when the set was gathered.
 */
static void reached_touch(struct mt_flow *flow, uint32_t start)
{
    struct mt_circles *circles = flow->circles;
    uint32_t touch = mt_view_touch(flow->view), waiting = 1;

    if (circles->nodes[start].touch == touch)
        return;
    struct mt_arena_mark mark = mt_arena_mark(flow->arena);
    uint32_t *stack = MT_ARENA_ARRAY(flow->arena, uint32_t, circles->node_count);

    stack[0] = start;
    circles->nodes[start].touch = touch;
    while (waiting > 0) {
        const struct node *node = &circles->nodes[stack[--waiting]];
        struct mt_ledger ledger;

        MT_ASSERT(mt_view_find(flow->view, &node->creditor, &ledger));
        for (uint32_t i = node->link_first; i < node->link_first + node->link_count; i++) {
            uint32_t to = *slot_of(circles, &circles->links[i].to) - 1;

            if (circles->nodes[to].touch == touch)
                continue;
            circles->nodes[to].touch = touch;
            stack[waiting++] = to;
        }
    }
    mt_arena_release(flow->arena, mark);
}

enum mt_status mt_circles_cut(struct mt_flow *flow, const struct mt_hop *from, const struct mt_hop *to, bool *out_cut)
{
    struct mt_circles *circles = flow->circles;
    uint32_t node = *slot_of(circles, &from->entry->key);

    if (node == 0) {
        uint32_t node_count = circles->node_count, link_count = circles->link_count;
        enum mt_status status = gather(flow, from);

        if (status == MT_OK)
            status = decide(circles, node_count, flow->arena);
        if (status != MT_OK) { /* a ledger is missing: forget the half-gathered set */
            circles->node_count = node_count;
            circles->link_count = link_count;
            slots_fill(circles);
            return status;
        }
        node = node_count + 1;
    }
    reached_touch(flow, node - 1);
    const struct node *found = &circles->nodes[node - 1];
    for (uint32_t i = found->link_first; i < found->link_first + found->link_count; i++) {
        if (mt_key_equal(&circles->links[i].to, &to->entry->key)) {
            *out_cut = circles->links[i].cut;
            return MT_OK;
        }
    }
    *out_cut = false; /* one ledger has the link and the other not yet: whoever completes it looks again */
    return MT_OK;
}
