/*
 * tariff.h: how much: log-normal-like amounts, price endings and round sums, all in integers.
 *
 * Amounts are thought of in euro cents and turned into the stream's currency at a fixed price level; a level is not an
 * exchange rate of any day.
 *
 * Cost     O(1)
 * Threads  any: no state
 */
#ifndef MT_GENERATE_TARIFF_H
#define MT_GENERATE_TARIFF_H

#include "graph/base.h"

struct mt_tariff {
    char code[4];
    uint16_t numeric;        /* ISO 4217 */
    uint8_t exponent;        /* decimals of the minor unit */
    uint32_t level_permille; /* minor units for one euro cent, in thousandths */
    int64_t line;            /* cash from this sum on is reported, in minor units */
    uint32_t round_factor;   /* what people here call a round sum, against minor units of the euro */
};

/* The currency of that code or number, or NULL. */
const struct mt_tariff *mt_tariff_find(const char *code);
const struct mt_tariff *mt_tariff_of(int64_t numeric);

/* median × 2^(sigma·z), z near normal out of 64 random bits, within ±3.46; sigma in 1/256 of an octave. At least 1. */
int64_t mt_tariff_spread(uint64_t random, int64_t median, int32_t sigma_q8);

/* Euro cents as minor units of the currency, at least 1. */
int64_t mt_tariff_minor(const struct mt_tariff *tariff, int64_t cents);

/* Down to a multiple of `step` euro minor units, scaled to the currency; never below one step. */
int64_t mt_tariff_round(const struct mt_tariff *tariff, int64_t minor, int64_t step);

/* As round, with a step that fits the sum: 1–2 leading digits, as people choose sums. More than half of it, of 20 or
 * more 3/4. */
int64_t mt_tariff_round_sum(const struct mt_tariff *tariff, int64_t minor, uint64_t random);

/* Often ends in .99, .49 or .95, as shop prices do. */
int64_t mt_tariff_price(const struct mt_tariff *tariff, int64_t minor, uint64_t random);

#endif
