/*
 * watch.h: the process beside the workers that counts channels again and again, keeps what it came to for the query server, and publishes it.
 *
 *   every `every_ms`   ledgers, findings ─► count and judge days that are over ─► kept.h
 *   every two seconds  kept.h, decisions ─► topic.h
 *
 * It waits for Redis, for a namespace and for Kafka; what it had in hand then is done again. One is enough; a second one only does the same work.
 *
 * Threads  one (librdkafka has its own)
 */
#ifndef MT_CHANNELS_WATCH_H
#define MT_CHANNELS_WATCH_H

#include "live.h"
#include "workers/kit/kafka.h"
#include "workers/kit/redis.h"

struct mt_watch_options {
    struct mt_redis_options redis;
    const char *space;
    struct mt_live_options live;
    const struct mt_channel_limits *limits;
    int64_t every_ms;
    struct mt_kafka_options kafka; /* brokers NULL: nothing is published */
    const char *topic;
    int64_t partitions; /* of the topic, if it is to be made; 0: it is made by others */
};

/* Goes on until a stop is asked. */
MT_MUST_USE enum mt_status mt_channels_watch(const struct mt_watch_options *options);

#endif
