/*
 * print.h: JSON and text written into a buffer of fixed size, without an allocation.
 *
 * Owns     nothing: the caller's buffer
 * Bounds   capacity; what does not fit sets `full` and is dropped, so callers check once, at the end
 */
#ifndef MT_PRINT_H
#define MT_PRINT_H

#include "graph/base.h"

struct mt_print {
    char *at;
    size_t size; /* bytes written, without the terminator */
    size_t capacity;
    bool full;
};

static inline struct mt_print mt_print_into(char *buffer, size_t capacity)
{
    return (struct mt_print){.at = buffer, .capacity = capacity};
}

void mt_print_bytes(struct mt_print *print, const char *bytes, size_t size);
void mt_print_text(struct mt_print *print, const char *text); /* terminated */
void mt_print_format(struct mt_print *print, const char *format, ...) __attribute__((format(printf, 2, 3)));
void mt_print_int(struct mt_print *print, int64_t value);
void mt_print_hex(struct mt_print *print, const uint8_t *bytes, size_t size);

/* A JSON string with its quotes; bytes must be UTF-8. */
void mt_print_string(struct mt_print *print, const char *bytes, size_t size);

/* Terminates; returns the length, or 0 when something did not fit. */
size_t mt_print_end(struct mt_print *print);

#endif
