/* measure.h: the parts of evidence.c that fill measures, each a family of them; see MT_MEASURE_TABLE. For evidence.c only. */
#ifndef MT_MEASURE_H
#define MT_MEASURE_H

#include "evidence.h"

/* Bands in which one sum can be another that moved on: fees of up to a fifth, a little on top. */
#define MT_BAND_LEAST 0.8
#define MT_BAND_MOST 1.02

/* A stream that ends before transfer `limit`. */
struct mt_prefix {
    const struct mt_stream *stream;
    uint32_t limit;
    struct mt_measures *measures;
};

/* NEW, PAIR, AMOUNT, OWN, BURST, KIND: what is usual, in one pass through time. */
MT_MUST_USE enum mt_status mt_measure_habits(const struct mt_prefix *prefix);
/* FAN, ALIKE */
MT_MUST_USE enum mt_status mt_measure_fans(const struct mt_prefix *prefix);
/* FLOW, SUM, DEPTH, MIX */
MT_MUST_USE enum mt_status mt_measure_flows(const struct mt_prefix *prefix);
/* SHAPE */
MT_MUST_USE enum mt_status mt_measure_shapes(const struct mt_prefix *prefix);

/* A walk over an account's transfers near a moment, away from it: at most `left` of them, none further than `span_ms`, none from `limit` on. */
struct mt_near {
    const struct mt_stream *stream;
    const uint32_t *list; /* of the account, on one side */
    uint32_t place, count; /* the next one: list[place] onwards, list[place - 1] backwards */
    bool back;
    uint32_t limit, left;
    int64_t now_ms, span_ms;
};

/* From `place` of the lists (as mt_stream_from() gives it, or lists->place) on. */
static inline struct mt_near mt_near_from(const struct mt_prefix *prefix, const struct mt_stream_lists *lists, uint32_t account, uint32_t place,
                                          bool back, int64_t now_ms, int64_t span_ms, uint32_t most)
{
    uint32_t first = lists->first[account];

    return (struct mt_near){
        .stream = prefix->stream,
        .list = lists->at + first,
        .place = place - first,
        .count = lists->first[account + 1] - first,
        .back = back,
        .limit = prefix->limit,
        .left = most,
        .now_ms = now_ms,
        .span_ms = span_ms,
    };
}

static inline bool mt_near_next(struct mt_near *near, uint32_t *out_at)
{
    while (near->left > 0 && (near->back ? near->place > 0 : near->place < near->count)) {
        uint32_t at = near->list[near->back ? near->place - 1 : near->place];
        int64_t away_ms = near->back ? near->now_ms - near->stream->time_ms[at] : near->stream->time_ms[at] - near->now_ms;

        if (away_ms > near->span_ms)
            return false;
        if (near->back)
            near->place--;
        else
            near->place++;
        near->left--;
        if (at >= near->limit)
            continue; /* of this instant, but not there yet */
        *out_at = at;
        return true;
    }
    return false;
}

/* later ÷ earlier of two sums; 0 where they do not compare. */
static inline double mt_worth_ratio(const struct mt_stream *stream, uint32_t later, uint32_t earlier)
{
    return stream->currency[later] == stream->currency[earlier] ? stream->worth[later] / stream->worth[earlier] : 0;
}

static inline bool mt_in_band(const struct mt_stream *stream, uint32_t later, uint32_t earlier)
{
    double ratio = mt_worth_ratio(stream, later, earlier);

    return ratio >= MT_BAND_LEAST && ratio <= MT_BAND_MOST;
}

/* The first transfer ever between the two, this way. */
static inline bool mt_is_new(const struct mt_stream *stream, uint32_t at)
{
    return stream->pair_before[at] == 0;
}

#endif
