/*
 * connect.h: the options by which commands reach Kafka and Redis, declared once.
 */
#ifndef MT_CONNECT_H
#define MT_CONNECT_H

#include "kafka.h"
#include "keys.h"

#define MT_TOPIC_TRANSFERS "transfers"
#define MT_TOPIC_ACCOUNTS "accounts"
#define MT_TOPIC_LISTS "lists"
#define MT_TOPIC_ALERTS "alerts"
#define MT_TOPIC_REJECTED "transfers.rejected"
#define MT_TOPIC_CHANNELS "channels"

#define MT_REDIS_DEFAULT "127.0.0.1:6379"
#define MT_BROKERS_DEFAULT "127.0.0.1:9092"
#define MT_NAMESPACE_DEFAULT "mt"

/* Rows for an argument table; `redis` is struct mt_redis_options, `kafka` struct mt_kafka_options, `space` const char *. */
#define MT_REDIS_ARGUMENTS(redis, space)                                                                               \
    {"redis", MT_ARGUMENT_TEXT, &(redis).address, 0, 0, "Redis: host:port, or a socket's path"},                       \
        {"redis-password-file", MT_ARGUMENT_TEXT, &(redis).password_file, 0, 0, "file with the password"},             \
        {"redis-timeout", MT_ARGUMENT_DURATION, &(redis).timeout_ms, 100, 600000, "longest wait for an answer"},       \
        {"namespace", MT_ARGUMENT_TEXT, &(space), 0, 0, "prefix of all keys"}

#define MT_KAFKA_ARGUMENTS(kafka)                                                                                      \
    {"brokers", MT_ARGUMENT_TEXT, &(kafka).brokers, 0, 0, "Kafka: host:port,host:port"},                               \
        {"kafka-config", MT_ARGUMENT_TEXT, &(kafka).config_file, 0, 0, "file of librdkafka properties, name=value (TLS, SASL)"}

/* Copies the namespace into keys; false after saying why it cannot be one. */
bool mt_namespace_take(const char *space, struct mt_keys *out_keys);

#endif
