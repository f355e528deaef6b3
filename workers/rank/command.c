#include "command.h"

#include "graph/evidence.h"
#include "schemas/currency.h"
#include "schemas/decimal.h"
#include "schemas/event.h"
#include "schemas/print.h"
#include "workers/kit/arguments.h"
#include "workers/kit/stop.h"
#include "workers/scan/load.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct options {
    struct mt_rules rules;
    const char *file, *mapping, *rates, *secret_file, *from;
    int64_t from_ms; /* INT64_MIN: four fifths of the way */
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
        {"mapping", MT_ARGUMENT_TEXT, &options->mapping, 0, 0, "how the file's columns are read: a name or a .json file"},
        {"rates", MT_ARGUMENT_TEXT, &options->rates, 0, 0, "rate table, to compare sums across currencies [rates.csv beside FILE, if there]"},
        {"secret-file", MT_ARGUMENT_TEXT, &options->secret_file, 0, 0, "64 hex digits: the key that makes tokens of account numbers"},
        {"from", MT_ARGUMENT_TEXT, &options->from, 0, 0,
         "rank the transfers from this time on (2026-11-25T00:00:00Z), against those before [four fifths of the way]"},
        {"top", MT_ARGUMENT_COUNT, &options->top, 0, 1000000, "accounts printed, most unusual first"},
        {"json", MT_ARGUMENT_FLAG, &options->json, 0, 0, "every ranked transfer in order of time, one a line, with the parts of its score in nats"},
    };
    const struct mt_command command = {
        .usage = "moneytrail rank FILE --mapping NAME [options]",
        .purpose = "Ranks transfers, and accounts by their best one, by how unusual they are in the stream's own past: nothing is fitted. Each part of a "
                   "score is a rarity: 1 in 400 is 6 nats.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .takes_rules = true,
        .rules = &options->rules,
        .word_least = 1,
        .word_most = 1,
    };
    enum mt_reject_code code;
    struct mt_words words;

    if (!mt_arguments_read(&command, argc, argv, &words, out_exit_code))
        return false;
    options->file = words.at[0];
    *out_exit_code = 2;
    if (options->mapping == NULL) {
        fprintf(stderr, "--mapping says how FILE is to be read, for example --mapping moneytrail\n");
        return false;
    }
    if (options->from != NULL && !mt_time_parse(options->from, strlen(options->from), &options->from_ms, &code)) {
        fprintf(stderr, "--from %s: not a time such as 2026-11-25T00:00:00Z\n", options->from);
        return false;
    }
    return true;
}

static void id_print(struct mt_print *print, const struct mt_entry *entry)
{
    mt_print_string(print, (const char *)entry->detail + 16 * entry->alias_count, entry->id_size);
}

static void line_print(const struct mt_stream *stream, uint32_t at, const struct mt_evidence *evidence)
{
    char line[4096], when[32];
    struct mt_print print = mt_print_into(line, sizeof line);

    mt_time_print(stream->time_ms[at], when);
    mt_print_text(&print, "{\"v\":1,\"id\":");
    id_print(&print, stream->entries[at]);
    mt_print_format(&print, ",\"time\":\"%s\",\"score\":%.4f,\"parts\":{", when, (double)evidence->score);
    for (int g = 0; g < MT_EVIDENCE_GROUP_COUNT; g++)
        mt_print_format(&print, "%s\"%s\":%.3f", g > 0 ? "," : "", groups[g].name, (double)evidence->groups[g]);
    mt_print_format(&print, ",\"neighbours\":%.3f}}", (double)evidence->neighbours);
    MT_ASSERT(mt_print_end(&print) > 0);
    puts(line);
}

/* An account and its most unusual transfer. */
struct place {
    uint32_t account, transfer;
    float score;
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

