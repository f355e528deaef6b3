#include "redis_lists.h"

#include "bytes.h"
#include "log.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

#define RECORD_FIXED 60
#define RECORD_MAX (RECORD_FIXED + MT_LISTING_TEXT_MAX)

struct mt_redis_lists {
    struct mt_redis *redis;
    struct mt_key_text key;
    struct mt_lists *lists;
    size_t size; /* bytes read */
    size_t append_answers; /* outstanding */
};

enum mt_status mt_redis_lists_create(struct mt_redis *redis, const struct mt_keys *keys, struct mt_redis_lists **out_lists)
{
    struct mt_redis_lists *lists = calloc(1, sizeof *lists);

    if (lists == NULL)
        return MT_NO_MEMORY;
    lists->redis = redis;
    lists->key = mt_keys_shard_of(keys, 0, "lists");
    if (mt_lists_create(&lists->lists) != MT_OK) {
        free(lists);
        return MT_NO_MEMORY;
    }
    *out_lists = lists;
    return MT_OK;
}

void mt_redis_lists_destroy(struct mt_redis_lists *lists)
{
    if (lists == NULL)
        return;
    mt_lists_destroy(lists->lists);
    free(lists);
}

const struct mt_lists *mt_redis_lists_read(const struct mt_redis_lists *lists)
{
    return lists->lists;
}

static void append_send(struct mt_redis_lists *lists, const struct mt_listing *record)
{
    size_t size = RECORD_FIXED + record->text_size;
    uint8_t bytes[RECORD_MAX];

    mt_bytes_put(bytes, size, 2);
    bytes[2] = record->state;
    bytes[3] = record->kind;
    mt_bytes_put(bytes + 4, (uint64_t)record->since_ms, 8);
    mt_bytes_put(bytes + 12, (uint64_t)record->from_ms, 8);
    mt_bytes_put(bytes + 20, (uint64_t)record->until_ms, 8);
    memcpy(bytes + 28, record->entry.bytes, 16);
    memcpy(bytes + 44, record->subject.bytes, 16);
    memcpy(bytes + RECORD_FIXED, record->text, record->text_size);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("APPEND"), MT_KEY_WORD(lists->key), {bytes, size}};
    mt_redis_send(lists->redis, words, 3);
    lists->append_answers++;
}

void mt_redis_lists_append_send(struct mt_redis_lists *lists, const struct mt_listing *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!mt_lists_stand(lists->lists, &records[i]))
            append_send(lists, &records[i]);
    }
}

enum mt_status mt_redis_lists_append_settle(struct mt_redis_lists *lists)
{
    size_t answers = lists->append_answers;

    lists->append_answers = 0;
    return mt_redis_skip(lists->redis, answers);
}

void mt_redis_lists_refresh_send(struct mt_redis_lists *lists)
{
    char from[24];
    int size = snprintf(from, sizeof from, "%zu", lists->size);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("GETRANGE"), MT_KEY_WORD(lists->key), {from, (size_t)size}, MT_REDIS_WORD_TEXT("-1")};

    mt_redis_send(lists->redis, words, 4);
}

static enum mt_status record_add(struct mt_redis_lists *lists, const uint8_t *bytes, size_t size)
{
    struct mt_listing record = {
        .state = bytes[2],
        .kind = bytes[3],
        .since_ms = (int64_t)mt_bytes_get(bytes + 4, 8),
        .from_ms = (int64_t)mt_bytes_get(bytes + 12, 8),
        .until_ms = (int64_t)mt_bytes_get(bytes + 20, 8),
        .text = (const char *)bytes + RECORD_FIXED,
        .text_size = (uint16_t)(size - RECORD_FIXED),
    };
    bool changed;

    if (record.state >= MT_LISTING_STATE_COUNT || record.kind > MT_SUBJECT_ACCOUNT)
        return MT_BAD_STATE;
    memcpy(record.entry.bytes, bytes + 28, 16);
    memcpy(record.subject.bytes, bytes + 44, 16);
    enum mt_status status = mt_lists_add(lists->lists, &record, &changed);
    if (status == MT_BAD_STATE)
        mt_log("error", "lists_full", "records=%u hint=\"more than watch lists may hold\"", mt_lists_count(lists->lists));
    return status;
}

enum mt_status mt_redis_lists_refresh_settle(struct mt_redis_lists *lists)
{
    redisReply *reply = mt_redis_take(lists->redis);
    enum mt_status status = MT_OK;

    if (reply == NULL)
        return MT_UNAVAILABLE;
    const uint8_t *bytes = (const uint8_t *)reply->str;
    size_t left = reply->type == REDIS_REPLY_STRING ? (size_t)reply->len : 0;
    while (left > 0 && status == MT_OK) {
        size_t size = left >= RECORD_FIXED ? mt_bytes_get(bytes, 2) : 0;

        if (size < RECORD_FIXED || size > left || size > RECORD_MAX) {
            status = MT_BAD_STATE;
            break;
        }
        status = record_add(lists, bytes, size);
        bytes += size;
        left -= size;
        lists->size += size;
    }
    mt_redis_free(reply);
    return status;
}

enum mt_status mt_redis_lists_refresh(struct mt_redis_lists *lists)
{
    mt_redis_lists_refresh_send(lists);
    enum mt_status status = mt_redis_flush(lists->redis);
    return status == MT_OK ? mt_redis_lists_refresh_settle(lists) : status;
}

void mt_redis_lists_grown_send(struct mt_redis_lists *lists)
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("STRLEN"), MT_KEY_WORD(lists->key)};

    mt_redis_send(lists->redis, words, 2);
}

enum mt_status mt_redis_lists_grown_settle(struct mt_redis_lists *lists, bool *out_grown)
{
    redisReply *reply = mt_redis_take(lists->redis);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    *out_grown = (size_t)reply->integer != lists->size;
    if ((size_t)reply->integer < lists->size)
        mt_redis_lists_forget(lists); /* somebody took it away: what is there now is read anew */
    mt_redis_free(reply);
    return MT_OK;
}

void mt_redis_lists_forget(struct mt_redis_lists *lists)
{
    mt_lists_clear(lists->lists);
    lists->size = 0;
    lists->append_answers = 0;
}
