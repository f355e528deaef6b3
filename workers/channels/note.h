/*
 * note.h: what people have made of one channel, and how a person may change that: the same for a notes file and for Redis.
 *
 * Owns     nothing: a plain value
 */
#ifndef MT_CHANNELS_NOTE_H
#define MT_CHANNELS_NOTE_H

#include "schemas/channel.h"

struct mt_note {
    struct mt_channel_id id;
    enum mt_channel_state state;
    int64_t decided_ms;
    char name[MT_CHANNEL_TEXT_SIZE]; /* "": none */
    char by[MT_CHANNEL_TEXT_SIZE];   /* "": not known */
};

/* A note as nobody has made one yet: the channel has been seen. The id fits. */
struct mt_note mt_note_seen(const char *id);

/* Texts as they came, not yet checked. */
struct mt_note_change {
    const char *state;
    const char *name; /* NULL: as it is called */
    const char *by;   /* NULL: not said */
    int64_t now_ms;
};

/* Why a change cannot be made: a stable code, and a sentence for people. */
#define MT_NOTE_WRONG_TABLE(X)                                                                       \
    X(STATE_UNKNOWN, "state_unknown", "reviewed, named, watched or honest")                          \
    X(STATE_UNREACHABLE, "state_unreachable", "seen, reviewed, named, watched: one after another; or honest, and then reviewed again") \
    X(NAME_MISSING, "name_missing", "to be named it needs a name")                                   \
    X(NAME_MALFORMED, "name_malformed", "a name is 1 to 64 printable characters")                    \
    X(BY_MALFORMED, "by_malformed", "who decides is 1 to 64 printable characters")

enum mt_note_wrong {
    MT_NOTE_FINE,
#define MT_NOTE_WRONG_ENUM(name, code, text) MT_NOTE_##name,
    MT_NOTE_WRONG_TABLE(MT_NOTE_WRONG_ENUM)
#undef MT_NOTE_WRONG_ENUM
};

const char *mt_note_wrong_code(enum mt_note_wrong wrong);
const char *mt_note_wrong_text(enum mt_note_wrong wrong);

/* Moves the note to a state, and names it. Anything but MT_NOTE_FINE: it is as it was. */
MT_MUST_USE enum mt_note_wrong mt_note_change(struct mt_note *note, const struct mt_note_change *change);

/* What is told of a channel; `note` NULL: nobody has decided, and it is new, or not. Borrows the note's texts. */
struct mt_channel_remark mt_note_remark(const struct mt_note *note, bool is_new);

#endif
