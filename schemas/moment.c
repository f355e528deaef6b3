#include "moment.h"

#define DAYS_400_YEARS 146097
#define DAYS_TO_1970 719468                      /* from 0000-03-01, where the leap day is a year's last */
#define TIME_END_MS (INT64_C(7289654400) * 1000) /* 2201-01-01T00:00:00Z */
#define OFFSET_HOURS_MAX 14                      /* Kiribati */

/*
 * Both conversions count years from March, so that the leap day comes last, and in eras of 400 years, which all have
 * the same number of days.
 */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2 ? 1 : 0;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * DAYS_400_YEARS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - DAYS_TO_1970;
}

static void date_of(int64_t days, struct mt_moment *moment)
{
    days += DAYS_TO_1970;
    int64_t era = (days >= 0 ? days : days - DAYS_400_YEARS + 1) / DAYS_400_YEARS;
    int64_t day_of_era = days - era * DAYS_400_YEARS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;

    moment->day = (uint8_t)(day_of_year - (153 * march_month + 2) / 5 + 1);
    moment->month = (uint8_t)(march_month < 10 ? march_month + 3 : march_month - 9);
    moment->year = (int32_t)(year_of_era + era * 400 + (moment->month <= 2 ? 1 : 0));
}

static uint8_t month_days(int32_t year, uint8_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return (uint8_t)(days[month - 1] + (month == 2 && leap ? 1 : 0));
}

bool mt_moment_valid(const struct mt_moment *moment)
{
    return moment->month >= 1 && moment->month <= 12 && moment->day >= 1 &&
           moment->day <= month_days(moment->year, moment->month) && moment->hour < 24 && moment->minute < 60 &&
           moment->second < 60 && moment->ms < 1000;
}

int64_t mt_moment_ms(const struct mt_moment *moment)
{
    int64_t seconds = (moment->hour * 60 + moment->minute - moment->offset_minutes) * 60 + moment->second;

    return days_of(moment->year, moment->month, moment->day) * MT_DAY_MS + seconds * 1000 + moment->ms;
}

struct mt_moment mt_moment_of(int64_t time_ms)
{
    struct mt_moment moment = {0};
    int64_t days = time_ms / MT_DAY_MS;
    int64_t rest = time_ms % MT_DAY_MS;

    if (rest < 0) {
        rest += MT_DAY_MS;
        days--;
    }
    date_of(days, &moment);
    moment.ms = (uint16_t)(rest % 1000);
    rest /= 1000;
    moment.second = (uint8_t)(rest % 60);
    moment.minute = (uint8_t)(rest / 60 % 60);
    moment.hour = (uint8_t)(rest / 3600);
    return moment;
}

bool mt_time_sane(int64_t time_ms)
{
    return time_ms >= 0 && time_ms < TIME_END_MS;
}

bool mt_digits_parse(const char *text, size_t size, uint32_t *out_value)
{
    uint32_t value = 0;

    if (size == 0 || size > 9)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (uint32_t)(text[i] - '0');
    }
    *out_value = value;
    return true;
}

