#include "channel_page.h"

#include "schemas/event.h"
#include "workers/channels/kept.h"
#include "workers/channels/notes_store.h"
#include "workers/kit/hex.h"
#include "workers/kit/log.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#define FRAME_BYTES 1024
#define DAY_BYTES 128
#define PREFIX "/v1/channels/"
#define SUFFIX "/state"

static void put_counted(struct mt_print *print, const struct mt_kept_count *count)
{
    int64_t age_ms = mt_clock_ms() - count->counted_ms;
    char time[32];

    mt_time_print(count->counted_ms, time);
    mt_print_format(print, ",\"counted\":\"%s\",\"age_seconds\":%" PRId64, time, age_ms > 0 ? age_ms / 1000 : 0);
}

static void put_channel(struct mt_print *print, const struct mt_kept_channel *channel)
{
    char bytes[MT_CHANNEL_BYTES_MAX];
    size_t size = mt_kept_print(channel, bytes);

    MT_ASSERT(size > 0);
    mt_print_bytes(print, bytes, size);
}

/* --- the list ------------------------------------------------------------------------------------------------------- */

/* A place's time: new ones are a class of their own before the others, whose days are far below. */
#define NEW_PLACE INT64_C(1000000)

static int64_t place_of(const struct mt_kept_channel *channel)
{
    return (channel->is_new ? NEW_PLACE : 0) + channel->day;
}

static bool is_behind(const struct mt_kept_channel *channel, const struct mt_findings_place *after)
{
    struct mt_kept_channel place = {.is_new = after->last_ms >= NEW_PLACE, .day = after->last_ms % NEW_PLACE};

    memcpy(place.key.bytes, after->id.bytes, sizeof place.key.bytes);
    return !after->live || mt_kept_compare(&place, channel) < 0;
}

/* What the list leaves out does not stand in it: with `all` nothing. */
static size_t listed_keep(struct mt_kept *kept, bool all, size_t *out_quiet)
{
    size_t listed = 0;

    *out_quiet = 0;
    for (size_t i = 0; i < kept->channel_count; i++) {
        bool honest = kept->channels[i].state == MT_CHANNEL_HONEST;

        *out_quiet += honest && !all;
        if (all || !honest)
            kept->channels[listed++] = kept->channels[i];
    }
    return listed;
}

static void put_list(struct mt_print *print, struct mt_kept *kept, const struct mt_page_query *query)
{
    size_t quiet, total = listed_keep(kept, query->all != 0, &quiet), first = 0, count = 0;
    char first_day[16], last_day[16], judged_from[16];

    while (first < total && !is_behind(&kept->channels[first], &query->after))
        first++;
    mt_print_text(print, "{\"channels\":[");
    for (; count < (size_t)query->limit && first + count < total; count++) {
        mt_print_text(print, count > 0 ? "," : "");
        put_channel(print, &kept->channels[first + count]);
    }
    mt_print_format(print, "],\"count\":%zu,\"total\":%zu,\"quiet\":%zu", count, total, quiet);
    put_counted(print, &kept->count);
    mt_channel_day_print(kept->count.first_day, first_day);
    mt_channel_day_print(kept->count.last_day, last_day);
    mt_channel_day_print(kept->count.judged_from, judged_from);
    if (kept->count.last_day >= kept->count.first_day)
        mt_print_format(print, ",\"days\":{\"first\":\"%s\",\"last\":\"%s\",\"judged_from\":\"%s\"}", first_day, last_day, judged_from);
    if (first + count < total) {
        const struct mt_kept_channel *last = &kept->channels[first + count - 1];

        mt_print_format(print, ",\"next\":\"%" PRId64 "-", place_of(last));
        mt_print_hex(print, last->key.bytes, sizeof last->key.bytes);
        mt_print_text(print, "\"");
    }
}

/* Reads; *out_counted false, and a page that says so, when nothing has ever been counted. */
static enum mt_status kept_read(struct mt_pages *pages, bool all, struct mt_kept *kept, bool *out_counted, struct mt_page *page)
{
    enum mt_status status = mt_kept_read(pages->redis, &pages->keys, all, kept);

    *out_counted = status == MT_OK && kept->count.counted_ms != 0;
    if (status == MT_OK && !*out_counted)
        mt_page_error(503, "not_counted_yet", page);
    return status;
}

enum mt_status mt_channels_page(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page)
{
    struct mt_kept kept = {0};
    bool counted;
    enum mt_status status = kept_read(pages, query->all != 0, &kept, &counted, out_page);

    if (counted) {
        size_t most = kept.channel_count < (size_t)query->limit ? kept.channel_count : (size_t)query->limit;
        size_t capacity = most * (MT_CHANNEL_BYTES_MAX + 1) + FRAME_BYTES;
        struct mt_print print = mt_print_into(malloc(capacity), capacity);

        status = MT_NO_MEMORY;
        if (print.at != NULL) {
            put_list(&print, &kept, query);
            status = mt_page_end(&print, out_page);
        }
    }
    mt_kept_free(&kept);
    return status;
}

