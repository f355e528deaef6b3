#include "schemes.h"

/*
 * All patterns, each with its source. SAML-D and AMLworld publish names and, for the shapes, code or figures; where
 * they give a name only, what is played is our reading of it. Sizes, times and fees: domain.md 1.2 and 1.3, in plan.c.
 */
static const struct mt_scheme scheme_table[MT_PATTERN_COUNT] = {
    /* Layered cards with splits and merges: domain.md 1.1, 1.2 (Xiamen 2015; Lloyds' dwell). */
    [MT_PATTERN_MULE_CHAIN] = {mt_play_mule_chain, 20, 65},
    /* AMLworld and SAML-D "cycle": domain.md 1.5, amount shrinks at each hop. */
    [MT_PATTERN_ROUND_TRIP] = {mt_play_round_trip, 5, 35},
    /* AMLworld, SAML-D "fan_out": one to many, often equal sums; here with the payment that funds it. */
    [MT_PATTERN_FAN_OUT] = {mt_play_fan_out, 10, 1},
    /* AMLworld, SAML-D "fan_in"; here with the way out. */
    [MT_PATTERN_FAN_IN] = {mt_play_fan_in, 10, 1},
    /* AMLworld "random": a walk among members that may leave and come back; here in time order, which AMLSim's is not.
     */
    [MT_PATTERN_RANDOM] = {mt_play_random, 7, 1},
    /* AMLworld, SAML-D "bipartite": all of one half pay all of the other. */
    [MT_PATTERN_BIPARTITE] = {mt_play_bipartite, 21, 1},
    /* AMLworld "stack", SAML-D "stacked bipartite": three layers; here in time order and conserving amounts. */
    [MT_PATTERN_STACK] = {mt_play_stack, 25, 1},
    /* AMLworld, SAML-D "scatter-gather": intermediaries keep the margin. */
    [MT_PATTERN_SCATTER_GATHER] = {mt_play_scatter_gather, 15, 1},
    /* AMLworld, SAML-D "gather-scatter". */
    [MT_PATTERN_GATHER_SCATTER] = {mt_play_gather_scatter, 17, 1},
    /* SAML-D "structuring"; lines per currency: domain.md 1.3 [S:24], tariff.c. */
    [MT_PATTERN_STRUCTURING] = {mt_play_structuring, 8, 1},
    /* SAML-D "smurfing": many hands pay in small sums. */
    [MT_PATTERN_SMURFING] = {mt_play_smurfing, 19, 1},
    /* SAML-D "layered fan-in". */
    [MT_PATTERN_LAYERED_FAN_IN] = {mt_play_layered_fan_in, 13, 1},
    /* SAML-D "layered fan-out". */
    [MT_PATTERN_LAYERED_FAN_OUT] = {mt_play_layered_fan_out, 14, 1},
    /* SAML-D "deposit-send": cash in, at once abroad. */
    [MT_PATTERN_DEPOSIT_SEND] = {mt_play_deposit_send, 6, 1},
    /* SAML-D "cash withdrawal": what comes in leaves as cash. */
    [MT_PATTERN_CASH_WITHDRAWAL] = {mt_play_cash_withdrawal, 14, 1},
    /* SAML-D "behavioural change 1": new counterparties, many. */
    [MT_PATTERN_BEHAVIOUR_1] = {mt_play_behaviour_1, 15, 1},
    /* SAML-D "behavioural change 2": sums far above what the account knew. */
    [MT_PATTERN_BEHAVIOUR_2] = {mt_play_behaviour_2, 10, 1},
    /* SAML-D "over-invoicing". */
    [MT_PATTERN_OVER_INVOICING] = {mt_play_over_invoicing, 6, 1},
    /* SAML-D "single large". */
    [MT_PATTERN_SINGLE_LARGE] = {mt_play_single_large, 2, 1},
    /* First-, second- and third-level cards: domain.md 1.1 [S:1], 1.2 [S:10]. */
    [MT_PATTERN_CARD_TIERS] = {mt_play_card_tiers, 52, 1},
    /* Running points: domain.md 1.1 [S:4]. */
    [MT_PATTERN_RUNNING_POINTS] = {mt_play_running_points, 37, 1},
    /* Goods leg, Shandong 2025: domain.md 1.1 [S:6]. */
    [MT_PATTERN_GOODS_LEG] = {mt_play_goods_leg, 18, 1},
    /* E-wallet to e-CNY, 2022: domain.md 1.1 [S:5]. */
    [MT_PATTERN_ECNY] = {mt_play_ecny, 11, 1},
    /* Live-stream tips: domain.md 1.1 [S:7]. */
    [MT_PATTERN_STREAM_TIPS] = {mt_play_stream_tips, 14, 1},
    /* Cash crews, the car: domain.md 1.1 [S:2]; 5 % of a withdrawal [S:21]. */
    [MT_PATTERN_CASH_CREW] = {mt_play_cash_crew, 20, 1},
    /* Buyers with exchange and bank accounts: domain.md 1.1 [S:8]. */
    [MT_PATTERN_OTC_CRYPTO] = {mt_play_otc_crypto, 14, 1},
    /* Test payments before the load: domain.md 1.3 [S:25]. */
    [MT_PATTERN_TEST_THEN_LOAD] = {mt_play_test_then_load, 9, 1},
    /* Dormant, then sudden activity: domain.md 1.3 [S:19][S:22][S:26]. */
    [MT_PATTERN_DORMANT_WOKEN] = {mt_play_dormant_woken, 7, 1},
    /* A way out that was not there before: domain.md 6.3. */
    [MT_PATTERN_NEW_CHANNEL] = {mt_play_new_channel, 7, 1},

    /* Payrolls trigger rules by nature: domain.md 5 [S:87]. */
    [MT_PATTERN_PAYROLL] = {mt_play_payroll, 37, 1},
    /* Sellers of goods are hit innocently: domain.md 4 [S:8][S:59][S:60]. */
    [MT_PATTERN_MARKETPLACE] = {mt_play_marketplace, 41, 1},
    /* A landlord keeps the money, a mule does not: domain.md 5. */
    [MT_PATTERN_LANDLORD] = {mt_play_landlord, 13, 1},
    /* Rotating savings: each pays, one receives, in turn; general knowledge. */
    [MT_PATTERN_SAVINGS_CLUB] = {mt_play_savings_club, 26, 1},
    /* Holiday red packets burst, too: domain.md 6.2. */
    [MT_PATTERN_RED_PACKETS] = {mt_play_red_packets, 14, 1},
    /* Import and export suppliers trigger by nature: domain.md 5 [S:87]. */
    [MT_PATTERN_SUPPLIER_CHAIN] = {mt_play_supplier_chain, 4, 1},
    /* Currency exchange; general knowledge. */
    [MT_PATTERN_CURRENCY_EXCHANGE] = {mt_play_currency_exchange, 2, 1},
    /* SAML-D's eleven normal typologies, domain.md 1.6; three of them are AMLSim's normal models (its wiki). */
    [MT_PATTERN_NORMAL_SMALL_FAN_OUT] = {mt_play_normal_small_fan_out, 4, 1},
    [MT_PATTERN_NORMAL_FAN_OUT] = {mt_play_normal_fan_out, 10, 1},
    [MT_PATTERN_NORMAL_FAN_IN] = {mt_play_normal_fan_in, 15, 1},
    [MT_PATTERN_NORMAL_GROUP] = {mt_play_normal_group, 8, 1},
    [MT_PATTERN_NORMAL_CASH_WITHDRAWAL] = {mt_play_normal_cash_withdrawal, 4, 1},
    [MT_PATTERN_NORMAL_CASH_DEPOSITS] = {mt_play_normal_cash_deposits, 7, 1},
    [MT_PATTERN_NORMAL_PERIODICAL] = {mt_play_normal_periodical, 5, 1},
    [MT_PATTERN_NORMAL_PLUS_MUTUAL] = {mt_play_normal_plus_mutual, 5, 1},
    [MT_PATTERN_NORMAL_MUTUAL] = {mt_play_normal_mutual, 2, 1},
    [MT_PATTERN_NORMAL_FORWARD] = {mt_play_normal_forward, 2, 1},
    [MT_PATTERN_NORMAL_SINGLE_LARGE] = {mt_play_normal_single_large, 2, 1},
    /* An honest product as the negative control: domain.md 6.3. */
    [MT_PATTERN_NEW_PRODUCT] = {mt_play_new_product, 3, 1},
};

