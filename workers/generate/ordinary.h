/*
 * ordinary.h: everyday payments: what people and businesses do of their own accord, at any time of day.
 *
 * Owns     a table that says, for each hour of each class of day, how likely each habit is
 * Bounds   constant
 * Cost     step O(1)
 * Threads  none
 */
#ifndef MT_GENERATE_ORDINARY_H
#define MT_GENERATE_ORDINARY_H

#include "town.h"

#define MT_HABIT_SLOTS 4096

struct mt_ordinary {
    struct mt_town *town;
    struct mt_prng prng;
    int64_t next_ms;   /* MT_AGENDA_NEVER when done */
    uint64_t stride;   /* positions of the calendar from one payment to the next */
    uint64_t position; /* where the next payment's stride begins */
    uint64_t left;
    uint32_t hour;
    uint8_t habits[MT_DAY_CLASS_COUNT][24][MT_HABIT_SLOTS];
};

/* How busy each hour is with everyday payments: the calendar is laid out by it. */
void mt_ordinary_weights(uint64_t out_weights[MT_DAY_CLASS_COUNT][24]);

/* About what share of everyday payments goes through a processor, in thousandths. */
uint32_t mt_ordinary_processed_permille(void);

void mt_ordinary_init(struct mt_ordinary *ordinary, struct mt_town *town, uint64_t seed, uint64_t count);

/* The payment due at next_ms. */
struct mt_movement mt_ordinary_step(struct mt_ordinary *ordinary);

#endif
