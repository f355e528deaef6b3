/*
 * todo.h: what turns had no looks left for (graph/trace.h), kept in Redis until it is looked at (design D10).
 *
 *   {mt:007}:todo:3   zset   one partition's list: spot, "alone" and a stamp (49 bytes) → when it was put (ms)
 *
 * A batch's remainder is put on lists of the batch's partitions, in every shard, on the connection of the data, and acknowledged before the batch's
 * markers are sent. So the markers' rule (markers.h) holds for the lists too: a promoted replica that has a marker has the lists that go with it,
 * and one that lost a finding which a later look wrote has also lost the entry's removal, which was sent after it: it is looked at again. Whoever is
 * assigned a partition looks at its list; a stop, a crash and a rebalance leave it there.
 *
 *   put       stamp of its own each time: what one worker removes is never what another has put since
 *   take      the oldest, many at once: those of one spine are one look
 *   settle    those looked at are removed, after their findings were written; the others stay where they are
 *
 * To look at something twice, or two workers at the same, writes what is there already; it costs time only.
 *
 * Bounds   MT_TODO_TAKE taken at once; beyond looks_waiting_max entries (worker.h) the worker takes no input until there are fewer
 * Cost     nothing while all lists are known to be empty; a put or a removal: a command per shard and 64 entries
 * Threads  one
 * Fails    MT_UNAVAILABLE, MT_BAD_STATE
 */
#ifndef MT_TODO_H
#define MT_TODO_H

#include "batch.h"
#include "graph/trace.h"

#define MT_TODO_TAKE 1024

struct mt_todo;

MT_MUST_USE enum mt_status mt_todo_create(struct mt_redis *redis, const struct mt_keys *keys, struct mt_todo **out_todo);
void mt_todo_destroy(struct mt_todo *todo); /* NULL is fine */

/* This partition's list may hold something: it was assigned, or the connection is new. */
void mt_todo_look(struct mt_todo *todo, int32_t partition);

/* Puts what is left on the lists of these partitions, at least one; returns when it is there. No answers may be outstanding. */
MT_MUST_USE enum mt_status mt_todo_put(struct mt_todo *todo, const int32_t *partitions, size_t partition_count, const struct mt_left *left,
                                       size_t count);

/* Reads the oldest entries, up to MT_TODO_TAKE: none when all lists are empty. Borrowed until the next call. */
MT_MUST_USE enum mt_status mt_todo_take(struct mt_todo *todo, const struct mt_left **out_left, size_t *out_count);

/* A turn over all that was taken left this: entries that are not among it are removed; what is new among it is put on their lists. */
MT_MUST_USE enum mt_status mt_todo_settle(struct mt_todo *todo, const struct mt_left *left, size_t count);

/* Entries on this worker's lists, as far as it knows, and whether any list may hold one. */
size_t mt_todo_count(const struct mt_todo *todo);
bool mt_todo_any(const struct mt_todo *todo);

/* Entries put on lists since the start. */
uint64_t mt_todo_put_count(const struct mt_todo *todo);

#endif
