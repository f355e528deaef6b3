/*
 * feed.h: what is published, one canonical event at a time, whatever the file holds: transfers or account facts, as CSV by a mapping
 * or as the events themselves, JSON, one a line.
 *
 * Owns     the file, the mapping and one printed event
 * Bounds   64 KiB a line
 * Threads  one
 * Fails    MT_BAD_CONFIG, MT_IO with a sentence
 */
#ifndef MT_FEED_H
#define MT_FEED_H

#include "schemas/mapping.h"
#include "schemas/token.h"

struct mt_feed;

struct mt_feed_options {
    const char *file;
    const char *mapping; /* a mapping says itself whether its rows are transfers or account facts */
    const char *events;  /* "transfer", "account" or "listing": no mapping, the lines are such events */
    const struct mt_secret *secret;
};

struct mt_feed_event {
    struct mt_token account; /* the debtor, or whom the facts are about: events of one account keep their order. Of a listing: its record */
    const char *bytes;       /* borrowed until the next call */
    size_t size;
};

MT_MUST_USE enum mt_status mt_feed_open(const struct mt_feed_options *options, struct mt_feed **out_feed, char out_error[256]);
void mt_feed_close(struct mt_feed *feed); /* NULL is fine */

/* What it holds: each has a topic of its own. */
enum mt_feed_kind { MT_FEED_TRANSFERS, MT_FEED_ACCOUNTS, MT_FEED_LISTINGS };
enum mt_feed_kind mt_feed_kind(const struct mt_feed *feed);

/* On MT_READ_REJECT *out_line is the row's line, from 1. */
enum mt_read_result mt_feed_next(struct mt_feed *feed, struct mt_feed_event *out_event, struct mt_reject *out_reject, int64_t *out_line);

/* Bytes read and in all; in all is 0 when unknown. */
void mt_feed_progress(const struct mt_feed *feed, int64_t *out_bytes, int64_t *out_bytes_total);

#endif
