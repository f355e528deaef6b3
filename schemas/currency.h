/*
 * currency.h: the currencies money may be in, and how many decimals each has.
 *
 * ISO 4217 (code, numeric, exponent), plus codes of our own above 999 (XBT: exponent 8). One constant table.
 */
#ifndef MT_CURRENCY_H
#define MT_CURRENCY_H

#include "graph/base.h"

struct mt_currency {
    char code[4];      /* "EUR" */
    uint16_t numeric;  /* 978; own codes above 999 */
    uint8_t exponent;  /* decimals of the minor unit: 0, 2, 3, 4, 8 */
};

/* The currency of a code of `size` bytes, or NULL. Case matters. Cost: O(1). */
const struct mt_currency *mt_currency_find(const char *code, size_t size);

/* The currency of a numeric code, or NULL. */
const struct mt_currency *mt_currency_of(uint16_t numeric);

#endif
