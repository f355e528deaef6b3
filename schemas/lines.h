/*
 * lines.h: the table of reporting lines and pars (graph/lines.h): ours, and a bank's own rows in their place.
 *
 * A file is CSV with the header "currency,line,par", in major units: line is the sum from which the law has cash reported, empty: none; par is
 * how many of the currency are about one dollar or euro, empty: ours, or by the rate table where we have none. A row takes the place of
 * our row of that currency; currencies that the file does not name keep ours (lines_default.h has each with the law that it is from).
 *
 *     currency,line,par
 *     CNY,20000,
 *     VND,,25500
 */
#ifndef MT_SCHEMAS_LINES_H
#define MT_SCHEMAS_LINES_H

#include "graph/lines.h"

/* `path` NULL: our table alone. `rates` may be NULL. Fails: MT_BAD_CONFIG, MT_IO; `out_error` says which line. */
MT_MUST_USE enum mt_status mt_lines_load(const char *path, const struct mt_rates *rates, int64_t size_least, struct mt_lines **out_lines,
                                         char out_error[256]);

#endif
