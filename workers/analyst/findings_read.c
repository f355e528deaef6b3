#include "findings_read.h"

#include "schemas/alert.h"

#include <ctype.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

struct live {
    struct mt_transfer_key id;
    int64_t last_ms;
};

struct lives {
    struct live *at;
    size_t count;
};

static enum mt_status lives_read(struct mt_redis *redis, const struct mt_keys *keys, struct lives *out_lives)
{
    *out_lives = (struct lives){0};
    for (uint32_t shard = 0; shard < keys->shard_count; shard++) {
        struct mt_key_text key = mt_keys_shard_of(keys, shard, "live");
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("ZRANGE"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT("0"),
                                              MT_REDIS_WORD_TEXT("-1"), MT_REDIS_WORD_TEXT("WITHSCORES")};
        redisReply *reply = mt_redis_ask(redis, words, 5);
        struct live *at = reply != NULL ? realloc(out_lives->at, (out_lives->count + reply->elements / 2 + 1) * sizeof *at) : NULL;

        if (at == NULL) {
            mt_redis_free(reply);
            free(out_lives->at);
            return MT_UNAVAILABLE;
        }
        out_lives->at = at;
        for (size_t i = 0; i + 1 < reply->elements; i += 2) {
            if (reply->element[i]->len != 16)
                continue;
            memcpy(at[out_lives->count].id.bytes, reply->element[i]->str, 16);
            at[out_lives->count++].last_ms = strtoll(reply->element[i + 1]->str, NULL, 10);
        }
        mt_redis_free(reply);
    }
    return MT_OK;
}

static int by_id(const void *left, const void *right)
{
    return mt_key_compare(&((const struct live *)left)->id, &((const struct live *)right)->id);
}

static int by_time(const void *left, const void *right)
{
    const struct live *a = left, *b = right;

    return a->last_ms != b->last_ms ? (a->last_ms < b->last_ms) - (a->last_ms > b->last_ms) : by_id(left, right);
}

static redisReply *finding_ask(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_transfer_key *id)
{
    struct mt_key_text key = mt_keys_of(keys, 'f', id->bytes);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HMGET"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT("r"), MT_REDIS_WORD_TEXT("s"),
                                          MT_REDIS_WORD_TEXT("m"), MT_REDIS_WORD_TEXT("d"), MT_REDIS_WORD_TEXT("c")};

    return mt_redis_ask(redis, words, 7);
}

/* The alert of a stored finding, malloc'ed; NULL when nothing is stored. */
static char *alert_make(const redisReply *reply, const struct mt_transfer_key *id, bool final, size_t *out_size)
{
    if (reply->elements != 5 || reply->element[0]->type != REDIS_REPLY_STRING)
        return NULL;
    const redisReply *merged = reply->element[2], *content = reply->element[4];
    uint32_t revision = (uint32_t)strtoul(reply->element[0]->str, NULL, 10);
    int64_t detected_ms = reply->element[3]->type == REDIS_REPLY_STRING ? strtoll(reply->element[3]->str, NULL, 10) : 0;
    bool live = strcmp(reply->element[1]->str, "live") == 0 && content->type == REDIS_REPLY_STRING;
    size_t capacity = (live ? (size_t)content->len : 0) + 512;
    char *alert = malloc(capacity);
    struct mt_transfer_key into;

    if (alert == NULL)
        return NULL;
    if (live && final) {
        memcpy(alert, content->str, (size_t)content->len + 1);
        *out_size = (size_t)content->len;
    } else if (live) {
        *out_size = mt_alert_print(content->str, (size_t)content->len, revision, detected_ms, alert, capacity);
    } else {
        bool is_merged = merged->type == REDIS_REPLY_STRING && merged->len == 16;

        if (is_merged)
            memcpy(into.bytes, merged->str, 16);
        *out_size = mt_alert_end_print(id, is_merged ? &into : NULL, revision, detected_ms, alert, capacity);
    }
    return alert;
}

static int64_t score_of(const char *alert)
{
    const char *at = strstr(alert, "\"score\":");

    return at != NULL ? strtoll(at + 8, NULL, 10) : 0;
}

enum mt_status mt_findings_list(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_findings_filter *filter,
                                mt_finding_take *take, void *self, size_t *out_total)
{
    struct lives lives;
    size_t skipped = 0, taken = 0;
    enum mt_status status = lives_read(redis, keys, &lives);
    bool more = true;

    if (status != MT_OK)
        return status;
    *out_total = lives.count;
    if (lives.count > 0)
        qsort(lives.at, lives.count, sizeof *lives.at, filter->final ? by_id : by_time);
    for (size_t i = 0; i < lives.count && more && taken < filter->limit && status == MT_OK; i++) {
        redisReply *reply = finding_ask(redis, keys, &lives.at[i].id);
        size_t size = 0;
        char *alert = reply != NULL ? alert_make(reply, &lives.at[i].id, filter->final, &size) : NULL;

        status = reply == NULL ? MT_UNAVAILABLE : MT_OK;
        mt_redis_free(reply);
        if (alert != NULL && strstr(alert, "\"state\":\"live\"") != NULL && score_of(alert) >= filter->score_min && skipped++ >= filter->skip) {
            more = take(self, alert, size);
            taken++;
        }
        free(alert);
    }
    free(lives.at);
    return status;
}

static bool hex_read(const char *text, size_t digits, uint8_t out_bytes[16])
{
    memset(out_bytes, 0, 16);
    for (size_t i = 0; i < digits; i++) {
        char pair[2] = {text[i], '\0'};

        if (!isxdigit((unsigned char)text[i]))
            return false;
        out_bytes[i / 2] |= (uint8_t)(strtoul(pair, NULL, 16) << (i % 2 == 0 ? 4 : 0));
    }
    return true;
}

/* The live finding whose id begins so, if only one does. */
static enum mt_status prefix_find(struct mt_redis *redis, const struct mt_keys *keys, const char *prefix, struct mt_transfer_key *out_id, bool *out_found)
{
    struct lives lives;
    size_t digits = strlen(prefix), fits = 0;
    enum mt_status status = lives_read(redis, keys, &lives);

    if (status != MT_OK)
        return status;
    for (size_t i = 0; i < lives.count; i++) {
        char hex[33];

        for (size_t b = 0; b < 16; b++)
            snprintf(hex + 2 * b, 3, "%02x", lives.at[i].id.bytes[b]);
        if (strncmp(hex, prefix, digits) == 0) {
            *out_id = lives.at[i].id;
            fits++;
        }
    }
    free(lives.at);
    *out_found = fits == 1;
    return MT_OK;
}

enum mt_status mt_findings_get(struct mt_redis *redis, const struct mt_keys *keys, const char *id, char **out_alert, size_t *out_size)
{
    struct mt_transfer_key key;
    size_t digits = strlen(id);
    bool found = digits == 32;

    *out_alert = NULL;
    if (digits < 6 || digits > 32 || !hex_read(id, digits, key.bytes))
        return MT_OK;
    if (!found) {
        enum mt_status status = prefix_find(redis, keys, id, &key, &found);

        if (status != MT_OK || !found)
            return status;
    }
    redisReply *reply = finding_ask(redis, keys, &key);
    if (reply == NULL)
        return MT_UNAVAILABLE;
    *out_alert = alert_make(reply, &key, false, out_size);
    mt_redis_free(reply);
    return MT_OK;
}
