/*
 * evidence.h: what is unusual about a transfer, measured against the stream's own recent past.
 *
 * Each *measure* is a number about one transfer u → v and its surroundings. Raw values do not carry over from one bank to another; how rare
 * a value is does: a part of the evidence is −ln of the share of the reference transfers whose value is at least as far out, in nats, so "1 in 400"
 * is 6. Measures that tell much the same are one *group*, which counts once, by its rarest. The sum over the groups, as a rarity of its
 * own, and half of what the money's nearest neighbours bring, is the score: a sum whose parts can be read, with nothing fitted.
 *
 * That rarity within the stream transfers and raw values do not was measured on 11 third-party sets (bench/accuracy/README.md). Summing −ln p
 * is Fisher's way to combine tests (Statistical Methods for Research Workers, 1925); the parts are not independent, so the sum ranks and is no
 * probability.
 *
 * Owns     its tables
 * Bounds   the nearest MT_NEAR transfers of an account on each side
 * Cost     about 30 µs a transfer, nearly all of it measuring; 250 bytes each
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_EVIDENCE_H
#define MT_EVIDENCE_H

#include "stream.h"

/* X(group, text) */
#define MT_EVIDENCE_GROUP_TABLE(X)                                        \
    X(NEW, new, "the two had nothing to do with each other before")       \
    X(PAIR, pair, "few transfers between the two around it")              \
    X(AMOUNT, amount, "the sum, among all sums")                          \
    X(OWN, own_amount, "the sum, against what these accounts are used to") \
    X(FAN, fan, "many new counterparties around it")                      \
    X(ALIKE, alike, "many new counterparties with such a sum around it")  \
    X(FLOW, flow, "such a sum came in just before or went out just after") \
    X(SUM, sums, "what came in and what went out are alike")              \
    X(DEPTH, depth, "it lies on a row of such sums between new counterparties") \
    X(BURST, burst, "the accounts are busier than they are used to")      \
    X(KIND, kind, "the kind of transfer")                                 \
    X(SHAPE, shape, "it spreads and gathers again, or comes back")        \
    X(MIX, mix, "new money in and new money out together")

enum mt_evidence_group {
#define MT_EVIDENCE_GROUP_ENUM(name, field, text) MT_EVIDENCE_##name,
    MT_EVIDENCE_GROUP_TABLE(MT_EVIDENCE_GROUP_ENUM)
#undef MT_EVIDENCE_GROUP_ENUM
    MT_EVIDENCE_GROUP_COUNT
};

/* X(field, group, direction: 1 the larger the rarer, -1 the smaller) */
#define MT_MEASURE_TABLE(X)                                                                     \
    X(payee_surprise, NEW, 1) X(payer_surprise, NEW, 1) X(pair_around, PAIR, -1)                \
    X(out_max, OWN, 1) X(in_max, OWN, 1) X(debtor_max, OWN, 1) X(creditor_max, OWN, 1)          \
    X(out_median, OWN, 1) X(in_median, OWN, 1) X(among_all, AMOUNT, 1) X(among_kind, AMOUNT, 1) \
    X(fan_out_1d, FAN, 1) X(fan_out_7d, FAN, 1) X(fan_out_30d, FAN, 1)                          \
    X(fan_in_1d, FAN, 1) X(fan_in_7d, FAN, 1) X(fan_in_30d, FAN, 1)                             \
    X(alike_out_7d, ALIKE, 1) X(alike_in_7d, ALIKE, 1) X(alike_out_30d, ALIKE, 1) X(alike_in_30d, ALIKE, 1) \
    X(onward_1d, FLOW, 1) X(onward_7d, FLOW, 1) X(arrived_1d, FLOW, 1) X(arrived_7d, FLOW, 1)   \
    X(onward_hours, FLOW, -1) X(arrived_hours, FLOW, -1)                                        \
    X(sums_after_3d, SUM, 1) X(sums_before_3d, SUM, 1) X(sums_after_10d, SUM, 1) X(sums_before_10d, SUM, 1) \
    X(depth, DEPTH, 1) X(depth_back, DEPTH, 1) X(depth_on, DEPTH, 1)                            \
    X(debtor_burst, BURST, 1) X(creditor_burst, BURST, 1) X(kind_rare, KIND, 1) X(kind_new, KIND, 1) \
    X(middlemen, SHAPE, 1) X(new_middlemen, SHAPE, 1) X(circle, SHAPE, 1)                       \
    X(new_out_after, MIX, 1) X(new_in_before, MIX, 1)

enum mt_measure {
#define MT_MEASURE_ENUM(field, group, direction) MT_MEASURE_##field,
    MT_MEASURE_TABLE(MT_MEASURE_ENUM)
#undef MT_MEASURE_ENUM
    MT_MEASURE_COUNT
};

struct mt_measures {
    float at[MT_MEASURE_COUNT];
};

/* The measures of the first `count` transfers, as if the stream ended there. `out_measures` has room for them. */
MT_MUST_USE enum mt_status mt_measures_fill(const struct mt_stream *stream, uint32_t count, struct mt_measures *out_measures);

struct mt_evidence {
    float score;
    float groups[MT_EVIDENCE_GROUP_COUNT]; /* nats */
    float neighbours;                      /* nats, half of the two nearest kinds' best */
};

/* What is usual in a stream: what values are read against. */
struct mt_usual;

/*
 * Reference: the transfers from a quarter of the way to `reference_ms` until then; the quarter before is warming up. `measures` are those of all
 * transfers before `reference_ms`, as if nothing came after.
 */
MT_MUST_USE enum mt_status mt_usual_create(const struct mt_stream *stream, int64_t reference_ms, const struct mt_measures *measures,
                                           struct mt_usual **out_usual);
void mt_usual_destroy(struct mt_usual *usual); /* NULL is fine */

/* The reference's transfers: [*out_first, *out_last). */
void mt_usual_range(const struct mt_usual *usual, uint32_t *out_first, uint32_t *out_last);

/* Evidence of the first `count` transfers from their measures, as if the stream ended there. */
MT_MUST_USE enum mt_status mt_evidence_fill(const struct mt_stream *stream, const struct mt_usual *usual, uint32_t count,
                                            const struct mt_measures *measures, struct mt_evidence *out_evidence);

#endif
