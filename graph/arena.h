/*
 * arena.h: memory for one turn: taken piece by piece, given back all at once.
 *
 * Owns     its chunks; a reset keeps them for the next turn
 * Bounds   byte_max; beyond it the program stops rather than answer from half a ledger
 * Cost     take O(1)
 * Threads  none
 * Fails    create: MT_NO_MEMORY; take: stops the process (a limit that work limits keep far away)
 */
#ifndef MT_ARENA_H
#define MT_ARENA_H

#include "base.h"

struct mt_arena;

struct mt_arena_mark {
    size_t chunk;
    size_t used;
};

MT_MUST_USE enum mt_status mt_arena_create(size_t byte_max, struct mt_arena **out_arena);
void mt_arena_destroy(struct mt_arena *arena); /* NULL is fine */

/* `size` bytes, aligned for any type, not zeroed; gone at the next reset or at a release to an earlier mark. */
void *mt_arena_take(struct mt_arena *arena, size_t size);

void mt_arena_reset(struct mt_arena *arena);
struct mt_arena_mark mt_arena_mark(const struct mt_arena *arena);
void mt_arena_release(struct mt_arena *arena, struct mt_arena_mark mark);

#define MT_ARENA_ARRAY(arena, type, count) ((type *)mt_arena_take((arena), sizeof(type) * (size_t)(count)))

/* A larger copy of `size` bytes at `at`, which stay where they are; NULL with size 0 is fine. */
void *mt_arena_enlarge(struct mt_arena *arena, const void *at, size_t size, size_t larger);

/* Makes room for one more in an array of the arena's: `first` places, then twice as many each time. Arguments are lvalues without side effects. */
#define MT_ARENA_ROOM(arena, at, count, max, first)                                                           \
    do {                                                                                                      \
        if ((count) == (max)) {                                                                               \
            (max) = (max) == 0 ? (first) : 2 * (max);                                                         \
            (at) = mt_arena_enlarge((arena), (at), sizeof *(at) * (count), sizeof *(at) * (max));             \
        }                                                                                                     \
    } while (0)

#endif
