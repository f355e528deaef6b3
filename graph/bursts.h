/*
 * bursts.h: the part of episode.c that looks at transfers close together: how many at once, to how many, with what sums.
 *
 * Owns     nothing
 * Cost     O(entries today × MT_EPISODE_SAME_MOST)
 * Threads  any
 */
#ifndef MT_BURSTS_H
#define MT_BURSTS_H

#include "episode.h"

/* Fills burst_in, burst_out, burst_payees, alike_in and alike_out. Entries with sequence ≥ `sequence_limit` do not exist. */
void mt_bursts_fill(const struct mt_entry *entries, uint32_t sequence_limit, struct mt_episode *episode);

#endif
