/*
 * points_level.h: a table learnt from a bank's labels: its points fitted (points_fit.h), and its start set so that the level of an alert means
 * something.
 *
 * Points look better on the rows that they were fitted to than on any others. So the rows' time is cut in four, each quarter is scored by points fitted
 * to the other three, and the level is the lowest of these scores from which the wished-for share is right; or, where none has that, the one with most
 * right of those that find a tenth of all, raising no more than ours do. With too few labels the level stays where the fit says.
 *
 * Owns     nothing after the call
 * Cost     five fits
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_POINTS_LEVEL_H
#define MT_POINTS_LEVEL_H

#include "points_fit.h"

#define MT_POINTS_FEW 20 /* of either kind, rows: fewer set no level */

struct mt_points_goal {
    int64_t precision_percent; /* of what is raised */
    int64_t sample;            /* honest rows learnt from, drawn evenly, at most */
    bool never_more;           /* raise no more rows than ours do, known or not: what was never raised has no label that could speak against it */
};

/* What stands at the level or above, among rows that have a truth. */
struct mt_points_tally {
    uint32_t raised, right;
};

enum mt_points_level {
    MT_POINTS_LEFT,    /* no row of one kind: the table is ours */
    MT_POINTS_TOO_FEW, /* fitted, and no level set */
    MT_POINTS_BEST,    /* the precision is out of reach */
    MT_POINTS_REACHED,
    MT_POINTS_HELD     /* above where the precision would be, so as to raise no more */
};

struct mt_points_report {
    enum mt_points_level level;
    uint32_t illicit, honest, unknown;
    struct mt_points_tally before, after;
    struct mt_points_tally unseen; /* at the level, each row by points fitted without its quarter; none when too few */
};

/* `rows` in order of time; their weights are set here. `table` holds ours before, and what was learnt after. */
MT_MUST_USE enum mt_status mt_points_learn(struct mt_points_row *rows, uint32_t count, enum mt_points_of which, const struct mt_points_goal *goal,
                                           struct mt_points_table *table, struct mt_points_report *out_report);

/* Gives a listed account the points that whatever the account's table says cannot outweigh. To be sealed after. */
void mt_points_list_hold(struct mt_points *points);

#endif
