/*
 * What appears on a day: a way out that launderers find, and an honest product that people take to. Both begin on
 * from-day and are in nothing that the generator makes before.
 *
 *   new_channel  victim ─1─► L1 ─2─► L2 (one or two) ─3─► the way out, within the hour, all of it
 *   new_product  someone ─1─► person ─2─► the product: a part, in the person's own time; the rest stays
 *
 * or a whole pattern that nothing knew before, under that name.
 */
#include <assert.h>

#include "schemes.h"

#define PARTS_MAX 8
#define SECOND_MAX 2

static const struct {
    int64_t part_cents; /* about how much at a time */
    enum mt_rail rail;
    enum mt_role role;
    bool gift; /* of merchants, one that sells gift cards */
} channel_table[MT_NEW_CHANNEL_COUNT] = {
    [MT_NEW_CHANNEL_GIFT_CARD] = {20000, MT_RAIL_CARD, MT_ROLE_MERCHANT, true},   /* gift cards, domain.md 1.1 [G] */
    [MT_NEW_CHANNEL_TOPUP] = {6000, MT_RAIL_INSTANT, MT_ROLE_UTILITY, false},     /* phone top-up hijack, 1.1 [S:9] */
    [MT_NEW_CHANNEL_WALLET] = {150000, MT_RAIL_WALLET, MT_ROLE_PROCESSOR, false}, /* fourth-party payment, 1.1 [S:9] */
    [MT_NEW_CHANNEL_GOLD] = {300000, MT_RAIL_CHEQUE, MT_ROLE_SUPPLIER, false}, /* gold purchase and resale, 1.1 [G] */
};

static const struct {
    int64_t median_cents;
    enum mt_rail rail;
    enum mt_role role;
    bool gift;
} product_table[MT_NEW_PRODUCT_COUNT] = {
    [MT_NEW_PRODUCT_GIFT_CARD] = {4000, MT_RAIL_CARD, MT_ROLE_MERCHANT, true},
    [MT_NEW_PRODUCT_TOPUP] = {2000, MT_RAIL_INSTANT, MT_ROLE_UTILITY, false},
    [MT_NEW_PRODUCT_WALLET] = {5000, MT_RAIL_WALLET, MT_ROLE_PROCESSOR, false},
    [MT_NEW_PRODUCT_ROUND_UP] = {60, MT_RAIL_BOOK, MT_ROLE_SAVINGS, false},
};

static const uint8_t channel_plays[MT_NEW_CHANNEL_COUNT] = {
#define MT_NEW_CHANNEL_PLAYS(name, text, played) [MT_NEW_CHANNEL_##name] = MT_PATTERN_##played,
    MT_NEW_CHANNEL_TABLE(MT_NEW_CHANNEL_PLAYS)
#undef MT_NEW_CHANNEL_PLAYS
};

static const uint8_t product_plays[MT_NEW_PRODUCT_COUNT] = {
#define MT_NEW_PRODUCT_PLAYS(name, text, played) [MT_NEW_PRODUCT_##name] = MT_PATTERN_##played,
    MT_NEW_PRODUCT_TABLE(MT_NEW_PRODUCT_PLAYS)
#undef MT_NEW_PRODUCT_PLAYS
};

static uint32_t find_end(struct mt_act *act, enum mt_role role, bool gift)
{
    const struct mt_population *population = &act->town->population;
    uint32_t count = mt_population_count(population, role);
    uint32_t nth = mt_prng_below(act->prng, count);

    for (uint32_t i = 0; i < count && gift; i++, nth = (nth + 1) % count) {
        if (mt_population_trade(population, mt_population_nth(population, role, nth)) == MT_TRADE_GIFT)
            break;
    }
    return mt_population_nth(population, role, nth);
}

