/*
 * An account that is not what it was.
 *
 *   behavioural_change_1  p p p … ─1─► A ─2─► r r r …   an everyday account that all at once pays and is paid by
 * strangers behavioural_change_2  c ─1─► A ─2─► out, again      an everyday account that all at once moves many months'
 * wages over_invoicing        B ─1─► S ─2─► friend, abroad  an invoice many times the usual; the surplus goes on
 *   single_large          c ─1─► A ─2─► out             one large sum, in and out
 *   test_then_load        v ─1─► A (a trifle), ─2─► A (the load, several times) ─3─► out
 *   dormant_woken         p p ─1─► D ─2─► r r, out      an account that nobody used
 */
#include "schemes.h"

#define STRANGERS_MAX 10
#define LOADS_MAX 4

/* An account in everyday use, on its own or lent. */
static uint32_t everyday(struct mt_act *act)
{
    uint32_t person =
        mt_plan_account(act->town, act->prng, act->start_ms, MT_TRAIT_ORDINARY, act->cast, act->cast_count);

    mt_act_join(act, person);
    return person;
}

void mt_play_behaviour_1(struct mt_act *act)
{
    uint32_t holder = everyday(act);
    uint32_t payers = 5 + mt_prng_below(act->prng, STRANGERS_MAX - 4);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < payers; i++) {
        int64_t minor = mt_act_sum(act, 60000, 10000, 400000);

        mt_act_pay(act, time_ms, mt_act_person(act), holder, minor, 1);
        mt_act_pay(act, time_ms + mt_act_dwell(act), holder, mt_act_mule(act), mt_act_kept(act, minor), 2);
        time_ms += mt_act_within(act, 20 * MT_MS_MINUTE, 9 * MT_MS_HOUR);
    }
}

void mt_play_behaviour_2(struct mt_act *act)
{
    uint32_t holder = everyday(act);
    uint32_t rounds = 3 + mt_prng_below(act->prng, 3);
    int64_t wage_cents = mt_population_salary_cents(&act->town->population, holder);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < rounds; i++) {
        int64_t cents = wage_cents * mt_act_within(act, 4, 15);
        int64_t minor =
            mt_tariff_round_sum(act->town->tariff, mt_tariff_minor(act->town->tariff, cents), mt_prng_next(act->prng));

        mt_act_pay(act, time_ms, mt_act_any(act, MT_ROLE_COMPANY), holder, minor, 1);
        time_ms += mt_act_dwell(act);
        mt_act_exit(act, time_ms, holder, mt_act_kept(act, minor), 2);
        time_ms += mt_act_within(act, 2 * MT_MS_HOUR, 20 * MT_MS_HOUR);
    }
}

/* Two to four invoices at four to ten times a usual one; 60–80 % comes back out of the supplier. */
void mt_play_over_invoicing(struct mt_act *act)
{
    const struct mt_population *population = &act->town->population;
    uint32_t buyer = mt_act_any(act, MT_ROLE_COMPANY);
    uint32_t seller = mt_act_any(act, MT_ROLE_SUPPLIER);
    uint32_t friend = mt_act_mule(act);
    uint32_t invoices = 2 + mt_prng_below(act->prng, 3);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < invoices; i++) {
        int64_t minor = mt_act_sum(act, 600000, 340000, 9000000);
        int64_t surplus = mt_act_share(minor, 600 + mt_prng_below(act->prng, 201));
        int64_t sent_ms = time_ms + mt_act_within(act, 3 * MT_MS_HOUR, 40 * MT_MS_HOUR);
        bool abroad = mt_prng_chance(act->prng, 500);

        mt_act_rail(act, time_ms, buyer, seller, minor, 1, MT_RAIL_WIRE);
        mt_act_pay(act, sent_ms, seller, abroad ? mt_population_nth(population, MT_ROLE_REMITTANCE, 0) : friend,
                   surplus, 2);
        time_ms += mt_act_within(act, 6 * MT_MS_HOUR, 30 * MT_MS_HOUR);
    }
}

void mt_play_single_large(struct mt_act *act)
{
    uint32_t holder = mt_act_mule(act);
    int64_t minor = mt_act_sum(act, 14000000, 6000000, 90000000);

    mt_act_pay(act, act->start_ms, mt_act_any(act, MT_ROLE_COMPANY), holder, minor, 1);
    mt_act_exit(act, act->start_ms + mt_act_dwell(act), holder, mt_act_kept(act, minor), 2);
}

/* A payee is tried with 0.01–1.00 before the load (domain.md 1.3); a test alone is innocent, and ordinary.c makes many.
 */
void mt_play_test_then_load(struct mt_act *act)
{
    uint32_t mule = mt_act_mule(act);
    uint32_t payer = mt_act_person(act);
    uint32_t loads = 2 + mt_prng_below(act->prng, LOADS_MAX - 1);
    int64_t time_ms = act->start_ms;
    int64_t trifle = mt_prng_chance(act->prng, 500) ? 1 : mt_prng_between(act->prng, 2, 100);

    mt_act_pay(act, time_ms, payer, mule, trifle, 1);
    time_ms += mt_act_within(act, 4 * MT_MS_MINUTE, 20 * MT_MS_HOUR);
    for (uint32_t i = 0; i < loads; i++) {
        int64_t minor = mt_act_sum(act, 250000, 60000, 2000000);

        mt_act_pay(act, time_ms, payer, mule, minor, 2);
        mt_act_exit(act, time_ms + mt_act_dwell(act), mule, mt_act_kept(act, minor), 3);
        time_ms += mt_act_within(act, 3 * MT_MS_MINUTE, 90 * MT_MS_MINUTE);
    }
}

void mt_play_dormant_woken(struct mt_act *act)
{
    uint32_t sleeper =
        mt_plan_account(act->town, act->prng, act->start_ms, MT_TRAIT_DORMANT, act->cast, act->cast_count);
    uint32_t payers = 1 + mt_prng_below(act->prng, 3);
    int64_t time_ms = act->start_ms;

    mt_act_join(act, sleeper); /* it does not hide: it was chosen for its quiet */
    for (uint32_t i = 0; i < payers; i++) {
        int64_t minor = mt_act_sum(act, 800000, 200000, 6000000);
        int64_t goes_on = mt_act_kept(act, minor);
        int64_t sums[2];

        mt_act_pay(act, time_ms, mt_act_person(act), sleeper, minor, 1);
        time_ms += mt_act_dwell(act);
        mt_act_cut(act, goes_on, 2, false, sums);
        mt_act_pay(act, time_ms, sleeper, mt_act_mule(act), sums[0], 2);
        mt_act_exit(act, time_ms + mt_act_pause(act), sleeper, sums[1], 2);
        time_ms += mt_act_within(act, 30 * MT_MS_MINUTE, 6 * MT_MS_HOUR);
    }
}
