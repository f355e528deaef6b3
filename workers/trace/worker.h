/*
 * worker.h: the trace-worker: consume, append, think, write findings, mark progress.
 *
 *            Redis works on            while this process
 *   turn n   appends of batch n        thinks about batch n−1's gate
 *            reads of batch n          decodes batch n+1
 *
 * A batch's input is marked done only after its findings, outbox entries and rejected records are safe; looks beyond `looks_max` are then on a to-do
 * list in Redis (todo.h), and done between the next turns and whenever there is no input. Whatever goes wrong with Redis, the
 * worker drops what it had in hand, waits, and goes back to the markers: every write is idempotent.
 *
 * Threads  one (librdkafka has its own); scale by processes
 */
#ifndef MT_WORKER_H
#define MT_WORKER_H

#include "intake.h"

struct mt_worker;

struct mt_worker_options {
    const char *name;
    const struct mt_kafka_options *kafka;
    const struct mt_redis_options *redis;
    const struct mt_keys *keys;
    const struct mt_rules *rules;
    const struct mt_rates *rates; /* may be NULL */
    const struct mt_lines *lines;
    const struct mt_points *points;
    const struct mt_secret *secret;
    const struct mt_fingerprint *fingerprint;
    const char *group;
    const char *transfers_topic;
    const char *accounts_topic;
    const char *lists_topic;
    const char *alerts_topic;
    const char *rejected_topic;
    int64_t batch_max;
    int64_t looks_max;         /* spines and account days looked at in a turn */
    int64_t looks_waiting_max; /* on the to-do list, before input waits for them */
    int64_t lateness_ms;
    int64_t retention_ms;
    int64_t partitions; /* of topics that it makes; 0: topics are made by others */
};

MT_MUST_USE enum mt_status mt_worker_create(const struct mt_worker_options *options, struct mt_worker **out_worker);
void mt_worker_destroy(struct mt_worker *worker); /* NULL is fine */

/* Works until a stop is asked; finishes the batch in hand and leaves the group. */
MT_MUST_USE enum mt_status mt_worker_run(struct mt_worker *worker);

#endif
