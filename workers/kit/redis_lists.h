/*
 * redis_lists.h: the watch lists that all workers of a namespace share: one string in Redis, appended only, and what this process has read of it.
 *
 *   {mt:000}:lists  =  record record record ...
 *
 *   offset  size  what (little endian)
 *   0       2     size of the whole record
 *   2       1     state
 *   3       1     what the subject is
 *   4       24    since, from, until: ms since 1970
 *   28      16    entry
 *   44      16    subject's token
 *   60      ...   text for people: JSON members (schemas/listing.h), no account number
 *
 * It grows as a ledger does, so it is treated as one: whoever appends a record looks, after that, at all it may change (graph/relist.h); whoever has
 * appended a transfer reads the lists, after that; and a finding is written only when the lists have not grown since (workers/trace/versions.h).
 * So of a record and a transfer, whichever is written last is judged with the other there. An empty list costs one short command a turn.
 *
 * Owns     the lists read
 * Bounds   MT_LISTINGS_MAX records
 * Threads  one
 * Fails    MT_UNAVAILABLE; MT_BAD_STATE: bytes that are no list, or too many
 */
#ifndef MT_REDIS_LISTS_H
#define MT_REDIS_LISTS_H

#include "graph/lists.h"
#include "keys.h"

struct mt_redis_lists;

MT_MUST_USE enum mt_status mt_redis_lists_create(struct mt_redis *redis, const struct mt_keys *keys, struct mt_redis_lists **out_lists);
void mt_redis_lists_destroy(struct mt_redis_lists *lists); /* NULL is fine */

/* What has been read; the same address for life. */
const struct mt_lists *mt_redis_lists_read(const struct mt_redis_lists *lists);

/* Queues the records' appends, of those that are not known to be there. */
void mt_redis_lists_append_send(struct mt_redis_lists *lists, const struct mt_listing *records, size_t count);
/* Takes their answers. */
MT_MUST_USE enum mt_status mt_redis_lists_append_settle(struct mt_redis_lists *lists);

/* Reads what was appended since. */
void mt_redis_lists_refresh_send(struct mt_redis_lists *lists);
MT_MUST_USE enum mt_status mt_redis_lists_refresh_settle(struct mt_redis_lists *lists);

/* Both, where nothing is outstanding. */
MT_MUST_USE enum mt_status mt_redis_lists_refresh(struct mt_redis_lists *lists);

/* Whether more has been appended than was read. */
void mt_redis_lists_grown_send(struct mt_redis_lists *lists);
MT_MUST_USE enum mt_status mt_redis_lists_grown_settle(struct mt_redis_lists *lists, bool *out_grown);

/* After a reconnect: all is read anew, since a promoted replica may have less. */
void mt_redis_lists_forget(struct mt_redis_lists *lists);

#endif
