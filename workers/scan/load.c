#include "load.h"

#include "workers/kit/setup.h"
#include "workers/kit/stop.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOAD_BATCH 4096

/* The table beside the file is taken when none is named: its names for currencies are the mapping's. */
static enum mt_status rates_take(const struct mt_load_options *options, struct mt_load *load)
{
    char beside[4096], error[256] = "";
    const char *path = options->rates;

    if (path == NULL) {
        const char *slash = strrchr(options->file, '/');

        snprintf(beside, sizeof beside, "%.*srates.csv", slash != NULL ? (int)(slash - options->file + 1) : 0, options->file);
        if (access(beside, R_OK) != 0)
            return MT_OK;
        path = beside;
    }
    enum mt_status status = mt_rates_load(path, load->mapping, &load->rates, error);
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", path, error);
    return status;
}

static enum mt_status parts_make(const struct mt_load_options *options, struct mt_load *load)
{
    char error[256] = "";
    enum mt_status status = mt_mapping_load(options->mapping, &load->mapping, error);

    if (status != MT_OK) {
        fprintf(stderr, "mapping %s: %s\n", options->mapping, error);
        return status;
    }
    status = rates_take(options, load);
    if (status != MT_OK)
        return status;
    status = mt_secret_default(options->secret_file, &load->secret);
    if (status != MT_OK) {
        fprintf(stderr, "secret: %s is not readable as 64 hex digits\n", options->secret_file != NULL ? options->secret_file : "the default file");
        return status;
    }
    const struct mt_scan_options scan_options = {options->rules, load->rates, &load->secret, LOAD_BATCH, options->store_only};
    return mt_scan_create(&scan_options, &load->scan);
}

static enum mt_status file_read(const struct mt_load_options *options, struct mt_load *load)
{
    const struct mt_scan_watch watch = {0};
    struct mt_reader *reader = NULL;
    char error[256] = "";
    enum mt_status status = mt_reader_open(load->mapping, options->file, &reader, error);

    if (status == MT_OK) {
        status = mt_scan_read(load->scan, reader, &watch);
        if (status == MT_IO)
            snprintf(error, sizeof error, "the file broke off");
    }
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->file, error[0] != '\0' ? error : mt_status_text(status));
    mt_reader_close(reader);
    const struct mt_scan_counters *counters = mt_scan_counters(load->scan);
    if (counters->rejected > 0)
        fprintf(stderr, "%" PRIu64 " of %" PRIu64 " rows could not be used; moneytrail scan --rejected FILE says why\n", counters->rejected,
                counters->rejected + counters->transfers);
    return status;
}

enum mt_status mt_load_file(const struct mt_load_options *options, struct mt_load *out_load)
{
    *out_load = (struct mt_load){0};
    enum mt_status status = parts_make(options, out_load);

    if (status == MT_OK)
        status = file_read(options, out_load);
    if (status == MT_OK && mt_stop_asked()) {
        fprintf(stderr, "stopped\n");
        status = MT_UNAVAILABLE;
    }
    if (status != MT_OK)
        mt_load_destroy(out_load);
    return status;
}

void mt_load_destroy(struct mt_load *load)
{
    mt_scan_destroy(load->scan);
    mt_rates_destroy(load->rates);
    mt_mapping_destroy(load->mapping);
    *load = (struct mt_load){0};
}
