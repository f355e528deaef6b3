/*
 * tell.h: channels for a terminal, and as lines of JSON.
 *
 * Told are: channels that the test found and nobody has called honest, on the day it found them; channels that people have remarked, and watched
 * ones always, on the last day; with `all` every other one that a flagged flow took, too.
 *
 * Fails    MT_NO_MEMORY, MT_IO
 */
#ifndef MT_CHANNELS_TELL_H
#define MT_CHANNELS_TELL_H

#include <stdio.h>

#include "notebook.h"
#include "told.h"

struct mt_tell_options {
    struct mt_telling telling;
    const struct mt_notebook *notebook;
    bool json, all;
};

/* `reports` are those of mt_channels_judge(). */
MT_MUST_USE enum mt_status mt_channels_tell(FILE *out, const struct mt_tell_options *options, const struct mt_channel_report *reports,
                                            size_t report_count);

#endif
