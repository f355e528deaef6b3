#include "points.h"

#include "detectors.h"

#include <stdlib.h>
#include <string.h>

#define SEARCH_STARTS 60

/* That of the detector in the table's first place: whoever is on a watch list. */
#define LISTED 0

static void table_copy(struct mt_points_table *table, const struct mt_marks *ours)
{
    MT_ASSERT(ours->count <= MT_MARKS_MAX && ours->pair_count <= MT_PAIRS_MAX);
    memcpy(table->at, ours->at, ours->count * sizeof *ours->at);
    memcpy(table->pairs, ours->pairs, ours->pair_count * sizeof *ours->pairs);
    table->marks = *ours;
    table->marks.at = table->at;
    table->marks.pairs = table->pairs;
}

enum mt_status mt_points_create(struct mt_points **out_points)
{
    struct mt_points *points = calloc(1, sizeof *points);

    if (points == NULL)
        return MT_NO_MEMORY;
    for (int which = 0; which < MT_POINTS_TABLES; which++)
        table_copy(&points->tables[which], mt_points_marks(NULL, (enum mt_points_of)which));
    for (uint32_t d = 0; d < mt_detector_count; d++)
        points->detectors[d] = mt_detectors[d].points;
    mt_points_seal(points);
    *out_points = points;
    return MT_OK;
}

void mt_points_destroy(struct mt_points *points)
{
    free(points);
}

const struct mt_marks *mt_points_marks(const struct mt_points *points, enum mt_points_of which)
{
    if (points != NULL)
        return &points->tables[which].marks;
    return which == MT_POINTS_ACCOUNT ? &mt_account_marks : &mt_chain_marks;
}

int16_t mt_points_detector(const struct mt_points *points, uint32_t detector)
{
    return points != NULL ? points->detectors[detector] : mt_detectors[detector].points;
}

/* --- the version ------------------------------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t hash, int64_t value)
{
    hash = (hash ^ (uint64_t)value) * UINT64_C(0x9fb21c651e98df25);
    return hash ^ hash >> 32;
}

/* Limits too: steps at other limits are other points. */
static uint64_t marks_mix(uint64_t hash, const struct mt_marks *marks)
{
    hash = mix(mix(mix(hash, marks->start), marks->count), marks->pair_count);
    for (uint32_t m = 0; m < marks->count; m++) {
        hash = mix(mix(hash, marks->at[m].fact), marks->at[m].step_count);
        for (uint32_t s = 0; s < marks->at[m].step_count; s++)
            hash = mix(mix(hash, marks->at[m].steps[s].limit), marks->at[m].steps[s].points);
    }
    for (uint32_t p = 0; p < marks->pair_count; p++) {
        const struct mt_pair *pair = &marks->pairs[p];

        hash = mix(mix(hash, pair->first), pair->second);
        for (uint32_t a = 0; a <= marks->at[pair->first].step_count; a++) {
            for (uint32_t b = 0; b <= marks->at[pair->second].step_count; b++)
                hash = mix(hash, pair->points[a][b]);
        }
    }
    return hash;
}

static uint64_t version_make(const struct mt_points *points)
{
    uint64_t hash = 1;

    for (int which = 0; which < MT_POINTS_TABLES; which++)
        hash = marks_mix(hash, mt_points_marks(points, (enum mt_points_of)which));
    for (uint32_t d = 0; d < mt_detector_count; d++)
        hash = mix(hash, mt_points_detector(points, d));
    return hash;
}

void mt_points_seal(struct mt_points *points)
{
    points->version = version_make(points);
}

uint64_t mt_points_version(const struct mt_points *points)
{
    return points != NULL ? points->version : version_make(NULL);
}

/* --- sums ------------------------------------------------------------------------------------------------------------- */

void mt_points_steps(const struct mt_marks *marks, const int64_t facts[], uint8_t out_steps[MT_MARKS_MAX])
{
    for (uint32_t m = 0; m < marks->count; m++)
        out_steps[m] = mt_mark_steps(&marks->at[m], facts[marks->at[m].fact]);
}

int64_t mt_points_sum(const struct mt_marks *marks, const uint8_t steps[MT_MARKS_MAX])
{
    int64_t sum = marks->start;

    for (uint32_t m = 0; m < marks->count; m++)
        sum += steps[m] > 0 ? marks->at[m].steps[steps[m] - 1].points : 0;
    for (uint32_t p = 0; p < marks->pair_count; p++)
        sum += marks->pairs[p].points[steps[marks->pairs[p].first]][steps[marks->pairs[p].second]];
    return sum;
}

