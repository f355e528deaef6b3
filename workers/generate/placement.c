/*
 * Cash going in, while counters are open, and coming out.
 *
 *   structuring      desk ─1─► A, each a little below the reporting line; ─2─► on, in one or two sums
 *   smurfing         desk ─1─► s s s … (small) ─2─► C ─3─► out
 *   deposit_send     desk ─1─► A ─2─► abroad, at once, again and again
 *   cash_withdrawal  p p ─1─► A ─2─► cash machine, in many sums
 *   cash_crew        victim ─1─► L1 ─2─► h h h ─3─► cash machine   the car   desk ─4─► C ─5─► exchange
 */
#include "schemes.h"

#define DEPOSITS_MAX 10
#define SMURFS_MAX 8
#define SMURF_VISITS_MAX 3
#define HOLDERS_MAX 5
#define DRAWS_MAX 4

void mt_play_structuring(struct mt_act *act)
{
    const struct mt_tariff *tariff = act->town->tariff;
    uint32_t holder = mt_act_mule(act);
    uint32_t company = mt_act_any(act, MT_ROLE_COMPANY);
    uint32_t count = 4 + mt_prng_below(act->prng, DEPOSITS_MAX - 3);
    int64_t span_ms = mt_act_span(act, mt_act_within(act, 2 * MT_MS_DAY, 7 * MT_MS_DAY));
    int64_t last_ms = mt_town_office(act->start_ms);
    int64_t total = 0;

    for (uint32_t i = 0; i < count; i++) {
        int64_t minor = mt_act_share(tariff->line, 800 + mt_prng_below(act->prng, 195));

        if (i > 0)
            last_ms = mt_town_office(last_ms + mt_act_within(act, span_ms / count / 2, span_ms / count));
        minor = mt_tariff_round(tariff, minor, 1000);
        mt_act_cash_in(act, last_ms, holder, minor, 1);
        total += minor;
    }
    total = mt_act_kept(act, total);
    last_ms += mt_act_dwell(act);
    if (mt_prng_chance(act->prng, 600))
        mt_act_pay(act, last_ms, holder, company, total, 2);
    else
        mt_act_exit(act, last_ms, holder, total, 2);
}

void mt_play_smurfing(struct mt_act *act)
{
    uint32_t collector = mt_act_mule(act);
    uint32_t smurfs = 4 + mt_prng_below(act->prng, SMURFS_MAX - 3);
    int64_t begin_ms = act->start_ms;
    int64_t last_ms = act->start_ms;
    int64_t gathered = 0;

    for (uint32_t i = 0; i < smurfs; i++) {
        uint32_t smurf = mt_act_mule(act);
        uint32_t visits = 1 + mt_prng_below(act->prng, SMURF_VISITS_MAX);
        int64_t time_ms = mt_town_office(begin_ms);
        int64_t last_in_ms = time_ms;
        int64_t total = 0;

        for (uint32_t k = 0; k < visits; k++) {
            int64_t minor = mt_act_sum(act, 110000, 30000, 450000);

            minor = mt_tariff_round(act->town->tariff, minor, 1000);
            mt_act_cash_in(act, time_ms, smurf, minor, 1);
            total += minor;
            last_in_ms = time_ms;
            time_ms = mt_town_office(time_ms + mt_act_within(act, 10 * MT_MS_MINUTE, 3 * MT_MS_HOUR));
        }
        time_ms = last_in_ms + mt_act_dwell(act);
        total = mt_act_kept(act, total);
        mt_act_pay(act, time_ms, smurf, collector, total, 2);
        gathered += total;
        last_ms = time_ms > last_ms ? time_ms : last_ms;
        begin_ms += mt_act_within(act, 0, 4 * MT_MS_HOUR);
    }
    mt_act_exit(act, last_ms + mt_act_dwell(act), collector, mt_act_kept(act, gathered), 3);
}

void mt_play_deposit_send(struct mt_act *act)
{
    uint32_t holder = mt_act_mule(act);
    uint32_t rounds = 2 + mt_prng_below(act->prng, 3);
    uint32_t abroad = mt_population_nth(&act->town->population, MT_ROLE_REMITTANCE, 0);
    int64_t time_ms = mt_town_office(act->start_ms);

    for (uint32_t i = 0; i < rounds; i++) {
        int64_t minor = mt_act_sum(act, 280000, 60000, 950000);
        int64_t sent_ms = time_ms + mt_act_within(act, 5 * MT_MS_MINUTE, 4 * MT_MS_HOUR);

        minor = mt_tariff_round(act->town->tariff, minor, 1000);
        mt_act_cash_in(act, time_ms, holder, minor, 1);
        mt_act_pay(act, sent_ms, holder, abroad, mt_act_kept(act, minor), 2);
        time_ms = mt_town_office(sent_ms + mt_act_within(act, 3 * MT_MS_HOUR, 24 * MT_MS_HOUR));
    }
}

