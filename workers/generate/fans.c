/*
 * Fans: many pay one, one pays many, and both after each other.
 *
 *   fan_out   payer ─1─► O ─2─► r r r …        scatter_gather   O ─1─► m m m … ─2─► C
 *   fan_in    p p p … ─1─► C ─2─► out          gather_scatter   p p p … ─1─► H ─2─► r r r …
 *   layered_fan_in   p p … ─1─► m m m ─2─► C   layered_fan_out  O ─1─► m m m ─2─► r r …
 */
#include <assert.h>

#include "schemes.h"

#define FAN_MAX 16
#define MIDDLE_MAX 4
#define LEAVES_MAX 4 /* of each middle */

static_assert(FAN_MAX <= MT_ACT_PARTS_MAX, "a fan's sums fit into one cut");
static_assert(2 * FAN_MAX + 1 <= MT_ACT_CAST_MAX, "a gather-scatter's cast fits");

/* Larger fans are rarer. */
static uint32_t fan_width(struct mt_act *act, uint32_t least)
{
    uint32_t first = mt_prng_below(act->prng, FAN_MAX + 1 - least);
    uint32_t second = mt_prng_below(act->prng, FAN_MAX + 1 - least);

    return least + (first < second ? first : second);
}

/* `width` accounts pay `to` within a while; returns the sum, and when the last of it came. */
static int64_t gather(struct mt_act *act, uint32_t to, uint32_t width, int64_t span_ms, int64_t *out_last_ms)
{
    int64_t total = 0;

    *out_last_ms = act->start_ms;
    for (uint32_t i = 0; i < width; i++) {
        int64_t time_ms = i == 0 ? act->start_ms : act->start_ms + mt_act_within(act, 0, span_ms);
        int64_t minor = mt_act_sum(act, 70000, 9000, 900000);

        mt_act_pay(act, time_ms, mt_act_mule(act), to, minor, 1);
        total += minor;
        *out_last_ms = time_ms > *out_last_ms ? time_ms : *out_last_ms;
    }
    return total;
}

/* `from` pays a sum to `width` new accounts, in one sitting or over a while; every second time in equal parts. */
static void scatter(struct mt_act *act, uint32_t from, int64_t minor, uint32_t width, int64_t time_ms, uint32_t hop)
{
    int64_t sums[FAN_MAX];
    bool at_once = mt_prng_chance(act->prng, 600);
    bool equal = mt_prng_chance(act->prng, 500);

    mt_act_cut(act, minor, width, equal, sums);
    for (uint32_t i = 0; i < width; i++) {
        mt_act_pay(act, time_ms, from, mt_act_mule(act), sums[i], hop);
        time_ms += at_once ? mt_act_pause(act) : mt_act_within(act, 0, 3 * MT_MS_HOUR);
    }
}

void mt_play_fan_out(struct mt_act *act)
{
    uint32_t origin = mt_act_mule(act);
    uint32_t payer = mt_act_person(act);
    int64_t minor = mt_act_sum(act, 900000, 150000, 9000000);
    uint32_t width = fan_width(act, 5);

    mt_act_pay(act, act->start_ms, payer, origin, minor, 1);
    scatter(act, origin, mt_act_kept(act, minor), width, act->start_ms + mt_act_dwell(act), 2);
}

void mt_play_fan_in(struct mt_act *act)
{
    uint32_t collector = mt_act_mule(act);
    int64_t last_ms;
    int64_t span_ms = mt_act_within(act, 2 * MT_MS_HOUR, 36 * MT_MS_HOUR);
    int64_t total = gather(act, collector, fan_width(act, 5), span_ms, &last_ms);

    mt_act_exit(act, last_ms + mt_act_dwell(act), collector, mt_act_kept(act, total), 2);
}

void mt_play_gather_scatter(struct mt_act *act)
{
    uint32_t hub = mt_act_mule(act);
    int64_t last_ms;
    int64_t span_ms = mt_act_within(act, 2 * MT_MS_HOUR, 30 * MT_MS_HOUR);
    int64_t total = gather(act, hub, fan_width(act, 4), span_ms, &last_ms);
    uint32_t width = fan_width(act, 4);

    scatter(act, hub, mt_act_kept(act, total), width, last_ms + mt_act_dwell(act), 2);
}

void mt_play_scatter_gather(struct mt_act *act)
{
    uint32_t origin = mt_act_mule(act);
    uint32_t collector = mt_act_mule(act);
    uint32_t width = fan_width(act, 4);
    int64_t time_ms = act->start_ms;
    int64_t sums[FAN_MAX];

    mt_act_cut(act, mt_act_sum(act, 1200000, 300000, 9000000), width, mt_prng_chance(act->prng, 500), sums);
    for (uint32_t i = 0; i < width; i++) {
        uint32_t middle = mt_act_mule(act);

        mt_act_pay(act, time_ms, origin, middle, sums[i], 1);
        mt_act_pay(act, time_ms + mt_act_dwell(act), middle, collector, mt_act_kept(act, sums[i]), 2);
        time_ms += mt_act_within(act, MT_MS_MINUTE, 90 * MT_MS_MINUTE);
    }
}

void mt_play_layered_fan_in(struct mt_act *act)
{
    uint32_t collector = mt_act_mule(act);
    uint32_t middles = 3 + mt_prng_below(act->prng, MIDDLE_MAX - 2);
    int64_t begin_ms = act->start_ms;

    for (uint32_t i = 0; i < middles; i++) {
        uint32_t middle = mt_act_mule(act);
        uint32_t leaves = 2 + mt_prng_below(act->prng, LEAVES_MAX - 1);
        int64_t time_ms = begin_ms;
        int64_t total = 0;

        for (uint32_t k = 0; k < leaves; k++) {
            int64_t minor = mt_act_sum(act, 90000, 20000, 900000);

            mt_act_pay(act, time_ms, mt_act_mule(act), middle, minor, 1);
            total += minor;
            time_ms += mt_act_within(act, MT_MS_MINUTE, 4 * MT_MS_HOUR);
        }
        mt_act_pay(act, time_ms + mt_act_dwell(act), middle, collector, mt_act_kept(act, total), 2);
        begin_ms += mt_act_within(act, 0, 6 * MT_MS_HOUR);
    }
}

void mt_play_layered_fan_out(struct mt_act *act)
{
    uint32_t origin = mt_act_mule(act);
    uint32_t middles = 3 + mt_prng_below(act->prng, MIDDLE_MAX - 2);
    int64_t time_ms = act->start_ms;
    int64_t sums[MIDDLE_MAX];

    mt_act_cut(act, mt_act_sum(act, 1500000, 400000, 9000000), middles, false, sums);
    for (uint32_t i = 0; i < middles; i++) {
        uint32_t middle = mt_act_mule(act);
        uint32_t leaves = 2 + mt_prng_below(act->prng, LEAVES_MAX - 1);

        mt_act_pay(act, time_ms, origin, middle, sums[i], 1);
        scatter(act, middle, mt_act_kept(act, sums[i]), leaves, time_ms + mt_act_dwell(act), 2);
        time_ms += mt_act_pause(act);
    }
}
