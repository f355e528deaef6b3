/*
 * change.h: the gate: which transfers' spines an arrival may have changed (design D11).
 *
 * Arrivals race: two workers may each append to one account and then both read it with both in it. If each compared "with mine" and
 * "without mine", a change that needed both would be seen by neither. So each arrival compares the ledger as it was up to and
 * without its own report in append order with the ledger up to and with it. The steps telescope: whatever differs between
 * any two states of the ledger differs in the step of some arrival, and that arrival's worker looks.
 *
 *   append order   #0 #1 ... #s-1 | #s | #s+1 ...
 *                  before: < s    after: ≤ s      (later reports are left to their own workers)
 */
#ifndef MT_CHANGE_H
#define MT_CHANGE_H

#include "flow.h"

/* Hops whose spines are to be looked at again, as they were: a joining report may since have moved or ended one. May hold one twice.
 * Arena memory. */
struct mt_targets {
    struct mt_hop *at;
    uint32_t count;
    uint32_t max;
};

void mt_target_add(struct mt_targets *targets, struct mt_arena *arena, const struct mt_hop *hop);

/*
 * Adds what the transfer's report changed in one of its two accounts. Cost: O(log n) for most; O(entries within 2 W) where
 * it touches a link. Fails: MT_WANT, with nothing added.
 */
MT_MUST_USE enum mt_status mt_change_find(struct mt_flow *flow, const struct mt_token *account,
                                          const struct mt_transfer *transfer, bool outflow, struct mt_targets *targets);

/* All that a finding shows of an entry but its time and accounts. A plain ledger has both in one place. */
bool mt_entry_same(const struct mt_entry *left, const struct mt_entry *right);

/* Sequence of the very report that this transfer is, in a ledger of reports; false when it is not there (trimmed). */
bool mt_report_find(const struct mt_ledger *reports, const struct mt_transfer *transfer, bool outflow, uint32_t *out_sequence);

#endif