bool mt_offset_parse(const char *text, size_t size, int16_t *out_minutes)
{
    uint32_t hours;
    uint32_t minutes;

    if (size != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return false;
    if (!mt_digits_parse(text + 1, 2, &hours) || !mt_digits_parse(text + 4, 2, &minutes))
        return false;
    if (hours > OFFSET_HOURS_MAX || minutes > 59)
        return false;
    int16_t total = (int16_t)(hours * 60 + minutes);

    *out_minutes = text[0] == '-' ? (int16_t)-total : total;
    return true;
}

/* "2026-11-25T04:00:00" of exactly 19 bytes. */
static bool seconds_parse(const char *text, struct mt_moment *moment)
{
    uint32_t year, month, day, hour, minute, second;

    if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        return false;
    if (!mt_digits_parse(text, 4, &year) || !mt_digits_parse(text + 5, 2, &month) ||
        !mt_digits_parse(text + 8, 2, &day) || !mt_digits_parse(text + 11, 2, &hour) ||
        !mt_digits_parse(text + 14, 2, &minute) || !mt_digits_parse(text + 17, 2, &second))
        return false;
    *moment = (struct mt_moment){
        .year = (int32_t)year,
        .month = (uint8_t)month,
        .day = (uint8_t)day,
        .hour = (uint8_t)hour,
        .minute = (uint8_t)minute,
        .second = (uint8_t)second,
    };
    return true;
}

/* ".5", ".12" or ".123" into milliseconds; the size of what was read, 0 when there is no fraction, SIZE_MAX when it is
 * malformed. */
static size_t fraction_parse(const char *text, size_t size, struct mt_moment *moment)
{
    static const uint16_t scale[] = {0, 100, 10, 1};
    size_t digits = 0;
    uint32_t value;

    if (size == 0 || text[0] != '.')
        return 0;
    while (1 + digits < size && text[1 + digits] >= '0' && text[1 + digits] <= '9')
        digits++;
    if (digits < 1 || digits > 3 || !mt_digits_parse(text + 1, digits, &value))
        return SIZE_MAX;
    moment->ms = (uint16_t)(value * scale[digits]);
    return 1 + digits;
}

bool mt_time_parse_any(const char *text, size_t size, int64_t *out_ms, enum mt_reject_code *out_code)
{
    enum { SECONDS_SIZE = 19 };
    struct mt_moment moment;

    *out_code = MT_REJECT_TIME_MALFORMED;
    if (size < SECONDS_SIZE || !seconds_parse(text, &moment))
        return false;
    size_t fraction = fraction_parse(text + SECONDS_SIZE, size - SECONDS_SIZE, &moment);

    if (fraction == SIZE_MAX || !mt_moment_valid(&moment))
        return false;
    const char *zone = text + SECONDS_SIZE + fraction;
    size_t zone_size = size - SECONDS_SIZE - fraction;

    if (zone_size == 0) {
        *out_code = MT_REJECT_TIME_ZONE;
        return false;
    }
    if (!(zone_size == 1 && zone[0] == 'Z') && !mt_offset_parse(zone, zone_size, &moment.offset_minutes))
        return false;
    *out_ms = mt_moment_ms(&moment);
    return true;
}

bool mt_time_parse(const char *text, size_t size, int64_t *out_ms, enum mt_reject_code *out_code)
{
    int64_t time_ms;

    if (!mt_time_parse_any(text, size, &time_ms, out_code))
        return false;
    if (!mt_time_sane(time_ms)) {
        *out_code = MT_REJECT_TIME_ABSURD;
        return false;
    }
    *out_ms = time_ms;
    return true;
}

static char *put_digits(char *at, uint32_t value, size_t count)
{
    for (size_t i = count; i-- > 0; value /= 10)
        at[i] = (char)('0' + value % 10);
    return at + count;
}

size_t mt_time_print(int64_t time_ms, char out_text[32])
{
    struct mt_moment moment = mt_moment_of(time_ms);
    char *at = out_text;

    MT_ASSERT(moment.year >= 0 && moment.year <= 9999);
    at = put_digits(at, (uint32_t)moment.year, 4);
    *at++ = '-';
    at = put_digits(at, moment.month, 2);
    *at++ = '-';
    at = put_digits(at, moment.day, 2);
    *at++ = 'T';
    at = put_digits(at, moment.hour, 2);
    *at++ = ':';
    at = put_digits(at, moment.minute, 2);
    *at++ = ':';
    at = put_digits(at, moment.second, 2);
    if (moment.ms != 0) {
        *at++ = '.';
        at = put_digits(at, moment.ms, 3);
    }
    *at++ = 'Z';
    *at = '\0';
    return (size_t)(at - out_text);
}
