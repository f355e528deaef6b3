#include "shapes_inside.h"

#include <stdlib.h>

/* As many as MT_NETWORK_MANY where one account alone says little; two where money must have gone two ways, or through layers. */
const struct mt_shape_kind mt_shape_kinds[MT_SHAPE_KINDS] = {
    {.name = "layered_stack",
     .finds = "three or more layers of several accounts, each layer paying the next",
     .find = mt_shape_stacks_find,
     .least = 2,
     .text = "#n layers of #* accounts, each paying the next"},
    {.name = "bipartite",
     .finds = "several accounts each paying the same several others",
     .find = mt_shape_bipartites_find,
     .least = 3,
     .text = "#1 accounts each pay the same #2 others"},
    {.name = "scatter_gather",
     .finds = "one account paying several, who all pay one other",
     .find = mt_shape_scatter_gathers_find,
     .least = 2,
     .text = "1 account pays #2, who all pay 1 other"},
    {.name = "layered_fan_in",
     .finds = "several accounts, each paid by several, who all pay one other",
     .find = mt_shape_fans_in_find,
     .least = 3,
     .least_leaves = 2,
     .text = "#1 accounts pay #2, who all pay 1 other"},
    {.name = "layered_fan_out",
     .finds = "one account paying several, who each pay several others",
     .find = mt_shape_fans_out_find,
     .least = 3,
     .least_leaves = 2,
     .text = "1 account pays #2, who pay #3 others"},
    {.name = "gather_scatter",
     .finds = "several accounts paying one, who then pays several others",
     .find = mt_shape_gather_scatters_find,
     .least = 3,
     .text = "#1 accounts pay 1, who then pays #3 others"},
};

/* The steps' limit keeps far from it. */
#define WORK_BYTES_MAX ((size_t)4 << 30)

/* --- claims --------------------------------------------------------------------------------------------------------- */

/* A chain claims its spine; a reader of alerts leaves an account's day without one (alert_read.h). */
static uint32_t claim_count_of(const struct mt_finding *finding)
{
    if (finding->spine_count == 0)
        return finding->transfer_count;
    return finding->score >= MT_SHAPE_CHAIN_SCORE ? finding->spine_count : 0;
}

static bool is_claim(const struct mt_finding_transfer *transfer)
{
    return transfer->kind != MT_KIND_CARD && transfer->kind != MT_KIND_FEE && transfer->kind != MT_KIND_RETURN &&
           !mt_token_equal(&transfer->debtor, &transfer->creditor);
}

/* Of two that tell one transfer differently the one with the later time, then the larger amount, is kept, as in a network's view. */
static int claim_by_key(const void *left, const void *right)
{
    const struct mt_claim *a = left, *b = right;
    int order = mt_key_compare(&a->transfer->key, &b->transfer->key);

    if (order != 0)
        return order;
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? 1 : -1;
    if (a->transfer->minor != b->transfer->minor)
        return a->transfer->minor < b->transfer->minor ? 1 : -1;
    return (a->transfer->currency > b->transfer->currency) - (a->transfer->currency < b->transfer->currency);
}

static int claim_by_time(const void *left, const void *right)
{
    const struct mt_claim *a = left, *b = right;

    return a->time_ms != b->time_ms ? (a->time_ms > b->time_ms ? 1 : -1) : mt_key_compare(&a->transfer->key, &b->transfer->key);
}

static void claims_gather(struct mt_shape_search *search, const struct mt_finding *const *findings, size_t count)
{
    size_t all = 0;
    uint32_t kept = 0;

    for (size_t i = 0; i < count; i++)
        all += claim_count_of(findings[i]);
    search->claims = MT_ARENA_ARRAY(search->arena, struct mt_claim, all);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t t = 0; t < claim_count_of(findings[i]); t++) {
            const struct mt_finding_transfer *transfer = &findings[i]->transfers[t];

            if (is_claim(transfer))
                search->claims[search->claim_count++] = (struct mt_claim){.time_ms = transfer->time_ms, .transfer = transfer, .finding = (uint32_t)i};
        }
    }
    qsort(search->claims, search->claim_count, sizeof *search->claims, claim_by_key);
    for (uint32_t i = 0; i < search->claim_count; i++) {
        if (kept == 0 || !mt_key_equal(&search->claims[kept - 1].transfer->key, &search->claims[i].transfer->key))
            search->claims[kept++] = search->claims[i];
    }
    search->claim_count = kept;
    qsort(search->claims, search->claim_count, sizeof *search->claims, claim_by_time);
}

