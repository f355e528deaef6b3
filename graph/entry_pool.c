#include "entry_pool.h"

#include <stdlib.h>
#include <sys/mman.h>

#define CLASSES 32
#define PAGE ((size_t)4096)
#define LARGE_PAGE ((size_t)2 << 20)
#define BLOCK (4 * LARGE_PAGE)
#define HEAD sizeof(struct mt_entry)

/* A block's first entry's room holds the way to the block before it. */
struct block {
    struct block *older;
};
static_assert(sizeof(struct block) <= HEAD, "a block's head fits where an entry would");

/* An array given back. */
struct spare {
    struct spare *next;
};

struct mt_entry_pool {
    struct block *block; /* the newest */
    size_t used, size;   /* of it */
    struct spare *spares[CLASSES]; /* by the logarithm of their entries */
};

enum mt_status mt_entry_pool_create(struct mt_entry_pool **out_pool)
{
    *out_pool = calloc(1, sizeof **out_pool);
    return *out_pool != NULL ? MT_OK : MT_NO_MEMORY;
}

void mt_entry_pool_destroy(struct mt_entry_pool *pool)
{
    if (pool == NULL)
        return;
    while (pool->block != NULL) {
        struct block *older = pool->block->older;

        free(pool->block);
        pool->block = older;
    }
    free(pool);
}

void mt_large_pages(void *memory, size_t size)
{
    uintptr_t first = ((uintptr_t)memory + PAGE - 1) & ~(PAGE - 1), end = ((uintptr_t)memory + size) & ~(PAGE - 1);

    if (end > first && size >= LARGE_PAGE)
        madvise((void *)first, end - first, MADV_HUGEPAGE);
}

static bool block_add(struct mt_entry_pool *pool, size_t least)
{
    size_t size = BLOCK;

    while (size < least + HEAD)
        size *= 2;
    struct block *block = aligned_alloc(LARGE_PAGE, size);
    if (block == NULL)
        return false;
    mt_large_pages(block, size);
    block->older = pool->block;
    pool->block = block;
    pool->size = size;
    pool->used = HEAD;
    return true;
}

static void *take(struct mt_entry_pool *pool, uint32_t count)
{
    struct spare **spare = &pool->spares[__builtin_ctz(count)];
    size_t size = count * sizeof(struct mt_entry);
    void *at = *spare;

    if (at != NULL) {
        *spare = (*spare)->next;
        return at;
    }
    if (pool->used + size > pool->size && !block_add(pool, size))
        return NULL;
    at = (uint8_t *)pool->block + pool->used;
    pool->used += size;
    return at;
}

struct mt_entry *mt_entry_pool_double(struct mt_entry_pool *pool, struct mt_entry *entries, uint32_t max)
{
    struct mt_entry *larger = take(pool, max == 0 ? MT_ENTRIES_FIRST : 2 * max);

    if (larger == NULL || max == 0)
        return larger;
    memcpy(larger, entries, max * sizeof *entries);
    struct spare *spare = (struct spare *)entries;
    spare->next = pool->spares[__builtin_ctz(max)];
    pool->spares[__builtin_ctz(max)] = spare;
    return larger;
}
