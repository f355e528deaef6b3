/*
 * calendar.h: when: civil days, which standing payments fall due, and how traffic rises and falls over days and nights.
 *
 * The whole span's traffic is laid out along a line of 2^62 positions, in proportion to how busy each hour is; a
 * position is turned back into a time. So the i-th of n transfers can be placed without knowing the others.
 *
 * Owns     one word per hour of the span
 * Bounds   days × 24 hours, fixed at creation
 * Cost     walk O(1); when O(log hours)
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_GENERATE_CALENDAR_H
#define MT_GENERATE_CALENDAR_H

#include "graph/base.h"

#define MT_MS_SECOND INT64_C(1000)
#define MT_MS_MINUTE (60 * MT_MS_SECOND)
#define MT_MS_HOUR (60 * MT_MS_MINUTE)
#define MT_MS_DAY (24 * MT_MS_HOUR)

#define MT_CALENDAR_END (UINT64_C(1) << 62)

enum mt_day_class { MT_DAY_WORKING, MT_DAY_SATURDAY, MT_DAY_SUNDAY, MT_DAY_CLASS_COUNT };

struct mt_day {
    int64_t number; /* since 1970-01-01 */
    int32_t year;
    uint8_t month;   /* 1–12 */
    uint8_t date;    /* 1–31 */
    uint8_t weekday; /* 0 Monday … 6 Sunday */
    bool last_of_month;
};

struct mt_day mt_day_of(int64_t number);
int64_t mt_day_number(int32_t year, uint8_t month, uint8_t date);
enum mt_day_class mt_day_class_of(int64_t number);

/*
 * Due dates as bits: 1–28 that date of the month, MT_DUE_LAST its last day, MT_DUE_FRIDAY each Friday. Wages due at a
 * weekend are paid the Friday before; what people owe is taken the Monday after. Nothing is due on a weekend itself.
 */
#define MT_DUE_LAST 0
#define MT_DUE_FRIDAY 29
#define MT_DUE_COUNT 30

uint32_t mt_day_wages_due(int64_t number);
uint32_t mt_day_debts_due(int64_t number);

/* New Year's Day of that year: 1 January, or the lunar one where it is known (2020–2035). */
int64_t mt_day_new_year(int32_t year, bool lunar);

struct mt_calendar {
    int64_t start_ms;
    int64_t end_ms;
    uint32_t hour_count;
    uint64_t *starts; /* hour_count + 1 positions */
};

/* `weights` says how busy each hour of each class of day is. */
MT_MUST_USE enum mt_status mt_calendar_init(struct mt_calendar *calendar, int64_t start_day, uint32_t days,
                                            uint64_t weights[MT_DAY_CLASS_COUNT][24]);
void mt_calendar_fini(struct mt_calendar *calendar);

/* The time of `position`. `inout_hour` is where the last call found it; positions must not fall. */
int64_t mt_calendar_walk(const struct mt_calendar *calendar, uint64_t position, uint32_t *inout_hour);

/* The same for positions in any order. */
int64_t mt_calendar_when(const struct mt_calendar *calendar, uint64_t position);

#endif
