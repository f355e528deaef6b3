#include "notes_store.h"

#include <hiredis/hiredis.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 64 /* each one is lost to somebody who decided meanwhile */

static struct mt_key_text notes_key(const struct mt_keys *keys)
{
    return mt_keys_shard_of(keys, 0, "channel-notes");
}

/* --- a record ------------------------------------------------------------------------------------------------------- */

/* False when the text does not fit: such a record is none of ours. */
static bool text_copy(const json_t *record, const char *name, char out_text[MT_CHANNEL_TEXT_SIZE])
{
    const char *text = json_string_value(json_object_get(record, name));

    if (text != NULL && strlen(text) >= MT_CHANNEL_TEXT_SIZE)
        return false;
    memcpy(out_text, text != NULL ? text : "", text != NULL ? strlen(text) + 1 : 1);
    return true;
}

static bool record_read(const json_t *record, const char *id, size_t id_size, struct mt_note *out_note)
{
    const char *state = json_string_value(json_object_get(record, "state"));

    if (id_size == 0 || id_size >= MT_CHANNEL_ID_MAX || state == NULL)
        return false;
    *out_note = (struct mt_note){.decided_ms = json_integer_value(json_object_get(record, "time"))};
    memcpy(out_note->id.text, id, id_size);
    return mt_channel_state_find(state, &out_note->state) && out_note->state != MT_CHANNEL_UNREMARKED && text_copy(record, "name", out_note->name) &&
           text_copy(record, "by", out_note->by);
}

static json_t *decision_make(const struct mt_note *note)
{
    return json_pack("{s:s, s:s, s:s, s:I}", "state", mt_channel_state_name(note->state), "name", note->name, "by", note->by, "time",
                     (json_int_t)note->decided_ms);
}

/* The record after a change; `before` NULL: there was none. malloc'ed. */
static char *record_make(const struct mt_note *note, json_t *before)
{
    json_t *record = decision_make(note), *earlier = json_array();
    const json_t *older = json_object_get(before, "earlier");

    if (before != NULL) {
        json_array_append(earlier, before);
        json_array_extend(earlier, (json_t *)(uintptr_t)older);
        json_object_del(before, "earlier");
    }
    while (json_array_size(earlier) > MT_NOTE_EARLIER_MAX)
        json_array_remove(earlier, json_array_size(earlier) - 1);
    json_object_set_new(record, "earlier", earlier);
    char *text = json_dumps(record, JSON_COMPACT);
    json_decref(record);
    return text;
}

/* --- all ------------------------------------------------------------------------------------------------------------ */

static bool field_read(const redisReply *id, const redisReply *value, struct mt_note *out_note)
{
    json_t *record = json_loadb(value->str, (size_t)value->len, 0, NULL);
    bool good = record != NULL && record_read(record, id->str, (size_t)id->len, out_note);

    json_decref(record);
    return good;
}

enum mt_status mt_notes_read(struct mt_redis *redis, const struct mt_keys *keys, struct mt_notebook *out_notebook)
{
    struct mt_key_text key = notes_key(keys);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGETALL"), MT_KEY_WORD(key)};
    redisReply *reply = mt_redis_ask(redis, words, 2);
    size_t count = 0;

    if (reply == NULL)
        return MT_UNAVAILABLE;
    struct mt_note *notes = malloc((reply->elements / 2 + 1) * sizeof *notes);
    for (size_t i = 0; notes != NULL && i + 1 < reply->elements && count < MT_NOTES_MAX; i += 2)
        count += field_read(reply->element[i], reply->element[i + 1], &notes[count]);
    mt_redis_free(reply);
    if (notes == NULL)
        return MT_NO_MEMORY;
    mt_notebook_of(notes, count, out_notebook);
    return MT_OK;
}

/* --- one ------------------------------------------------------------------------------------------------------------ */

/* The record as bytes, malloc'ed; "" when there is none. */
static enum mt_status bytes_read(struct mt_redis *redis, const struct mt_keys *keys, const char *id, char **out_bytes)
{
    struct mt_key_text key = notes_key(keys);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGET"), MT_KEY_WORD(key), {id, strlen(id)}};
    redisReply *reply = mt_redis_ask(redis, words, 3);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    *out_bytes = strdup(reply->type == REDIS_REPLY_STRING ? reply->str : "");
    mt_redis_free(reply);
    return *out_bytes != NULL ? MT_OK : MT_NO_MEMORY;
}

static const char write_script[] = "if (redis.call('HGET',KEYS[1],ARGV[1]) or '')~=ARGV[2] then return 0 end "
                                   "redis.call('HSET',KEYS[1],ARGV[1],ARGV[3]) return 1";

static enum mt_status bytes_write(struct mt_redis *redis, const struct mt_keys *keys, const char *id, const char *before, const char *after,
                                  bool *out_written)
{
    struct mt_key_text key = notes_key(keys);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("EVAL"), MT_REDIS_WORD_TEXT(write_script), MT_REDIS_WORD_TEXT("1"), MT_KEY_WORD(key),
                                          {id, strlen(id)}, {before, strlen(before)}, {after, strlen(after)}};
    redisReply *reply = mt_redis_ask(redis, words, 7);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    *out_written = reply->integer == 1;
    mt_redis_free(reply);
    return MT_OK;
}

/* Decides upon the record that is there now. */
static enum mt_status decide_once(struct mt_redis *redis, const struct mt_keys *keys, const char *id, const struct mt_note_change *change,
                                  struct mt_note *note, enum mt_note_wrong *wrong, bool *out_written)
{
    char *before = NULL, *after = NULL;
    enum mt_status status = bytes_read(redis, keys, id, &before);
    json_t *record = status == MT_OK ? json_loads(before, 0, NULL) : NULL;

    if (record == NULL || !record_read(record, id, strlen(id), note)) {
        json_decref(record);
        record = NULL;
        *note = mt_note_seen(id);
    }
    *wrong = status == MT_OK ? mt_note_change(note, change) : MT_NOTE_FINE;
    if (status == MT_OK && *wrong == MT_NOTE_FINE) {
        after = record_make(note, record);
        status = after != NULL ? bytes_write(redis, keys, id, before, after, out_written) : MT_NO_MEMORY;
    }
    json_decref(record);
    free(before);
    free(after);
    return status;
}

enum mt_status mt_notes_decide(struct mt_redis *redis, const struct mt_keys *keys, const char *id, const struct mt_note_change *change,
                               struct mt_note *out_note, enum mt_note_wrong *out_wrong)
{
    enum mt_status status = MT_OK;
    bool written = false;

    *out_wrong = MT_NOTE_FINE;
    for (int i = 0; i < TRIES && status == MT_OK && *out_wrong == MT_NOTE_FINE && !written; i++)
        status = decide_once(redis, keys, id, change, out_note, out_wrong, &written);
    return status == MT_OK && *out_wrong == MT_NOTE_FINE && !written ? MT_UNAVAILABLE : status;
}
