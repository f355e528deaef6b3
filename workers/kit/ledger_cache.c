#include "ledger_cache.h"

#include <stdlib.h>

#define KEEP_BYTES ((size_t)1024) /* smaller ledgers are as quickly read anew */
#define HELD_FIRST 4096

struct mt_ledger_cache {
    struct mt_held *held; /* dense */
    size_t held_count, held_max;
    uint32_t *slots; /* place + 1 by account, open addressing */
    size_t slot_count;
    size_t *spare; /* places without an account, to be used first */
    size_t spare_count;
    size_t *turn; /* places in the turn */
    size_t turn_count;
    size_t bytes, bytes_max;
    size_t hand; /* goes round the held, looking for one to let go */
};

enum mt_status mt_ledger_cache_create(size_t bytes_max, struct mt_ledger_cache **out_cache)
{
    struct mt_ledger_cache *cache = calloc(1, sizeof *cache);

    if (cache == NULL)
        return MT_NO_MEMORY;
    cache->bytes_max = bytes_max;
    cache->held_max = HELD_FIRST;
    cache->slot_count = 4 * cache->held_max;
    cache->held = calloc(cache->held_max, sizeof *cache->held);
    cache->spare = calloc(cache->held_max, sizeof *cache->spare);
    cache->turn = calloc(cache->held_max, sizeof *cache->turn);
    cache->slots = calloc(cache->slot_count, sizeof *cache->slots);
    if (cache->held == NULL || cache->spare == NULL || cache->turn == NULL || cache->slots == NULL) {
        mt_ledger_cache_destroy(cache);
        return MT_NO_MEMORY;
    }
    *out_cache = cache;
    return MT_OK;
}

void mt_ledger_cache_destroy(struct mt_ledger_cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < cache->held_count; i++) {
        mt_ledger_build_destroy(cache->held[i].build);
        free(cache->held[i].holders);
    }
    free(cache->held);
    free(cache->spare);
    free(cache->turn);
    free(cache->slots);
    free(cache);
}

static uint32_t *slot_of(const struct mt_ledger_cache *cache, const struct mt_token *account)
{
    size_t slot = mt_token_hash(account) & (cache->slot_count - 1);

    while (cache->slots[slot] != 0 && !mt_token_equal(&cache->held[cache->slots[slot] - 1].account, account))
        slot = (slot + 1) & (cache->slot_count - 1);
    return &cache->slots[slot];
}

/* Takes an account out: those behind it that its slot stood in the way of move up, as open addressing needs. */
static void slot_free(struct mt_ledger_cache *cache, uint32_t *slot)
{
    size_t mask = cache->slot_count - 1, hole = (size_t)(slot - cache->slots);

    for (size_t at = (hole + 1) & mask; cache->slots[at] != 0; at = (at + 1) & mask) {
        size_t home = mt_token_hash(&cache->held[cache->slots[at] - 1].account) & mask;

        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        cache->slots[hole] = cache->slots[at];
        hole = at;
    }
    cache->slots[hole] = 0;
}

/* Lets an account go; its room is the next one's. */
static void held_drop(struct mt_ledger_cache *cache, size_t place)
{
    struct mt_held *held = &cache->held[place];

    slot_free(cache, slot_of(cache, &held->account));
    cache->bytes -= held->bytes;
    held->bytes = 0;
    held->known = false;
    free(held->holders);
    held->holders = NULL;
    held->told = 0;
    cache->spare[cache->spare_count++] = place;
}

static void held_grow(struct mt_ledger_cache *cache)
{
    cache->held_max *= 2;
    cache->slot_count *= 2;
    cache->held = realloc(cache->held, cache->held_max * sizeof *cache->held);
    cache->spare = realloc(cache->spare, cache->held_max * sizeof *cache->spare);
    cache->turn = realloc(cache->turn, cache->held_max * sizeof *cache->turn);
    free(cache->slots);
    cache->slots = calloc(cache->slot_count, sizeof *cache->slots);
    MT_ASSERT(cache->held != NULL);
    MT_ASSERT(cache->spare != NULL);
    MT_ASSERT(cache->turn != NULL);
    MT_ASSERT(cache->slots != NULL);
    for (size_t i = 0; i < cache->held_count; i++) /* none is spare, else it would not grow */
        *slot_of(cache, &cache->held[i].account) = (uint32_t)i + 1;
}

static size_t held_add(struct mt_ledger_cache *cache, const struct mt_token *account)
{
    size_t place;

    if (cache->spare_count > 0) {
        place = cache->spare[--cache->spare_count];
    } else {
        if (cache->held_count == cache->held_max)
            held_grow(cache);
        place = cache->held_count++;
        cache->held[place] = (struct mt_held){0};
        MT_ASSERT(mt_ledger_build_create(&cache->held[place].build) == MT_OK);
    }
    cache->held[place].account = *account;
    *slot_of(cache, account) = (uint32_t)place + 1;
    return place;
}

struct mt_held *mt_ledger_cache_find(const struct mt_ledger_cache *cache, const struct mt_token *account)
{
    uint32_t slot = *slot_of(cache, account);

    return slot != 0 ? &cache->held[slot - 1] : NULL;
}

size_t mt_ledger_cache_take(struct mt_ledger_cache *cache, const struct mt_token *account, bool *out_known)
{
    uint32_t slot = *slot_of(cache, account);
    size_t place = slot != 0 ? slot - 1 : held_add(cache, account);
    struct mt_held *held = &cache->held[place];

    *out_known = held->known && !held->in_turn;
    if (!held->in_turn)
        cache->turn[cache->turn_count++] = place;
    held->in_turn = true;
    held->used = true;
    held->own = 0;
    held->told_own = 0;
    return place;
}

struct mt_held *mt_ledger_cache_at(const struct mt_ledger_cache *cache, size_t place)
{
    return &cache->held[place];
}

const size_t *mt_ledger_cache_turn(const struct mt_ledger_cache *cache, size_t *out_count)
{
    *out_count = cache->turn_count;
    return cache->turn;
}

/* Lets ledgers go until the rest fits: the hand spares those used since it last came by. Between turns. */
static void fit(struct mt_ledger_cache *cache)
{
    while (cache->bytes > cache->bytes_max) {
        struct mt_held *held = &cache->held[cache->hand];

        if (held->known && !held->used) {
            held_drop(cache, cache->hand);
            mt_ledger_build_destroy(held->build);
            MT_ASSERT(mt_ledger_build_create(&held->build) == MT_OK);
        }
        held->used = false;
        cache->hand = (cache->hand + 1) % cache->held_count;
    }
}

void mt_ledger_cache_turn_end(struct mt_ledger_cache *cache)
{
    for (size_t i = 0; i < cache->turn_count; i++) {
        struct mt_held *held = &cache->held[cache->turn[i]];

        held->in_turn = false;
        if (!held->known || mt_ledger_build_size(held->build) < KEEP_BYTES) {
            held_drop(cache, cache->turn[i]);
            continue;
        }
        cache->bytes -= held->bytes;
        held->bytes = mt_ledger_build_memory(held->build);
        cache->bytes += held->bytes;
    }
    cache->turn_count = 0;
    fit(cache);
}

void mt_ledger_cache_forget(struct mt_ledger_cache *cache)
{
    for (size_t i = 0; i < cache->held_count; i++) {
        if (cache->held[i].known || cache->held[i].in_turn)
            held_drop(cache, i);
        cache->held[i].in_turn = false;
    }
    cache->turn_count = 0;
}
