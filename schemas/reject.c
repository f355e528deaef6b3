#include "reject.h"

#include <stdio.h>

static const struct {
    const char *name;
    const char *text;
} reject_table[] = {
#define REJECT_ROW(name, code, text) [MT_REJECT_##name] = {code, text},
    MT_REJECT_TABLE(REJECT_ROW)
#undef REJECT_ROW
};

const char *mt_reject_name(enum mt_reject_code code)
{
    MT_ASSERT(code < MT_REJECT_COUNT);
    return reject_table[code].name;
}

enum mt_status mt_reject_set(struct mt_reject *reject, enum mt_reject_code code, const char *field, const char *detail)
{
    reject->code = code;
    snprintf(reject->field, sizeof reject->field, "%s", field);
    snprintf(reject->sentence, sizeof reject->sentence, "%s%s%s%s%s", field, field[0] != '\0' ? ": " : "",
             reject_table[code].text, detail != NULL ? "; " : "", detail != NULL ? detail : "");
    return code == MT_REJECT_TOO_LARGE ? MT_TOO_LARGE : MT_BAD_EVENT;
}

enum mt_status mt_reject_part(struct mt_reject *reject, enum mt_reject_code code, const char *part, const char *field)
{
    char path[sizeof reject->field];

    snprintf(path, sizeof path, "%s%s%s", part, part[0] != '\0' ? "." : "", field);
    return mt_reject_set(reject, code, path, NULL);
}

enum mt_status mt_reject_decimal(struct mt_reject *reject, enum mt_decimal_fault fault, const char *field)
{
    static const enum mt_reject_code codes[] = {
        [MT_DECIMAL_MALFORMED] = MT_REJECT_AMOUNT_MALFORMED,
        [MT_DECIMAL_EXPONENT] = MT_REJECT_AMOUNT_EXPONENT,
        [MT_DECIMAL_PRECISE] = MT_REJECT_AMOUNT_PRECISE,
        [MT_DECIMAL_OVERFLOW] = MT_REJECT_AMOUNT_OVERFLOW,
    };

    MT_ASSERT(fault != MT_DECIMAL_OK);
    return mt_reject_set(reject, codes[fault], field, NULL);
}

/* The bytes of one character beyond ASCII (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF); 0 when
 * malformed. */
static size_t character_size(const unsigned char *at, size_t left)
{
    unsigned char lowest = 0x80;
    unsigned char highest = 0xbf;
    size_t size;

    if (at[0] >= 0xc2 && at[0] <= 0xdf) {
        size = 2;
    } else if (at[0] >= 0xe0 && at[0] <= 0xef) {
        size = 3;
        lowest = at[0] == 0xe0 ? 0xa0 : lowest;
        highest = at[0] == 0xed ? 0x9f : highest;
    } else if (at[0] >= 0xf0 && at[0] <= 0xf4) {
        size = 4;
        lowest = at[0] == 0xf0 ? 0x90 : lowest;
        highest = at[0] == 0xf4 ? 0x8f : highest;
    } else {
        return 0;
    }
    if (left < size || at[1] < lowest || at[1] > highest)
        return 0;
    for (size_t i = 2; i < size; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    }
    return size;
}

bool mt_text_count(struct mt_text text, size_t *out_characters, enum mt_reject_code *out_code)
{
    const unsigned char *bytes = (const unsigned char *)text.at;
    size_t characters = 0;
    size_t i = 0;

    while (i < text.size) {
        size_t size = 1;
        bool control = bytes[i] < 0x20 || bytes[i] == 0x7f;

        if (bytes[i] >= 0x80) {
            size = character_size(bytes + i, text.size - i);
            if (size == 0) {
                *out_code = MT_REJECT_NOT_UTF8;
                return false;
            }
            control = bytes[i] == 0xc2 && bytes[i + 1] < 0xa0;
        }
        if (control) {
            *out_code = MT_REJECT_CONTROL;
            return false;
        }
        i += size;
        characters++;
    }
    *out_characters = characters;
    return true;
}

enum mt_status mt_text_check(struct mt_text text, size_t characters_max, const char *field, struct mt_reject *out_reject)
{
    enum mt_reject_code code;
    size_t characters;

    if (!mt_text_count(text, &characters, &code))
        return mt_reject_set(out_reject, code, field, NULL);
    return characters > characters_max ? mt_reject_set(out_reject, MT_REJECT_TEXT_LONG, field, NULL) : MT_OK;
}

bool mt_text_is_hash(struct mt_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.at[i];

        if ((byte < '0' || byte > '9') && (byte < 'a' || byte > 'f'))
            return false;
    }
    return text.size >= 32 && text.size <= 128 && text.size % 2 == 0;
}
