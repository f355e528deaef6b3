#include "mapping_parts.h"

#include "words.h"

#include <stdlib.h>

const struct mt_field_rule mt_field_rules[MT_FIELD_COUNT] = {
#define FIELD_RULE(name, text, words, in, needed)                                                                      \
    [MT_FIELD_##name] = {.key = text, .vocabulary = MT_VOCABULARY_##words, .shapes = in, .required = needed},
    MT_FIELD_TABLE(FIELD_RULE)
#undef FIELD_RULE
};

void mt_mapping_destroy(struct mt_mapping *mapping)
{
    if (mapping == NULL)
        return;
    for (size_t i = 0; i < MT_FIELD_COUNT; i++)
        free(mapping->fields[i].table.entries);
    json_decref(mapping->root);
    free(mapping);
}

const struct mt_word *mt_table_find(const struct mt_table *table, const char *at, size_t size)
{
    size_t low = 0;
    size_t high = table->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct mt_text *from = &table->entries[middle].from;
        int order = from->size < size ? -1 : from->size > size ? 1 : memcmp(from->at, at, size);

        if (order == 0)
            return &table->entries[middle].to;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool direction_find(struct mt_text text, uint8_t *out_side)
{
    bool in = text.size == 2 && memcmp(text.at, "in", 2) == 0;

    if (!in && !(text.size == 3 && memcmp(text.at, "out", 3) == 0))
        return false;
    *out_side = in ? MT_SIDE_CREDITOR : MT_SIDE_DEBTOR;
    return true;
}

bool mt_vocabulary_find(enum mt_vocabulary vocabulary, struct mt_text text, uint16_t *out_code)
{
    const struct mt_currency *currency;
    uint8_t code = 0;
    bool found = true;

    switch (vocabulary) {
    case MT_VOCABULARY_CURRENCY:
        currency = mt_currency_find(text.at, text.size);
        if (currency != NULL)
            *out_code = currency->numeric;
        return currency != NULL;
    case MT_VOCABULARY_KIND:
        found = mt_kind_find(text, &code);
        break;
    case MT_VOCABULARY_RAIL:
        found = mt_rail_find(text, &code);
        break;
    case MT_VOCABULARY_SIDE:
        found = mt_side_find(text, &code);
        break;
    case MT_VOCABULARY_DIRECTION:
        found = direction_find(text, &code);
        break;
    case MT_VOCABULARY_TEXT:
    case MT_VOCABULARY_AMOUNT:
    case MT_VOCABULARY_TIME:
        break;
    }
    if (found)
        *out_code = code;
    return found;
}

bool mt_mapping_of_accounts(const struct mt_mapping *mapping)
{
    return mapping->shape == MT_SHAPE_FACTS;
}

const struct mt_currency *mt_mapping_currency(const struct mt_mapping *mapping, const char *text, size_t size)
{
    const struct mt_currency *currency = mt_currency_find(text, size);
    const struct mt_word *word;

    if (currency != NULL)
        return currency;
    word = mt_table_find(&mapping->fields[MT_FIELD_CURRENCY].table, text, size);
    return word == NULL ? NULL : mt_currency_of(word->code);
}
