#include "setup.h"

#include "schemas/currency.h"
#include "schemas/decimal.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define RATES_MAX 100000
#define VALUE_DECIMALS 9 /* of the file's numbers */

static const struct mt_currency *currency_read(const struct mt_mapping *mapping, const char *text)
{
    if (mapping != NULL)
        return mt_mapping_currency(mapping, text, strlen(text));
    return mt_currency_find(text, strlen(text));
}

/* A file value with nine decimals is 1e-9 of the base per major unit; mt_rate wants 1e-12 per minor unit. */
static int64_t value_scale(int64_t nano, uint8_t exponent)
{
    __int128 scaled = (__int128)nano * 1000;

    for (uint8_t i = 0; i < exponent; i++)
        scaled /= 10;
    return scaled > INT64_MAX ? INT64_MAX : (int64_t)scaled;
}

static const char *row_read(char *line, const struct mt_mapping *mapping, bool dated, struct mt_rate *out_rate)
{
    char *fields[3] = {NULL, NULL, NULL};
    size_t count = 0;
    int64_t nano;

    line[strcspn(line, "\r\n")] = '\0';
    while (line != NULL && count < 3)
        fields[count++] = strsep(&line, ",");
    if (line != NULL || count != (dated ? 3u : 2u))
        return "wrong number of columns";
    const struct mt_currency *currency = currency_read(mapping, fields[dated ? 1 : 0]);
    if (currency == NULL)
        return "unknown currency";
    if (mt_decimal_parse(fields[count - 1], strlen(fields[count - 1]), VALUE_DECIMALS, MT_ROUND_HALF_EVEN, &nano) != MT_DECIMAL_OK)
        return "the value is not a decimal";
    *out_rate = (struct mt_rate){.from_ms = INT64_MIN, .value = value_scale(nano, currency->exponent), .currency = currency->numeric};
    if (dated) {
        enum mt_reject_code code;
        char time_text[40];
        int size = snprintf(time_text, sizeof time_text, "%.10sT00:00:00Z", fields[0]);

        if (!mt_time_parse(time_text, (size_t)size, &out_rate->from_ms, &code))
            return "the date is not YYYY-MM-DD";
    }
    return NULL;
}

static enum mt_status rates_read(FILE *file, const struct mt_mapping *mapping, struct mt_rate *rows, size_t *out_count, char out_error[256])
{
    char line[512];
    size_t number = 1;

    if (fgets(line, sizeof line, file) == NULL) {
        snprintf(out_error, 256, "line 1: no header");
        return MT_BAD_CONFIG;
    }
    bool dated = strncmp(line, "date,", 5) == 0;
    *out_count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        number++;
        if (line[strspn(line, "\r\n ")] == '\0')
            continue;
        const char *fault = *out_count == RATES_MAX ? "too many rows" : row_read(line, mapping, dated, &rows[*out_count]);
        if (fault != NULL) {
            snprintf(out_error, 256, "line %zu: %s", number, fault);
            return MT_BAD_CONFIG;
        }
        (*out_count)++;
    }
    return MT_OK;
}

enum mt_status mt_rates_load(const char *path, const struct mt_mapping *mapping, struct mt_rates **out_rates, char out_error[256])
{
    FILE *file = fopen(path, "r");
    struct mt_rate *rows = malloc(RATES_MAX * sizeof *rows);
    size_t count = 0;

    if (file == NULL || rows == NULL) {
        snprintf(out_error, 256, "cannot be read");
        if (file != NULL)
            fclose(file);
        free(rows);
        return MT_IO;
    }
    enum mt_status status = rates_read(file, mapping, rows, &count, out_error);
    fclose(file);
    if (status == MT_OK) {
        status = mt_rates_create(rows, count, out_rates);
        if (status == MT_BAD_CONFIG)
            snprintf(out_error, 256, "a rate of 0, or two rates of one currency on one day");
    }
    free(rows);
    return status;
}

/* One line into the lists; a sentence when it is no listing. */
static enum mt_status listing_add(struct mt_event_parse *parser, const char *line, size_t size, const struct mt_secret *secret,
                                  struct mt_lists *lists, struct mt_reject *out_reject)
{
    char text[MT_LISTING_TEXT_MAX];
    struct mt_listing_event event;
    struct mt_listing record;
    bool changed;
    enum mt_status status = mt_listing_parse(parser, line, size, &event, out_reject);

