/*
 * shapes_layers.c: layers of which everyone pays everyone of the next: bipartite, layered stack.
 *
 * Each claim is taken as the first of a shape, so that all of it lies within one window from there. Its payer and some others who pay the same
 * account are a seed: what all of the seed pay, and all who pay all of that, is a shape that nobody can be added to. A seed of as many payers as the
 * kind needs at least leaves nothing out: any such payers and payees are inside what they are the seed of.
 *
 *   seed a, b:   a ══► x y z      all that a and b both pay     c pays all of x y z too, so it belongs to them; d does not
 *                b ══► x y z
 */
#include "shapes_inside.h"

/* Accounts within the window on one side of an account, or of several; no account has more parties than this. */
struct set {
    uint32_t at[MT_SHAPE_PARTIES_MAX];
    uint32_t count;
};

/* A search from one claim on. */
struct start {
    uint32_t claim;
    int64_t from_ms, to_ms;
};

static struct mt_claim_run run_of(const struct mt_shape_search *search, const struct start *start, enum mt_way way, uint32_t account)
{
    return mt_shape_run(search, way, account, start->from_ms, start->to_ms);
}

static void set_fill(struct mt_shape_search *search, const struct start *start, enum mt_way way, uint32_t account, struct set *set)
{
    struct mt_claim_run run = run_of(search, start, way, account);

    set->count = 0;
    mt_marks_clear(&search->seen);
    for (uint32_t i = 0; i < run.count && mt_shape_step(search); i++) {
        uint32_t other = mt_claim_other(search, run.at[i], way);

        if (mt_mark(&search->seen, other))
            set->at[set->count++] = other;
    }
}

/* Keeps those of the set that the account deals with too. */
static void set_narrow(struct mt_shape_search *search, const struct start *start, enum mt_way way, uint32_t account, struct set *set)
{
    struct mt_claim_run run = run_of(search, start, way, account);
    uint32_t kept = 0;

    mt_marks_clear(&search->seen);
    for (uint32_t i = 0; i < run.count && mt_shape_step(search); i++)
        mt_mark(&search->seen, mt_claim_other(search, run.at[i], way));
    for (uint32_t i = 0; i < set->count; i++) {
        if (mt_marked(&search->seen, set->at[i]))
            set->at[kept++] = set->at[i];
    }
    set->count = kept;
}

static void payers_of_all(struct mt_shape_search *search, const struct start *start, const struct set *payees, struct set *payers)
{
    set_fill(search, start, MT_PAID, payees->at[0], payers);
    for (uint32_t i = 1; i < payees->count; i++)
        set_narrow(search, start, MT_PAID, payees->at[i], payers);
}

/* Nobody is on both sides: it would pay itself. */
static void block_build(struct mt_shape_search *search, const struct start *start, const struct set *payers, const struct set *payees)
{
    mt_shape_begin(search);
    mt_marks_clear(&search->taken);
    for (uint32_t i = 0; i < payees->count; i++) {
        mt_mark(&search->taken, payees->at[i]);
        mt_shape_place(search, 1, payees->at[i]);
    }
    for (uint32_t i = 0; i < payers->count; i++) {
        struct mt_claim_run run = run_of(search, start, MT_PAYS, payers->at[i]);

        mt_shape_place(search, 0, payers->at[i]);
        for (uint32_t r = 0; r < run.count; r++) {
            if (mt_marked(&search->taken, mt_claim_other(search, run.at[r], MT_PAYS)))
                mt_shape_claim(search, run.at[r]);
        }
    }
    for (uint32_t i = 0; i < payers->count; i++)
        mt_mark(&search->taken, payers->at[i]);
}

/* --- further layers ------------------------------------------------------------------------------------------------- */

/* Whether the account was paid, by a claim of the shape, what it can have paid on by this one. */
static bool is_paid_on(struct mt_shape_search *search, uint32_t claim)
{
    const struct mt_claim *out = &search->claims[claim];
    struct mt_claim_run run = mt_shape_run(search, MT_PAID, out->account[MT_PAYS], out->time_ms - MT_SHAPE_WINDOW_MS, out->time_ms);

    for (uint32_t i = 0; i < run.count && mt_shape_step(search); i++) {
        if (mt_marked(&search->built, run.at[i]))
            return true;
    }
    return false;
}

/* Where the last layer's accounts stand among the places. */
struct layer {
    uint32_t first, last;
    uint32_t number;
};

/* Counts, for each account that is in no layer, how many of the layer pay on to it; those with enough become places of the next layer. */
static void layer_count(struct mt_shape_search *search, const struct mt_shape_kind *kind, const struct layer *layer, uint32_t account)
{
    const struct mt_claims_of *pays = &search->of[MT_PAYS];

    mt_marks_clear(&search->seen);
    for (uint32_t i = pays->first[account]; i < pays->first[account + 1]; i++) {
        uint32_t payee = mt_claim_other(search, pays->at[i], MT_PAYS);

        if (mt_marked(&search->taken, payee) || mt_marked(&search->seen, payee) || !is_paid_on(search, pays->at[i]))
            continue;
        mt_mark(&search->seen, payee);
        if (++search->counts[payee] == kind->least)
            mt_shape_place(search, layer->number + 1, payee);
    }
}

