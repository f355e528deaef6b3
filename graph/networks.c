#include "networks.h"

#include <igraph.h>
#include <stdlib.h>

/* One transfer as it stands in one finding. */
struct mention {
    struct mt_transfer_key key;
    uint32_t finding;
    uint32_t transfer;
};

static int mention_compare(const void *left, const void *right)
{
    const struct mention *a = left, *b = right;
    int order = mt_key_compare(&a->key, &b->key);

    return order != 0 ? order : (a->finding > b->finding) - (a->finding < b->finding);
}

static uint32_t root_of(uint32_t *parents, uint32_t at)
{
    while (parents[at] != at)
        at = parents[at] = parents[parents[at]];
    return at;
}

/* The smaller id becomes the root, so that the root is the network's name. */
static void unite(uint32_t *parents, const struct mt_finding *const *findings, uint32_t left, uint32_t right)
{
    left = root_of(parents, left);
    right = root_of(parents, right);
    if (left == right)
        return;
    if (mt_key_compare(&findings[left]->id, &findings[right]->id) < 0)
        parents[right] = left;
    else
        parents[left] = right;
}

/* --- one network ---------------------------------------------------------------------------------------------------- */

/* Between two accounts of the network, each pair once. */
struct pair {
    struct mt_token debtor, creditor;
    uint32_t from, to; /* indexes of the accounts */
};

static int pair_compare(const void *left, const void *right)
{
    return memcmp(left, right, 2 * sizeof(struct mt_token));
}

static int account_compare(const void *left, const void *right)
{
    const struct mt_network_account *a = left, *b = right;

    return memcmp(&a->account, &b->account, sizeof a->account);
}

static int layer_compare(const void *left, const void *right)
{
    const struct mt_network_account *a = left, *b = right;

    if (a->layer != b->layer)
        return a->layer < b->layer ? -1 : 1;
    return account_compare(left, right);
}

struct draft {
    struct pair *pairs;
    uint32_t pair_count;
    struct mt_network_account *accounts;
    uint32_t account_count;
    struct mt_token *hubs; /* accounts at which a finding's trace ended */
    uint32_t hub_count;
};

static void draft_free(struct draft *draft)
{
    free(draft->pairs);
    free(draft->accounts);
    free(draft->hubs);
}

static uint32_t account_find(const struct draft *draft, const struct mt_token *account)
{
    const struct mt_network_account wanted = {.account = *account};
    const struct mt_network_account *found = bsearch(&wanted, draft->accounts, draft->account_count, sizeof wanted, account_compare);

    MT_ASSERT(found != NULL);
    return (uint32_t)(found - draft->accounts);
}

static enum mt_status draft_fill(struct draft *draft, const struct mt_finding *const *findings, struct mt_network *network)
{
    size_t max = 0;

    for (uint32_t i = 0; i < network->finding_count; i++)
        max += findings[network->findings[i]]->transfer_count;
    draft->pairs = calloc(max, sizeof *draft->pairs);
    draft->accounts = calloc(2 * max, sizeof *draft->accounts);
    draft->hubs = calloc(network->finding_count, sizeof *draft->hubs);
    if (draft->pairs == NULL || draft->accounts == NULL || draft->hubs == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < network->finding_count; i++) {
        const struct mt_finding *finding = findings[network->findings[i]];

        for (uint32_t t = 0; t < finding->transfer_count; t++) {
            const struct mt_finding_transfer *transfer = &finding->transfers[t];

            draft->pairs[draft->pair_count++] = (struct pair){.debtor = transfer->debtor, .creditor = transfer->creditor};
            draft->accounts[draft->account_count++].account = transfer->debtor;
            draft->accounts[draft->account_count++].account = transfer->creditor;
            network->first_ms = transfer->time_ms < network->first_ms ? transfer->time_ms : network->first_ms;
            network->last_ms = transfer->time_ms > network->last_ms ? transfer->time_ms : network->last_ms;
        }
        network->score = finding->score > network->score ? finding->score : network->score;
        if (finding->type == MT_FINDING_CHAIN && finding->hub_end)
            draft->hubs[draft->hub_count++] = finding->transfers[finding->spine_count - 1].creditor;
    }
    return MT_OK;
}

