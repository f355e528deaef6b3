#include "measure.h"

#include <math.h>
#include <stdlib.h>

/* Hours to the nearest such sum; beyond a month it is none. */
#define NONE_MS (31 * MT_DAY_MS)

static float hours_of(int64_t away_ms)
{
    return (float)log1p((double)away_ms / (double)MT_HOUR_MS);
}

/* min ÷ max: 1 when what came in and what went out are alike. */
static float likeness(double left, double right)
{
    double most = fmax(left, right);

    return most > 0 ? (float)(fmin(left, right) / most) : 0;
}

struct sums {
    double in_3d, in_10d, out_3d, out_10d;
};

static void sum_add(const struct mt_stream *stream, uint32_t e, uint32_t at, double *sum_3d, double *sum_10d)
{
    int64_t away_ms = llabs(stream->time_ms[e] - stream->time_ms[at]);

    if (stream->currency[e] != stream->currency[at])
        return;
    *sum_3d += away_ms <= 3 * MT_DAY_MS ? stream->worth[e] : 0;
    *sum_10d += away_ms <= 10 * MT_DAY_MS ? stream->worth[e] : 0;
}

/* What the creditor did with it: the way on. */
static void onward_fill(const struct mt_prefix *prefix, uint32_t at, float *measures)
{
    const struct mt_stream *stream = prefix->stream;
    uint32_t account = stream->creditor[at], last = stream->out.first[account + 1];
    int64_t now_ms = stream->time_ms[at], nearest_ms = NONE_MS;
    struct sums sums = {.in_3d = stream->worth[at], .in_10d = stream->worth[at]};
    uint32_t new_outs = 0;

    measures[MT_MEASURE_onward_hours] = hours_of(NONE_MS);
    if (stream->hub[account])
        return;
    for (uint32_t p = mt_stream_from(stream, &stream->out, account, now_ms), near = 0; p < last && near < MT_NEAR; p++, near++) {
        uint32_t e = stream->out.at[p];
        int64_t away_ms = stream->time_ms[e] - now_ms;

        if (e >= prefix->limit || away_ms > 30 * MT_DAY_MS)
            break;
        sum_add(stream, e, at, &sums.out_3d, &sums.out_10d);
        if (stream->creditor[e] != stream->debtor[at] && mt_in_band(stream, e, at)) {
            measures[MT_MEASURE_onward_1d] = (mt_is_new(stream, e) && away_ms <= MT_DAY_MS) || measures[MT_MEASURE_onward_1d] > 0;
            measures[MT_MEASURE_onward_7d] = (mt_is_new(stream, e) && away_ms <= 7 * MT_DAY_MS) || measures[MT_MEASURE_onward_7d] > 0;
            nearest_ms = away_ms < nearest_ms ? away_ms : nearest_ms;
        }
        new_outs += mt_is_new(stream, e) && mt_is_new(stream, at) && away_ms <= 7 * MT_DAY_MS;
    }
    for (uint32_t p = stream->in.place[at], near = 0; p > stream->in.first[account] && near < MT_NEAR; p--, near++) {
        uint32_t e = stream->in.at[p - 1];

        if (now_ms - stream->time_ms[e] > 10 * MT_DAY_MS)
            break;
        sum_add(stream, e, at, &sums.in_3d, &sums.in_10d);
    }
    measures[MT_MEASURE_onward_hours] = hours_of(nearest_ms);
    measures[MT_MEASURE_new_out_after] = (float)new_outs;
    measures[MT_MEASURE_sums_after_3d] = likeness(sums.in_3d, sums.out_3d);
    measures[MT_MEASURE_sums_after_10d] = likeness(sums.in_10d, sums.out_10d);
}

