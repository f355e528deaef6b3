/*
 * ledger_cache.h: ledgers from Redis, decoded: those that this turn has read, and those that earlier turns left.
 *
 * Owns     the decoded ledgers
 * Bounds   bytes_max between turns: those not used for long go first; small ones do not stay
 * Cost     O(1) per ledger taken, once more at the end of the turn
 * Threads  one
 */
#ifndef MT_LEDGER_CACHE_H
#define MT_LEDGER_CACHE_H

#include "ledger_build.h"

struct mt_ledger_cache;

struct mt_held {
    struct mt_token account;
    struct mt_ledger_build *build;
    size_t own;   /* bytes that this worker has appended since it was read */
    struct mt_holders *holders; /* what its bank says of it, as last read */
    size_t told, told_own;      /* bytes of that read, and appended since by this worker */
    size_t bytes; /* its part of the cache's */
    bool in_turn;
    bool known; /* holds bytes to go on from: set by whoever has read it */
    bool used;  /* since the cache last looked for one to let go */
};

MT_MUST_USE enum mt_status mt_ledger_cache_create(size_t bytes_max, struct mt_ledger_cache **out_cache);
void mt_ledger_cache_destroy(struct mt_ledger_cache *cache); /* NULL is fine */

/* The account's ledger or NULL; borrowed until the next take. */
struct mt_held *mt_ledger_cache_find(const struct mt_ledger_cache *cache, const struct mt_token *account);

/* The account's place, now in the turn. *out_known: an earlier turn left it to go on from. */
size_t mt_ledger_cache_take(struct mt_ledger_cache *cache, const struct mt_token *account, bool *out_known);
struct mt_held *mt_ledger_cache_at(const struct mt_ledger_cache *cache, size_t place);

/* The places taken in this turn. */
const size_t *mt_ledger_cache_turn(const struct mt_ledger_cache *cache, size_t *out_count);

void mt_ledger_cache_turn_end(struct mt_ledger_cache *cache);
void mt_ledger_cache_forget(struct mt_ledger_cache *cache);

#endif
