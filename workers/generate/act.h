/*
 * act.h: what the patterns are written with: who takes part, how a sum is cut and kept, and one line a transfer.
 *
 * An act is one instance of a pattern. It casts accounts that are all different (hubs excepted), and every payment it
 * makes is labelled with its pattern and a hop: 1 for the first money in, one more for whatever that money pays for.
 *
 * Owns     nothing: caller's storage
 * Bounds   MT_ACT_CAST_MAX accounts, and the plan's transfers, which every pattern proves it stays within
 * Cost     casting O(cast), a payment O(1)
 * Threads  none
 */
#ifndef MT_GENERATE_ACT_H
#define MT_GENERATE_ACT_H

#include "plan.h"

#define MT_ACT_CAST_MAX 96
#define MT_ACT_PARTS_MAX 24
#define MT_ACT_EXIT_MAX 2

struct mt_act {
    const struct mt_town *town;
    struct mt_prng *prng;
    struct mt_plan *plan;
    enum mt_pattern pattern;
    enum mt_tempo tempo;
    uint32_t keep_permille; /* each mule's share */
    int64_t start_ms;
    uint32_t mules; /* of the cast, the first so many may hide in everyday spending */
    uint32_t cast_count;
    uint32_t cast[MT_ACT_CAST_MAX];
};

/* Draws how quickly money moves and what mules keep. */
void mt_act_begin(struct mt_act *act);

/* min(wanted, what is left of the stream), at least twelve hours. */
int64_t mt_act_span(const struct mt_act *act, int64_t wanted_ms);

/* Someone else's account that is lent or sold: half in everyday use, three tenths newly opened, two dormant. */
uint32_t mt_act_mule(struct mt_act *act);

/* A person in everyday use who is nobody else in the act, and any account of a role likewise. */
uint32_t mt_act_person(struct mt_act *act);
uint32_t mt_act_any(struct mt_act *act, enum mt_role role);

/* A friend or mate of a person in everyday use; a stranger when all of them are in the act already. */
uint32_t mt_act_known(struct mt_act *act, uint32_t person);

/* An account that is wanted and not yet in the act joins it. */
bool mt_act_join(struct mt_act *act, uint32_t account);

/* A shop that many go to, never one that sells gift cards while these are a channel of their own. */
uint32_t mt_act_shop(struct mt_act *act);

/* A sum around the median, rounded more often than not. Given in euro cents, returned in minor units. */
int64_t mt_act_sum(struct mt_act *act, int64_t median_cents, int64_t least_cents, int64_t most_cents);

/* What goes on of a sum after a mule's share, and what goes on of it in thousandths. */
int64_t mt_act_kept(struct mt_act *act, int64_t minor);
int64_t mt_act_share(int64_t minor, uint32_t permille);

/* Cuts a sum into parts that differ by a quarter, or are equal to the last minor unit; they add up to it. */
void mt_act_cut(struct mt_act *act, int64_t minor, uint32_t parts, bool equal, int64_t *out_parts);

/* How long money stays here; a few minutes between two payments by the same hand; a moment within a while. */
int64_t mt_act_dwell(struct mt_act *act);
int64_t mt_act_pause(struct mt_act *act);
int64_t mt_act_soon(struct mt_act *act, int64_t most_ms); /* honest: four times in ten within the hour */
int64_t mt_act_within(struct mt_act *act, int64_t least_ms, int64_t most_ms);

/* One transfer each. */
void mt_act_pay(struct mt_act *act, int64_t time_ms, uint32_t from, uint32_t to, int64_t minor, uint32_t hop);
void mt_act_rail(struct mt_act *act, int64_t time_ms, uint32_t from, uint32_t to, int64_t minor, uint32_t hop,
                 enum mt_rail rail);
void mt_act_card(struct mt_act *act, int64_t time_ms, uint32_t from, uint32_t to, int64_t minor, uint32_t hop);
void mt_act_cash_in(struct mt_act *act, int64_t time_ms, uint32_t to, int64_t minor, uint32_t hop);
void mt_act_cash_out(struct mt_act *act, int64_t time_ms, uint32_t from, int64_t minor, uint32_t hop);

/* The sum leaves for an exchange, abroad, a shop or as cash, in at most MT_ACT_EXIT_MAX parts. */
void mt_act_exit(struct mt_act *act, int64_t time_ms, uint32_t from, int64_t minor, uint32_t hop);

#endif
