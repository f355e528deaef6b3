#include "print.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void mt_print_bytes(struct mt_print *print, const char *bytes, size_t size)
{
    if (print->full || size >= print->capacity - print->size) {
        print->full = true;
        return;
    }
    memcpy(print->at + print->size, bytes, size);
    print->size += size;
}

void mt_print_text(struct mt_print *print, const char *text)
{
    mt_print_bytes(print, text, strlen(text));
}

void mt_print_format(struct mt_print *print, const char *format, ...)
{
    va_list arguments;

    if (print->full)
        return;
    va_start(arguments, format);
    int size = vsnprintf(print->at + print->size, print->capacity - print->size, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= print->capacity - print->size)
        print->full = true;
    else
        print->size += (size_t)size;
}

void mt_print_int(struct mt_print *print, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        digits[--at] = '-';
    mt_print_bytes(print, digits + at, sizeof digits - at);
}

void mt_print_hex(struct mt_print *print, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        char pair[2] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};

        mt_print_bytes(print, pair, sizeof pair);
    }
}

void mt_print_string(struct mt_print *print, const char *bytes, size_t size)
{
    size_t from = 0;

    mt_print_bytes(print, "\"", 1);
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f)
            continue;
        mt_print_bytes(print, bytes + from, i - from);
        if (byte == '"' || byte == '\\')
            mt_print_format(print, "\\%c", byte);
        else
            mt_print_format(print, "\\u%04x", byte);
        from = i + 1;
    }
    mt_print_bytes(print, bytes + from, size - from);
    mt_print_bytes(print, "\"", 1);
}

size_t mt_print_end(struct mt_print *print)
{
    if (print->full || print->capacity == 0)
        return 0;
    print->at[print->size] = '\0';
    return print->size;
}
