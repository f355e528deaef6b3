#include "act.h"

#include <stddef.h>

void mt_act_begin(struct mt_act *act)
{
    act->tempo = mt_prng_chance(act->prng, 500) ? MT_TEMPO_CREW : MT_TEMPO_LOOSE;
    act->keep_permille = mt_plan_keep(act->prng);
}

int64_t mt_act_span(const struct mt_act *act, int64_t wanted_ms)
{
    int64_t left_ms = act->town->calendar.end_ms - act->start_ms - 12 * MT_MS_HOUR;

    if (wanted_ms < 12 * MT_MS_HOUR || left_ms >= wanted_ms)
        return wanted_ms;
    return left_ms < 12 * MT_MS_HOUR ? 12 * MT_MS_HOUR : left_ms;
}

static bool is_cast(const struct mt_act *act, uint32_t account)
{
    for (uint32_t i = 0; i < act->cast_count; i++) {
        if (act->cast[i] == account)
            return true;
    }
    return false;
}

bool mt_act_join(struct mt_act *act, uint32_t account)
{
    if (is_cast(act, account))
        return false;
    MT_ASSERT(act->cast_count < MT_ACT_CAST_MAX);
    act->cast[act->cast_count++] = account;
    return true;
}

static uint32_t joined(struct mt_act *act, uint32_t account)
{
    bool is_new = mt_act_join(act, account);

    MT_ASSERT(is_new);
    return account;
}

uint32_t mt_act_mule(struct mt_act *act)
{
    uint32_t roll = mt_prng_below(act->prng, 10);
    enum mt_trait wanted = roll < 5 ? MT_TRAIT_ORDINARY : roll < 8 ? MT_TRAIT_NEW : MT_TRAIT_DORMANT;
    uint32_t mule =
        joined(act, mt_plan_account(act->town, act->prng, act->start_ms, wanted, act->cast, act->cast_count));

    /* Mules stand first in the cast, so that they are those who hide. */
    act->cast[act->cast_count - 1] = act->cast[act->mules];
    act->cast[act->mules++] = mule;
    return mule;
}

uint32_t mt_act_person(struct mt_act *act)
{
    for (int attempt = 0; attempt < 64; attempt++) {
        uint32_t person = mt_town_person(act->town, act->prng, act->start_ms);

        if (mt_town_in_use(act->town, person, act->start_ms) && mt_act_join(act, person))
            return person;
    }
    return joined(act,
                  mt_plan_account(act->town, act->prng, act->start_ms, MT_TRAIT_ORDINARY, act->cast, act->cast_count));
}

/* There are at least four of each role that has no hub; a hub may be in the act twice. */
uint32_t mt_act_any(struct mt_act *act, enum mt_role role)
{
    const struct mt_population *population = &act->town->population;
    uint32_t count = mt_population_count(population, role);
    uint32_t nth = mt_prng_below(act->prng, count);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t account = mt_population_nth(population, role, (nth + i) % count);

        if (mt_act_join(act, account))
            return account;
    }
    return mt_population_nth(population, role, nth);
}

uint32_t mt_act_known(struct mt_act *act, uint32_t person)
{
    const struct mt_population *population = &act->town->population;
    uint32_t first = mt_prng_below(act->prng, MT_FRIEND_COUNT);

    for (uint32_t i = 0; i <= MT_FRIEND_COUNT; i++) {
        uint32_t known = i == 0 ? mt_population_mate(population, person)
                                : mt_population_friend(population, person, (first + i) % MT_FRIEND_COUNT);

        if (mt_town_in_use(act->town, known, act->start_ms) && mt_act_join(act, known))
            return known;
    }
    return mt_act_person(act);
}

uint32_t mt_act_shop(struct mt_act *act)
{
    return mt_plan_shop(act->town, mt_prng_next(act->prng));
}

int64_t mt_act_sum(struct mt_act *act, int64_t median_cents, int64_t least_cents, int64_t most_cents)
{
    int64_t cents = mt_tariff_spread(mt_prng_next(act->prng), median_cents, 300);
    uint64_t random = mt_prng_next(act->prng);
    int64_t minor;
    int64_t rounded;

    cents = cents < least_cents ? least_cents : cents > most_cents ? most_cents : cents;
    minor = mt_tariff_minor(act->town->tariff, cents);
    rounded = mt_tariff_round_sum(act->town->tariff, minor, random >> 8);
    return random % 100 < 60 && rounded >= mt_tariff_minor(act->town->tariff, least_cents) ? rounded : minor;
}

int64_t mt_act_kept(struct mt_act *act, int64_t minor)
{
    return mt_plan_kept_moving(act->town, act->prng, minor, act->keep_permille);
}

int64_t mt_act_share(int64_t minor, uint32_t permille)
{
    int64_t share = minor / 1000 * permille + minor % 1000 * permille / 1000;

    return share < 1 ? 1 : share;
}

void mt_act_cut(struct mt_act *act, int64_t minor, uint32_t parts, bool equal, int64_t *out_parts)
{
    MT_ASSERT(parts > 0);
    MT_ASSERT(minor >= parts);
    for (uint32_t i = 0; i < parts; i++) {
        int64_t even = minor / (parts - i);
        int64_t part = equal ? even : even * mt_prng_between(act->prng, 75, 125) / 100;

        if (!equal && part > 0)
            part = mt_tariff_round_sum(act->town->tariff, part, mt_prng_next(act->prng));
        if (part < 1 || i + 1 == parts || part > minor - (int64_t)(parts - i - 1))
            part = i + 1 == parts ? minor : 1;
        out_parts[i] = part;
        minor -= part;
    }
}

