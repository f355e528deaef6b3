#include "evidence.h"

#include "measure.h"
#include "rarity.h"

#include <math.h>
#include <stdlib.h>

#define NEIGHBOUR_MS (7 * MT_DAY_MS)
#define NEIGHBOUR_NEAR 100
#define NEIGHBOUR_LEAST 0.5
#define NEIGHBOUR_MOST 1.1
#define NEIGHBOUR_WEIGHT 0.5f

static const struct {
    uint8_t group;
    float direction;
} measure_of[] = {
#define MEASURE_ROW(field, group, direction) [MT_MEASURE_##field] = {MT_EVIDENCE_##group, (direction)},
    MT_MEASURE_TABLE(MEASURE_ROW)
#undef MEASURE_ROW
};

enum mt_status mt_measures_fill(const struct mt_stream *stream, uint32_t count, struct mt_measures *out_measures)
{
    const struct mt_prefix prefix = {stream, count, out_measures};

    memset(out_measures, 0, count * sizeof *out_measures);
    enum mt_status status = mt_measure_habits(&prefix);
    if (status == MT_OK)
        status = mt_measure_fans(&prefix);
    if (status == MT_OK)
        status = mt_measure_flows(&prefix);
    return status == MT_OK ? mt_measure_shapes(&prefix) : status;
}

/* The groups of transfers [0, count): the rarest of each group's measures. */
static void groups_fill(const struct mt_rarity *rarities, const struct mt_measures *measures, uint32_t count, struct mt_evidence *evidence)
{
    for (uint32_t i = 0; i < count; i++) {
        memset(&evidence[i], 0, sizeof evidence[i]);
        for (int m = 0; m < MT_MEASURE_COUNT; m++) {
            float nats = mt_rarity_of(&rarities[m], measure_of[m].direction * measures[i].at[m]), *group = &evidence[i].groups[measure_of[m].group];

            *group = nats > *group ? nats : *group;
        }
    }
}

/* Being the rarest of many is not as rare as each: a group's value becomes the rarity of such a value. */
static void groups_settle(const struct mt_rarity *rarities, struct mt_evidence *evidence, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        evidence[i].score = 0;
        for (int g = 0; g < MT_EVIDENCE_GROUP_COUNT; g++) {
            evidence[i].groups[g] = mt_rarity_of(&rarities[g], evidence[i].groups[g]);
            evidence[i].score += evidence[i].groups[g];
        }
    }
}

/* --- neighbours ------------------------------------------------------------------------------------------------------ */

/* The best score among the sums that may have become this one, and among those that it may have become. */
static float neighbours(const struct mt_stream *stream, const float *scores, uint32_t at)
{
    uint32_t debtor = stream->debtor[at], creditor = stream->creditor[at];
    float before = 0, after = 0;

    if (stream->hub[debtor] || stream->hub[creditor])
        return 0;
    for (uint32_t p = mt_stream_from(stream, &stream->in, debtor, stream->time_ms[at] + 1), near = 0;
         p > stream->in.first[debtor] && near < NEIGHBOUR_NEAR; p--, near++) {
        uint32_t e = stream->in.at[p - 1];
        double ratio = mt_worth_ratio(stream, at, e);

        if (stream->time_ms[at] - stream->time_ms[e] > NEIGHBOUR_MS)
            break;
        if (e != at && stream->debtor[e] != creditor && ratio > NEIGHBOUR_LEAST && ratio < NEIGHBOUR_MOST && scores[e] > before)
            before = scores[e];
    }
    for (uint32_t p = mt_stream_from(stream, &stream->out, creditor, stream->time_ms[at]), near = 0;
         p < stream->out.first[creditor + 1] && near < NEIGHBOUR_NEAR; p++, near++) {
        uint32_t e = stream->out.at[p];
        double ratio = mt_worth_ratio(stream, e, at);

        if (stream->time_ms[e] - stream->time_ms[at] > NEIGHBOUR_MS)
            break;
        if (e != at && stream->creditor[e] != debtor && ratio > NEIGHBOUR_LEAST && ratio < NEIGHBOUR_MOST && scores[e] > after)
            after = scores[e];
    }
    return NEIGHBOUR_WEIGHT * (before + after);
}

/* --- all of it ------------------------------------------------------------------------------------------------------- */