const struct mt_scheme *mt_scheme_of(enum mt_pattern pattern)
{
    MT_ASSERT(pattern > MT_PATTERN_NONE);
    MT_ASSERT(pattern < MT_PATTERN_COUNT);
    return &scheme_table[pattern];
}

/* A few purchases around the time; one mule in five lives on as if nothing were: domain.md 1.3 [S:101], where ordinary
 * spending was 85 % of the entries. */
static void hide(struct mt_act *act, uint32_t mule)
{
    uint32_t times = mt_prng_chance(act->prng, 200) ? 5 : 1;

    for (uint32_t i = 0; i < times; i++)
        mt_plan_camouflage(act->town, act->prng, act->plan, mule, act->start_ms + i * MT_MS_DAY);
}

void mt_scheme_plan(enum mt_pattern pattern, const struct mt_town *town, struct mt_prng *prng, int64_t start_ms,
                    struct mt_plan *plan)
{
    struct mt_act act = {.town = town, .prng = prng, .plan = plan, .pattern = pattern, .start_ms = start_ms};

    plan->count = 0;
    plan->labelled = 0;
    plan->next = 0;
    if (pattern != MT_PATTERN_MULE_CHAIN && pattern != MT_PATTERN_ROUND_TRIP)
        mt_act_begin(&act);
    mt_scheme_of(pattern)->play(&act);
    for (uint32_t i = 0; i < act.mules; i++)
        hide(&act, act.cast[i]);
    mt_plan_sort(plan);
    MT_ASSERT(plan->labelled > 0);
    MT_ASSERT(plan->movements[0].time_ms >= start_ms);
}
