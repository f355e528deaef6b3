#include "entry_pool.h"

#include <stdlib.h>
#include <sys/mman.h>

#define PAGE ((size_t)4096)
#define LARGE_PAGE ((size_t)2 << 20)

/*
 * Buddies: a block is cut in halves down to units of MT_ENTRIES_FIRST entries. Ledgers grow side by side, so what they leave behind lies side by
 * side too, and two spare halves are joined to the larger array that the next ledger needs.
 */
#define UNIT (MT_ENTRIES_FIRST * sizeof(struct mt_entry))
#define BLOCK (4 * LARGE_PAGE)
#define BLOCK_UNITS (BLOCK / UNIT)
#define CLASSES 15 /* an array of class c has MT_ENTRIES_FIRST << c entries */
static_assert(UNIT << CLASSES == BLOCK, "the largest class is half a block");

/* At a block's start, aligned to its size. The units that it takes up are never spare. */
struct block {
    struct block *older;
    uint8_t spare[BLOCK_UNITS]; /* of the unit that a spare array begins with, its class + 1; else 0 */
};

/* An array given back, or never used. */
struct spare {
    struct spare *next, *previous;
};
static_assert(sizeof(struct spare) <= UNIT, "a unit has room for it");

/* Before an array of more than half a block, which stands alone. */
struct large {
    struct large *next, *previous;
};
#define LARGE_HEAD sizeof(struct mt_entry)
static_assert(sizeof(struct large) <= LARGE_HEAD, "the head fits where an entry would");

struct mt_entry_pool {
    struct block *block; /* the newest */
    struct large *larges;
    struct spare *spares[CLASSES];
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
    while (pool->larges != NULL) {
        struct large *next = pool->larges->next;

        free(pool->larges);
        pool->larges = next;
    }
    free(pool);
}

void mt_large_pages(void *memory, size_t size)
{
    uintptr_t first = ((uintptr_t)memory + PAGE - 1) & ~(PAGE - 1), end = ((uintptr_t)memory + size) & ~(PAGE - 1);

    if (end > first && size >= LARGE_PAGE)
        madvise((void *)first, end - first, MADV_HUGEPAGE);
}

static uint8_t *spare_mark(void *at)
{
    struct block *block = (struct block *)((uintptr_t)at & ~(uintptr_t)(BLOCK - 1));

    return &block->spare[((uintptr_t)at - (uintptr_t)block) / UNIT];
}

static void spare_add(struct mt_entry_pool *pool, void *at, unsigned class)
{
    struct spare *spare = at;

    *spare = (struct spare){.next = pool->spares[class]};
    if (spare->next != NULL)
        spare->next->previous = spare;
    pool->spares[class] = spare;
    *spare_mark(at) = (uint8_t)(class + 1);
}

static void spare_remove(struct mt_entry_pool *pool, struct spare *spare, unsigned class)
{
    *(spare->previous != NULL ? &spare->previous->next : &pool->spares[class]) = spare->next;
    if (spare->next != NULL)
        spare->next->previous = spare->previous;
    *spare_mark(spare) = 0;
}

/* The block's head takes up the first of each class's halves: all the second ones above it are spare. */
static bool block_add(struct mt_entry_pool *pool)
{
    struct block *block = aligned_alloc(BLOCK, BLOCK);

    if (block == NULL)
        return false;
    mt_large_pages(block, BLOCK);
    *block = (struct block){.older = pool->block};
    pool->block = block;
    for (unsigned class = 0; class < CLASSES; class++) {
        if (UNIT << class >= sizeof *block)
            spare_add(pool, (uint8_t *)block + (UNIT << class), class);
    }
    return true;
}

static void *take(struct mt_entry_pool *pool, unsigned class)
{
    unsigned found = class;

    while (found < CLASSES && pool->spares[found] == NULL)
        found++;
    if (found == CLASSES)
        return block_add(pool) ? take(pool, class) : NULL;
    uint8_t *at = (uint8_t *)pool->spares[found];
    spare_remove(pool, pool->spares[found], found);
    while (found > class) {
        found--;
        spare_add(pool, at + (UNIT << found), found);
    }
    return at;
}

static void give_back(struct mt_entry_pool *pool, void *array, unsigned class)
{
    uintptr_t at = (uintptr_t)array;

    for (; class < CLASSES - 1 && *spare_mark((void *)(at ^ UNIT << class)) == class + 1; class++) {
        spare_remove(pool, (struct spare *)(at ^ UNIT << class), class);
        at &= ~(uintptr_t)(UNIT << class);
    }
    spare_add(pool, (void *)at, class);
}

static void *large_take(struct mt_entry_pool *pool, size_t size)
{
    struct large *large = aligned_alloc(LARGE_PAGE, (size + LARGE_HEAD + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1));

    if (large == NULL)
        return NULL;
    mt_large_pages(large, size);
    *large = (struct large){.next = pool->larges};
    if (large->next != NULL)
        large->next->previous = large;
    pool->larges = large;
    return (uint8_t *)large + LARGE_HEAD;
}

static void large_give_back(struct mt_entry_pool *pool, void *array)
{
    struct large *large = (struct large *)((uint8_t *)array - LARGE_HEAD);

    *(large->previous != NULL ? &large->previous->next : &pool->larges) = large->next;
    if (large->next != NULL)
        large->next->previous = large->previous;
    free(large);
}

static unsigned class_of(uint32_t max)
{
    return (unsigned)__builtin_ctz(max / MT_ENTRIES_FIRST);
}

struct mt_entry *mt_entry_pool_double(struct mt_entry_pool *pool, struct mt_entry *entries, uint32_t max)
{
    uint32_t larger_max = max == 0 ? MT_ENTRIES_FIRST : 2 * max;
    unsigned class = class_of(larger_max);
    struct mt_entry *larger = class < CLASSES ? take(pool, class) : large_take(pool, larger_max * sizeof *larger);

    if (larger == NULL || max == 0)
        return larger;
    memcpy(larger, entries, max * sizeof *entries);
    if (class <= CLASSES)
        give_back(pool, entries, class - 1);
    else
        large_give_back(pool, entries);
    return larger;
}
