/* Evidence: measures told by hand on small streams, order of arrival, rarity, and a model that must learn what is plain. */
#include "graph/model.h"
#include "graph/rarity.h"
#include "run_suite.h"
#include "world.h"

#include <math.h>

#define TRANSFERS_MAX 400

static struct mt_transfer transfers[TRANSFERS_MAX];
static uint32_t transfer_count;

static struct mt_token token_of(char letter)
{
    struct mt_token token = {{(uint8_t)letter, (uint8_t)(letter * 37), (uint8_t)(letter * 11)}};

    return token;
}

/* A transfer of `minor` from one letter to another, at an hour. */
static void pay(char debtor, char creditor, int64_t hour, int64_t minor)
{
    struct mt_transfer *transfer = &transfers[transfer_count++];

    *transfer = (struct mt_transfer){
        .debtor = token_of(debtor),
        .creditor = token_of(creditor),
        .time_ms = hour * MT_HOUR_MS,
        .amount = {minor, 978},
    };
    memcpy(transfer->key.bytes + 4, &transfer_count, sizeof transfer_count);
    transfer->key.bytes[0] = (uint8_t)(transfer_count * 7919);
    transfer->id_size = (uint8_t)snprintf(transfer->id, sizeof transfer->id, "%u", transfer_count);
}

static struct mt_memory_store *store_of(const struct mt_transfer *given, uint32_t count)
{
    struct mt_memory_store *memory;

    ck_assert_int_eq(mt_memory_store_create(&memory), MT_OK);
    struct mt_store store = mt_memory_store_as_store(memory);
    ck_assert_int_eq(store.append(store.self, given, count), MT_OK);
    return memory;
}

/* The measures of all transfers, in order of time. */
static struct mt_measures *measures_of(struct mt_memory_store **out_memory, struct mt_stream **out_stream)
{
    struct mt_rules rules = mt_rules_default();
    struct mt_measures *measures = calloc(TRANSFERS_MAX, sizeof *measures);

    *out_memory = store_of(transfers, transfer_count);
    ck_assert_int_eq(mt_stream_create(*out_memory, &rules, NULL, out_stream), MT_OK);
    ck_assert_uint_eq((*out_stream)->count, transfer_count);
    ck_assert_int_eq(mt_measures_fill(*out_stream, transfer_count, measures), MT_OK);
    return measures;
}

static void done(struct mt_memory_store *memory, struct mt_stream *stream, struct mt_measures *measures)
{
    mt_stream_destroy(stream);
    mt_memory_store_destroy(memory);
    free(measures);
}

START_TEST(a_row_of_such_sums)
{
    struct mt_memory_store *memory;
    struct mt_stream *stream;

    transfer_count = 0;
    pay('a', 'b', 1, 10000);
    pay('b', 'c', 3, 9800);
    pay('c', 'd', 5, 9500);
    pay('d', 'e', 300, 9300); /* beyond a week */
    struct mt_measures *measures = measures_of(&memory, &stream);
    ck_assert_float_eq(measures[0].at[MT_MEASURE_depth_on], 2);
    ck_assert_float_eq(measures[1].at[MT_MEASURE_depth], 2);
    ck_assert_float_eq(measures[2].at[MT_MEASURE_depth_back], 2);
    ck_assert_float_eq(measures[3].at[MT_MEASURE_depth], 0);
    ck_assert_float_eq(measures[0].at[MT_MEASURE_onward_1d], 1);
    ck_assert_float_eq(measures[2].at[MT_MEASURE_onward_7d], 0);
    ck_assert_float_eq(measures[1].at[MT_MEASURE_arrived_1d], 1);
    ck_assert_float_gt(measures[3].at[MT_MEASURE_onward_hours], measures[0].at[MT_MEASURE_onward_hours]);
    ck_assert_float_gt(measures[0].at[MT_MEASURE_sums_after_3d], 0.97F);
    done(memory, stream, measures);
}
END_TEST

