/*
 * words.h: the words of kind, rail, side and exit, and the look-up of a word.
 */
#ifndef MT_WORDS_H
#define MT_WORDS_H

#include "event.h"

extern const char *const mt_kind_names[MT_KIND_COUNT];
extern const char *const mt_rail_names[MT_RAIL_COUNT];
extern const char *const mt_side_names[MT_SIDE_CREDITOR + 1];

/* False, and the output untouched, when the text is none of the words. */
bool mt_kind_find(struct mt_text text, uint8_t *out_kind);
bool mt_rail_find(struct mt_text text, uint8_t *out_rail);
bool mt_side_find(struct mt_text text, uint8_t *out_side);

/* Whether the text is a way out that account facts may name. */
bool mt_exit_known(struct mt_text text);

#endif
