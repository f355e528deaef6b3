#include "date_format.h"

#define FRACTION_DIGITS_MAX 9

const char *mt_date_format_compile(const char *text, struct mt_date_format *out_format)
{
    struct mt_date_format format = {0};

    if (text[0] == '\0')
        return "is empty";
    for (const char *at = text; *at != '\0'; at++) {
        bool conversion = *at == '%';

        if (format.count == MT_DATE_PARTS_MAX)
            return "has more than 32 parts";
        if (conversion) {
            at++;
            if (*at == '\0')
                return "ends in a lone %";
            if (strchr("YmdHMSfz%", *at) == NULL)
                return "has a conversion other than %Y %m %d %H %M %S %f %z %%";
            if (*at != '%' && mt_date_format_has(&format, *at))
                return "has the same conversion twice";
        }
        format.parts[format.count] = *at;
        format.conversions[format.count++] = conversion && *at != '%';
    }
    *out_format = format;
    return NULL;
}

bool mt_date_format_has(const struct mt_date_format *format, char letter)
{
    for (size_t i = 0; i < format->count; i++) {
        if (format->conversions[i] && format->parts[i] == letter)
            return true;
    }
    return false;
}

static size_t digits_size(const char *at, const char *end)
{
    const char *from = at;

    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return (size_t)(at - from);
}

/* The bytes a number takes: four for a year, else one or two. Numbers that touch ("%Y%m%d") must be written in full. */
static size_t number_size(char letter, bool touches, const char *at, const char *end)
{
    size_t most = letter == 'Y' ? 4 : 2;
    size_t digits = digits_size(at, end);

    if (digits > most)
        digits = most;
    return digits == most || (digits > 0 && letter != 'Y' && !touches) ? digits : 0;
}

static void number_store(char letter, uint32_t value, struct mt_moment *moment)
{
    switch (letter) {
    case 'Y':
        moment->year = (int32_t)value;
        break;
    case 'm':
        moment->month = (uint8_t)value;
        break;
    case 'd':
        moment->day = (uint8_t)value;
        break;
    case 'H':
        moment->hour = (uint8_t)value;
        break;
    case 'M':
        moment->minute = (uint8_t)value;
        break;
    default:
        moment->second = (uint8_t)value;
    }
}

/* "" or ".5" or ".123456"; the bytes used, SIZE_MAX when there is a point and no digit, or too many of them. */
static size_t fraction_read(const char *at, const char *end, struct mt_moment *moment)
{
    uint16_t ms = 0;

    if (at == end || *at != '.')
        return 0;
    size_t digits = digits_size(at + 1, end);

    if (digits == 0 || digits > FRACTION_DIGITS_MAX)
        return SIZE_MAX;
    for (size_t i = 1; i <= 3; i++)
        ms = (uint16_t)(ms * 10 + (i <= digits ? at[i] - '0' : 0));
    moment->ms = ms;
    return 1 + digits;
}

static size_t zone_read(const char *at, const char *end, struct mt_moment *moment)
{
    enum { OFFSET_SIZE = 6 };

    if (at < end && *at == 'Z') {
        moment->offset_minutes = 0;
        return 1;
    }
    if (end - at < OFFSET_SIZE || !mt_offset_parse(at, OFFSET_SIZE, &moment->offset_minutes))
        return SIZE_MAX;
    return OFFSET_SIZE;
}

static bool is_number(const struct mt_date_format *format, size_t part)
{
    return part < format->count && format->conversions[part] && format->parts[part] != 'f' &&
           format->parts[part] != 'z';
}

bool mt_date_format_read(const struct mt_date_format *format, const char *text, size_t size, struct mt_moment *moment)
{
    const char *at = text;
    const char *end = text + size;

    for (size_t i = 0; i < format->count; i++) {
        char letter = format->parts[i];
        size_t used;

        if (!format->conversions[i]) {
            if (at == end || *at != letter)
                return false;
            used = 1;
        } else if (letter == 'f') {
            used = fraction_read(at, end, moment);
        } else if (letter == 'z') {
            used = zone_read(at, end, moment);
        } else {
            bool touches = is_number(format, i + 1) || (i > 0 && is_number(format, i - 1));
            uint32_t value;

            used = number_size(letter, touches, at, end);
            if (used == 0 || !mt_digits_parse(at, used, &value))
                return false;
            number_store(letter, value, moment);
        }
        if (used == SIZE_MAX)
            return false;
        at += used;
    }
    return at == end;
}
