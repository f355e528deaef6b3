/*
 * stream.h: all transfers of a store as flat arrays in order of time: what whole-stream measures read (evidence.h).
 *
 * Accounts become small numbers, transfers are numbered by (time, key), and each account's transfers out and in are listed in that order.
 * Self transfers and returns are left out: they move nothing on.
 *
 * Owns     its arrays; entries are borrowed from the store until its next append
 * Cost     O(n log n) time, about 60 bytes a transfer
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_STREAM_H
#define MT_STREAM_H

#include "memory_store.h"
#include "rates.h"
#include "rules.h"

/* How many of an account's nearest transfers are looked at, on each side. */
#define MT_NEAR 300

/* Numbers of transfers by account: those of account a are at[first[a] .. first[a + 1]). */
struct mt_stream_lists {
    uint32_t *first;
    uint32_t *at;
    uint32_t *place; /* by transfer: where it stands in `at` */
};

struct mt_stream {
    uint32_t count, account_count;
    uint32_t *debtor, *creditor;
    int64_t *time_ms;
    double *worth;           /* the sum, in the base of the rate table where it has one; else in minor units */
    uint16_t *currency;      /* sums compare only where this is equal; 0: in the base */
    uint8_t *kind;           /* kind and rail together, numbered by first use */
    uint32_t kind_count;
    uint32_t *pair_before;   /* earlier transfers between the same two accounts, the same way */
    const struct mt_entry **entries; /* the debtor's side */
    struct mt_token *accounts;
    bool *hub; /* by account: more than MT_NEAR counterparties within the hop window around some transfer: too busy to see whole */
    struct mt_stream_lists out, in;
    struct mt_arena *arena; /* of joined ledgers */
};

MT_MUST_USE enum mt_status mt_stream_create(const struct mt_memory_store *store, const struct mt_rules *rules, const struct mt_rates *rates,
                                            struct mt_stream **out_stream);
void mt_stream_destroy(struct mt_stream *stream); /* NULL is fine */

/* Transfers before that time. O(log n). */
uint32_t mt_stream_lower(const struct mt_stream *stream, int64_t time_ms);

/* First position in an account's list of a transfer at or after that time. O(log n). */
static inline uint32_t mt_stream_from(const struct mt_stream *stream, const struct mt_stream_lists *lists, uint32_t account, int64_t time_ms)
{
    uint32_t low = lists->first[account], high = lists->first[account + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (stream->time_ms[lists->at[middle]] < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#endif
