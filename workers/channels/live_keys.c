#include "live_keys.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

static enum mt_status account_add(struct mt_live_accounts *accounts, const char token[16])
{
    if (accounts->count == accounts->room) {
        size_t room = accounts->room == 0 ? 4096 : 2 * accounts->room;
        struct mt_token *at = realloc(accounts->at, room * sizeof *at);

        if (at == NULL)
            return MT_NO_MEMORY;
        accounts->at = at;
        accounts->room = room;
    }
    memcpy(accounts->at[accounts->count++].bytes, token, 16);
    return MT_OK;
}

/* {space:SSS}:l:TOKEN */
static enum mt_status key_take(struct mt_live_keys *keys, size_t space_size, const redisReply *key)
{
    size_t kind = space_size + 7;

    if (key->len != kind + 2 + 16)
        return MT_OK;
    return account_add(key->str[kind] == 'l' ? &keys->ledgers : &keys->facts, key->str + kind + 2);
}

static int token_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct mt_token));
}

/* Redis may give a key twice while its table grows or shrinks. */
static void accounts_sort(struct mt_live_accounts *accounts)
{
    size_t kept = 0;

    if (accounts->count > 0)
        qsort(accounts->at, accounts->count, sizeof *accounts->at, token_compare);
    for (size_t i = 0; i < accounts->count; i++) {
        if (kept == 0 || !mt_token_equal(&accounts->at[kept - 1], &accounts->at[i]))
            accounts->at[kept++] = accounts->at[i];
    }
    accounts->count = kept;
}

/* One step of the walk; the cursor is "0" before the first and after the last. */
static enum mt_status step(struct mt_redis *redis, const char *pattern, size_t space_size, char cursor[24], struct mt_live_keys *keys)
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("SCAN"), {cursor, strlen(cursor)}, MT_REDIS_WORD_TEXT("MATCH"),
                                          {pattern, strlen(pattern)}, MT_REDIS_WORD_TEXT("COUNT"), MT_REDIS_WORD_TEXT("2000")};
    redisReply *reply = mt_redis_ask(redis, words, 6);
    enum mt_status status = MT_OK;

    if (reply == NULL)
        return MT_UNAVAILABLE;
    MT_ASSERT(reply->elements == 2);
    snprintf(cursor, 24, "%s", reply->element[0]->str);
    for (size_t i = 0; i < reply->element[1]->elements && status == MT_OK; i++)
        status = key_take(keys, space_size, reply->element[1]->element[i]);
    mt_redis_free(reply);
    return status;
}

enum mt_status mt_live_keys_read(struct mt_redis *redis, const struct mt_keys *keys, struct mt_live_keys *out_keys)
{
    struct mt_live_keys read = {0};
    char pattern[64], cursor[24] = "0";
    enum mt_status status;

    snprintf(pattern, sizeof pattern, "{%s:[0-9][0-9][0-9]}:[li]:*", keys->space);
    do
        status = step(redis, pattern, strlen(keys->space), cursor, &read);
    while (status == MT_OK && strcmp(cursor, "0") != 0);
    if (status != MT_OK) {
        mt_live_keys_free(&read);
        return status;
    }
    accounts_sort(&read.ledgers);
    accounts_sort(&read.facts);
    *out_keys = read;
    return MT_OK;
}

void mt_live_keys_free(struct mt_live_keys *keys)
{
    free(keys->ledgers.at);
    free(keys->facts.at);
    *keys = (struct mt_live_keys){0};
}
