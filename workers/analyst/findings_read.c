#include "findings_read.h"

#include "schemas/alert.h"
#include "schemas/print.h"
#include "workers/kit/hex.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

struct lives {
    struct mt_findings_place *at;
    size_t count;
};

static void live_take(struct lives *lives, const redisReply *id, const redisReply *score)
{
    if (id->len != 16)
        return;
    struct mt_findings_place *live = &lives->at[lives->count++];

    memcpy(live->id.bytes, id->str, 16);
    live->last_ms = strtoll(score->str, NULL, 10);
    live->live = true;
}

/* Those whose last transfer is not before `since` (a score as Redis writes it). */
static enum mt_status lives_read(struct mt_redis *redis, const struct mt_keys *keys, const char *since, struct lives *out_lives)
{
    *out_lives = (struct lives){0};
    for (uint32_t shard = 0; shard < keys->shard_count; shard++) {
        struct mt_key_text key = mt_keys_shard_of(keys, shard, "live");
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("ZRANGEBYSCORE"), MT_KEY_WORD(key), {since, strlen(since)},
                                              MT_REDIS_WORD_TEXT("+inf"), MT_REDIS_WORD_TEXT("WITHSCORES")};
        redisReply *reply = mt_redis_ask(redis, words, 5);
        struct mt_findings_place *at = reply != NULL ? realloc(out_lives->at, (out_lives->count + reply->elements / 2 + 1) * sizeof *at) : NULL;

        if (at == NULL) {
            mt_redis_free(reply);
            free(out_lives->at);
            return MT_UNAVAILABLE;
        }
        out_lives->at = at;
        for (size_t i = 0; i + 1 < reply->elements; i += 2)
            live_take(out_lives, reply->element[i], reply->element[i + 1]);
        mt_redis_free(reply);
    }
    return MT_OK;
}

static int by_id(const void *left, const void *right)
{
    return mt_key_compare(&((const struct mt_findings_place *)left)->id, &((const struct mt_findings_place *)right)->id);
}

static int by_time(const void *left, const void *right)
{
    const struct mt_findings_place *a = left, *b = right;

    return a->last_ms != b->last_ms ? (a->last_ms < b->last_ms) - (a->last_ms > b->last_ms) : by_id(left, right);
}

static void finding_send(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_transfer_key *id)
{
    struct mt_key_text key = mt_keys_of(keys, 'f', id->bytes);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HMGET"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT("r"), MT_REDIS_WORD_TEXT("s"),
                                          MT_REDIS_WORD_TEXT("m"), MT_REDIS_WORD_TEXT("d"), MT_REDIS_WORD_TEXT("c")};

    mt_redis_send(redis, words, 7);
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

/* Called for each finding that is still live when it is read. Return false to stop. */
typedef bool live_visit(void *self, const struct mt_findings_place *place, const char *alert, size_t size);

/* One page of findings in one round. Those after a stop are read all the same: their answers are under way. */
static enum mt_status page_visit(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_findings_place *lives, size_t count, bool final,
                                 live_visit *visit, void *self, bool *more)
{
    for (size_t i = 0; i < count; i++)
        finding_send(redis, keys, &lives[i].id);
    if (mt_redis_flush(redis) != MT_OK)
        return MT_UNAVAILABLE;
    for (size_t i = 0; i < count; i++) {
        redisReply *reply = mt_redis_take(redis);
        size_t size = 0;
        char *alert = reply != NULL && *more ? alert_make(reply, &lives[i].id, final, &size) : NULL;

        if (reply == NULL)
            return MT_UNAVAILABLE;
        mt_redis_free(reply);
        if (alert != NULL && strstr(alert, "\"state\":\"live\"") != NULL)
            *more = visit(self, &lives[i], alert, size);
        free(alert);
    }
    return MT_OK;
}

/* Of an alert about 10 KiB: a page of so many is what one answer holds in memory. */
#define PAGE 64

static enum mt_status lives_visit(struct mt_redis *redis, const struct mt_keys *keys, const struct lives *lives, size_t first, bool final,
                                  live_visit *visit, void *self)
{
    enum mt_status status = MT_OK;
    bool more = true;

    for (size_t at = first; at < lives->count && more && status == MT_OK; at += PAGE) {
        size_t count = lives->count - at < PAGE ? lives->count - at : PAGE;

        status = page_visit(redis, keys, &lives->at[at], count, final, visit, self, &more);
    }
    return status;
}

struct listing {
    const struct mt_findings_filter *filter;
    mt_finding_take *take;
    void *self;
    size_t taken;
    struct mt_findings_place last; /* taken */
    bool stopped;
};

static bool listing_visit(void *self, const struct mt_findings_place *place, const char *alert, size_t size)
{
    struct listing *listing = self;

    if (score_of(alert) < listing->filter->score_min)
        return true;
    listing->stopped = listing->taken == listing->filter->limit || !listing->take(listing->self, alert, size);
    if (listing->stopped)
        return false;
    listing->taken++;
    listing->last = *place;
    return true;
}

/* Index of the first one behind a place. */
static size_t lives_after(const struct lives *lives, const struct mt_findings_place *place)
{
    size_t at = 0;

    while (place->live && at < lives->count && by_time(&lives->at[at], place) <= 0)
        at++;
    return at;
}