/* Takes the counts back, and has the claims into the new layer. They are added once all are known: a claim into it funds nothing out of this layer. */
static void layer_claim(struct mt_shape_search *search, const struct mt_shape_kind *kind, uint32_t account)
{
    const struct mt_claims_of *pays = &search->of[MT_PAYS];

    for (uint32_t i = pays->first[account]; i < pays->first[account + 1]; i++) {
        uint32_t payee = mt_claim_other(search, pays->at[i], MT_PAYS);

        if (search->counts[payee] >= kind->least && is_paid_on(search, pays->at[i]))
            mt_shape_claim(search, pays->at[i]);
    }
}

static void counts_clear(struct mt_shape_search *search, uint32_t account)
{
    const struct mt_claims_of *pays = &search->of[MT_PAYS];

    for (uint32_t i = pays->first[account]; i < pays->first[account + 1]; i++)
        search->counts[mt_claim_other(search, pays->at[i], MT_PAYS)] = 0;
}

/* The layer whose accounts are each paid by several of this one; nothing is added when it has too few. */
static struct layer layer_next(struct mt_shape_search *search, const struct mt_shape_kind *kind, const struct layer *layer)
{
    const struct mt_shape_place *places = search->build.places;
    struct layer next = {.first = search->build.place_count, .number = layer->number + 1};

    for (uint32_t i = layer->first; i < layer->last; i++)
        layer_count(search, kind, layer, places[i].account);
    next.last = search->build.place_count;
    if (next.last - next.first < kind->least)
        search->build.place_count = next.last = next.first;
    for (uint32_t i = layer->first; i < layer->last && next.last > next.first; i++)
        layer_claim(search, kind, places[i].account);
    for (uint32_t i = layer->first; i < layer->last; i++)
        counts_clear(search, places[i].account);
    for (uint32_t i = next.first; i < next.last; i++)
        mt_mark(&search->taken, places[i].account);
    return next;
}

/* Grows the block that is being built, and proposes it if it got a third layer. */
static void stack_grow(struct mt_shape_search *search, const struct mt_shape_kind *kind, uint32_t payees)
{
    struct layer layer = {0, payees, 1};

    while (layer.last > layer.first) {
        if (layer.number + 1 == MT_SHAPE_LAYERS_MAX) {
            search->cut = true;
            break;
        }
        layer = layer_next(search, kind, &layer);
    }
    if (layer.number > 2 || layer.last > layer.first)
        mt_shape_propose(search, kind);
}

/* --- seeds ---------------------------------------------------------------------------------------------------------- */

/* What to do with the payees that a seed has in common. */
typedef void look(struct mt_shape_search *search, const struct mt_shape_kind *kind, const struct start *start, const struct set *payees);

static void stack_look(struct mt_shape_search *search, const struct mt_shape_kind *kind, const struct start *start, const struct set *payees)
{
    struct set payers;

    payers_of_all(search, start, payees, &payers);
    block_build(search, start, &payers, payees);
    stack_grow(search, kind, payees->count);
}

static void bipartite_look(struct mt_shape_search *search, const struct mt_shape_kind *kind, const struct start *start, const struct set *payees)
{
    struct set payers;

    payers_of_all(search, start, payees, &payers);
    block_build(search, start, &payers, payees);
    mt_shape_propose(search, kind);
}

/* The claim's payer, and of the other payers from `first` on as many as are missing still. */
struct seed {
    const struct set *payers;
    struct set *last; /* what the seed before had in common: most seeds of a block have the same */
    uint32_t first, missing;
};

/* Both were narrowed down from one set, so they are in its order. */
static bool set_equal(const struct set *left, const struct set *right)
{
    return left->count == right->count && memcmp(left->at, right->at, left->count * sizeof *left->at) == 0;
}

static void seeds_look(struct mt_shape_search *search, const struct mt_shape_kind *kind, const struct start *start, const struct seed *seed, const struct set *payees,
                       look *found)
{
    for (uint32_t i = seed->first; i < seed->payers->count && mt_shape_steps_left(search); i++) {
        struct seed grown = {seed->payers, seed->last, i + 1, seed->missing - 1};
        struct set common = *payees;

        if (seed->payers->at[i] == search->claims[start->claim].account[MT_PAYS])
            continue;
        set_narrow(search, start, MT_PAYS, seed->payers->at[i], &common);
        if (common.count < kind->least || !mt_shape_steps_left(search))
            continue;
        if (grown.missing > 0) {
            seeds_look(search, kind, start, &grown, &common, found);
        } else if (!set_equal(seed->last, &common)) {
            found(search, kind, start, &common);
            *seed->last = common;
        }
    }
}

/* From every claim on, every seed of as many payers as the kind needs at least: no deeper than that. */
static void starts_look(struct mt_shape_search *search, const struct mt_shape_kind *kind, look *found)
{
    for (uint32_t i = 0; i < search->claim_count && mt_shape_steps_left(search); i++) {
        const struct mt_claim *claim = &search->claims[i];
        const struct start start = {i, claim->time_ms, claim->time_ms + MT_SHAPE_WINDOW_MS};
        struct set payees, payers, last = {.count = 0};
        const struct seed seed = {&payers, &last, 0, kind->least - 1};

        set_fill(search, &start, MT_PAYS, claim->account[MT_PAYS], &payees);
        set_fill(search, &start, MT_PAID, claim->account[MT_PAID], &payers);
        if (payees.count >= kind->least)
            seeds_look(search, kind, &start, &seed, &payees, found);
    }
}

void mt_shape_stacks_find(struct mt_shape_search *search, const struct mt_shape_kind *kind)
{
    starts_look(search, kind, stack_look);
}

void mt_shape_bipartites_find(struct mt_shape_search *search, const struct mt_shape_kind *kind)
{
    starts_look(search, kind, bipartite_look);
}
