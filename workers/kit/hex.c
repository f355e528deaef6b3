#include "hex.h"

#include <string.h>

bool mt_hex_prefix_read(const char *text, size_t digits, uint8_t out_bytes[16])
{
    static const char known[] = "0123456789abcdef";

    MT_ASSERT(digits <= MT_HEX_DIGITS);
    memset(out_bytes, 0, 16);
    for (size_t i = 0; i < digits; i++) {
        const char *found = text[i] != '\0' ? strchr(known, text[i]) : NULL;

        if (found == NULL)
            return false;
        out_bytes[i / 2] |= (uint8_t)((found - known) << (i % 2 == 0 ? 4 : 0));
    }
    return true;
}

bool mt_hex_read(const char *text, uint8_t out_bytes[16])
{
    return mt_hex_prefix_read(text, MT_HEX_DIGITS, out_bytes) && text[MT_HEX_DIGITS] == '\0';
}