enum mt_status mt_findings_list(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_findings_filter *filter,
                                mt_finding_take *take, void *self, size_t *out_total, struct mt_findings_place *out_next)
{
    struct listing listing = {.filter = filter, .take = take, .self = self};
    struct lives lives;
    enum mt_status status = lives_read(redis, keys, "-inf", &lives);

    if (status != MT_OK)
        return status;
    *out_total = lives.count;
    if (lives.count > 0)
        qsort(lives.at, lives.count, sizeof *lives.at, filter->final ? by_id : by_time);
    status = lives_visit(redis, keys, &lives, lives_after(&lives, &filter->after), filter->final, listing_visit, &listing);
    *out_next = listing.stopped ? listing.last : (struct mt_findings_place){.live = false};
    free(lives.at);
    return status;
}

struct search {
    char token[64]; /* "token":"..." as an alert has it */
    mt_finding_take *take;
    void *self;
};

static bool search_visit(void *self, const struct mt_findings_place *place, const char *alert, size_t size)
{
    struct search *search = self;

    (void)place;
    return strstr(alert, search->token) == NULL || search->take(search->self, alert, size);
}

enum mt_status mt_findings_of(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account, int64_t since_ms,
                              mt_finding_take *take, void *self, bool *out_complete)
{
    struct search search = {.take = take, .self = self};
    struct mt_print print = mt_print_into(search.token, sizeof search.token);
    struct lives lives;
    char since[24];

    snprintf(since, sizeof since, "%lld", (long long)since_ms);
    mt_print_text(&print, "\"token\":\"");
    mt_print_hex(&print, account->bytes, sizeof account->bytes);
    mt_print_text(&print, "\"");
    mt_print_end(&print);
    enum mt_status status = lives_read(redis, keys, since, &lives);
    if (status != MT_OK)
        return status;
    if (lives.count > 0)
        qsort(lives.at, lives.count, sizeof *lives.at, by_time);
    *out_complete = lives.count <= MT_FINDINGS_SEARCH_MAX;
    lives.count = *out_complete ? lives.count : MT_FINDINGS_SEARCH_MAX;
    status = lives_visit(redis, keys, &lives, 0, true, search_visit, &search);
    free(lives.at);
    return status;
}

enum mt_status mt_findings_places(struct mt_redis *redis, const struct mt_keys *keys, size_t limit, struct mt_findings_place **out_places, size_t *out_count,
                                  size_t *out_total)
{
    struct lives lives;
    enum mt_status status = lives_read(redis, keys, "-inf", &lives);

    if (status != MT_OK)
        return status;
    if (lives.count > 0)
        qsort(lives.at, lives.count, sizeof *lives.at, by_time);
    *out_places = lives.at;
    *out_count = lives.count < limit ? lives.count : limit;
    *out_total = lives.count;
    return MT_OK;
}

static enum mt_status hashes_round(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_findings_place *places, size_t count,
                                   struct mt_content_hash *out_hashes)
{
    for (size_t i = 0; i < count; i++) {
        struct mt_key_text key = mt_keys_of(keys, 'f', places[i].id.bytes);
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGET"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT("h")};

        mt_redis_send(redis, words, 3);
    }
    if (mt_redis_flush(redis) != MT_OK)
        return MT_UNAVAILABLE;
    for (size_t i = 0; i < count; i++) {
        redisReply *reply = mt_redis_take(redis);

        if (reply == NULL)
            return MT_UNAVAILABLE;
        if (reply->type == REDIS_REPLY_STRING && reply->len == sizeof out_hashes[i].bytes)
            memcpy(out_hashes[i].bytes, reply->str, sizeof out_hashes[i].bytes);
        mt_redis_free(reply);
    }
    return MT_OK;
}

enum mt_status mt_findings_hashes(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_findings_place *places, size_t count,
                                  struct mt_content_hash *out_hashes)
{
    enum mt_status status = MT_OK;

    memset(out_hashes, 0, count * sizeof *out_hashes);
    for (size_t at = 0; at < count && status == MT_OK; at += MT_FINDINGS_ROUND)
        status = hashes_round(redis, keys, places + at, count - at < MT_FINDINGS_ROUND ? count - at : MT_FINDINGS_ROUND, out_hashes + at);
    return status;
}

struct contents {
    mt_finding_take *take;
    void *self;
};

static bool contents_visit(void *self, const struct mt_findings_place *place, const char *alert, size_t size)
{
    struct contents *contents = self;

    (void)place;
    return contents->take(contents->self, alert, size);
}

enum mt_status mt_findings_contents(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_findings_place *places, size_t count,
                                    mt_finding_take *take, void *self)
{
    const struct lives lives = {(struct mt_findings_place *)places, count};
    struct contents contents = {take, self};

    return lives_visit(redis, keys, &lives, 0, true, contents_visit, &contents);
}

/* The live finding whose id begins so, if only one does. */
static enum mt_status prefix_find(struct mt_redis *redis, const struct mt_keys *keys, const char *prefix, struct mt_transfer_key *out_id, bool *out_found)
{
    struct lives lives;
    size_t digits = strlen(prefix), fits = 0;
    enum mt_status status = lives_read(redis, keys, "-inf", &lives);

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
    if (digits < 6 || digits > 32 || !mt_hex_prefix_read(id, digits, key.bytes))
        return MT_OK;
    if (!found) {
        enum mt_status status = prefix_find(redis, keys, id, &key, &found);

        if (status != MT_OK || !found)
            return status;
    }
    finding_send(redis, keys, &key);
    redisReply *reply = mt_redis_flush(redis) == MT_OK ? mt_redis_take(redis) : NULL;
    if (reply == NULL)
        return MT_UNAVAILABLE;
    *out_alert = alert_make(reply, &key, false, out_size);
    mt_redis_free(reply);
    return MT_OK;
}
