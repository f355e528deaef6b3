/*
 * detectors.h: what an account can be found doing: one descriptor each, in one table.
 *
 * A *detector* names a shape in an episode's facts (episode.h). It holds when each of its needs does: a fact of at least an option's value;
 * and all but those of watch lists need a sum of account_sum_least or more with a new counterparty today. The first that holds, in the table's order, gives the
 * finding its kind. Beside the detectors, marks (signs.h) add weight or take it away; the score is the sum of the points of all that holds.
 *
 * The detectors' own points are 0 but some set by hand. Gathering: a dozen payers by hand within hours reach the limit though nothing has left.
 * Shared indicators and watch lists, of which no stream has any to fit: what is shared adds weight; who is listed reaches the limit whatever speaks for them; who deals with such does not by
 * that, and does when the money passes through.
 *
 * A new detector is one row; this one would find accounts that are paid by two or more and pay as many on (it compiles: test_detectors.c
 * holds it, with an episode that it finds and one that it must not):
 *
 *     {.name = "template",
 *      .finds = "an account that several pay and that pays several",
 *      .prefilter = MT_PREFILTER_PASSING,
 *      .needs = {{MT_FACT_payers, offsetof(struct mt_rules, chain_links)}, {MT_FACT_payees, offsetof(struct mt_rules, chain_links)}},
 *      .points = 1,
 *      .text = "accounts paid in"},
 *
 * Owns     constant tables
 * Cost     a detector: a few comparisons
 * Threads  any
 */
#ifndef MT_DETECTORS_H
#define MT_DETECTORS_H

#include "episode.h"
#include "points.h"

#define MT_DETECTOR_NEEDS 3

/* fact ≥ the option's value */
struct mt_need {
    uint8_t fact;  /* enum mt_fact */
    size_t option; /* offset in struct mt_rules */
};

/* A cheap test of what must be in the gather window for the detector to hold; monotone: one more transfer never turns it false. */
enum mt_prefilter {
    MT_PREFILTER_PASSING, /* a sum in of account_sum_least or more, and as much out after it as passing it on takes */
    MT_PREFILTER_LINE,    /* line_sums transfers in just below the reporting line */
    MT_PREFILTER_PAYERS,  /* gathering_payers transfers in by hand, in the day and the six hours before it */
    MT_PREFILTER_REPEATS, /* repeat_sums transfers out in the day */
    MT_PREFILTER_PAYS,    /* a transfer out by hand */
    MT_PREFILTER_SHARED,  /* a transfer out in the day that carries an indicator */
    MT_PREFILTER_LISTED,  /* a transfer with or by a listed account; not monotone in the lists: when they change, the gate is not asked (trace.h) */
};

struct mt_detector {
    const char *name; /* the alert's kind and the sign's code */
    const char *finds;
    enum mt_prefilter prefilter;
    struct mt_need needs[MT_DETECTOR_NEEDS]; /* the first is the one that is told; unused ones have option 0 and stand last */
    int16_t points;
    bool any_sum;     /* whatever the sums, and with whomever */
    uint8_t early;    /* a finding from so many points below account_score_least on: worth a look before it is an alert */
    const char *text; /* what was measured */
};

extern const struct mt_detector mt_detectors[];
extern const uint32_t mt_detector_count;

/* The prefilters that some detector has: bit 1 << each. A day on which none of these holds need not be read. */
uint32_t mt_detectors_prefilters(void);

/* Whether all of the detector's needs hold; *out_limit is the first one's. */
bool mt_detector_holds(const struct mt_detector *detector, const struct mt_rules *rules, const int64_t facts[MT_FACT_COUNT], int64_t *out_limit);

/*
 * The signs that hold, in the tables' order, and their score. False when there is no finding: no detector holds, whatever the marks say, or
 * the score is below account_score_least, less what a detector that holds allows. signs[0] is the finding's kind. `points` NULL: ours.
 */
bool mt_signs_find(const struct mt_rules *rules, const struct mt_points *points, const int64_t facts[MT_FACT_COUNT],
                   struct mt_finding_sign out_signs[MT_SIGNS_MAX], uint32_t *out_count, uint8_t *out_score);

#endif
