#include "chain.h"

#include "analysis.h"
#include "chain_facts.h"
#include "points.h"

#include <stdlib.h>

/* A strong link with an end on the spine, while the finding is being put together. */
struct edge {
    struct mt_hop other; /* the end off the spine; for a reunion the later spine transfer */
    uint32_t spine;      /* index of the end on the spine */
    uint8_t kind;        /* enum mt_link_kind */
    int64_t given;
    int64_t received;
};

struct edges {
    struct edge *at;
    uint32_t count;
    uint32_t max;
};

static void edge_add(struct edges *edges, struct mt_arena *arena, const struct edge *edge)
{
    MT_ARENA_ROOM(arena, edges->at, edges->count, edges->max, 16);
    __builtin_prefetch(edge->other.entry->detail); /* for mt_hop_show() */
    edges->at[edges->count++] = *edge;
}

static uint32_t spine_index(const struct mt_spine *spine, const struct mt_entry *entry)
{
    for (uint32_t i = 0; i < spine->count; i++) {
        if (mt_key_equal(&spine->hops[i].entry->key, &entry->key))
            return i;
    }
    return UINT32_MAX;
}

/* All strong links of one spine transfer: main, reunions (from their earlier end) and branches. */
static enum mt_status edges_of(struct mt_flow *flow, const struct mt_spine *spine, uint32_t index, struct edges *edges,
                               bool *out_hub)
{
    struct mt_arcs children, parents;

    __builtin_prefetch(spine->hops[index].entry->detail);
    enum mt_status status = mt_flow_children(flow, &spine->hops[index], &children);

    if (status == MT_OK)
        status = mt_flow_parents(flow, &spine->hops[index], &parents);
    if (status != MT_OK)
        return status;
    *out_hub = children.hub;
    for (uint32_t i = 0; i < children.count; i++) {
        const struct mt_arc *arc = &children.at[i];
        uint32_t to = spine_index(spine, arc->hop.entry);
        uint8_t kind = to == UINT32_MAX ? MT_LINK_OUT : to == index + 1 ? MT_LINK_MAIN : MT_LINK_REUNION;

        edge_add(edges, flow->arena, &(struct edge){arc->hop, index, kind, arc->given, arc->received});
    }
    for (uint32_t i = 0; i < parents.count; i++) {
        const struct mt_arc *arc = &parents.at[i];

        if (spine_index(spine, arc->hop.entry) == UINT32_MAX)
            edge_add(edges, flow->arena, &(struct edge){arc->hop, index, MT_LINK_IN, arc->given, arc->received});
    }
    return MT_OK;
}

void mt_hop_show(const struct mt_hop *hop, uint8_t role, struct mt_finding_transfer *out_transfer)
{
    const struct mt_entry *entry = hop->entry;

    memset(out_transfer, 0, sizeof *out_transfer);
    out_transfer->key = entry->key;
    out_transfer->debtor = hop->debtor;
    out_transfer->creditor = hop->creditor;
    out_transfer->time_ms = entry->time_ms;
    out_transfer->minor = entry->minor;
    out_transfer->currency = entry->currency;
    out_transfer->kind = entry->kind;
    out_transfer->rail = entry->rail;
    out_transfer->role = role;
    out_transfer->conflict = entry->conflict;
    out_transfer->ambiguous = entry->ambiguous;
    out_transfer->id_size = entry->id_size;
    memcpy(out_transfer->id, mt_entry_id(entry), entry->id_size);
}

/* Branch edges in (time, key) order of the transfer off the spine, then along the spine. */
static int edge_compare(const void *left, const void *right)
{
    const struct edge *a = left, *b = right;

    if (a->other.entry->time_ms != b->other.entry->time_ms)
        return a->other.entry->time_ms < b->other.entry->time_ms ? -1 : 1;
    int order = mt_key_compare(&a->other.entry->key, &b->other.entry->key);
    if (order == 0)
        order = (a->spine > b->spine) - (a->spine < b->spine);
    return order != 0 ? order : (int)a->kind - (int)b->kind;
}

