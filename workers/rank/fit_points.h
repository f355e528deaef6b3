/*
 * fit_points.h: moneytrail fit --points: the points of alerts, learnt from a bank's labels.
 *
 * Reads the file again, up to the time that divides what is learnt from the rest, as if nothing came after; says on standard output
 * what the labels were and what the points change, on standard error where they are too few.
 */
#ifndef MT_FIT_POINTS_H
#define MT_FIT_POINTS_H

#include "labels_file.h"
#include "options.h"

struct mt_fit_points_options {
    const struct mt_rank_options *common;
    const char *labels, *lines, *accounts, *accounts_mapping, *lists;
    const char *points; /* where they are written */
    int64_t precision_percent, sample;
};

/* `until_ms` as mt_rank_cut() gives it. */
MT_MUST_USE enum mt_status mt_fit_points(const struct mt_fit_points_options *options, const struct mt_known *known, int64_t until_ms);

#endif
