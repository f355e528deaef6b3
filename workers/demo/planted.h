/*
 * planted.h: what the generator planted against what was found: each network, how much of it lies in one finding, and in which.
 */
#ifndef MT_PLANTED_H
#define MT_PLANTED_H

#include <stdio.h>

#include "graph/base.h"

struct mt_planted {
    size_t network_count;
    size_t found;           /* half or more of their transfers in one finding or in several together */
    size_t findings;        /* live findings in all */
    size_t findings_planted;/* of them, those that hold a planted transfer */
};

/*
 * Reads the truth (CSV: id,pattern_id,pattern_type,hop) and the findings (one alert JSON a line), and prints a line per network. Fails: MT_IO,
 * MT_NO_MEMORY. Cost: O(truth + findings).
 */
MT_MUST_USE enum mt_status mt_planted_compare(const char *truth_path, const char *findings_path, FILE *out,
                                              struct mt_planted *out_planted);

#endif
