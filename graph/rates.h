/*
 * rates.h: the dated table that lets money be followed across currencies.
 *
 * A rate is what one minor unit is worth in a base nobody sees, as a positive integer (1e-12 of the base's major unit, so a
 * cent of a dollar base is 10^10). It holds from its day until the currency's next one; before the first there is none.
 * Conversions multiply in 128 bits and round down.
 *
 * Owns     a copy of the rows
 * Cost     lookup O(log rows of the currency)
 */
#ifndef MT_RATES_H
#define MT_RATES_H

#include "transfer.h"

struct mt_rate {
    int64_t from_ms; /* INT64_MIN: from ever */
    int64_t value;   /* > 0 */
    uint16_t currency;
};

struct mt_rates;

/* Copies `count` rows. MT_BAD_CONFIG for a value ≤ 0 or two rows of one currency and day. */
MT_MUST_USE enum mt_status mt_rates_create(const struct mt_rate *rows, size_t count, struct mt_rates **out_rates);
void mt_rates_destroy(struct mt_rates *rates); /* NULL is fine */

/* mt_rates_convert() between two currencies. */
int64_t mt_rates_exchange(const struct mt_rates *rates, int64_t at_ms, int64_t minor, uint16_t from, uint16_t to);

/* `minor` of `from` in `to` at that time, rounded down, at most INT64_MAX; -1 when there is no rate. Same currency: unchanged.
 * `rates` may be NULL: then only the same currency converts. */
static inline int64_t mt_rates_convert(const struct mt_rates *rates, int64_t at_ms, int64_t minor, uint16_t from, uint16_t to)
{
    return from == to ? minor : mt_rates_exchange(rates, at_ms, minor, from, to);
}

/* The value of a currency's first row, or 0: for what needs no more than about how much it is worth (lines.h). */
int64_t mt_rates_first(const struct mt_rates *rates, uint16_t currency);

#endif
