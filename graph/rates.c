#include "rates.h"

#include <stdlib.h>

struct mt_rates {
    size_t count;
    struct mt_rate rows[]; /* by currency, then day */
};

static int rate_compare(const void *left, const void *right)
{
    const struct mt_rate *a = left, *b = right;

    if (a->currency != b->currency)
        return a->currency < b->currency ? -1 : 1;
    return (a->from_ms > b->from_ms) - (a->from_ms < b->from_ms);
}

enum mt_status mt_rates_create(const struct mt_rate *rows, size_t count, struct mt_rates **out_rates)
{
    struct mt_rates *rates = malloc(sizeof *rates + count * sizeof *rows);

    if (rates == NULL)
        return MT_NO_MEMORY;
    rates->count = count;
    if (count > 0)
        memcpy(rates->rows, rows, count * sizeof *rows);
    qsort(rates->rows, count, sizeof *rows, rate_compare);
    for (size_t i = 0; i < count; i++) {
        if (rates->rows[i].value <= 0 || (i > 0 && rate_compare(&rates->rows[i - 1], &rates->rows[i]) == 0)) {
            free(rates);
            return MT_BAD_CONFIG;
        }
    }
    *out_rates = rates;
    return MT_OK;
}

void mt_rates_destroy(struct mt_rates *rates)
{
    free(rates);
}

/* The value in force, or 0: the last row of the currency that is not after the time. */
static int64_t value_at(const struct mt_rates *rates, int64_t at_ms, uint16_t currency)
{
    size_t low = 0, high = rates->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct mt_rate *row = &rates->rows[middle];

        if (row->currency < currency || (row->currency == currency && row->from_ms <= at_ms))
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && rates->rows[low - 1].currency == currency ? rates->rows[low - 1].value : 0;
}

int64_t mt_rates_first(const struct mt_rates *rates, uint16_t currency)
{
    size_t low = 0, high = rates->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (rates->rows[middle].currency < currency)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rates->count && rates->rows[low].currency == currency ? rates->rows[low].value : 0;
}

int64_t mt_rates_exchange(const struct mt_rates *rates, int64_t at_ms, int64_t minor, uint16_t from, uint16_t to)
{
    if (rates == NULL)
        return -1;
    int64_t value_from = value_at(rates, at_ms, from);
    int64_t value_to = value_at(rates, at_ms, to);

    if (value_from == 0 || value_to == 0)
        return -1;
    __int128 converted = (__int128)minor * value_from / value_to;
    return converted > INT64_MAX ? INT64_MAX : (int64_t)converted;
}
