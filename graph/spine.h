/*
 * spine.h: the path of main links that a transfer lies on (design D3), cut into parts where it goes on for ever.
 *
 * Every transfer lies on exactly one spine, found by walking from any of its transfers. A long one is cut before each transfer whose
 * key is smaller than those of the 64 before it and the 64 after it on the uncut path (all 128 must exist), which is the same
 * from wherever the walk began.
 *
 * Cost     one links call per step; at most MT_WALK_MAX steps each way
 * Fails    MT_WANT
 */
#ifndef MT_SPINE_H
#define MT_SPINE_H

#include "flow.h"

#define MT_SPINE_SIDE 64 /* neighbours on each side that a cut is decided by */
#define MT_WALK_MAX 16384

struct mt_spine {
    struct mt_hop *hops; /* first to last; arena memory */
    uint32_t count;      /* at least 1 */
    const struct mt_hop *before; /* the neighbour part's last transfer, when cut there; else NULL */
    const struct mt_hop *after;  /* the next part's first transfer, when cut there; else NULL */
    bool horizon;        /* the walk back stopped at the retention's edge */
    bool walk_cut;       /* MT_WALK_MAX was reached: the limit shows */
};

/* The part of the spine that holds `hop`. Transfers before `horizon_ms` are not walked to. */
MT_MUST_USE enum mt_status mt_spine_find(struct mt_flow *flow, const struct mt_hop *hop, int64_t horizon_ms,
                                         struct mt_spine *out_spine);

#endif
