#include "redis_told.h"

#include "record.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>

static struct mt_key_text flag_key(const struct mt_redis_told *told)
{
    return mt_keys_shard_of(told->keys, 0, "told");
}

void mt_redis_told_send(struct mt_redis_told *told)
{
    struct mt_key_text key = flag_key(told);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("EXISTS"), MT_KEY_WORD(key)};

    mt_redis_send(told->redis, words, 2);
}

enum mt_status mt_redis_told_settle(struct mt_redis_told *told, bool *out_new)
{
    redisReply *reply = mt_redis_take(told->redis);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    *out_new = !told->any && reply->integer > 0;
    told->any |= *out_new;
    mt_redis_free(reply);
    return MT_OK;
}

enum mt_status mt_redis_told_refresh(struct mt_redis_told *told)
{
    bool ignored;

    mt_redis_told_send(told);
    enum mt_status status = mt_redis_flush(told->redis);
    return status == MT_OK ? mt_redis_told_settle(told, &ignored) : status;
}

size_t mt_redis_told_append_send(struct mt_redis_told *told, const struct mt_token *account, const struct mt_holder *record)
{
    struct mt_key_text flag = flag_key(told), key = mt_keys_of(told->keys, 'd', account->bytes);
    const struct mt_redis_word set[] = {MT_REDIS_WORD_TEXT("SET"), MT_KEY_WORD(flag), MT_REDIS_WORD_TEXT("1")};
    bool first = !told->any;
    uint8_t bytes[MT_HOLDER_RECORD];

    if (first)
        mt_redis_send(told->redis, set, 3);
    told->any = true;
    mt_record_write_holder(record, bytes);
    const struct mt_redis_word append[] = {MT_REDIS_WORD_TEXT("APPEND"), MT_KEY_WORD(key), {bytes, sizeof bytes}};
    mt_redis_send(told->redis, append, 3);
    return first ? 2 : 1;
}

static void ask(struct mt_redis_told *told, const char *command, const struct mt_token *account)
{
    struct mt_key_text key = mt_keys_of(told->keys, 'd', account->bytes);
    const struct mt_redis_word words[] = {{command, strlen(command)}, MT_KEY_WORD(key)};

    mt_redis_send(told->redis, words, 2);
}

void mt_redis_told_read_send(struct mt_redis_told *told, const struct mt_token *account)
{
    ask(told, "GET", account);
}

enum mt_status mt_redis_told_read_settle(struct mt_redis_told *told, struct mt_holders **holders, size_t *out_size)
{
    redisReply *reply = mt_redis_take(told->redis);
    enum mt_status status = MT_OK;

    if (reply == NULL)
        return MT_UNAVAILABLE;
    free(*holders);
    *holders = NULL;
    *out_size = reply->type == REDIS_REPLY_STRING ? (size_t)reply->len : 0;
    if (reply->type == REDIS_REPLY_STRING)
        status = mt_record_read_holders((const uint8_t *)reply->str, (size_t)reply->len, holders);
    mt_redis_free(reply);
    return status;
}

void mt_redis_told_length_send(struct mt_redis_told *told, const struct mt_token *account)
{
    ask(told, "STRLEN", account);
}
