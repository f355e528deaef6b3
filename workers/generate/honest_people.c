/*
 * Honest habits that look like laundering from afar, and the small ones of SAML-D's normal typologies.
 *
 *   savings_club       members ─1─► organiser ─2─► whose turn it is, round after round    gather and pass on
 *   red_packets        giver ─1─► family and friends, lucky sums at New Year, some ─2─► on  fan_out
 *   normal_small_fan_out  person ─1─► a few friends     normal_fan_in   friends ─1─► one ─2─► the present
 *   normal_group       a few friends among themselves   normal_mutual   a ─1─► b ─2─► a
 *   normal_plus_mutual the same again and again         normal_forward  a ─1─► b ─2─► c
 *   normal_periodical  the same sum to the same         normal_single_large  a house: savings ─1─► a ─2─► seller
 *   normal_cash_withdrawal  a person's cash
 */
#include "schemes.h"

#define CLUB_MAX 12
#define PACKETS_MAX 14

/* Three rounds at most: the stream is short. The organiser passes on all: as a mule would, but to those who paid. */
void mt_play_savings_club(struct mt_act *act)
{
    uint32_t organiser = mt_act_person(act);
    uint32_t members[CLUB_MAX];
    uint32_t count = 6 + mt_prng_below(act->prng, CLUB_MAX - 5);
    uint32_t rounds = 2 + mt_prng_below(act->prng, 2);
    int64_t step_ms = mt_act_span(act, rounds * 4 * MT_MS_DAY) / rounds;
    int64_t minor = mt_tariff_round(act->town->tariff, mt_act_sum(act, 12000, 5000, 60000), 1000);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < count; i++)
        members[i] = mt_act_known(act, organiser);
    for (uint32_t round = 0; round < rounds; round++) {
        for (uint32_t i = 0; i < count; i++)
            mt_act_pay(act, i == 0 ? time_ms : time_ms + mt_act_within(act, 0, 5 * MT_MS_HOUR), members[i], organiser,
                       minor, 1);
        mt_act_pay(act, time_ms + 5 * MT_MS_HOUR + mt_act_soon(act, 4 * MT_MS_HOUR), organiser, members[round],
                   minor * count, 2);
        time_ms += step_ms;
    }
}

/* New Year's Eve when it is still to come in this stream (lunar where people keep that), else the time as it is. */
static int64_t new_years_eve(struct mt_act *act)
{
    uint16_t currency = act->town->tariff->numeric;
    bool lunar = currency == 156 || currency == 344 || currency == 702;

    for (int year = 0; year < 2; year++) {
        int64_t day = mt_day_new_year(mt_day_of(act->start_ms / MT_MS_DAY).year + year, lunar);
        int64_t eve_ms = day * MT_MS_DAY - mt_act_within(act, 0, 6 * MT_MS_HOUR);

        if (eve_ms >= act->start_ms && eve_ms < act->town->calendar.end_ms)
            return eve_ms;
    }
    return act->start_ms;
}

void mt_play_red_packets(struct mt_act *act)
{
    static const uint16_t lucky[8] = {88, 168, 188, 288, 388, 588, 666, 888};
    uint32_t giver = mt_act_person(act);
    uint32_t packets = 8 + mt_prng_below(act->prng, PACKETS_MAX - 7);
    int64_t unit = mt_tariff_minor(act->town->tariff, 10);
    int64_t time_ms = new_years_eve(act);

    for (uint32_t i = 0; i < packets; i++) {
        uint32_t to = mt_act_known(act, giver);
        int64_t minor = lucky[mt_prng_below(act->prng, 8)] * unit;

        mt_act_rail(act, time_ms, giver, to, minor, 1, MT_RAIL_WALLET);
        if (mt_prng_chance(act->prng, 250))
            mt_act_rail(act, time_ms + mt_act_soon(act, 8 * MT_MS_HOUR), to, mt_act_known(act, to), minor, 2,
                        MT_RAIL_WALLET);
        time_ms += mt_act_within(act, 15 * MT_MS_SECOND, 10 * MT_MS_MINUTE);
    }
}

void mt_play_normal_small_fan_out(struct mt_act *act)
{
    uint32_t person = mt_act_person(act);
    uint32_t count = 3 + mt_prng_below(act->prng, 4);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < count; i++) {
        mt_act_pay(act, time_ms, person, mt_act_known(act, person), mt_act_sum(act, 3000, 300, 40000), 1);
        time_ms += mt_act_within(act, MT_MS_MINUTE, 12 * MT_MS_HOUR);
    }
}

