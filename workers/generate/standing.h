/*
 * standing.h: what is paid because it is due: bills, rent, wages, pensions, processors' payouts, shops' suppliers.
 *
 * Each run has its hours of a working day and goes through its accounts one after the other, as a bank's batch does.
 *
 * Owns     a cursor per run
 * Bounds   constant
 * Cost     step O(accounts skipped), O(accounts) a day over all
 * Threads  none
 */
#ifndef MT_GENERATE_STANDING_H
#define MT_GENERATE_STANDING_H

#include "town.h"

enum mt_run { MT_RUN_BILLS, MT_RUN_RENT, MT_RUN_PAYOUTS, MT_RUN_WAGES, MT_RUN_SUPPLIES, MT_RUN_COUNT };

struct mt_standing_run {
    int64_t next_ms; /* MT_AGENDA_NEVER when the stream is over */
    int64_t day;
    uint32_t due;     /* bits of the dates that are paid this day */
    uint32_t at;      /* the account, bill or place that is next */
    uint32_t company; /* wages: whose payroll `at` lies on */
    bool begun;       /* false: next_ms is only when this day's run begins */
    bool funded;      /* wages: the company has paid its payroll processor */
};

struct mt_standing {
    struct mt_town *town;
    struct mt_prng prng;
    int64_t next_ms;
    struct mt_standing_run runs[MT_RUN_COUNT];
};

/* How many bills, rents and wages fall due in the whole span, if everyone has them (town->active = 65536). */
uint64_t mt_standing_count(const struct mt_town *town);

void mt_standing_init(struct mt_standing *standing, struct mt_town *town, uint64_t seed);

/* The payment due at next_ms; false when nothing was due after all: ask for next_ms again. */
bool mt_standing_step(struct mt_standing *standing, struct mt_movement *out_movement);

#endif
