/*
 * points.h: what signs are worth: both tables of marks and pairs, and the detectors' own points; ours (marks.c, detectors.c), or a bank's.
 *
 * A bank's are ours with other points, fitted to its labels (points_fit.h) and kept in a file (schemas/points.h). Which marks and pairs there are, and
 * their steps' limits, stay ours: so a sign has one number and one text whatever it is worth.
 *
 * Owns     its copies: one block, which stays where it is (its tables point into it)
 * Cost     as signs.h
 * Threads  any, once sealed
 */
#ifndef MT_POINTS_H
#define MT_POINTS_H

#include "signs.h"

#define MT_PAIRS_MAX (MT_SIGN_CHAIN - MT_SIGN_ACCOUNT)
#define MT_POINTS_LEVEL 65  /* the score of an alert: what points are fitted for */
#define MT_POINTS_MOST 1000 /* what one sign may be worth, up or down; a pair: INT8_MAX */

enum mt_points_of { MT_POINTS_ACCOUNT, MT_POINTS_CHAIN, MT_POINTS_TABLES };

struct mt_points_table {
    struct mt_marks marks; /* of the two below */
    struct mt_mark at[MT_MARKS_MAX];
    struct mt_pair pairs[MT_PAIRS_MAX];
};

struct mt_points {
    struct mt_points_table tables[MT_POINTS_TABLES];
    int16_t detectors[MT_SIGN_ACCOUNT];
    uint64_t version; /* of all points: equal ones have equal versions */
};

/* Ours, to be given other points and then sealed. */
MT_MUST_USE enum mt_status mt_points_create(struct mt_points **out_points);
void mt_points_destroy(struct mt_points *points); /* NULL is fine */

/* Names the content anew. */
void mt_points_seal(struct mt_points *points);

/* Of these three, NULL means ours. */
const struct mt_marks *mt_points_marks(const struct mt_points *points, enum mt_points_of which);
int16_t mt_points_detector(const struct mt_points *points, uint32_t detector);
uint64_t mt_points_version(const struct mt_points *points);

/* How many steps of each of the table's marks the facts reach. */
void mt_points_steps(const struct mt_marks *marks, const int64_t facts[], uint8_t out_steps[MT_MARKS_MAX]);

/* What the table adds up to on these steps, its start included. */
int64_t mt_points_sum(const struct mt_marks *marks, const uint8_t steps[MT_MARKS_MAX]);

/*
 * The least that a table can add up to, as far as a search finds: from each of many beginnings one fact after another goes to the step that
 * speaks most for the account, until none can. Milliseconds.
 */
int64_t mt_points_least(const struct mt_marks *marks);

/* Whether a listed account is an alert whatever speaks for it: no fit may take that away. */
bool mt_points_list_holds(const struct mt_points *points);

/* Which way the fact's points may only go: 1: the more of it (of a mark that is at_most, the less) the worse; -1: the better; 0: as it comes. */
int mt_points_direction(enum mt_points_of which, uint8_t fact);

#endif
