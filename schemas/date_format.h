/*
 * date_format.h: a bank's way to write a time, compiled once and read fast.
 *
 * %Y four digits; %m %d %H %M %S one or two digits, two where numbers touch; %f an optional fraction with
 * its point, cut to milliseconds; %z "Z" or "+08:00"; %% a per cent sign; every other character stands for itself. No
 * locale, no names of months.
 *
 * Owns     nothing
 * Bounds   32 parts, 9 digits of a fraction
 */
#ifndef MT_DATE_FORMAT_H
#define MT_DATE_FORMAT_H

#include "moment.h"

#define MT_DATE_PARTS_MAX 32

struct mt_date_format {
    char parts[MT_DATE_PARTS_MAX]; /* a conversion's letter, or a literal byte */
    bool conversions[MT_DATE_PARTS_MAX];
    uint8_t count;
};

/* Compiles a format. Returns NULL, or what is wrong with it as a constant string. */
MT_MUST_USE const char *mt_date_format_compile(const char *text, struct mt_date_format *out_format);

/* Whether the format holds the conversion of this letter. */
bool mt_date_format_has(const struct mt_date_format *format, char letter);

/* Reads the text into the moment, which keeps what the format does not name; the whole text must be used up. Says
 * nothing of whether such a date exists (mt_moment_valid). Cost: O(size). */
MT_MUST_USE bool mt_date_format_read(const struct mt_date_format *format, const char *text, size_t size,
                                     struct mt_moment *moment);

#endif
