#include "calendar.h"

#include <stdlib.h>

/* Days of the era and back: Howard Hinnant, "chrono-compatible low-level date algorithms". */
struct mt_day mt_day_of(int64_t number)
{
    int64_t shifted = number + 719468;
    int64_t era = shifted / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_index = (5 * day_of_year + 2) / 153;
    struct mt_day day = {.number = number};

    MT_ASSERT(number >= 0);
    day.date = (uint8_t)(day_of_year - (153 * month_index + 2) / 5 + 1);
    day.month = (uint8_t)(month_index < 10 ? month_index + 3 : month_index - 9);
    day.year = (int32_t)(year_of_era + era * 400 + (day.month <= 2 ? 1 : 0));
    day.weekday = (uint8_t)((number + 3) % 7);
    day.last_of_month = number + 1 == mt_day_number(day.month == 12 ? day.year + 1 : day.year,
                                                    (uint8_t)(day.month == 12 ? 1 : day.month + 1), 1);
    return day;
}

int64_t mt_day_number(int32_t year, uint8_t month, uint8_t date)
{
    int64_t shifted = month <= 2 ? year - 1 : year;
    int64_t era = shifted / 400;
    int64_t year_of_era = shifted - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

enum mt_day_class mt_day_class_of(int64_t number)
{
    int64_t weekday = (number + 3) % 7;

    return weekday < 5 ? MT_DAY_WORKING : weekday == 5 ? MT_DAY_SATURDAY : MT_DAY_SUNDAY;
}

int64_t mt_day_new_year(int32_t year, bool lunar)
{
    static const uint8_t dates[16][2] = {{1, 25}, {2, 12}, {2, 1}, {1, 22}, {2, 10}, {1, 29}, {2, 17}, {2, 6},
                                         {1, 26}, {2, 13}, {2, 3}, {1, 23}, {2, 11}, {1, 31}, {2, 19}, {2, 8}};

    if (!lunar || year < 2020 || year > 2035)
        return mt_day_number(year, 1, 1);
    return mt_day_number(year, dates[year - 2020][0], dates[year - 2020][1]);
}

static uint32_t day_bits(int64_t number)
{
    struct mt_day day = mt_day_of(number);
    uint32_t bits = day.date <= 28 ? UINT32_C(1) << day.date : 0;

    if (day.last_of_month)
        bits |= UINT32_C(1) << MT_DUE_LAST;
    return bits;
}

uint32_t mt_day_wages_due(int64_t number)
{
    if (mt_day_class_of(number) != MT_DAY_WORKING)
        return 0;
    if (mt_day_class_of(number + 1) != MT_DAY_SATURDAY)
        return day_bits(number);
    return day_bits(number) | day_bits(number + 1) | day_bits(number + 2) | UINT32_C(1) << MT_DUE_FRIDAY;
}

uint32_t mt_day_debts_due(int64_t number)
{
    if (mt_day_class_of(number) != MT_DAY_WORKING)
        return 0;
    if (number < 2 || mt_day_class_of(number - 1) != MT_DAY_SUNDAY)
        return day_bits(number);
    return day_bits(number) | day_bits(number - 1) | day_bits(number - 2);
}

/* People spend more in the days after the usual pay-days (the 25th and the last). */
static uint64_t date_percent(int64_t number)
{
    struct mt_day day = mt_day_of(number);

    if (day.date >= 25 || day.date <= 3)
        return 112;
    return day.date >= 19 ? 92 : 100;
}

enum mt_status mt_calendar_init(struct mt_calendar *calendar, int64_t start_day, uint32_t days,
                                uint64_t weights[MT_DAY_CLASS_COUNT][24])
{
    uint32_t hour_count = days * 24;
    unsigned __int128 total = 0;
    unsigned __int128 before = 0;
    uint64_t *starts = malloc(sizeof *starts * (hour_count + 1));

    if (starts == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < hour_count; i++)
        total += weights[mt_day_class_of(start_day + i / 24)][i % 24] * date_percent(start_day + i / 24);
    MT_ASSERT(total > 0);
    for (uint32_t i = 0; i < hour_count; i++) {
        starts[i] = (uint64_t)(before * MT_CALENDAR_END / total);
        before += weights[mt_day_class_of(start_day + i / 24)][i % 24] * date_percent(start_day + i / 24);
    }
    starts[hour_count] = MT_CALENDAR_END;
    *calendar = (struct mt_calendar){
        .start_ms = start_day * MT_MS_DAY,
        .end_ms = (start_day + days) * MT_MS_DAY,
        .hour_count = hour_count,
        .starts = starts,
    };
    return MT_OK;
}

void mt_calendar_fini(struct mt_calendar *calendar)
{
    free(calendar->starts);
    calendar->starts = NULL;
}

static int64_t time_in_hour(const struct mt_calendar *calendar, uint64_t position, uint32_t hour)
{
    /* 22 bits are dropped so that the product with the milliseconds of an hour (22 bits) fits. */
    uint64_t width = (calendar->starts[hour + 1] - calendar->starts[hour]) >> 22;
    uint64_t into = (position - calendar->starts[hour]) >> 22;
    uint64_t offset_ms = width == 0 ? 0 : into * (uint64_t)MT_MS_HOUR / width;

    if (offset_ms >= (uint64_t)MT_MS_HOUR)
        offset_ms = (uint64_t)MT_MS_HOUR - 1;
    return calendar->start_ms + hour * MT_MS_HOUR + (int64_t)offset_ms;
}

int64_t mt_calendar_walk(const struct mt_calendar *calendar, uint64_t position, uint32_t *inout_hour)
{
    uint32_t hour = *inout_hour;

    MT_ASSERT(position < MT_CALENDAR_END);
    while (position >= calendar->starts[hour + 1])
        hour++;
    *inout_hour = hour;
    return time_in_hour(calendar, position, hour);
}

int64_t mt_calendar_when(const struct mt_calendar *calendar, uint64_t position)
{
    uint32_t low = 0;
    uint32_t high = calendar->hour_count - 1;

    MT_ASSERT(position < MT_CALENDAR_END);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (position < calendar->starts[middle + 1])
            high = middle;
        else
            low = middle + 1;
    }
    return time_in_hour(calendar, position, low);
}
