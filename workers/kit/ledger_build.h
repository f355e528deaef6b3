/*
 * ledger_build.h: a ledger's bytes from Redis, made into entries; a busy account's grows as its bytes do.
 *
 * Owns     the bytes and the entries decoded so far
 * Bounds   the account's bytes (redis_store.h counts them)
 * Cost     add O(1) per record in order of time; exact repeats are dropped; a late one O(entries after it)
 * Threads  none
 * Fails    MT_BAD_STATE: the bytes are no records
 */
#ifndef MT_LEDGER_BUILD_H
#define MT_LEDGER_BUILD_H

#include "graph/ledger.h"

struct mt_ledger_build;

MT_MUST_USE enum mt_status mt_ledger_build_create(struct mt_ledger_build **out_build);
void mt_ledger_build_destroy(struct mt_ledger_build *build); /* NULL is fine */

/* Starts afresh for an account. */
void mt_ledger_build_reset(struct mt_ledger_build *build, const struct mt_token *owner);

/* Adds the bytes that follow those already given (copied): whole records, since they are appended whole. */
MT_MUST_USE enum mt_status mt_ledger_build_add(struct mt_ledger_build *build, const void *bytes, size_t size);

/* The ledger so far; borrowed until the next add or reset. */
struct mt_ledger mt_ledger_build_ledger(struct mt_ledger_build *build);

/* Bytes given so far: where the next read goes on. And the first MT_LEDGER_HEAD of them: other ones mean that the ledger was compacted
 * meanwhile and must be read anew. */
#define MT_LEDGER_HEAD 32
size_t mt_ledger_build_size(const struct mt_ledger_build *build);
const uint8_t *mt_ledger_build_head(const struct mt_ledger_build *build);

/*
 * The ledger without its transfers before `horizon_ms`, as bytes to put in its place: a header with the next generation, then the
 * records kept in append order, repeats left out. Returns the size; 0 when fewer than half would go, so that the work is paid for. The
 * bytes are malloc'ed and the caller's.
 */
size_t mt_ledger_build_compact(const struct mt_ledger_build *build, int64_t horizon_ms, uint8_t **out_bytes);

/* Memory held. */
size_t mt_ledger_build_memory(const struct mt_ledger_build *build);

#endif
