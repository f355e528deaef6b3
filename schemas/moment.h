/*
 * moment.h: calendar dates and milliseconds since 1970, without the C library's time zones and locales.
 *
 * Shared by the JSON times (time.c) and the date formats of CSV mappings (date_format.c).
 */
#ifndef MT_MOMENT_H
#define MT_MOMENT_H

#include "event.h"

#define MT_DAY_MS (INT64_C(86400) * 1000)

/* A date and a time of day in some zone, as written; proleptic Gregorian. */
struct mt_moment {
    int32_t year;
    uint8_t month; /* 1–12 */
    uint8_t day;   /* 1–31 */
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
    uint16_t ms;
    int16_t offset_minutes; /* of the zone it is written in; east is positive */
};

/* False when no such date or time exists. Leap seconds do not. */
bool mt_moment_valid(const struct mt_moment *moment);
int64_t mt_moment_ms(const struct mt_moment *moment);
struct mt_moment mt_moment_of(int64_t time_ms); /* in UTC */

/* Whether an event may have happened then: 1970 to 2200. */
bool mt_time_sane(int64_t time_ms);

/* mt_time_parse without the last check: any year from 0000 to 9999. */
bool mt_time_parse_any(const char *text, size_t size, int64_t *out_ms, enum mt_reject_code *out_code);

/* "+08:00" into minutes; false when it is not an offset that a zone on earth has. */
bool mt_offset_parse(const char *text, size_t size, int16_t *out_minutes);

/* Exactly `size` digits, at most 9, as a number. */
bool mt_digits_parse(const char *text, size_t size, uint32_t *out_value);

#endif