/* Where the debtor had it from: the way back. */
static void arrived_fill(const struct mt_prefix *prefix, uint32_t at, float *measures)
{
    const struct mt_stream *stream = prefix->stream;
    uint32_t account = stream->debtor[at], first = stream->in.first[account];
    int64_t now_ms = stream->time_ms[at], nearest_ms = NONE_MS;
    struct sums sums = {.out_3d = stream->worth[at], .out_10d = stream->worth[at]};
    uint32_t new_ins = 0;

    measures[MT_MEASURE_arrived_hours] = hours_of(NONE_MS);
    if (stream->hub[account])
        return;
    for (uint32_t p = mt_stream_from(stream, &stream->in, account, now_ms + 1), near = 0; p > first && near < MT_NEAR; p--, near++) {
        uint32_t e = stream->in.at[p - 1];
        int64_t away_ms = now_ms - stream->time_ms[e];

        if (away_ms > 30 * MT_DAY_MS)
            break;
        if (e >= prefix->limit)
            continue;
        sum_add(stream, e, at, &sums.in_3d, &sums.in_10d);
        if (stream->debtor[e] != stream->creditor[at] && mt_in_band(stream, at, e)) {
            measures[MT_MEASURE_arrived_1d] = (mt_is_new(stream, e) && away_ms <= MT_DAY_MS) || measures[MT_MEASURE_arrived_1d] > 0;
            measures[MT_MEASURE_arrived_7d] = (mt_is_new(stream, e) && away_ms <= 7 * MT_DAY_MS) || measures[MT_MEASURE_arrived_7d] > 0;
            nearest_ms = away_ms < nearest_ms ? away_ms : nearest_ms;
        }
        new_ins += mt_is_new(stream, e) && mt_is_new(stream, at) && away_ms <= 7 * MT_DAY_MS;
    }
    for (uint32_t p = stream->out.place[at], near = 0; p > stream->out.first[account] && near < MT_NEAR; p--, near++) {
        uint32_t e = stream->out.at[p - 1];

        if (now_ms - stream->time_ms[e] > 10 * MT_DAY_MS)
            break;
        sum_add(stream, e, at, &sums.out_3d, &sums.out_10d);
    }
    measures[MT_MEASURE_arrived_hours] = hours_of(nearest_ms);
    measures[MT_MEASURE_new_in_before] = (float)new_ins;
    measures[MT_MEASURE_sums_before_3d] = likeness(sums.in_3d, sums.out_3d);
    measures[MT_MEASURE_sums_before_10d] = likeness(sums.in_10d, sums.out_10d);
}

/* The longest row of sums in band, each within a week of the one before and between accounts new to each other, that ends in this transfer. */
static void depth_back(const struct mt_prefix *prefix, uint32_t at)
{
    const struct mt_stream *stream = prefix->stream;
    uint32_t account = stream->debtor[at], first = stream->in.first[account];
    float *depth = &prefix->measures[at].at[MT_MEASURE_depth_back];

    if (stream->hub[account] || !mt_is_new(stream, at))
        return;
    for (uint32_t p = mt_stream_from(stream, &stream->in, account, stream->time_ms[at] + 1), near = 0; p > first && near < MT_NEAR; p--, near++) {
        uint32_t e = stream->in.at[p - 1];

        if (stream->time_ms[at] - stream->time_ms[e] > 7 * MT_DAY_MS)
            break;
        if (e < at && stream->debtor[e] != stream->creditor[at] && mt_is_new(stream, e) && mt_in_band(stream, at, e))
            *depth = fmaxf(*depth, prefix->measures[e].at[MT_MEASURE_depth_back] + 1);
    }
}

/* The same, beginning with this transfer. */
static void depth_on(const struct mt_prefix *prefix, uint32_t at)
{
    const struct mt_stream *stream = prefix->stream;
    uint32_t account = stream->creditor[at], last = stream->out.first[account + 1];
    float *depth = &prefix->measures[at].at[MT_MEASURE_depth_on];

    if (stream->hub[account] || !mt_is_new(stream, at))
        return;
    for (uint32_t p = mt_stream_from(stream, &stream->out, account, stream->time_ms[at]), near = 0; p < last && near < MT_NEAR; p++, near++) {
        uint32_t e = stream->out.at[p];

        if (e >= prefix->limit || stream->time_ms[e] - stream->time_ms[at] > 7 * MT_DAY_MS)
            break;
        if (e > at && stream->creditor[e] != stream->debtor[at] && mt_is_new(stream, e) && mt_in_band(stream, e, at))
            *depth = fmaxf(*depth, prefix->measures[e].at[MT_MEASURE_depth_on] + 1);
    }
}

enum mt_status mt_measure_flows(const struct mt_prefix *prefix)
{
    for (uint32_t i = 0; i < prefix->limit; i++) {
        onward_fill(prefix, i, prefix->measures[i].at);
        arrived_fill(prefix, i, prefix->measures[i].at);
        depth_back(prefix, i);
    }
    for (uint32_t i = prefix->limit; i > 0; i--) {
        float *measures = prefix->measures[i - 1].at;

        depth_on(prefix, i - 1);
        measures[MT_MEASURE_depth] = measures[MT_MEASURE_depth_back] + measures[MT_MEASURE_depth_on];
    }
    return MT_OK;
}
