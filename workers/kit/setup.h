/*
 * setup.h: what every command that thinks needs before it starts: rules, rates, lines (schemas/lines.h), points (schemas/points.h), the secret key.
 */
#ifndef MT_SETUP_H
#define MT_SETUP_H

#include "graph/lines.h"
#include "graph/points.h"
#include "graph/rules.h"
#include "schemas/mapping.h"
#include "schemas/token.h"

/*
 * Reads a rate table: CSV with a header of two columns (currency, value in any one base) or three (date, currency, value); date
 * YYYY-MM-DD, from which the rate holds. Currencies are ISO codes, or the mapping's names for them when one is given. Values are decimals.
 * Fails: MT_BAD_CONFIG, MT_IO; `out_error` says which line.
 */
MT_MUST_USE enum mt_status mt_rates_load(const char *path, const struct mt_mapping *mapping, struct mt_rates **out_rates,
                                         char out_error[256]);

/*
 * Reads watch lists: listing events (schemas/listing.h), JSON, one a line. One line that is none fails all of it: a list with a hole is no list.
 * Fails: MT_BAD_CONFIG, MT_IO; `out_error` says which line and why.
 */
MT_MUST_USE enum mt_status mt_lists_load(const char *path, const struct mt_secret *secret, struct mt_lists **out_lists, char out_error[256]);

/* $XDG_STATE_HOME or ~/.local/state, /moneytrail/secret.key: made at first use when no --secret-file is given. */
MT_MUST_USE enum mt_status mt_secret_default(const char *path, struct mt_secret *out_secret);

/* A short public fingerprint of everything that must be equal for results to be equal (rules, rates, lines, points, secret). */
struct mt_fingerprint {
    char text[33];
};
void mt_fingerprint_make(const struct mt_rules *rules, const char *rates_path, const struct mt_lines *lines, const struct mt_points *points,
                         const struct mt_secret *secret, struct mt_fingerprint *out_fingerprint);

#endif
