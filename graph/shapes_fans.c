/*
 * shapes_fans.c: shapes with one account at an end or in the middle: scatter-gather, layered fans, gather-scatter.
 *
 * All but the last are found the same way: the claims between the one account and its middles that qualify, in time order; of all windows over them the
 * one with the most middles.
 */
#include "shapes_inside.h"

#include <stdlib.h>

/* A claim between the one account and a middle. */
struct item {
    int64_t time_ms;
    uint32_t middle;
    uint32_t claim;
    uint32_t sink; /* of a scatter-gather */
};

struct items {
    struct item *at;
    uint32_t count, max;
};

/* Items at[first .. last), all within one window. */
struct window {
    uint32_t first, last;
    uint32_t middles; /* distinct */
};

static int64_t earlier(int64_t time_ms)
{
    return time_ms - MT_SHAPE_WINDOW_MS;
}

static int64_t later(int64_t time_ms)
{
    return time_ms + MT_SHAPE_WINDOW_MS;
}

/* The window with the most middles, the earliest of these. Items are in time order. */
static struct window window_best(struct mt_shape_search *search, const struct item *items, uint32_t count)
{
    struct window best = {0};
    uint32_t first = 0, middles = 0;

    for (uint32_t i = 0; i < count; i++) {
        middles += search->counts[items[i].middle]++ == 0;
        for (; items[first].time_ms < earlier(items[i].time_ms); first++)
            middles -= --search->counts[items[first].middle] == 0;
        if (middles > best.middles)
            best = (struct window){first, i + 1, middles};
    }
    for (uint32_t i = first; i < count; i++)
        search->counts[items[i].middle]--;
    while (best.last < count && items[best.last].time_ms <= later(items[best.first].time_ms))
        best.last++;
    return best;
}

/* The claims by which a middle pays on what it was paid in this one; or, looking the other way, was paid what it pays. */
static struct mt_claim_run beyond(const struct mt_shape_search *search, enum mt_way way, const struct item *item)
{
    return way == MT_PAYS ? mt_shape_run(search, way, item->middle, item->time_ms, later(item->time_ms))
                          : mt_shape_run(search, way, item->middle, earlier(item->time_ms), item->time_ms);
}

/* --- scatter-gather ------------------------------------------------------------------------------------------------- */

static int item_compare(const void *left, const void *right)
{
    const struct item *a = left, *b = right;

    if (a->sink != b->sink)
        return a->sink < b->sink ? -1 : 1;
    return (a->claim > b->claim) - (a->claim < b->claim); /* claims are numbered in time order */
}

/* Who pays several, or is paid by several: nobody else can be an end. */
static bool can_end(const struct mt_shape_search *search, const struct mt_shape_kind *kind, enum mt_way way, uint32_t account)
{
    return search->of[way].parties[account] >= kind->least;
}

/* An item for every sink that the claim's middle pays after it. */
static void sinks_gather(struct mt_shape_search *search, const struct mt_shape_kind *kind, uint32_t source, uint32_t claim, struct items *items)
{
    struct item item = {.time_ms = search->claims[claim].time_ms, .middle = mt_claim_other(search, claim, MT_PAYS), .claim = claim};
    struct mt_claim_run run = beyond(search, MT_PAYS, &item);

    mt_marks_clear(&search->seen);
    for (uint32_t i = 0; i < run.count && mt_shape_step(search); i++) {
        item.sink = mt_claim_other(search, run.at[i], MT_PAYS);
        if (item.sink == source || !can_end(search, kind, MT_PAID, item.sink) || !mt_mark(&search->seen, item.sink))
            continue;
        MT_ARENA_ROOM(search->arena, items->at, items->count, items->max, 1024);
        items->at[items->count++] = item;
    }
}

static void scatter_gather_propose(struct mt_shape_search *search, const struct mt_shape_kind *kind, uint32_t source, const struct item *items,
                                   const struct window *window)
{
    uint32_t sink = items[0].sink;

    mt_shape_begin(search);
    mt_shape_place(search, 0, source);
    mt_shape_place(search, 2, sink);
    mt_marks_clear(&search->seen);
    for (uint32_t i = window->first; i < window->last; i++) {
        struct mt_claim_run run = beyond(search, MT_PAYS, &items[i]);

        mt_shape_claim(search, items[i].claim);
        if (mt_mark(&search->seen, items[i].middle))
            mt_shape_place(search, 1, items[i].middle);
        for (uint32_t r = 0; r < run.count; r++) {
            if (mt_claim_other(search, run.at[r], MT_PAYS) == sink)
                mt_shape_claim(search, run.at[r]);
        }
    }
    mt_shape_propose(search, kind);
}