/* What is measured before the cut, and what it takes to read values against it. */
struct reference {
    uint32_t first, count; /* transfers [first, count) */
    struct mt_measures *measures;
    struct mt_evidence *evidence;
    struct mt_rarity by_measure[MT_MEASURE_COUNT];
    struct mt_rarity by_group[MT_EVIDENCE_GROUP_COUNT];
    struct mt_rarity by_score;
};

static void reference_fini(struct reference *reference)
{
    for (int m = 0; m < MT_MEASURE_COUNT; m++)
        mt_rarity_fini(&reference->by_measure[m]);
    for (int g = 0; g < MT_EVIDENCE_GROUP_COUNT; g++)
        mt_rarity_fini(&reference->by_group[g]);
    mt_rarity_fini(&reference->by_score);
    free(reference->measures);
    free(reference->evidence);
}

static enum mt_status tables_init(struct mt_rarity *rarities, int table_count, const struct reference *reference, const float *first_column,
                                  size_t stride, bool measures)
{
    enum mt_status status = MT_OK;

    for (int t = 0; t < table_count && status == MT_OK; t++)
        status = mt_rarity_init(&rarities[t], first_column + t, stride, reference->count - reference->first,
                                measures ? measure_of[t].direction : 1);
    return status;
}

static enum mt_status reference_init(struct reference *reference, const struct mt_stream *stream, int64_t reference_ms)
{
    size_t measures_stride = sizeof(struct mt_measures) / sizeof(float), evidence_stride = sizeof(struct mt_evidence) / sizeof(float);
    int64_t start_ms = stream->count > 0 ? stream->time_ms[0] : 0;

    reference->count = mt_stream_lower(stream, reference_ms);
    reference->first = mt_stream_lower(stream, start_ms + (reference_ms - start_ms) / 4);
    reference->measures = malloc(((size_t)reference->count + 1) * sizeof *reference->measures);
    reference->evidence = malloc(((size_t)reference->count + 1) * sizeof *reference->evidence);
    if (reference->measures == NULL || reference->evidence == NULL)
        return MT_NO_MEMORY;
    enum mt_status status = mt_measures_fill(stream, reference->count, reference->measures);
    if (status == MT_OK)
        status = tables_init(reference->by_measure, MT_MEASURE_COUNT, reference, reference->measures[reference->first].at, measures_stride, true);
    if (status != MT_OK)
        return status;
    groups_fill(reference->by_measure, reference->measures, reference->count, reference->evidence);
    status = tables_init(reference->by_group, MT_EVIDENCE_GROUP_COUNT, reference, reference->evidence[reference->first].groups, evidence_stride,
                         false);
    if (status != MT_OK)
        return status;
    groups_settle(reference->by_group, reference->evidence, reference->count);
    return mt_rarity_init(&reference->by_score, &reference->evidence[reference->first].score, evidence_stride,
                          reference->count - reference->first, 1);
}

enum mt_status mt_evidence_fill(const struct mt_stream *stream, int64_t reference_ms, struct mt_evidence *out_evidence)
{
    struct mt_measures *measures = malloc(((size_t)stream->count + 1) * sizeof *measures);
    float *scores = malloc(((size_t)stream->count + 1) * sizeof *scores);
    struct reference reference = {0};
    enum mt_status status = measures == NULL || scores == NULL ? MT_NO_MEMORY : reference_init(&reference, stream, reference_ms);

    if (status == MT_OK)
        status = mt_measures_fill(stream, stream->count, measures);
    if (status == MT_OK) {
        groups_fill(reference.by_measure, measures, stream->count, out_evidence);
        groups_settle(reference.by_group, out_evidence, stream->count);
        for (uint32_t i = 0; i < stream->count; i++) {
            bool hub = stream->hub[stream->debtor[i]] || stream->hub[stream->creditor[i]];

            out_evidence[i].score = mt_rarity_of(&reference.by_score, out_evidence[i].score);
            scores[i] = hub ? 0 : out_evidence[i].score;
        }
        for (uint32_t i = 0; i < stream->count; i++) {
            out_evidence[i].neighbours = neighbours(stream, scores, i);
            out_evidence[i].score += out_evidence[i].neighbours;
        }
    }
    reference_fini(&reference);
    free(measures);
    free(scores);
    return status;
}
