/*
 * redis_private.h: a redis-server of a benchmark's own, on a socket in a temporary folder, gone when the benchmark ends.
 */
#ifndef MT_REDIS_PRIVATE_H
#define MT_REDIS_PRIVATE_H

#include "workers/kit/redis.h"

struct mt_redis_private {
    char folder[64];
    char socket[96];
    int pid;
};

MT_MUST_USE enum mt_status mt_redis_private_start(struct mt_redis_private *server);
void mt_redis_private_stop(struct mt_redis_private *server);

/* A new connection to it; NULL when it does not answer. */
struct mt_redis *mt_redis_private_connect(const struct mt_redis_private *server);

#endif
