/*
 * Points that are not ours: what is a copy of what, that a fit moves the right ones the right way and no others far, that directions are kept whatever
 * the labels say, that few labels change little, where the level lies, and that a listed account stays an alert.
 */
#include "run_suite.h"

#include "graph/detectors.h"
#include "graph/points_level.h"

#include <string.h>

#define ROWS 4000

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static struct mt_points *ours_make(void)
{
    struct mt_points *points;

    ck_assert_int_eq(mt_points_create(&points), MT_OK);
    return points;
}

START_TEST(ours_are_a_copy)
{
    struct mt_points *points = ours_make();
    uint64_t ours = mt_points_version(NULL);

    ck_assert_uint_eq(mt_points_version(points), ours);
    for (uint32_t d = 0; d < mt_detector_count; d++)
        ck_assert_int_eq(mt_points_detector(points, d), mt_points_detector(NULL, d));
    for (int which = 0; which < MT_POINTS_TABLES; which++) {
        const struct mt_marks *marks = mt_points_marks(points, (enum mt_points_of)which);

        ck_assert_ptr_ne(marks, mt_points_marks(NULL, (enum mt_points_of)which));
        ck_assert_uint_eq(marks->first_sign, mt_points_marks(NULL, (enum mt_points_of)which)->first_sign);
        ck_assert_int_eq(memcmp(marks->at, mt_points_marks(NULL, (enum mt_points_of)which)->at, marks->count * sizeof *marks->at), 0);
    }
    points->tables[MT_POINTS_CHAIN].pairs[0].points[1][1]++;
    mt_points_seal(points);
    ck_assert_uint_ne(points->version, ours);
    points->tables[MT_POINTS_CHAIN].pairs[0].points[1][1]--;
    points->detectors[0]++;
    mt_points_seal(points);
    ck_assert_uint_ne(points->version, ours);
    mt_points_destroy(points);
}
END_TEST

/* Two ways to one number: what a finding's signs add up to, and what a fit reckons with. */
START_TEST(sums_are_those_of_signs)
{
    uint64_t state = 3;

    for (int round = 0; round < 2000; round++) {
        const struct mt_marks *marks = mt_points_marks(NULL, round % 2 == 0 ? MT_POINTS_ACCOUNT : MT_POINTS_CHAIN);
        int64_t facts[MT_FACT_COUNT + MT_CHAIN_FACT_COUNT] = {0}, told = 0;
        struct mt_finding_sign at[MT_SIGNS_MAX];
        struct mt_signs signs = {.at = at};
        uint8_t steps[MT_MARKS_MAX];

        for (uint32_t m = 0; m < marks->count; m++)
            facts[marks->at[m].fact] = marks->at[m].steps[next(&state) % marks->at[m].step_count].limit + (int64_t)(next(&state) % 3) - 1;
        mt_signs_marks(&signs, marks, facts);
        for (uint32_t s = 0; s < signs.count; s++)
            told += at[s].points;
        mt_points_steps(marks, facts, steps);
        ck_assert_int_eq(mt_points_sum(marks, steps), told);
    }
}
END_TEST

/* --- planted rows ------------------------------------------------------------------------------------------------------ */

/* Whether a row launders, given a mark's steps and chance. */
typedef bool planted(uint8_t steps, uint64_t chance);

/* Facts at random, most of them on no step; one mark says who launders. */
static void rows_make(struct mt_points_row *rows, uint32_t count, enum mt_points_of which, uint32_t mark, planted *launders)
{
    const struct mt_marks *marks = mt_points_marks(NULL, which);
    uint64_t state = 17;

    memset(rows, 0, count * sizeof *rows);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t m = 0; m < marks->count; m++)
            rows[i].steps[m] = (uint8_t)(next(&state) % 4 == 0 || m == mark ? next(&state) % (marks->at[m].step_count + 1u) : 0);
        rows[i].last_ms = i;
        rows[i].weight = 1;
        rows[i].truth = launders(rows[i].steps[mark], next(&state) % 100) ? MT_ROW_ILLICIT : MT_ROW_HONEST;
    }
}

static bool by_all_steps(uint8_t steps, uint64_t chance)
{
    return steps >= 2 ? chance < 70 : chance < 4;
}

static bool against_steps(uint8_t steps, uint64_t chance)
{
    return steps == 0 ? chance < 70 : chance < 4;
}

/* A mark of the wished-for direction, whose own steps do not go against it. */
static uint32_t mark_of(enum mt_points_of which, int direction)
{
    const struct mt_marks *marks = mt_points_marks(NULL, which);

    for (uint32_t m = 0; m < marks->count; m++)
        if (mt_points_direction(which, marks->at[m].fact) == direction && marks->at[m].step_count >= 3)
            return m;
    ck_abort_msg("no mark of direction %d", direction);
}

static struct mt_points *fitted(struct mt_points_row *rows, uint32_t count, enum mt_points_of which)
{
    struct mt_points *points = ours_make();

    ck_assert_int_eq(mt_points_fit(rows, count, which, &points->tables[which]), MT_OK);
    mt_points_seal(points);
    return points;
}

