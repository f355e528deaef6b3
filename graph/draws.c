#include "draws.h"

/* An entry met on the way whose own sum is not yet used up. */
struct waiting {
    const struct mt_entry *entry;
    int64_t left;
};

/* Few wait in most ledgers: those stay on the stack, and the turn's arena stays small enough for the processor's cache. */
#define WAITING_FEW 16

struct waitings {
    struct waiting few[WAITING_FEW];
    struct waiting *at; /* `few`, or arena memory */
    uint32_t count, max;
    struct mt_arena *arena;
};

static void waitings_init(struct waitings *waitings, struct mt_arena *arena)
{
    waitings->at = waitings->few;
    waitings->count = 0;
    waitings->max = WAITING_FEW;
    waitings->arena = arena;
}

static void waitings_grow(struct waitings *waitings)
{
    struct waiting *at = MT_ARENA_ARRAY(waitings->arena, struct waiting, 2 * waitings->max);

    memcpy(at, waitings->at, sizeof *at * waitings->count);
    waitings->at = at;
    waitings->max *= 2;
}

static inline void waiting_push(struct waitings *waitings, const struct mt_entry *entry)
{
    if (waitings->count == waitings->max)
        waitings_grow(waitings);
    waitings->at[waitings->count++] = (struct waiting){entry, entry->minor};
}

/* Closes the gaps that used-up entries left above `from`. */
static void waiting_close(struct waitings *waitings, uint32_t from)
{
    uint32_t kept = from;

    for (uint32_t i = from; i < waitings->count; i++) {
        if (waitings->at[i].left == 0)
            continue;
        if (kept < i) /* most often there is no gap; and to read at once what was just written holds the processor up */
            waitings->at[kept] = waitings->at[i];
        kept++;
    }
    waitings->count = kept;
}

static void draw_add(struct mt_draws *draws, uint32_t *max, struct mt_arena *arena, const struct mt_draw *draw)
{
    if (draws->count == *max) {
        uint32_t larger = *max == 0 ? 8 : 2 * *max;
        struct mt_draw *at = MT_ARENA_ARRAY(arena, struct mt_draw, larger);

        if (draws->count > 0)
            memcpy(at, draws->at, sizeof *at * draws->count);
        draws->at = at;
        *max = larger;
    }
    draws->at[draws->count++] = *draw;
    draws->given += draw->given;
}

void mt_draw_split_rates(const struct mt_rates *rates, const struct mt_entry *from, const struct mt_entry *to, int64_t left, int64_t need,
                         int64_t *out_given, int64_t *out_received)
{
    int64_t worth = mt_rates_convert(rates, to->time_ms, left, from->currency, to->currency);

    *out_given = 0;
    *out_received = 0;
    if (worth <= 0)
        return;
    if (worth <= need) {
        *out_given = left;
        *out_received = worth;
        return;
    }
    int64_t given = mt_rates_convert(rates, to->time_ms, need, to->currency, from->currency);
    if (given <= 0)
        return;
    *out_given = given < left ? given : left;
    *out_received = need;
}

bool mt_draw_earlier(const struct mt_entry *left, const struct mt_entry *right)
{
    if (left->time_ms != right->time_ms)
        return left->time_ms < right->time_ms;
    return mt_key_compare(&left->key, &right->key) < 0;
}

static bool counts(const struct mt_entry *entry, uint32_t sequence_limit)
{
    return !entry->idle && entry->sequence < sequence_limit;
}

/* An inflow met on the way back serves the outflows met before it, the earliest first. What is left of it is returned. */
static int64_t serve(const struct mt_lore *lore, struct waitings *outflows, const struct mt_entry *inflow)
{
    int64_t left = inflow->minor;
    uint32_t at = outflows->count;

    for (; at > 0 && left > 0; at--) {
        struct waiting *outflow = &outflows->at[at - 1];
        int64_t given = 0, received = 0;

        if (outflow->entry->time_ms - inflow->time_ms <= lore->rules->hop_window_ms)
            mt_draw_split(lore->rates, inflow, outflow->entry, left, outflow->left, &given, &received);
        else
            outflow->left = 0; /* too old for this and every earlier inflow */
        if (given > 0) {
            left -= given;
            outflow->left -= received;
        }
    }
    waiting_close(outflows, at);
    return left;
}

/* One reading backwards from an outflow: each step gives the next inflow that funded it. */
struct reading {
    const struct mt_lore *lore;
    const struct mt_entry *at, *first;
    const struct mt_entry *entry;
    int64_t first_ms;
    int64_t need;
    uint32_t sequence_limit;
    struct waitings outflows;
};

static void reading_init(struct reading *reading, const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *entry,
                         uint32_t sequence_limit, struct mt_arena *arena)
{
    reading->lore = lore;
    reading->at = entry;
    reading->first = ledger->entries;
    reading->entry = entry;
    reading->first_ms = entry->time_ms - lore->rules->hop_window_ms;
    reading->need = entry->minor;
    reading->sequence_limit = sequence_limit;
    waitings_init(&reading->outflows, arena);
}

