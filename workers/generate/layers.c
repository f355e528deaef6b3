/*
 * Layers of accounts, each paying into the next, and a walk that stays among a few.
 *
 *   bipartite  a a a ═1═► b b b              stack  a a ═1═► b b ═2═► c c          (═ everyone pays everyone)
 *   random     a ─1─► b ─2─► c ─3─► b ─4─► d …
 *   card_tiers victim ─1─► L1 ─2─► L2 L2 L2 ─3─► L3 L3 … ─4─► mother card; some of L3 pays shops instead
 */
#include <assert.h>

#include "schemes.h"

#define SIDE_MAX 6
#define LAYER_MAX 5
#define WALK_MAX 10
#define MEMBERS_MAX 7
#define SECOND_MAX 5
#define THIRD_MAX 3 /* of each second-level card */

static_assert(SIDE_MAX * SIDE_MAX <= MT_PLAN_LABELLED_MAX, "a bipartite fits");
static_assert(3 * (1 + SECOND_MAX + 2 * SECOND_MAX * THIRD_MAX) <= MT_PLAN_LABELLED_MAX, "three victims' cards fit");

/* Everyone of `left` pays everyone of `right` within a while; each left account sends all it has. */
static void pay_all(struct mt_act *act, const uint32_t *left, const int64_t *has, const int64_t *from_ms,
                    uint32_t lefts, const uint32_t *right, uint32_t rights, uint32_t hop, int64_t *out_got,
                    int64_t *out_last_ms)
{
    int64_t sums[SIDE_MAX];

    for (uint32_t k = 0; k < rights; k++) {
        out_got[k] = 0;
        out_last_ms[k] = 0;
    }
    for (uint32_t i = 0; i < lefts; i++) {
        int64_t time_ms = from_ms[i];

        mt_act_cut(act, has[i], rights, false, sums);
        for (uint32_t k = 0; k < rights; k++) {
            mt_act_pay(act, time_ms, left[i], right[k], sums[k], hop);
            out_got[k] += sums[k];
            out_last_ms[k] = time_ms > out_last_ms[k] ? time_ms : out_last_ms[k];
            time_ms += mt_act_pause(act);
        }
    }
}

static uint32_t cast_layer(struct mt_act *act, uint32_t least, uint32_t most, uint32_t *out_layer)
{
    uint32_t count = (uint32_t)mt_prng_between(act->prng, least, most);

    for (uint32_t i = 0; i < count; i++)
        out_layer[i] = mt_act_mule(act);
    return count;
}

/* The first layer has money of its own, and its members begin within a while of each other. */
static void fund_layer(struct mt_act *act, uint32_t count, int64_t span_ms, int64_t *out_has, int64_t *out_from_ms)
{
    for (uint32_t i = 0; i < count; i++) {
        out_has[i] = mt_act_sum(act, 600000, 120000, 5000000);
        out_from_ms[i] = i == 0 ? act->start_ms : act->start_ms + mt_act_within(act, 0, span_ms);
    }
}

void mt_play_bipartite(struct mt_act *act)
{
    uint32_t left[SIDE_MAX];
    uint32_t right[SIDE_MAX];
    uint32_t lefts = cast_layer(act, 3, SIDE_MAX, left);
    uint32_t rights = cast_layer(act, 3, SIDE_MAX, right);
    int64_t has[SIDE_MAX];
    int64_t from_ms[SIDE_MAX];
    int64_t got[SIDE_MAX];
    int64_t last_ms[SIDE_MAX];

    fund_layer(act, lefts, 24 * MT_MS_HOUR, has, from_ms);
    pay_all(act, left, has, from_ms, lefts, right, rights, 1, got, last_ms);
}

void mt_play_stack(struct mt_act *act)
{
    uint32_t layers[3][LAYER_MAX];
    uint32_t counts[3];
    int64_t has[SIDE_MAX];
    int64_t from_ms[SIDE_MAX];
    int64_t got[SIDE_MAX];
    int64_t last_ms[SIDE_MAX];

    for (int i = 0; i < 3; i++)
        counts[i] = cast_layer(act, 2, LAYER_MAX, layers[i]);
    fund_layer(act, counts[0], 8 * MT_MS_HOUR, has, from_ms);
    pay_all(act, layers[0], has, from_ms, counts[0], layers[1], counts[1], 1, got, last_ms);
    for (uint32_t i = 0; i < counts[1]; i++) {
        has[i] = mt_act_kept(act, got[i]);
        from_ms[i] = last_ms[i] + mt_act_dwell(act);
    }
    pay_all(act, layers[1], has, from_ms, counts[1], layers[2], counts[2], 2, got, last_ms);
}

