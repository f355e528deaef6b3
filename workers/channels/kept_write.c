#include "kept.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY_TTL "34560000" /* MT_KEPT_DAYS */
static_assert(MT_KEPT_DAYS * 86400 == 34560000, "the time to live above");

/* --- one step of several commands, or none of them ------------------------------------------------------------------ */

struct step {
    struct mt_redis *redis;
    size_t sent;
};

static struct step step_begin(struct mt_redis *redis)
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("MULTI")};

    mt_redis_send(redis, words, 1);
    return (struct step){redis, 1};
}

static void step_send(struct step *step, const struct mt_redis_word *words, size_t count)
{
    mt_redis_send(step->redis, words, count);
    step->sent++;
}

/* A command that failed is an error inside the answer, and the others are done. */
static enum mt_status step_end(struct step *step)
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("EXEC")};

    mt_redis_send(step->redis, words, 1);
    enum mt_status status = mt_redis_flush(step->redis);
    if (status == MT_OK)
        status = mt_redis_skip(step->redis, step->sent);
    redisReply *reply = status == MT_OK ? mt_redis_take(step->redis) : NULL;
    if (reply == NULL)
        return status == MT_OK ? MT_UNAVAILABLE : status;
    for (size_t i = 0; i < reply->elements; i++)
        status = reply->element[i]->type == REDIS_REPLY_ERROR ? MT_BAD_STATE : status;
    mt_redis_free(reply);
    return status;
}

static void send_delete(struct step *step, const struct mt_key_text *key)
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("DEL"), MT_KEY_WORD(*key)};

    step_send(step, words, 2);
}

static void send_field(struct step *step, const struct mt_key_text *key, const char *field, const char *value, size_t size)
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HSET"), MT_KEY_WORD(*key), {field, strlen(field)}, {value, size}};

    step_send(step, words, 4);
}

/* --- counts per day ------------------------------------------------------------------------------------------------- */

static void send_day(struct step *step, const struct mt_key_text *key, const char *field, struct mt_channel_day flows)
{
    char text[64];
    int size = snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64, flows.flagged, flows.ordinary);

    send_field(step, key, field, text, (size_t)size);
}

