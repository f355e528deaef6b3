/*
 * store.h: all that the thinking needs of the world: append a batch, read the ledgers of many accounts in one round.
 *
 * Two stores implement it: memory_store.h (scan, tests, benchmarks) and the workers' Redis store. A ledger that a read returns is
 * borrowed until the next append on that store.
 */
#ifndef MT_STORE_H
#define MT_STORE_H

#include "ledger.h"

struct mt_store {
    void *self;
    /* Writes every transfer to both ledgers; writing one twice is writing it once. */
    enum mt_status (*append)(void *self, const struct mt_transfer *transfers, size_t count);
    /* Fills out_ledgers[i] with the ledger of accounts[i], and what its bank says of it; an account never seen has an empty one. */
    enum mt_status (*read)(void *self, const struct mt_token *accounts, size_t count, struct mt_ledger *out_ledgers);
};

#endif