static bool reading_next(struct reading *reading, struct mt_draw *out_draw)
{
    while (reading->at > reading->first && reading->need > 0 && reading->at[-1].time_ms >= reading->first_ms) {
        const struct mt_entry *inflow = --reading->at;
        int64_t given, received, left = inflow->minor;

        if (!counts(inflow, reading->sequence_limit))
            continue;
        if (inflow->outflow) {
            waiting_push(&reading->outflows, inflow);
            continue;
        }
        if (reading->outflows.count > 0 && (left = serve(reading->lore, &reading->outflows, inflow)) == 0)
            continue;
        mt_draw_split(reading->lore->rates, inflow, reading->entry, left, reading->need, &given, &received);
        if (given == 0)
            continue;
        reading->need -= received;
        *out_draw = (struct mt_draw){inflow, given, received, inflow->minor - left};
        return true;
    }
    return false;
}

/* The better parent: by what it put in, then the earlier one. */
static bool better_into(const struct mt_draw *draw, const struct mt_draw *best)
{
    return best->other == NULL || draw->received > best->received ||
           (draw->received == best->received && mt_draw_earlier(draw->other, best->other));
}

struct mt_draws mt_draws_into(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *entry,
                              uint32_t sequence_limit, struct mt_arena *arena)
{
    struct reading reading;
    struct mt_draws draws = {0};
    struct mt_draw draw, best = {0};
    uint32_t max = 0;

    reading_init(&reading, lore, ledger, entry, sequence_limit, arena);
    while (reading_next(&reading, &draw)) {
        draw_add(&draws, &max, arena, &draw);
        if (better_into(&draw, &best)) {
            best = draw;
            draws.best = draws.count;
        }
    }
    return draws;
}

struct mt_draw mt_draw_best_into(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *entry,
                                 uint32_t sequence_limit, struct mt_arena *arena)
{
    struct reading reading;
    struct mt_draw draw, best = {0};

    reading_init(&reading, lore, ledger, entry, sequence_limit, arena);
    while ((best.other == NULL || reading.need >= best.received) && reading_next(&reading, &draw)) {
        if (better_into(&draw, &best))
            best = draw;
    }
    return best;
}

bool mt_draw_is_best_into(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *from, int64_t received,
                          const struct mt_entry *entry, uint32_t sequence_limit, struct mt_arena *arena)
{
    const struct mt_draw known = {.other = from, .received = received};
    struct reading reading;
    struct mt_draw draw;

    if (received > entry->minor - received)
        return true;
    reading_init(&reading, lore, ledger, entry, sequence_limit, arena);
    while (reading.need >= received && reading_next(&reading, &draw)) {
        if (draw.other != from && better_into(&draw, &known))
            return false;
    }
    return true;
}

/* An outflow met on the way takes from the inflows met before it, the newest first. What it still needs is returned. */
static int64_t take(const struct mt_lore *lore, struct waitings *inflows, const struct mt_entry *outflow)
{
    int64_t need = outflow->minor;
    uint32_t at = inflows->count;

    for (; at > 0 && need > 0; at--) {
        struct waiting *inflow = &inflows->at[at - 1];
        int64_t given, received;

        mt_draw_split(lore->rates, inflow->entry, outflow, inflow->left, need, &given, &received);
        if (given > 0) {
            inflow->left -= given;
            need -= received;
        }
    }
    waiting_close(inflows, at);
    return need;
}

struct mt_draws mt_draws_from(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *entry,
                              uint32_t sequence_limit, struct mt_arena *arena)
{
    const struct mt_entry *end = ledger->entries + ledger->count, *unread = entry + 1;
    struct waitings inflows;
    struct mt_draws draws = {0};
    int64_t left = entry->minor, last_ms = entry->time_ms + lore->rules->hop_window_ms;
    uint32_t max = 0;

    waitings_init(&inflows, arena);
    for (const struct mt_entry *at = entry + 1; at < end && left > 0 && at->time_ms <= last_ms; at++) {
        int64_t given, received, need = at->minor;

        if (!at->outflow || !counts(at, sequence_limit))
            continue;
        /* Inflows are only noted once an outflow comes: many accounts have none. */
        for (; unread < at; unread++) {
            if (!unread->outflow && counts(unread, sequence_limit))
                waiting_push(&inflows, unread);
        }
        if (inflows.count > 0 && (need = take(lore, &inflows, at)) == 0)
            continue;
        mt_draw_split(lore->rates, entry, at, left, need, &given, &received);
        if (given == 0)
            continue;
        left -= given;
        draw_add(&draws, &max, arena, &(struct mt_draw){.other = at, .given = given, .received = received});
        const struct mt_draw *best = draws.best > 0 ? &draws.at[draws.best - 1] : NULL;
        if (best == NULL || given > best->given || (given == best->given && mt_draw_earlier(at, best->other)))
            draws.best = draws.count;
    }
    return draws;
}
