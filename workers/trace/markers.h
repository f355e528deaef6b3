/*
 * markers.h: how far each partition has been worked into each shard (design D9).
 *
 * Written on the connection of the data, after the batch's last check; replication keeps that order, so a promoted replica that has
 * the marker has all that came before it. A start, an assignment and a reconnect begin at the smallest marker over the shards.
 */
#ifndef MT_MARKERS_H
#define MT_MARKERS_H

#include "batch.h"

/* Queues the positions for every shard; returns the number of answers to skip. */
size_t mt_markers_send(struct mt_redis *redis, const struct mt_keys *keys, const char *const *topics,
                       const struct mt_position *positions, size_t count);

/* The smallest marker of one partition; −1 when a shard has none, so reading begins with the partition. */
MT_MUST_USE enum mt_status mt_markers_read(struct mt_redis *redis, const struct mt_keys *keys, const char *topic, int32_t partition,
                                           int64_t *out_offset);

#endif
