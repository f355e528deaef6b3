#include "detectors.h"

#include "signs.h"

#define OPTION(name) offsetof(struct mt_rules, name)

/* rules.h begins with the hop window, which no detector's need is: offset 0 marks an unused one. */
static_assert(OPTION(hop_window_ms) == 0, "an unused need is told from all others");

/* From the most particular to the least: the first that holds names the finding. */
const struct mt_detector mt_detectors[] = {
    {.name = "listed",
     .finds = "an account on a watch list that moved money, or one that moved it by means on a list",
     .prefilter = MT_PREFILTER_LISTED,
     .needs = {{MT_FACT_listed, OPTION(listed_dealings)}},
     .points = 260,
     .any_sum = true,
     .text = "transfers of an account on a watch list, or by means on one"},
    {.name = "listed_passed_on",
     .finds = "money from a party on a watch list passed on, or money just in paid to one",
     .prefilter = MT_PREFILTER_LISTED,
     .needs = {{MT_FACT_listed_passed, OPTION(listed_dealings)}},
     .points = 65,
     .any_sum = true,
     .text = "transfers with a party on a watch list, whose money was passed on or had just come in"},
    {.name = "shared_indicator",
     .finds = "money sent by a device, phone, network address or alias that several other accounts use",
     .prefilter = MT_PREFILTER_SHARED,
     .needs = {{MT_FACT_shared, OPTION(shared_accounts)}},
     .points = 15,
     .text = "other accounts that use the same device, phone, network address or alias"},
    {.name = "structuring",
     .finds = "sums in kept just below the reporting line, again and again",
     .prefilter = MT_PREFILTER_LINE,
     .needs = {{MT_FACT_below_line, OPTION(line_sums)}},
     .points = 0,
     .text = "transfers in just below the reporting line"},
    {.name = "repeated",
     .finds = "one account paid over and over within the hour, as tips or debits that empty an account are",
     .prefilter = MT_PREFILTER_REPEATS,
     .needs = {{MT_FACT_burst_out, OPTION(repeat_sums)}},
     .points = 0,
     .text = "transfers to one account within an hour"},
    {.name = "gathering",
     .finds = "many payers within hours, by hand, though nothing need have left yet",
     .prefilter = MT_PREFILTER_PAYERS,
     .needs = {{MT_FACT_burst_in, OPTION(gathering_payers)}},
     .points = 6,
     .early = 25,
     .text = "payers by hand within six hours"},
    {.name = "test_then_load",
     .finds = "a trifle to try a new account, then sums many times as large, passed on",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_load, OPTION(load_times)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 0,
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
     .points = 0,
     .text = "new payers of weight, by hand"},
    {.name = "distributor",
     .finds = "money just in, passed on to many new payees",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_heavy_payees, OPTION(fan_parties)}, {MT_FACT_relayed, OPTION(relay_permille)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 0,
     .text = "new payees of weight, by hand"},
    {.name = "dormant_woken",
     .finds = "nothing for days, then money in and out",
     .prefilter = MT_PREFILTER_PASSING,
     .needs = {{MT_FACT_gap_days, OPTION(dormant_days)}, {MT_FACT_largest_passed, OPTION(account_sum_least)}},
     .points = 0,
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
    {.name = "listed_counterparty",
     .finds = "dealings with a party on a watch list",
     .prefilter = MT_PREFILTER_LISTED,
     .needs = {{MT_FACT_listed_parties, OPTION(listed_dealings)}},
     .points = 5,
     .any_sum = true,
     .text = "transfers with a party on a watch list"},
    {.name = "pays_new",
     .finds = "large sums with accounts not dealt with before, money out to such among them, with the marks of laundering",
     .prefilter = MT_PREFILTER_PAYS,
     .needs = {{MT_FACT_heavy_payees, OPTION(new_parties)}},
     .points = 0,
     .text = "new payees of weight, by hand"},
};
const uint32_t mt_detector_count = sizeof mt_detectors / sizeof mt_detectors[0];

uint32_t mt_detectors_prefilters(void)
{
    uint32_t used = 0;

    for (uint32_t d = 0; d < mt_detector_count; d++)
        used |= 1u << mt_detectors[d].prefilter;
    return used;
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

bool mt_signs_find(const struct mt_rules *rules, const struct mt_points *points, const int64_t facts[MT_FACT_COUNT],
                   struct mt_finding_sign out_signs[MT_SIGNS_MAX], uint32_t *out_count, uint8_t *out_score)
{
    struct mt_signs signs = {.at = out_signs};
    int64_t early = 0;

    for (uint32_t d = 0; d < mt_detector_count; d++) {
        int64_t limit;

        if ((!mt_detectors[d].any_sum && facts[MT_FACT_fresh_amount] < rules->account_sum_least) ||
            !mt_detector_holds(&mt_detectors[d], rules, facts, &limit))
            continue;
        early = mt_detectors[d].early > early ? mt_detectors[d].early : early;
        mt_signs_put(&signs, MT_SIGN_DETECTOR + d, facts[mt_detectors[d].needs[0].fact], limit, mt_points_detector(points, d));
    }
    if (signs.count > 0)
        mt_signs_marks(&signs, mt_points_marks(points, MT_POINTS_ACCOUNT), facts);
    *out_count = signs.count;
    *out_score = mt_signs_score(&signs);
    return signs.count > 0 && *out_score >= rules->account_score_least - early;
}
