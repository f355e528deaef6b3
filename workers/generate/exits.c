/*
 * Documented ways to turn a victim's money into something else (domain.md 1.1).
 *
 *   running_points  runner ─1─► P (deposit); customer ─2─► runner ─3─► P, order by order; P ─4─► exchange
 *   goods_leg       victim ─1─► supermarket, nine debits   the goods   shops ─2─► crew ─3─► exchange
 *   ecny            victim ─1─► account ─2─► five wallets ─3─► out
 *   stream_tips     victim ─1─► A ─2─► platform, many tips, ─3─► host ─4─► A′
 *   otc_crypto      victim ─1─► L1 ─2─► buyers ─3─► exchange, or a trader who sells coins
 */
#include <assert.h>

#include "schemes.h"

#define RUNNERS_MAX 7
#define ORDERS_MAX 4
#define DEBITS 9
#define SHOPS 8
#define WALLETS 5
#define TIPS_MAX 16
#define BUYERS_MAX 8

static_assert(RUNNERS_MAX * (1 + 2 * ORDERS_MAX) + MT_ACT_EXIT_MAX <= MT_PLAN_LABELLED_MAX, "runners fit");
static_assert(TIPS_MAX <= MT_ACT_PARTS_MAX, "tips fit into one cut");

/* An order is never larger than the deposit. Every third time the runner pays the platform first, out of its own. */
void mt_play_running_points(struct mt_act *act)
{
    uint32_t platform = mt_act_mule(act);
    uint32_t runners = 3 + mt_prng_below(act->prng, RUNNERS_MAX - 2);
    uint32_t commission = 5 + mt_prng_below(act->prng, 16);
    int64_t begin_ms = act->start_ms;
    int64_t last_ms = act->start_ms;
    int64_t total = 0;

    for (uint32_t i = 0; i < runners; i++) {
        uint32_t runner = mt_act_mule(act);
        uint32_t orders = 2 + mt_prng_below(act->prng, ORDERS_MAX - 1);
        int64_t deposit = mt_act_sum(act, 120000, 40000, 500000);
        int64_t time_ms = begin_ms;

        mt_act_pay(act, time_ms, runner, platform, deposit, 1);
        for (uint32_t k = 0; k < orders; k++) {
            int64_t order = mt_act_share(deposit, 400 + mt_prng_below(act->prng, 601));
            int64_t passed = mt_act_share(order, 1000 - commission);
            int64_t apart_ms = mt_act_within(act, MT_MS_MINUTE, 25 * MT_MS_MINUTE);
            bool first_pays = mt_prng_chance(act->prng, 330);

            time_ms += mt_act_within(act, 20 * MT_MS_MINUTE, 4 * MT_MS_HOUR);
            mt_act_pay(act, first_pays ? time_ms + apart_ms : time_ms, mt_act_person(act), runner, order, 2);
            mt_act_pay(act, first_pays ? time_ms : time_ms + apart_ms, runner, platform, passed, 3);
            total += passed;
            time_ms += apart_ms;
        }
        last_ms = time_ms > last_ms ? time_ms : last_ms;
        begin_ms += mt_act_within(act, 0, 3 * MT_MS_HOUR);
    }
    mt_act_exit(act, last_ms + mt_act_dwell(act), platform, mt_act_kept(act, total), 4);
}

/* Shandong 2025: 9,159 in nine debits within 15 minutes, the goods to eight shops at 95 %, a fifth kept, the rest into
 * coins. Goods are no transfer: between the supermarket and the shops the trail is broken. */
void mt_play_goods_leg(struct mt_act *act)
{
    uint32_t victim = mt_act_person(act);
    uint32_t market = mt_act_shop(act);
    uint32_t crew = mt_act_mule(act);
    int64_t minor = mt_act_sum(act, 180000, 60000, 600000);
    int64_t time_ms = act->start_ms;
    int64_t last_ms;
    int64_t sums[DEBITS];
    int64_t sold = mt_act_share(minor, 950);

    mt_act_join(act, market);
    mt_act_cut(act, minor, DEBITS, false, sums);
    for (uint32_t i = 0; i < DEBITS; i++) {
        mt_act_card(act, time_ms, victim, market, sums[i], 1);
        time_ms += mt_act_within(act, 20 * MT_MS_SECOND, 105 * MT_MS_SECOND);
    }
    time_ms += mt_act_within(act, 2 * MT_MS_HOUR, 20 * MT_MS_HOUR);
    last_ms = time_ms;
    mt_act_cut(act, sold, SHOPS, false, sums);
    for (uint32_t i = 0; i < SHOPS; i++) {
        last_ms = time_ms;
        mt_act_pay(act, time_ms, mt_act_any(act, MT_ROLE_MERCHANT), crew, sums[i], 2);
        time_ms += mt_act_within(act, 4 * MT_MS_MINUTE, 90 * MT_MS_MINUTE);
    }
    mt_act_pay(act, last_ms + mt_act_dwell(act), crew,
               mt_population_any(&act->town->population, MT_ROLE_EXCHANGE, act->prng), mt_act_share(sold, 800), 3);
}