    if (status != MT_OK)
        return MT_BAD_CONFIG;
    mt_listing_tokenise(&event, secret, text, &record);
    status = mt_lists_add(lists, &record, &changed);
    if (status == MT_BAD_STATE)
        snprintf(out_reject->sentence, sizeof out_reject->sentence, "more than %u records", MT_LISTINGS_MAX);
    return status;
}

static enum mt_status lists_read(FILE *file, struct mt_event_parse *parser, const struct mt_secret *secret, struct mt_lists *lists,
                                 char out_error[256])
{
    enum mt_status status = MT_OK;
    char *line = NULL;
    size_t room = 0, number = 0;

    for (ssize_t size = getline(&line, &room, file); size >= 0 && status == MT_OK; size = getline(&line, &room, file)) {
        struct mt_reject reject = {.sentence = "memory could not be had"};
        size_t length = strcspn(line, "\r\n");

        number++;
        if (length == 0)
            continue;
        status = listing_add(parser, line, length, secret, lists, &reject);
        if (status != MT_OK)
            snprintf(out_error, 256, "line %zu: %s", number, reject.sentence);
    }
    free(line);
    return status;
}

enum mt_status mt_lists_load(const char *path, const struct mt_secret *secret, struct mt_lists **out_lists, char out_error[256])
{
    struct mt_event_parse *parser = NULL;
    struct mt_lists *lists = NULL;
    FILE *file = fopen(path, "r");
    enum mt_status status = file != NULL ? mt_event_parser_create(&parser) : MT_IO;

    snprintf(out_error, 256, "cannot be read");
    if (status == MT_OK)
        status = mt_lists_create(&lists);
    if (status == MT_OK)
        status = lists_read(file, parser, secret, lists, out_error);
    if (file != NULL)
        fclose(file);
    mt_event_parser_destroy(parser);
    if (status != MT_OK) {
        mt_lists_destroy(lists);
        return status;
    }
    *out_lists = lists;
    return MT_OK;
}

enum mt_status mt_secret_default(const char *path, struct mt_secret *out_secret)
{
    char directory[PATH_MAX], file[PATH_MAX + 32];
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (path != NULL)
        return mt_secret_load(path, false, out_secret);
    if (state != NULL && state[0] != '\0') {
        snprintf(directory, sizeof directory, "%s", state);
    } else {
        snprintf(directory, sizeof directory, "%s/.local", home != NULL ? home : ".");
        mkdir(directory, 0700);
        snprintf(directory, sizeof directory, "%s/.local/state", home != NULL ? home : ".");
    }
    mkdir(directory, 0700);
    snprintf(file, sizeof file, "%s/moneytrail", directory);
    mkdir(file, 0700);
    snprintf(file, sizeof file, "%s/moneytrail/secret.key", directory);
    return mt_secret_load(file, true, out_secret);
}

static void file_hash(crypto_generichash_state *state, const char *path)
{
    unsigned char bytes[4096];
    FILE *file = fopen(path, "r");

    if (file == NULL)
        return;
    for (size_t size = fread(bytes, 1, sizeof bytes, file); size > 0; size = fread(bytes, 1, sizeof bytes, file))
        crypto_generichash_update(state, bytes, size);
    fclose(file);
}

void mt_fingerprint_make(const struct mt_rules *rules, const char *rates_path, const struct mt_lines *lines, const struct mt_points *points,
                         const struct mt_secret *secret, struct mt_fingerprint *out_fingerprint)
{
    crypto_generichash_state state;
    unsigned char hash[16];

    crypto_generichash_init(&state, secret->bytes, sizeof secret->bytes, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)MT_RULES_VERSION, sizeof MT_RULES_VERSION);
    crypto_generichash_update(&state, (const unsigned char *)rules, sizeof *rules);
    if (rates_path != NULL)
        file_hash(&state, rates_path);
    crypto_generichash_update(&state, (const unsigned char *)lines->at, sizeof lines->at);
    crypto_generichash_update(&state, (const unsigned char *)&points->version, sizeof points->version);
    crypto_generichash_final(&state, hash, sizeof hash);
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(out_fingerprint->text + 2 * i, 3, "%02x", hash[i]);
}