static void draft_unify(struct draft *draft)
{
    uint32_t kept = 0;

    qsort(draft->pairs, draft->pair_count, sizeof *draft->pairs, pair_compare);
    for (uint32_t i = 0; i < draft->pair_count; i++) {
        if (kept == 0 || pair_compare(&draft->pairs[kept - 1], &draft->pairs[i]) != 0)
            draft->pairs[kept++] = draft->pairs[i];
    }
    draft->pair_count = kept;
    kept = 0;
    qsort(draft->accounts, draft->account_count, sizeof *draft->accounts, account_compare);
    for (uint32_t i = 0; i < draft->account_count; i++) {
        if (kept == 0 || account_compare(&draft->accounts[kept - 1], &draft->accounts[i]) != 0)
            draft->accounts[kept++] = draft->accounts[i];
    }
    draft->account_count = kept;
    for (uint32_t i = 0; i < draft->pair_count; i++) {
        struct pair *pair = &draft->pairs[i];

        pair->from = account_find(draft, &pair->debtor);
        pair->to = account_find(draft, &pair->creditor);
        if (pair->from == pair->to)
            continue;
        draft->accounts[pair->from].payees++;
        draft->accounts[pair->to].payers++;
    }
}

/* Breadth first from every account that nothing pays into; from the smallest token where money only goes round. */
static enum mt_status layers_fill(struct draft *draft)
{
    uint32_t *queue = malloc((draft->account_count + 1) * sizeof *queue), head = 0, tail = 0;

    if (queue == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < draft->account_count; i++) {
        draft->accounts[i].layer = draft->accounts[i].payers == 0 ? 0 : UINT32_MAX;
        if (draft->accounts[i].payers == 0)
            queue[tail++] = i;
    }
    for (uint32_t next = 0;;) {
        while (head < tail) {
            uint32_t at = queue[head++];
            struct pair wanted = {.debtor = draft->accounts[at].account};
            uint32_t low = 0, high = draft->pair_count;

            while (low < high) {
                uint32_t middle = low + (high - low) / 2;

                if (pair_compare(&draft->pairs[middle], &wanted) < 0)
                    low = middle + 1;
                else
                    high = middle;
            }
            for (; low < draft->pair_count && draft->pairs[low].from == at; low++) {
                struct mt_network_account *to = &draft->accounts[draft->pairs[low].to];

                if (to->layer != UINT32_MAX)
                    continue;
                to->layer = draft->accounts[at].layer + 1;
                queue[tail++] = draft->pairs[low].to;
            }
        }
        while (next < draft->account_count && draft->accounts[next].layer != UINT32_MAX)
            next++;
        if (next == draft->account_count)
            break;
        draft->accounts[next].layer = 0;
        queue[tail++] = next;
    }
    free(queue);
    return MT_OK;
}

static void roles_fill(struct draft *draft)
{
    for (uint32_t i = 0; i < draft->account_count; i++) {
        struct mt_network_account *account = &draft->accounts[i];
        bool hub = false;

        for (uint32_t h = 0; h < draft->hub_count; h++)
            hub |= mt_token_equal(&draft->hubs[h], &account->account);
        account->role = hub                                                            ? MT_NETWORK_HUB
                        : account->payers == 0                                         ? MT_NETWORK_SOURCE
                        : account->payees == 0                                         ? MT_NETWORK_EXIT
                        : account->payers >= MT_NETWORK_MANY && account->payees <= 1   ? MT_NETWORK_COLLECTOR
                        : account->payees >= MT_NETWORK_MANY && account->payers <= 1   ? MT_NETWORK_DISTRIBUTOR
                                                                                       : MT_NETWORK_MULE;
    }
}

static igraph_error_t communities(struct draft *draft, uint32_t *out_count)
{
    igraph_vector_int_t edges, membership;
    igraph_t graph;

    IGRAPH_CHECK(igraph_vector_int_init(&edges, 2 * (igraph_integer_t)draft->pair_count));
    IGRAPH_FINALLY(igraph_vector_int_destroy, &edges);
    IGRAPH_CHECK(igraph_vector_int_init(&membership, 0));
    IGRAPH_FINALLY(igraph_vector_int_destroy, &membership);
    for (uint32_t i = 0; i < draft->pair_count; i++) {
        VECTOR(edges)[2 * i] = draft->pairs[i].from;
        VECTOR(edges)[2 * i + 1] = draft->pairs[i].to;
    }
    IGRAPH_CHECK(igraph_create(&graph, &edges, draft->account_count, IGRAPH_UNDIRECTED));
    IGRAPH_FINALLY(igraph_destroy, &graph);
    igraph_rng_seed(igraph_rng_default(), 1); /* Louvain visits in random order: the same one each time */
    IGRAPH_CHECK(igraph_community_multilevel(&graph, NULL, 1, &membership, NULL, NULL));
    for (uint32_t i = 0; i < draft->account_count; i++) {
        draft->accounts[i].community = (uint32_t)VECTOR(membership)[i];
        *out_count = draft->accounts[i].community + 1 > *out_count ? draft->accounts[i].community + 1 : *out_count;
    }
    igraph_destroy(&graph);
    igraph_vector_int_destroy(&membership);
    igraph_vector_int_destroy(&edges);
    IGRAPH_FINALLY_CLEAN(3);
    return IGRAPH_SUCCESS;
}

