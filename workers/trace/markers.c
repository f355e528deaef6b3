#include "markers.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

#define FIELDS_MAX 64 /* positions per command */

static size_t shard_send(struct mt_redis *redis, const struct mt_keys *keys, uint32_t shard, const char *const *topics,
                         const struct mt_position *positions, size_t count)
{
    struct mt_key_text key = mt_keys_shard_of(keys, shard, "m");
    char fields[FIELDS_MAX][280], values[FIELDS_MAX][24];
    struct mt_redis_word words[2 + 2 * FIELDS_MAX] = {MT_REDIS_WORD_TEXT("HSET"), MT_KEY_WORD(key)};

    for (size_t i = 0; i < count; i++) {
        int field = snprintf(fields[i], sizeof fields[i], "%s:%d", topics[positions[i].topic], positions[i].partition);
        int value = snprintf(values[i], sizeof values[i], "%lld", (long long)positions[i].next_offset);

        words[2 + 2 * i] = (struct mt_redis_word){fields[i], (size_t)field};
        words[3 + 2 * i] = (struct mt_redis_word){values[i], (size_t)value};
    }
    mt_redis_send(redis, words, 2 + 2 * count);
    return 1;
}

size_t mt_markers_send(struct mt_redis *redis, const struct mt_keys *keys, const char *const *topics,
                       const struct mt_position *positions, size_t count)
{
    size_t answers = 0;

    for (uint32_t shard = 0; shard < keys->shard_count; shard++) {
        for (size_t from = 0; from < count; from += FIELDS_MAX) {
            size_t part = count - from < FIELDS_MAX ? count - from : FIELDS_MAX;

            answers += shard_send(redis, keys, shard, topics, positions + from, part);
        }
    }
    return answers;
}

enum mt_status mt_markers_read(struct mt_redis *redis, const struct mt_keys *keys, const char *topic, int32_t partition,
                               int64_t *out_offset)
{
    char field[280];
    int field_size = snprintf(field, sizeof field, "%s:%d", topic, partition);
    int64_t smallest = INT64_MAX;

    for (uint32_t shard = 0; shard < keys->shard_count; shard++) {
        struct mt_key_text key = mt_keys_shard_of(keys, shard, "m");
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGET"), MT_KEY_WORD(key), {field, (size_t)field_size}};

        mt_redis_send(redis, words, 3);
    }
    if (mt_redis_flush(redis) != MT_OK)
        return MT_UNAVAILABLE;
    for (uint32_t shard = 0; shard < keys->shard_count; shard++) {
        redisReply *reply = mt_redis_take(redis);

        if (reply == NULL)
            return MT_UNAVAILABLE;
        int64_t offset = reply->type == REDIS_REPLY_STRING ? strtoll(reply->str, NULL, 10) : -1;
        smallest = offset < smallest ? offset : smallest;
        mt_redis_free(reply);
    }
    *out_offset = smallest;
    return MT_OK;
}