static void source_look(struct mt_shape_search *search, const struct mt_shape_kind *kind, uint32_t source, struct items *items)
{
    const struct mt_claims_of *pays = &search->of[MT_PAYS];

    items->count = 0;
    for (uint32_t i = pays->first[source]; i < pays->first[source + 1]; i++)
        sinks_gather(search, kind, source, pays->at[i], items);
    if (items->count > 0)
        qsort(items->at, items->count, sizeof *items->at, item_compare);
    for (uint32_t first = 0, last = 0; first < items->count; first = last) {
        while (last < items->count && items->at[last].sink == items->at[first].sink)
            last++;
        struct window window = window_best(search, items->at + first, last - first);
        if (window.middles >= kind->least)
            scatter_gather_propose(search, kind, source, items->at + first, &window);
    }
}

void mt_shape_scatter_gathers_find(struct mt_shape_search *search, const struct mt_shape_kind *kind)
{
    struct items items = {0};

    for (uint32_t account = 0; account < search->account_count; account++) {
        if (can_end(search, kind, MT_PAYS, account))
            source_look(search, kind, account, &items);
    }
}

/* --- layered fans --------------------------------------------------------------------------------------------------- */

/* A fan seen from its one end: `way` MT_PAYS: a fan-out, whose one end is the source. */
struct fan {
    const struct mt_shape_kind *kind;
    enum mt_way way;
    uint32_t end;
};

/* A leaf has nothing to do with the end itself: else it is a middle, or the money went to and fro. Whom the end deals with is marked `own`. */
static bool is_leaf(const struct mt_shape_search *search, const struct fan *fan, uint32_t account)
{
    return account != fan->end && !mt_marked(&search->own, account);
}

/* Whether the middle has leaves enough of its own within the window beyond this claim. */
static bool has_leaves(struct mt_shape_search *search, const struct fan *fan, const struct item *item)
{
    struct mt_claim_run run = beyond(search, fan->way, item);
    uint32_t leaves = 0;

    mt_marks_clear(&search->seen);
    for (uint32_t i = 0; i < run.count && leaves < fan->kind->least_leaves && mt_shape_step(search); i++) {
        uint32_t leaf = mt_claim_other(search, run.at[i], fan->way);

        leaves += is_leaf(search, fan, leaf) && mt_mark(&search->seen, leaf);
    }
    return leaves >= fan->kind->least_leaves;
}

static void fan_propose(struct mt_shape_search *search, const struct fan *fan, const struct item *items, const struct window *window)
{
    uint32_t end_layer = fan->way == MT_PAYS ? 0 : 2;

    mt_shape_begin(search);
    mt_shape_place(search, end_layer, fan->end);
    mt_marks_clear(&search->seen);
    for (uint32_t i = window->first; i < window->last; i++) {
        struct mt_claim_run run = beyond(search, fan->way, &items[i]);

        mt_shape_claim(search, items[i].claim);
        if (mt_mark(&search->seen, items[i].middle))
            mt_shape_place(search, 1, items[i].middle);
        for (uint32_t r = 0; r < run.count; r++) {
            uint32_t leaf = mt_claim_other(search, run.at[r], fan->way);

            if (!is_leaf(search, fan, leaf))
                continue;
            mt_shape_claim(search, run.at[r]);
            if (mt_mark(&search->seen, leaf))
                mt_shape_place(search, 2 - end_layer, leaf);
        }
    }
    mt_shape_propose(search, fan->kind);
}

static void fan_look(struct mt_shape_search *search, const struct fan *fan, struct items *items)
{
    const struct mt_claims_of *of = &search->of[fan->way];

    items->count = 0;
    mt_marks_clear(&search->own);
    for (uint32_t i = of->first[fan->end]; i < of->first[fan->end + 1]; i++)
        mt_mark(&search->own, mt_claim_other(search, of->at[i], fan->way));
    for (uint32_t i = of->first[fan->end]; i < of->first[fan->end + 1]; i++) {
        const struct item item = {.time_ms = search->claims[of->at[i]].time_ms, .middle = mt_claim_other(search, of->at[i], fan->way), .claim = of->at[i]};

        if (!has_leaves(search, fan, &item))
            continue;
        MT_ARENA_ROOM(search->arena, items->at, items->count, items->max, 1024);
        items->at[items->count++] = item;
    }
    struct window window = window_best(search, items->at, items->count);
    if (window.middles >= fan->kind->least)
        fan_propose(search, fan, items->at, &window);
}

