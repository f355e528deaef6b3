/*
 * The two tables of marks and pairs: that they are well made, and that a score is the sum of what they say, step by step, on random facts.
 */
#include "run_suite.h"

#include "graph/detectors.h"

#define ROUNDS 2000

static const struct mt_marks *const tables[] = {&mt_account_marks, &mt_chain_marks};
static const uint32_t fact_counts[] = {MT_FACT_COUNT, MT_CHAIN_FACT_COUNT};

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* Near the limits of some mark, or far from all. */
static int64_t fact_make(const struct mt_marks *marks, uint64_t *state)
{
    const struct mt_mark *mark = &marks->at[next(state) % marks->count];
    int64_t near[] = {-1, 0, 1, (int64_t)(next(state) % 2000), mark->steps[next(state) % mark->step_count].limit};

    return near[next(state) % 5] + (int64_t)(next(state) % 3) - 1;
}

static bool reaches(const struct mt_mark *mark, uint32_t step, int64_t value)
{
    return value >= 0 && (mark->at_most ? value <= mark->steps[step].limit : value >= mark->steps[step].limit);
}

static uint32_t steps_of(const struct mt_mark *mark, int64_t value)
{
    uint32_t count = 0;

    for (uint32_t s = 0; s < mark->step_count; s++)
        count += reaches(mark, s, value);
    return count;
}

static bool holds(const struct mt_measured *measured)
{
    switch (measured->relation) {
    case MT_AT_LEAST:
        return measured->value >= measured->limit;
    case MT_BELOW:
        return measured->value < measured->limit;
    case MT_AT_MOST:
        return measured->value <= measured->limit;
    default:
        return measured->value > measured->limit || measured->value < 0;
    }
}

static void well_made_check(int table)
{
    const struct mt_marks *marks = tables[table];

    ck_assert_uint_le(marks->count, MT_MARKS_MAX);
    for (uint32_t m = 0; m < marks->count; m++) {
        const struct mt_mark *mark = &marks->at[m];

        ck_assert_uint_lt(mark->fact, fact_counts[table]);
        ck_assert(mark->step_count >= 1 && mark->step_count <= MT_MARK_STEPS);
        for (uint32_t s = 1; s < mark->step_count; s++)
            ck_assert(mark->at_most ? mark->steps[s].limit < mark->steps[s - 1].limit : mark->steps[s].limit > mark->steps[s - 1].limit);
        for (uint32_t other = 0; other < m; other++)
            ck_assert_str_ne(mark->code, marks->at[other].code);
    }
    for (uint32_t p = 0; p < marks->pair_count; p++) {
        const struct mt_pair *pair = &marks->pairs[p];
        uint8_t sign = (uint8_t)(marks->first_sign + 1 + marks->count + p);

        ck_assert(pair->first < pair->second && pair->second < marks->count);
        ck_assert_str_eq(mt_sign_code(sign), marks->at[pair->first].code);
        ck_assert_str_eq(mt_sign_with_code(sign), marks->at[pair->second].code);
        ck_assert_str_ne(mt_sign_text(sign), mt_sign_with_text(sign));
        for (uint32_t a = 0; a <= MT_MARK_STEPS; a++) {
            for (uint32_t b = 0; b <= MT_MARK_STEPS; b++)
                ck_assert(pair->points[a][b] == 0 || (a <= marks->at[pair->first].step_count && b <= marks->at[pair->second].step_count));
        }
    }
}

START_TEST(tables_are_well_made)
{
    well_made_check(0);
    well_made_check(1);
}
END_TEST

static void sums_check(int table)
{
    const struct mt_marks *marks = tables[table];
    uint64_t state = 7;

    for (int round = 0; round < ROUNDS; round++) {
        int64_t facts[MT_FACT_COUNT + MT_CHAIN_FACT_COUNT] = {0}, sum = marks->start, told = 0;
        struct mt_finding_sign at[MT_SIGNS_MAX];
        struct mt_signs signs = {.at = at};

        for (uint32_t f = 0; f < fact_counts[table]; f++)
            facts[f] = fact_make(marks, &state);
        for (uint32_t m = 0; m < marks->count; m++) {
            uint32_t steps = steps_of(&marks->at[m], facts[marks->at[m].fact]);

            sum += steps > 0 ? marks->at[m].steps[steps - 1].points : 0;
        }
        for (uint32_t p = 0; p < marks->pair_count; p++) {
            const struct mt_mark *first = &marks->at[marks->pairs[p].first], *second = &marks->at[marks->pairs[p].second];

            sum += marks->pairs[p].points[steps_of(first, facts[first->fact])][steps_of(second, facts[second->fact])];
        }
        mt_signs_marks(&signs, marks, facts);
        for (uint32_t s = 0; s < signs.count; s++) {
            ck_assert_int_ne(at[s].points, 0);
            ck_assert(holds(&at[s].measured));
            ck_assert(mt_sign_with_code(at[s].sign) == NULL || holds(&at[s].with));
            told += at[s].points;
        }
        ck_assert_int_eq(told, sum);
        ck_assert_uint_eq(mt_signs_score(&signs), sum < 0 ? 0 : sum > 100 ? 100 : sum);
    }
}

START_TEST(a_score_is_the_sum_of_its_signs)
{
    sums_check(0);
    sums_check(1);
}
END_TEST

/* Whatever speaks for it: no fit may take that away. */
START_TEST(a_listed_account_is_always_an_alert)
{
    ck_assert_str_eq(mt_detectors[0].name, "listed");
    ck_assert_int_ge(mt_detectors[0].points + mt_points_least(&mt_account_marks), mt_rules_default().account_score_least);
}
END_TEST

RUN_SUITE("signs", a_listed_account_is_always_an_alert, tables_are_well_made, a_score_is_the_sum_of_its_signs)
