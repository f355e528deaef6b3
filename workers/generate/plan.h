/*
 * plan.h: one instance of laundering as a small script: all its transfers, with their times, decided when it begins.
 *
 * A pattern is one function that fills a plan. Adding one: write it in the file of its family, with act.h; add its name
 * to MT_PATTERN_TABLE and a line, with its source, to schemes.c's table.
 *
 * Owns     nothing: caller's storage
 * Bounds   MT_PLAN_LABELLED_MAX labelled transfers, which every scheme proves it stays within, and room to hide them
 * Cost     add O(1), sort O(n²) for small n
 * Threads  none
 */
#ifndef MT_GENERATE_PLAN_H
#define MT_GENERATE_PLAN_H

#include "town.h"

#define MT_PLAN_LABELLED_MAX 200
#define MT_PLAN_MAX 288

struct mt_plan {
    uint32_t count;
    uint32_t labelled;
    uint32_t next;
    struct mt_movement movements[MT_PLAN_MAX];
};

/* How quickly those who hold the money pass it on. */
enum mt_tempo { MT_TEMPO_CREW, MT_TEMPO_LOOSE, MT_TEMPO_TRADE, MT_TEMPO_COUNT };

/* How long money stays at one account: at least half a minute, at most 40 hours. */
int64_t mt_plan_dwell(struct mt_prng *prng, enum mt_tempo tempo);

/* What remains of a sum after the holder's share (0.1–10 %) and now and then a transfer fee; round more often than not.
 * At least 0.86 of it. */
int64_t mt_plan_kept_moving(const struct mt_town *town, struct mt_prng *prng, int64_t minor, uint32_t keep_permille);

/* A mule's share in thousandths: mostly 1–30, sometimes up to 100. */
uint32_t mt_plan_keep(struct mt_prng *prng);

/* A person's account with that trait, open then and none of `taken`; any trait when there is none to be found. */
uint32_t mt_plan_account(const struct mt_town *town, struct mt_prng *prng, int64_t start_ms, enum mt_trait wanted,
                         const uint32_t *taken, uint32_t taken_count);

/* A popular shop; the next one when it sells gift cards and these are a new channel (town->gift_cards_held). */
uint32_t mt_plan_shop(const struct mt_town *town, uint64_t random);

/* A person's account that is open then: four in ten newly opened, three dormant, three ordinary; none of `taken`. */
uint32_t mt_plan_mule(const struct mt_town *town, struct mt_prng *prng, int64_t start_ms, const uint32_t *taken,
                      uint32_t taken_count);

/* A labelled transfer. */
void mt_plan_add(struct mt_plan *plan, struct mt_movement movement, enum mt_pattern pattern, uint32_t hop);

/* A few small card payments by the account around that time, not labelled. */
void mt_plan_camouflage(const struct mt_town *town, struct mt_prng *prng, struct mt_plan *plan, uint32_t person,
                        int64_t from_ms);

/* By time; equal times stay in the order of adding. */
void mt_plan_sort(struct mt_plan *plan);

#endif