static void link_put(struct mt_finding *finding, const struct edge *edge, uint32_t other)
{
    bool inward = edge->kind == MT_LINK_IN;

    finding->links[finding->link_count++] = (struct mt_finding_link){
        .from = inward ? other : edge->spine,
        .to = inward ? edge->spine : other,
        .given = edge->given,
        .received = edge->received,
        .kind = edge->kind,
    };
}

static void branches_put(const struct mt_rules *rules, const struct edges *edges, struct mt_finding *finding)
{
    const struct mt_entry *last = NULL;

    for (uint32_t i = 0; i < edges->count; i++) {
        const struct edge *edge = &edges->at[i];

        if (edge->kind != MT_LINK_IN && edge->kind != MT_LINK_OUT)
            continue;
        uint8_t role = edge->kind == MT_LINK_IN ? MT_ROLE_IN : MT_ROLE_OUT;
        bool again = last != NULL && mt_key_equal(&last->key, &edge->other.entry->key);

        last = edge->other.entry;
        finding->branch_count += !again;
        if (finding->branch_count > rules->branch_show)
            continue;
        if (!again)
            mt_hop_show(&edge->other, role, &finding->transfers[finding->transfer_count++]);
        else if (finding->transfers[finding->transfer_count - 1].role != role)
            finding->transfers[finding->transfer_count - 1].role = MT_ROLE_SIDE;
        link_put(finding, edge, finding->transfer_count - 1);
    }
    finding->branch_hidden = finding->branch_count > rules->branch_show ? finding->branch_count - (uint32_t)rules->branch_show : 0;
}

/* The longest way back to an account left before: by the spine, or by a branch out of it; the earliest of the longest. */
static void round_trip_find(const struct mt_spine *spine, const struct edges *edges, struct mt_finding *finding)
{
    for (uint32_t to = 0; to < spine->count; to++) {
        for (uint32_t from = 0; from <= to; from++) {
            uint32_t hops = to - from + 1;

            if (hops >= 2 && hops > finding->round_hops &&
                mt_token_equal(&spine->hops[to].creditor, &spine->hops[from].debtor)) {
                finding->round_from = from;
                finding->round_to = to;
                finding->round_hops = hops;
            }
        }
    }
    for (uint32_t i = 0; i < edges->count; i++) {
        const struct edge *edge = &edges->at[i];

        for (uint32_t from = 0; edge->kind == MT_LINK_OUT && from <= edge->spine; from++) {
            uint32_t hops = edge->spine - from + 2;

            if (hops > finding->round_hops && mt_token_equal(&edge->other.creditor, &spine->hops[from].debtor)) {
                finding->round_from = from;
                finding->round_to = edge->spine;
                finding->round_hops = hops;
                finding->round_by_branch = 1;
            }
        }
    }
}

static int int64_compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* Median dwell over the main links, and the least share a spine account passed on to the finding's next steps. */
static void measures_fill(struct mt_finding *finding, const struct edges *edges, struct mt_arena *arena)
{
    uint32_t main_count = finding->spine_count - 1;
    int64_t *dwells = MT_ARENA_ARRAY(arena, int64_t, main_count);
    int64_t *passed = MT_ARENA_ARRAY(arena, int64_t, finding->spine_count);

    memset(passed, 0, sizeof *passed * finding->spine_count);
    for (uint32_t i = 0; i < edges->count; i++) {
        if (edges->at[i].kind != MT_LINK_IN)
            passed[edges->at[i].spine] += edges->at[i].given;
    }
    finding->passed_permille = 1000;
    for (uint32_t i = 0; i < main_count; i++) {
        int64_t share = (int64_t)((__int128)passed[i] * 1000 / finding->transfers[i].minor);

        dwells[i] = finding->transfers[i + 1].time_ms - finding->transfers[i].time_ms;
        finding->passed_permille = share < finding->passed_permille ? share : finding->passed_permille;
    }
    qsort(dwells, main_count, sizeof *dwells, int64_compare);
    finding->dwell_median_ms = dwells[main_count / 2];
}

