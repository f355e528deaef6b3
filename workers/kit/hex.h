/* hex.h: tokens and ids as people write them: lower-case hex digits, so that each has one spelling. */
#ifndef MT_HEX_H
#define MT_HEX_H

#include "graph/base.h"

#define MT_HEX_DIGITS 32

/* The first `digits` (at most 32) of the text into bytes, the rest zero; false when one is no lower-case hex digit. */
bool mt_hex_prefix_read(const char *text, size_t digits, uint8_t out_bytes[16]);

/* A text of exactly 32 digits. */
bool mt_hex_read(const char *text, uint8_t out_bytes[16]);

#endif
