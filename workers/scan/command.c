#include "command.h"

#include "facts.h"
#include "load.h"
#include "networks.h"
#include "schemas/alert.h"
#include "workers/analyst/finding_text.h"
#include "workers/kit/arguments.h"
#include "workers/kit/log.h"
#include "workers/kit/stop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MT_KINDS_MAX 64

struct options {
    struct mt_rules rules;
    const char *file, *mapping, *rates, *lines, *points, *accounts, *accounts_mapping, *lists, *secret_file, *rejected, *episodes, *looks, *chains, *versions;
    int64_t top, score_min, batch_max;
    bool json, networks;
};

static bool options_read(struct options *options, int argc, char **argv, int *out_exit_code)
{
    const struct mt_argument arguments[] = {
        {"mapping", MT_ARGUMENT_TEXT, &options->mapping, 0, 0, "how the file's columns are read: a name or a .json file"},
        {"rates", MT_ARGUMENT_TEXT, &options->rates, 0, 0, "rate table, to follow money across currencies [rates.csv beside FILE, if there]"},
        {"lines", MT_ARGUMENT_TEXT, &options->lines, 0, 0, "reporting lines in place of ours (CSV: currency,line,par)"},
        {"points", MT_ARGUMENT_TEXT, &options->points, 0, 0, "what signs are worth in place of ours: a file of moneytrail fit --points"},
        {"accounts", MT_ARGUMENT_TEXT, &options->accounts, 0, 0, "account facts (CSV): when accounts were opened, and who holds them"},
        {"accounts-mapping", MT_ARGUMENT_TEXT, &options->accounts_mapping, 0, 0, "how their columns are read [moneytrail-accounts]"},
        {"lists", MT_ARGUMENT_TEXT, &options->lists, 0, 0, "watch lists: entries as the listing schema, JSON, one a line"},
        {"secret-file", MT_ARGUMENT_TEXT, &options->secret_file, 0, 0, "64 hex digits: the key that makes tokens of account numbers"},
        {"json", MT_ARGUMENT_FLAG, &options->json, 0, 0, "one finding a line, as the alert schema, by id; nothing else on standard output"},
        {"networks", MT_ARGUMENT_FLAG, &options->networks, 0, 0, "networks in place of findings: those that share transfers, grown together"},
        {"top", MT_ARGUMENT_COUNT, &options->top, 0, 1000000, "findings or networks printed, highest score first"},
        {"min-score", MT_ARGUMENT_COUNT, &options->score_min, 0, 100, "leave out findings or networks below this score"},
        {"rejected", MT_ARGUMENT_TEXT, &options->rejected, 0, 0, "write rows that could not be used to this file: line, code, reason, row"},
        {"episodes", MT_ARGUMENT_TEXT, &options->episodes, 0, 0, "write the facts of every account's every day to this file, as CSV: for fits"},
        {"looks", MT_ARGUMENT_TEXT, &options->looks, 0, 0, "the same as days stood after each transfer, where a detector may hold"},
        {"chains", MT_ARGUMENT_TEXT, &options->chains, 0, 0, "write the facts of every chain to this file, as CSV: for fits"},
        {"versions", MT_ARGUMENT_TEXT, &options->versions, 0, 0, "write every version of every finding to this file, as CSV: how early it was raised (to the turn, see --batch)"},
        {"batch", MT_ARGUMENT_COUNT, &options->batch_max, 1, 1000000, "transfers per turn; results do not depend on it"},
    };
    const struct mt_command command = {
        .usage = "moneytrail scan FILE --mapping NAME [options]",
        .purpose = "Finds mule chains, round trips and suspicious account days in a file of transfers: the whole analysis in this process, no servers.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .takes_rules = true,
        .rules = &options->rules,
        .word_least = 1,
        .word_most = 1,
    };
    struct mt_words words;

    if (!mt_arguments_read(&command, argc, argv, &words, out_exit_code))
        return false;
    options->file = words.at[0];
    if (options->mapping == NULL) {
        fprintf(stderr, "--mapping says how FILE is to be read, for example --mapping moneytrail\n");
        *out_exit_code = 2;
        return false;
    }
    return true;
}

struct watch {
    FILE *rejected, *versions;
    bool terminal;
    int64_t last_ms;
};

