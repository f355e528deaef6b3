/*
 * episode.h: what one account did up to the end of one day (UTC): the facts that detectors and scores are made of.
 *
 * An episode is an account and a day on which it moved money. Its facts look back over the gather window (E) for who paid and was paid, over the
 * history (H) for what is usual, and ahead over the hop window (W) for where today's money went. All come from the account's own
 * de-duplicated ledger by event time, so a replay counts nothing twice and no order of arrival matters.
 *
 *        │◄────────── history H ──────────►│◄── gather window E ──►│◄─ W ─►│
 *   ─────┴─────────────────────────────────┴──────────────┬ today ─┤───────┴──► event time
 *
 * Owns     nothing; memory from the arena
 * Bounds   a hub (more than K counterparties in E) has no facts but that
 * Cost     O(entries in H + E + W)
 * Threads  none
 */
#ifndef MT_EPISODE_H
#define MT_EPISODE_H

#include "links.h"

/* X(field, text): what is measured. Permille are 0 to 1000, or more where a ratio can be; −1: cannot be said. */
#define MT_FACT_TABLE(X)                                                                        \
    X(payers, "accounts that paid in, within the gather window")                                \
    X(payees, "accounts that were paid, within the gather window")                              \
    X(new_payers, "of the payers, those not seen with this account before")                     \
    X(new_payees, "of the payees, those not seen with this account before")                     \
    X(ins, "transfers in, within the gather window")                                            \
    X(outs, "transfers out, within the gather window")                                          \
    X(today_ins, "transfers in today")                                                          \
    X(today_outs, "transfers out today")                                                        \
    X(passed, "permille of today's money in that left within the hop window")                   \
    X(funded, "permille of today's money out that had come in within the hop window")           \
    X(dwell_minutes, "how long money that moved today had stayed, median by sum")               \
    X(surge_in, "money in within the gather window, permille of its daily mean before")         \
    X(surge_out, "money out within the gather window, permille of its daily mean before")       \
    X(alike_in, "most payers in the gather window whose sums are within a tenth of one today")  \
    X(alike_out, "most payees in the gather window whose sums are within a tenth of one today") \
    X(age_days, "days since the account was first seen, within the history")                    \
    X(gap_days, "days without a transfer before today's first")                                 \
    X(below_line, "transfers just below the reporting line, within the gather window")          \
    X(largest, "today's largest sum, permille of the largest before")                           \
    X(mutual, "accounts that both paid and were paid, within the gather window")                \
    X(amount, "today's largest sum, in minor units")

enum mt_fact {
#define MT_FACT_ENUM(field, text) MT_FACT_##field,
    MT_FACT_TABLE(MT_FACT_ENUM)
#undef MT_FACT_ENUM
    MT_FACT_COUNT
};

struct mt_episode {
    int64_t day; /* since 1970-01-01 */
    uint32_t low, today, high; /* entries [low, high) are the gather window, from `today` on today's */
    bool hub;
    int64_t facts[MT_FACT_COUNT];
};

/* The day of a time, rounded down. */
static inline int64_t mt_day_of_time(int64_t time_ms)
{
    return time_ms >= 0 ? time_ms / MT_DAY_MS : -((-time_ms + MT_DAY_MS - 1) / MT_DAY_MS);
}

/* False when the account moved nothing on that day, as entries with sequence < `sequence_limit` say. */
bool mt_episode_find(const struct mt_lore *lore, const struct mt_ledger *ledger, int64_t day, uint32_t sequence_limit,
                     struct mt_arena *arena, struct mt_episode *out_episode);

#endif
