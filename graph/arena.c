#include "arena.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_MAX 64
#define CHUNK_SIZE_FIRST ((size_t)1 << 20)

struct mt_arena {
    size_t byte_max;
    size_t byte_total;
    size_t chunk; /* the one being filled */
    size_t used;  /* of it */
    size_t chunk_count;
    struct {
        unsigned char *at;
        size_t size;
    } chunks[CHUNK_MAX];
};

static bool chunk_add(struct mt_arena *arena, size_t size_least)
{
    size_t size = CHUNK_SIZE_FIRST << arena->chunk_count;

    while (size < size_least)
        size *= 2;
    if (arena->chunk_count == CHUNK_MAX || arena->byte_total + size > arena->byte_max)
        return false;
    unsigned char *at = malloc(size);
    if (at == NULL)
        return false;
    arena->chunks[arena->chunk_count].at = at;
    arena->chunks[arena->chunk_count].size = size;
    arena->chunk_count++;
    arena->byte_total += size;
    return true;
}

enum mt_status mt_arena_create(size_t byte_max, struct mt_arena **out_arena)
{
    struct mt_arena *arena = calloc(1, sizeof *arena);

    if (arena == NULL)
        return MT_NO_MEMORY;
    arena->byte_max = byte_max;
    if (!chunk_add(arena, CHUNK_SIZE_FIRST)) {
        free(arena);
        return MT_NO_MEMORY;
    }
    *out_arena = arena;
    return MT_OK;
}

void mt_arena_destroy(struct mt_arena *arena)
{
    if (arena == NULL)
        return;
    for (size_t i = 0; i < arena->chunk_count; i++)
        free(arena->chunks[i].at);
    free(arena);
}

void *mt_arena_take(struct mt_arena *arena, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    while (arena->used + size > arena->chunks[arena->chunk].size) {
        if (arena->chunk + 1 == arena->chunk_count)
            MT_ASSERT(chunk_add(arena, size));
        arena->chunk++;
        arena->used = 0;
    }
    void *at = arena->chunks[arena->chunk].at + arena->used;
    arena->used += size;
    return at;
}

void *mt_arena_enlarge(struct mt_arena *arena, const void *at, size_t size, size_t larger)
{
    void *enlarged = mt_arena_take(arena, larger);

    if (size > 0)
        memcpy(enlarged, at, size);
    return enlarged;
}

void mt_arena_reset(struct mt_arena *arena)
{
    arena->chunk = 0;
    arena->used = 0;
}

struct mt_arena_mark mt_arena_mark(const struct mt_arena *arena)
{
    return (struct mt_arena_mark){.chunk = arena->chunk, .used = arena->used};
}

void mt_arena_release(struct mt_arena *arena, struct mt_arena_mark mark)
{
    MT_ASSERT(mark.chunk <= arena->chunk);
    arena->chunk = mark.chunk;
    arena->used = mark.used;
}
