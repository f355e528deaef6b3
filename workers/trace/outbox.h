/*
 * outbox.h: alerts on their way from Redis to Kafka: produced, and deleted from the outbox only after the delivery report.
 *
 * Owns     an idempotent producer, which also carries rejected records
 * Bounds   the producer's queue; when it is full, this waits and takes no more input
 * Threads  one, the worker's
 */
#ifndef MT_OUTBOX_H
#define MT_OUTBOX_H

#include "versions.h"
#include "workers/kit/kafka.h"

struct mt_outbox;

struct mt_outbox_options {
    const struct mt_kafka_options *kafka;
    const struct mt_keys *keys;
    const char *alerts_topic;
    const char *rejected_topic;
};

MT_MUST_USE enum mt_status mt_outbox_create(const struct mt_outbox_options *options, struct mt_outbox **out_outbox);
/* Flushes up to `flush_ms`, then ends; what is not delivered stays in Redis. NULL is fine. */
void mt_outbox_destroy(struct mt_outbox *outbox, int flush_ms);

/* Produces one alert, keyed by the finding's id. The bytes are copied. */
void mt_outbox_alert(struct mt_outbox *outbox, const struct mt_outbox_entry *entry);

/* Produces everything that an earlier process left in the outbox. */
MT_MUST_USE enum mt_status mt_outbox_sweep(struct mt_outbox *outbox, struct mt_redis *redis, size_t *out_count);

/* Produces one rejected record; the bytes are copied. */
void mt_outbox_reject(struct mt_outbox *outbox, const char *record, size_t size);

/*
 * Waits until every rejected record is delivered: only then may the input be marked done. MT_UNAVAILABLE: a stop was asked and Kafka did not
 * take them in time, so the input is left to the next worker. MT_BAD_STATE: it never will.
 */
MT_MUST_USE enum mt_status mt_outbox_rejects_settle(struct mt_outbox *outbox);

/* Serves delivery reports and queues the deletions of what was delivered; returns the number of answers to skip. */
size_t mt_outbox_delivered_send(struct mt_outbox *outbox, struct mt_redis *redis);

/* True when the producer can do no more: the process must end and be started again. */
bool mt_outbox_failed(const struct mt_outbox *outbox);

struct rd_kafka_s *mt_outbox_producer(struct mt_outbox *outbox);

#endif
