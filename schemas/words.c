#include "words.h"

#include <string.h>

const char *const mt_kind_names[MT_KIND_COUNT] = {
#define KIND_NAME(name, text) [MT_KIND_##name] = text,
    MT_KIND_TABLE(KIND_NAME)
#undef KIND_NAME
};

const char *const mt_rail_names[MT_RAIL_COUNT] = {
#define RAIL_NAME(name, text) [MT_RAIL_##name] = text,
    MT_RAIL_TABLE(RAIL_NAME)
#undef RAIL_NAME
};

const char *const mt_side_names[MT_SIDE_CREDITOR + 1] = {
    [MT_SIDE_DEBTOR] = "debtor",
    [MT_SIDE_CREDITOR] = "creditor",
};

const char *const mt_indicator_names[MT_INDICATOR_COUNT] = {
#define INDICATOR_NAME(name, text) [MT_INDICATOR_##name] = text,
    MT_INDICATOR_TABLE(INDICATOR_NAME)
#undef INDICATOR_NAME
};

const char *const mt_listing_state_names[MT_LISTING_STATE_COUNT] = {
#define STATE_NAME(name, text) [MT_LISTING_##name] = text,
    MT_LISTING_STATE_TABLE(STATE_NAME)
#undef STATE_NAME
};

static const char *const level_names[] = {"regulator", "bank", "user"};
static const char *const exit_names[] = {"cash", "card_merchant", "crypto_exchange", "gift_card", "abroad"};

static int word_find(const char *const *words, size_t count, struct mt_text text)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == text.size && memcmp(words[i], text.at, text.size) == 0)
            return (int)i;
    }
    return -1;
}

static bool word_store(int found, uint8_t *out_word)
{
    if (found < 0)
        return false;
    *out_word = (uint8_t)found;
    return true;
}

bool mt_kind_find(struct mt_text text, uint8_t *out_kind)
{
    return word_store(word_find(mt_kind_names, MT_KIND_COUNT, text), out_kind);
}

bool mt_rail_find(struct mt_text text, uint8_t *out_rail)
{
    return word_store(word_find(mt_rail_names, MT_RAIL_COUNT, text), out_rail);
}

bool mt_side_find(struct mt_text text, uint8_t *out_side)
{
    return word_store(word_find(mt_side_names, MT_SIDE_CREDITOR + 1, text), out_side);
}

bool mt_exit_known(struct mt_text text)
{
    return word_find(exit_names, sizeof exit_names / sizeof exit_names[0], text) >= 0;
}

bool mt_indicator_find(struct mt_text text, uint8_t *out_indicator)
{
    return word_store(word_find(mt_indicator_names, MT_INDICATOR_COUNT, text), out_indicator);
}

bool mt_listing_state_find(struct mt_text text, uint8_t *out_state)
{
    return word_store(word_find(mt_listing_state_names, MT_LISTING_STATE_COUNT, text), out_state);
}

bool mt_level_known(struct mt_text text)
{
    return word_find(level_names, sizeof level_names / sizeof level_names[0], text) >= 0;
}
