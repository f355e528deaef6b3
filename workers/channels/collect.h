/*
 * collect.h: the channels of a file of transfers: the scan's ledgers and findings, with what the accounts' banks say of exits.
 *
 * Fails    MT_IO, MT_BAD_CONFIG, MT_NO_MEMORY; the reason is then on standard error
 */
#ifndef MT_CHANNELS_COLLECT_H
#define MT_CHANNELS_COLLECT_H

#include "directory.h"
#include "graph/rules.h"

struct mt_collect_options {
    const char *file, *mapping;
    const char *accounts, *accounts_mapping; /* NULL: no directory */
    const char *rates;                       /* NULL: money is not followed across currencies */
    const char *lines;                       /* NULL: our own reporting lines */
    const char *points;                      /* NULL: our own points */
    const char *secret_file;                 /* NULL: the default */
    const struct mt_rules *rules;
    int64_t score_least, stay_most_ms, passed_least; /* of a flagged flow (graph/channels.h) */
};

/* Counted channels and the directory whose words they are told with (NULL: none was named). Both are to be destroyed. */
MT_MUST_USE enum mt_status mt_channels_collect(const struct mt_collect_options *options, struct mt_channels **out_channels,
                                               struct mt_directory **out_directory);

#endif
