#include "health.h"

#include "workers/kit/log.h"
#include "workers/kit/settings.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *code, *text;
} troubles[] = {
#define TROUBLE_ROW(name, code, text) [MT_TROUBLE_##name] = {code, text},
    MT_TROUBLE_TABLE(TROUBLE_ROW)
#undef TROUBLE_ROW
};

const char *mt_trouble_code(enum mt_trouble trouble)
{
    return troubles[trouble].code;
}

const char *mt_trouble_text(enum mt_trouble trouble)
{
    return troubles[trouble].text;
}

enum mt_trouble mt_trouble_find(const char *code)
{
    for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++) {
        if (strcmp(troubles[i].code, code) == 0)
            return (enum mt_trouble)i;
    }
    return MT_TROUBLE_NO_SERVER;
}

/* How many workers have reported since then. */
static bool reporting_count(struct mt_redis *redis, const struct mt_keys *keys, int64_t since_ms, long long *out_count)
{
    struct mt_key_text key = mt_keys_global(keys, "workers");
    char since[24];
    int size = snprintf(since, sizeof since, "%lld", (long long)since_ms);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("ZCOUNT"), MT_KEY_WORD(key), {since, (size_t)size}, MT_REDIS_WORD_TEXT("+inf")};
    redisReply *reply = mt_redis_ask(redis, words, 4);

    *out_count = reply != NULL ? reply->integer : 0;
    mt_redis_free(reply);
    return reply != NULL;
}

/* The same for one worker: 1 or 0. */
static bool reporting_one(struct mt_redis *redis, const struct mt_keys *keys, const char *worker, int64_t since_ms, long long *out_count)
{
    struct mt_key_text key = mt_keys_global(keys, "workers");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("ZSCORE"), MT_KEY_WORD(key), {worker, strlen(worker)}};
    redisReply *reply = mt_redis_ask(redis, words, 3);

    *out_count = reply != NULL && reply->type == REDIS_REPLY_STRING && strtoll(reply->str, NULL, 10) >= since_ms;
    mt_redis_free(reply);
    return reply != NULL;
}

struct mt_health mt_health_read(struct mt_redis *redis, struct mt_keys *keys, const char *worker)
{
    struct mt_health health = {.trouble = MT_TROUBLE_REDIS_AWAY};
    int64_t since_ms = mt_clock_ms() - MT_HEALTH_REPORT_MS;
    enum mt_status status = mt_settings_read(redis, keys);

    if (status == MT_BAD_STATE)
        health.trouble = MT_TROUBLE_NO_WORKER_YET;
    if (status != MT_OK)
        return health;
    if (worker != NULL ? reporting_one(redis, keys, worker, since_ms, &health.workers)
                       : reporting_count(redis, keys, since_ms, &health.workers))
        health.trouble = health.workers > 0 ? MT_TROUBLE_NONE : MT_TROUBLE_NO_WORKER;
    return health;
}
