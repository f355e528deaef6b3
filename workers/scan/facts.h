/*
 * facts.h: what scores are made of, as CSV for fits (bench/accuracy/points.py): every account's every day, and every chain.
 */
#ifndef MT_SCAN_FACTS_H
#define MT_SCAN_FACTS_H

#include "scan.h"

#include <stdio.h>

MT_MUST_USE enum mt_status mt_scan_episodes_write(struct mt_scan *scan, FILE *out);

/* The same as days stood when each transfer had come, where a detector may hold. */
MT_MUST_USE enum mt_status mt_scan_looks_write(struct mt_scan *scan, FILE *out);

/* A chain is told by its transfers' ids. Those below chain_score_least are no findings: lower it to have all. */
MT_MUST_USE enum mt_status mt_scan_chains_write(struct mt_scan *scan, FILE *out);

/* A version as a line: event time in ms, the finding's id, its score, the ids of a chain's own transfers or of all that an account's day shows. */
void mt_scan_version_print(FILE *out, int64_t now_ms, const struct mt_finding *finding);

#endif
