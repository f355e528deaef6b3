#include "command.h"

#include "fit_points.h"
#include "labels_file.h"
#include "model_file.h"
#include "options.h"
#include "workers/kit/arguments.h"
#include "workers/kit/stop.h"

#include <stdio.h>
#include <stdlib.h>

struct options {
    struct mt_rank_options common;
    const char *labels, *output, *points, *lines, *accounts, *accounts_mapping, *lists;
    int64_t sample, precision_percent;
};

static bool options_read(struct options *options, int argc, char **argv, int *out_exit_code)
{
    const struct mt_argument arguments[] = {
        MT_RANK_ARGUMENTS(&options->common),
        {"until", MT_ARGUMENT_TEXT, &options->common.cut, 0, 0,
         "learn from transfers before this time (2026-11-25T00:00:00Z) only, as if nothing came after [the first four fifths of the transfers]"},
        {"labels", MT_ARGUMENT_TEXT, &options->labels, 0, 0,
         "known laundering: CSV with a column id or transfer_id (and label), or what moneytrail labels prints"},
        {"output", MT_ARGUMENT_TEXT, &options->output, 0, 0, "where the model is written, as JSON; moneytrail rank --model reads it"},
        {"points", MT_ARGUMENT_TEXT, &options->points, 0, 0, "where alerts' points are written, as JSON; scan and trace-worker --points read it"},
        {"precision", MT_ARGUMENT_COUNT, &options->precision_percent, 1, 100, "with --points: percent of what scores 65 or more that is to be right"},
        {"lines", MT_ARGUMENT_TEXT, &options->lines, 0, 0, "with --points: reporting lines in place of ours (CSV: currency,line,par)"},
        {"accounts", MT_ARGUMENT_TEXT, &options->accounts, 0, 0, "with --points: account facts, as scan has them"},
        {"accounts-mapping", MT_ARGUMENT_TEXT, &options->accounts_mapping, 0, 0, "how their columns are read [moneytrail-accounts]"},
        {"lists", MT_ARGUMENT_TEXT, &options->lists, 0, 0, "with --points: watch lists, as scan has them"},
        {"sample", MT_ARGUMENT_COUNT, &options->sample, 100, 100000000, "ordinary transfers, or findings, learnt from, drawn evenly; labelled ones all are"},
    };
    const struct mt_command command = {
        .usage = "moneytrail fit FILE --mapping NAME --labels FILE (--points FILE | --output FILE) [options]",
        .purpose = "Learns from a bank's own labels: --points what signs are worth, whose sum is an alert's score; --output what each measure is worth, whose\n"
                   "sum ranks transfers.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .takes_rules = true,
        .rules = &options->common.rules,
        .word_least = 1,
        .word_most = 1,
    };

    if (!mt_rank_options_read(&command, &options->common, "until", argc, argv, out_exit_code))
        return false;
    if (options->labels == NULL || (options->output == NULL && options->points == NULL)) {
        fprintf(stderr, "--labels says what is known to be laundering, --points where alerts' points go, --output where the model for rank goes\n");
        *out_exit_code = 2;
        return false;
    }
    return true;
}

static bool is_known(const struct mt_known *known, const struct mt_entry *entry)
{
    return mt_known_has(known, mt_entry_id(entry), entry->id_size);
}

