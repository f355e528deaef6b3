/*
 * lines.h: per currency, the sum from which the law has cash reported (the *line*), and how large a sum is beside those of other currencies.
 *
 * A sum's *size* is what it is worth in cents: hundredths of a unit of reference, as which a dollar and a euro both count. Options and marks that
 * are limits on sums (account_sum_least, marks.c) are sizes, so 25,000 yen are not taken for 25,000 cents. Sizes are by one fixed value a currency
 * (its *par*), not by the day's rate: what is large does not turn on a day's rate, a look-up is one load, and a day's finding does not depend on
 * which rates were known. Money is followed across currencies by rates.h, never by this.
 *
 *   minor × par_cents / par_minor = size, rounded down          yen: par_minor 150, par_cents 100; 25,000 yen → 16,666
 *
 * A currency without a row takes its par from the rate table, by its first rate there against that of the first row of par 1:1 that has one; it has no
 * line. Without either, no sum in it is large, so no account's day with such sums alone is a finding.
 *
 * Owns     a row per numeric code
 * Bounds   codes below MT_LINES_CURRENCIES; others have neither line nor size
 * Cost     O(1), one load
 */
#ifndef MT_LINES_H
#define MT_LINES_H

#include "rates.h"

#define MT_LINES_CURRENCIES 1024

struct mt_line {
    uint16_t currency;
    int64_t line_minor; /* 0: no line */
    int64_t par_minor;  /* so many minor units are about ... */
    int64_t par_cents;  /* ... so many cents; both 0: by the rate table */
};

/* What is asked of a currency. */
struct mt_line_limits {
    int64_t least_minor; /* a sum of this or more has at least the size that was asked for */
    int64_t line_minor;  /* 0: no line */
    int64_t near_minor;  /* from here to below the line: just below it */
    int64_t par_minor, par_cents;
};

struct mt_lines {
    struct mt_line_limits at[MT_LINES_CURRENCIES];
    struct mt_line_limits none;
    uint64_t version; /* of all lines and pars: equal tables have equal ones */
};

struct mt_lines_options {
    const struct mt_line *rows;
    size_t count;
    const struct mt_rates *rates; /* for currencies without a row; may be NULL; not kept */
    int64_t size_least;           /* account_sum_least: the size that least_minor is for */
};

/* MT_BAD_CONFIG: a number below 0, half a par, a code out of bounds, or two rows of one currency. */
MT_MUST_USE enum mt_status mt_lines_create(const struct mt_lines_options *options, struct mt_lines **out_lines);
void mt_lines_destroy(struct mt_lines *lines); /* NULL is fine */

static inline const struct mt_line_limits *mt_lines_of(const struct mt_lines *lines, uint16_t currency)
{
    return currency < MT_LINES_CURRENCIES ? &lines->at[currency] : &lines->none;
}

/* Whether a sum is of the size that was asked for. */
static inline bool mt_lines_large(const struct mt_lines *lines, uint16_t currency, int64_t minor)
{
    return minor >= mt_lines_of(lines, currency)->least_minor;
}

/* Whether a sum is below its currency's line by a fifth of it at most. */
static inline bool mt_lines_near(const struct mt_lines *lines, uint16_t currency, int64_t minor)
{
    const struct mt_line_limits *limits = mt_lines_of(lines, currency);

    return minor < limits->line_minor && minor >= limits->near_minor;
}

/* A sum's size, at most INT64_MAX; 0 where the currency has none. mt_lines_large() holds exactly when this is size_least or more. */
int64_t mt_lines_size(const struct mt_lines *lines, uint16_t currency, int64_t minor);

#endif
