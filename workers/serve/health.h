/*
 * health.h: whether the system answers: Redis, and workers that report. What the query server and `moneytrail health` both say.
 */
#ifndef MT_HEALTH_H
#define MT_HEALTH_H

#include "workers/kit/keys.h"

#define MT_HEALTH_REPORT_MS 10000 /* a worker reports each second; one silent for so long is away */

/* What keeps it from being ready: a stable code, and a sentence for people. */
#define MT_TROUBLE_TABLE(X)                                                            \
    X(NONE, "", "")                                                                    \
    X(REDIS_AWAY, "redis_away", "Redis does not answer")                               \
    X(NO_WORKER_YET, "no_worker_yet", "no worker has ever used this namespace")        \
    X(NO_WORKER, "no_worker_reporting", "no worker has reported in the last 10 s")     \
    X(NO_SERVER, "no_server", "the query server does not answer")

enum mt_trouble {
#define MT_TROUBLE_ENUM(name, code, text) MT_TROUBLE_##name,
    MT_TROUBLE_TABLE(MT_TROUBLE_ENUM)
#undef MT_TROUBLE_ENUM
};

struct mt_health {
    enum mt_trouble trouble; /* NONE: ready */
    long long workers;       /* reporting */
};

const char *mt_trouble_code(enum mt_trouble trouble);
const char *mt_trouble_text(enum mt_trouble trouble);
enum mt_trouble mt_trouble_find(const char *code); /* NO_SERVER when it is none */

/* Asks Redis, on a connection that stands. `worker` NULL: any will do; else only that one counts. */
struct mt_health mt_health_read(struct mt_redis *redis, struct mt_keys *keys, const char *worker);

/* Asks a query server, within the time. */
struct mt_health mt_health_ask(const char *address, int64_t timeout_ms);

#endif
