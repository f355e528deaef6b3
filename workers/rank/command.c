#include "command.h"

#include "model_file.h"
#include "options.h"
#include "schemas/currency.h"
#include "schemas/decimal.h"
#include "schemas/event.h"
#include "schemas/print.h"
#include "workers/kit/stop.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct options {
    struct mt_rank_options common;
    const char *model;
    int64_t top;
    bool json;
};

static const struct {
    const char *name, *text;
} groups[] = {
#define GROUP_ROW(name, field, text) {#field, text},
    MT_EVIDENCE_GROUP_TABLE(GROUP_ROW)
#undef GROUP_ROW
};

static bool options_read(struct options *options, int argc, char **argv, int *out_exit_code)
{
    const struct mt_argument arguments[] = {
        MT_RANK_ARGUMENTS(&options->common),
        {"from", MT_ARGUMENT_TEXT, &options->common.cut, 0, 0,
         "rank the transfers from this time on (2026-11-25T00:00:00Z), against those before [the last fifth of the transfers]"},
        {"model", MT_ARGUMENT_TEXT, &options->model, 0, 0, "rank by what moneytrail fit learnt, in place of rarity alone"},
        {"top", MT_ARGUMENT_COUNT, &options->top, 0, 1000000, "accounts printed, most unusual first"},
        {"json", MT_ARGUMENT_FLAG, &options->json, 0, 0, "every ranked transfer in order of time, one a line, with the parts of its score"},
    };
    const struct mt_command command = {
        .usage = "moneytrail rank FILE --mapping NAME [options]",
        .purpose = "Ranks transfers, and accounts by their best one, by how unusual they are in the stream's own past: nothing is fitted. Each part of a "
                   "score is a rarity: 1 in 400 is 6 nats.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .takes_rules = true,
        .rules = &options->common.rules,
        .word_least = 1,
        .word_most = 1,
    };

    return mt_rank_options_read(&command, &options->common, "from", argc, argv, out_exit_code);
}

/* All that a ranking is made of. */
struct mt_ranking {
    struct mt_usual *usual;
    struct mt_measures *measures;
    struct mt_evidence *evidence; /* the score is the model's, where there is one */
    struct mt_model *model;       /* NULL: rarity alone */
};

static void id_print(struct mt_print *print, const struct mt_entry *entry)
{
    mt_print_string(print, mt_entry_id(entry), entry->id_size);
}

/* The parts: rarities in nats, or the points of a model's inputs. */
static void parts_put(struct mt_print *print, const struct mt_ranking *ranking, uint32_t at)
{
    const struct mt_evidence *evidence = &ranking->evidence[at];
    bool first = true;

    if (ranking->model == NULL) {
        for (int g = 0; g < MT_EVIDENCE_GROUP_COUNT; g++)
            mt_print_format(print, "\"%s\":%.3f,", groups[g].name, (double)evidence->groups[g]);
        mt_print_format(print, "\"neighbours\":%.3f", (double)evidence->neighbours);
        return;
    }
    for (int input = 0; input < MT_MODEL_INPUTS; input++) {
        double points = (double)mt_model_points(ranking->model, input, &ranking->measures[at], evidence);

        if (points != 0)
            mt_print_format(print, "%s\"%s\":%.3f", first ? "" : ",", mt_model_input_name(input), points);
        first = first && points == 0;
    }
}

static void line_print(const struct mt_stream *stream, uint32_t at, const struct mt_ranking *ranking)
{
    char line[8192], when[32];
    struct mt_print print = mt_print_into(line, sizeof line);

    mt_time_print(stream->time_ms[at], when);
    mt_print_text(&print, "{\"v\":1,\"id\":");
    id_print(&print, stream->entries[at]);
    mt_print_format(&print, ",\"time\":\"%s\",\"score\":%.4f,\"parts\":{", when, (double)ranking->evidence[at].score);
    parts_put(&print, ranking, at);
    mt_print_text(&print, "}}");
    MT_ASSERT(mt_print_end(&print) > 0);
    puts(line);
}

/* An account and its most unusual transfer. */
struct place {
    uint32_t account, transfer;
    float score;
    bool any;
};

static int place_compare(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return (a->account > b->account) - (a->account < b->account);
}

static void place_take(struct place *places, uint32_t account, uint32_t transfer, float score)
{
    struct place *place = &places[account];

    if (!place->any || place->score < score)
        *place = (struct place){account, transfer, score, true};
}

/* The inputs of a model that say most. */
static void points_print(const struct mt_ranking *ranking, uint32_t at)
{
    bool shown[MT_MODEL_INPUTS] = {false};

    for (int n = 0; n < 3; n++) {
        int best = -1;
        float most = 0;

        for (int input = 0; input < MT_MODEL_INPUTS; input++) {
            float points = mt_model_points(ranking->model, input, &ranking->measures[at], &ranking->evidence[at]);

            if (!shown[input] && points > most) {
                best = input;
                most = points;
            }
        }
        if (best < 0)
            return;
        shown[best] = true;
        printf("      +%-5.1f %s\n", (double)most, mt_model_input_name(best));
    }
}

