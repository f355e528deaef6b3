#include "points_level.h"

#include <stdlib.h>
#include <string.h>

#define QUARTERS 4
#define FOUND_PARTS 10 /* a level that finds less than one in so many of all is none */
#define LISTED 0
#define LISTED_ROOM 20 /* beyond what the search for the least found */

static int64_t score_of(const struct mt_marks *marks, const struct mt_points_row *row)
{
    return mt_points_sum(marks, row->steps) + row->fixed;
}

static struct mt_points_tally tally_of(const struct mt_points_row *rows, uint32_t count, const int64_t *scores, int64_t level)
{
    struct mt_points_tally tally = {0};

    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].truth == MT_ROW_UNKNOWN || scores[i] < level)
            continue;
        tally.raised++;
        tally.right += rows[i].truth == MT_ROW_ILLICIT;
    }
    return tally;
}

static void scores_fill(const struct mt_marks *marks, const struct mt_points_row *rows, uint32_t count, int64_t *out_scores)
{
    for (uint32_t i = 0; i < count; i++)
        out_scores[i] = score_of(marks, &rows[i]);
}

/* Evenly drawn by a mixed number: the same rows each time. */
static bool is_drawn(uint32_t at, uint32_t of, int64_t sample)
{
    uint64_t mixed = (at + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (mixed >> 32) * of >> 32 < (uint64_t)sample;
}

/* Illicit rows stand for themselves, honest ones that are drawn for the others too. */
static void weights_set(struct mt_points_row *rows, uint32_t count, uint32_t honest, int64_t sample)
{
    uint32_t seen = 0, drawn = 0;

    for (uint32_t i = 0; i < count; i++) {
        rows[i].weight = rows[i].truth == MT_ROW_ILLICIT ? 1 : 0;
        if (rows[i].truth == MT_ROW_HONEST && (is_drawn(seen++, honest, sample) || honest <= sample)) {
            rows[i].weight = 1;
            drawn++;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].truth == MT_ROW_HONEST && rows[i].weight > 0)
            rows[i].weight = (float)honest / (float)drawn;
    }
}

/* --- rows scored by points that have not seen them -------------------------------------------------------------------- */

/* The quarter's rows [*low, high): as many illicit ones in each. Returns high. */
static uint32_t quarter_end(const struct mt_points_row *rows, uint32_t count, uint32_t low, uint32_t illicit, uint32_t quarter)
{
    uint32_t high = low, found = 0, wanted = illicit * (quarter + 1) / QUARTERS - illicit * quarter / QUARTERS;

    if (quarter == QUARTERS - 1)
        return count;
    while (high < count && found < wanted)
        found += rows[high++].truth == MT_ROW_ILLICIT;
    return high;
}

static enum mt_status quarter_score(struct mt_points_row *rows, uint32_t count, uint32_t low, uint32_t high, enum mt_points_of which,
                                    struct mt_points_table *scratch, int64_t *scores)
{
    float *weights = malloc((high - low + 1u) * sizeof *weights);

    if (weights == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = low; i < high; i++) {
        weights[i - low] = rows[i].weight;
        rows[i].weight = 0;
    }
    enum mt_status status = mt_points_fit(rows, count, which, scratch);
    for (uint32_t i = low; i < high; i++) {
        rows[i].weight = weights[i - low];
        scores[i] = score_of(&scratch->marks, &rows[i]);
    }
    free(weights);
    return status;
}

static enum mt_status unseen_score(struct mt_points_row *rows, uint32_t count, enum mt_points_of which, uint32_t illicit, int64_t *scores)
{
    struct mt_points *scratch;
    uint32_t low = 0;
    enum mt_status status = mt_points_create(&scratch);

    if (status != MT_OK)
        return status;
    for (uint32_t quarter = 0; quarter < QUARTERS && status == MT_OK; quarter++) {
        uint32_t high = quarter_end(rows, count, low, illicit, quarter);

        status = quarter_score(rows, count, low, high, which, &scratch->tables[which], scores);
        low = high;
    }
    mt_points_destroy(scratch);
    return status;
}

/* --- the level -------------------------------------------------------------------------------------------------------- */

struct scored {
    int64_t score;
    bool right;
};

static int scored_compare(const void *left, const void *right)
{
    const struct scored *a = left, *b = right;

    return (a->score < b->score) - (a->score > b->score);
}

/* As points_level.h has it; the scores fall, those that are equal are raised together. */
static int64_t level_among(const struct scored *scored, uint32_t count, uint32_t illicit, int64_t percent, bool *out_reached)
{
    int64_t level = INT64_MAX, best = INT64_MAX;
    uint32_t right = 0, best_right = 0, best_raised = 1;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t raised = i + 1;

        right += scored[i].right;
        if (i + 1 < count && scored[i + 1].score == scored[i].score)
            continue;
        if ((uint64_t)right * FOUND_PARTS < illicit)
            continue;
        if ((int64_t)right * 100 >= (int64_t)raised * percent)
            level = scored[i].score;
        if ((uint64_t)right * best_raised >= (uint64_t)best_right * raised) {
            best = scored[i].score;
            best_right = right;
            best_raised = raised;
        }
    }
    *out_reached = level != INT64_MAX;
    return *out_reached ? level : best;
}

