/*
 * rules.h: what counts as moving money on: the options that are part of a finding's definition.
 *
 * Declared once, as a table: it yields the struct, the command line, the help text and the bounds test. Two runs with the
 * same rules, rates, secret and transfers give the same final set of findings (design D11).
 */
#ifndef MT_RULES_H
#define MT_RULES_H

#include "base.h"

#define MT_RULES_VERSION "chain/1"
#define MT_RULES_ACCOUNT_VERSION "account/1"

#define MT_SHARED_MOST 250 /* upper bound of the rules about shared indicators */

#define MT_HOUR_MS (INT64_C(3600) * 1000)
#define MT_DAY_MS (24 * MT_HOUR_MS)

/* X(field, kind, default, least, most, help); kind: DURATION (printed as 48h, 90d), DATE (days since 1970, printed as
 * 2026-11-25; 0: none), PERMILLE or COUNT. */
#define MT_RULES_TABLE(X)                                                                                      \
    X(hop_window_ms, DURATION, 48 * MT_HOUR_MS, 1, 366 * MT_DAY_MS,                                            \
      "longest time from money in to the money out that it funded (W)")                                        \
    X(strong_permille, PERMILLE, 500, 1, 1000, "share of a transfer that makes a link strong (alpha)")         \
    X(passed_permille, PERMILLE, 800, 1, 1000, "share that must leave again for the account to count as passing it on (rho)") \
    X(chain_links, COUNT, 2, 1, 64, "fewest links that make a chain: 2 links are 3 transfers (N)")             \
    X(chain_score_least, COUNT, 0, 0, 100, "lowest score with which a chain becomes a finding")                 \
    X(hub_counterparties, COUNT, 64, 1, 4096,                                                                  \
      "an account with more counterparties than this in the hop window before money comes is a hub for it (K)") \
    X(branch_show, COUNT, 64, 0, 4096, "branches shown in a finding; the rest are counted")                    \
    X(gather_window_ms, DURATION, 7 * MT_DAY_MS, MT_DAY_MS, 366 * MT_DAY_MS,                                   \
      "how far back from a day's end an account's payers and payees are counted together (E)")                 \
    X(history_ms, DURATION, 30 * MT_DAY_MS, MT_DAY_MS, 3660 * MT_DAY_MS,                                       \
      "how far back before that what is usual for an account is read (H)")                                     \
    X(stream_from_day, DATE, 0, 0, 73049,                                                                                      \
      "day on which the bank's stream began, so that what is new to it is told from what is new; none: not known")              \
    X(detectors, COUNT, 1, 0, 1, "look for what single accounts do, beside chains; 0: chains and round trips only")            \
    X(account_score_least, COUNT, 65, 0, 100, "lowest score with which an account's day becomes a finding")                      \
    X(account_show, COUNT, 64, 1, 4096, "transfers shown in an account's finding; the rest are counted")                         \
    X(account_sum_least, COUNT, 25000, 1, INT64_C(1000000000000),                                                                \
      "an account's day is looked at when a sum of at least this, in cents (see --lines), moved with a new counterparty")       \
    X(relay_permille, PERMILLE, 500, 0, 1000, "share of the gather window's money in that a collector or distributor passed on") \
    X(through_permille, PERMILLE, 800, 0, 1000, "share of the day's money out that had just come in, for a pass-through account") \
    X(fan_parties, COUNT, 4, 1, 4096, "new counterparties on one side that make a collector or a distributor")                   \
    X(new_parties, COUNT, 1, 1, 4096, "new payees of weight that let a day's marks alone make a finding")    \
    X(gathering_payers, COUNT, 10, 2, 64, "payers within six hours that make a gathering, though nothing has left yet")          \
    X(line_sums, COUNT, 3, 1, 4096, "sums in just below their currency's reporting line that make structuring")                               \
    X(load_times, COUNT, 20, 2, 1000000, "how many times a new counterparty's first sum a later one is, to make the first a test") \
    X(dormant_days, COUNT, 10, 1, 3660, "days without a transfer after which an account counts as woken")                        \
    X(repeat_sums, COUNT, 6, 2, 256, "transfers to one account within an hour that make it repeated")                            \
    X(night_from, COUNT, 23, 0, 23, "hour, UTC, at which a night begins where the bank's customers live")                        \
    X(night_hours, COUNT, 7, 0, 24, "how many hours a night has")                                                                \
    X(cash_permille, PERMILLE, 500, 0, 1000, "share of the gather window's money in, or out, that makes it a cash account")       \
    X(listed_sum_least, COUNT, 1000, 1, INT64_C(1000000000000),                                                                   \
      "least sum, in cents (see --lines), by which an account deals with a party on a watch list")                               \
    X(shared_accounts, COUNT, 3, 0, MT_SHARED_MOST,                                                                              \
      "other accounts that use the same device, phone, network address or alias, to make it a shared one; 0: never looked at")   \
    X(shared_accounts_most, COUNT, 64, 1, MT_SHARED_MOST, "others by which an indicator is a public one instead, and says nothing") \
    X(listed_dealings, COUNT, 1, 1, 4096, "transfers that make an account one on a watch list, or one that deals with such")

struct mt_rules {
#define MT_RULES_FIELD(name, kind, value, least, most, help) int64_t name;
    MT_RULES_TABLE(MT_RULES_FIELD)
#undef MT_RULES_FIELD
};

struct mt_rules mt_rules_default(void);

/* part × 1000 ≥ whole × permille, exactly; part and whole are non-negative. */
static inline bool mt_at_least(int64_t part, int64_t whole, int64_t permille)
{
    return (__int128)part * 1000 >= (__int128)whole * permille;
}

#endif
