/*
 * holder.h: what an account's bank says of it and of who holds it, as of a time: when it was opened, and whether a person has it.
 *
 * A *record* holds from its `since_ms` until the next one's; nothing holds before the first. Of two with one `since_ms` the one that says the
 * later opening stands, then the one that says more of the holder: in whatever order they came. So what is said at a time is a function of the
 * set of records, and a record that is written twice is written once.
 *
 * Owns     an account's records: one block of heap memory, free() ends it; NULL: nothing is said
 * Bounds   what banks publish: most accounts have one record
 * Cost     O(the account's records)
 * Threads  any
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_HOLDER_H
#define MT_HOLDER_H

#include "base.h"

enum mt_holder_kind { MT_HOLDER_UNKNOWN, MT_HOLDER_FIRM, MT_HOLDER_PERSON };

struct mt_holder {
    int64_t since_ms;
    int64_t opened_ms; /* 0: unknown */
    uint8_t kind;      /* enum mt_holder_kind */
    uint8_t pad[7];
};

/* Of one account, in no order, each once. */
struct mt_holders {
    uint32_t count;
    struct mt_holder at[];
};

/* Adds a record unless it is there; `*holders` may move. */
MT_MUST_USE enum mt_status mt_holders_add(struct mt_holders **holders, const struct mt_holder *record);

/* The record that holds at that time; NULL: none. */
const struct mt_holder *mt_holder_at(const struct mt_holders *holders, int64_t at_ms);

#endif
