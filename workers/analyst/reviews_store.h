/*
 * reviews_store.h: decisions about networks, in Redis (keys.h: review, reviewed).
 *
 * A network's id is its smallest finding's, so it moves when a smaller one joins; findings are merged into others as well. So a decision is found by
 * the ids of *all* findings that its network had, and looked up under every transfer key of today's network: a finding's id is the key of
 * its first transfer, and a finding that others were merged into holds their first transfers. Where several decisions are found (reviewed networks
 * have joined) the latest one holds, and the next decision replaces all of them and keeps them in its history.
 *
 *   1. The record is written, under its network's id and the time.
 *   2. The ids of all findings, and every transfer key under which an earlier decision was found, point to it.
 *   3. The earlier records that no other network points to are deleted.
 *
 * A crash after 1 leaves a record that nothing points to: it is no label and changes nothing. Two people who decide at once both write a record, and the
 * later pointers win.
 *
 * Owns     what it fills in, until mt_reviews_free()
 * Bounds   one look-up per transfer key, MT_REVIEWS_CHUNK a command; nothing at all in shards without a decision
 * Fails    MT_UNAVAILABLE, MT_NO_MEMORY
 */
#ifndef MT_REVIEWS_STORE_H
#define MT_REVIEWS_STORE_H

#include "graph/networks.h"
#include "review.h"
#include "workers/kit/keys.h"

#define MT_REVIEWS_CHUNK 512

/* A record's field: the network's id, and the time in ms, big-endian. */
struct mt_review_key {
    uint8_t bytes[24];
};

/* In this network this transfer key points to this record. */
struct mt_review_link {
    uint32_t network;
    struct mt_transfer_key key;
    uint32_t record; /* index */
    struct mt_review_key to;
};

struct mt_review_stored {
    struct mt_review_key key;
    struct json_t *json;
};

struct mt_reviews {
    struct mt_review_link *links; /* by network, then record: latest first */
    size_t link_count;
    struct mt_review_stored *records; /* latest first */
    size_t record_count;
};

/* The decisions that concern these networks. */
MT_MUST_USE enum mt_status mt_reviews_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_finding *const *findings,
                                           const struct mt_networks *networks, struct mt_reviews *out_reviews);
void mt_reviews_free(struct mt_reviews *reviews);

/* The record that holds for a network: borrowed; NULL: none. */
struct json_t *mt_reviews_of(const struct mt_reviews *reviews, uint32_t network);

/* Writes a decision about networks[network] as `view` shows it. */
MT_MUST_USE enum mt_status mt_reviews_write(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_reviews *reviews, uint32_t network,
                                            const struct mt_network_view *view, const struct mt_decision *decision, int64_t now_ms);

/* Called for each record that holds. Return false to stop. */
typedef bool mt_review_take(void *self, const struct json_t *record);

/* All of them, in no order. */
MT_MUST_USE enum mt_status mt_reviews_visit(struct mt_redis *redis, const struct mt_keys *keys, mt_review_take *take, void *self);

#endif