static void on_progress(void *self, const struct mt_scan_counters *counters, int64_t bytes, int64_t bytes_total)
{
    struct watch *watch = self;
    int64_t now_ms = mt_steady_ms();

    if (!watch->terminal || now_ms - watch->last_ms < 250)
        return;
    watch->last_ms = now_ms;
    fprintf(stderr, "\r%" PRIu64 " transfers read", counters->transfers);
    if (bytes_total > 0)
        fprintf(stderr, ", %" PRId64 " %%", bytes * 100 / bytes_total);
    fprintf(stderr, "   ");
}

/* The line of progress makes room for what is said next. */
static void on_ended(void *self)
{
    const struct watch *watch = self;

    if (watch->terminal)
        fprintf(stderr, "\r%60s\r", "");
}

static void on_rejected(void *self, int64_t line, const struct mt_reject *reject, struct mt_text bytes)
{
    struct watch *watch = self;

    if (watch->rejected != NULL)
        fprintf(watch->rejected, "%" PRId64 "\t%s\t%s\t%.*s\n", line, mt_reject_name(reject->code), reject->sentence, (int)bytes.size,
                bytes.at);
}

static void on_version(void *self, int64_t now_ms, const struct mt_finding *finding)
{
    struct watch *watch = self;

    if (watch->versions != NULL)
        mt_scan_version_print(watch->versions, now_ms, finding);
}

static int score_compare(const void *left, const void *right)
{
    const struct mt_finding *a = *(const struct mt_finding *const *)left, *b = *(const struct mt_finding *const *)right;

    if (a->score != b->score)
        return (int)b->score - (int)a->score;
    return mt_key_compare(&a->id, &b->id);
}

/* How many of each kind there are, the commonest first: "120 mule_chain, 31 collector". */
static void kinds_print(FILE *out, const struct mt_finding *const *findings, size_t count)
{
    struct {
        const char *kind;
        size_t count;
    } kinds[MT_KINDS_MAX] = {0};
    size_t kind_count = 0;

    for (size_t i = 0; i < count; i++) {
        const char *kind = mt_alert_kind(findings[i]);
        size_t k = 0;

        while (k < kind_count && strcmp(kinds[k].kind, kind) != 0)
            k++;
        MT_ASSERT(k < MT_KINDS_MAX);
        kinds[k].kind = kind;
        kinds[k].count++;
        kind_count = k == kind_count ? kind_count + 1 : kind_count;
    }
    for (size_t printed = 0; printed < kind_count; printed++) {
        size_t best = 0;

        for (size_t k = 1; k < kind_count; k++)
            best = kinds[k].count > kinds[best].count ? k : best;
        fprintf(out, "%s%zu %s", printed > 0 ? ", " : "", kinds[best].count, kinds[best].kind);
        kinds[best].count = 0;
    }
}

static void summary_print(FILE *out, const struct mt_scan_counters *counters, const struct mt_finding *const *findings, size_t count,
                          size_t account_count)
{
    fprintf(out, "%" PRIu64 " transfers between %zu accounts: %zu findings (", counters->transfers, account_count, count);
    kinds_print(out, findings, count);
    fprintf(out, ")\n");
    if (counters->rejected == 0)
        return;
    fprintf(out, "%" PRIu64 " rows rejected:", counters->rejected);
    for (int code = 0; code < MT_REJECT_COUNT; code++) {
        if (counters->rejected_by_code[code] > 0)
            fprintf(out, " %s %" PRIu64, mt_reject_name((enum mt_reject_code)code), counters->rejected_by_code[code]);
    }
    fprintf(out, "\n");
}

static enum mt_status findings_print(const struct options *options, struct mt_scan *scan)
{
    const struct mt_finding **findings;
    size_t count, shown = 0;
    char *content = malloc(MT_ALERT_BYTES_MAX);
    enum mt_status status = content == NULL ? MT_NO_MEMORY : mt_scan_findings(scan, &findings, &count);