/* 2022: a victim's wallet, a bank account, five transfers into e-CNY wallets. Wallets are young persons' accounts. */
void mt_play_ecny(struct mt_act *act)
{
    const struct mt_population *population = &act->town->population;
    uint32_t account = mt_act_mule(act);
    int64_t minor = mt_act_sum(act, 150000, 50000, 900000);
    int64_t time_ms = act->start_ms;
    int64_t sums[WALLETS];

    mt_act_rail(act, time_ms, mt_act_person(act), account, minor, 1, MT_RAIL_WALLET);
    time_ms += mt_act_within(act, 3 * MT_MS_MINUTE, 40 * MT_MS_MINUTE);
    mt_act_cut(act, mt_act_kept(act, minor), WALLETS, mt_prng_chance(act->prng, 400), sums);
    for (uint32_t i = 0; i < WALLETS; i++) {
        uint32_t wallet =
            mt_plan_account(act->town, act->prng, act->start_ms, MT_TRAIT_NEW, act->cast, act->cast_count);
        uint32_t processor = mt_population_any(population, MT_ROLE_PROCESSOR, act->prng);

        mt_act_join(act, wallet);
        mt_act_rail(act, time_ms, account, wallet, sums[i], 2, MT_RAIL_WALLET);
        mt_act_rail(act, time_ms + mt_act_dwell(act), wallet, processor, mt_act_kept(act, sums[i]), 3, MT_RAIL_WALLET);
        time_ms += mt_act_pause(act);
    }
}

/* The platform keeps 30–50 % of the tips; the host returns most of the rest to another account of the launderer. */
void mt_play_stream_tips(struct mt_act *act)
{
    uint32_t account = mt_act_mule(act);
    uint32_t other = mt_act_mule(act);
    uint32_t host = mt_act_person(act);
    uint32_t platform = mt_act_any(act, MT_ROLE_PROCESSOR);
    uint32_t tips = 6 + mt_prng_below(act->prng, TIPS_MAX - 5);
    int64_t minor = mt_act_sum(act, 250000, 80000, 1500000);
    int64_t tipped = mt_act_kept(act, minor);
    int64_t time_ms = act->start_ms;
    int64_t sums[TIPS_MAX];

    mt_act_pay(act, time_ms, mt_act_person(act), account, minor, 1);
    time_ms += mt_act_dwell(act);
    mt_act_cut(act, tipped, tips, false, sums);
    for (uint32_t i = 0; i < tips; i++) {
        mt_act_rail(act, time_ms, account, platform, sums[i], 2, MT_RAIL_WALLET);
        time_ms += mt_act_within(act, 10 * MT_MS_SECOND, 9 * MT_MS_MINUTE);
    }
    tipped = mt_act_share(tipped, 500 + mt_prng_below(act->prng, 201));
    time_ms += mt_act_within(act, 2 * MT_MS_HOUR, 30 * MT_MS_HOUR);
    mt_act_rail(act, time_ms, platform, host, tipped, 3, MT_RAIL_ACH);
    mt_act_pay(act, time_ms + mt_act_dwell(act), host, other, mt_act_share(tipped, 850 + mt_prng_below(act->prng, 101)),
               4);
}

/* Buyers sit in hotel rooms with an account each; half buy on the exchange, half from a trader, who may be bona fide.
 */
void mt_play_otc_crypto(struct mt_act *act)
{
    uint32_t first = mt_act_mule(act);
    uint32_t buyers = 4 + mt_prng_below(act->prng, BUYERS_MAX - 3);
    int64_t minor = mt_act_sum(act, 2500000, 600000, 9000000);
    int64_t time_ms = act->start_ms;
    int64_t sums[BUYERS_MAX];

    mt_act_pay(act, time_ms, mt_act_person(act), first, minor, 1);
    time_ms += mt_act_dwell(act);
    mt_act_cut(act, mt_act_kept(act, minor), buyers, false, sums);
    for (uint32_t i = 0; i < buyers; i++) {
        uint32_t buyer = mt_act_mule(act);
        int64_t bought_ms = time_ms + mt_act_within(act, 4 * MT_MS_MINUTE, 50 * MT_MS_MINUTE);
        bool trader = mt_prng_chance(act->prng, 500);
        uint32_t to =
            trader ? mt_act_person(act) : mt_population_any(&act->town->population, MT_ROLE_EXCHANGE, act->prng);

        mt_act_pay(act, time_ms, first, buyer, sums[i], 2);
        mt_act_pay(act, bought_ms, buyer, to, mt_act_kept(act, sums[i]), 3);
        time_ms += mt_act_pause(act);
    }
}
