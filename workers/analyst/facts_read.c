#include "facts_read.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>

void mt_facts_send(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account)
{
    struct mt_key_text key = mt_keys_of(keys, 'i', account->bytes);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGETALL"), MT_KEY_WORD(key)};

    mt_redis_send(redis, words, 2);
}

/* The newest that is not after the time; NULL when there is none. */
static const redisReply *facts_choose(const redisReply *reply, int64_t at_ms)
{
    const redisReply *chosen = NULL;
    int64_t chosen_ms = 0;

    for (size_t i = 0; i + 1 < reply->elements; i += 2) {
        int64_t from_ms = strtoll(reply->element[i]->str, NULL, 10);

        if (from_ms > at_ms || (chosen != NULL && from_ms <= chosen_ms))
            continue;
        chosen = reply->element[i + 1];
        chosen_ms = from_ms;
    }
    return chosen;
}

enum mt_status mt_facts_take(struct mt_redis *redis, struct mt_event_parse *parser, int64_t at_ms, const char *lead,
                             struct mt_print *print, bool *out_known)
{
    redisReply *reply = mt_redis_take(redis);
    struct mt_account_facts facts;
    struct mt_reject reject;

    if (reply == NULL)
        return MT_UNAVAILABLE;
    const redisReply *chosen = facts_choose(reply, at_ms);
    *out_known = chosen != NULL && mt_account_parse(parser, chosen->str, (size_t)chosen->len, &facts, &reject) == MT_OK;
    if (*out_known) {
        mt_print_text(print, lead);
        mt_account_members_print(&facts, print);
    }
    mt_redis_free(reply);
    return MT_OK;
}

enum mt_status mt_facts_take_all(struct mt_redis *redis, struct mt_event_parse *parser, mt_facts_each *each, void *self)
{
    redisReply *reply = mt_redis_take(redis);
    enum mt_status status = reply != NULL ? MT_OK : MT_UNAVAILABLE;

    for (size_t i = 0; reply != NULL && i + 1 < reply->elements && status == MT_OK; i += 2) {
        const redisReply *json = reply->element[i + 1];
        struct mt_account_facts facts;
        struct mt_reject reject;

        if (mt_account_parse(parser, json->str, (size_t)json->len, &facts, &reject) == MT_OK)
            status = each(self, &facts);
    }
    mt_redis_free(reply);
    return status;
}
