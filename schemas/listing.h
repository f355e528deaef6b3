/*
 * listing.h: an entry of a watch list, version 1 (listing.schema.json): topic `lists`, and files of such events, one a line.
 *
 * Each event is one record of an entry: all that is said of it from `since_ms` on (graph/lists.h). Nobody is listed without a basis, an authority,
 * an end, and a way to appeal; an appeal that is heard is a record whose state is suspended, or lifted.
 */
#ifndef MT_LISTING_H
#define MT_LISTING_H

#include "event.h"
#include "graph/lists.h"
#include "print.h"

struct mt_listing_event {
    struct mt_text list;  /* the list's name, 1–35 characters */
    struct mt_text entry; /* the entry's id within it, 1–64 */
    struct mt_event_account party; /* kind MT_SUBJECT_ACCOUNT */
    struct mt_text hash;           /* else, as in a transfer */
    struct mt_text level;     /* who sets it: "regulator", "bank", "user" */
    struct mt_text authority; /* its name, 1–64 */
    struct mt_text region;    /* where it holds, up to 35; "" everywhere */
    struct mt_text basis;     /* why, and on what legal ground, 1–200 */
    struct mt_text appeal;    /* where and how to appeal, 1–200 */
    int64_t from_ms;
    int64_t until_ms;
    int64_t since_ms;
    uint8_t state; /* enum mt_listing_state */
    uint8_t kind;  /* MT_SUBJECT_ACCOUNT or an enum mt_indicator */
};

/* As mt_event_parse, for the listing event. */
MT_MUST_USE enum mt_status mt_listing_parse(struct mt_event_parse *parser, const char *bytes, size_t size, struct mt_listing_event *out_event,
                                            struct mt_reject *out_reject);

/* Checks what is common to every source, as mt_event_check. */
MT_MUST_USE enum mt_status mt_listing_check(const struct mt_listing_event *event, struct mt_reject *out_reject);

/* Writes an event that mt_listing_check accepts, as mt_event_print. */
size_t mt_listing_print(const struct mt_listing_event *event, char *out_bytes, size_t capacity);

/* The members alone, "list":... to "since":"...", without the subject: for readers who must not see an account number. At most
 * MT_LISTING_TEXT_MAX bytes. */
void mt_listing_members_print(const struct mt_listing_event *event, struct mt_print *print);

#endif