    if (status != MT_OK) {
        free(content);
        return status;
    }
    summary_print(options->json ? stderr : stdout, mt_scan_counters(scan), findings, count, mt_labels_count(mt_scan_labels(scan)));
    if (!options->json)
        qsort(findings, count, sizeof *findings, score_compare);
    for (size_t i = 0; i < count && (options->json || (int64_t)shown < options->top); i++) {
        if (findings[i]->score < options->score_min)
            continue;
        const struct mt_lore lore = mt_scan_lore(scan);
        size_t size = mt_alert_content_print(findings[i], &lore, mt_labels_find, mt_scan_labels(scan), content, MT_ALERT_BYTES_MAX);

        MT_ASSERT(size > 0);
        if (options->json)
            printf("%s\n", content);
        else
            mt_finding_text(stdout, content, size, isatty(STDOUT_FILENO));
        shown++;
    }
    if (!options->json && shown < count)
        printf("\n%zu more; --top N shows more, --min-score N leaves out the weaker ones\n", count - shown);
    free(findings);
    free(content);
    return MT_OK;
}

static enum mt_status networks_print(const struct options *options, struct mt_scan *scan)
{
    const struct mt_scan_networks_options how = {options->json, options->json ? UINT32_MAX : (uint32_t)options->top, options->score_min};
    const struct mt_finding **findings;
    size_t count;
    enum mt_status status = mt_scan_findings(scan, &findings, &count);

    if (status != MT_OK)
        return status;
    summary_print(options->json ? stderr : stdout, mt_scan_counters(scan), findings, count, mt_labels_count(mt_scan_labels(scan)));
    status = mt_scan_networks_print(&how, findings, count, mt_scan_labels(scan));
    free(findings);
    return status;
}

/* No path: no file. */
static bool file_open(const char *path, FILE **out_file)
{
    *out_file = path != NULL ? fopen(path, "w") : NULL;
    if (path != NULL && *out_file == NULL)
        fprintf(stderr, "%s: cannot be written\n", path);
    return path == NULL || *out_file != NULL;
}

static enum mt_status file_scan(const struct options *options, struct mt_load *load, const struct mt_load_options *load_options)
{
    struct watch watch = {.terminal = isatty(STDERR_FILENO)};
    const struct mt_scan_watch callbacks = {&watch, on_progress, on_rejected, on_version, on_ended};

    if (!file_open(options->rejected, &watch.rejected) || !file_open(options->versions, &watch.versions))
        return MT_IO;
    enum mt_status status = mt_load_read(load, load_options, &callbacks);
    if (mt_stop_asked())
        fprintf(stderr, "stopped: only part of the file was read\n");
    if ((watch.rejected != NULL && fclose(watch.rejected) != 0) || (watch.versions != NULL && fclose(watch.versions) != 0))
        status = MT_IO;
    return status;
}

static enum mt_status facts_write(struct mt_scan *scan, const char *path, enum mt_status (*write)(struct mt_scan *scan, FILE *out))
{
    FILE *out;

    if (path == NULL)
        return MT_OK;
    if (!file_open(path, &out))
        return MT_IO;
    enum mt_status status = write(scan, out);
    return fclose(out) == 0 ? status : MT_IO;
}

static enum mt_status run(const struct options *options)
{
    const struct mt_load_options load_options = {
        .rules = &options->rules,
        .file = options->file,
        .mapping = options->mapping,
        .rates = options->rates,
        .accounts = options->accounts,
        .accounts_mapping = options->accounts_mapping,
        .lists = options->lists,
        .rates_beside = true,
        .rates_told = true,
        .lines = options->lines,
        .points = options->points,
        .secret_file = options->secret_file,
        .batch_max = options->batch_max,
    };
    struct mt_load load;
    enum mt_status status = mt_load_open(&load_options, &load);

    if (status != MT_OK)
        return status;
    status = file_scan(options, &load, &load_options);
    if (status == MT_OK)
        status = facts_write(load.scan, options->episodes, mt_scan_episodes_write);
    if (status == MT_OK)
        status = facts_write(load.scan, options->looks, mt_scan_looks_write);
    if (status == MT_OK)
        status = facts_write(load.scan, options->chains, mt_scan_chains_write);
    if (status == MT_OK)
        status = options->networks ? networks_print(options, load.scan) : findings_print(options, load.scan);
    mt_load_destroy(&load);
    return status;
}

int mt_scan_main(int argc, char **argv)
{
    struct options options = {.rules = mt_rules_default(), .top = 20, .batch_max = 4096};
    int exit_code;

    if (!options_read(&options, argc, argv, &exit_code))
        return exit_code;
    mt_stop_install();
    return run(&options) == MT_OK ? 0 : 1;
}
