#include "load.h"

#include "schemas/lines.h"
#include "schemas/points.h"
#include "workers/kit/accounts_file.h"
#include "workers/kit/setup.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Its names for currencies are the mapping's. */
static enum mt_status rates_take(const struct mt_load_options *options, struct mt_load *load)
{
    char beside[4096], error[256] = "";
    const char *path = options->rates;

    if (path == NULL && options->rates_beside) {
        const char *slash = strrchr(options->file, '/');

        snprintf(beside, sizeof beside, "%.*srates.csv", slash != NULL ? (int)(slash - options->file + 1) : 0, options->file);
        path = access(beside, R_OK) == 0 ? beside : NULL;
    }
    if (path == NULL)
        return MT_OK;
    enum mt_status status = mt_rates_load(path, load->mapping, &load->rates, error);
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", path, error);
    else if (options->rates_told)
        fprintf(stderr, "rates: %s\n", path);
    return status;
}

static enum mt_status lines_take(const struct mt_load_options *options, struct mt_load *load)
{
    char error[256] = "";
    enum mt_status status = mt_lines_load(options->lines, load->rates, options->rules->account_sum_least, &load->lines, error);

    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->lines != NULL ? options->lines : "lines", error);
    return status;
}

static enum mt_status points_take(const struct mt_load_options *options, struct mt_load *load)
{
    char error[256] = "";
    enum mt_status status = mt_points_load(options->points, &load->points, error);

    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->points != NULL ? options->points : "points", error);
    return status;
}

enum mt_status mt_load_secret(const char *secret_file, struct mt_secret *out_secret)
{
    enum mt_status status = mt_secret_default(secret_file, out_secret);

    if (status != MT_OK)
        fprintf(stderr, "secret: %s is not readable as 64 hex digits\n", secret_file != NULL ? secret_file : "the default file");
    return status;
}

static enum mt_status lists_take(const struct mt_load_options *options, const struct mt_secret *secret, struct mt_load *load)
{
    char error[256] = "";

    if (options->lists == NULL)
        return MT_OK;
    enum mt_status status = mt_lists_load(options->lists, secret, &load->lists, error);
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->lists, error);
    else
        fprintf(stderr, "lists: %u records of %s\n", mt_lists_count(load->lists), options->lists);
    return status;
}

/* Who is told of an account, and by which tokens. */
struct telling {
    struct mt_scan *scan;
    const struct mt_secret *secret;
};

static enum mt_status account_tell(void *self, const struct mt_account_facts *facts)
{
    const struct telling *telling = self;
    struct mt_token account;
    struct mt_holder record;

    mt_account_token(telling->secret, &facts->account, &account);
    mt_account_holder(facts, &record);
    return mt_scan_describe(telling->scan, &account, &record);
}

static enum mt_status accounts_take(const struct mt_load_options *options, const struct mt_secret *secret, struct mt_load *load)
{
    const char *mapping = options->accounts_mapping != NULL ? options->accounts_mapping : "moneytrail-accounts";
    char error[256] = "";
    uint64_t rejected;

    if (options->accounts == NULL)
        return MT_OK;
    enum mt_status status = mt_accounts_file_read(options->accounts, mapping, account_tell, &(struct telling){load->scan, secret}, &rejected, error);
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->accounts, error[0] != '\0' ? error : mt_status_text(status));
    else if (rejected > 0)
        fprintf(stderr, "%s: %llu rows could not be used\n", options->accounts, (unsigned long long)rejected);
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
    if (status == MT_OK)
        status = lines_take(options, load);
    if (status == MT_OK)
        status = points_take(options, load);
    if (status == MT_OK && options->secret == NULL)
        status = mt_load_secret(options->secret_file, &load->secret);
    const struct mt_secret *secret = options->secret != NULL ? options->secret : &load->secret;
    if (status == MT_OK)
        status = lists_take(options, secret, load);
    if (status != MT_OK)
        return status;
    const struct mt_scan_options scan_options = {
        .rules = options->rules,
        .rates = load->rates,
        .lines = load->lines,
        .lists = load->lists,
        .points = load->points,
        .secret = secret,
        .batch_max = options->batch_max > 0 ? options->batch_max : MT_LOAD_BATCH,
        .until_ms = options->until_ms,
        .store_only = options->store_only,
    };
    status = mt_scan_create(&scan_options, &load->scan);
    return status == MT_OK ? accounts_take(options, secret, load) : status;
}

enum mt_status mt_load_open(const struct mt_load_options *options, struct mt_load *out_load)
{
    *out_load = (struct mt_load){0};
    enum mt_status status = parts_make(options, out_load);

    if (status != MT_OK)
        mt_load_destroy(out_load);
    return status;
}

enum mt_status mt_load_read(struct mt_load *load, const struct mt_load_options *options, const struct mt_scan_watch *watch)
{
    const struct mt_scan_watch unwatched = {0};
    struct mt_reader *reader = NULL;
    char error[256] = "";
    enum mt_status status = mt_reader_open(load->mapping, options->file, &reader, error);

    if (watch == NULL)
        watch = &unwatched;
    if (status == MT_OK) {
        status = mt_scan_read(load->scan, reader, watch);
        if (status == MT_IO)
            snprintf(error, sizeof error, "the file broke off");
    }
    if (watch->ended != NULL)
        watch->ended(watch->self);
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->file, error[0] != '\0' ? error : mt_status_text(status));
    mt_reader_close(reader);
    return status;
}

void mt_load_destroy(struct mt_load *load)
{
    mt_scan_destroy(load->scan);
    mt_lines_destroy(load->lines);
    mt_points_destroy(load->points);
    mt_lists_destroy(load->lists);
    mt_rates_destroy(load->rates);
    mt_mapping_destroy(load->mapping);
    *load = (struct mt_load){0};
}