static enum mt_status network_fill(const struct mt_finding *const *findings, struct mt_network *network)
{
    struct draft draft = {0};
    enum mt_status status;

    network->first_ms = INT64_MAX;
    network->last_ms = INT64_MIN;
    status = draft_fill(&draft, findings, network);
    if (status == MT_OK) {
        draft_unify(&draft);
        status = layers_fill(&draft);
    }
    if (status == MT_OK) {
        roles_fill(&draft);
        network->community_count = 1;
        if (draft.account_count > MT_NETWORK_LARGE && communities(&draft, &network->community_count) != IGRAPH_SUCCESS)
            status = MT_NO_MEMORY;
    }
    if (status == MT_OK) {
        qsort(draft.accounts, draft.account_count, sizeof *draft.accounts, layer_compare);
        network->accounts = draft.accounts;
        network->account_count = draft.account_count;
        draft.accounts = NULL;
    }
    draft_free(&draft);
    return status;
}

/* --- all of them ---------------------------------------------------------------------------------------------------- */

static int network_compare(const void *left, const void *right)
{
    const struct mt_network *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return mt_key_compare(&a->id, &b->id);
}

static enum mt_status roots_find(const struct mt_finding *const *findings, size_t count, uint32_t *parents, struct mention **out_mentions,
                                 size_t *out_mention_count)
{
    size_t mention_count = 0, at = 0;

    for (size_t i = 0; i < count; i++) {
        parents[i] = (uint32_t)i;
        mention_count += findings[i]->transfer_count;
    }
    struct mention *mentions = malloc((mention_count + 1) * sizeof *mentions);
    if (mentions == NULL)
        return MT_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        for (uint32_t t = 0; t < findings[i]->transfer_count; t++)
            mentions[at++] = (struct mention){findings[i]->transfers[t].key, (uint32_t)i, t};
    }
    qsort(mentions, mention_count, sizeof *mentions, mention_compare);
    for (size_t i = 1; i < mention_count; i++) {
        if (mt_key_equal(&mentions[i - 1].key, &mentions[i].key))
            unite(parents, findings, mentions[i - 1].finding, mentions[i].finding);
    }
    *out_mentions = mentions;
    *out_mention_count = mention_count;
    return MT_OK;
}

/* A finding and its network's root, for grouping. */
struct member {
    uint32_t root;
    uint32_t finding;
    const struct mt_transfer_key *id;
};

static int member_compare(const void *left, const void *right)
{
    const struct member *a = left, *b = right;

    if (a->root != b->root)
        return a->root < b->root ? -1 : 1;
    return mt_key_compare(a->id, b->id);
}

static enum mt_status groups_make(const struct mt_finding *const *findings, size_t count, uint32_t *parents, struct mt_networks *networks)
{
    struct member *members = malloc((count + 1) * sizeof *members);

    networks->at = calloc(count + 1, sizeof *networks->at);
    if (members == NULL || networks->at == NULL) {
        free(members);
        return MT_NO_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++)
        members[i] = (struct member){root_of(parents, i), i, &findings[i]->id};
    qsort(members, count, sizeof *members, member_compare);
    for (size_t first = 0, last = 0; first < count; first = last) {
        while (last < count && members[last].root == members[first].root)
            last++;
        struct mt_network *network = &networks->at[networks->count++];

        network->id = findings[members[first].root]->id;
        network->finding_count = (uint32_t)(last - first);
        network->findings = malloc((last - first) * sizeof *network->findings);
        if (network->findings == NULL) {
            free(members);
            return MT_NO_MEMORY;
        }
        for (size_t i = first; i < last; i++)
            network->findings[i - first] = members[i].finding;
    }
    free(members);
    return MT_OK;
}

/* Distinct transfers, counted where their mentions stand together. */
static void transfers_count(const struct mention *mentions, size_t mention_count, uint32_t *parents, struct mt_networks *networks,
                            const uint32_t *network_of)
{
    for (size_t i = 0; i < mention_count; i++) {
        if (i == 0 || !mt_key_equal(&mentions[i - 1].key, &mentions[i].key))
            networks->at[network_of[root_of(parents, mentions[i].finding)]].transfer_count++;
    }
}

/* --- shapes --------------------------------------------------------------------------------------------------------- */

/* A network and how many of a shape's transfers it has. */
struct part {
    uint32_t network;
    uint32_t transfer_count;
};

