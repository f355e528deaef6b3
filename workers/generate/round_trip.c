/*
 * Round trips: money leaves an account, passes through two to seven others, each keeping a margin, and comes back.
 *
 *   origin ─1─► a ─2─► b ─3─► c ─4─► origin
 */
#include "schemes.h"

#define HOPS_MAX 8

/* Persons mostly, small businesses otherwise: who would invoice each other. */
static uint32_t find_member(const struct mt_town *town, struct mt_prng *prng, int64_t start_ms, const uint32_t *taken,
                            uint32_t taken_count)
{
    for (int attempt = 0; attempt < 64 && mt_prng_chance(prng, 350); attempt++) {
        uint32_t supplier = mt_population_any(&town->population, MT_ROLE_SUPPLIER, prng);
        bool free = true;

        for (uint32_t i = 0; i < taken_count; i++)
            free = free && taken[i] != supplier;
        if (free)
            return supplier;
    }
    return mt_plan_mule(town, prng, start_ms, taken, taken_count);
}

void mt_play_round_trip(struct mt_act *act)
{
    static const uint8_t hops_of_16[16] = {3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8};
    const struct mt_town *town = act->town;
    struct mt_prng *prng = act->prng;
    uint32_t members[HOPS_MAX];
    uint32_t hops = hops_of_16[mt_prng_below(prng, 16)];
    uint32_t keep_permille = 3 + mt_prng_below(prng, 48);
    enum mt_tempo tempo = mt_prng_chance(prng, 300) ? MT_TEMPO_CREW : MT_TEMPO_TRADE;
    int64_t cents = mt_tariff_spread(mt_prng_next(prng), 900000, 350);
    int64_t minor = mt_tariff_minor(town->tariff, cents < 80000 ? 80000 : cents);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < hops; i++)
        members[i] = find_member(town, prng, act->start_ms, members, i);
    minor = mt_tariff_round_sum(town->tariff, minor, mt_prng_next(prng));
    for (uint32_t i = 0; i < hops; i++) {
        struct mt_movement movement = mt_town_move(town, time_ms, members[i], members[(i + 1) % hops], minor);

        if (minor >= mt_tariff_minor(town->tariff, 5000000))
            movement.rail = MT_RAIL_WIRE;
        mt_plan_add(act->plan, movement, MT_PATTERN_ROUND_TRIP, i + 1);
        minor = mt_plan_kept_moving(town, prng, minor, keep_permille + mt_prng_below(prng, 20));
        time_ms += mt_plan_dwell(prng, tempo);
    }
    for (uint32_t i = 0; i < hops; i++) {
        if (members[i] < town->population.persons)
            mt_plan_camouflage(town, prng, act->plan, members[i], act->start_ms);
    }
}
