#include "points_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far the prior lets parameters go, as variances in units of log odds. One setting for all streams; how it was chosen: ARCHITECTURE.md, 20. */
#define VARIANCE_START 4.0
#define VARIANCE_SCALE 0.0625 /* of the whole table's points: a quarter of them is one deviation */
#define VARIANCE_MARK 0.25
#define VARIANCE_PAIR 0.0625
#define SCALE_LOW (-0.9) /* never to nothing, or against itself */
#define SCALE_HIGH 0.5

#define FIT_SWEEPS 100
#define FIT_SETTLED 0.005 /* units: no parameter moves further in a sweep */

/* One parameter: the rows that it adds to, and where it stands. */
struct column {
    uint32_t *rows;
    double *values; /* what it adds per unit, by row of `rows`; NULL: 1 */
    uint32_t count, max;
    double variance, at, trust;
};

struct fit {
    const struct mt_points_row *rows;
    uint32_t count;
    const struct mt_marks *ours;
    enum mt_points_of which;
    double *margins;
    struct column start, scale;
    double scale_mean; /* what scale_values() took off */
    struct column marks[MT_MARKS_MAX][MT_MARK_STEPS];
    struct column (*pairs)[MT_MARK_STEPS + 1][MT_MARK_STEPS + 1];
    bool failed; /* memory could not be had */
};

static bool learnt_from(const struct mt_points_row *row)
{
    return row->weight > 0 && row->truth != MT_ROW_UNKNOWN;
}

static void column_init(struct column *column, double variance)
{
    *column = (struct column){.variance = variance, .trust = 1};
}

static void column_add(struct fit *fit, struct column *column, uint32_t row)
{
    if (column->count == column->max) {
        uint32_t max = column->max > 0 ? 2 * column->max : 64;
        uint32_t *rows = realloc(column->rows, max * sizeof *rows);

        if (rows == NULL) {
            fit->failed = true;
            return;
        }
        column->rows = rows;
        column->max = max;
    }
    column->rows[column->count++] = row;
}

/* --- one parameter's step --------------------------------------------------------------------------------------------- */

/* The most that p (1 - p) can be while the margin moves by no more than `reach`. */
static double curve(double margin, double reach)
{
    double far = fabs(margin);

    return far <= reach ? 0.25 : 1 / (2 + exp(far - reach) + exp(reach - far));
}

/* Moves a parameter to its best place nearby, within [low, high]; returns how far. */
static double column_move(struct fit *fit, struct column *column, double low, double high)
{
    double slope = column->at / column->variance, bend = 1 / column->variance;

    for (uint32_t i = 0; i < column->count; i++) {
        const struct mt_points_row *row = &fit->rows[column->rows[i]];
        double value = column->values != NULL ? column->values[i] : 1, margin = fit->margins[column->rows[i]];

        slope += (double)row->weight * value * (1 / (1 + exp(-margin)) - (row->truth == MT_ROW_ILLICIT));
        bend += (double)row->weight * value * value * curve(margin, fabs(value) * column->trust);
    }
    double step = fmax(-column->trust, fmin(column->trust, -slope / bend));
    step = fmax(low, fmin(high, column->at + step)) - column->at;
    for (uint32_t i = 0; step != 0 && i < column->count; i++)
        fit->margins[column->rows[i]] += step * (column->values != NULL ? column->values[i] : 1);
    column->at += step;
    column->trust = fmax(2 * fabs(step), column->trust / 2);
    return fabs(step);
}

/* --- directions ------------------------------------------------------------------------------------------------------- */

static int direction_of(const struct fit *fit, uint32_t mark)
{
    return mt_points_direction(fit->which, fit->ours->at[mark].fact);
}

static double ours_step(const struct mt_mark *mark, uint32_t step)
{
    return step > 0 ? mark->steps[step - 1].points / MT_POINTS_PER_UNIT : 0;
}

static double scaled(const struct fit *fit, double ours)
{
    return (1 + fit->scale.at) * ours;
}

/* The bounds of a mark's rise to `step`, as a difference from ours: the whole rise no further the wrong way than ours. */
static void mark_bounds(const struct fit *fit, uint32_t mark, uint32_t step, double *out_low, double *out_high)
{
    double rise = scaled(fit, ours_step(&fit->ours->at[mark], step) - ours_step(&fit->ours->at[mark], step - 1));
    int direction = direction_of(fit, mark);

    *out_low = direction > 0 ? -fmax(rise, 0) : -INFINITY;
    *out_high = direction < 0 ? -fmin(rise, 0) : INFINITY;
}

/* What a pair's cell is worth now. */
static double cell_now(const struct fit *fit, uint32_t pair, uint32_t a, uint32_t b)
{
    return scaled(fit, fit->ours->pairs[pair].points[a][b] / MT_POINTS_PER_UNIT) + fit->pairs[pair][a][b].at;
}

