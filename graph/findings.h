/*
 * findings.h: the versions that outcomes make of findings, held in memory (scan, tests); the rules are those the Redis store follows.
 *
 * A chain lives under its spine's first transfer. Whatever else lives under another key of the spine has been merged into it;
 * whatever lives under a key of a spine that is no chain is withdrawn. Revisions go on, since an id may come back.
 *
 * Owns     copies of the findings
 * Cost     apply O(spine) per outcome
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_FINDINGS_H
#define MT_FINDINGS_H

#include "chain.h"

enum mt_finding_state { MT_FINDING_LIVE, MT_FINDING_WITHDRAWN, MT_FINDING_MERGED };

struct mt_finding_record {
    struct mt_transfer_key id;
    struct mt_transfer_key merged_into;
    struct mt_finding *finding; /* the last content; owned by the set */
    uint32_t revision;          /* from 1 */
    enum mt_finding_state state;
};

struct mt_findings;

MT_MUST_USE enum mt_status mt_findings_create(struct mt_findings **out_findings);
void mt_findings_destroy(struct mt_findings *findings); /* NULL is fine */

/* A turn's outcomes, in their order. */
MT_MUST_USE enum mt_status mt_findings_apply(struct mt_findings *findings, const struct mt_outcome *outcomes, size_t count);

/* The records in order of first appearance. Borrowed until the next apply. */
const struct mt_finding_record *mt_findings_all(const struct mt_findings *findings, size_t *out_count);

#endif