/* Cash in notes, `count` draws of about the same, and no more than there is. */
static int64_t draw_cash(struct mt_act *act, uint32_t holder, int64_t minor, uint32_t count, int64_t time_ms,
                         uint32_t hop)
{
    int64_t note = mt_tariff_minor(act->town->tariff, 1000);
    int64_t sums[DRAWS_MAX * 2];
    int64_t drawn = 0;

    while (count > 1 && minor / count < note)
        count--;
    mt_act_cut(act, minor, count, false, sums);
    for (uint32_t i = 0; i < count; i++) {
        int64_t sum = sums[i] >= 2 * note ? mt_tariff_round(act->town->tariff, sums[i], 1000) : sums[i];

        sum = sum > sums[i] ? sums[i] : sum;
        mt_act_cash_out(act, time_ms, holder, sum, hop);
        drawn += sum;
        time_ms += mt_act_within(act, 40 * MT_MS_SECOND, 20 * MT_MS_MINUTE);
    }
    return drawn;
}

void mt_play_cash_withdrawal(struct mt_act *act)
{
    uint32_t holder = mt_act_mule(act);
    uint32_t payers = 2 + mt_prng_below(act->prng, 3);
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < payers; i++) {
        int64_t minor = mt_act_sum(act, 160000, 60000, 500000);
        uint32_t draws = 2 + mt_prng_below(act->prng, DRAWS_MAX);

        mt_act_pay(act, time_ms, mt_act_person(act), holder, minor, 1);
        time_ms += mt_act_dwell(act);
        draw_cash(act, holder, mt_act_kept(act, minor), draws, time_ms, 2);
        time_ms += mt_act_within(act, 2 * MT_MS_HOUR, 10 * MT_MS_HOUR);
    }
}

/* Five in a hundred of each withdrawal stays with the holder (Shenyang 2025). What the car brings is cash: no transfer
 * joins the withdrawals and the deposits. */
void mt_play_cash_crew(struct mt_act *act)
{
    uint32_t first = mt_act_mule(act);
    uint32_t collector = mt_act_mule(act);
    uint32_t holders = 3 + mt_prng_below(act->prng, HOLDERS_MAX - 2);
    int64_t minor = mt_act_sum(act, 900000, 300000, 2500000);
    int64_t time_ms = act->start_ms;
    int64_t last_ms = act->start_ms;
    int64_t cash = 0;
    int64_t sums[HOLDERS_MAX];

    mt_act_pay(act, time_ms, mt_act_person(act), first, minor, 1);
    mt_act_cut(act, mt_act_kept(act, minor), holders, false, sums);
    time_ms += mt_act_dwell(act);
    for (uint32_t i = 0; i < holders; i++) {
        uint32_t holder = mt_act_mule(act);
        int64_t drawn_ms = time_ms + mt_act_within(act, 8 * MT_MS_MINUTE, 70 * MT_MS_MINUTE);
        uint32_t draws = 2 + mt_prng_below(act->prng, DRAWS_MAX - 1);

        mt_act_pay(act, time_ms, first, holder, sums[i], 2);
        cash += draw_cash(act, holder, mt_act_share(sums[i], 950), draws, drawn_ms, 3);
        drawn_ms += (int64_t)draws * 20 * MT_MS_MINUTE;
        last_ms = drawn_ms > last_ms ? drawn_ms : last_ms;
        time_ms += mt_act_pause(act);
    }
    cash = mt_tariff_round(act->town->tariff, mt_act_share(cash, 970), 1000);
    time_ms = mt_town_office(last_ms + mt_act_within(act, MT_MS_HOUR, 12 * MT_MS_HOUR));
    mt_act_cut(act, cash, 2, false, sums);
    for (uint32_t i = 0; i < 2; i++) {
        mt_act_cash_in(act, time_ms, collector, sums[i], 4);
        time_ms += mt_act_within(act, 10 * MT_MS_MINUTE, 2 * MT_MS_HOUR);
    }
    mt_act_pay(act, time_ms, collector, mt_population_any(&act->town->population, MT_ROLE_EXCHANGE, act->prng),
               mt_act_kept(act, cash), 5);
}