static enum mt_status level_find(const struct mt_points_row *rows, uint32_t count, const int64_t *scores, uint32_t illicit, int64_t percent,
                                 int64_t *out_level, bool *out_reached)
{
    struct scored *scored = malloc((count + 1u) * sizeof *scored);
    uint32_t known = 0;

    if (scored == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].truth != MT_ROW_UNKNOWN)
            scored[known++] = (struct scored){scores[i], rows[i].truth == MT_ROW_ILLICIT};
    }
    qsort(scored, known, sizeof *scored, scored_compare);
    *out_level = level_among(scored, known, illicit, percent, out_reached);
    free(scored);
    return MT_OK;
}

static int falling_compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a < b) - (a > b);
}

/* The lowest level, from this one up, at which no more than so many rows are raised. Sorts the scores. */
static int64_t level_hold(int64_t *scores, uint32_t count, uint32_t most, int64_t level)
{
    qsort(scores, count, sizeof *scores, falling_compare);
    return most < count && scores[most] >= level ? scores[most] + 1 : level;
}

static uint32_t raised_by(const struct mt_marks *marks, const struct mt_points_row *rows, uint32_t count)
{
    uint32_t raised = 0;

    for (uint32_t i = 0; i < count; i++)
        raised += score_of(marks, &rows[i]) >= MT_POINTS_LEVEL;
    return raised;
}

/* --- the whole -------------------------------------------------------------------------------------------------------- */

static void rows_count(const struct mt_points_row *rows, uint32_t count, struct mt_points_report *report)
{
    for (uint32_t i = 0; i < count; i++) {
        report->illicit += rows[i].truth == MT_ROW_ILLICIT;
        report->honest += rows[i].truth == MT_ROW_HONEST;
        report->unknown += rows[i].truth == MT_ROW_UNKNOWN;
    }
}

/* Where the level lies by the quarters' scores. */
static enum mt_status level_learn(struct mt_points_row *rows, uint32_t count, enum mt_points_of which, const struct mt_points_goal *goal, int64_t *scores,
                                  struct mt_points_report *report, int64_t *out_level)
{
    bool reached = false;
    enum mt_status status = unseen_score(rows, count, which, report->illicit, scores);

    if (status == MT_OK)
        status = level_find(rows, count, scores, report->illicit, goal->precision_percent, out_level, &reached);
    if (status == MT_OK)
        report->level = reached ? MT_POINTS_REACHED : MT_POINTS_BEST;
    return status;
}

static int16_t within(int64_t points)
{
    return (int16_t)(points > MT_POINTS_MOST ? MT_POINTS_MOST : points < -MT_POINTS_MOST ? -MT_POINTS_MOST : points);
}

/* Moves the start so that the level stands at 65; returns where it was, on the scale of the fits. Uses `scores` as room. */
static int64_t level_set(const struct mt_points_row *rows, uint32_t count, bool never_more, uint32_t before, int64_t level, int64_t *scores,
                         struct mt_points_table *table)
{
    scores_fill(&table->marks, rows, count, scores);
    if (never_more)
        level = level_hold(scores, count, before, level);
    table->marks.start = within(table->marks.start + MT_POINTS_LEVEL - level);
    return level;
}

/* Everything once there are rows of both kinds. `scores` and `unseen` are room for one a row. */
static enum mt_status table_learn(struct mt_points_row *rows, uint32_t count, enum mt_points_of which, const struct mt_points_goal *goal, int64_t *scores,
                                  int64_t *unseen, struct mt_points_table *table, struct mt_points_report *report)
{
    uint32_t before = raised_by(&table->marks, rows, count);
    bool enough = report->illicit >= MT_POINTS_FEW && report->honest >= MT_POINTS_FEW;
    int64_t level = MT_POINTS_LEVEL;
    enum mt_status status = MT_OK;

    report->level = MT_POINTS_TOO_FEW;
    weights_set(rows, count, report->honest, goal->sample);
    if (enough)
        status = level_learn(rows, count, which, goal, unseen, report, &level);
    if (status == MT_OK)
        status = mt_points_fit(rows, count, which, table);
    if (status != MT_OK)
        return status;
    int64_t held = level_set(rows, count, goal->never_more || report->level == MT_POINTS_BEST, before, level, scores, table);
    if (held > level && goal->never_more && enough)
        report->level = MT_POINTS_HELD;
    if (enough)
        report->unseen = tally_of(rows, count, unseen, held);
    scores_fill(&table->marks, rows, count, scores);
    report->after = tally_of(rows, count, scores, MT_POINTS_LEVEL);
    return MT_OK;
}

enum mt_status mt_points_learn(struct mt_points_row *rows, uint32_t count, enum mt_points_of which, const struct mt_points_goal *goal,
                               struct mt_points_table *table, struct mt_points_report *out_report)
{
    int64_t *scores = malloc(2 * (count + 1u) * sizeof *scores);
    enum mt_status status = scores == NULL ? MT_NO_MEMORY : MT_OK;

    *out_report = (struct mt_points_report){.level = MT_POINTS_LEFT};
    if (status != MT_OK)
        return status;
    rows_count(rows, count, out_report);
    scores_fill(&table->marks, rows, count, scores);
    out_report->before = out_report->after = tally_of(rows, count, scores, MT_POINTS_LEVEL);
    if (out_report->illicit > 0 && out_report->honest > 0)
        status = table_learn(rows, count, which, goal, scores, scores + count + 1, table, out_report);
    free(scores);
    return status;
}

void mt_points_list_hold(struct mt_points *points)
{
    int64_t needed = MT_POINTS_LEVEL - mt_points_least(&points->tables[MT_POINTS_ACCOUNT].marks);

    if (points->detectors[LISTED] < needed)
        points->detectors[LISTED] = within(needed + LISTED_ROOM);
}