static void parts_print(const struct mt_evidence *evidence)
{
    bool shown[MT_EVIDENCE_GROUP_COUNT] = {false};

    for (int n = 0; n < 3; n++) { /* the three rarest say most */
        int best = -1;

        for (int g = 0; g < MT_EVIDENCE_GROUP_COUNT; g++) {
            if (!shown[g] && (best < 0 || evidence->groups[g] > evidence->groups[best]))
                best = g;
        }
        shown[best] = true;
        printf("      1 in %-7.0f %s\n", exp((double)evidence->groups[best]), groups[best].text);
    }
    if (evidence->neighbours > 0)
        printf("      +%.1f nats     from the sums before and after it on its way\n", (double)evidence->neighbours);
}

static void account_print(const struct mt_stream *stream, struct mt_labels *labels, const struct place *place,
                          const struct mt_ranking *ranking)
{
    uint32_t at = place->transfer;
    const struct mt_entry *entry = stream->entries[at];
    const struct mt_currency *currency = mt_currency_of(entry->currency);
    struct mt_label label, other;
    char when[32], amount[32];
    bool out = stream->debtor[at] == place->account;

    mt_labels_find(labels, &stream->accounts[place->account], &label);
    mt_labels_find(labels, &stream->accounts[out ? stream->creditor[at] : stream->debtor[at]], &other);
    mt_time_print(stream->time_ms[at], when);
    mt_decimal_print(entry->minor, currency != NULL ? currency->exponent : 0, amount);
    printf("%6.1f  %-24s %s  %s %s %s %s\n", (double)place->score, label.text, when, amount, currency != NULL ? currency->code : "",
           out ? "to" : "from", other.text);
    if (ranking->model != NULL)
        points_print(ranking, at);
    else
        parts_print(&ranking->evidence[at]);
}

static enum mt_status accounts_print(const struct options *options, const struct mt_stream *stream, struct mt_labels *labels, uint32_t first,
                                     const struct mt_ranking *ranking)
{
    struct place *places = calloc((size_t)stream->account_count + 1, sizeof *places);
    uint32_t count = 0;

    if (places == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = first; i < stream->count; i++) {
        place_take(places, stream->debtor[i], i, ranking->evidence[i].score);
        place_take(places, stream->creditor[i], i, ranking->evidence[i].score);
    }
    for (uint32_t a = 0; a < stream->account_count; a++) {
        if (places[a].any && !stream->hub[a])
            places[count++] = places[a];
    }
    qsort(places, count, sizeof *places, place_compare);
    printf("%u transfers ranked against %u before them; the most unusual of %u accounts, each by its most unusual transfer:\n\n",
           stream->count - first, first, count);
    for (uint32_t i = 0; i < count && i < (uint64_t)options->top; i++)
        account_print(stream, labels, &places[i], ranking);
    free(places);
    return MT_OK;
}

static enum mt_status ranking_make(const struct options *options, const struct mt_stream *stream, int64_t from_ms, struct mt_ranking *ranking)
{
    char error[256];
    enum mt_status status = MT_OK;

    ranking->evidence = malloc(((size_t)stream->count + 1) * sizeof *ranking->evidence);
    ranking->measures = malloc(((size_t)stream->count + 1) * sizeof *ranking->measures);
    if (ranking->evidence == NULL || ranking->measures == NULL)
        return MT_NO_MEMORY;
    if (options->model != NULL) {
        ranking->model = malloc(sizeof *ranking->model);
        status = ranking->model == NULL ? MT_NO_MEMORY : mt_model_read(options->model, ranking->model, error);
        if (status == MT_IO || status == MT_BAD_CONFIG)
            fprintf(stderr, "%s: %s\n", options->model, error);
    }
    if (status == MT_OK)
        status = mt_measures_fill(stream, mt_stream_lower(stream, from_ms), ranking->measures);
    if (status == MT_OK)
        status = mt_usual_create(stream, from_ms, ranking->measures, &ranking->usual);
    if (status == MT_OK)
        status = mt_measures_fill(stream, stream->count, ranking->measures);
    if (status == MT_OK)
        status = mt_evidence_fill(stream, ranking->usual, stream->count, ranking->measures, ranking->evidence);
    for (uint32_t i = 0; status == MT_OK && ranking->model != NULL && i < stream->count; i++)
        ranking->evidence[i].score = mt_model_score(ranking->model, &ranking->measures[i], &ranking->evidence[i]);
    return status;
}

static enum mt_status stream_rank(const struct options *options, const struct mt_stream *stream, struct mt_labels *labels)
{
    int64_t from_ms = mt_rank_cut(&options->common, stream);
    uint32_t first = mt_stream_lower(stream, from_ms);
    struct mt_ranking ranking = {0};
    enum mt_status status = ranking_make(options, stream, from_ms, &ranking);

    if (status == MT_OK && options->json) {
        for (uint32_t i = first; i < stream->count; i++)
            line_print(stream, i, &ranking);
    } else if (status == MT_OK) {
        status = accounts_print(options, stream, labels, first, &ranking);
    }
    mt_usual_destroy(ranking.usual);
    free(ranking.measures);
    free(ranking.evidence);
    free(ranking.model);
    return status;
}

int mt_rank_main(int argc, char **argv)
{
    struct options options = {.common = mt_rank_options_default(), .top = 20};
    struct mt_stream *stream = NULL;
    struct mt_load load = {0};
    int exit_code;

    if (!options_read(&options, argc, argv, &exit_code))
        return exit_code;
    mt_stop_install();
    enum mt_status status = mt_rank_load(&options.common, &load, &stream);
    if (status == MT_OK)
        status = stream_rank(&options, stream, mt_scan_labels(load.scan));
    mt_stream_destroy(stream);
    mt_load_destroy(&load);
    return status == MT_OK ? 0 : 1;
}
