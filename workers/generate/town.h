/*
 * town.h: what the sources of ordinary traffic share: the people, the calendar, prices, tills, and errands: money
 * received that will be passed on within days, innocently.
 *
 * Owns     two words per merchant, and the errands
 * Bounds   errands: a quarter of the accounts, fixed at creation; one more is not run
 * Cost     O(1); an errand O(log errands)
 * Threads  none
 * Fails    MT_NO_MEMORY at creation only
 */
#ifndef MT_GENERATE_TOWN_H
#define MT_GENERATE_TOWN_H

#include "agenda.h"
#include "calendar.h"
#include "population.h"
#include "tariff.h"

struct mt_errand {
    struct mt_movement movement;
    uint8_t depth; /* how often this money has been passed on already */
};

struct mt_town {
    const struct mt_tariff *tariff;
    struct mt_calendar calendar;
    struct mt_population population;
    struct mt_agenda errands;
    struct mt_errand *errand_slots;
    struct mt_prng errand_prng;
    int64_t *takings;     /* per merchant, since it last paid a supplier */
    int64_t *payable;     /* per merchant, held for it by a processor */
    bool gift_cards_held; /* gift cards are the new channel: no other pattern leaves through them */
    enum mt_new_channel new_channel;
    enum mt_new_product new_product;
    uint32_t active; /* of 65536 persons, how many have standing payments: all, unless the stream is thin */
};

MT_MUST_USE enum mt_status mt_town_init(struct mt_town *town, const struct mt_generator_options *options,
                                        uint64_t weights[MT_DAY_CLASS_COUNT][24]);
void mt_town_fini(struct mt_town *town);

struct mt_movement mt_town_move(const struct mt_town *town, int64_t time_ms, uint32_t debtor, uint32_t creditor,
                                int64_t minor);

/* Whether the person's account is open and used in everyday life: not dormant, opened before today. */
bool mt_town_in_use(const struct mt_town *town, uint32_t person, int64_t now_ms);

/* Someone who uses the account in everyday life. */
uint32_t mt_town_person(const struct mt_town *town, struct mt_prng *prng, int64_t now_ms);

/* That time, or the next morning's when people sleep; for offices also not on weekends. */
int64_t mt_town_waking(int64_t time_ms);
int64_t mt_town_office(int64_t time_ms);

/* `permille` of what was received goes on to `creditor` then; nothing when that is after the end, or to itself. */
void mt_town_pass_on(struct mt_town *town, const struct mt_movement *received, uint32_t creditor, uint32_t permille,
                     int64_t time_ms, uint8_t depth);

/* A business may pay its own supplier out of what it received, keeping a margin; a person may pass money on. */
void mt_town_business_passes_on(struct mt_town *town, const struct mt_movement *received, uint8_t depth);
void mt_town_person_passes_on(struct mt_town *town, const struct mt_movement *received, uint8_t depth);

/* The first errand, which is due; its receiver may pass the money on in turn. */
struct mt_movement mt_town_run_errand(struct mt_town *town);

#endif
