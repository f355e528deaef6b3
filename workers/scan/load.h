/*
 * load.h: a file into a scan, by the names that a command line gives: mapping, rates, lines, points, secret.
 *
 * Says on standard error what is wrong with which file. What a stop, or rows that could not be used, mean is the command's to say.
 */
#ifndef MT_LOAD_H
#define MT_LOAD_H

#include "scan.h"

#define MT_LOAD_BATCH 4096

struct mt_load_options {
    const struct mt_rules *rules; /* borrowed for the life of the load */
    const char *file, *mapping;
    const char *rates;              /* NULL: none is named */
    bool rates_beside;              /* then rates.csv beside the file is taken, if there is one */
    bool rates_told;                /* which table was taken is said */
    const char *lines;              /* NULL: our own (schemas/lines.h) */
    const char *accounts;           /* what banks know of accounts, CSV; NULL: nothing */
    const char *accounts_mapping;   /* how its columns are read; NULL: "moneytrail-accounts" */
    const char *points;             /* NULL: our own (schemas/points.h) */
    const char *lists;              /* watch lists: listing events, JSON, one a line; NULL: none */
    const struct mt_secret *secret; /* borrowed for the life of the load; NULL: read from secret_file */
    const char *secret_file;        /* NULL: the default one */
    int64_t batch_max;              /* 0: MT_LOAD_BATCH */
    int64_t until_ms;               /* as in scan.h */
    bool store_only;
};

/* What a file is read into and with. It stays where it is: the scan points into it. */
struct mt_load {
    struct mt_mapping *mapping;
    struct mt_rates *rates;
    struct mt_lines *lines;
    struct mt_points *points;
    struct mt_lists *lists;
    struct mt_scan *scan;
    struct mt_secret secret; /* when it was read here */
};

/* Destroyed as one; nothing is left to destroy on failure. */
MT_MUST_USE enum mt_status mt_load_open(const struct mt_load_options *options, struct mt_load *out_load);
void mt_load_destroy(struct mt_load *load);

/* Reads the file, to its end or until a stop is asked. `watch` may be NULL. */
MT_MUST_USE enum mt_status mt_load_read(struct mt_load *load, const struct mt_load_options *options, const struct mt_scan_watch *watch);

/* mt_secret_default(), and says so when the file is none. */
MT_MUST_USE enum mt_status mt_load_secret(const char *secret_file, struct mt_secret *out_secret);

#endif
