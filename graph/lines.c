#include "lines.h"

#include <stdlib.h>

/* A line is missed on purpose by so little: a fifth. */
#define NEAR_PARTS 5

int64_t mt_lines_size(const struct mt_lines *lines, uint16_t currency, int64_t minor)
{
    const struct mt_line_limits *limits = mt_lines_of(lines, currency);

    if (limits->par_minor == limits->par_cents)
        return limits->par_minor == 0 ? 0 : minor;
    __int128 size = (__int128)minor * limits->par_cents / limits->par_minor;
    return size > INT64_MAX ? INT64_MAX : (int64_t)size;
}

/* The smallest sum whose size is `size_least`: then size ≥ size_least and sum ≥ least say the same. */
static int64_t least_find(const struct mt_line_limits *limits, int64_t size_least)
{
    if (limits->par_cents == 0)
        return INT64_MAX;
    __int128 least = ((__int128)size_least * limits->par_minor + limits->par_cents - 1) / limits->par_cents;
    return least > INT64_MAX ? INT64_MAX : (int64_t)least;
}

static bool row_good(const struct mt_line *row)
{
    return row->currency < MT_LINES_CURRENCIES && row->line_minor >= 0 && row->par_minor >= 0 && row->par_cents >= 0 &&
           (row->par_minor == 0) == (row->par_cents == 0);
}

static bool rows_put(struct mt_lines *lines, const struct mt_line *rows, size_t count)
{
    bool seen[MT_LINES_CURRENCIES] = {false};

    for (size_t i = 0; i < count; i++) {
        if (!row_good(&rows[i]) || seen[rows[i].currency])
            return false;
        seen[rows[i].currency] = true;
        lines->at[rows[i].currency] = (struct mt_line_limits){
            .line_minor = rows[i].line_minor,
            .near_minor = rows[i].line_minor - rows[i].line_minor / NEAR_PARTS,
            .par_minor = rows[i].par_minor,
            .par_cents = rows[i].par_cents,
        };
    }
    return true;
}

/* Pars that no row says, by the rate table: a rate is what a minor unit is worth, so two rates are a par. */
static void pars_by_rates(struct mt_lines *lines, const struct mt_lines_options *options)
{
    int64_t reference = 0;

    for (size_t i = 0; i < options->count && reference == 0; i++) {
        if (options->rows[i].par_minor > 0 && options->rows[i].par_minor == options->rows[i].par_cents)
            reference = mt_rates_first(options->rates, options->rows[i].currency);
    }
    for (uint16_t c = 0; c < MT_LINES_CURRENCIES && reference > 0; c++) {
        int64_t value = lines->at[c].par_minor == 0 ? mt_rates_first(options->rates, c) : 0;

        if (value > 0) {
            lines->at[c].par_minor = reference;
            lines->at[c].par_cents = value;
        }
    }
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9fb21c651e98df25);
    return hash ^ hash >> 32;
}

enum mt_status mt_lines_create(const struct mt_lines_options *options, struct mt_lines **out_lines)
{
    struct mt_lines *lines = calloc(1, sizeof *lines);

    if (lines == NULL)
        return MT_NO_MEMORY;
    if (!rows_put(lines, options->rows, options->count)) {
        free(lines);
        return MT_BAD_CONFIG;
    }
    if (options->rates != NULL)
        pars_by_rates(lines, options);
    lines->none.least_minor = INT64_MAX;
    for (uint16_t c = 0; c < MT_LINES_CURRENCIES; c++) {
        struct mt_line_limits *limits = &lines->at[c];

        limits->least_minor = least_find(limits, options->size_least);
        if (limits->line_minor == 0 && limits->par_minor == 0)
            continue;
        lines->version = mix(mix(lines->version, c), (uint64_t)limits->line_minor);
        lines->version = mix(mix(lines->version, (uint64_t)limits->par_minor), (uint64_t)limits->par_cents);
    }
    *out_lines = lines;
    return MT_OK;
}

void mt_lines_destroy(struct mt_lines *lines)
{
    free(lines);
}
