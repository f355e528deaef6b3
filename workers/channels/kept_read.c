#include "kept.h"

#include "graph/episode.h"
#include "notes_store.h"
#include "schemas/event.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* --- reading -------------------------------------------------------------------------------------------------------- */

enum mt_status mt_kept_count_read(struct mt_redis *redis, const struct mt_keys *keys, struct mt_kept_count *out_count)
{
    struct mt_key_text key = mt_keys_shard_of(keys, 0, "channel-count");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("GET"), MT_KEY_WORD(key)};
    redisReply *reply = mt_redis_ask(redis, words, 2);
    struct mt_kept_count count = {0};

    if (reply == NULL)
        return MT_UNAVAILABLE;
    if (reply->type == REDIS_REPLY_STRING && sscanf(reply->str, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64, &count.counted_ms, &count.first_day,
                                                    &count.last_day, &count.judged_from) != 4)
        count = (struct mt_kept_count){0};
    mt_redis_free(reply);
    *out_count = count;
    return MT_OK;
}

static redisReply *hash_ask(struct mt_redis *redis, const struct mt_keys *keys, const char *name)
{
    struct mt_key_text key = mt_keys_shard_of(keys, 0, name);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGETALL"), MT_KEY_WORD(key)};

    return mt_redis_ask(redis, words, 2);
}

/* "day":"2026-07-09" of a content as days since 1970; 0 when it has none. */
static int64_t day_of(const char *content)
{
    const char *at = strstr(content, "\"day\":\"");
    enum mt_reject_code code;
    char time[32] = "";
    int64_t time_ms = 0;

    if (at == NULL || strlen(at) < 17)
        return 0;
    snprintf(time, sizeof time, "%.10sT00:00:00Z", at + 7);
    return mt_time_parse(time, strlen(time), &time_ms, &code) ? mt_day_of_time(time_ms) : 0;
}

static void channel_take(struct mt_kept *kept, const char *id, const redisReply *content)
{
    const bool is_new = strstr(content->str, ",\"new\":true,") != NULL;
    const struct mt_note *note = mt_notebook_find(&kept->notebook, id);

    kept->channels[kept->channel_count++] = (struct mt_kept_channel){
        .key = mt_channel_key_of(id),
        .id = id,
        .content = content->str,
        .content_size = (size_t)content->len,
        .note = note,
        .state = mt_note_remark(note, is_new).state,
        .is_new = is_new,
        .day = day_of(content->str),
    };
}

int mt_kept_compare(const struct mt_kept_channel *left, const struct mt_kept_channel *right)
{
    if (left->is_new != right->is_new)
        return left->is_new ? -1 : 1;
    if (left->day != right->day)
        return left->day > right->day ? -1 : 1;
    return memcmp(left->key.bytes, right->key.bytes, sizeof left->key.bytes);
}

static int order_compare(const void *left, const void *right)
{
    return mt_kept_compare(left, right);
}

static int key_compare(const void *left, const void *right)
{
    const struct mt_kept_channel *a = left, *b = right;
    int order = memcmp(a->key.bytes, b->key.bytes, sizeof a->key.bytes);

    return order != 0 ? order : (int)b->is_new - (int)a->is_new;
}

/* One content of each channel is told: of a watched one how it is now, else the report. */
static void channels_merge(struct mt_kept *kept)
{
    struct mt_kept_channel *channels = kept->channels;
    size_t told = 0, count = kept->channel_count;

    if (count == 0)
        return;
    qsort(channels, count, sizeof *channels, key_compare);
    for (size_t i = 0; i < count; i++) {
        bool twice = i + 1 < count && memcmp(&channels[i].key, &channels[i + 1].key, sizeof channels[i].key) == 0;

        channels[told++] = channels[twice && channels[i].state == MT_CHANNEL_WATCHED ? i + 1 : i];
        i += twice;
    }
    kept->channel_count = told;
    qsort(channels, told, sizeof *channels, order_compare);
}

static enum mt_status channels_reserve(struct mt_kept *kept, size_t more)
{
    struct mt_kept_channel *channels = realloc(kept->channels, (kept->channel_count + more + 1) * sizeof *channels);

    if (channels == NULL)
        return MT_NO_MEMORY;
    kept->channels = channels;
    return MT_OK;
}

/* Fields and contents, in turn. */
static enum mt_status hash_take(struct mt_kept *kept, redisReply *take_reply, redisReply **out_held)
{
    if (take_reply == NULL)
        return MT_UNAVAILABLE;
    *out_held = take_reply;
    enum mt_status status = channels_reserve(kept, take_reply->elements / 2);
    for (size_t i = 0; i + 1 < take_reply->elements && status == MT_OK; i += 2)
        channel_take(kept, take_reply->element[i]->str, take_reply->element[i + 1]);
    return status;
}

static redisReply *remarked_ask(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_notebook *notebook)
{
    struct mt_key_text key = mt_keys_shard_of(keys, 0, "channels-now");
    struct mt_redis_word *words = malloc((notebook->count + 2) * sizeof *words);

    if (words == NULL)
        return NULL;
    words[0] = MT_REDIS_WORD_TEXT("HMGET");
    words[1] = MT_KEY_WORD(key);
    for (size_t i = 0; i < notebook->count; i++)
        words[2 + i] = (struct mt_redis_word){notebook->notes[i].id.text, strlen(notebook->notes[i].id.text)};
    redisReply *reply = mt_redis_ask(redis, words, 2 + notebook->count);
    free(words);
    return reply;
}

