#include "model.h"

#include <math.h>
#include <stdlib.h>

#define ROUNDS 300
#define RATE 0.05
#define LEAF_RIDGE 1.0
#define LEAF_ROWS 20
#define LICIT_WEIGHT 5000.0 /* in total; the illicit rows' is 1000: the top of the ranking is what counts */
#define ILLICIT_WEIGHT 1000.0

static const char *const names[] = {
#define MEASURE_NAME(field, group, direction) [MT_MEASURE_##field] = #field,
    MT_MEASURE_TABLE(MEASURE_NAME)
#undef MEASURE_NAME
#define GROUP_NAME(name, field, text) [MT_MEASURE_COUNT + MT_EVIDENCE_##name] = "rare_" #field,
    MT_EVIDENCE_GROUP_TABLE(GROUP_NAME)
#undef GROUP_NAME
    [MT_MODEL_INPUTS - 1] = "neighbours",
};

const char *mt_model_input_name(int input)
{
    return names[input];
}

static float input_of(int input, const struct mt_measures *measures, const struct mt_evidence *evidence)
{
    if (input < MT_MEASURE_COUNT)
        return measures->at[input];
    if (input < MT_MEASURE_COUNT + MT_EVIDENCE_GROUP_COUNT)
        return evidence->groups[input - MT_MEASURE_COUNT];
    return evidence->neighbours;
}