/* How much further a mark's last step stands from none than ours does. */
static int moved(const struct mt_points *points, enum mt_points_of which, uint32_t mark)
{
    const struct mt_mark *now = &mt_points_marks(points, which)->at[mark], *ours = &mt_points_marks(NULL, which)->at[mark];

    return now->steps[now->step_count - 1].points - ours->steps[now->step_count - 1].points;
}

START_TEST(points_move_the_right_way)
{
    static struct mt_points_row rows[ROWS];

    for (int which = 0; which < MT_POINTS_TABLES; which++) {
        uint32_t mark = mark_of((enum mt_points_of)which, 0);

        rows_make(rows, ROWS, (enum mt_points_of)which, mark, by_all_steps);
        struct mt_points *more = fitted(rows, ROWS, (enum mt_points_of)which), *again = fitted(rows, ROWS, (enum mt_points_of)which);
        ck_assert_int_ge(moved(more, (enum mt_points_of)which, mark), 8);
        ck_assert_uint_eq(more->version, again->version);
        rows_make(rows, ROWS, (enum mt_points_of)which, mark, against_steps);
        struct mt_points *less = fitted(rows, ROWS, (enum mt_points_of)which);
        ck_assert_int_le(moved(less, (enum mt_points_of)which, mark), -8);
        mt_points_destroy(more);
        mt_points_destroy(again);
        mt_points_destroy(less);
    }
}
END_TEST

static int64_t least_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* A rise in a direction is never further the wrong way than ours, scaled by SCALE_HIGH at most; one point for rounding of each. */
static bool rise_holds(int direction, int64_t rise, int64_t ours)
{
    return 2 * direction * rise >= 3 * least_of(direction * ours, 0) - 3;
}

static void directions_check(const struct mt_points *points, enum mt_points_of which)
{
    const struct mt_marks *now = mt_points_marks(points, which), *ours = mt_points_marks(NULL, which);

    for (uint32_t m = 0; m < now->count; m++) {
        int direction = mt_points_direction(which, now->at[m].fact);
        int64_t last = 0, ours_last = 0;

        for (uint32_t s = 0; s < now->at[m].step_count && direction != 0; s++) {
            int64_t rise = now->at[m].steps[s].points - last, ours_rise = ours->at[m].steps[s].points - ours_last;

            ck_assert_msg(direction * ours_rise >= 0 ? direction * rise >= 0 : rise_holds(direction, rise, ours_rise), "%s step %u: %lld, ours %lld",
                          now->at[m].code, s, (long long)rise, (long long)ours_rise);
            last = now->at[m].steps[s].points;
            ours_last = ours->at[m].steps[s].points;
        }
    }
    for (uint32_t p = 0; p < now->pair_count; p++) {
        const struct mt_pair *pair = &now->pairs[p], *ours_pair = &ours->pairs[p];
        int first = mt_points_direction(which, now->at[pair->first].fact), second = mt_points_direction(which, now->at[pair->second].fact);

        for (uint32_t a = 1; a <= now->at[pair->first].step_count; a++) {
            for (uint32_t b = 1; b <= now->at[pair->second].step_count; b++) {
                ck_assert(first == 0 || rise_holds(first, pair->points[a][b] - pair->points[a - 1][b], ours_pair->points[a][b] - ours_pair->points[a - 1][b]));
                ck_assert(second == 0 || rise_holds(second, pair->points[a][b] - pair->points[a][b - 1], ours_pair->points[a][b] - ours_pair->points[a][b - 1]));
            }
        }
    }
}

START_TEST(directions_are_kept)
{
    static struct mt_points_row rows[ROWS];
    uint64_t state = 5;

    for (int which = 0; which < MT_POINTS_TABLES; which++) {
        for (int direction = -1; direction <= 1; direction += 2) {
            rows_make(rows, ROWS, (enum mt_points_of)which, mark_of((enum mt_points_of)which, direction), direction > 0 ? against_steps : by_all_steps);
            struct mt_points *points = fitted(rows, ROWS, (enum mt_points_of)which);

            directions_check(points, (enum mt_points_of)which);
            mt_points_destroy(points);
        }
        for (uint32_t i = 0; i < ROWS; i++)
            rows[i].truth = next(&state) % 3 == 0 ? MT_ROW_ILLICIT : MT_ROW_HONEST;
        struct mt_points *points = fitted(rows, ROWS, (enum mt_points_of)which);
        directions_check(points, (enum mt_points_of)which);
        mt_points_destroy(points);
    }
}
END_TEST

START_TEST(few_labels_leave_ours)
{
    static struct mt_points_row rows[12];
    const struct mt_marks *ours = mt_points_marks(NULL, MT_POINTS_CHAIN);

    rows_make(rows, 12, MT_POINTS_CHAIN, mark_of(MT_POINTS_CHAIN, 0), by_all_steps);
    struct mt_points *points = fitted(rows, 12, MT_POINTS_CHAIN), *none = fitted(rows, 0, MT_POINTS_CHAIN);
    const struct mt_marks *now = mt_points_marks(points, MT_POINTS_CHAIN);

    ck_assert_uint_eq(none->version, mt_points_version(NULL));
    for (uint32_t m = 0; m < now->count; m++) {
        for (uint32_t s = 0; s < now->at[m].step_count; s++) {
            int64_t ours_points = ours->at[m].steps[s].points, change = now->at[m].steps[s].points - ours_points;

            ck_assert_int_le(llabs(change), llabs(ours_points) + 12); /* as much as it is, and two units */
        }
    }
    mt_points_destroy(points);
    mt_points_destroy(none);
}
END_TEST