/* Of the last day's only the remarked ones. */
static enum mt_status remarked_take(struct mt_kept *kept, redisReply *take_reply)
{
    if (take_reply == NULL)
        return MT_UNAVAILABLE;
    kept->replies[1] = take_reply;
    enum mt_status status = channels_reserve(kept, take_reply->elements);
    for (size_t i = 0; i < take_reply->elements && status == MT_OK; i++) {
        if (take_reply->element[i]->type == REDIS_REPLY_STRING)
            channel_take(kept, kept->notebook.notes[i].id.text, take_reply->element[i]);
    }
    return status;
}

static enum mt_status now_read(struct mt_redis *redis, const struct mt_keys *keys, bool all, struct mt_kept *kept)
{
    if (all)
        return hash_take(kept, hash_ask(redis, keys, "channels-now"), &kept->replies[1]);
    return kept->notebook.count > 0 ? remarked_take(kept, remarked_ask(redis, keys, &kept->notebook)) : MT_OK;
}

enum mt_status mt_kept_read(struct mt_redis *redis, const struct mt_keys *keys, bool all, struct mt_kept *out_kept)
{
    struct mt_kept kept = {0};
    enum mt_status status = mt_kept_count_read(redis, keys, &kept.count);

    if (status == MT_OK)
        status = mt_notes_read(redis, keys, &kept.notebook);
    if (status == MT_OK)
        status = hash_take(&kept, hash_ask(redis, keys, "channels"), &kept.replies[0]);
    if (status == MT_OK)
        status = now_read(redis, keys, all, &kept);
    if (status != MT_OK) {
        mt_kept_free(&kept);
        return status;
    }
    channels_merge(&kept);
    *out_kept = kept;
    return MT_OK;
}

void mt_kept_free(struct mt_kept *kept)
{
    mt_notebook_free(&kept->notebook);
    mt_redis_free(kept->replies[0]);
    mt_redis_free(kept->replies[1]);
    free(kept->channels);
    *kept = (struct mt_kept){0};
}

size_t mt_kept_print(const struct mt_kept_channel *channel, char out_bytes[MT_CHANNEL_BYTES_MAX])
{
    const struct mt_channel_remark remark = mt_note_remark(channel->note, channel->is_new);

    return mt_channel_print(channel->content, channel->content_size, &remark, out_bytes, MT_CHANNEL_BYTES_MAX);
}

/* --- one channel's days --------------------------------------------------------------------------------------------- */

static void day_ask(struct mt_redis *redis, const struct mt_keys *keys, const char *id, int64_t day)
{
    const struct mt_redis_word grain = {id, strcspn(id, "=")};
    char name[32] = "channels:";

    mt_channel_day_print(day, name + strlen(name));
    const struct mt_key_text key = mt_keys_shard_of(keys, 0, name);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HMGET"), MT_KEY_WORD(key), grain, {id, strlen(id)}};
    mt_redis_send(redis, words, 4);
}

static struct mt_channel_day day_read(const redisReply *reply)
{
    struct mt_channel_day flows = {0};

    if (reply->type == REDIS_REPLY_STRING && sscanf(reply->str, "%" SCNu64 " %" SCNu64, &flows.flagged, &flows.ordinary) != 2)
        flows = (struct mt_channel_day){0};
    return flows;
}

static void day_print(int64_t day, const redisReply *reply, bool first, struct mt_print *print)
{
    const struct mt_channel_day all = day_read(reply->element[0]), one = day_read(reply->element[1]);
    char text[16];

    mt_channel_day_print(day, text);
    mt_print_format(print, "%s{\"day\":\"%s\",\"flagged\":%" PRIu64 ",\"flagged_all\":%" PRIu64, first ? "" : ",", text, one.flagged, all.flagged);
    mt_print_format(print, ",\"ordinary\":%" PRIu64 ",\"ordinary_all\":%" PRIu64 "}", one.ordinary, all.ordinary);
}

enum mt_status mt_kept_days_print(struct mt_redis *redis, const struct mt_keys *keys, const char *id, int64_t last_day, struct mt_print *print)
{
    const int64_t first_day = last_day - MT_KEPT_DAYS + 1;
    bool first = true;

    for (int64_t day = first_day; day <= last_day; day++)
        day_ask(redis, keys, id, day);
    enum mt_status status = mt_redis_flush(redis);
    mt_print_text(print, "\"days\":[");
    for (int64_t day = first_day; day <= last_day && status == MT_OK; day++) {
        redisReply *reply = mt_redis_take(redis);

        if (reply == NULL)
            return MT_UNAVAILABLE;
        if (reply->elements == 2 && reply->element[0]->type == REDIS_REPLY_STRING) {
            day_print(day, reply, first, print);
            first = false;
        }
        mt_redis_free(reply);
    }
    mt_print_text(print, "]");
    return status;
}
