/*
 * oracle_merge.h: what a set of reports says happened: the naive twin of the ledger's join (design 3.2).
 */
#ifndef MT_TEST_ORACLE_MERGE_H
#define MT_TEST_ORACLE_MERGE_H

#include "graph/finding.h"

/* The transfers that the reports speak of, in order of (time, key), role left 0. Free it. */
struct mt_finding_transfer *oracle_merge(const struct mt_transfer *reports, size_t count, uint32_t *out_count);


/* The report whose fields a transfer of the last merge got. */
const struct mt_transfer *oracle_report(const struct mt_transfer_key *key);

/* The uses of an indicator, as the reports that carry it say by themselves. Free it. */
struct mt_finding_transfer *oracle_uses(const struct mt_token *indicator, uint32_t *out_count);

#endif