    if (place->score < score)
        *place = (struct place){account, transfer, score};
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

static void account_print(const struct options *options, const struct mt_stream *stream, struct mt_labels *labels, const struct place *place,
                          const struct mt_evidence *evidence)
{
    uint32_t at = place->transfer;
    const struct mt_entry *entry = stream->entries[at];
    const struct mt_currency *currency = mt_currency_of(entry->currency);
    struct mt_label label, other;
    char when[32], amount[32];
    bool out = stream->debtor[at] == place->account;

    (void)options;
    mt_labels_find(labels, &stream->accounts[place->account], &label);
    mt_labels_find(labels, &stream->accounts[out ? stream->creditor[at] : stream->debtor[at]], &other);
    mt_time_print(stream->time_ms[at], when);
    mt_decimal_print(entry->minor, currency != NULL ? currency->exponent : 0, amount);
    printf("%6.1f  %-24s %s  %s %s %s %s\n", (double)place->score, label.text, when, amount, currency != NULL ? currency->code : "",
           out ? "to" : "from", other.text);
    parts_print(evidence);
}

static enum mt_status accounts_print(const struct options *options, const struct mt_stream *stream, struct mt_labels *labels, uint32_t first,
                                     const struct mt_evidence *evidence)
{
    struct place *places = calloc((size_t)stream->account_count + 1, sizeof *places);
    uint32_t count = 0;

    if (places == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = first; i < stream->count; i++) {
        place_take(places, stream->debtor[i], i, evidence[i].score);
        place_take(places, stream->creditor[i], i, evidence[i].score);
    }
    for (uint32_t a = 0; a < stream->account_count; a++) {
        if (places[a].score > 0 && !stream->hub[a])
            places[count++] = places[a];
    }
    qsort(places, count, sizeof *places, place_compare);
    printf("%u transfers ranked against %u before them; the most unusual of %u accounts, each by its most unusual transfer:\n\n",
           stream->count - first, first, count);
    for (uint32_t i = 0; i < count && i < (uint64_t)options->top; i++)
        account_print(options, stream, labels, &places[i], &evidence[places[i].transfer]);
    free(places);
    return MT_OK;
}

static enum mt_status stream_rank(const struct options *options, const struct mt_stream *stream, struct mt_labels *labels)
{
    struct mt_evidence *evidence = malloc(((size_t)stream->count + 1) * sizeof *evidence);
    struct mt_measures *measures = malloc(((size_t)stream->count + 1) * sizeof *measures);
    struct mt_usual *usual = NULL;
    int64_t from_ms = options->from_ms;

    if (from_ms == INT64_MIN && stream->count > 0)
        from_ms = stream->time_ms[0] + (stream->time_ms[stream->count - 1] - stream->time_ms[0]) / 5 * 4;
    uint32_t first = mt_stream_lower(stream, from_ms);
    enum mt_status status = evidence == NULL || measures == NULL ? MT_NO_MEMORY : mt_usual_create(stream, from_ms, &usual);
    if (status == MT_OK)
        status = mt_evidence_fill(stream, usual, stream->count, measures, evidence);
    if (status == MT_OK && options->json) {
        for (uint32_t i = first; i < stream->count; i++)
            line_print(stream, i, &evidence[i]);
    } else if (status == MT_OK) {
        status = accounts_print(options, stream, labels, first, evidence);
    }
    mt_usual_destroy(usual);
    free(measures);
    free(evidence);
    return status;
}

int mt_rank_main(int argc, char **argv)
{
    struct options options = {.rules = mt_rules_default(), .from_ms = INT64_MIN, .top = 20};
    struct mt_stream *stream = NULL;
    struct mt_load load;
    int exit_code;

    if (!options_read(&options, argc, argv, &exit_code))
        return exit_code;
    mt_stop_install();
    const struct mt_load_options load_options = {&options.rules, options.file, options.mapping, options.rates, options.secret_file, true};
    enum mt_status status = mt_load_file(&load_options, &load);
    if (status != MT_OK)
        return 1;
    status = mt_scan_stream(load.scan, &stream);
    if (status == MT_OK)
        status = stream_rank(&options, stream, mt_scan_labels(load.scan));
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options.file, mt_status_text(status));
    mt_stream_destroy(stream);
    mt_load_destroy(&load);
    return status == MT_OK ? 0 : 1;
}