static void ends_fill(const struct mt_spine *spine, bool hub_end, struct mt_finding *finding)
{
    finding->hub_end = hub_end;
    finding->horizon = spine->horizon;
    finding->walk_cut = spine->walk_cut;
    if (spine->before != NULL) {
        finding->continues_before = 1;
        finding->before = spine->before->entry->key;
    }
    if (spine->after != NULL) {
        finding->continues_after = 1;
        finding->after = spine->after->entry->key;
    }
}

/* The score and what it is made of. */
static enum mt_status score_fill(struct mt_flow *flow, const struct mt_spine *spine, struct mt_finding *finding)
{
    enum mt_status status = mt_chain_facts_fill(flow, spine, finding);

    if (status != MT_OK)
        return status;
    struct mt_signs signs = {.at = MT_ARENA_ARRAY(flow->arena, struct mt_finding_sign, MT_SIGNS_MAX)};
    mt_signs_marks(&signs, mt_points_marks(flow->lore.points, MT_POINTS_CHAIN), finding->facts);
    finding->signs = signs.at;
    finding->sign_count = signs.count;
    finding->score = mt_signs_score(&signs);
    return MT_OK;
}

static enum mt_status finding_build(struct mt_flow *flow, const struct mt_spine *spine, const struct mt_finding **out_finding)
{
    const struct mt_rules *rules = flow->lore.rules;
    struct mt_arena *arena = flow->arena;
    struct edges edges = {0};
    bool hub = false;

    for (uint32_t i = 0; i < spine->count; i++) {
        enum mt_status status = edges_of(flow, spine, i, &edges, &hub);

        if (status != MT_OK)
            return status;
    }
    struct mt_finding *finding = mt_arena_take(arena, sizeof *finding);
    memset(finding, 0, sizeof *finding);
    finding->id = spine->hops[0].entry->key;
    finding->spine_count = spine->count;
    finding->transfer_count = spine->count;
    finding->transfers = MT_ARENA_ARRAY(arena, struct mt_finding_transfer, spine->count + edges.count);
    finding->links = MT_ARENA_ARRAY(arena, struct mt_finding_link, edges.count);
    for (uint32_t i = 0; i < spine->count; i++)
        mt_hop_show(&spine->hops[i], MT_ROLE_SPINE, &finding->transfers[i]);
    qsort(edges.at, edges.count, sizeof edges.at[0], edge_compare);
    for (uint32_t i = 0; i < edges.count; i++) {
        if (edges.at[i].kind == MT_LINK_MAIN || edges.at[i].kind == MT_LINK_REUNION)
            link_put(finding, &edges.at[i], spine_index(spine, edges.at[i].other.entry));
    }
    branches_put(rules, &edges, finding);
    round_trip_find(spine, &edges, finding);
    measures_fill(finding, &edges, arena);
    ends_fill(spine, hub, finding);
    enum mt_status status = mt_finding_carry(flow->lore.rates, finding);
    if (status == MT_OK)
        status = score_fill(flow, spine, finding);
    *out_finding = status == MT_OK && finding->score >= rules->chain_score_least ? finding : NULL;
    return status;
}

enum mt_status mt_chain_find(struct mt_flow *flow, const struct mt_hop *hop, int64_t horizon_ms, struct mt_outcome *out_outcome)
{
    const struct mt_finding *finding = NULL;
    struct mt_spine spine;
    enum mt_status status = mt_spine_find(flow, hop, horizon_ms, &spine);

    if (status == MT_OK && spine.count > flow->lore.rules->chain_links)
        status = finding_build(flow, &spine, &finding);
    if (status != MT_OK)
        return status;
    struct mt_spot *spots = MT_ARENA_ARRAY(flow->arena, struct mt_spot, spine.count);
    for (uint32_t i = 0; i < spine.count; i++)
        spots[i] = (struct mt_spot){spine.hops[i].entry->key, spine.hops[i].debtor, spine.hops[i].entry->time_ms};
    *out_outcome = (struct mt_outcome){
        .spots = spots,
        .spot_count = spine.count,
        .finding = finding,
        .before = spine.before,
        .after = spine.after,
    };
    return MT_OK;
}
