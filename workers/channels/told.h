/*
 * told.h: a counted channel on a day, ready to be printed: with the flagged flows of the recent days.
 */
#ifndef MT_CHANNELS_TOLD_H
#define MT_CHANNELS_TOLD_H

#include "schemas/channel.h"

struct mt_telling {
    struct mt_channels *channels;
    const struct mt_channel_limits *limits;
    const char *const *class_names;
};

/* Borrows all of it. */
struct mt_channel_told mt_told_of(const struct mt_telling *telling, size_t channel, bool is_new, int64_t day,
                                  const struct mt_channel_figures *figures);

void mt_telling_id(const struct mt_telling *telling, size_t channel, struct mt_channel_id *out_id);

#endif
