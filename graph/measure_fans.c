#include "measure.h"

#include <math.h>
#include <stdlib.h>

/* Which accounts have been counted in this walk. */
struct seen {
    uint32_t *stamps;
    uint32_t stamp;
};

struct fan {
    uint32_t new_1d, new_7d, new_30d, alike_7d, alike_30d;
};

/* A counterparty counts once, at its last transfer before this one, else at its first after, and only if it is a new one there. */
static void fan_take(const struct mt_prefix *prefix, const uint32_t *others, uint32_t at, uint32_t e, struct seen *seen, struct fan *fan)
{
    const struct mt_stream *stream = prefix->stream;
    int64_t away_ms = llabs(stream->time_ms[e] - stream->time_ms[at]);
    double ratio = mt_worth_ratio(stream, e, at);
    bool alike = ratio > 0.85 && ratio < 1 / 0.85;

    if (seen->stamps[others[e]] == seen->stamp)
        return;
    seen->stamps[others[e]] = seen->stamp;
    if (!mt_is_new(stream, e))
        return;
    fan->new_1d += away_ms <= MT_DAY_MS;
    fan->new_7d += away_ms <= 7 * MT_DAY_MS;
    fan->new_30d++;
    fan->alike_7d += alike && away_ms <= 7 * MT_DAY_MS;
    fan->alike_30d += alike;
}

static struct fan fan_of(const struct mt_prefix *prefix, uint32_t at, bool out, struct seen *seen)
{
    const struct mt_stream *stream = prefix->stream;
    const struct mt_stream_lists *lists = out ? &stream->out : &stream->in;
    const uint32_t *owners = out ? stream->debtor : stream->creditor, *others = out ? stream->creditor : stream->debtor;
    uint32_t account = owners[at], place = lists->place[at], e;
    struct fan fan = {0};

    if (stream->hub[account])
        return fan;
    seen->stamps[others[at]] = ++seen->stamp;
    struct mt_near before = mt_near_from(prefix, lists, account, place, true, stream->time_ms[at], 30 * MT_DAY_MS, MT_NEAR);
    struct mt_near after = mt_near_from(prefix, lists, account, place + 1, false, stream->time_ms[at], 30 * MT_DAY_MS, MT_NEAR);
    while (mt_near_next(&before, &e) || mt_near_next(&after, &e))
        fan_take(prefix, others, at, e, seen, &fan);
    return fan;
}

enum mt_status mt_measure_fans(const struct mt_prefix *prefix)
{
    struct seen seen = {.stamps = calloc((size_t)prefix->stream->account_count + 1, sizeof *seen.stamps)};

    if (seen.stamps == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < prefix->limit; i++) {
        struct fan out = fan_of(prefix, i, true, &seen), in = fan_of(prefix, i, false, &seen);
        float *measures = prefix->measures[i].at;

        measures[MT_MEASURE_fan_out_1d] = (float)out.new_1d;
        measures[MT_MEASURE_fan_out_7d] = (float)out.new_7d;
        measures[MT_MEASURE_fan_out_30d] = (float)out.new_30d;
        measures[MT_MEASURE_fan_in_1d] = (float)in.new_1d;
        measures[MT_MEASURE_fan_in_7d] = (float)in.new_7d;
        measures[MT_MEASURE_fan_in_30d] = (float)in.new_30d;
        measures[MT_MEASURE_alike_out_7d] = (float)out.alike_7d;
        measures[MT_MEASURE_alike_in_7d] = (float)in.alike_7d;
        measures[MT_MEASURE_alike_out_30d] = (float)out.alike_30d;
        measures[MT_MEASURE_alike_in_30d] = (float)in.alike_30d;
    }
    free(seen.stamps);
    return MT_OK;
}
