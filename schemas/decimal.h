/*
 * decimal.h: decimal strings to int64 minor units and back, exactly; no double anywhere.
 */
#ifndef MT_DECIMAL_H
#define MT_DECIMAL_H

#include "graph/base.h"

enum mt_round {
    MT_ROUND_REJECT,    /* more decimals than the currency has is an error (unless they are zeros) */
    MT_ROUND_HALF_EVEN, /* rounded to the nearest, ties to even */
};

enum mt_decimal_fault {
    MT_DECIMAL_OK,
    MT_DECIMAL_MALFORMED, /* not digits with at most one point; a sign; empty; over 40 characters */
    MT_DECIMAL_EXPONENT,  /* 1e3: the exponent form is not money */
    MT_DECIMAL_PRECISE,   /* more decimals than the currency has */
    MT_DECIMAL_OVERFLOW,  /* does not fit in int64 minor units */
};

/* Reads `size` bytes as an amount with `exponent` decimals into minor units. A leading '-' is accepted and gives a
 * negative number. `out_minor` is written only on MT_DECIMAL_OK. Cost: O(size). */
enum mt_decimal_fault mt_decimal_parse(const char *text, size_t size, uint8_t exponent, enum mt_round round,
                                       int64_t *out_minor);

/* Prints minor units with exactly `exponent` decimals ("-1234.50"), terminated; returns the length (< 32). */
size_t mt_decimal_print(int64_t minor, uint8_t exponent, char out_text[32]);

#endif
