#include "plan.h"

/*
 * Dwell as quantiles: minutes at each of the cumulative shares. Crews and loose networks in equal numbers give what
 * Lloyds Bank measured on known mules (domain.md 1.2): 28 % gone within 15 min, 53 % within the hour. The crews'
 * median, 17 min, is the Xiamen case's (8–22 min). The tail stays within MED 2.0's day, a few to 40 h.
 */
struct dwell_point {
    uint16_t permille;
    uint16_t minutes;
};

#define DWELL_POINTS 7

static const struct dwell_point dwell_table[MT_TEMPO_COUNT][DWELL_POINTS] = {
    [MT_TEMPO_CREW] = {{0, 1}, {150, 6}, {450, 15}, {700, 29}, {880, 60}, {980, 240}, {1000, 900}},
    [MT_TEMPO_LOOSE] = {{0, 2}, {110, 15}, {180, 60}, {450, 240}, {800, 840}, {970, 1440}, {1000, 2400}},
    [MT_TEMPO_TRADE] = {{0, 5}, {200, 40}, {450, 150}, {650, 420}, {850, 1080}, {970, 1440}, {1000, 2400}},
};

int64_t mt_plan_dwell(struct mt_prng *prng, enum mt_tempo tempo)
{
    const struct dwell_point *points = dwell_table[tempo];
    uint32_t roll = mt_prng_below(prng, 1000);
    int64_t least_ms;
    int64_t most_ms;
    int i = 1;

    while (roll >= points[i].permille)
        i++;
    least_ms = points[i - 1].minutes * MT_MS_MINUTE;
    most_ms = points[i].minutes * MT_MS_MINUTE;
    return mt_prng_between(prng, least_ms, most_ms) - MT_MS_MINUTE / 2;
}

uint32_t mt_plan_keep(struct mt_prng *prng)
{
    static const uint8_t quantiles[9] = {1, 5, 10, 15, 20, 30, 50, 80, 100};
    uint32_t roll = mt_prng_below(prng, 8);

    return (uint32_t)mt_prng_between(prng, quantiles[roll], quantiles[roll + 1]);
}

int64_t mt_plan_kept_moving(const struct mt_town *town, struct mt_prng *prng, int64_t minor, uint32_t keep_permille)
{
    int64_t least = minor - minor * 14 / 100;
    int64_t goes_on = minor - minor / 1000 * keep_permille - minor % 1000 * keep_permille / 1000;
    int64_t fee = mt_tariff_minor(town->tariff, 50 + 50 * mt_prng_below(prng, 10));
    int64_t rounded = mt_tariff_round_sum(town->tariff, goes_on, mt_prng_next(prng));

    if (mt_prng_chance(prng, 200) && goes_on - fee >= least)
        goes_on -= fee;
    if (mt_prng_chance(prng, 600) && rounded >= least)
        goes_on = rounded;
    return goes_on < 1 ? 1 : goes_on;
}

uint32_t mt_plan_account(const struct mt_town *town, struct mt_prng *prng, int64_t start_ms, enum mt_trait wanted,
                         const uint32_t *taken, uint32_t taken_count)
{
    const struct mt_population *population = &town->population;
    uint32_t person = 0;

    for (uint32_t attempt = 0; attempt < 512; attempt++) {
        bool free = true;

        person = mt_prng_below(prng, population->persons);
        for (uint32_t i = 0; i < taken_count; i++)
            free = free && taken[i] != person;
        if (!free || mt_population_opened_day(population, person) >= start_ms / MT_MS_DAY)
            continue;
        if (mt_population_trait(population, person) == wanted || attempt >= 256)
            break;
    }
    return person;
}

uint32_t mt_plan_mule(const struct mt_town *town, struct mt_prng *prng, int64_t start_ms, const uint32_t *taken,
                      uint32_t taken_count)
{
    uint32_t roll = mt_prng_below(prng, 10);
    enum mt_trait wanted = roll < 4 ? MT_TRAIT_NEW : roll < 7 ? MT_TRAIT_DORMANT : MT_TRAIT_ORDINARY;

    return mt_plan_account(town, prng, start_ms, wanted, taken, taken_count);
}

uint32_t mt_plan_shop(const struct mt_town *town, uint64_t random)
{
    const struct mt_population *population = &town->population;
    uint32_t first = population->first[MT_ROLE_MERCHANT];
    uint32_t count = mt_population_count(population, MT_ROLE_MERCHANT);
    uint32_t shop = mt_population_popular(population, random);

    for (uint32_t i = 0; i < count && town->gift_cards_held; i++) {
        if (mt_population_trade(population, shop) != MT_TRADE_GIFT)
            break;
        shop = first + (shop + 1 - first) % count;
    }
    return shop;
}

void mt_plan_add(struct mt_plan *plan, struct mt_movement movement, enum mt_pattern pattern, uint32_t hop)
{
    MT_ASSERT(plan->labelled < MT_PLAN_LABELLED_MAX);
    MT_ASSERT(plan->count < MT_PLAN_MAX);
    movement.pattern = (uint8_t)pattern;
    movement.hop = (uint8_t)hop;
    plan->movements[plan->count++] = movement;
    plan->labelled++;
}

void mt_plan_camouflage(const struct mt_town *town, struct mt_prng *prng, struct mt_plan *plan, uint32_t person,
                        int64_t from_ms)
{
    uint32_t count = mt_prng_below(prng, 4);

    for (uint32_t i = 0; i < count && plan->count < MT_PLAN_MAX; i++) {
        int64_t time_ms = mt_town_waking(from_ms + mt_prng_between(prng, 0, 36 * MT_MS_HOUR));
        int64_t cents = mt_tariff_spread(mt_prng_next(prng), 1600, 200);
        uint32_t merchant = mt_population_favourite(&town->population, person, mt_prng_below(prng, 8));
        struct mt_movement movement =
            mt_town_move(town, time_ms, person, merchant, mt_tariff_minor(town->tariff, cents));

        movement.kind = MT_KIND_CARD;
        movement.rail = MT_RAIL_CARD;
        if (time_ms < town->calendar.end_ms)
            plan->movements[plan->count++] = movement;
    }
}

void mt_plan_sort(struct mt_plan *plan)
{
    for (uint32_t i = 1; i < plan->count; i++) {
        struct mt_movement movement = plan->movements[i];
        uint32_t at = i;

        for (; at > 0 && plan->movements[at - 1].time_ms > movement.time_ms; at--)
            plan->movements[at] = plan->movements[at - 1];
        plan->movements[at] = movement;
    }
}
