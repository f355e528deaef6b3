/*
 * channels_life.h: what people have made of a channel.
 *
 *   seen ─► reviewed ─► named ─► watched        the test found it; someone looked; it has a name; its every flow is told
 *     │        │  ▲       │         │
 *     └────────┴──┼───────┴─────────┘
 *                 └──── honest                  looked at and innocent: stays quiet, until someone looks again
 */
#ifndef MT_CHANNELS_LIFE_H
#define MT_CHANNELS_LIFE_H

#include "base.h"

#define MT_CHANNEL_STATE_TABLE(X) \
    X(UNREMARKED, "unremarked") X(SEEN, "seen") X(REVIEWED, "reviewed") X(NAMED, "named") X(WATCHED, "watched") X(HONEST, "honest")

enum mt_channel_state {
#define MT_CHANNEL_STATE_ENUM(name, text) MT_CHANNEL_##name,
    MT_CHANNEL_STATE_TABLE(MT_CHANNEL_STATE_ENUM)
#undef MT_CHANNEL_STATE_ENUM
    MT_CHANNEL_STATE_COUNT
};

/* "seen"; and back, false when it is none of the words. */
const char *mt_channel_state_name(enum mt_channel_state state);
bool mt_channel_state_find(const char *text, enum mt_channel_state *out_state);

/* Whether a person may move a channel so. A person never makes it unremarked or seen: the test does. */
bool mt_channel_may_become(enum mt_channel_state from, enum mt_channel_state to);

#endif
