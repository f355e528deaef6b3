#include "detectors.h"

#define OPTION(name) offsetof(struct mt_rules, name)

/* rules.h begins with the hop window, which no detector's need is: offset 0 marks an unused one. */
static_assert(OPTION(hop_window_ms) == 0, "an unused need is told from all others");

/* From the most particular to the least: the first that holds names the finding. */
const struct mt_detector mt_detectors[] = {
    {.name = "structuring",
     .finds = "sums in kept just below the reporting line, again and again",
     .prefilter = MT_PREFILTER_LINE,
     .needs = {{MT_FACT_below_line, OPTION(line_sums)}},
     .points = 11,
     .text = "transfers in just below the reporting line"},
    {.name = "repeated",
     .finds = "one account paid over and over within the hour, as tips or debits that empty an account are",
     .prefilter = MT_PREFILTER_REPEATS,
     .needs = {{MT_FACT_burst_out, OPTION(repeat_sums)}},
     .points = 21,
     .text = "transfers to one account within an hour"},
    {.name = "gathering",
     .finds = "many payers within hours, by hand, though nothing need have left yet",
     .prefilter = MT_PREFILTER_PAYERS,
     .needs = {{MT_FACT_burst_in, OPTION(gathering_payers)}},
     .points = 45,
     .text = "payers within six hours"},
    {.name = "test_then_load",
     .finds = "a trifle to try a new account, then sums many times as large, passed on",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_load, OPTION(load_times)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 2,
     .text = "times the first sum with the same new account"},
    {.name = "gather_scatter",
     .finds = "many new payers, the money passed on to many new payees",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_fan, OPTION(fan_parties)}, {MT_FACT_relayed, OPTION(relay_permille)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 0,
     .text = "new payers, and as many new payees or more, of weight"},
    {.name = "collector",
     .finds = "many new payers, the money passed on",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_heavy_payers, OPTION(fan_parties)}, {MT_FACT_relayed, OPTION(relay_permille)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 2,
     .text = "new payers of weight"},
    {.name = "distributor",
     .finds = "money just in, passed on to many new payees",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_heavy_payees, OPTION(fan_parties)}, {MT_FACT_relayed, OPTION(relay_permille)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 2,
     .text = "new payees of weight"},
    {.name = "dormant_woken",
     .finds = "nothing for days, then money in and out",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_gap_days, OPTION(dormant_days)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 2,
     .text = "days without a transfer before"},
    {.name = "cash_in_passed_on",
     .finds = "cash paid in and passed on",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_cash_in, OPTION(cash_permille)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 0,
     .text = "permille of the money in was cash"},
    {.name = "drawn_as_cash",
     .finds = "money in that left as cash",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_cash_out, OPTION(cash_permille)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 0,
     .text = "permille of the money out was cash"},
    {.name = "pass_through",
     .finds = "money that had just come in went out again",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_funded, OPTION(through_permille)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 0,
     .text = "permille of the day's money out had just come in"},
};
const uint32_t mt_detector_count = sizeof mt_detectors / sizeof mt_detectors[0];

const struct mt_mark mt_marks[] = {
    {"new_large", MT_FACT_fresh_amount, false, {{25000, 5}, {50000, 9}, {100000, 12}, {200000, 13}, {500000, 14}},
     "minor units, the day's largest sum with a new counterparty"},
    {"passed_large", MT_FACT_largest_passed, false, {{25000, 3}, {50000, 4}}, "minor units, the largest sum that was passed on"},
    {"relayed", MT_FACT_relayed, false, {{500, 5}, {700, 8}, {900, 12}}, "permille of the gather window's money in was passed on"},
    {"funded", MT_FACT_funded, false, {{800, 8}, {950, 10}}, "permille of the day's money out had just come in"},
    {"same_day", MT_FACT_passed, false, {{800, 2}}, "permille of the day's money in left the same day"},
    {"new_payers", MT_FACT_fresh_in, false, {{300, 4}, {800, 6}, {950, 8}}, "permille of the gather window's money in was from new payers"},
    {"new_payees", MT_FACT_fresh_out, false, {{300, 4}, {600, 6}, {800, 8}}, "permille of the gather window's money out went to new payees"},
    {"brief_stay", MT_FACT_dwell_minutes, true, {{1440, 1}, {180, 2}, {60, 8}, {15, 12}}, "minutes the money stayed, median by sum"},
    {"larger_than_before", MT_FACT_largest, false, {{300, 2}, {700, 3}, {3000, 4}, {10000, 5}}, "permille of the largest sum before, the day's largest"},
    {"beyond_history", MT_FACT_jump, false, {{10000, 3}}, "permille of the history's largest sum, the gather window's largest"},
    {"many_payees", MT_FACT_heavy_payees, false, {{6, 3}}, "new payees of weight"},
    {"near_line", MT_FACT_below_line, false, {{2, 2}, {4, 8}}, "transfers in just below the reporting line"},
    {"repeats", MT_FACT_burst_out, false, {{3, 14}}, "transfers to one account within an hour"},
    {"cash_in", MT_FACT_cash_in, false, {{500, 4}, {900, 10}}, "permille of the gather window's money in was cash"},
    {"cash_out", MT_FACT_cash_out, false, {{500, 5}, {800, 8}}, "permille of the gather window's money out was cash"},
    {"takes_cards", MT_FACT_card_ins, false, {{1, -20}}, "transfers in by card: a shop"},
    {"short_history", MT_FACT_age_days, true, {{9, -8}}, "days since the account was first seen: new counterparties say little"},
};
const uint32_t mt_mark_count = sizeof mt_marks / sizeof mt_marks[0];

