#include "reviews_store.h"

#include <hiredis/hiredis.h>
#include <jansson.h>
#include <stdlib.h>

static struct mt_review_key review_key(const struct mt_transfer_key *network, int64_t now_ms)
{
    struct mt_review_key key;

    memcpy(key.bytes, network->bytes, 16);
    for (int i = 0; i < 8; i++)
        key.bytes[16 + i] = (uint8_t)((uint64_t)now_ms >> (56 - 8 * i));
    return key;
}

/* Latest first, then by id. */
static int key_compare(const struct mt_review_key *a, const struct mt_review_key *b)
{
    int order = memcmp(b->bytes + 16, a->bytes + 16, 8);

    return order != 0 ? order : memcmp(a->bytes, b->bytes, 16);
}

/* --- which transfer keys point to a record -------------------------------------------------------------------------- */

/* One key to ask for, in its shard. */
struct question {
    uint32_t shard, network;
    struct mt_transfer_key key;
};

static int question_compare(const void *left, const void *right)
{
    const struct question *a = left, *b = right;

    if (a->shard != b->shard)
        return a->shard < b->shard ? -1 : 1;
    return mt_key_compare(&a->key, &b->key);
}

struct questions {
    struct question *at;
    size_t count;
};

/* Every transfer key once: it is in one network only, since findings that share it are in one. */
static enum mt_status questions_make(const struct mt_keys *keys, const struct mt_finding *const *findings, const struct mt_networks *networks,
                                     const bool *shards, struct questions *out)
{
    size_t max = 0, kept = 0;

    for (uint32_t n = 0; n < networks->count; n++) {
        for (uint32_t f = 0; f < networks->at[n].finding_count; f++)
            max += findings[networks->at[n].findings[f]]->transfer_count;
    }
    *out = (struct questions){.at = malloc((max + 1) * sizeof *out->at)};
    if (out->at == NULL)
        return MT_NO_MEMORY;
    for (uint32_t n = 0; n < networks->count; n++) {
        for (uint32_t f = 0; f < networks->at[n].finding_count; f++) {
            const struct mt_finding *finding = findings[networks->at[n].findings[f]];

            for (uint32_t t = 0; t < finding->transfer_count; t++) {
                uint32_t shard = mt_keys_shard(keys, finding->transfers[t].key.bytes);

                if (shards[shard])
                    out->at[out->count++] = (struct question){shard, n, finding->transfers[t].key};
            }
        }
    }
    qsort(out->at, out->count, sizeof *out->at, question_compare);
    for (size_t i = 0; i < out->count; i++) {
        if (kept == 0 || question_compare(&out->at[kept - 1], &out->at[i]) != 0)
            out->at[kept++] = out->at[i];
    }
    out->count = kept;
    return MT_OK;
}

/* Which shards hold decisions at all: mostly few. */
static enum mt_status shards_ask(struct mt_redis *redis, const struct mt_keys *keys, bool *out_shards)
{
    for (uint32_t shard = 0; shard < keys->shard_count; shard++) {
        struct mt_key_text key = mt_keys_shard_of(keys, shard, "reviewed");
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("EXISTS"), MT_KEY_WORD(key)};

        mt_redis_send(redis, words, 2);
    }
    if (mt_redis_flush(redis) != MT_OK)
        return MT_UNAVAILABLE;
    for (uint32_t shard = 0; shard < keys->shard_count; shard++) {
        redisReply *reply = mt_redis_take(redis);

        if (reply == NULL)
            return MT_UNAVAILABLE;
        out_shards[shard] = reply->integer > 0;
        mt_redis_free(reply);
    }
    return MT_OK;
}

/* How many of the questions from `at` on go into one command. */
static size_t chunk_of(const struct questions *questions, size_t at)
{
    size_t count = 0;

    while (at + count < questions->count && count < MT_REVIEWS_CHUNK && questions->at[at + count].shard == questions->at[at].shard)
        count++;
    return count;
}

static enum mt_status links_take(struct mt_redis *redis, const struct question *questions, size_t count, struct mt_reviews *reviews)
{
    redisReply *reply = mt_redis_take(redis);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    struct mt_review_link *links = realloc(reviews->links, (reviews->link_count + count + 1) * sizeof *links);
    if (links == NULL) {
        mt_redis_free(reply);
        return MT_NO_MEMORY;
    }
    reviews->links = links;
    for (size_t i = 0; i < count && i < reply->elements; i++) {
        const redisReply *to = reply->element[i];

        if (to->type != REDIS_REPLY_STRING || to->len != sizeof links->to.bytes)
            continue;
        struct mt_review_link *link = &links[reviews->link_count++];
        *link = (struct mt_review_link){.network = questions[i].network, .key = questions[i].key};
        memcpy(link->to.bytes, to->str, sizeof link->to.bytes);
    }
    mt_redis_free(reply);
    return MT_OK;
}