static void fans_find(struct mt_shape_search *search, const struct mt_shape_kind *kind, enum mt_way way)
{
    struct items items = {0};

    for (uint32_t account = 0; account < search->account_count; account++) {
        const struct fan fan = {kind, way, account};

        if (search->of[way].parties[account] >= kind->least)
            fan_look(search, &fan, &items);
    }
}

void mt_shape_fans_in_find(struct mt_shape_search *search, const struct mt_shape_kind *kind)
{
    fans_find(search, kind, MT_PAID);
}

void mt_shape_fans_out_find(struct mt_shape_search *search, const struct mt_shape_kind *kind)
{
    fans_find(search, kind, MT_PAYS);
}

/* --- gather-scatter ------------------------------------------------------------------------------------------------- */

/* The claims of a hub on either side of a moment; who stands on both sides belongs to neither. */
struct turn {
    struct mt_claim_run run[2]; /* by enum mt_way */
    uint32_t parties[2];
};

static uint32_t parties_count(struct mt_shape_search *search, enum mt_way way, const struct mt_claim_run *run, const struct mt_marks *others)
{
    uint32_t count = 0;

    mt_marks_clear(&search->seen);
    for (uint32_t i = 0; i < run->count && mt_shape_step(search); i++) {
        uint32_t party = mt_claim_other(search, run->at[i], way);

        count += !mt_marked(others, party) && mt_mark(&search->seen, party);
    }
    return count;
}

static void run_mark(struct mt_shape_search *search, enum mt_way way, const struct mt_claim_run *run, struct mt_marks *marks)
{
    mt_marks_clear(marks);
    for (uint32_t i = 0; i < run->count; i++)
        mt_mark(marks, mt_claim_other(search, run->at[i], way));
}

static struct turn turn_at(struct mt_shape_search *search, uint32_t hub, int64_t time_ms)
{
    struct turn turn = {.run = {[MT_PAYS] = mt_shape_run(search, MT_PAYS, hub, time_ms, later(time_ms)),
                                [MT_PAID] = mt_shape_run(search, MT_PAID, hub, earlier(time_ms), time_ms)}};

    for (int way = MT_PAYS; way <= MT_PAID; way++) {
        run_mark(search, (enum mt_way)(1 - way), &turn.run[1 - way], &search->own);
        turn.parties[way] = parties_count(search, (enum mt_way)way, &turn.run[way], &search->own);
    }
    return turn;
}

static void gather_scatter_propose(struct mt_shape_search *search, const struct mt_shape_kind *kind, uint32_t hub, const struct turn *turn)
{
    mt_shape_begin(search);
    mt_shape_place(search, 1, hub);
    for (int way = MT_PAYS; way <= MT_PAID; way++) {
        run_mark(search, (enum mt_way)(1 - way), &turn->run[1 - way], &search->own);
        mt_marks_clear(&search->seen);
        for (uint32_t i = 0; i < turn->run[way].count; i++) {
            uint32_t party = mt_claim_other(search, turn->run[way].at[i], (enum mt_way)way);

            if (mt_marked(&search->own, party))
                continue;
            mt_shape_claim(search, turn->run[way].at[i]);
            if (mt_mark(&search->seen, party))
                mt_shape_place(search, way == MT_PAYS ? 2 : 0, party);
        }
    }
    mt_shape_propose(search, kind);
}

/* The moment at which the hub turned from gathering to scattering: a payment in, before which and after which the most parties are. */
static void hub_look(struct mt_shape_search *search, const struct mt_shape_kind *kind, uint32_t hub)
{
    const struct mt_claims_of *paid = &search->of[MT_PAID];
    uint32_t most = 0;
    struct turn best = {0};

    for (uint32_t i = paid->first[hub]; i < paid->first[hub + 1]; i++) {
        struct turn turn = turn_at(search, hub, search->claims[paid->at[i]].time_ms);
        uint32_t parties = turn.parties[MT_PAYS] + turn.parties[MT_PAID];

        if (turn.parties[MT_PAYS] < kind->least || turn.parties[MT_PAID] < kind->least || parties <= most)
            continue;
        most = parties;
        best = turn;
    }
    if (most > 0)
        gather_scatter_propose(search, kind, hub, &best);
}

void mt_shape_gather_scatters_find(struct mt_shape_search *search, const struct mt_shape_kind *kind)
{
    for (uint32_t account = 0; account < search->account_count; account++) {
        if (search->of[MT_PAYS].parties[account] >= kind->least && search->of[MT_PAID].parties[account] >= kind->least)
            hub_look(search, kind, account);
    }
}
