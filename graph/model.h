/*
 * model.h: what a bank's own labels say about the weight of evidence: a table of points per input, added up.
 *
 * Inputs are the raw measures of a transfer, the groups' rarities and the neighbours' part. Each has a table: value band → points (log-odds).
 * The score is the sum, so that every part can be read. Fitted by gradient boosting of trees with one split each (Friedman, Greedy function
 * approximation, 2001, with second-order leaf weights), whose sum over one input is that input's table: a generalised additive model.
 *
 * Owns     itself, one block
 * Cost     fit O(rounds × rows × inputs); score O(inputs × log bands)
 * Threads  none
 * Fails    MT_NO_MEMORY; MT_BAD_CONFIG: no labelled row, or nothing but labelled rows
 */
#ifndef MT_MODEL_H
#define MT_MODEL_H

#include "evidence.h"

#define MT_MODEL_INPUTS (MT_MEASURE_COUNT + MT_EVIDENCE_GROUP_COUNT + 1)
#define MT_MODEL_BANDS 64

struct mt_model_table {
    uint32_t band_count;            /* 1: the input says nothing */
    float edges[MT_MODEL_BANDS];    /* band b holds values ≤ edges[b]; the last band has none */
    float points[MT_MODEL_BANDS];
};

struct mt_model {
    float base;
    struct mt_model_table tables[MT_MODEL_INPUTS];
};

/* Name of an input: its field, or its group's; "neighbours" the last. */
const char *mt_model_input_name(int input);

float mt_model_score(const struct mt_model *model, const struct mt_measures *measures, const struct mt_evidence *evidence);

/* What one input adds to the score. */
float mt_model_points(const struct mt_model *model, int input, const struct mt_measures *measures, const struct mt_evidence *evidence);

struct mt_model_row {
    const struct mt_measures *measures;
    const struct mt_evidence *evidence;
    bool illicit;
};

/* Fits to the rows: all of them are used, illicit ones as a whole weighing a fifth of the others. The same rows give the same model. */
MT_MUST_USE enum mt_status mt_model_fit(const struct mt_model_row *rows, uint32_t count, struct mt_model *out_model);

#endif