/* --- one channel ---------------------------------------------------------------------------------------------------- */

/* NULL, and a page that says so, when there is none of this key. */
static const struct mt_kept_channel *channel_find(const struct mt_kept *kept, const char *hex, struct mt_page *page)
{
    struct mt_channel_key key;

    for (size_t i = 0; mt_hex_read(hex, key.bytes) && i < kept->channel_count; i++) {
        if (memcmp(&kept->channels[i].key, &key, sizeof key) == 0)
            return &kept->channels[i];
    }
    mt_page_error(404, "no_such_channel", page);
    return NULL;
}

static enum mt_status channel_print(struct mt_pages *pages, const struct mt_kept *kept, const struct mt_kept_channel *channel, struct mt_page *page)
{
    const size_t capacity = MT_CHANNEL_BYTES_MAX + MT_KEPT_DAYS * DAY_BYTES + FRAME_BYTES;
    struct mt_print print = mt_print_into(malloc(capacity), capacity);

    if (print.at == NULL)
        return MT_NO_MEMORY;
    mt_print_text(&print, "{\"channel\":");
    put_channel(&print, channel);
    mt_print_text(&print, ",");
    enum mt_status status = mt_kept_days_print(pages->redis, &pages->keys, channel->id, kept->count.last_day, &print);
    put_counted(&print, &kept->count);
    if (status == MT_OK)
        return mt_page_end(&print, page);
    free(print.at);
    return status;
}

enum mt_status mt_channel_page(struct mt_pages *pages, const char *key, struct mt_page *out_page)
{
    struct mt_kept kept = {0};
    bool counted;
    enum mt_status status = kept_read(pages, true, &kept, &counted, out_page);
    const struct mt_kept_channel *channel = counted ? channel_find(&kept, key, out_page) : NULL;

    if (channel != NULL)
        status = channel_print(pages, &kept, channel, out_page);
    mt_kept_free(&kept);
    return status;
}

/* --- decisions ------------------------------------------------------------------------------------------------------ */

/* A decision out of JSON; texts are borrowed from it. NULL or a code. */
static const char *change_read(const json_t *json, struct mt_note_change *out_change)
{
    const char *name;
    json_t *value;

    *out_change = (struct mt_note_change){.now_ms = mt_clock_ms()};
    if (!json_is_object(json))
        return "not_json";
    json_object_foreach((json_t *)(uintptr_t)json, name, value) {
        const char **at = strcmp(name, "state") == 0  ? &out_change->state
                          : strcmp(name, "name") == 0 ? &out_change->name
                          : strcmp(name, "by") == 0   ? &out_change->by
                                                      : NULL;

        if (at == NULL)
            return "unknown_field";
        if (!json_is_string(value))
            return "not_a_text";
        *at = json_string_value(value);
    }
    if (out_change->state == NULL)
        return "state_unknown";
    return out_change->by == NULL ? "by_missing" : NULL;
}

static enum mt_status decide(struct mt_pages *pages, const char *id, const struct mt_note_change *change, struct mt_page *page, bool *out_done)
{
    enum mt_note_wrong wrong = MT_NOTE_FINE;
    struct mt_note note;
    enum mt_status status = mt_notes_decide(pages->redis, &pages->keys, id, change, &note, &wrong);

    if (status == MT_OK && wrong != MT_NOTE_FINE)
        mt_page_error(wrong == MT_NOTE_STATE_UNREACHABLE ? 409 : 400, mt_note_wrong_code(wrong), page);
    *out_done = status == MT_OK && wrong == MT_NOTE_FINE;
    return status;
}

/* What is answered is read again: it is what others see now. */
static enum mt_status change_make(struct mt_pages *pages, const char *key, const struct mt_note_change *change, struct mt_page *page)
{
    struct mt_kept kept = {0};
    bool counted, done = false;
    enum mt_status status = kept_read(pages, true, &kept, &counted, page);
    const struct mt_kept_channel *channel = counted ? channel_find(&kept, key, page) : NULL;

    if (channel != NULL)
        status = decide(pages, channel->id, change, page, &done);
    mt_kept_free(&kept);
    return done ? mt_channel_page(pages, key, page) : status;
}

/* The path's KEY, terminated; one that is too long for a key is cut and none. */
static void key_of(const char *path, char out_key[64])
{
    size_t size = strlen(path) - (sizeof PREFIX - 1) - (sizeof SUFFIX - 1);

    size = size < 63 ? size : 63;
    memcpy(out_key, path + sizeof PREFIX - 1, size);
    out_key[size] = '\0';
}

enum mt_status mt_channel_state_page(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page)
{
    json_t *json = json_loadb(query->body, query->body_size, JSON_REJECT_DUPLICATES, NULL);
    struct mt_note_change change;
    enum mt_status status = MT_OK;
    char key[64];
    const char *wrong = change_read(json, &change);

    key_of(query->path, key);
    if (wrong != NULL)
        mt_page_error(400, wrong, out_page);
    else
        status = change_make(pages, key, &change, out_page);
    json_decref(json);
    return status;
}
