/*
 * points_fit.h: a table's points fitted to what a bank knows of its own findings.
 *
 * Logistic regression, 6 points a unit of log odds, with a Gaussian prior centred on ours: the most probable points given the labels (MAP). So few
 * labels leave them, many move them. Parameters are what moves from ours: where all start from; one scale for the whole table, since on another
 * stream all facts may say less than on ours; then each mark's rise from one step to the next, and each cell of each pair where both marks have
 * reached a step. A fact with a direction keeps it: no step of it, in its mark or in a pair, goes further the wrong way than ours does, scaled as
 * all are.
 *
 * The optimum is found by coordinate descent, one parameter after another within a trusted region (Genkin, Lewis, Madigan: Large-scale Bayesian logistic
 * regression, Technometrics 2007). Coordinates, rows and sums have one order, so the same rows give the same points.
 *
 * Owns     nothing after the call
 * Bounds   FIT_SWEEPS sweeps
 * Cost     about 150 reached parameters a row and sweep, 15 to 60 sweeps
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_POINTS_FIT_H
#define MT_POINTS_FIT_H

#include "points.h"

#define MT_POINTS_PER_UNIT 6.0 /* as bench/accuracy/points.py */

enum mt_row_truth { MT_ROW_UNKNOWN, MT_ROW_HONEST, MT_ROW_ILLICIT };

/* A finding as its table sees it. */
struct mt_points_row {
    int64_t last_ms;              /* of its last transfer */
    float weight;                 /* how many it stands for; 0: not learnt from */
    int16_t fixed;                /* detectors' points, which no fit moves */
    uint8_t truth;                /* enum mt_row_truth */
    uint8_t steps[MT_MARKS_MAX];  /* of the table's marks */
};

/*
 * Fits the table, which holds ours, to the rows that have a truth and a weight. `start` is moved so that the level is an even chance, if ours had it so:
 * where the level is to lie is the caller's (points_level.h).
 */
MT_MUST_USE enum mt_status mt_points_fit(const struct mt_points_row *rows, uint32_t count, enum mt_points_of which, struct mt_points_table *table);

#endif
