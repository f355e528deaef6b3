/*
 * laundering.h: when laundering begins, and the plans under way, merged in time order.
 *
 * Owns     the plans under way
 * Bounds   plan_max plans at once, fixed at creation; when all are in use the next one waits for one to end
 * Cost     step O(log plans), a plan's sort when one begins
 * Threads  none
 * Fails    MT_NO_MEMORY at creation only
 */
#ifndef MT_GENERATE_LAUNDERING_H
#define MT_GENERATE_LAUNDERING_H

#include "plan.h"

struct mt_laundering {
    const struct mt_town *town;
    struct mt_prng prng;
    int64_t next_ms;  /* MT_AGENDA_NEVER when done */
    int64_t start_ms; /* when the next plan begins; MT_AGENDA_NEVER when all have */
    struct mt_agenda agenda;
    struct mt_plan *plans;
    uint64_t position; /* of the calendar: where the next plan begins */
    uint64_t stride;   /* per plan, or per labelled transfer when `by_share` */
    uint64_t left;     /* plans, or labelled transfers, still to be made */
    uint64_t left_of[MT_PATTERN_COUNT];
    bool by_share;
    uint32_t pattern_id; /* the last given */
};

/* About how many transfers launderers make: labelled, and with those that only hide them. */
uint64_t mt_laundering_count(const struct mt_generator_options *options);
uint64_t mt_laundering_count_all(const struct mt_generator_options *options);

MT_MUST_USE enum mt_status mt_laundering_init(struct mt_laundering *laundering, const struct mt_town *town,
                                              const struct mt_generator_options *options);
void mt_laundering_fini(struct mt_laundering *laundering);

/* The transfer due at next_ms. */
struct mt_movement mt_laundering_step(struct mt_laundering *laundering);

#endif
