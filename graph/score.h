/*
 * score.h: a first score, from what a chain shows by itself: how many accounts passed the money on, how fast, how much of it, how
 * large it was, and whether it came back. A sum of parts, each readable in the finding (MT_SCORE_TABLE).
 */
#ifndef MT_SCORE_H
#define MT_SCORE_H

#include "finding.h"

/* Fills points and score from the finding's other fields. O(transfers). */
void mt_finding_score(struct mt_finding *finding);

#endif