/* Evenly drawn by a mixed number: the same rows each time. */
static bool is_drawn(uint32_t at, uint32_t of, int64_t sample)
{
    uint64_t mixed = (at + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (mixed >> 32) * of >> 32 < (uint64_t)sample;
}

/* Labelled rows and a sample of the others, of the reference's time. */
static uint32_t rows_take(const struct mt_stream *stream, const struct mt_usual *usual, const struct mt_known *known, int64_t sample,
                          const struct mt_measures *measures, const struct mt_evidence *evidence, struct mt_model_row *rows)
{
    uint32_t first, last, count = 0;

    mt_usual_range(usual, &first, &last);
    for (uint32_t i = first; i < last; i++) {
        bool illicit = is_known(known, stream->entries[i]);

        if (illicit || is_drawn(i, last - first, sample))
            rows[count++] = (struct mt_model_row){&measures[i], &evidence[i], illicit};
    }
    return count;
}

static enum mt_status model_make(const struct options *options, const struct mt_stream *stream, const struct mt_known *known,
                                 struct mt_model *model, char out_about[256])
{
    int64_t until_ms = mt_rank_cut(&options->common, stream);
    uint32_t last = mt_stream_lower(stream, until_ms);
    struct mt_measures *measures = malloc(((size_t)last + 1) * sizeof *measures);
    struct mt_evidence *evidence = malloc(((size_t)last + 1) * sizeof *evidence);
    struct mt_model_row *rows = malloc(((size_t)last + 1) * sizeof *rows);
    struct mt_usual *usual = NULL;
    enum mt_status status = measures == NULL || evidence == NULL || rows == NULL ? MT_NO_MEMORY : mt_measures_fill(stream, last, measures);

    if (status == MT_OK)
        status = mt_usual_create(stream, until_ms, measures, &usual);
    if (status == MT_OK)
        status = mt_evidence_fill(stream, usual, last, measures, evidence);
    if (status == MT_OK) {
        uint32_t count = rows_take(stream, usual, known, options->sample, measures, evidence, rows), illicit = 0;

        for (uint32_t i = 0; i < count; i++)
            illicit += rows[i].illicit;
        snprintf(out_about, 256, "fitted on %u labelled and %u other transfers", illicit, count - illicit);
        status = mt_model_fit(rows, count, model);
        if (status == MT_BAD_CONFIG)
            fprintf(stderr, "%s: of its %zu labels, %u are of transfers learnt from; none, or nothing else, is too little\n", options->labels,
                    mt_known_count(known), illicit);
    }
    mt_usual_destroy(usual);
    free(measures);
    free(evidence);
    free(rows);
    return status;
}

/* The model for rank. */
static enum mt_status ranking_learn(const struct options *options, const struct mt_stream *stream, const struct mt_known *known)
{
    struct mt_model *model = malloc(sizeof *model);
    char error[256] = "", about[256] = "";
    enum mt_status status = model == NULL ? MT_NO_MEMORY : model_make(options, stream, known, model, about);

    if (status == MT_OK) {
        status = mt_model_write(model, options->output, about, error);
        if (status != MT_OK)
            fprintf(stderr, "%s: %s\n", options->output, error);
        else
            printf("%s: %s\n", options->output, about);
    }
    free(model);
    return status;
}

static enum mt_status run(const struct options *options)
{
    const struct mt_fit_points_options points_options = {
        .common = &options->common,
        .labels = options->labels,
        .lines = options->lines,
        .accounts = options->accounts,
        .accounts_mapping = options->accounts_mapping,
        .lists = options->lists,
        .points = options->points,
        .precision_percent = options->precision_percent,
        .sample = options->sample,
    };
    struct mt_known *known = NULL;
    struct mt_stream *stream = NULL;
    struct mt_load load = {0};
    char error[256] = "";
    enum mt_status status = mt_known_read(options->labels, &known, error);

    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->labels, error);
    if (status == MT_OK)
        status = mt_rank_load(&options->common, &load, &stream);
    if (status == MT_OK && options->output != NULL)
        status = ranking_learn(options, stream, known);
    int64_t until_ms = status == MT_OK ? mt_rank_cut(&options->common, stream) : INT64_MIN;
    mt_stream_destroy(stream);
    mt_load_destroy(&load);
    if (status == MT_OK && options->points != NULL)
        status = mt_fit_points(&points_options, known, until_ms);
    mt_known_destroy(known);
    return status;
}

int mt_fit_main(int argc, char **argv)
{
    struct options options = {.common = mt_rank_options_default(), .sample = 20000, .precision_percent = 80};
    int exit_code;

    if (!options_read(&options, argc, argv, &exit_code))
        return exit_code;
    mt_stop_install();
    return run(&options) == MT_OK ? 0 : 1;
}