/* --- accounts ------------------------------------------------------------------------------------------------------- */

static int token_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct mt_token));
}

static uint32_t account_find(const struct mt_shape_search *search, const struct mt_token *token)
{
    const struct mt_token *found = bsearch(token, search->accounts, search->account_count, sizeof *token, token_compare);

    MT_ASSERT(found != NULL);
    return (uint32_t)(found - search->accounts);
}

static void accounts_number(struct mt_shape_search *search)
{
    uint32_t all = 0;

    search->accounts = MT_ARENA_ARRAY(search->arena, struct mt_token, 2 * (size_t)search->claim_count);
    for (uint32_t i = 0; i < search->claim_count; i++) {
        search->accounts[all++] = search->claims[i].transfer->debtor;
        search->accounts[all++] = search->claims[i].transfer->creditor;
    }
    qsort(search->accounts, all, sizeof *search->accounts, token_compare);
    for (uint32_t i = 0; i < all; i++) {
        if (search->account_count == 0 || !mt_token_equal(&search->accounts[search->account_count - 1], &search->accounts[i]))
            search->accounts[search->account_count++] = search->accounts[i];
    }
    for (uint32_t i = 0; i < search->claim_count; i++) {
        struct mt_claim *claim = &search->claims[i];

        claim->account[MT_PAYS] = account_find(search, &claim->transfer->debtor);
        claim->account[MT_PAID] = account_find(search, &claim->transfer->creditor);
    }
}

static struct mt_marks marks_make(struct mt_arena *arena, uint32_t count)
{
    struct mt_marks marks = {.at = MT_ARENA_ARRAY(arena, uint32_t, count), .now = 1};

    memset(marks.at, 0, count * sizeof *marks.at);
    return marks;
}

/* Claims by account, and how many counterparties each has. Filled in the claims' order, so in time order. */
static void claims_sort(struct mt_shape_search *search, enum mt_way way)
{
    struct mt_claims_of *of = &search->of[way];
    uint32_t *next = search->counts;

    memset(of->first, 0, (search->account_count + 1) * sizeof *of->first);
    for (uint32_t i = 0; i < search->claim_count; i++)
        of->first[search->claims[i].account[way] + 1]++;
    for (uint32_t i = 0; i < search->account_count; i++) {
        of->first[i + 1] += of->first[i];
        next[i] = of->first[i];
    }
    for (uint32_t i = 0; i < search->claim_count; i++)
        of->at[next[search->claims[i].account[way]]++] = i;
    for (uint32_t i = 0; i < search->account_count; i++) {
        mt_marks_clear(&search->seen);
        of->parties[i] = next[i] = 0;
        for (uint32_t c = of->first[i]; c < of->first[i + 1]; c++)
            of->parties[i] += mt_mark(&search->seen, mt_claim_other(search, of->at[c], way));
    }
}

static bool is_busy(const struct mt_shape_search *search, uint32_t account)
{
    return search->of[MT_PAYS].parties[account] > MT_SHAPE_PARTIES_MAX || search->of[MT_PAID].parties[account] > MT_SHAPE_PARTIES_MAX;
}

/* Leaves out the claims of accounts that are too busy; those who are busy by each other alike. */
static void busy_leave_out(struct mt_shape_search *search)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < search->account_count; i++)
        search->busy_count += is_busy(search, i);
    if (search->busy_count == 0)
        return;
    for (uint32_t i = 0; i < search->claim_count; i++) {
        if (!is_busy(search, search->claims[i].account[MT_PAYS]) && !is_busy(search, search->claims[i].account[MT_PAID]))
            search->claims[kept++] = search->claims[i];
    }
    search->claim_count = kept;
    claims_sort(search, MT_PAYS);
    claims_sort(search, MT_PAID);
}

