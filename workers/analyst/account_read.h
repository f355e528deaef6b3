/*
 * account_read.h: one account as the graph has it: its label, and its transfers summed up by direction and currency.
 *
 * Owns     what it fills in, until mt_account_sums_free()
 * Bounds   MT_ACCOUNT_BYTES_MAX of the ledger, from its start: a hub's is longer, and `complete` says so
 * Fails    MT_UNAVAILABLE, MT_BAD_STATE (bytes that are no ledger), MT_NO_MEMORY
 */
#ifndef MT_ACCOUNT_READ_H
#define MT_ACCOUNT_READ_H

#include "graph/ledger.h"
#include "schemas/token.h"
#include "workers/kit/keys.h"

#define MT_ACCOUNT_BYTES_MAX ((size_t)8 << 20) /* about 40,000 transfers */

/* Transfers of one direction in one currency. */
struct mt_account_sum {
    uint64_t count;
    uint64_t counterparties; /* distinct */
    int64_t minor;           /* in all; −1: does not fit */
    int64_t first_ms, last_ms;
    uint16_t currency;
    bool outflow;
};

struct mt_account_sums {
    struct mt_account_sum *at; /* inflows first, then by currency */
    size_t count;
    int64_t since_ms; /* no finding that shows the account ends before; 0: not known, the ledger is gone or was compacted */
    bool complete;
};

/* The empty label when nothing is stored. */
MT_MUST_USE enum mt_status mt_account_label_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account,
                                                 struct mt_label *out_label);

/* Reports of one transfer are counted once; a self transfer is an outflow. Cost: O(n log n) in the transfers. */
MT_MUST_USE enum mt_status mt_account_sums_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account,
                                                struct mt_account_sums *out_sums);
void mt_account_sums_free(struct mt_account_sums *sums);

#endif