static uint32_t band_of(const struct mt_model_table *table, float value)
{
    uint32_t low = 0, high = table->band_count - 1;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (table->edges[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

float mt_model_points(const struct mt_model *model, int input, const struct mt_measures *measures, const struct mt_evidence *evidence)
{
    const struct mt_model_table *table = &model->tables[input];

    return table->band_count > 1 ? table->points[band_of(table, input_of(input, measures, evidence))] : 0;
}

float mt_model_score(const struct mt_model *model, const struct mt_measures *measures, const struct mt_evidence *evidence)
{
    float score = model->base;

    for (int input = 0; input < MT_MODEL_INPUTS; input++)
        score += mt_model_points(model, input, measures, evidence);
    return score;
}

/* --- fitting ---------------------------------------------------------------------------------------------------------- */

struct fit {
    struct mt_model *model;
    uint32_t count;
    const struct mt_model_row *rows;
    uint8_t *bands; /* by input, then row */
    double *margins;
    double *gradients, *hessians;
    double licit_weight, illicit_weight; /* of one row */
};

static int float_compare(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;

    return (a > b) - (a < b);
}

/* Bands of about equally many rows; equal values stay together. */
static void edges_set(struct mt_model_table *table, const float *sorted, uint32_t count)
{
    uint32_t per_band = count / (MT_MODEL_BANDS - 1) > LEAF_ROWS ? count / (MT_MODEL_BANDS - 1) : LEAF_ROWS, in_band = 0;

    table->band_count = 1;
    for (uint32_t i = 0; i + 1 < count && table->band_count < MT_MODEL_BANDS; i++) {
        in_band++;
        if (sorted[i + 1] == sorted[i] || in_band < per_band)
            continue;
        table->edges[table->band_count++ - 1] = sorted[i] + (sorted[i + 1] - sorted[i]) / 2;
        in_band = 0;
    }
}

static bool bands_fill(struct fit *fit)
{
    float *values = malloc((size_t)fit->count * sizeof *values), *sorted = malloc((size_t)fit->count * sizeof *sorted);
    bool good = values != NULL && sorted != NULL;

    for (int input = 0; input < MT_MODEL_INPUTS && good; input++) {
        struct mt_model_table *table = &fit->model->tables[input];

        for (uint32_t i = 0; i < fit->count; i++)
            sorted[i] = values[i] = input_of(input, fit->rows[i].measures, fit->rows[i].evidence);
        qsort(sorted, fit->count, sizeof *sorted, float_compare);
        edges_set(table, sorted, fit->count);
        for (uint32_t i = 0; i < fit->count; i++)
            fit->bands[(size_t)input * fit->count + i] = (uint8_t)band_of(table, values[i]);
    }
    free(values);
    free(sorted);
    return good;
}

static void slopes_fill(struct fit *fit)
{
    for (uint32_t i = 0; i < fit->count; i++) {
        double chance = 1 / (1 + exp(-fit->margins[i])), weight = fit->rows[i].illicit ? fit->illicit_weight : fit->licit_weight;

        fit->gradients[i] = weight * (chance - fit->rows[i].illicit);
        fit->hessians[i] = weight * chance * (1 - chance);
    }
}

struct split {
    double gain;
    int input;
    uint32_t band; /* the last on the left */
    double left, right;
};

static double leaf(double gradient, double hessian)
{
    return -RATE * gradient / (hessian + LEAF_RIDGE);
}

static void input_split(const struct fit *fit, int input, struct split *best)
{
    double gradients[MT_MODEL_BANDS] = {0}, hessians[MT_MODEL_BANDS] = {0}, gradient = 0, hessian = 0, left_gradient = 0, left_hessian = 0;
    uint32_t rows[MT_MODEL_BANDS] = {0}, left_rows = 0, band_count = fit->model->tables[input].band_count;
    const uint8_t *bands = fit->bands + (size_t)input * fit->count;

    for (uint32_t i = 0; i < fit->count; i++) {
        gradients[bands[i]] += fit->gradients[i];
        hessians[bands[i]] += fit->hessians[i];
        rows[bands[i]]++;
    }
    for (uint32_t b = 0; b < band_count; b++) {
        gradient += gradients[b];
        hessian += hessians[b];
    }
    for (uint32_t b = 0; b + 1 < band_count; b++) {
        left_gradient += gradients[b];
        left_hessian += hessians[b];
        left_rows += rows[b];
        if (left_rows < LEAF_ROWS || fit->count - left_rows < LEAF_ROWS)
            continue;
        double right_gradient = gradient - left_gradient, right_hessian = hessian - left_hessian;
        double gain = left_gradient * left_gradient / (left_hessian + LEAF_RIDGE) + right_gradient * right_gradient / (right_hessian + LEAF_RIDGE) -
                      gradient * gradient / (hessian + LEAF_RIDGE);
        if (gain > best->gain)
            *best = (struct split){gain, input, b, leaf(left_gradient, left_hessian), leaf(right_gradient, right_hessian)};
    }
}

static bool round_run(struct fit *fit)
{
    struct split best = {.gain = 1e-9, .input = -1};

    slopes_fill(fit);
    for (int input = 0; input < MT_MODEL_INPUTS; input++)
        input_split(fit, input, &best);
    if (best.input < 0)
        return false;
    struct mt_model_table *table = &fit->model->tables[best.input];
    const uint8_t *bands = fit->bands + (size_t)best.input * fit->count;
    for (uint32_t b = 0; b < table->band_count; b++)
        table->points[b] += (float)(b <= best.band ? best.left : best.right);
    for (uint32_t i = 0; i < fit->count; i++)
        fit->margins[i] += bands[i] <= best.band ? best.left : best.right;
    return true;
}

enum mt_status mt_model_fit(const struct mt_model_row *rows, uint32_t count, struct mt_model *out_model)
{
    struct fit fit = {.model = out_model, .count = count, .rows = rows};
    uint32_t illicit = 0;

    memset(out_model, 0, sizeof *out_model);
    for (uint32_t i = 0; i < count; i++)
        illicit += rows[i].illicit;
    if (illicit == 0 || illicit == count)
        return MT_BAD_CONFIG;
    fit.illicit_weight = ILLICIT_WEIGHT / illicit;
    fit.licit_weight = LICIT_WEIGHT / (count - illicit);
    fit.bands = malloc((size_t)MT_MODEL_INPUTS * count);
    fit.margins = malloc(count * sizeof *fit.margins);
    fit.gradients = malloc(count * sizeof *fit.gradients);
    fit.hessians = malloc(count * sizeof *fit.hessians);
    bool good = fit.bands != NULL && fit.margins != NULL && fit.gradients != NULL && fit.hessians != NULL && bands_fill(&fit);
    out_model->base = (float)log(ILLICIT_WEIGHT / LICIT_WEIGHT);
    for (uint32_t i = 0; i < count && good; i++)
        fit.margins[i] = out_model->base;
    for (int round = 0; round < ROUNDS && good && round_run(&fit); round++) {
    }
    free(fit.bands);
    free(fit.margins);
    free(fit.gradients);
    free(fit.hessians);
    return good ? MT_OK : MT_NO_MEMORY;
}
