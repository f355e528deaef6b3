/*
 * entry_pool.h: room for the ledgers of an in-memory store: arrays of entries that double, each entry on a cache line of its own.
 *
 *   arrays of 4, 8, 16 ... entries    an array outgrown joins its neighbour and makes room for larger ones
 *
 * Owns     its blocks, on large pages where the system has them
 * Bounds   what the store is given
 * Cost     O(count) per doubling
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_ENTRY_POOL_H
#define MT_ENTRY_POOL_H

#include "ledger.h"

struct mt_entry_pool;

MT_MUST_USE enum mt_status mt_entry_pool_create(struct mt_entry_pool **out_pool);
void mt_entry_pool_destroy(struct mt_entry_pool *pool); /* NULL is fine */

#define MT_ENTRIES_FIRST 4

/* An array of twice `max` entries (MT_ENTRIES_FIRST when `max` is 0) that begins with the `max` of `entries`, which is given back. NULL: no memory. */
struct mt_entry *mt_entry_pool_double(struct mt_entry_pool *pool, struct mt_entry *entries, uint32_t max);

/* Asks for large pages under memory that is used all over: a hint. */
void mt_large_pages(void *memory, size_t size);

#endif
