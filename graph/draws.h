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
};

struct mt_draws {
    struct mt_draw *at; /* into: newest first; from: earliest first; arena memory */
    uint32_t count;
    uint32_t best;  /* index + 1 of the main one among all: main parent or main child; 0: none */
    int64_t given;  /* sum over all */
};

/* How much of `left` (the inflow's currency) goes towards `need` (the outflow's). Both 0 when nothing can. */
void mt_draw_split(const struct mt_rates *rates, const struct mt_entry *from, const struct mt_entry *to, int64_t left, int64_t need,
                   int64_t *out_given, int64_t *out_received);

/* The inflows that funded outflow `entry`, an entry of the ledger, not idle. Entries with sequence ≥ `sequence_limit` do not exist. */
struct mt_draws mt_draws_into(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *entry,
                              uint32_t sequence_limit, struct mt_arena *arena);

/* The outflows that inflow `entry` funded. */
struct mt_draws mt_draws_from(const struct mt_lore *lore, const struct mt_ledger *ledger, const struct mt_entry *entry,
                              uint32_t sequence_limit, struct mt_arena *arena);

/* Earlier, then smaller key: how ties between main children or parents fall. */
bool mt_draw_earlier(const struct mt_entry *left, const struct mt_entry *right);

#endif
