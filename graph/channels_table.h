/* channels_table.h: the inside of channels.h, shared by its two halves: collecting and judging. */
#ifndef MT_CHANNELS_TABLE_H
#define MT_CHANNELS_TABLE_H

#include "channels.h"

/* A transfer, as the money before it is walked back. 64 bits of a keyed MAC name it: among 10^8 transfers two are alike once in 3,700 times, and
 * then one ordinary flow counts as another channel's. */
struct mt_channel_step {
    uint64_t key;
    uint64_t before; /* the latest transfer into the debtor within the window; 0: none */
    int64_t time_ms : 63;
    uint64_t again : 1; /* not the first of its debtor's day by this way out */
    struct mt_channel_hop hop;
};

struct mt_channels {
    struct mt_channels_options options;
    uint8_t hop_count; /* of a signature that is more than an exit */
    struct mt_channel_step *steps; /* open addressing by key; key 0: free */
    size_t step_count, step_slots;

    struct mt_channel_flow *flows; /* by day, then finding, once counted */
    struct mt_channel_sign (*flow_signs)[MT_CHANNEL_GRAIN_COUNT];
    size_t flow_count, flow_room;

    struct mt_channel_sign *signs; /* sorted */
    size_t sign_count;
    const struct mt_channel_flow **by_channel; /* every channel's flows, one channel after another */
    size_t *channel_first;                     /* sign_count + 1: where a channel's begin */

    /* Sums over days before a day: [channel][day − first + 0 … day_count], and per grain of all flows. */
    int64_t first_day, last_day;
    size_t day_count;
    uint64_t *flagged, *ordinary;
    uint64_t *flagged_all[MT_CHANNEL_GRAIN_COUNT], *ordinary_all[MT_CHANNEL_GRAIN_COUNT];
};

/* Flows on days from first to last, both clipped to what is there, out of one row of sums. */
uint64_t mt_channels_between(const struct mt_channels *channels, const uint64_t *row, int64_t first_day, int64_t last_day);

#endif