START_TEST(a_row_of_one_instant_counts_each_once)
{
    struct mt_memory_store *memory;
    struct mt_stream *stream;

    transfer_count = 0;
    pay('a', 'b', 1, 1000);
    pay('b', 'c', 1, 1000);
    pay('c', 'd', 1, 1000);
    pay('d', 'b', 1, 1000); /* and round again */
    struct mt_measures *measures = measures_of(&memory, &stream);
    for (uint32_t i = 0; i < transfer_count; i++) { /* by key: each step leads to what stands after it, so none is met twice */
        float back = 0, on = 0;

        for (uint32_t e = 0; e < transfer_count; e++) {
            if (e < i && stream->creditor[e] == stream->debtor[i] && stream->debtor[e] != stream->creditor[i])
                back = fmaxf(back, measures[e].at[MT_MEASURE_depth_back] + 1);
            if (e > i && stream->debtor[e] == stream->creditor[i] && stream->creditor[e] != stream->debtor[i])
                on = fmaxf(on, measures[e].at[MT_MEASURE_depth_on] + 1);
        }
        ck_assert_float_eq(measures[i].at[MT_MEASURE_depth_back], back);
        ck_assert_float_eq(measures[i].at[MT_MEASURE_depth_on], on);
    }
    done(memory, stream, measures);
}
END_TEST

START_TEST(what_does_not_count_as_moving_on)
{
    struct mt_memory_store *memory;
    struct mt_stream *stream;

    transfer_count = 0;
    pay('a', 'b', 1, 10000);
    pay('b', 'a', 2, 9800); /* back to the payer */
    pay('b', 'c', 3, 5000); /* not such a sum */
    struct mt_measures *measures = measures_of(&memory, &stream);
    ck_assert_float_eq(measures[0].at[MT_MEASURE_onward_1d], 0);
    ck_assert_float_eq(measures[0].at[MT_MEASURE_depth], 0);
    done(memory, stream, measures);
}
END_TEST

START_TEST(fans_count_new_counterparties_once)
{
    struct mt_memory_store *memory;
    struct mt_stream *stream;

    transfer_count = 0;
    pay('a', 'h', 0, 100);
    pay('a', 'i', 10 * 24, 100);
    for (char letter = 'j'; letter <= 'm'; letter++)
        pay('a', letter, 20 * 24 + letter - 'j', 100);
    pay('a', 'j', 20 * 24 + 5, 100); /* known by then */
    pay('a', 'n', 20 * 24 + 6, 300); /* new, but no such sum */
    struct mt_measures *measures = measures_of(&memory, &stream);
    const float *last_but_one = measures[5].at; /* a → m */
    ck_assert_float_eq(last_but_one[MT_MEASURE_fan_out_1d], 4); /* j, k, l, n */
    ck_assert_float_eq(last_but_one[MT_MEASURE_fan_out_30d], 6);
    ck_assert_float_eq(last_but_one[MT_MEASURE_alike_out_7d], 3);
    ck_assert_float_eq(measures[7].at[MT_MEASURE_fan_out_1d], 3); /* k, l, m: the last time before, j was known */
    ck_assert_float_eq(measures[6].at[MT_MEASURE_payee_surprise], 0);
    ck_assert_float_gt(measures[0].at[MT_MEASURE_payee_surprise], 0.6F);
    ck_assert_float_eq(last_but_one[MT_MEASURE_fan_in_30d], 0);
    done(memory, stream, measures);
}
END_TEST

