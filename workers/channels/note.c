#include "note.h"

#include <jansson.h>
#include <string.h>

static const struct {
    const char *code, *text;
} wrongs[] = {
    {"", ""},
#define WRONG(name, code, text) {code, text},
    MT_NOTE_WRONG_TABLE(WRONG)
#undef WRONG
};

const char *mt_note_wrong_code(enum mt_note_wrong wrong)
{
    return wrongs[wrong].code;
}

const char *mt_note_wrong_text(enum mt_note_wrong wrong)
{
    return wrongs[wrong].text;
}

struct mt_note mt_note_seen(const char *id)
{
    struct mt_note note = {.state = MT_CHANNEL_SEEN};

    MT_ASSERT(strlen(id) < sizeof note.id.text);
    memcpy(note.id.text, id, strlen(id));
    return note;
}

static bool is_utf8(const char *text)
{
    json_t *json = json_string(text);
    bool good = json != NULL;

    json_decref(json);
    return good;
}

/* Shown on terminals and in lines: no control characters, those of two bytes neither. */
static bool text_good(const char *text)
{
    size_t characters = 0;

    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at < 32 || *at == 127 || (*at == 0xc2 && at[1] < 0xa0))
            return false;
        characters += (*at & 0xc0) != 0x80;
    }
    return characters >= 1 && characters <= MT_CHANNEL_NAME_MAX && strlen(text) < MT_CHANNEL_TEXT_SIZE && is_utf8(text);
}

enum mt_note_wrong mt_note_change(struct mt_note *note, const struct mt_note_change *change)
{
    enum mt_channel_state to;

    if (change->name != NULL && !text_good(change->name))
        return MT_NOTE_NAME_MALFORMED;
    if (change->by != NULL && !text_good(change->by))
        return MT_NOTE_BY_MALFORMED;
    if (!mt_channel_state_find(change->state, &to))
        return MT_NOTE_STATE_UNKNOWN;
    if (!mt_channel_may_become(note->state, to))
        return MT_NOTE_STATE_UNREACHABLE;
    if (to == MT_CHANNEL_NAMED && change->name == NULL && note->name[0] == '\0')
        return MT_NOTE_NAME_MISSING;
    if (change->name != NULL)
        memcpy(note->name, change->name, strlen(change->name) + 1);
    memcpy(note->by, change->by != NULL ? change->by : "", change->by != NULL ? strlen(change->by) + 1 : 1);
    note->decided_ms = change->now_ms;
    note->state = to;
    return MT_NOTE_FINE;
}

struct mt_channel_remark mt_note_remark(const struct mt_note *note, bool is_new)
{
    if (note == NULL)
        return (struct mt_channel_remark){is_new ? MT_CHANNEL_SEEN : MT_CHANNEL_UNREMARKED, "", "", 0};
    return (struct mt_channel_remark){note->state, note->name, note->by, note->decided_ms};
}