/* One command at a time: after the shards without decisions are left out there are few. */
static enum mt_status links_read(struct mt_redis *redis, const struct mt_keys *keys, const struct questions *questions, struct mt_reviews *reviews)
{
    enum mt_status status = MT_OK;

    for (size_t at = 0, count; at < questions->count && status == MT_OK; at += count) {
        struct mt_key_text key = mt_keys_shard_of(keys, questions->at[at].shard, "reviewed");
        struct mt_redis_word words[2 + MT_REVIEWS_CHUNK] = {MT_REDIS_WORD_TEXT("HMGET"), MT_KEY_WORD(key)};

        count = chunk_of(questions, at);
        for (size_t i = 0; i < count; i++)
            words[2 + i] = (struct mt_redis_word){questions->at[at + i].key.bytes, 16};
        mt_redis_send(redis, words, 2 + count);
        status = mt_redis_flush(redis);
        if (status == MT_OK)
            status = links_take(redis, questions->at + at, count, reviews);
    }
    return status;
}

/* --- the records ---------------------------------------------------------------------------------------------------- */

static int stored_compare(const void *left, const void *right)
{
    return key_compare(&((const struct mt_review_stored *)left)->key, &((const struct mt_review_stored *)right)->key);
}

static int link_compare(const void *left, const void *right)
{
    const struct mt_review_link *a = left, *b = right;

    if (a->network != b->network)
        return a->network < b->network ? -1 : 1;
    int order = key_compare(&a->to, &b->to);
    return order != 0 ? order : mt_key_compare(&a->key, &b->key);
}

static enum mt_status records_name(struct mt_reviews *reviews)
{
    size_t kept = 0;

    reviews->records = calloc(reviews->link_count + 1, sizeof *reviews->records);
    if (reviews->records == NULL)
        return MT_NO_MEMORY;
    for (size_t i = 0; i < reviews->link_count; i++)
        reviews->records[i].key = reviews->links[i].to;
    if (reviews->link_count > 0)
        qsort(reviews->records, reviews->link_count, sizeof *reviews->records, stored_compare);
    for (size_t i = 0; i < reviews->link_count; i++) {
        if (kept == 0 || stored_compare(&reviews->records[kept - 1], &reviews->records[i]) != 0)
            reviews->records[kept++] = reviews->records[i];
    }
    reviews->record_count = kept;
    return MT_OK;
}

static void record_request(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_review_key *review)
{
    struct mt_key_text key = mt_keys_shard_of(keys, mt_keys_shard(keys, review->bytes), "review");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGET"), MT_KEY_WORD(key), {review->bytes, sizeof review->bytes}};

    mt_redis_send(redis, words, 3);
}

/* A record that is gone, or no JSON, is as if nobody had decided. */
static enum mt_status records_round(struct mt_redis *redis, const struct mt_keys *keys, struct mt_review_stored *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        record_request(redis, keys, &records[i].key);
    if (mt_redis_flush(redis) != MT_OK)
        return MT_UNAVAILABLE;
    for (size_t i = 0; i < count; i++) {
        redisReply *reply = mt_redis_take(redis);

        if (reply == NULL)
            return MT_UNAVAILABLE;
        if (reply->type == REDIS_REPLY_STRING)
            records[i].json = json_loadb(reply->str, (size_t)reply->len, 0, NULL);
        mt_redis_free(reply);
    }
    return MT_OK;
}

#define RECORDS_ROUND 64 /* of about 100 bytes a transfer */

static enum mt_status records_read(struct mt_redis *redis, const struct mt_keys *keys, struct mt_reviews *reviews)
{
    enum mt_status status = MT_OK;

    for (size_t at = 0; at < reviews->record_count && status == MT_OK; at += RECORDS_ROUND)
        status = records_round(redis, keys, reviews->records + at, reviews->record_count - at < RECORDS_ROUND ? reviews->record_count - at : RECORDS_ROUND);
    for (size_t i = 0; i < reviews->link_count && status == MT_OK; i++) {
        const struct mt_review_stored wanted = {.key = reviews->links[i].to};
        const struct mt_review_stored *found = bsearch(&wanted, reviews->records, reviews->record_count, sizeof wanted, stored_compare);

        reviews->links[i].record = (uint32_t)(found - reviews->records);
    }
    return status;
}

