/*
 * episode.h: what one account did up to the end of one day (UTC): the facts that detectors and scores are made of.
 *
 * An episode is an account and a day, or the 24 hours before a moment, in which it moved money. Its facts look back over the gather window (E) for who paid and was paid
 * and where the money went, and over the history (H) before that for what is usual; never beyond the day's end, so a transfer in time
 * changes today's episode alone. All come from the account's own de-duplicated ledger by event time: a replay counts nothing twice, no
 * order of arrival matters.
 *
 *        │◄────────── history H ──────────►│◄── gather window E ──►│
 *   ─────┴─────────────────────────────────┴──────────────┬ today ─┤──► event time
 *
 * Owns     nothing; memory from the arena
 * Bounds   a hub (more than K counterparties in E, or more than 64 K transfers) has no facts but that
 * Cost     O(entries in H + E)
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
    X(passed, "permille of today's money in that left again today")                   \
    X(funded, "permille of today's money out that had come in within the hop window")           \
    X(dwell_minutes, "how long money that moved today had stayed, median by sum")               \
    X(surge_in, "money in within the gather window, permille of its daily mean before")         \
    X(surge_out, "money out within the gather window, permille of its daily mean before")       \
    X(age_days, "days since the account was first seen, within the history")                    \
    X(gap_days, "days without a transfer before today's first")                                 \
    X(below_line, "transfers in just below the reporting line, within the gather window")          \
    X(largest, "today's largest sum, permille of the largest before")                           \
    X(mutual, "accounts that both paid and were paid, within the gather window")                \
    X(amount, "today's largest sum, in cents of a dollar or euro")                              \
    X(money_in, "money in within the gather window, in cents of a dollar or euro")              \
    X(money_out, "money out within the gather window, in cents of a dollar or euro")            \
    X(fresh_in, "permille of the gather window's money in from accounts not seen before")       \
    X(fresh_out, "permille of the gather window's money out to accounts not seen before")       \
    X(cash_in, "permille of the gather window's money in that was cash")                        \
    X(cash_out, "permille of the gather window's money out that was cash")                      \
    X(card_ins, "transfers in by card, within the gather window: what a shop has")              \
    X(passed_ins, "transfers in within the gather window that were passed on within the hop window") \
    X(largest_passed, "the largest transfer in that was passed on within the hop window, in cents of a dollar or euro") \
    X(heavy_payers, "new payers that brought at least a fortieth of the gather window's money in by hand")      \
    X(heavy_payees, "new payees that took at least a fortieth of the gather window's money out by hand")        \
    X(fan, "new payers of weight and as many new payees of weight")                                             \
    X(relayed, "permille of the gather window's money in that was passed on within the hop window")             \
    X(jump, "the gather window's largest sum, permille of the largest in the history before it; -1: no history") \
    X(fresh_amount, "today's largest sum from or to an account not seen before the gather window, in cents of a dollar or euro") \
    X(burst_in, "most payers by hand within six hours that end today")                          \
    X(burst_out, "most transfers to one account within an hour, today")                         \
    X(load, "today's largest sum as a multiple of the same new account's first one, within the gather window") \
    X(night, "permille of today's money by hand that moved at night")                           \
    X(instant, "permille of today's money that moved by instant payment")                       \
    X(digital_out, "permille of the gather window's money out that went to wallets or crypto")   \
    X(burst_payees, "most payees by hand within an hour that ends today")                       \
    X(alike_in, "most of today's transfers in by hand with sums within a fiftieth of the first of them, from different payers") \
    X(alike_out, "the same of transfers out, to different payees") \
    X(listed, "today's transfers that the account made, or got, while on a watch list, or made by means on one") \
    X(listed_parties, "transfers of at least listed_sum_least with a party on a watch list, or made by its means on one, within the gather window") \
    X(listed_passed, "of these, those that today's money out passed on, or was: a strong link (links.h) by the day's end") \
    X(opened_days, "days since the account was opened, as its bank says")                            \
    X(person, "1: a person holds the account, 0: a firm, as its bank says")                           \
    X(watched_days, "days since the bank's stream began")                                            \
    X(shared, "other accounts that used, within the gather window, an indicator of today's transfers out; -1: not looked at (shared.h)")

enum mt_fact {
#define MT_FACT_ENUM(field, text) MT_FACT_##field,
    MT_FACT_TABLE(MT_FACT_ENUM)
#undef MT_FACT_ENUM
    MT_FACT_COUNT
};

struct mt_episode {
    int64_t end_ms;
    uint32_t low, today, high; /* entries [low, high) are the gather window, from `today` on today's */
    uint16_t currency;         /* of today's last transfer; sums are in it */
    bool hub;
    int64_t money_in, money_out; /* within the gather window, in minor units of `currency`; facts of sums are sizes (lines.h) */
    int64_t facts[MT_FACT_COUNT];
};

/* For bursts an entry is compared with at most so many next to it in the ledger: an account with few counterparties may still have very many
 * transfers; and at most so many payers are told apart. */
#define MT_EPISODE_SAME_MOST 256
#define MT_EPISODE_BURST_MOST 64

/* Payers are counted together over so long for burst_in, payees for burst_payees. */
#define MT_EPISODE_BURST_MS (6 * MT_HOUR_MS)
#define MT_EPISODE_BURST_OUT_MS MT_HOUR_MS

/* Sums are alike when they differ by one part in so many or less. */
#define MT_EPISODE_ALIKE 50

/* What a person sends: not by card, and not in a batch, as wages, rents and standing orders are. */
static inline bool mt_episode_by_hand(const struct mt_entry *entry)
{
    return entry->kind != MT_KIND_CARD && entry->rail != MT_RAIL_ACH;
}

/* The day of a time, rounded down. */
static inline int64_t mt_day_of_time(int64_t time_ms)
{
    return time_ms >= 0 ? time_ms / MT_DAY_MS : -((-time_ms + MT_DAY_MS - 1) / MT_DAY_MS);
}

/* night_from and the night_hours after it, by the clock of UTC. */
static inline bool mt_episode_night(const struct mt_rules *rules, int64_t time_ms)
{
    int64_t hour = ((time_ms - mt_day_of_time(time_ms) * MT_DAY_MS) / MT_HOUR_MS + 24 - rules->night_from) % 24;

    return hour < rules->night_hours;
}

/* A party or a transfer counts for much when its sum is at least one in so many of all that moved that way in the gather window. */
#define MT_EPISODE_HEAVY 40

/*
 * The 24 hours before `end_ms` are its day: a day of the calendar for an account's finding, those up to a transfer out for a chain's
 * (chain_facts.h). False when the account moved nothing in them, as entries with sequence < `sequence_limit` say.
 */
bool mt_episode_find(const struct mt_lore *lore, const struct mt_token *account, const struct mt_ledger *ledger, int64_t end_ms, uint32_t sequence_limit,
                     struct mt_arena *arena, struct mt_episode *out_episode);

#endif
