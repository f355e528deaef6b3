/*
 * redis_store.h: the account graph in Redis: append to both ledgers, read the ledgers of many accounts in one round.
 *
 * Each step is a send (queues commands) and a settle (reads their answers, in the order of the sends), so that a worker can decode
 * the next batch while Redis works on this one (design D6).
 *
 *   account ledger:  {mt:SSS}:l:TOKEN  =  record record record ...     one APPEND per side
 *
 * What banks say of accounts (redis_told.h) is read with them.
 *
 * Ledgers are kept decoded here, but for small ones, and only what was appended since is read: the string only ever grows at its end, except
 * when it is compacted, which its first bytes then show.
 *
 * Owns     decoded ledgers of this turn, and of earlier ones up to cache_bytes_max
 * Bounds   cache_bytes_max; those not used for long go first
 * Cost     a read round trip per round, not per account
 * Threads  one
 * Fails    MT_UNAVAILABLE: forget the turn, connect, begin again. MT_BAD_STATE: bytes that are no ledger
 */
#ifndef MT_REDIS_STORE_H
#define MT_REDIS_STORE_H

#include "graph/store.h"
#include "redis_told.h"
#include "schemas/token.h"

struct mt_redis_store;

struct mt_redis_store_options {
    int64_t ledger_ttl_ms;  /* from the last write; only frees memory */
    size_t cache_bytes_max; /* of ledgers kept between turns */
};

/* What people may see of a transfer's accounts. */
struct mt_label_pair {
    struct mt_label debtor;
    struct mt_label creditor;
};

struct mt_redis_store_counters {
    uint64_t ledgers_read;
    uint64_t ledger_bytes_read;
    uint64_t compactions;
};

MT_MUST_USE enum mt_status mt_redis_store_create(struct mt_redis *redis, const struct mt_keys *keys,
                                                 const struct mt_redis_store_options *options, struct mt_redis_store **out_store);
void mt_redis_store_destroy(struct mt_redis_store *store); /* NULL is fine */

void mt_redis_store_append_send(struct mt_redis_store *store, const struct mt_transfer *transfers,
                                const struct mt_label_pair *labels, size_t count, int64_t now_ms);
/* What a bank says of an account from `since_ms` on, for people and for the graph; settled with the appends. */
void mt_redis_store_facts_send(struct mt_redis_store *store, const struct mt_token *account, const struct mt_holder *record, const char *json,
                               size_t json_size);
MT_MUST_USE enum mt_status mt_redis_store_append_settle(struct mt_redis_store *store);

void mt_redis_store_read_send(struct mt_redis_store *store, const struct mt_token *accounts, size_t count);
/* Ledgers stay valid until the next turn_end. */
MT_MUST_USE enum mt_status mt_redis_store_read_settle(struct mt_redis_store *store, struct mt_ledger *out_ledgers);

/* Shortens those of this turn's ledgers of which half or more lies before `horizon_ms`. Nothing may be outstanding. */
MT_MUST_USE enum mt_status mt_redis_store_compact(struct mt_redis_store *store, int64_t horizon_ms);

/* Asks the lengths of accounts read this turn, and of what is said of them, and says, for the next `count` asked for, whether any has grown since it was read by more than
 * what this store itself has appended. */
void mt_redis_store_grown_send(struct mt_redis_store *store, const struct mt_token *accounts, size_t count);
MT_MUST_USE enum mt_status mt_redis_store_grown_settle(struct mt_redis_store *store, size_t count, bool *out_any_grown);

/* Whether anything is said of accounts is asked of this, and told again after a reconnect. */
struct mt_redis_told *mt_redis_store_told(struct mt_redis_store *store);

/* Ends the turn: its ledgers may be reused. */
void mt_redis_store_turn_end(struct mt_redis_store *store);

/* After a reconnect: what was outstanding is forgotten, and every cached ledger, since a promoted replica may have less. */
void mt_redis_store_forget(struct mt_redis_store *store);

struct mt_redis_store_counters mt_redis_store_counters(const struct mt_redis_store *store);

#endif