START_TEST(middlemen_and_circles)
{
    struct mt_memory_store *memory;
    struct mt_stream *stream;

    transfer_count = 0;
    pay('a', 'b', 1, 100);
    pay('a', 'c', 2, 100);
    pay('a', 'd', 3, 100);
    pay('b', 'z', 4, 100);
    pay('c', 'z', 5, 100);
    pay('d', 'z', 6, 100);
    pay('z', 'y', 7, 300);
    pay('y', 'a', 8, 300);
    struct mt_measures *measures = measures_of(&memory, &stream);
    ck_assert_float_eq(measures[0].at[MT_MEASURE_middlemen], 3);
    ck_assert_float_eq(measures[1].at[MT_MEASURE_new_middlemen], 3);
    ck_assert_float_eq(measures[0].at[MT_MEASURE_circle], 4); /* a b z y a */
    ck_assert_float_eq(measures[7].at[MT_MEASURE_circle], 0);  /* nothing follows it */
    done(memory, stream, measures);
}
END_TEST

START_TEST(a_prefix_knows_nothing_of_what_follows)
{
    struct mt_memory_store *memory;
    struct mt_stream *stream;
    struct mt_measures early[TRANSFERS_MAX];

    transfer_count = 0;
    for (int i = 0; i < 60; i++)
        pay((char)('a' + i * 7 % 11), (char)('m' + i * 5 % 9), 5 * i, 1000 + i * 37 % 400);
    struct mt_measures *all = measures_of(&memory, &stream);
    done(memory, stream, all);
    transfer_count = 40;
    struct mt_measures *alone = measures_of(&memory, &stream);
    done(memory, stream, NULL);
    transfer_count = 60;
    all = measures_of(&memory, &stream);
    ck_assert_int_eq(mt_measures_fill(stream, 40, early), MT_OK);
    ck_assert_mem_eq(early, alone, 40 * sizeof *alone);
    free(alone);
    done(memory, stream, all);
}
END_TEST

START_TEST(order_of_arrival_plays_no_part)
{
    static struct world world;
    static struct mt_transfer shuffled[TRANSFERS_MAX];
    static struct mt_measures measures[2][TRANSFERS_MAX];
    static struct mt_evidence evidence[2][TRANSFERS_MAX];
    struct mt_rules rules = mt_rules_default();

    transfer_count = 0;
    world_init(&world, 5);
    while (transfer_count < TRANSFERS_MAX)
        pay((char)('a' + world_below(&world, 20)), (char)('G' + world_below(&world, 14)), (int64_t)world_below(&world, 2000),
            1000 + (int64_t)world_below(&world, 5000));
    memcpy(shuffled, transfers, sizeof shuffled);
    for (uint32_t run = 0; run < 2; run++) {
        struct mt_memory_store *memory = store_of(shuffled, TRANSFERS_MAX);
        struct mt_stream *stream;
        struct mt_usual *usual;

        ck_assert_int_eq(mt_stream_create(memory, &rules, NULL, &stream), MT_OK);
        ck_assert_int_eq(mt_measures_fill(stream, mt_stream_lower(stream, 1500 * MT_HOUR_MS), measures[run]), MT_OK);
        ck_assert_int_eq(mt_usual_create(stream, 1500 * MT_HOUR_MS, measures[run], &usual), MT_OK);
        ck_assert_int_eq(mt_measures_fill(stream, stream->count, measures[run]), MT_OK);
        ck_assert_int_eq(mt_evidence_fill(stream, usual, stream->count, measures[run], evidence[run]), MT_OK);
        mt_usual_destroy(usual);
        mt_stream_destroy(stream);
        mt_memory_store_destroy(memory);
        for (uint32_t i = TRANSFERS_MAX; i-- > 1;) {
            uint32_t j = (uint32_t)world_below(&world, i + 1);
            struct mt_transfer other = shuffled[i];

            shuffled[i] = shuffled[j];
            shuffled[j] = other;
        }
    }
    ck_assert_mem_eq(measures[0], measures[1], sizeof measures[0]);
    ck_assert_mem_eq(evidence[0], evidence[1], sizeof evidence[0]);
}
END_TEST