void mt_play_random(struct mt_act *act)
{
    uint32_t members[MEMBERS_MAX];
    uint32_t count = cast_layer(act, 4, MEMBERS_MAX, members);
    uint32_t hops = 5 + mt_prng_below(act->prng, WALK_MAX - 4);
    uint32_t at = 0;
    int64_t minor = mt_act_sum(act, 700000, 120000, 5000000);
    int64_t time_ms = act->start_ms;

    for (uint32_t hop = 1; hop <= hops; hop++) {
        uint32_t to = (at + 1 + mt_prng_below(act->prng, count - 1)) % count;

        mt_act_pay(act, time_ms, members[at], members[to], minor, hop);
        minor = mt_act_kept(act, minor);
        time_ms += mt_act_dwell(act);
        at = to;
    }
}

/* Xiamen 2015: into the second level after 22 minutes, into the third after 8 and 9 more; two fees lost. */
static int64_t tier_dwell(struct mt_act *act, int64_t minutes)
{
    return mt_act_within(act, minutes * MT_MS_MINUTE / 2, minutes * MT_MS_MINUTE * 2);
}

/* A third-level card's money goes to the mother card, or every fourth time into purchases. */
static void empty_third(struct mt_act *act, uint32_t third, uint32_t mother, int64_t minor, int64_t time_ms)
{
    uint32_t shop = mt_act_shop(act);
    uint32_t processor = mt_population_any(&act->town->population, MT_ROLE_PROCESSOR, act->prng);
    bool spends = mt_prng_chance(act->prng, 250) && minor <= mt_tariff_minor(act->town->tariff, 400000);

    if (!spends)
        mt_act_pay(act, time_ms, third, mother, minor, 4);
    else if (mt_prng_chance(act->prng, 500))
        mt_act_card(act, time_ms, third, shop, minor, 4);
    else
        mt_act_rail(act, time_ms, third, processor, minor, 4, MT_RAIL_WALLET);
}

void mt_play_card_tiers(struct mt_act *act)
{
    uint32_t second[SECOND_MAX];
    uint32_t third[SECOND_MAX][THIRD_MAX];
    uint32_t first = mt_act_mule(act);
    uint32_t mother = mt_act_mule(act);
    uint32_t seconds = cast_layer(act, 3, SECOND_MAX, second);
    uint32_t thirds = 2 + mt_prng_below(act->prng, THIRD_MAX - 1);
    uint32_t victims = 1 + mt_prng_below(act->prng, 3);
    int64_t begin_ms = act->start_ms;

    act->keep_permille = 1 + mt_prng_below(act->prng, 8); /* about 2 % over three levels */
    for (uint32_t i = 0; i < seconds; i++) {
        for (uint32_t k = 0; k < thirds; k++)
            third[i][k] = mt_act_mule(act);
    }
    for (uint32_t victim = 0; victim < victims; victim++) {
        int64_t minor = mt_act_sum(act, 1500000, 300000, 9000000);
        int64_t second_ms = begin_ms + tier_dwell(act, 22);
        int64_t parts[SECOND_MAX];

        mt_act_pay(act, begin_ms, mt_act_person(act), first, minor, 1);
        mt_act_cut(act, mt_act_kept(act, minor), seconds, false, parts);
        for (uint32_t i = 0; i < seconds; i++) {
            int64_t third_ms = second_ms + tier_dwell(act, 8);
            int64_t sums[THIRD_MAX];

            mt_act_pay(act, second_ms, first, second[i], parts[i], 2);
            mt_act_cut(act, mt_act_kept(act, parts[i]), thirds, false, sums);
            for (uint32_t k = 0; k < thirds; k++) {
                int64_t last_ms = third_ms + tier_dwell(act, 9);

                mt_act_pay(act, third_ms, second[i], third[i][k], sums[k], 3);
                empty_third(act, third[i][k], mother, mt_act_kept(act, sums[k]), last_ms);
                third_ms += mt_act_pause(act);
            }
            second_ms += mt_act_pause(act);
        }
        begin_ms += mt_act_within(act, 2 * MT_MS_HOUR, 20 * MT_MS_HOUR);
    }
}
