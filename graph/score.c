#include "score.h"

#define MINUTE_MS INT64_C(60000)

/* Full points within a quarter of an hour, as 28 % of mule money leaves by then; half of them within the hour, 53 %
 * (RUSI, Following the Fraud, 2025); a tail within a day. */
static uint8_t dwell_points(int64_t dwell_ms)
{
    static const struct {
        int64_t most_ms;
        uint8_t points;
    } steps[] = {{15 * MINUTE_MS, 25}, {60 * MINUTE_MS, 21}, {4 * MT_HOUR_MS, 15}, {24 * MT_HOUR_MS, 8}, {48 * MT_HOUR_MS, 4}};

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (dwell_ms <= steps[i].most_ms)
            return steps[i].points;
    }
    return 0;
}

static uint8_t links_points(uint32_t link_count)
{
    static const uint8_t points[] = {0, 4, 10, 16, 20, 23};

    return link_count < sizeof points ? points[link_count] : 25;
}

/* One point per decimal digit beyond the third: 1,000 minor units give 1, ten million 5. */
static uint8_t amount_points(int64_t minor)
{
    uint8_t digits = 0;

    for (; minor > 0; minor /= 10)
        digits++;
    return digits <= 3 ? 0 : digits - 3 > 10 ? 10 : (uint8_t)(digits - 3);
}

void mt_finding_score(struct mt_finding *finding)
{
    int64_t largest = 0;
    uint8_t score = 0;

    for (uint32_t i = 0; i < finding->spine_count; i++)
        largest = finding->transfers[i].minor > largest ? finding->transfers[i].minor : largest;
    finding->points[MT_SCORE_LINKS] = links_points(finding->spine_count - 1);
    finding->points[MT_SCORE_DWELL] = dwell_points(finding->dwell_median_ms);
    finding->points[MT_SCORE_PASSED] = (uint8_t)(finding->passed_permille < 800 ? 0 : (finding->passed_permille - 800) / 20);
    finding->points[MT_SCORE_CARRIED] = (uint8_t)(finding->carried_permille * 15 / 1000);
    finding->points[MT_SCORE_AMOUNT] = amount_points(largest);
    finding->points[MT_SCORE_ROUND_TRIP] = finding->round_hops > 0 ? 15 : 0;
    for (int part = 0; part < MT_SCORE_COUNT; part++)
        score += finding->points[part];
    finding->score = score;
}