enum mt_status mt_reviews_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_finding *const *findings,
                               const struct mt_networks *networks, struct mt_reviews *out_reviews)
{
    struct mt_reviews reviews = {0};
    struct questions questions = {0};
    bool shards[MT_SHARDS_MAX];
    enum mt_status status = shards_ask(redis, keys, shards);

    if (status == MT_OK)
        status = questions_make(keys, findings, networks, shards, &questions);
    if (status == MT_OK)
        status = links_read(redis, keys, &questions, &reviews);
    if (status == MT_OK)
        status = records_name(&reviews);
    if (status == MT_OK)
        status = records_read(redis, keys, &reviews);
    free(questions.at);
    if (status != MT_OK) {
        mt_reviews_free(&reviews);
        return status;
    }
    if (reviews.link_count > 0)
        qsort(reviews.links, reviews.link_count, sizeof *reviews.links, link_compare);
    *out_reviews = reviews;
    return MT_OK;
}

void mt_reviews_free(struct mt_reviews *reviews)
{
    for (size_t i = 0; i < reviews->record_count; i++)
        json_decref(reviews->records[i].json);
    free(reviews->links);
    free(reviews->records);
    *reviews = (struct mt_reviews){0};
}

/* The network's links are a run, found by halving. */
static size_t links_of(const struct mt_reviews *reviews, uint32_t network)
{
    size_t low = 0, high = reviews->link_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (reviews->links[middle].network < network)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

json_t *mt_reviews_of(const struct mt_reviews *reviews, uint32_t network)
{
    for (size_t i = links_of(reviews, network); i < reviews->link_count && reviews->links[i].network == network; i++) {
        json_t *json = reviews->records[reviews->links[i].record].json;

        if (json != NULL)
            return json;
    }
    return NULL;
}

/* --- writing -------------------------------------------------------------------------------------------------------- */

/* Sends the three steps' commands; how many. Their order on the connection is the order in which Redis does them. */
static size_t record_send(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_review_key *review, const char *json)
{
    struct mt_key_text key = mt_keys_shard_of(keys, mt_keys_shard(keys, review->bytes), "review");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HSET"), MT_KEY_WORD(key), {review->bytes, sizeof review->bytes}, {json, strlen(json)}};

    mt_redis_send(redis, words, 4);
    return 1;
}

static size_t pointer_send(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_transfer_key *from, const struct mt_review_key *review)
{
    struct mt_key_text key = mt_keys_shard_of(keys, mt_keys_shard(keys, from->bytes), "reviewed");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HSET"), MT_KEY_WORD(key), {from->bytes, 16}, {review->bytes, sizeof review->bytes}};

    mt_redis_send(redis, words, 4);
    return 1;
}

static bool linked_elsewhere(const struct mt_reviews *reviews, uint32_t record, uint32_t network)
{
    for (size_t i = 0; i < reviews->link_count; i++) {
        if (reviews->links[i].record == record && reviews->links[i].network != network)
            return true;
    }
    return false;
}

static size_t deletion_send(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_review_key *review)
{
    struct mt_key_text key = mt_keys_shard_of(keys, mt_keys_shard(keys, review->bytes), "review");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HDEL"), MT_KEY_WORD(key), {review->bytes, sizeof review->bytes}};

    mt_redis_send(redis, words, 3);
    return 1;
}

static enum mt_status steps_send(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_reviews *reviews, uint32_t network,
                                 const struct mt_network_view *view, const struct mt_review_key *review, const char *json)
{
    size_t first = links_of(reviews, network), sent = record_send(redis, keys, review, json);

    for (uint32_t i = 0; i < view->network->finding_count; i++)
        sent += pointer_send(redis, keys, &view->findings[view->network->findings[i]]->id, review);
    for (size_t i = first; i < reviews->link_count && reviews->links[i].network == network; i++)
        sent += pointer_send(redis, keys, &reviews->links[i].key, review);
    for (size_t i = first; i < reviews->link_count && reviews->links[i].network == network; i++) {
        bool again = i > first && reviews->links[i].record == reviews->links[i - 1].record;

        if (!again && memcmp(&reviews->links[i].to, review, sizeof *review) != 0 && !linked_elsewhere(reviews, reviews->links[i].record, network))
            sent += deletion_send(redis, keys, &reviews->links[i].to);
    }
    enum mt_status status = mt_redis_flush(redis);
    return status == MT_OK ? mt_redis_skip(redis, sent) : status;
}

/* The distinct records that the network's keys point to, latest first; malloc'ed. */
static const json_t **earlier_of(const struct mt_reviews *reviews, uint32_t network, size_t *out_count)
{
    const json_t **earlier = malloc((reviews->record_count + 1) * sizeof *earlier);

    *out_count = 0;
    for (size_t i = links_of(reviews, network); earlier != NULL && i < reviews->link_count && reviews->links[i].network == network; i++) {
        const json_t *json = reviews->records[reviews->links[i].record].json;

        if (json != NULL && (*out_count == 0 || earlier[*out_count - 1] != json))
            earlier[(*out_count)++] = json;
    }
    return earlier;
}

enum mt_status mt_reviews_write(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_reviews *reviews, uint32_t network,
                                const struct mt_network_view *view, const struct mt_decision *decision, int64_t now_ms)
{
    const struct mt_review_key review = review_key(&view->network->id, now_ms);
    size_t earlier_count;
    const json_t **earlier = earlier_of(reviews, network, &earlier_count);
    json_t *record = earlier != NULL ? mt_review_record(view, decision, now_ms, earlier, earlier_count) : NULL;
    char *json = record != NULL ? json_dumps(record, JSON_COMPACT) : NULL;
    enum mt_status status = json != NULL ? steps_send(redis, keys, reviews, network, view, &review, json) : MT_NO_MEMORY;

    free(json);
    json_decref(record);
    free(earlier);
    return status;
}

/* --- all of them ---------------------------------------------------------------------------------------------------- */

/* Whether the record's own network id still points to it: one that was replaced, or whose writing broke off, does not hold. */
static enum mt_status record_holds(struct mt_redis *redis, const struct mt_keys *keys, const redisReply *field, bool *out_holds)
{
    const uint8_t *id = (const uint8_t *)field->str;
    struct mt_key_text key = mt_keys_shard_of(keys, mt_keys_shard(keys, id), "reviewed");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGET"), MT_KEY_WORD(key), {id, 16}};
    redisReply *reply = mt_redis_ask(redis, words, 3);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    *out_holds = reply->type == REDIS_REPLY_STRING && reply->len == field->len && memcmp(reply->str, field->str, field->len) == 0;
    mt_redis_free(reply);
    return MT_OK;
}

static enum mt_status record_visit(struct mt_redis *redis, const struct mt_keys *keys, const redisReply *field, const redisReply *value,
                                   mt_review_take *take, void *self, bool *more)
{
    bool holds = false;
    enum mt_status status = field->len == sizeof(struct mt_review_key) ? record_holds(redis, keys, field, &holds) : MT_OK;
    json_t *record = holds ? json_loadb(value->str, value->len, 0, NULL) : NULL;

    if (record != NULL)
        *more = take(self, record);
    json_decref(record);
    return status;
}

/* One HSCAN after another. Redis may give a field twice while the hash grows: readers of labels take the last line of a network. */
static enum mt_status shard_visit(struct mt_redis *redis, const struct mt_keys *keys, uint32_t shard, mt_review_take *take, void *self, bool *more)
{
    struct mt_key_text key = mt_keys_shard_of(keys, shard, "review");
    char cursor[24] = "0";
    enum mt_status status = MT_OK;

    do {
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HSCAN"), MT_KEY_WORD(key), {cursor, strlen(cursor)}, MT_REDIS_WORD_TEXT("COUNT"),
                                              MT_REDIS_WORD_TEXT("64")};
        redisReply *reply = mt_redis_ask(redis, words, 5);

        if (reply == NULL || reply->elements != 2) {
            mt_redis_free(reply);
            return MT_UNAVAILABLE;
        }
        snprintf(cursor, sizeof cursor, "%s", reply->element[0]->str);
        for (size_t i = 0; i + 1 < reply->element[1]->elements && *more && status == MT_OK; i += 2)
            status = record_visit(redis, keys, reply->element[1]->element[i], reply->element[1]->element[i + 1], take, self, more);
        mt_redis_free(reply);
    } while (strcmp(cursor, "0") != 0 && *more && status == MT_OK);
    return status;
}

enum mt_status mt_reviews_visit(struct mt_redis *redis, const struct mt_keys *keys, mt_review_take *take, void *self)
{
    enum mt_status status = MT_OK;
    bool more = true;

    for (uint32_t shard = 0; shard < keys->shard_count && more && status == MT_OK; shard++)
        status = shard_visit(redis, keys, shard, take, self, &more);
    return status;
}
