#include "measure.h"

#include <stdlib.h>

#define SPREAD_MS (14 * MT_DAY_MS) /* between the legs of a scatter-gather */
#define SPREAD_NEAR 60
#define CIRCLE_MS (20 * MT_DAY_MS)
#define CIRCLE_HOPS 8
#define CIRCLE_WORK 3000 /* transfers looked at for one circle */
#define QUEUE_MAX 4096

struct shapes {
    const struct mt_prefix *prefix;
    bool new_only;
    uint32_t *target_stamps; /* by account: reached by the first middleman of this walk */
    uint32_t *target_counts; /* by how many middlemen */
    uint32_t *middle_stamps;
    uint32_t *queue;
    int64_t *queue_ms;
    uint8_t *queue_hops;
    uint32_t stamp;
};

static bool counts(const struct shapes *shapes, uint32_t e)
{
    return !shapes->new_only || mt_is_new(shapes->prefix->stream, e);
}

/* Every account that the middleman pays within the spread after transfer `in`: begins its count, or adds to one begun. */
static uint32_t targets_count(struct shapes *shapes, uint32_t in, bool first)
{
    const struct mt_prefix *prefix = shapes->prefix;
    const struct mt_stream *stream = prefix->stream;
    uint32_t middle = stream->creditor[in], most = 0, before = UINT32_MAX, e;
    int64_t in_ms = stream->time_ms[in];
    struct mt_near near = mt_near_from(prefix, &stream->out, middle, mt_stream_from(stream, &stream->out, middle, in_ms), false, in_ms, SPREAD_MS,
                                       SPREAD_NEAR);

    while (mt_near_next(&near, &e)) {
        uint32_t target = stream->creditor[e];

        if (!counts(shapes, e) || stream->hub[target] || target == stream->debtor[in] || target == before)
            continue;
        if (first) {
            shapes->target_stamps[target] = shapes->stamp;
            shapes->target_counts[target] = 1;
            most = 1;
        } else if (shapes->target_stamps[target] == shapes->stamp) {
            before = target;
            most = ++shapes->target_counts[target] > most ? shapes->target_counts[target] : most;
        }
    }
    return most;
}

static uint32_t sibling_count(struct shapes *shapes, uint32_t at, uint32_t sibling)
{
    const struct mt_stream *stream = shapes->prefix->stream;
    uint32_t middle = stream->creditor[sibling];

    if (middle == stream->creditor[at] || stream->hub[middle] || !counts(shapes, sibling) || shapes->middle_stamps[middle] == shapes->stamp)
        return 0;
    shapes->middle_stamps[middle] = shapes->stamp;
    return targets_count(shapes, sibling, false);
}

/* Most middlemen through whom the debtor reached one account: u → m → w. */
static uint32_t middlemen(struct shapes *shapes, uint32_t at)
{
    const struct mt_prefix *prefix = shapes->prefix;
    const struct mt_stream *stream = prefix->stream;
    const struct mt_stream_lists *out = &stream->out;
    uint32_t account = stream->debtor[at], most = 0, sibling;

    if (!counts(shapes, at) || stream->hub[account] || stream->hub[stream->creditor[at]])
        return 0;
    shapes->stamp++;
    if (targets_count(shapes, at, true) == 0)
        return 0;
    struct mt_near before = mt_near_from(prefix, out, account, out->place[at], true, stream->time_ms[at], SPREAD_MS, SPREAD_NEAR);
    struct mt_near after = mt_near_from(prefix, out, account, out->place[at] + 1, false, stream->time_ms[at], SPREAD_MS, SPREAD_NEAR);
    while (mt_near_next(&before, &sibling) || mt_near_next(&after, &sibling)) {
        uint32_t count = sibling_count(shapes, at, sibling);

        most = count > most ? count : most;
    }
    return most;
}

/* Transfers of the shortest way back to the debtor, in order of time and over first transfers of pairs only; 0: none of 3 to 8. */
static uint32_t circle(struct shapes *shapes, uint32_t at)
{
    const struct mt_prefix *prefix = shapes->prefix;
    const struct mt_stream *stream = prefix->stream;
    uint32_t home = stream->debtor[at], head = 0, tail = 0, work = 0;

    if (!mt_is_new(stream, at) || stream->hub[home] || stream->hub[stream->creditor[at]])
        return 0;
    shapes->stamp++;
    shapes->queue[tail] = stream->creditor[at];
    shapes->queue_ms[tail] = stream->time_ms[at];
    shapes->queue_hops[tail++] = 1;
    shapes->middle_stamps[stream->creditor[at]] = shapes->stamp;
    while (head < tail && work < CIRCLE_WORK) {
        uint32_t account = shapes->queue[head], last = stream->out.first[account + 1];
        int64_t from_ms = shapes->queue_ms[head];
        uint8_t hops = shapes->queue_hops[head++];

        if (hops >= CIRCLE_HOPS)
            continue;
        for (uint32_t p = mt_stream_from(stream, &stream->out, account, from_ms); p < last && work < CIRCLE_WORK; p++, work++) {
            uint32_t e = stream->out.at[p], next = stream->creditor[e];

            if (e >= prefix->limit || stream->time_ms[e] - stream->time_ms[at] > CIRCLE_MS)
                break;
            if (!mt_is_new(stream, e))
                continue;
            if (next == home)
                return hops + 1 >= 3 ? (uint32_t)hops + 1 : 0;
            if (shapes->middle_stamps[next] == shapes->stamp || stream->hub[next] || tail == QUEUE_MAX)
                continue;
            shapes->middle_stamps[next] = shapes->stamp;
            shapes->queue[tail] = next;
            shapes->queue_ms[tail] = stream->time_ms[e];
            shapes->queue_hops[tail++] = hops + 1;
        }
    }
    return 0;
}

enum mt_status mt_measure_shapes(const struct mt_prefix *prefix)
{
    size_t account_count = (size_t)prefix->stream->account_count + 1;
    struct shapes shapes = {
        .prefix = prefix,
        .target_stamps = calloc(account_count, sizeof *shapes.target_stamps),
        .target_counts = calloc(account_count, sizeof *shapes.target_counts),
        .middle_stamps = calloc(account_count, sizeof *shapes.middle_stamps),
        .queue = calloc(QUEUE_MAX, sizeof *shapes.queue),
        .queue_ms = calloc(QUEUE_MAX, sizeof *shapes.queue_ms),
        .queue_hops = calloc(QUEUE_MAX, sizeof *shapes.queue_hops),
    };
    bool good = shapes.target_stamps != NULL && shapes.target_counts != NULL && shapes.middle_stamps != NULL && shapes.queue != NULL &&
                shapes.queue_ms != NULL && shapes.queue_hops != NULL;

    for (uint32_t i = 0; i < prefix->limit && good; i++) {
        float *measures = prefix->measures[i].at;

        shapes.new_only = false;
        measures[MT_MEASURE_middlemen] = (float)middlemen(&shapes, i);
        shapes.new_only = true;
        measures[MT_MEASURE_new_middlemen] = (float)middlemen(&shapes, i);
        measures[MT_MEASURE_circle] = (float)circle(&shapes, i);
    }
    free(shapes.target_stamps);
    free(shapes.target_counts);
    free(shapes.middle_stamps);
    free(shapes.queue);
    free(shapes.queue_ms);
    free(shapes.queue_hops);
    return good ? MT_OK : MT_NO_MEMORY;
}
