/*
 * relist.h: what is to be looked at again when a watch list has got another record, or a bank has said something of an account (holder.h).
 *
 * Lists are inputs of the findings as rates are, but they change while workers run. Whoever adds a record to the lists that all share looks, after
 * that, at all that it may change: the transfers of its subject from its `since` on, their spines, and the days of both sides. A transfer that comes later
 * is judged with the record in any case, since its worker reads the lists after it has appended the transfer. So nothing is missed, and
 * what a finding says does not depend on which came first.
 *
 * Cost     a look per spine and per day of the subject's transfers
 * Fails    MT_WANT
 */
#ifndef MT_RELIST_H
#define MT_RELIST_H

#include "account.h"
#include "change.h"
#include "lists.h"

/* What is said of an account, beside the subjects of lists: bears on its own days, and on the spines of its transfers. */
#define MT_SUBJECT_HOLDER (MT_SUBJECT_ACCOUNT + 1)

/* Of a record, what matters here. */
struct mt_relist {
    struct mt_token subject;
    int64_t since_ms;
    uint8_t kind; /* an enum mt_indicator, MT_SUBJECT_ACCOUNT or MT_SUBJECT_HOLDER */
};

/* Records whose subjects have not been looked at yet. Arena memory. */
struct mt_relists {
    struct mt_relist *at;
    uint32_t count;
    uint32_t max;
};

void mt_relist_add(struct mt_relists *relists, struct mt_arena *arena, const struct mt_relist *record);

/* Adds the targets and days of those records whose ledgers are here, and drops these. */
MT_MUST_USE enum mt_status mt_relists_step(struct mt_flow *flow, struct mt_relists *relists, int64_t horizon_ms, struct mt_targets *targets,
                                           struct mt_account_days *days);

#endif