static int part_compare(const void *left, const void *right)
{
    const struct part *a = left, *b = right;

    return (a->network > b->network) - (a->network < b->network);
}

/* The networks that have part in a shape, each once; `parts` has room for one a transfer. */
static uint32_t parts_of(const struct mt_shape *shape, uint32_t *parents, const uint32_t *network_of, struct part *parts)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < shape->transfer_count; i++)
        parts[i] = (struct part){network_of[root_of(parents, shape->findings[i])], 1};
    qsort(parts, shape->transfer_count, sizeof *parts, part_compare);
    for (uint32_t i = 0; i < shape->transfer_count; i++) {
        if (count > 0 && parts[count - 1].network == parts[i].network)
            parts[count - 1].transfer_count++;
        else
            parts[count++] = parts[i];
    }
    return count;
}

static int id_compare(const void *left, const void *right)
{
    return mt_key_compare(left, right);
}

static struct mt_network_shape shape_part(struct mt_networks *networks, const struct mt_shape *shape, const struct part *parts, uint32_t count, uint32_t at)
{
    struct mt_network_shape part = {.shape = shape, .transfer_count = parts[at].transfer_count};

    part.others = MT_ARENA_ARRAY(networks->shapes.arena, struct mt_transfer_key, count);
    for (uint32_t i = 0; i < count; i++) {
        if (i != at)
            part.others[part.other_count++] = networks->at[parts[i].network].id;
    }
    qsort(part.others, part.other_count, sizeof *part.others, id_compare);
    return part;
}

/* Tells every shape to each network that has part in it. */
static enum mt_status shapes_tell(struct mt_networks *networks, uint32_t *parents, const uint32_t *network_of)
{
    uint32_t most = 0, *max = calloc(networks->count + 1, sizeof *max);

    for (uint32_t i = 0; i < networks->shapes.count; i++)
        most = networks->shapes.at[i].transfer_count > most ? networks->shapes.at[i].transfer_count : most;
    struct part *parts = malloc((most + 1) * sizeof *parts);
    for (uint32_t i = 0; i < networks->shapes.count && parts != NULL && max != NULL; i++) {
        uint32_t count = parts_of(&networks->shapes.at[i], parents, network_of, parts);

        for (uint32_t p = 0; p < count; p++) {
            struct mt_network *network = &networks->at[parts[p].network];

            MT_ARENA_ROOM(networks->shapes.arena, network->shapes, network->shape_count, max[parts[p].network], 4);
            network->shapes[network->shape_count++] = shape_part(networks, &networks->shapes.at[i], parts, count, p);
        }
    }
    for (uint32_t i = 0; i < networks->count; i++) {
        networks->at[i].shapes_busy = networks->shapes.busy_count;
        networks->at[i].shapes_cut = networks->shapes.cut;
    }
    enum mt_status status = parts != NULL && max != NULL ? MT_OK : MT_NO_MEMORY;
    free(parts);
    free(max);
    return status;
}

enum mt_status mt_networks_find(const struct mt_finding *const *findings, size_t count, struct mt_networks *out_networks)
{
    uint32_t *parents = malloc((count + 1) * sizeof *parents), *network_of = malloc((count + 1) * sizeof *network_of);
    struct mention *mentions = NULL;
    size_t mention_count = 0;
    enum mt_status status = parents == NULL || network_of == NULL ? MT_NO_MEMORY : MT_OK;

    *out_networks = (struct mt_networks){0};
    if (status == MT_OK)
        status = roots_find(findings, count, parents, &mentions, &mention_count);
    if (status == MT_OK)
        status = groups_make(findings, count, parents, out_networks);
    for (uint32_t i = 0; i < out_networks->count && status == MT_OK; i++) {
        network_of[root_of(parents, out_networks->at[i].findings[0])] = i;
        status = network_fill(findings, &out_networks->at[i]);
    }
    if (status == MT_OK)
        status = mt_shapes_find(findings, count, &out_networks->shapes);
    if (status == MT_OK)
        status = shapes_tell(out_networks, parents, network_of);
    if (status == MT_OK) {
        transfers_count(mentions, mention_count, parents, out_networks, network_of);
        qsort(out_networks->at, out_networks->count, sizeof *out_networks->at, network_compare);
    } else {
        mt_networks_destroy(out_networks);
    }
    free(mentions);
    free(parents);
    free(network_of);
    return status;
}

void mt_networks_destroy(struct mt_networks *networks)
{
    for (uint32_t i = 0; i < networks->count; i++) {
        free(networks->at[i].findings);
        free(networks->at[i].accounts);
    }
    free(networks->at);
    mt_shapes_destroy(&networks->shapes);
    *networks = (struct mt_networks){0};
}
