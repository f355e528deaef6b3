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
