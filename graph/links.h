/*
 * links.h: which transfers into an account funded which transfers out of it, and which of those links are strong.
 *
 * Last in, first out within the hop window W (design D2): an outflow f takes first from the newest inflow that still has money and is at
 * most W older. So given(e→f) depends only on the account's entries from e to f, whatever the balance was before.
 *
 *   in  e1 100   in  e2 50   out f1 60         f1 takes 50 of e2, then 10 of e1
 *
 * A link is strong when given ≥ α·e or received ≥ α·f, and at least ρ of e left again within W. Among all its links, e's main
 * child took most of e and f's main parent funded most of f (ties: earlier, then smaller key). Links out of e are `hub` when the
 * account had more than K counterparties from e − W to e, when the money came. `main`: strong, not hub, each end the other's main (D3);
 * links between transfers of one time may still be cut by a circle (circle.h).
 */
#ifndef MT_LINKS_H
#define MT_LINKS_H

#include "ledger.h"
#include "lines.h"
#include "lists.h"
#include "rates.h"
#include "rules.h"

struct mt_link {
    const struct mt_entry *from; /* inflow e, an entry of this ledger */
    const struct mt_entry *to;   /* outflow f */
    int64_t given;               /* minor units of e's currency */
    int64_t received;            /* minor units of f's currency */
    int64_t passed;              /* sum of given over all links from e: what left again within W */
    bool strong;
    bool hub;
    bool main;
};

struct mt_links {
    struct mt_link *at; /* in ledger order of `to`, then from newest to oldest `from`; arena memory */
    uint32_t count;
};

struct mt_points;

/* What the rules say, with the rates, the sizes of sums, the watch lists and the signs' points that they need. Borrowed together everywhere. */
struct mt_lore {
    const struct mt_rules *rules;
    const struct mt_rates *rates; /* may be NULL */
    const struct mt_lines *lines; /* links alone need none */
    const struct mt_lists *lists; /* may be NULL */
    const struct mt_points *points; /* NULL: ours */
};

/*
 * Every link e→f with first_ms ≤ e ≤ last_ms, fully decided but for circles. Reads the ledger from first − W to last + W, entries with
 * sequence < `sequence_limit` only. Cost: O(entries read), plus O(entries of a window) per e that may be a hub.
 */
struct mt_links mt_links_find(const struct mt_lore *lore, const struct mt_ledger *ledger, int64_t first_ms, int64_t last_ms,
                              uint32_t sequence_limit, struct mt_arena *arena);

#endif
