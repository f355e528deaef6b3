/*
 * lists.h: watch lists as the graph knows them: who was on which list, and when.
 *
 * A *listing* is an entry of a list: a subject (an account, or an indicator that transfers carry), a time from which and one until which it holds.
 * What is said of an entry changes (it is appealed and suspended, lifted, renewed): each *record* of it says all, and holds from its `since_ms`
 * until the next one's. Nothing holds before the first. So whether a subject was listed at a time is a function of the set of records:
 *
 *   record 1  active     since ├────────┤
 *   record 2  suspended                 since ├──────┤
 *   record 3  active                                 since ├─────────►
 *   from .. until           ├───────────────────────────────────┤
 *   listed                  ▓▓▓▓▓▓▓▓▓▓▓▓             ▓▓▓▓▓▓▓▓▓▓▓▓
 *
 * Of two records of one entry with one `since_ms` the more lenient stands (lifted, suspended, active), then the one with the larger text: in
 * whatever order they came. So a listing that should never have been is lifted as of its own beginning.
 *
 * Owns     records and their texts, until destroyed
 * Bounds   MT_LISTINGS_MAX records
 * Cost     a look-up O(1), of a subject that is listed O(its records)
 * Threads  one
 * Fails    MT_BAD_STATE when full, MT_NO_MEMORY
 */
#ifndef MT_LISTS_H
#define MT_LISTS_H

#include "transfer.h"

#define MT_LISTINGS_MAX (UINT32_C(1) << 20)
#define MT_LISTING_TEXT_MAX 4096

/* The larger, the more lenient. */
#define MT_LISTING_STATE_TABLE(X) X(ACTIVE, "active") X(SUSPENDED, "suspended") X(LIFTED, "lifted")

enum mt_listing_state {
#define MT_LISTING_STATE_ENUM(name, text) MT_LISTING_##name,
    MT_LISTING_STATE_TABLE(MT_LISTING_STATE_ENUM)
#undef MT_LISTING_STATE_ENUM
    MT_LISTING_STATE_COUNT
};

/* What a subject is: an enum mt_indicator, or this. */
#define MT_SUBJECT_ACCOUNT MT_INDICATOR_COUNT

/* One record of one entry. */
struct mt_listing {
    struct mt_transfer_key entry; /* MAC of list, entry and subject */
    struct mt_token subject;      /* the account's token, or the indicator's */
    int64_t since_ms;
    int64_t from_ms;
    int64_t until_ms; /* the first moment after it */
    const char *text; /* for people: what the record says, without its subject; not read here */
    uint16_t text_size;
    uint8_t state; /* enum mt_listing_state */
    uint8_t kind;  /* MT_SUBJECT_ACCOUNT or an enum mt_indicator */
};

struct mt_lists;

MT_MUST_USE enum mt_status mt_lists_create(struct mt_lists **out_lists);
void mt_lists_destroy(struct mt_lists *lists); /* NULL is fine */

/* Adds a record, copying its text. `*out_changed` is false when it, or one that stands in its place, was there already. */
MT_MUST_USE enum mt_status mt_lists_add(struct mt_lists *lists, const struct mt_listing *record, bool *out_changed);

/* Whether adding the record would change nothing. */
bool mt_lists_stand(const struct mt_lists *lists, const struct mt_listing *record);

/* Forgets all records; what was borrowed ends. */
void mt_lists_clear(struct mt_lists *lists);

/* Records held; of no lists (NULL): 0. */
uint32_t mt_lists_count(const struct mt_lists *lists);

/*
 * The record by which the subject was listed at that time, the first by entry, or the next one after `after`; NULL: none. Borrowed until the
 * next add. `lists` may be NULL: nobody is listed.
 */
const struct mt_listing *mt_lists_next(const struct mt_lists *lists, const struct mt_token *subject, int64_t at_ms, const struct mt_listing *after);

static inline bool mt_lists_hold(const struct mt_lists *lists, const struct mt_token *subject, int64_t at_ms)
{
    return mt_lists_next(lists, subject, at_ms, NULL) != NULL;
}

#endif
