/*
 * options.h: what rank and fit have in common: a file, how it is read, and the time that divides what is known from what is asked.
 */
#ifndef MT_RANK_OPTIONS_H
#define MT_RANK_OPTIONS_H

#include "graph/stream.h"
#include "workers/kit/arguments.h"
#include "workers/scan/load.h"

struct mt_rank_options {
    struct mt_rules rules;
    const char *file, *mapping, *rates, *secret_file, *cut;
    int64_t cut_ms; /* INT64_MIN: after four fifths of the transfers */
};

#define MT_RANK_ARGUMENTS(options)                                                                                                      \
    {"mapping", MT_ARGUMENT_TEXT, &(options)->mapping, 0, 0, "how the file's columns are read: a name or a .json file"},                \
        {"rates", MT_ARGUMENT_TEXT, &(options)->rates, 0, 0, "rate table, to compare sums across currencies [rates.csv beside FILE, if there]"}, \
    {"secret-file", MT_ARGUMENT_TEXT, &(options)->secret_file, 0, 0, "64 hex digits: the key that makes tokens of account numbers"}

struct mt_rank_options mt_rank_options_default(void);

/* As mt_arguments_read(); `cut_name` is the option that gave the time. */
MT_MUST_USE bool mt_rank_options_read(const struct mt_command *command, struct mt_rank_options *options, const char *cut_name, int argc,
                                      char **argv, int *out_exit_code);

/* The file as a stream; says what is wrong. Both are the caller's, also on failure. */
MT_MUST_USE enum mt_status mt_rank_load(const struct mt_rank_options *options, struct mt_load *out_load, struct mt_stream **out_stream);

int64_t mt_rank_cut(const struct mt_rank_options *options, const struct mt_stream *stream);

#endif
