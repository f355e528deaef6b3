/*
 * topic.h: kept channels on their way to Kafka: each version once, marked as sent only after its delivery report.
 *
 *   key    the channel's key, 32 hex digits
 *   value  the channel, as /v1/channels tells it; null: it is not told any longer (it was new by data that has changed since)
 *
 * What was last delivered of each channel is kept in Redis (channels-sent: key → a hash of the value). A look compares that with what is kept now; so
 * there is nothing to lose in between: what a process had under way when it ended differs still and is sent by the next one, the same bytes again. A
 * version that a newer one replaces before it was delivered is passed over. Two processes at once send everything twice.
 *
 * Honest channels stay quiet: told when that is decided, and not when they are counted again.
 *
 * Owns     an idempotent producer
 * Threads  one
 * Fails    MT_UNAVAILABLE, MT_NO_MEMORY
 */
#ifndef MT_CHANNELS_TOPIC_H
#define MT_CHANNELS_TOPIC_H

#include "kept.h"
#include "workers/kit/kafka.h"

struct mt_topic;

MT_MUST_USE enum mt_status mt_topic_create(const struct mt_kafka_options *kafka, const char *name, struct mt_topic **out_topic);
void mt_topic_destroy(struct mt_topic *topic); /* NULL is fine */

/* Before the end: waits up to `wait_ms` for what is under way and marks what was delivered. */
MT_MUST_USE enum mt_status mt_topic_settle(struct mt_topic *topic, struct mt_redis *redis, const struct mt_keys *keys, int wait_ms);

/* Marks what was delivered; and when nothing is under way, produces what differs from what was sent. */
MT_MUST_USE enum mt_status mt_topic_turn(struct mt_topic *topic, struct mt_redis *redis, const struct mt_keys *keys);

struct rd_kafka_s *mt_topic_producer(struct mt_topic *topic);

/* True when the producer can do no more: the process must end and be started again. */
bool mt_topic_failed(const struct mt_topic *topic);

#endif
