#include "channels_life.h"

#include <string.h>

static const char *const state_names[MT_CHANNEL_STATE_COUNT] = {
#define STATE_NAME(name, text) [MT_CHANNEL_##name] = text,
    MT_CHANNEL_STATE_TABLE(STATE_NAME)
#undef STATE_NAME
};

static const bool moves[MT_CHANNEL_STATE_COUNT][MT_CHANNEL_STATE_COUNT] = {
    [MT_CHANNEL_SEEN] = {[MT_CHANNEL_REVIEWED] = true, [MT_CHANNEL_HONEST] = true},
    [MT_CHANNEL_REVIEWED] = {[MT_CHANNEL_NAMED] = true, [MT_CHANNEL_HONEST] = true},
    [MT_CHANNEL_NAMED] = {[MT_CHANNEL_WATCHED] = true, [MT_CHANNEL_HONEST] = true},
    [MT_CHANNEL_WATCHED] = {[MT_CHANNEL_NAMED] = true, [MT_CHANNEL_HONEST] = true},
    [MT_CHANNEL_HONEST] = {[MT_CHANNEL_REVIEWED] = true},
};

const char *mt_channel_state_name(enum mt_channel_state state)
{
    MT_ASSERT(state < MT_CHANNEL_STATE_COUNT);
    return state_names[state];
}

bool mt_channel_state_find(const char *text, enum mt_channel_state *out_state)
{
    for (int state = 0; state < MT_CHANNEL_STATE_COUNT; state++) {
        if (strcmp(text, state_names[state]) == 0) {
            *out_state = (enum mt_channel_state)state;
            return true;
        }
    }
    return false;
}

bool mt_channel_may_become(enum mt_channel_state from, enum mt_channel_state to)
{
    MT_ASSERT(from < MT_CHANNEL_STATE_COUNT);
    MT_ASSERT(to < MT_CHANNEL_STATE_COUNT);
    return moves[from][to];
}