/* --- the level --------------------------------------------------------------------------------------------------------- */

static struct mt_points *learned(struct mt_points_row *rows, uint32_t count, const struct mt_points_goal *goal, struct mt_points_report *report)
{
    struct mt_points *points = ours_make();

    ck_assert_int_eq(mt_points_learn(rows, count, MT_POINTS_CHAIN, goal, &points->tables[MT_POINTS_CHAIN], report), MT_OK);
    mt_points_seal(points);
    return points;
}

static uint32_t raised(const struct mt_points *points, const struct mt_points_row *rows, uint32_t count)
{
    uint32_t raised = 0;

    for (uint32_t i = 0; i < count; i++)
        raised += mt_points_sum(mt_points_marks(points, MT_POINTS_CHAIN), rows[i].steps) + rows[i].fixed >= MT_POINTS_LEVEL;
    return raised;
}

START_TEST(the_level_means_a_precision)
{
    static struct mt_points_row rows[ROWS];
    struct mt_points_goal goal = {.precision_percent = 60, .sample = 2000};
    struct mt_points_report report;

    rows_make(rows, ROWS, MT_POINTS_CHAIN, mark_of(MT_POINTS_CHAIN, 0), by_all_steps);
    struct mt_points *points = learned(rows, ROWS, &goal, &report);
    ck_assert_int_eq(report.level, MT_POINTS_REACHED);
    ck_assert_uint_eq(report.illicit + report.honest, ROWS);
    ck_assert_uint_ge(report.unseen.right * 100, report.unseen.raised * 60);
    ck_assert_uint_eq(report.after.raised, raised(points, rows, ROWS));
    ck_assert_uint_gt(report.after.right * 2, report.illicit); /* most are found */
    mt_points_destroy(points);
    goal.precision_percent = 100;
    points = learned(rows, ROWS, &goal, &report);
    ck_assert_int_eq(report.level, MT_POINTS_BEST);
    mt_points_destroy(points);
    points = learned(rows, 30, &goal, &report); /* of either kind less than 20 */
    ck_assert_int_eq(report.level, MT_POINTS_TOO_FEW);
    ck_assert_uint_eq(report.unseen.raised, 0);
    mt_points_destroy(points);
    for (uint32_t i = 0; i < ROWS; i++)
        rows[i].truth = MT_ROW_HONEST;
    points = learned(rows, ROWS, &goal, &report);
    ck_assert_int_eq(report.level, MT_POINTS_LEFT);
    ck_assert_uint_eq(points->version, mt_points_version(NULL));
    mt_points_destroy(points);
}
END_TEST

/* Only what ours raises was looked at, and nearly all of that was right. */
START_TEST(decisions_on_alerts_raise_no_more)
{
    static struct mt_points_row rows[ROWS];
    const struct mt_points_goal goal = {.precision_percent = 30, .sample = 2000, .never_more = true};
    struct mt_points *ours = ours_make();
    struct mt_points_report report;

    rows_make(rows, ROWS, MT_POINTS_CHAIN, mark_of(MT_POINTS_CHAIN, 0), by_all_steps);
    for (uint32_t i = 0; i < ROWS; i++) {
        rows[i].fixed = 80;
        if (mt_points_sum(mt_points_marks(NULL, MT_POINTS_CHAIN), rows[i].steps) + rows[i].fixed < MT_POINTS_LEVEL)
            rows[i].truth = MT_ROW_UNKNOWN;
    }
    struct mt_points *points = learned(rows, ROWS, &goal, &report);
    ck_assert_uint_gt(report.unknown, 0);
    ck_assert_uint_gt(report.illicit, MT_POINTS_FEW);
    ck_assert_uint_le(raised(points, rows, ROWS), raised(ours, rows, ROWS));
    ck_assert_uint_gt(raised(points, rows, ROWS), 0);
    mt_points_destroy(points);
    mt_points_destroy(ours);
}
END_TEST

START_TEST(a_listed_account_stays_an_alert)
{
    struct mt_points *points = ours_make();

    ck_assert(mt_points_list_holds(points));
    points->tables[MT_POINTS_ACCOUNT].marks.start = -200;
    ck_assert(!mt_points_list_holds(points));
    mt_points_list_hold(points);
    ck_assert(mt_points_list_holds(points));
    mt_points_destroy(points);
}
END_TEST

RUN_SUITE("points", ours_are_a_copy, sums_are_those_of_signs, points_move_the_right_way, directions_are_kept, few_labels_leave_ours,
          the_level_means_a_precision, decisions_on_alerts_raise_no_more, a_listed_account_stays_an_alert)
