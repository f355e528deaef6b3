/*
 * planted.h: what the generator planted against what was found: each network, how much of it lies in one finding, and in which.
 */
#ifndef MT_PLANTED_H
#define MT_PLANTED_H

#include <stdio.h>

#include "graph/base.h"

/*
 * Reads the truth (CSV: id,pattern_id,pattern_type,hop) and the findings (one alert JSON a line), and prints a line per network and the sums. Fails: MT_IO,
 * MT_NO_MEMORY. Cost: O(truth + findings).
 */
MT_MUST_USE enum mt_status mt_planted_compare(const char *truth_path, const char *findings_path, FILE *out);

#endif
