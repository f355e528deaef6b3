/*
 * keys.h: what is kept in Redis, and under which names.
 *
 * Every key carries one of S hash tags ("shards", S fixed when the namespace is made), so that a Redis Cluster may spread them
 * and what must be written as one lies together. Accounts are sharded by their token, findings by their id.
 *
 *   {mt:007}:l:TOKEN    string  the account's ledger: packed records (record.h), appended only; an indicator's likewise
 *   {mt:007}:a:TOKEN    string  what a person may see of the account ("BANK …1234")
 *   {mt:007}:i:TOKEN    hash    what its bank says of it: valid_from in ms → account event JSON; the newest not after a time holds then
 *   {mt:007}:d:TOKEN    string  what of that the graph reads: packed records (redis_told.h), appended only; never expires
 *   {mt:000}:told       string  there are such: set before the first is appended, and never taken away
 *   {mt:007}:f:ID       hash    a finding: r revision, s state (live, withdrawn, merged), m merged into, h content hash,
 *                              c content JSON, d detected ms
 *   {mt:000}:lists      string  records of watch lists (redis_lists.h), appended only; never expires
 *   {mt:007}:live       zset    ids of live findings by last transfer time
 *   {mt:007}:todo:3     zset    looks that turns left for later, of one partition of the transfers' topic (trace/todo.h)
 *   {mt:007}:u          hash    unchecked notes: id → debtor token and time, to evaluate again after a crash
 *   {mt:007}:review     hash    what people decided about networks: network id and time (24 bytes) → decision JSON; never expires
 *   {mt:007}:reviewed   hash    a finding's id → the decision (24 bytes) about the network that it was in
 *   {mt:000}:channels   hash    what was counted of ways out, with channels-now, channels:DAY and channel-count (workers/channels/kept.h)
 *   {mt:000}:channel-notes hash  what people decided about a channel: its id → decision JSON; never expires
 *   {mt:000}:channels-sent hash  a channel's key → the hash of what the topic was last told
 *   {mt:007}:o          hash    outbox: "ID:REVISION" → alert JSON not yet acknowledged by Kafka
 *   {mt:007}:m          hash    progress markers: "topic:partition" → next offset (design D9)
 *   mt:settings        hash    what all workers must agree on: layout, shards, and the fingerprint of rules, rates, lines, points, secret
 *   mt:probe           none    never set: writing nothing to it asks whether Redis takes writes
 *   mt:workers         zset    names of workers by when they last reported (ms)
 *   mt:worker:NAME     hash    a worker's counters; expires when it stops reporting
 *
 * TOKEN and ID are the 16 raw bytes. "mt" is the namespace (--namespace).
 */
#ifndef MT_KEYS_H
#define MT_KEYS_H

#include "graph/transfer.h"
#include "redis.h"

#define MT_SHARDS_MAX 256
#define MT_NAMESPACE_MAX 24

struct mt_keys {
    char space[MT_NAMESPACE_MAX + 1];
    uint32_t shard_count;
};

struct mt_key_text {
    char at[64];
    size_t size;
};

#define MT_KEY_WORD(key) ((struct mt_redis_word){(key).at, (key).size})

uint32_t mt_keys_shard(const struct mt_keys *keys, const uint8_t id[16]);

/* {space:SS}:KIND:id for an account or finding; `kind` is l, a, i, d or f. */
struct mt_key_text mt_keys_of(const struct mt_keys *keys, char kind, const uint8_t id[16]);

/* {space:SS}:NAME for what a shard has one of; `name` is live, review, reviewed, todo:PARTITION, u, o or m; of shard 0 also lists, told and what channels have. */
struct mt_key_text mt_keys_shard_of(const struct mt_keys *keys, uint32_t shard, const char *name);

/* space:NAME, untagged. */
struct mt_key_text mt_keys_global(const struct mt_keys *keys, const char *name);

#endif
