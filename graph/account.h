/*
 * account.h: from an account and a day to its finding, if a detector holds; and which days an arrival may have changed.
 *
 * A finding lives for (account, day) when at least one detector holds (detectors.h) and the score reaches `account_score_least`. Facts look at
 * nothing after the day's end, and back over the gather window and the history: so an arrival at t changes day(t), and later days only if the
 * account has entries on them already, up to E + H on, or W where that is longer: where the day's money had come from.
 *
 * The gate compares as change.h does, in append order: the ledger before the arrival's report and the ledger with it. A day is looked at when a
 * finding stood before or stands after; if the final finding differs from what was ever written, it differs in the step of some arrival.
 *
 * Cost     most arrivals: O(log n) and a look at the day's entries; a few in a hundred: two episodes
 */
#ifndef MT_ACCOUNT_H
#define MT_ACCOUNT_H

#include "chain.h"

/* One account's one day. */
struct mt_account_day {
    struct mt_token account;
    int64_t day; /* since 1970-01-01 */
};

/* May hold one twice. Arena memory. */
struct mt_account_days {
    struct mt_account_day *at;
    uint32_t count;
    uint32_t max;
};

void mt_account_day_add(struct mt_account_days *days, struct mt_arena *arena, const struct mt_account_day *day);

/*
 * The finding's id: the account's token with both halves mixed with the day. Tokens are MACs, so ids are as uniform as they are; one day's
 * ids are as distinct as the tokens, and meet a transfer's key or another day's no likelier than two MACs meet.
 */
struct mt_transfer_key mt_account_key(const struct mt_account_day *day);

/* The one place under which the finding lives, and back: false when the spot is a transfer's. */
struct mt_spot mt_account_spot(const struct mt_account_day *day);
bool mt_account_of_spot(const struct mt_spot *spot, struct mt_account_day *out_day);

/* From the first to the last time at which two ledgers differ; false when they do not. */
bool mt_ledgers_differ(const struct mt_ledger *left, const struct mt_ledger *right, int64_t *out_first_ms, int64_t *out_last_ms);

/* Fills all of the outcome but the accounts. Fails: MT_WANT. */
MT_MUST_USE enum mt_status mt_account_find(struct mt_flow *flow, const struct mt_account_day *day, struct mt_outcome *out_outcome);

/* Adds the days that the transfer's report changed in one of its two accounts. Fails: MT_WANT, with nothing added. */
MT_MUST_USE enum mt_status mt_account_change(struct mt_flow *flow, const struct mt_token *account, const struct mt_transfer *transfer,
                                             bool outflow, struct mt_account_days *days);

#endif