static void leave_by(struct mt_act *act, enum mt_new_channel channel, uint32_t from, int64_t minor, int64_t time_ms)
{
    int64_t each = mt_tariff_minor(act->town->tariff, channel_table[channel].part_cents);
    uint32_t parts = minor / each < 1 ? 1 : minor / each > PARTS_MAX ? PARTS_MAX : (uint32_t)(minor / each);
    int64_t sums[PARTS_MAX];

    mt_act_cut(act, minor, parts, false, sums);
    for (uint32_t i = 0; i < parts; i++) {
        uint32_t end = find_end(act, channel_table[channel].role, channel_table[channel].gift);

        mt_act_rail(act, time_ms, from, end, sums[i], 3, channel_table[channel].rail);
        time_ms += mt_act_pause(act);
    }
}

static void play_exit(struct mt_act *act, enum mt_new_channel channel)
{
    uint32_t first = mt_act_mule(act);
    uint32_t seconds = 1 + mt_prng_below(act->prng, SECOND_MAX);
    int64_t minor = mt_act_sum(act, channel == MT_NEW_CHANNEL_TOPUP ? 60000 : 180000, 40000, 1500000);
    int64_t time_ms = act->start_ms;
    int64_t sums[SECOND_MAX];

    act->tempo = MT_TEMPO_CREW;
    mt_act_pay(act, time_ms, mt_act_person(act), first, minor, 1);
    time_ms += mt_act_dwell(act);
    mt_act_cut(act, mt_act_kept(act, minor), seconds, false, sums);
    for (uint32_t i = 0; i < seconds; i++) {
        uint32_t second = mt_act_mule(act);

        mt_act_pay(act, time_ms, first, second, sums[i], 2);
        leave_by(act, channel, second, mt_act_kept(act, sums[i]), time_ms + mt_act_dwell(act));
        time_ms += mt_act_pause(act);
    }
}

void mt_play_new_channel(struct mt_act *act)
{
    enum mt_new_channel channel = act->town->new_channel;

    if (channel_plays[channel] == MT_PATTERN_NONE)
        play_exit(act, channel);
    else
        mt_scheme_of((enum mt_pattern)channel_plays[channel])->play(act);
}

static void play_product(struct mt_act *act, enum mt_new_product product)
{
    const struct mt_population *population = &act->town->population;
    uint32_t person = mt_act_person(act);
    uint32_t uses = 1 + mt_prng_below(act->prng, 3);
    uint32_t end = find_end(act, product_table[product].role, product_table[product].gift);
    int64_t received = mt_act_sum(act, 30000, 8000, 400000);
    int64_t time_ms = act->start_ms;
    uint32_t savings;

    if (product == MT_NEW_PRODUCT_ROUND_UP) { /* into the person's own savings: someone who has some */
        for (int attempt = 0; attempt < 64 && !mt_population_savings(population, person, &savings); attempt++) {
            uint32_t nth = mt_prng_below(act->prng, mt_population_count(population, MT_ROLE_SAVINGS));

            person = mt_population_saver(population, mt_population_nth(population, MT_ROLE_SAVINGS, nth));
        }
        if (mt_population_savings(population, person, &savings))
            end = savings;
        mt_act_join(act, person);
    }
    mt_act_pay(act, time_ms, mt_act_known(act, person), person, received, 1);
    for (uint32_t i = 0; i < uses; i++) {
        int64_t minor = mt_tariff_minor(
            act->town->tariff, mt_tariff_spread(mt_prng_next(act->prng), product_table[product].median_cents, 200));
        int64_t most = mt_act_share(received, 150);

        time_ms = mt_town_waking(time_ms + mt_act_within(act, MT_MS_HOUR, 16 * MT_MS_HOUR));
        mt_act_rail(act, time_ms, person, end, minor < most ? minor : most, 2, product_table[product].rail);
    }
}

void mt_play_new_product(struct mt_act *act)
{
    enum mt_new_product product = act->town->new_product;

    if (product_plays[product] == MT_PATTERN_NONE)
        play_product(act, product);
    else
        mt_scheme_of((enum mt_pattern)product_plays[product])->play(act);
}