/* A wedding, a leaving present: friends pay one of them, who spends it; what is over stays. */
void mt_play_normal_fan_in(struct mt_act *act)
{
    uint32_t person = mt_act_person(act);
    uint32_t count = 8 + mt_prng_below(act->prng, 13);
    int64_t minor = mt_tariff_round(act->town->tariff, mt_act_sum(act, 2500, 1000, 15000), 500);
    int64_t last_ms = act->start_ms;

    for (uint32_t i = 0; i < count; i++) {
        int64_t time_ms = i == 0 ? act->start_ms : act->start_ms + mt_act_within(act, 0, 40 * MT_MS_HOUR);

        mt_act_pay(act, time_ms, mt_act_known(act, person), person, minor, 1);
        last_ms = time_ms > last_ms ? time_ms : last_ms;
    }
    mt_act_card(act, mt_town_waking(last_ms + mt_act_within(act, 6 * MT_MS_HOUR, 40 * MT_MS_HOUR)), person,
                mt_act_any(act, MT_ROLE_MERCHANT), mt_act_share(minor * count, 700 + mt_prng_below(act->prng, 301)), 2);
}

void mt_play_normal_group(struct mt_act *act)
{
    uint32_t members[6] = {mt_act_person(act)};
    uint32_t count = 4 + mt_prng_below(act->prng, 3);
    uint32_t payments = 5 + mt_prng_below(act->prng, 8);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 1; i < count; i++)
        members[i] = mt_act_known(act, members[0]);
    for (uint32_t i = 0; i < payments; i++) {
        uint32_t from = mt_prng_below(act->prng, count);
        uint32_t to = (from + 1 + mt_prng_below(act->prng, count - 1)) % count;

        mt_act_pay(act, time_ms, members[from], members[to], mt_act_sum(act, 2200, 200, 30000), 1);
        time_ms += mt_act_within(act, MT_MS_HOUR, 11 * MT_MS_HOUR);
    }
}

void mt_play_normal_cash_withdrawal(struct mt_act *act)
{
    uint32_t person = mt_act_person(act);
    uint32_t count = 2 + mt_prng_below(act->prng, 4);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < count; i++) {
        mt_act_cash_out(act, time_ms, person,
                        mt_tariff_round(act->town->tariff, mt_act_sum(act, 9000, 2000, 60000), 1000), 1);
        time_ms = mt_town_waking(time_ms + mt_act_within(act, 5 * MT_MS_HOUR, 30 * MT_MS_HOUR));
    }
}

void mt_play_normal_periodical(struct mt_act *act)
{
    uint32_t person = mt_act_person(act);
    uint32_t to = mt_prng_chance(act->prng, 500) ? mt_act_known(act, person) : mt_act_any(act, MT_ROLE_SUPPLIER);
    uint32_t count = 3 + mt_prng_below(act->prng, 5);
    int64_t step_ms = mt_act_span(act, count * MT_MS_DAY) / count;
    int64_t minor = mt_act_sum(act, 4500, 500, 60000);

    for (uint32_t i = 0; i < count; i++)
        mt_act_pay(act, act->start_ms + i * step_ms, person, to, minor, 1);
}

/* Back and forth, the same sum or a part of it, `pairs` times. */
static void lend(struct mt_act *act, uint32_t pairs)
{
    uint32_t person = mt_act_person(act);
    uint32_t friend = mt_act_known(act, person);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < pairs; i++) {
        int64_t minor = mt_act_sum(act, 6000, 500, 90000);
        int64_t back =
            mt_prng_chance(act->prng, 600) ? minor : mt_act_share(minor, 500 + mt_prng_below(act->prng, 500));

        mt_act_pay(act, time_ms, person, friend, minor, 1);
        time_ms += mt_act_soon(act, 30 * MT_MS_HOUR);
        mt_act_pay(act, time_ms, friend, person, back, 2);
        time_ms += mt_act_within(act, MT_MS_HOUR, 20 * MT_MS_HOUR);
    }
}

void mt_play_normal_mutual(struct mt_act *act)
{
    lend(act, 1);
}

void mt_play_normal_plus_mutual(struct mt_act *act)
{
    lend(act, 2 + mt_prng_below(act->prng, 2));
}

void mt_play_normal_forward(struct mt_act *act)
{
    uint32_t person = mt_act_person(act);
    uint32_t second = mt_act_known(act, person);
    int64_t minor = mt_act_sum(act, 9000, 1000, 150000);

    mt_act_pay(act, act->start_ms, person, second, minor, 1);
    mt_act_pay(act, act->start_ms + mt_act_soon(act, 40 * MT_MS_HOUR), second, mt_act_known(act, second),
               mt_act_share(minor, 850 + mt_prng_below(act->prng, 151)), 2);
}

void mt_play_normal_single_large(struct mt_act *act)
{
    const struct mt_population *population = &act->town->population;
    uint32_t savings = mt_act_any(act, MT_ROLE_SAVINGS);
    uint32_t person = mt_population_saver(population, savings);
    uint32_t seller;
    int64_t minor = mt_act_sum(act, 4500000, 1500000, 60000000);

    mt_act_join(act, person);
    seller = mt_prng_chance(act->prng, 400) ? mt_act_person(act) : mt_act_any(act, MT_ROLE_COMPANY);
    mt_act_rail(act, act->start_ms, savings, person, minor, 1, MT_RAIL_BOOK);
    mt_act_rail(act, act->start_ms + mt_act_soon(act, 40 * MT_MS_HOUR), person, seller,
                mt_act_share(minor, 900 + mt_prng_below(act->prng, 101)), 2, MT_RAIL_WIRE);
}