static_assert(sizeof mt_detectors / sizeof mt_detectors[0] + sizeof mt_marks / sizeof mt_marks[0] <= MT_SIGNS_MAX, "all signs fit");

const char *mt_sign_code(uint8_t sign)
{
    return sign < mt_detector_count ? mt_detectors[sign].name : mt_marks[sign - mt_detector_count].code;
}

const char *mt_sign_text(uint8_t sign)
{
    return sign < mt_detector_count ? mt_detectors[sign].text : mt_marks[sign - mt_detector_count].text;
}

bool mt_sign_at_most(uint8_t sign)
{
    return sign >= mt_detector_count && mt_marks[sign - mt_detector_count].at_most;
}

static int64_t option_of(const struct mt_rules *rules, size_t offset)
{
    int64_t value;

    memcpy(&value, (const char *)rules + offset, sizeof value);
    return value;
}

bool mt_detector_holds(const struct mt_detector *detector, const struct mt_rules *rules, const int64_t facts[MT_FACT_COUNT], int64_t *out_limit)
{
    for (int i = 0; i < MT_DETECTOR_NEEDS && detector->needs[i].option != 0; i++) {
        if (facts[detector->needs[i].fact] < option_of(rules, detector->needs[i].option))
            return false;
    }
    *out_limit = option_of(rules, detector->needs[0].option);
    return true;
}

/* The last step reached, or NULL's 0 points. */
static int16_t mark_points(const struct mt_mark *mark, int64_t measured, int64_t *out_limit)
{
    int16_t points = 0;

    for (int i = 0; i < MT_MARK_STEPS && mark->steps[i].points != 0; i++) {
        int64_t limit = mark->steps[i].limit;

        if (measured < 0 || (mark->at_most ? measured > limit : measured < limit))
            break;
        points = mark->steps[i].points;
        *out_limit = limit;
    }
    return points;
}

static void sign_put(struct mt_finding_sign signs[], uint32_t *count, uint32_t sign, int64_t measured, int64_t limit, int16_t points)
{
    struct mt_finding_sign *put = &signs[(*count)++];

    memset(put, 0, sizeof *put);
    put->measured = measured;
    put->limit = limit;
    put->points = points;
    put->sign = (uint8_t)sign;
}

bool mt_signs_find(const struct mt_rules *rules, const int64_t facts[MT_FACT_COUNT], struct mt_finding_sign out_signs[MT_SIGNS_MAX],
                   uint32_t *out_count, uint8_t *out_score)
{
    int64_t limit = 0, score = 0;

    *out_count = 0;
    *out_score = 0;
    for (uint32_t d = 0; d < mt_detector_count && facts[MT_FACT_fresh_amount] >= rules->account_sum_least; d++) {
        if (mt_detector_holds(&mt_detectors[d], rules, facts, &limit))
            sign_put(out_signs, out_count, d, facts[mt_detectors[d].needs[0].fact], limit, mt_detectors[d].points);
    }
    if (*out_count == 0)
        return false;
    for (uint32_t m = 0; m < mt_mark_count; m++) {
        int16_t points = mark_points(&mt_marks[m], facts[mt_marks[m].fact], &limit);

        if (points != 0)
            sign_put(out_signs, out_count, mt_detector_count + m, facts[mt_marks[m].fact], limit, points);
    }
    for (uint32_t i = 0; i < *out_count; i++)
        score += out_signs[i].points;
    *out_score = (uint8_t)(score < 0 ? 0 : score > 100 ? 100 : score);
    return true;
}