START_TEST(rarity_by_hand)
{
    const float column[] = {1, 9, 2, 9, 2, 9, 3, 9, 4, 9};
    struct mt_rarity rarity;

    ck_assert_int_eq(mt_rarity_init(&rarity, column, 2, 5, 1), MT_OK); /* 1 2 2 3 4 */
    ck_assert_float_eq_tol(mt_rarity_of(&rarity, 5), 2.4849F, 0.001F);  /* −ln(0.5 / 6) */
    ck_assert_float_eq_tol(mt_rarity_of(&rarity, 4), 1.3863F, 0.001F);  /* −ln(1.5 / 6) */
    ck_assert_float_eq_tol(mt_rarity_of(&rarity, 2), 0.2877F, 0.001F);  /* −ln(4.5 / 6) */
    ck_assert_float_eq_tol(mt_rarity_of(&rarity, 0), 0.0870F, 0.001F);  /* −ln(5.5 / 6) */
    mt_rarity_fini(&rarity);
    ck_assert_int_eq(mt_rarity_init(&rarity, column, 2, 0, 1), MT_OK); /* no reference: nothing is rare */
    ck_assert_float_eq_tol(mt_rarity_of(&rarity, 3), 0.6931F, 0.001F);
    mt_rarity_fini(&rarity);
}
END_TEST

START_TEST(a_model_learns_what_is_plain)
{
    enum { ROWS = 4000 };
    struct mt_measures *measures = calloc(ROWS, sizeof *measures);
    struct mt_evidence *evidence = calloc(ROWS, sizeof *evidence);
    struct mt_model_row *rows = calloc(ROWS, sizeof *rows);
    static struct mt_model model, again;
    static struct world world;
    uint32_t wrong = 0;

    world_init(&world, 3);
    for (uint32_t i = 0; i < ROWS; i++) { /* laundering is where the depth and the fan are both large; the rest is noise */
        for (int m = 0; m < MT_MEASURE_COUNT; m++)
            measures[i].at[m] = (float)world_below(&world, 1000) / 100;
        rows[i] = (struct mt_model_row){&measures[i], &evidence[i], measures[i].at[MT_MEASURE_depth] + measures[i].at[MT_MEASURE_fan_in_7d] > 17};
    }
    ck_assert_int_eq(mt_model_fit(rows, ROWS, &model), MT_OK);
    ck_assert_int_eq(mt_model_fit(rows, ROWS, &again), MT_OK);
    ck_assert_mem_eq(&model, &again, sizeof model);
    float least_true = 1e9F, most_false = -1e9F;
    for (uint32_t i = 0; i < ROWS; i++) {
        float score = mt_model_score(&model, &measures[i], &evidence[i]), sum = model.base;

        for (int input = 0; input < MT_MODEL_INPUTS; input++)
            sum += mt_model_points(&model, input, &measures[i], &evidence[i]);
        ck_assert_float_eq(score, sum);
        wrong += (score > 0) != rows[i].illicit;
        least_true = rows[i].illicit && score < least_true ? score : least_true;
        most_false = !rows[i].illicit && score > most_false ? score : most_false;
    }
    ck_assert_uint_lt(wrong, ROWS / 50);
    ck_assert_float_gt(mt_model_points(&model, MT_MEASURE_depth, &(struct mt_measures){.at = {[MT_MEASURE_depth] = 9.9F}}, &evidence[0]), 0.5F);
    for (uint32_t i = 0; i < ROWS; i++)
        rows[i].illicit = false;
    ck_assert_int_eq(mt_model_fit(rows, ROWS, &model), MT_BAD_CONFIG);
    free(measures);
    free(evidence);
    free(rows);
}
END_TEST

RUN_SUITE("evidence", a_row_of_such_sums, a_row_of_one_instant_counts_each_once, what_does_not_count_as_moving_on, fans_count_new_counterparties_once, middlemen_and_circles,
          a_prefix_knows_nothing_of_what_follows, order_of_arrival_plays_no_part, rarity_by_hand, a_model_learns_what_is_plain)
