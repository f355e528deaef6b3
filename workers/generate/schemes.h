/*
 * schemes.h: the table of all patterns: how each is played, how often and how large it is.
 *
 * Cost     find O(1); play O(transfers)
 * Threads  any: constant
 */
#ifndef MT_GENERATE_SCHEMES_H
#define MT_GENERATE_SCHEMES_H

#include "act.h"

struct mt_scheme {
    void (*play)(struct mt_act *act);
    uint16_t size;   /* labelled transfers on average: measured, for estimates only */
    uint16_t weight; /* in the default mix of the first two; all others come in equal numbers */
};

const struct mt_scheme *mt_scheme_of(enum mt_pattern pattern);

/* Fills an empty plan with one instance that begins at start_ms or soon after, in time order. */
void mt_scheme_plan(enum mt_pattern pattern, const struct mt_town *town, struct mt_prng *prng, int64_t start_ms,
                    struct mt_plan *plan);

/* mule_chain.c and round_trip.c: these came first and draw their own cast. */
void mt_play_mule_chain(struct mt_act *act);
void mt_play_round_trip(struct mt_act *act);

/* fans.c */
void mt_play_fan_out(struct mt_act *act);
void mt_play_fan_in(struct mt_act *act);
void mt_play_scatter_gather(struct mt_act *act);
void mt_play_gather_scatter(struct mt_act *act);
void mt_play_layered_fan_in(struct mt_act *act);
void mt_play_layered_fan_out(struct mt_act *act);

/* layers.c */
void mt_play_random(struct mt_act *act);
void mt_play_bipartite(struct mt_act *act);
void mt_play_stack(struct mt_act *act);
void mt_play_card_tiers(struct mt_act *act);

/* placement.c */
void mt_play_structuring(struct mt_act *act);
void mt_play_smurfing(struct mt_act *act);
void mt_play_deposit_send(struct mt_act *act);
void mt_play_cash_withdrawal(struct mt_act *act);
void mt_play_cash_crew(struct mt_act *act);

/* behaviour.c */
void mt_play_behaviour_1(struct mt_act *act);
void mt_play_behaviour_2(struct mt_act *act);
void mt_play_over_invoicing(struct mt_act *act);
void mt_play_single_large(struct mt_act *act);
void mt_play_test_then_load(struct mt_act *act);
void mt_play_dormant_woken(struct mt_act *act);

/* exits.c */
void mt_play_running_points(struct mt_act *act);
void mt_play_goods_leg(struct mt_act *act);
void mt_play_ecny(struct mt_act *act);
void mt_play_stream_tips(struct mt_act *act);
void mt_play_otc_crypto(struct mt_act *act);

/* channel.c */
void mt_play_new_channel(struct mt_act *act);
void mt_play_new_product(struct mt_act *act);

/* honest_trade.c */
void mt_play_payroll(struct mt_act *act);
void mt_play_marketplace(struct mt_act *act);
void mt_play_landlord(struct mt_act *act);
void mt_play_supplier_chain(struct mt_act *act);
void mt_play_currency_exchange(struct mt_act *act);
void mt_play_normal_fan_out(struct mt_act *act);
void mt_play_normal_cash_deposits(struct mt_act *act);

/* honest_people.c */
void mt_play_savings_club(struct mt_act *act);
void mt_play_red_packets(struct mt_act *act);
void mt_play_normal_small_fan_out(struct mt_act *act);
void mt_play_normal_fan_in(struct mt_act *act);
void mt_play_normal_group(struct mt_act *act);
void mt_play_normal_cash_withdrawal(struct mt_act *act);
void mt_play_normal_periodical(struct mt_act *act);
void mt_play_normal_plus_mutual(struct mt_act *act);
void mt_play_normal_mutual(struct mt_act *act);
void mt_play_normal_forward(struct mt_act *act);
void mt_play_normal_single_large(struct mt_act *act);

#endif
