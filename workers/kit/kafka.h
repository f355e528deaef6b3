/*
 * kafka.h: librdkafka set up the way that loses nothing (reliability 1.1), and the few calls that more than one command needs.
 *
 * Offsets live in Redis with the results (design D9); the group's committed offsets are only for lag monitors. Eager assignment
 * (range): cooperative-sticky crashes in librdkafka 2.0.2.
 */
#ifndef MT_KAFKA_H
#define MT_KAFKA_H

#include "graph/base.h"

struct rd_kafka_s;
struct rd_kafka_conf_s;

#define MT_KAFKA_MESSAGE_MAX (4 * 1024 * 1024)

struct mt_kafka_options {
    const char *brokers;
    const char *config_file; /* further librdkafka properties, one "name=value" a line (TLS, SASL); NULL: none */
};

/* A configuration with our defaults and the file's properties; NULL after saying why. The caller gives it to a creator below. */
struct rd_kafka_conf_s *mt_kafka_conf(const struct mt_kafka_options *options);

/* Sets a property that cannot fail but by a programming error. */
void mt_kafka_set(struct rd_kafka_conf_s *conf, const char *name, const char *value);

/* An idempotent producer (all replicas, murmur2 partitions like Java's, no expiry of queued messages), or NULL after saying why. Takes conf. */
struct rd_kafka_s *mt_kafka_producer(struct rd_kafka_conf_s *take_conf);

/* A consumer handle of the group, or NULL after saying why. Takes conf. */
struct rd_kafka_s *mt_kafka_consumer(struct rd_kafka_conf_s *take_conf, const char *group);

/*
 * Says once when Kafka is away, and once when it is back: for this process, however many clients it has. To be called between turns and where
 * Kafka is waited for, by the thread that polls; costs nothing while all is well.
 */
void mt_kafka_watch(struct rd_kafka_s *client);

/* Makes the topics that are missing: for messages of 4 MiB, and for rejected ones, which are wrapped in base64, of 8 MiB. MT_UNAVAILABLE when the broker cannot be asked or refuses. */
MT_MUST_USE enum mt_status mt_kafka_topics_create(struct rd_kafka_s *client, const char *const *topics, size_t count, int partitions);

/* How many partitions a topic has, and the next offset to be written to one of them. MT_UNAVAILABLE when it cannot be asked. */
MT_MUST_USE enum mt_status mt_kafka_partition_count(struct rd_kafka_s *client, const char *topic, int32_t *out_count);
MT_MUST_USE enum mt_status mt_kafka_end_offset(struct rd_kafka_s *client, const char *topic, int32_t partition, int64_t *out_offset);

#endif
