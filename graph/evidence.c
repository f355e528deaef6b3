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

static bool in_neighbour_band(double ratio)
{
    return ratio > NEIGHBOUR_LEAST && ratio < NEIGHBOUR_MOST;
}

/* The best score among the sums that may have become this one, and among those that it may have become. */
static float neighbours(const struct mt_prefix *prefix, const float *scores, uint32_t at)
{
    const struct mt_stream *stream = prefix->stream;
    uint32_t debtor = stream->debtor[at], creditor = stream->creditor[at], e;
    int64_t now_ms = stream->time_ms[at];
    float before = 0, after = 0;

    if (stream->hub[debtor] || stream->hub[creditor])
        return 0;
    struct mt_near in = mt_near_from(prefix, &stream->in, debtor, mt_stream_from(stream, &stream->in, debtor, now_ms + 1), true, now_ms,
                                     NEIGHBOUR_MS, NEIGHBOUR_NEAR);
    while (mt_near_next(&in, &e)) {
        if (e != at && stream->debtor[e] != creditor && in_neighbour_band(mt_worth_ratio(stream, at, e)) && scores[e] > before)
            before = scores[e];
    }
    struct mt_near out = mt_near_from(prefix, &stream->out, creditor, mt_stream_from(stream, &stream->out, creditor, now_ms), false, now_ms,
                                      NEIGHBOUR_MS, NEIGHBOUR_NEAR);
    while (mt_near_next(&out, &e)) {
        if (e != at && stream->creditor[e] != debtor && in_neighbour_band(mt_worth_ratio(stream, e, at)) && scores[e] > after)
            after = scores[e];
    }
    return NEIGHBOUR_WEIGHT * (before + after);
}

/* --- what is usual --------------------------------------------------------------------------------------------------- */

struct mt_usual {
    uint32_t first, last;
    struct mt_rarity by_measure[MT_MEASURE_COUNT];
    struct mt_rarity by_group[MT_EVIDENCE_GROUP_COUNT];
    struct mt_rarity by_score;
};

void mt_usual_destroy(struct mt_usual *usual)
{
    if (usual == NULL)
        return;
    for (int m = 0; m < MT_MEASURE_COUNT; m++)
        mt_rarity_fini(&usual->by_measure[m]);
    for (int g = 0; g < MT_EVIDENCE_GROUP_COUNT; g++)
        mt_rarity_fini(&usual->by_group[g]);
    mt_rarity_fini(&usual->by_score);
    free(usual);
}

void mt_usual_range(const struct mt_usual *usual, uint32_t *out_first, uint32_t *out_last)
{
    *out_first = usual->first;
    *out_last = usual->last;
}

/* One table after another, each made of what the one before made of the values. */
static enum mt_status tables_init(struct mt_usual *usual, const struct mt_measures *measures, struct mt_evidence *evidence)
{
    uint32_t count = usual->last - usual->first;
    enum mt_status status = MT_OK;

    for (int m = 0; m < MT_MEASURE_COUNT && status == MT_OK; m++)
        status = mt_rarity_init(&usual->by_measure[m], measures[usual->first].at + m, sizeof *measures / sizeof(float), count,
                                measure_of[m].direction);
    if (status != MT_OK)
        return status;
    groups_fill(usual->by_measure, measures, usual->last, evidence);
    for (int g = 0; g < MT_EVIDENCE_GROUP_COUNT && status == MT_OK; g++)
        status = mt_rarity_init(&usual->by_group[g], evidence[usual->first].groups + g, sizeof *evidence / sizeof(float), count, 1);
    if (status != MT_OK)
        return status;
    groups_settle(usual->by_group, evidence, usual->last);
    return mt_rarity_init(&usual->by_score, &evidence[usual->first].score, sizeof *evidence / sizeof(float), count, 1);
}

enum mt_status mt_usual_create(const struct mt_stream *stream, int64_t reference_ms, const struct mt_measures *measures,
                               struct mt_usual **out_usual)
{
    struct mt_usual *usual = calloc(1, sizeof *usual);
    int64_t start_ms = stream->count > 0 ? stream->time_ms[0] : 0;

    if (usual == NULL)
        return MT_NO_MEMORY;
    usual->last = mt_stream_lower(stream, reference_ms);
    usual->first = mt_stream_lower(stream, start_ms + (reference_ms - start_ms) / 4);
    if (usual->first >= usual->last) /* all came at once: a quarter of them warms up */
        usual->first = usual->last / 4;
    struct mt_evidence *evidence = malloc(((size_t)usual->last + 1) * sizeof *evidence);
    enum mt_status status = evidence == NULL ? MT_NO_MEMORY : tables_init(usual, measures, evidence);
    free(evidence);
    if (status != MT_OK) {
        mt_usual_destroy(usual);
        return status;
    }
    *out_usual = usual;
    return MT_OK;
}

enum mt_status mt_evidence_fill(const struct mt_stream *stream, const struct mt_usual *usual, uint32_t count,
                                const struct mt_measures *measures, struct mt_evidence *out_evidence)
{
    const struct mt_prefix prefix = {.stream = stream, .limit = count};
    float *scores = malloc(((size_t)count + 1) * sizeof *scores);

    if (scores == NULL)
        return MT_NO_MEMORY;
    groups_fill(usual->by_measure, measures, count, out_evidence);
    groups_settle(usual->by_group, out_evidence, count);
    for (uint32_t i = 0; i < count; i++) {
        bool hub = stream->hub[stream->debtor[i]] || stream->hub[stream->creditor[i]];

        out_evidence[i].score = mt_rarity_of(&usual->by_score, out_evidence[i].score);
        scores[i] = hub ? 0 : out_evidence[i].score;
    }
    for (uint32_t i = 0; i < count; i++) {
        out_evidence[i].neighbours = neighbours(&prefix, scores, i);
        out_evidence[i].score += out_evidence[i].neighbours;
    }
    free(scores);
    return MT_OK;
}