static enum mt_status day_write(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_telling *telling, const struct mt_channel_id *ids,
                                size_t id_count, int64_t day)
{
    static const char *const grains[] = {
#define GRAIN_NAME(name, text) text,
        MT_CHANNEL_GRAIN_TABLE(GRAIN_NAME)
#undef GRAIN_NAME
    };
    char name[32] = "channels:";
    struct step step = step_begin(redis);

    mt_channel_day_print(day, name + strlen(name));
    const struct mt_key_text key = mt_keys_shard_of(keys, 0, name);
    const struct mt_redis_word expire[] = {MT_REDIS_WORD_TEXT("EXPIRE"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT(DAY_TTL)};
    send_delete(&step, &key);
    for (int grain = 0; grain < MT_CHANNEL_GRAIN_COUNT; grain++)
        send_day(&step, &key, grains[grain], mt_channels_day_all(telling->channels, (enum mt_channel_grain)grain, day));
    for (size_t i = 0; i < id_count; i++) {
        struct mt_channel_day flows = mt_channels_day(telling->channels, i, day);

        if (flows.flagged + flows.ordinary > 0)
            send_day(&step, &key, ids[i].text, flows);
    }
    step_send(&step, expire, 3);
    return step_end(&step);
}

/* --- reports that stay ---------------------------------------------------------------------------------------------- */

static int64_t judged_from(const struct mt_telling *telling)
{
    int64_t first_day, last_day;

    mt_channels_days(telling->channels, &first_day, &last_day);
    return first_day + telling->limits->recent_days + telling->limits->past_days - 1;
}

/* Whether a report's day is none of those judged; nothing is judged where there are no days. Dates of one length compare as text. */
static bool report_stays(const struct mt_telling *telling, const char *content)
{
    static const char member[] = "\"day\":\"";
    const char *at = strstr(content, member);
    int64_t first_day, last_day;
    char from[16];

    mt_channels_days(telling->channels, &first_day, &last_day);
    mt_channel_day_print(judged_from(telling), from);
    return last_day < first_day || (at != NULL && strncmp(at + sizeof member - 1, from, 10) < 0);
}

static redisReply *reports_ask(struct mt_redis *redis, const struct mt_keys *keys)
{
    struct mt_key_text key = mt_keys_shard_of(keys, 0, "channels");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGETALL"), MT_KEY_WORD(key)};

    return mt_redis_ask(redis, words, 2);
}

/* Sent after the new ones, so that an old report of a channel replaces the new one: it was new then, and is no more. */
static void old_reports_send(struct step *step, const struct mt_key_text *key, const redisReply *reports, const struct mt_telling *telling)
{
    for (size_t i = 0; i + 1 < reports->elements; i += 2) {
        const redisReply *id = reports->element[i], *content = reports->element[i + 1];

        if (report_stays(telling, content->str))
            send_field(step, key, id->str, content->str, (size_t)content->len);
    }
}

/* --- all of it ------------------------------------------------------------------------------------------------------ */

static void channel_send(struct step *step, const struct mt_key_text *key, const char *id, const struct mt_channel_told *told)
{
    char content[MT_CHANNEL_BYTES_MAX];
    size_t size = mt_channel_content_print(told, content, sizeof content);

    MT_ASSERT(size > 0);
    send_field(step, key, id, content, size);
}

static void reports_send(struct step *step, const struct mt_keys *keys, const struct mt_kept_write *write, const struct mt_channel_id *ids,
                         const redisReply *before)
{
    const struct mt_key_text key = mt_keys_shard_of(keys, 0, "channels");

    send_delete(step, &key);
    for (size_t i = 0; i < write->report_count; i++) {
        const struct mt_channel_report *report = &write->reports[i];
        const struct mt_channel_told told = mt_told_of(&write->telling, report->channel, true, report->day, &report->figures);

        channel_send(step, &key, ids[report->channel].text, &told);
    }
    old_reports_send(step, &key, before, &write->telling);
}

static enum mt_status now_send(struct step *step, const struct mt_keys *keys, const struct mt_kept_write *write, const struct mt_channel_id *ids,
                               size_t id_count)
{
    const struct mt_key_text key = mt_keys_shard_of(keys, 0, "channels-now");
    int64_t first_day, last_day;

    mt_channels_days(write->telling.channels, &first_day, &last_day);
    send_delete(step, &key);
    for (size_t i = 0; i < id_count; i++) {
        struct mt_channel_figures figures;
        enum mt_status status = mt_channels_look(write->telling.channels, write->telling.limits, i, last_day, &figures);

        if (status != MT_OK)
            return status;
        const struct mt_channel_told told = mt_told_of(&write->telling, i, false, last_day, &figures);
        if (figures.flagged > 0 || mt_notebook_find(write->notebook, ids[i].text) != NULL)
            channel_send(step, &key, ids[i].text, &told);
    }
    return MT_OK;
}

static void count_send(struct step *step, const struct mt_keys *keys, const struct mt_kept_write *write)
{
    const struct mt_key_text key = mt_keys_shard_of(keys, 0, "channel-count");
    int64_t first_day, last_day;
    char text[128];

    mt_channels_days(write->telling.channels, &first_day, &last_day);
    int size = snprintf(text, sizeof text, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, write->now_ms, first_day, last_day,
                        judged_from(&write->telling));
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("SET"), MT_KEY_WORD(key), {text, (size_t)size}};
    step_send(step, words, 3);
}

static enum mt_status list_write(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_kept_write *write,
                                 const struct mt_channel_id *ids, size_t id_count)
{
    redisReply *before = reports_ask(redis, keys);

    if (before == NULL)
        return MT_UNAVAILABLE;
    struct step step = step_begin(redis);
    reports_send(&step, keys, write, ids, before);
    mt_redis_free(before);
    enum mt_status status = now_send(&step, keys, write, ids, id_count);
    if (status != MT_OK)
        return status;
    count_send(&step, keys, write);
    return step_end(&step);
}

enum mt_status mt_kept_write(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_kept_write *write)
{
    int64_t first_day, last_day;
    size_t count;

    mt_channels_all(write->telling.channels, &count);
    mt_channels_days(write->telling.channels, &first_day, &last_day);
    struct mt_channel_id *ids = calloc(count + 1, sizeof *ids);
    enum mt_status status = ids != NULL ? MT_OK : MT_NO_MEMORY;
    for (size_t i = 0; ids != NULL && i < count; i++)
        mt_telling_id(&write->telling, i, &ids[i]);
    for (int64_t day = first_day; day <= last_day && status == MT_OK; day++)
        status = day_write(redis, keys, &write->telling, ids, count, day);
    if (status == MT_OK)
        status = list_write(redis, keys, write, ids, count);
    free(ids);
    return status;
}