static void graph_make(struct mt_shape_search *search)
{
    accounts_number(search);
    search->seen = marks_make(search->arena, search->account_count);
    search->own = marks_make(search->arena, search->account_count);
    search->taken = marks_make(search->arena, search->account_count);
    search->built = marks_make(search->arena, search->claim_count);
    search->counts = MT_ARENA_ARRAY(search->arena, uint32_t, search->account_count);
    search->build.claims = MT_ARENA_ARRAY(search->arena, uint32_t, search->claim_count);
    search->build.places = MT_ARENA_ARRAY(search->arena, struct mt_shape_place, search->account_count);
    search->holder_of = MT_ARENA_ARRAY(search->arena, uint32_t, search->claim_count);
    memset(search->holder_of, 0xff, search->claim_count * sizeof *search->holder_of);
    for (int way = MT_PAYS; way <= MT_PAID; way++) {
        search->of[way].first = MT_ARENA_ARRAY(search->arena, uint32_t, search->account_count + 1);
        search->of[way].at = MT_ARENA_ARRAY(search->arena, uint32_t, search->claim_count);
        search->of[way].parties = MT_ARENA_ARRAY(search->arena, uint32_t, search->account_count);
        claims_sort(search, (enum mt_way)way);
    }
    busy_leave_out(search);
}