/* Moves one fact to its best step; whether the sum fell. */
static bool step_lower(const struct mt_marks *marks, uint32_t mark, uint8_t steps[], int64_t *sum)
{
    uint8_t best = steps[mark];
    int64_t before = *sum;

    for (uint8_t step = 0; step <= marks->at[mark].step_count; step++) {
        steps[mark] = step;
        int64_t now = mt_points_sum(marks, steps);

        if (now < *sum) {
            *sum = now;
            best = step;
        }
    }
    steps[mark] = best;
    return *sum < before;
}

int64_t mt_points_least(const struct mt_marks *marks)
{
    int64_t least = INT64_MAX;
    uint64_t state = 11;

    for (int start = 0; start < SEARCH_STARTS; start++) {
        uint8_t steps[MT_MARKS_MAX] = {0};
        bool moved = true;

        for (uint32_t m = 0; m < marks->count && start > 0; m++) { /* the first begins where no step is reached */
            state = mix(state, m);
            steps[m] = (uint8_t)((state >> 33) % (marks->at[m].step_count + 1u));
        }
        int64_t sum = mt_points_sum(marks, steps);
        while (moved) {
            moved = false;
            for (uint32_t m = 0; m < marks->count; m++)
                moved |= step_lower(marks, m, steps, &sum);
        }
        least = sum < least ? sum : least;
    }
    return least;
}

bool mt_points_list_holds(const struct mt_points *points)
{
    return mt_points_detector(points, LISTED) + mt_points_least(mt_points_marks(points, MT_POINTS_ACCOUNT)) >= MT_POINTS_LEVEL;
}

/* --- directions ------------------------------------------------------------------------------------------------------- */

/* As bench/accuracy/points.py has them, which fitted ours; `bench accuracy --part refit` compares the two. */
static const int8_t account_directions[MT_FACT_COUNT] = {
    [MT_FACT_passed] = 1,      [MT_FACT_funded] = 1,    [MT_FACT_dwell_minutes] = 1,  [MT_FACT_gap_days] = 1,     [MT_FACT_below_line] = 1,
    [MT_FACT_largest] = 1,     [MT_FACT_cash_in] = 1,   [MT_FACT_cash_out] = 1,       [MT_FACT_card_ins] = -1,    [MT_FACT_largest_passed] = 1,
    [MT_FACT_fresh_amount] = 1, [MT_FACT_burst_in] = 1, [MT_FACT_burst_out] = 1,      [MT_FACT_load] = 1,         [MT_FACT_night] = 1,
    [MT_FACT_digital_out] = 1, [MT_FACT_mutual] = -1,
};
static const int8_t chain_directions[MT_CHAIN_FACT_COUNT] = {
    [MT_CHAIN_hops] = 1,        [MT_CHAIN_dwell_minutes] = 1,  [MT_CHAIN_round_hops] = 1,   [MT_CHAIN_amount] = 1,       [MT_CHAIN_least_amount] = 1,
    [MT_CHAIN_instant] = 1,     [MT_CHAIN_night] = 1,          [MT_CHAIN_batches] = -1,     [MT_CHAIN_cards] = -1,       [MT_CHAIN_known_payer] = -1,
    [MT_CHAIN_known_payee] = -1, [MT_CHAIN_paid_back] = -1,    [MT_CHAIN_fresh_amount] = 1, [MT_CHAIN_stayed_minutes] = 1, [MT_CHAIN_repeats] = 1,
    [MT_CHAIN_near_line] = 1,   [MT_CHAIN_load] = 1,           [MT_CHAIN_cash_in] = 1,      [MT_CHAIN_cash_out] = 1,     [MT_CHAIN_larger] = 1,
    [MT_CHAIN_takes_cards] = -1, [MT_CHAIN_to_and_fro] = -1,   [MT_CHAIN_ins] = -1,         [MT_CHAIN_digital_out] = 1,  [MT_CHAIN_listed] = 1,
};

int mt_points_direction(enum mt_points_of which, uint8_t fact)
{
    return which == MT_POINTS_ACCOUNT ? account_directions[fact] : chain_directions[fact];
}
