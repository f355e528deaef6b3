/*
 * words.h: the words of kind, rail, side, exit, indicator, and a listing's state and level, and the look-up of a word.
 */
#ifndef MT_WORDS_H
#define MT_WORDS_H

#include "event.h"
#include "graph/lists.h"

extern const char *const mt_kind_names[MT_KIND_COUNT];
extern const char *const mt_rail_names[MT_RAIL_COUNT];
extern const char *const mt_side_names[MT_SIDE_CREDITOR + 1];

extern const char *const mt_indicator_names[MT_INDICATOR_COUNT];
extern const char *const mt_listing_state_names[MT_LISTING_STATE_COUNT];

/* False, and the output untouched, when the text is none of the words. */
bool mt_kind_find(struct mt_text text, uint8_t *out_kind);
bool mt_rail_find(struct mt_text text, uint8_t *out_rail);
bool mt_side_find(struct mt_text text, uint8_t *out_side);
bool mt_indicator_find(struct mt_text text, uint8_t *out_indicator);
bool mt_listing_state_find(struct mt_text text, uint8_t *out_state);

/* Whether the text is a level that sets listings. */
bool mt_level_known(struct mt_text text);

/* Whether the text is a way out that account facts may name. */
bool mt_exit_known(struct mt_text text);

#endif
