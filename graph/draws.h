/*
 * draws.h: the links of one transfer, found by looking only at the entries between it and their other ends.
 *
 * links.h decides every link of a window at once; most questions are about one transfer, whose funding by last-in-first-out is settled by
 * few neighbours. Read backwards, an inflow serves the outflows after it from the earliest on, just as an outflow, read forwards,
 * takes from the newest inflow: both give the same pairs with the same sums.
 *
 *   into f, backwards:   in e1 │ out g │ in e2 │ out f      e2 serves f; e1 serves g, and f with what is left
 *
 * Cost     O(entries between the transfer and the last of its links)
 */
#ifndef MT_DRAWS_H
#define MT_DRAWS_H

#include "links.h"

struct mt_draw {
    const struct mt_entry *other;
    int64_t given;    /* in the inflow's currency */
    int64_t received; /* in the outflow's */
    int64_t before;   /* into only: what the inflow had given to outflows before this one */
};

struct mt_draws {
    struct mt_draw *at; /* into: newest first; from: earliest first; arena memory */
    uint32_t count;
    uint32_t best;  /* index + 1 of the main one among all: main parent or main child; 0: none */
    int64_t given;  /* sum over all */
};

/* mt_draw_split() for two currencies. */
void mt_draw_split_rates(const struct mt_rates *rates, const struct mt_entry *from, const struct mt_entry *to, int64_t left, int64_t need,
                         int64_t *out_given, int64_t *out_received);

/* How much of `left` (the inflow's currency) goes towards `need` (the outflow's). Both 0 when nothing can. */
static inline void mt_draw_split(const struct mt_rates *rates, const struct mt_entry *from, const struct mt_entry *to, int64_t left,
                                 int64_t need, int64_t *out_given, int64_t *out_received)
{
    if (from->currency == to->currency)
        *out_given = *out_received = left < need ? left : need;
    else
        mt_draw_split_rates(rates, from, to, left, need, out_given, out_received);
}

/* The inflows that funded outflow `entry`, an entry of the ledger, not idle. Entries with sequence ≥ `sequence_limit` do not exist. */
struct mt_draws mt_draws_into(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *entry,
                              uint32_t sequence_limit, struct mt_arena *arena);

/* Only the best of them, its main parent; `other` is NULL when there is none. Stops as soon as no other can be better. */
struct mt_draw mt_draw_best_into(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *entry,
                                 uint32_t sequence_limit, struct mt_arena *arena);

/* Whether inflow `from`, known to have put `received` into outflow `entry`, is the best of them. Stops at the first better one. */
bool mt_draw_is_best_into(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *from, int64_t received,
                          const struct mt_entry *entry, uint32_t sequence_limit, struct mt_arena *arena);

/* The outflows that inflow `entry` funded. */
struct mt_draws mt_draws_from(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *entry,
                              uint32_t sequence_limit, struct mt_arena *arena);

/* Strong as far as the two ends go: half of the inflow, or half of the outflow. That the inflow passed on enough is asked apart. */
static inline bool mt_draw_strong(const struct mt_rules *rules, const struct mt_entry *from, const struct mt_entry *to, int64_t given,
                                  int64_t received)
{
    return mt_at_least(given, from->minor, rules->strong_permille) || mt_at_least(received, to->minor, rules->strong_permille);
}

/* Earlier, then smaller key: how ties between main children or parents fall. */
bool mt_draw_earlier(const struct mt_entry *left, const struct mt_entry *right);

#endif
