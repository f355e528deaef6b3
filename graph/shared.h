/*
 * shared.h: accounts that use one device, phone, network address or alias: how many others used what an account's transfers out of a day carried.
 *
 * Every indicator has a ledger (ledger.h): who made which transfer with it. An account's day counts, for each indicator that its transfers out of the
 * day carried, the other accounts that used it within the gather window up to the day's end; the most counts. An indicator that more than
 * shared_accounts_most others used is a public one (a café's network, a provider's address) and counts nothing: that is a rule, and bounds the work.
 *
 *   device  ──a──b──────c──a──────a─►    a's day: b and c used it too: 2
 *              └── gather window ──┘
 *
 * An arrival changes the days of others too: those on which they used its indicator and whose gather window it lies in. In order of time that is
 * its own day alone, and only when its debtor had not used the indicator in that window before.
 *
 * Cost     a ledger read per indicator carried, kept decoded as accounts' are; a public one O(shared_accounts_most)
 * Fails    MT_WANT
 */
#ifndef MT_SHARED_H
#define MT_SHARED_H

#include "account.h"
#include "episode.h"

/* MT_FACT_shared of the account's day, as entries of its ledger with sequence < `sequence_limit` say; −1 where the rules do not look. */
MT_MUST_USE enum mt_status mt_shared_find(struct mt_flow *flow, const struct mt_account_day *day, const struct mt_ledger *ledger,
                                          const struct mt_episode *episode, uint32_t sequence_limit, int64_t *out_shared);

/* Adds the days of other accounts that the transfer's report may have changed by an indicator that it carries. With nothing added on MT_WANT. */
MT_MUST_USE enum mt_status mt_shared_change(struct mt_flow *flow, const struct mt_transfer *transfer, struct mt_account_days *days);

/* Whether the rules look at all. */
static inline bool mt_shared_looks(const struct mt_rules *rules)
{
    return rules->detectors != 0 && rules->shared_accounts > 0;
}

#endif
