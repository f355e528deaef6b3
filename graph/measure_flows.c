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

static void sum_add(const struct mt_stream *stream, uint32_t e, uint32_t at, double *sum_3d, double *sum_10d)
{
    int64_t away_ms = llabs(stream->time_ms[e] - stream->time_ms[at]);

    if (stream->currency[e] != stream->currency[at])
        return;
    *sum_3d += away_ms <= 3 * MT_DAY_MS ? stream->worth[e] : 0;
    *sum_10d += away_ms <= 10 * MT_DAY_MS ? stream->worth[e] : 0;
}

/* The way on from the creditor, or the way back from the debtor. Both ask the same of the other list of their account. */
struct way {
    const struct mt_stream_lists *forth, *here; /* the account's transfers that way, and those like this one */
    uint32_t account;
    const uint32_t *ends; /* where transfers that way end */
    uint32_t home;        /* the end that does not count: back where this one came from, or goes */
    bool back;
};

static struct way way_of(const struct mt_stream *stream, uint32_t at, bool back)
{
    if (back)
        return (struct way){&stream->in, &stream->out, stream->debtor[at], stream->debtor, stream->creditor[at], true};
    return (struct way){&stream->out, &stream->in, stream->creditor[at], stream->creditor, stream->debtor[at], false};
}

/* The account's transfers that way, from the same instant on. */
static struct mt_near way_near(const struct mt_prefix *prefix, const struct way *way, uint32_t at, int64_t span_ms)
{
    int64_t now_ms = prefix->stream->time_ms[at];
    uint32_t place = mt_stream_from(prefix->stream, way->forth, way->account, way->back ? now_ms + 1 : now_ms);

    return mt_near_from(prefix, way->forth, way->account, place, way->back, now_ms, span_ms, MT_NEAR);
}

/* Whether transfer e can be the same money one step that way. */
static bool goes_on(const struct mt_stream *stream, const struct way *way, uint32_t at, uint32_t e)
{
    return way->ends[e] != way->home && (way->back ? mt_in_band(stream, at, e) : mt_in_band(stream, e, at));
}

/* Where the measures of one way stand. */
struct places {
    enum mt_measure in_1d, in_7d, hours, new_ones, sums_3d, sums_10d;
};

static void way_fill(const struct mt_prefix *prefix, uint32_t at, const struct way *way, const struct places *places)
{
    const struct mt_stream *stream = prefix->stream;
    float *measures = prefix->measures[at].at;
    int64_t now_ms = stream->time_ms[at], nearest_ms = NONE_MS;
    double here_3d = stream->worth[at], here_10d = here_3d, forth_3d = 0, forth_10d = 0;
    uint32_t new_ones = 0, e;

    measures[places->hours] = hours_of(NONE_MS);
    if (stream->hub[way->account])
        return;
    struct mt_near near = way_near(prefix, way, at, 30 * MT_DAY_MS);
    while (mt_near_next(&near, &e)) {
        int64_t away_ms = llabs(stream->time_ms[e] - now_ms);

        sum_add(stream, e, at, &forth_3d, &forth_10d);
        if (goes_on(stream, way, at, e)) {
            if (mt_is_new(stream, e) && away_ms <= MT_DAY_MS)
                measures[places->in_1d] = 1;
            if (mt_is_new(stream, e) && away_ms <= 7 * MT_DAY_MS)
                measures[places->in_7d] = 1;
            nearest_ms = away_ms < nearest_ms ? away_ms : nearest_ms;
        }
        new_ones += mt_is_new(stream, e) && mt_is_new(stream, at) && away_ms <= 7 * MT_DAY_MS;
    }
    near = mt_near_from(prefix, way->here, way->account, way->here->place[at], true, now_ms, 10 * MT_DAY_MS, MT_NEAR);
    while (mt_near_next(&near, &e))
        sum_add(stream, e, at, &here_3d, &here_10d);
    measures[places->hours] = hours_of(nearest_ms);
    measures[places->new_ones] = (float)new_ones;
    measures[places->sums_3d] = likeness(here_3d, forth_3d);
    measures[places->sums_10d] = likeness(here_10d, forth_10d);
}

/* The longest row of sums in band, each within a week of the one before and between accounts new to each other, that way from this transfer. */
static void depth_fill(const struct mt_prefix *prefix, uint32_t at, const struct way *way, enum mt_measure place)
{
    const struct mt_stream *stream = prefix->stream;
    float *depth = &prefix->measures[at].at[place];
    uint32_t e;

    if (stream->hub[way->account] || !mt_is_new(stream, at))
        return;
    struct mt_near near = way_near(prefix, way, at, 7 * MT_DAY_MS);
    while (mt_near_next(&near, &e)) {
        bool known = way->back ? e < at : e > at; /* of one instant, those that come before or after by key */

        if (known && mt_is_new(stream, e) && goes_on(stream, way, at, e))
            *depth = fmaxf(*depth, prefix->measures[e].at[place] + 1);
    }
}

enum mt_status mt_measure_flows(const struct mt_prefix *prefix)
{
    static const struct places onward = {MT_MEASURE_onward_1d,     MT_MEASURE_onward_7d,      MT_MEASURE_onward_hours,
                                         MT_MEASURE_new_out_after, MT_MEASURE_sums_after_3d, MT_MEASURE_sums_after_10d};
    static const struct places arrived = {MT_MEASURE_arrived_1d,     MT_MEASURE_arrived_7d,      MT_MEASURE_arrived_hours,
                                          MT_MEASURE_new_in_before, MT_MEASURE_sums_before_3d, MT_MEASURE_sums_before_10d};

    for (uint32_t i = 0; i < prefix->limit; i++) {
        const struct way on = way_of(prefix->stream, i, false), back = way_of(prefix->stream, i, true);

        way_fill(prefix, i, &on, &onward);
        way_fill(prefix, i, &back, &arrived);
        depth_fill(prefix, i, &back, MT_MEASURE_depth_back);
    }
    for (uint32_t i = prefix->limit; i > 0; i--) {
        const struct way on = way_of(prefix->stream, i - 1, false);
        float *measures = prefix->measures[i - 1].at;

        depth_fill(prefix, i - 1, &on, MT_MEASURE_depth_on);
        measures[MT_MEASURE_depth] = measures[MT_MEASURE_depth_back] + measures[MT_MEASURE_depth_on];
    }
    return MT_OK;
}
