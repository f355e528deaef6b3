/*
 * circle.h: circles of equal times, cut the same way from wherever one looks (design D2).
 *
 * At one instant money may go A→B→C→A. For each strongly connected set of two or more such transfers, the strong links from inside
 * the set into its smallest key are cut, and again in what remains connected.
 *
 * Cost     a circle is gathered and cut once per turn; igraph finds the connected sets
 */
#ifndef MT_CIRCLE_H
#define MT_CIRCLE_H

#include "flow.h"

MT_MUST_USE enum mt_status mt_circles_create(struct mt_circles **out_circles);
void mt_circles_destroy(struct mt_circles *circles); /* NULL is fine */
void mt_circles_reset(struct mt_circles *circles);

/* Whether the strong link from→to (equal times) is cut. */
MT_MUST_USE enum mt_status mt_circles_cut(struct mt_flow *flow, const struct mt_hop *from, const struct mt_hop *to,
                                          bool *out_cut);

#endif