/* Two cells next to each other, by a mark with a direction: narrows the bounds of one of them, which is the `upper` one or the lower. */
static void neighbour_bound(const struct fit *fit, uint32_t pair, int direction, const uint32_t cell[2], const uint32_t next[2], bool upper,
                            double *low, double *high)
{
    const int8_t(*ours)[MT_MARK_STEPS + 1] = fit->ours->pairs[pair].points;
    double rise = scaled(fit, (ours[cell[0]][cell[1]] - ours[next[0]][next[1]]) / MT_POINTS_PER_UNIT); /* ours, from next to cell */
    double here = scaled(fit, ours[cell[0]][cell[1]] / MT_POINTS_PER_UNIT), there = cell_now(fit, pair, next[0], next[1]);

    if ((direction > 0) == upper) /* the cell may not stand lower beside its neighbour than both ours and level with it */
        *low = fmax(*low, there + fmin(rise, 0) - here);
    else
        *high = fmin(*high, there + fmax(rise, 0) - here);
}

static void cell_bounds(const struct fit *fit, uint32_t pair, uint32_t a, uint32_t b, double *out_low, double *out_high)
{
    const struct mt_pair *ours = &fit->ours->pairs[pair];
    const uint32_t marks[2] = {ours->first, ours->second}, cell[2] = {a, b};

    *out_low = -INFINITY;
    *out_high = INFINITY;
    for (int side = 0; side < 2; side++) {
        int direction = direction_of(fit, marks[side]);
        uint32_t next[2] = {a, b};

        if (direction == 0)
            continue;
        next[side] = cell[side] - 1;
        neighbour_bound(fit, pair, direction, cell, next, true, out_low, out_high);
        next[side] = cell[side] + 1;
        if (cell[side] < fit->ours->at[marks[side]].step_count)
            neighbour_bound(fit, pair, direction, cell, next, false, out_low, out_high);
    }
    *out_low = fmin(*out_low, fit->pairs[pair][a][b].at); /* where it stands it may stay, whatever rounding says */
    *out_high = fmax(*out_high, fit->pairs[pair][a][b].at);
}

/* --- the whole fit ---------------------------------------------------------------------------------------------------- */

static void row_enter(struct fit *fit, uint32_t at)
{
    const struct mt_points_row *row = &fit->rows[at];

    column_add(fit, &fit->start, at);
    column_add(fit, &fit->scale, at);
    for (uint32_t m = 0; m < fit->ours->count; m++) {
        for (uint32_t s = 1; s <= row->steps[m]; s++)
            column_add(fit, &fit->marks[m][s - 1], at);
    }
    for (uint32_t p = 0; p < fit->ours->pair_count; p++) {
        uint8_t a = row->steps[fit->ours->pairs[p].first], b = row->steps[fit->ours->pairs[p].second];

        if (a > 0 && b > 0)
            column_add(fit, &fit->pairs[p][a][b], at);
    }
    fit->margins[at] = (double)(mt_points_sum(fit->ours, row->steps) + row->fixed - MT_POINTS_LEVEL) / MT_POINTS_PER_UNIT;
}

/* What one unit of scale adds to each row: the table's sum but for the start, about its mean, so that it and the start do not pull at each other. */
static void scale_values(struct fit *fit)
{
    double total = 0, weight = 0;

    fit->scale.values = malloc((fit->scale.count + 1u) * sizeof *fit->scale.values);
    if (fit->scale.values == NULL) {
        fit->failed = true;
        return;
    }
    for (uint32_t i = 0; i < fit->scale.count; i++) {
        const struct mt_points_row *row = &fit->rows[fit->scale.rows[i]];

        fit->scale.values[i] = (double)(mt_points_sum(fit->ours, row->steps) - fit->ours->start) / MT_POINTS_PER_UNIT;
        total += (double)row->weight * fit->scale.values[i];
        weight += (double)row->weight;
    }
    for (uint32_t i = 0; i < fit->scale.count; i++)
        fit->scale.values[i] -= total / weight;
    fit->scale_mean = total / weight;
}

static enum mt_status fit_open(struct fit *fit)
{
    fit->margins = calloc(fit->count + 1u, sizeof *fit->margins);
    fit->pairs = calloc(fit->ours->pair_count + 1u, sizeof *fit->pairs);
    if (fit->margins == NULL || fit->pairs == NULL)
        return MT_NO_MEMORY;
    column_init(&fit->start, VARIANCE_START);
    column_init(&fit->scale, VARIANCE_SCALE);
    for (uint32_t m = 0; m < fit->ours->count; m++) {
        for (uint32_t s = 0; s < MT_MARK_STEPS; s++)
            column_init(&fit->marks[m][s], VARIANCE_MARK);
    }
    for (uint32_t p = 0; p < fit->ours->pair_count; p++) {
        for (uint32_t cell = 0; cell < (MT_MARK_STEPS + 1) * (MT_MARK_STEPS + 1); cell++)
            column_init(&fit->pairs[p][cell / (MT_MARK_STEPS + 1)][cell % (MT_MARK_STEPS + 1)], VARIANCE_PAIR);
    }
    for (uint32_t i = 0; i < fit->count; i++) {
        if (learnt_from(&fit->rows[i]))
            row_enter(fit, i);
    }
    return fit->failed ? MT_NO_MEMORY : MT_OK;
}

