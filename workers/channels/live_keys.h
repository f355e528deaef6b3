/*
 * live_keys.h: the accounts of a namespace, by a walk over Redis' keys: those with a ledger, and those of which a bank has said something.
 *
 * Owns     16 bytes an account, until mt_live_keys_free()
 * Bounds   an account that comes during the walk may be missing: it is there at the next one
 * Cost     one round trip per 2,000 keys of that Redis
 * Fails    MT_UNAVAILABLE, MT_NO_MEMORY
 */
#ifndef MT_CHANNELS_LIVE_KEYS_H
#define MT_CHANNELS_LIVE_KEYS_H

#include "workers/kit/keys.h"

struct mt_live_accounts {
    struct mt_token *at; /* sorted, each once */
    size_t count, room;
};

struct mt_live_keys {
    struct mt_live_accounts ledgers, facts;
};

MT_MUST_USE enum mt_status mt_live_keys_read(struct mt_redis *redis, const struct mt_keys *keys, struct mt_live_keys *out_keys);
void mt_live_keys_free(struct mt_live_keys *keys); /* a zeroed one is fine */

#endif
