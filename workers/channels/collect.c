#include "collect.h"

#include "workers/kit/setup.h"
#include "workers/kit/stop.h"
#include "workers/scan/scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BATCH 4096

static enum mt_status ledger_take(void *self, const struct mt_token *account, const struct mt_ledger *ledger)
{
    return mt_channels_ledger(self, account, ledger);
}

static enum mt_status findings_take(const struct mt_scan *scan, struct mt_channels *channels)
{
    const struct mt_finding **findings;
    size_t count;
    enum mt_status status = mt_scan_findings(scan, &findings, &count);

    if (status != MT_OK)
        return status;
    for (size_t i = 0; i < count && status == MT_OK; i++)
        status = mt_channels_finding(channels, findings[i]);
    free(findings);
    return status;
}

static enum mt_status scan_count(const struct mt_collect_options *options, struct mt_scan *scan, const struct mt_classes *classes,
                                 struct mt_channels **out_channels)
{
    const struct mt_channels_options channels_options = {
        .rules = options->rules,
        .classes = *classes,
        .score_least = options->score_least,
        .stay_most_ms = options->stay_most_ms,
        .passed_least = options->passed_least,
    };
    struct mt_channels *channels = NULL;
    enum mt_status status = mt_channels_create(&channels_options, &channels);

    if (status == MT_OK)
        status = mt_scan_ledgers(scan, ledger_take, channels);
    if (status == MT_OK)
        status = findings_take(scan, channels);
    if (status == MT_OK)
        status = mt_channels_count(channels);
    if (status != MT_OK) {
        mt_channels_destroy(channels);
        return status;
    }
    *out_channels = channels;
    return MT_OK;
}

static enum mt_status file_read(const struct mt_collect_options *options, struct mt_scan *scan, const struct mt_mapping *mapping)
{
    const struct mt_scan_watch unwatched = {0};
    struct mt_reader *reader = NULL;
    char error[256] = "";
    enum mt_status status = mt_reader_open(mapping, options->file, &reader, error);

    if (status == MT_OK)
        status = mt_scan_read(scan, reader, &unwatched);
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->file, error[0] != '\0' ? error : mt_status_text(status));
    if (mt_stop_asked()) {
        fprintf(stderr, "stopped: a part of a file tells no channels\n");
        status = MT_IO;
    }
    if (mt_scan_counters(scan)->rejected > 0)
        fprintf(stderr, "%s: %" PRIu64 " rows could not be used; moneytrail scan --rejected tells which\n", options->file,
                mt_scan_counters(scan)->rejected);
    mt_reader_close(reader);
    return status;
}

/* Thinking is over when this returns, so the rates may go. */
static enum mt_status file_scan(const struct mt_collect_options *options, const struct mt_secret *secret, struct mt_scan **out_scan)
{
    struct mt_mapping *mapping = NULL;
    struct mt_rates *rates = NULL;
    struct mt_scan *scan = NULL;
    char error[256] = "";
    enum mt_status status = mt_mapping_load(options->mapping, &mapping, error);

    if (status != MT_OK)
        fprintf(stderr, "mapping %s: %s\n", options->mapping, error);
    if (status == MT_OK && options->rates != NULL) {
        status = mt_rates_load(options->rates, mapping, &rates, error);
        if (status != MT_OK)
            fprintf(stderr, "%s: %s\n", options->rates, error);
    }
    if (status == MT_OK) {
        const struct mt_scan_options scan_options = {.rules = options->rules, .rates = rates, .secret = secret, .batch_max = BATCH};

        status = mt_scan_create(&scan_options, &scan);
    }
    if (status == MT_OK)
        status = file_read(options, scan, mapping);
    mt_rates_destroy(rates);
    mt_mapping_destroy(mapping);
    if (status != MT_OK) {
        mt_scan_destroy(scan);
        return status;
    }
    *out_scan = scan;
    return MT_OK;
}

enum mt_status mt_channels_collect(const struct mt_collect_options *options, struct mt_channels **out_channels,
                                   struct mt_directory **out_directory)
{
    struct mt_directory *directory = NULL;
    struct mt_scan *scan = NULL;
    struct mt_secret secret;
    enum mt_status status = mt_secret_default(options->secret_file, &secret);

    if (status != MT_OK)
        fprintf(stderr, "secret: %s is not readable as 64 hex digits\n", options->secret_file != NULL ? options->secret_file : "the default file");
    if (status == MT_OK && options->accounts != NULL)
        status = mt_directory_read(options->accounts, options->accounts_mapping, &secret, &directory);
    if (status == MT_OK)
        status = file_scan(options, &secret, &scan);
    if (status == MT_OK) {
        const struct mt_classes classes = {.self = directory, .find = directory != NULL ? mt_directory_find : NULL};

        status = scan_count(options, scan, &classes, out_channels);
    }
    mt_scan_destroy(scan);
    if (status != MT_OK) {
        mt_directory_destroy(directory);
        return status;
    }
    *out_directory = directory;
    return MT_OK;
}
