#include "collect.h"

#include "workers/kit/stop.h"
#include "workers/scan/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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
        .days_most = MT_CHANNEL_DAYS_MAX,
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

static enum mt_status file_scan(const struct mt_collect_options *options, const struct mt_secret *secret, struct mt_load *load)
{
    const struct mt_load_options load_options = {
        .rules = options->rules,
        .file = options->file,
        .mapping = options->mapping,
        .rates = options->rates,
        .lines = options->lines,
        .accounts = options->accounts,
        .accounts_mapping = options->accounts_mapping,
        .points = options->points,
        .secret = secret,
    };
    enum mt_status status = mt_load_open(&load_options, load);

    if (status != MT_OK)
        return status;
    status = mt_load_read(load, &load_options, NULL);
    if (mt_stop_asked()) {
        fprintf(stderr, "stopped: a part of a file tells no channels\n");
        status = MT_IO;
    }
    if (mt_scan_counters(load->scan)->rejected > 0)
        fprintf(stderr, "%s: %" PRIu64 " rows could not be used; moneytrail scan --rejected tells which\n", options->file,
                mt_scan_counters(load->scan)->rejected);
    return status;
}

enum mt_status mt_channels_collect(const struct mt_collect_options *options, struct mt_channels **out_channels,
                                   struct mt_directory **out_directory)
{
    struct mt_directory *directory = NULL;
    struct mt_load load = {0};
    struct mt_secret secret;
    enum mt_status status = mt_load_secret(options->secret_file, &secret);

    if (status == MT_OK && options->accounts != NULL)
        status = mt_directory_read(options->accounts, options->accounts_mapping, &secret, &directory);
    if (status == MT_OK)
        status = file_scan(options, &secret, &load);
    if (status == MT_OK) {
        const struct mt_classes classes = {.self = directory, .find = directory != NULL ? mt_directory_find : NULL};

        status = scan_count(options, load.scan, &classes, out_channels);
    }
    mt_load_destroy(&load);
    if (status != MT_OK) {
        mt_directory_destroy(directory);
        return status;
    }
    *out_directory = directory;
    return MT_OK;
}
