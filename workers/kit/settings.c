#include "settings.h"

#include "log.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

static enum mt_status set_if_absent(struct mt_redis *redis, const struct mt_key_text *key, const char *field, const char *value)
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HSETNX"), MT_KEY_WORD(*key), {field, strlen(field)}, {value, strlen(value)}};
    redisReply *reply = mt_redis_ask(redis, words, 4);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    mt_redis_free(reply);
    return MT_OK;
}

/* Copies a field's value; empty when there is none. */
static enum mt_status get(struct mt_redis *redis, const struct mt_key_text *key, const char *field, char out_value[64])
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGET"), MT_KEY_WORD(*key), {field, strlen(field)}};
    redisReply *reply = mt_redis_ask(redis, words, 3);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    snprintf(out_value, 64, "%s", reply->type == REDIS_REPLY_STRING ? reply->str : "");
    mt_redis_free(reply);
    return MT_OK;
}

enum mt_status mt_settings_agree(struct mt_redis *redis, struct mt_keys *keys, const struct mt_fingerprint *fingerprint)
{
    struct mt_key_text key = mt_keys_global(keys, "settings");
    char shards[64], value[64];
    const char *fields[] = {"layout", "shards", "fingerprint"};

    snprintf(shards, sizeof shards, "%u", keys->shard_count);
    const char *values[] = {MT_LAYOUT, shards, fingerprint->text};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        enum mt_status status = set_if_absent(redis, &key, fields[i], values[i]);

        if (status == MT_OK)
            status = get(redis, &key, fields[i], value);
        if (status != MT_OK)
            return status;
        if (strcmp(value, values[i]) != 0) {
            mt_log("error", "settings_differ", "namespace=%s field=%s here=%s there=%s hint=\"%s\"", keys->space, fields[i], values[i],
                   value, "other rules, rates, lines, points or secret need another --namespace");
            return MT_BAD_STATE;
        }
    }
    return MT_OK;
}

enum mt_status mt_settings_read(struct mt_redis *redis, struct mt_keys *keys)
{
    struct mt_key_text key = mt_keys_global(keys, "settings");
    char value[64];
    enum mt_status status = get(redis, &key, "shards", value);

    if (status != MT_OK)
        return status;
    unsigned long count = strtoul(value, NULL, 10);
    if (count == 0 || count > MT_SHARDS_MAX)
        return MT_BAD_STATE;
    keys->shard_count = (uint32_t)count;
    return MT_OK;
}