int64_t mt_act_dwell(struct mt_act *act)
{
    return mt_plan_dwell(act->prng, act->tempo);
}

int64_t mt_act_pause(struct mt_act *act)
{
    return mt_act_within(act, 20 * MT_MS_SECOND, 6 * MT_MS_MINUTE);
}

int64_t mt_act_soon(struct mt_act *act, int64_t most_ms)
{
    bool at_once = mt_prng_chance(act->prng, 400);

    return mt_act_within(act, 2 * MT_MS_MINUTE, at_once ? MT_MS_HOUR : most_ms);
}

int64_t mt_act_within(struct mt_act *act, int64_t least_ms, int64_t most_ms)
{
    return mt_prng_between(act->prng, least_ms, most_ms);
}

/* Honest people sleep; launderers need not. What was in order stays in order: the ten hours after midnight are folded
 * into the three before ten. Red packets are a night's fun. */
static int64_t awake(const struct mt_act *act, int64_t time_ms)
{
    int64_t of_day = time_ms % MT_MS_DAY;

    if (mt_pattern_truth(act->pattern) != MT_TRUTH_HONEST || act->pattern == MT_PATTERN_RED_PACKETS ||
        of_day >= 10 * MT_MS_HOUR)
        return time_ms;
    return time_ms - of_day + 7 * MT_MS_HOUR + of_day * 3 / 10;
}

void mt_act_rail(struct mt_act *act, int64_t time_ms, uint32_t from, uint32_t to, int64_t minor, uint32_t hop,
                 enum mt_rail rail)
{
    struct mt_movement movement = mt_town_move(act->town, awake(act, time_ms), from, to, minor);

    MT_ASSERT(minor > 0);
    MT_ASSERT(from != to);
    MT_ASSERT(time_ms >= act->start_ms);
    movement.rail = (uint8_t)rail;
    if (rail == MT_RAIL_CARD)
        movement.kind = MT_KIND_CARD;
    mt_plan_add(act->plan, movement, act->pattern, hop);
}

void mt_act_pay(struct mt_act *act, int64_t time_ms, uint32_t from, uint32_t to, int64_t minor, uint32_t hop)
{
    bool large = minor >= mt_tariff_minor(act->town->tariff, 5000000);

    mt_act_rail(act, time_ms, from, to, minor, hop, large ? MT_RAIL_WIRE : MT_RAIL_INSTANT);
}

void mt_act_card(struct mt_act *act, int64_t time_ms, uint32_t from, uint32_t to, int64_t minor, uint32_t hop)
{
    mt_act_rail(act, time_ms, from, to, minor, hop, MT_RAIL_CARD);
}

void mt_act_cash_in(struct mt_act *act, int64_t time_ms, uint32_t to, int64_t minor, uint32_t hop)
{
    const struct mt_population *population = &act->town->population;

    mt_act_rail(act, time_ms, mt_population_nth(population, MT_ROLE_DESK, mt_population_bank(population, to)), to,
                minor, hop, MT_RAIL_CASH);
    act->plan->movements[act->plan->count - 1].kind = MT_KIND_CASH_IN;
}

void mt_act_cash_out(struct mt_act *act, int64_t time_ms, uint32_t from, int64_t minor, uint32_t hop)
{
    const struct mt_population *population = &act->town->population;

    mt_act_rail(act, time_ms, from, mt_population_nth(population, MT_ROLE_ATM, mt_population_bank(population, from)),
                minor, hop, MT_RAIL_CASH);
    act->plan->movements[act->plan->count - 1].kind = MT_KIND_CASH_OUT;
}

void mt_act_exit(struct mt_act *act, int64_t time_ms, uint32_t from, int64_t minor, uint32_t hop)
{
    const struct mt_population *population = &act->town->population;
    uint32_t roll = mt_prng_below(act->prng, 100);
    uint32_t parts = 1 + mt_prng_below(act->prng, MT_ACT_EXIT_MAX);
    uint32_t shop = mt_act_shop(act);
    uint32_t exchange = mt_population_any(population, MT_ROLE_EXCHANGE, act->prng);
    int64_t sums[MT_ACT_EXIT_MAX];

    if (minor < mt_tariff_minor(act->town->tariff, 20000))
        parts = 1;
    mt_act_cut(act, minor, parts, false, sums);
    for (uint32_t i = 0; i < parts; i++) {
        if (roll < 30 && sums[i] <= mt_tariff_minor(act->town->tariff, 200000))
            mt_act_cash_out(act, time_ms, from, sums[i], hop);
        else if (roll < 50 && sums[i] <= mt_tariff_minor(act->town->tariff, 400000))
            mt_act_card(act, time_ms, from, shop, sums[i], hop);
        else if (roll < 62)
            mt_act_pay(act, time_ms, from, mt_population_nth(population, MT_ROLE_REMITTANCE, 0), sums[i], hop);
        else
            mt_act_pay(act, time_ms, from, exchange, sums[i], hop);
        time_ms += mt_act_pause(act);
    }
}