static void fit_close(struct fit *fit)
{
    for (uint32_t m = 0; m < fit->ours->count; m++) {
        for (uint32_t s = 0; s < MT_MARK_STEPS; s++)
            free(fit->marks[m][s].rows);
    }
    for (uint32_t p = 0; fit->pairs != NULL && p < fit->ours->pair_count; p++) {
        for (uint32_t cell = 0; cell < (MT_MARK_STEPS + 1) * (MT_MARK_STEPS + 1); cell++)
            free(fit->pairs[p][cell / (MT_MARK_STEPS + 1)][cell % (MT_MARK_STEPS + 1)].rows);
    }
    free(fit->scale.values);
    free(fit->scale.rows);
    free(fit->start.rows);
    free(fit->pairs);
    free(fit->margins);
}

static double start_move(struct fit *fit)
{
    return column_move(fit, &fit->start, -INFINITY, INFINITY);
}

/* Start and scale alone: how much all facts together say here. */
static enum mt_status scale_find(struct fit *fit)
{
    double moved = 1;

    scale_values(fit);
    if (fit->failed)
        return MT_NO_MEMORY;
    for (int sweep = 0; sweep < FIT_SWEEPS && moved > FIT_SETTLED; sweep++)
        moved = fmax(start_move(fit), column_move(fit, &fit->scale, SCALE_LOW, SCALE_HIGH));
    return MT_OK;
}

static double sweep_marks(struct fit *fit)
{
    double most = 0, low, high;

    for (uint32_t m = 0; m < fit->ours->count; m++) {
        for (uint32_t s = 1; s <= fit->ours->at[m].step_count; s++) {
            if (fit->marks[m][s - 1].count == 0)
                continue;
            mark_bounds(fit, m, s, &low, &high);
            most = fmax(most, column_move(fit, &fit->marks[m][s - 1], low, high));
        }
    }
    return most;
}

static double sweep_pairs(struct fit *fit)
{
    double most = 0, low, high;

    for (uint32_t p = 0; p < fit->ours->pair_count; p++) {
        for (uint32_t a = 1; a <= fit->ours->at[fit->ours->pairs[p].first].step_count; a++) {
            for (uint32_t b = 1; b <= fit->ours->at[fit->ours->pairs[p].second].step_count; b++) {
                if (fit->pairs[p][a][b].count == 0)
                    continue;
                cell_bounds(fit, p, a, b, &low, &high);
                most = fmax(most, column_move(fit, &fit->pairs[p][a][b], low, high));
            }
        }
    }
    return most;
}

/* --- whole points ----------------------------------------------------------------------------------------------------- */

static int64_t whole(double units, int64_t most)
{
    double points = nearbyint(MT_POINTS_PER_UNIT * units);

    return points > (double)most ? most : points < (double)-most ? -most : (int64_t)points;
}

static void table_write(const struct fit *fit, struct mt_points_table *table)
{
    const struct mt_marks *ours = fit->ours;
    double start = ours->start / MT_POINTS_PER_UNIT + fit->start.at - fit->scale.at * fit->scale_mean;

    for (uint32_t m = 0; m < ours->count; m++) {
        double risen = 0;

        for (uint32_t s = 1; s <= ours->at[m].step_count; s++) {
            risen += fit->marks[m][s - 1].at;
            table->at[m].steps[s - 1].points = (int16_t)whole(scaled(fit, ours_step(&ours->at[m], s)) + risen, INT8_MAX);
        }
    }
    for (uint32_t p = 0; p < ours->pair_count; p++) {
        for (uint32_t a = 0; a <= ours->at[ours->pairs[p].first].step_count; a++) {
            for (uint32_t b = 0; b <= ours->at[ours->pairs[p].second].step_count; b++)
                table->pairs[p].points[a][b] = (int8_t)whole(cell_now(fit, p, a, b), INT8_MAX);
        }
    }
    table->marks.start = (int16_t)whole(start, MT_POINTS_MOST);
}

enum mt_status mt_points_fit(const struct mt_points_row *rows, uint32_t count, enum mt_points_of which, struct mt_points_table *table)
{
    struct fit *fit = calloc(1, sizeof *fit);
    double moved = 1;

    if (fit == NULL)
        return MT_NO_MEMORY;
    fit->rows = rows;
    fit->count = count;
    fit->ours = mt_points_marks(NULL, which);
    fit->which = which;
    enum mt_status status = fit_open(fit);
    if (status == MT_OK && fit->start.count > 0)
        status = scale_find(fit);
    if (status == MT_OK && fit->start.count > 0) {
        for (int sweep = 0; sweep < FIT_SWEEPS && moved > FIT_SETTLED; sweep++)
            moved = fmax(start_move(fit), fmax(sweep_marks(fit), sweep_pairs(fit)));
        table_write(fit, table);
    }
    fit_close(fit);
    free(fit);
    return status;
}
