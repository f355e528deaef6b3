/*
 * memory_store.h: all ledgers in this process: for scan, tests and benchmarks.
 *
 * Owns     a ledger per account and every transfer's id
 * Bounds   none but memory: about 220 bytes per transfer
 * Cost     append O(1) in order of time, O(n) for a late one; read O(1) per account, nothing copied
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_MEMORY_STORE_H
#define MT_MEMORY_STORE_H

#include "store.h"

struct mt_memory_store;

MT_MUST_USE enum mt_status mt_memory_store_create(struct mt_memory_store **out_store);
void mt_memory_store_destroy(struct mt_memory_store *store); /* NULL is fine */
struct mt_store mt_memory_store_as_store(struct mt_memory_store *store);

/* What a bank says of an account (holder.h); saying it twice is saying it once. */
MT_MUST_USE enum mt_status mt_memory_store_describe(struct mt_memory_store *store, const struct mt_token *account, const struct mt_holder *record);

/* Distinct reports held. */
size_t mt_memory_store_count(const struct mt_memory_store *store);

/* Account number `index` by first sight; false when there are no more. The ledger is borrowed until the next append. */
bool mt_memory_store_account(const struct mt_memory_store *store, size_t index, struct mt_token *out_account,
                             struct mt_ledger *out_ledger);

#endif