/* The first of the account's claims that is not before `time_ms`. */
static uint32_t run_lower(const struct mt_shape_search *search, const struct mt_claims_of *of, uint32_t account, int64_t time_ms)
{
    uint32_t low = of->first[account], high = of->first[account + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (search->claims[of->at[middle]].time_ms < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct mt_claim_run mt_shape_run(const struct mt_shape_search *search, enum mt_way way, uint32_t account, int64_t from_ms, int64_t to_ms)
{
    const struct mt_claims_of *of = &search->of[way];
    uint32_t first = run_lower(search, of, account, from_ms), last = run_lower(search, of, account, to_ms + 1);

    return (struct mt_claim_run){of->at + first, last - first};
}

/* --- proposals ------------------------------------------------------------------------------------------------------ */

void mt_shape_begin(struct mt_shape_search *search)
{
    search->build.claim_count = search->build.place_count = 0;
    mt_marks_clear(&search->built);
}

void mt_shape_claim(struct mt_shape_search *search, uint32_t claim)
{
    if (mt_mark(&search->built, claim))
        search->build.claims[search->build.claim_count++] = claim;
}

void mt_shape_place(struct mt_shape_search *search, uint32_t layer, uint32_t account)
{
    MT_ASSERT(search->build.place_count < search->account_count);
    search->build.places[search->build.place_count++] = (struct mt_shape_place){layer, account};
}

/* Both sorted. */
static bool claims_hold(const struct mt_shape_draft *outer, const uint32_t *claims, uint32_t count)
{
    uint32_t at = 0;

    if (count > outer->claim_count)
        return false;
    for (uint32_t i = 0; i < outer->claim_count && at < count; i++)
        at += outer->claims[i] == claims[at];
    return at == count;
}

/*
 * Whether a draft holds all of the claims. Nothing proposed later holds what was proposed before, so nobody need look again: kinds come in the table's order;
 * two shapes of a kind around one or two accounts differ in these, and then each has claims that the other cannot have; of two blocks with different first claims
 * the later lacks the other's; and where of two with the same first claim one is inside the other, the inner's payers are payers of the outer, so what
 * they have in common holds all that the outer's have: they are the same.
 */
static bool is_held(const struct mt_shape_search *search, const uint32_t *claims, uint32_t count)
{
    for (uint32_t at = search->holder_of[claims[0]]; at != MT_SHAPE_NOBODY; at = search->holders[at].next) {
        if (claims_hold(&search->drafts[search->holders[at].draft], claims, count))
            return true;
    }
    return false;
}

static void draft_enlist(struct mt_shape_search *search, uint32_t draft)
{
    for (uint32_t i = 0; i < search->drafts[draft].claim_count; i++) {
        uint32_t claim = search->drafts[draft].claims[i];

        MT_ARENA_ROOM(search->arena, search->holders, search->holder_count, search->holder_max, 1024);
        search->holders[search->holder_count] = (struct mt_shape_holder){draft, search->holder_of[claim]};
        search->holder_of[claim] = search->holder_count++;
    }
}

static int number_compare(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static int place_compare(const void *left, const void *right)
{
    const struct mt_shape_place *a = left, *b = right;

    return a->layer != b->layer ? (a->layer > b->layer ? 1 : -1) : number_compare(&a->account, &b->account);
}

void mt_shape_propose(struct mt_shape_search *search, const struct mt_shape_kind *kind)
{
    const struct mt_shape_build *build = &search->build;

    qsort(build->claims, build->claim_count, sizeof *build->claims, number_compare);
    if (is_held(search, build->claims, build->claim_count))
        return;
    if (search->draft_count == MT_SHAPES_MAX) {
        search->cut = true;
        return;
    }
    qsort(build->places, build->place_count, sizeof *build->places, place_compare);
    MT_ARENA_ROOM(search->arena, search->drafts, search->draft_count, search->draft_max, 64);
    struct mt_shape_draft *draft = &search->drafts[search->draft_count];
    *draft = (struct mt_shape_draft){.kind = kind, .claim_count = build->claim_count, .place_count = build->place_count};
    draft->claims = mt_arena_enlarge(search->arena, build->claims, build->claim_count * sizeof *build->claims, build->claim_count * sizeof *build->claims);
    draft->places = mt_arena_enlarge(search->arena, build->places, build->place_count * sizeof *build->places, build->place_count * sizeof *build->places);
    draft_enlist(search, search->draft_count++);
}

/* In the order in which they are told. */
static int draft_compare(const void *left, const void *right)
{
    const struct mt_shape_draft *a = left, *b = right;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->claim_count != b->claim_count)
        return a->claim_count > b->claim_count ? -1 : 1;
    for (uint32_t i = 0; i < a->claim_count; i++) {
        if (a->claims[i] != b->claims[i])
            return a->claims[i] < b->claims[i] ? -1 : 1;
    }
    return 0;
}

/* --- results -------------------------------------------------------------------------------------------------------- */

static void add(int64_t *sum, int64_t minor)
{
    if (*sum < 0 || minor < 0 || __builtin_add_overflow(*sum, minor, sum))
        *sum = -1;
}

static struct mt_shape_money *money_of(struct mt_shape *shape, uint16_t currency)
{
    for (uint32_t i = 0; i < shape->money_count; i++) {
        if (shape->money[i].currency == currency)
            return &shape->money[i];
    }
    shape->money[shape->money_count] = (struct mt_shape_money){.currency = currency};
    return &shape->money[shape->money_count++];
}

static int money_compare(const void *left, const void *right)
{
    const struct mt_shape_money *a = left, *b = right;

    if (a->transfer_count != b->transfer_count)
        return a->transfer_count > b->transfer_count ? -1 : 1;
    return (a->currency > b->currency) - (a->currency < b->currency);
}

static int way_compare(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static uint32_t ways_distinct(uint64_t *ways, uint32_t count)
{
    uint32_t distinct = 0;

    qsort(ways, count, sizeof *ways, way_compare);
    for (uint32_t i = 0; i < count; i++)
        distinct += i == 0 || ways[i] != ways[i - 1];
    return distinct;
}

/* Layers of the accounts are left in `counts`. */
static void accounts_tell(struct mt_shape_search *search, const struct mt_shape_draft *draft, struct mt_arena *arena, struct mt_shape *shape)
{
    shape->account_count = draft->place_count;
    shape->accounts = MT_ARENA_ARRAY(arena, struct mt_shape_account, draft->place_count);
    for (uint32_t i = 0; i < draft->place_count; i++) {
        const struct mt_shape_place *place = &draft->places[i];

        shape->accounts[i] = (struct mt_shape_account){search->accounts[place->account], place->layer};
        shape->layer_sizes[place->layer]++;
        search->counts[place->account] = place->layer;
    }
    shape->layer_count = draft->places[draft->place_count - 1].layer + 1;
}

static void transfers_tell(struct mt_shape_search *search, const struct mt_shape_draft *draft, struct mt_arena *arena, struct mt_shape *shape)
{
    uint64_t *ways = MT_ARENA_ARRAY(search->arena, uint64_t, draft->claim_count);

    shape->transfer_count = draft->claim_count;
    shape->transfers = MT_ARENA_ARRAY(arena, const struct mt_finding_transfer *, draft->claim_count);
    shape->findings = MT_ARENA_ARRAY(arena, uint32_t, draft->claim_count);
    shape->money = MT_ARENA_ARRAY(arena, struct mt_shape_money, draft->claim_count);
    for (uint32_t i = 0; i < draft->claim_count; i++) {
        const struct mt_claim *claim = &search->claims[draft->claims[i]];
        struct mt_shape_money *money = money_of(shape, claim->transfer->currency);

        shape->transfers[i] = claim->transfer;
        shape->findings[i] = claim->finding;
        ways[i] = (uint64_t)claim->account[MT_PAYS] << 32 | claim->account[MT_PAID];
        money->transfer_count++;
        if (search->counts[claim->account[MT_PAYS]] == 0)
            add(&money->entered, claim->transfer->minor);
        if (search->counts[claim->account[MT_PAID]] == shape->layer_count - 1)
            add(&money->arrived, claim->transfer->minor);
    }
    shape->first_ms = shape->transfers[0]->time_ms;
    shape->last_ms = shape->transfers[draft->claim_count - 1]->time_ms;
    shape->way_count = ways_distinct(ways, draft->claim_count);
    qsort(shape->money, shape->money_count, sizeof *shape->money, money_compare);
}

static enum mt_status shapes_tell(struct mt_shape_search *search, struct mt_shapes *out_shapes)
{
    struct mt_shapes shapes = {.busy_count = search->busy_count, .cut = search->cut, .count = search->draft_count};

    if (shapes.count > 0 && mt_arena_create(WORK_BYTES_MAX, &shapes.arena) != MT_OK)
        return MT_NO_MEMORY;
    if (shapes.count > 0)
        shapes.at = MT_ARENA_ARRAY(shapes.arena, struct mt_shape, shapes.count);
    for (uint32_t i = 0; i < shapes.count; i++) {
        shapes.at[i] = (struct mt_shape){.kind = search->drafts[i].kind};
        accounts_tell(search, &search->drafts[i], shapes.arena, &shapes.at[i]);
        transfers_tell(search, &search->drafts[i], shapes.arena, &shapes.at[i]);
    }
    *out_shapes = shapes;
    return MT_OK;
}

enum mt_status mt_shapes_find(const struct mt_finding *const *findings, size_t count, struct mt_shapes *out_shapes)
{
    struct mt_shape_search search = {0};
    enum mt_status status = mt_arena_create(WORK_BYTES_MAX, &search.arena);

    if (status != MT_OK)
        return status;
    claims_gather(&search, findings, count);
    graph_make(&search);
    for (int kind = 0; kind < MT_SHAPE_KINDS; kind++) {
        search.steps = 0;
        mt_shape_kinds[kind].find(&search, &mt_shape_kinds[kind]);
    }
    if (search.draft_count > 0)
        qsort(search.drafts, search.draft_count, sizeof *search.drafts, draft_compare);
    status = shapes_tell(&search, out_shapes);
    mt_arena_destroy(search.arena);
    return status;
}

void mt_shapes_destroy(struct mt_shapes *shapes)
{
    mt_arena_destroy(shapes->arena);
    *shapes = (struct mt_shapes){0};
}
