/*
 * load.h: a file into a scan, by the names that a command line gives: mapping, rates, secret.
 *
 * Says on standard error what is wrong with which file.
 */
#ifndef MT_LOAD_H
#define MT_LOAD_H

#include "scan.h"

struct mt_load_options {
    const struct mt_rules *rules; /* borrowed for the life of the load */
    const char *file, *mapping;
    const char *rates;       /* NULL: rates.csv beside the file, if there is one */
    const char *secret_file; /* NULL: the default one */
    bool store_only;
};

/* What was loaded. Destroyed as one. */
struct mt_load {
    struct mt_mapping *mapping;
    struct mt_rates *rates;
    struct mt_scan *scan;
    struct mt_secret secret;
};

MT_MUST_USE enum mt_status mt_load_file(const struct mt_load_options *options, struct mt_load *out_load);
void mt_load_destroy(struct mt_load *load);

#endif
