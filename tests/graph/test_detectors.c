/*
 * Detectors, drawn: for each a day that it must find and an honest one that looks like it from afar and must not become a finding. All
 * with the default rules. The holder is account 0; sums are in minor units (cents).
 *
 * Every world begins with two ordinary weeks: a wage from 50, rent to 51, a shop's card payment to 52 a day.
 */
#include "graph/account.h"
#include "graph/detectors.h"
#include "run_suite.h"
#include "world.h"

#define HOUR MT_HOUR_MS
#define MINUTE (MT_HOUR_MS / 60)
#define DAY(n) ((n) * MT_DAY_MS)
#define TODAY DAY(15)
#define HOLDER 0

static struct world world;

static struct mt_transfer *pay(unsigned from, unsigned to, int64_t time_ms, int64_t minor)
{
    struct mt_transfer *made = world_add(&world, from, to, time_ms, minor);

    made->rail = MT_RAIL_INSTANT;
    return made;
}

static void list(unsigned entry, unsigned account, int64_t from_ms, int64_t until_ms, enum mt_listing_state state)
{
    struct mt_token subject = world_account(&world, account);

    world_list(&world, entry, &subject, from_ms, from_ms, until_ms, state);
}

static void two_weeks(void)
{
    world_fini(&world);
    world_init(&world, 1);
    pay(50, HOLDER, DAY(0) + 6 * HOUR, 220000)->rail = MT_RAIL_ACH;
    pay(HOLDER, 51, DAY(2) + 5 * HOUR, 72000)->rail = MT_RAIL_ACH;
    for (int day = 0; day < 13; day++)
        pay(HOLDER, 52, DAY(day) + 17 * HOUR, 2600 + day * 10)->kind = MT_KIND_CARD;
}

/* --- what must be found ---------------------------------------------------------------------------------------------- */

/* a person's account, opened three weeks ago */
static void opened_lately(void)
{
    struct mt_token holder = world_account(&world, HOLDER);

    world_tell(&world, &holder, 0, TODAY - 21 * MT_DAY_MS, MT_HOLDER_PERSON);
}

/* 10 ─4,000─► 0 ─3,900─► 20 within half an hour, by a new account */
static void pass_through(void)
{
    opened_lately();
    pay(10, HOLDER, TODAY + 10 * HOUR, 400000);
    pay(HOLDER, 20, TODAY + 10 * HOUR + 25 * MINUTE, 390000);
}

/* 10 … 15 ─700─► 0 ─► 20, over two days, to a new account */
static void collector(void)
{
    opened_lately();
    for (unsigned i = 0; i < 6; i++)
        pay(10 + i, HOLDER, TODAY + i * 4 * HOUR, 70000 + i * 1000);
    pay(HOLDER, 20, TODAY + 24 * HOUR, 420000);
}

/* 10 ─9,000─► 0 ─1,450─► 20 … 25 */
static void distributor(void)
{
    pay(10, HOLDER, TODAY + 9 * HOUR, 900000);
    for (unsigned i = 0; i < 6; i++)
        pay(HOLDER, 20 + i, TODAY + 9 * HOUR + (20 + i) * MINUTE, 145000);
}

static void gather_scatter(void)
{
    for (unsigned i = 0; i < 5; i++)
        pay(10 + i, HOLDER, TODAY + i * HOUR, 100000);
    for (unsigned i = 0; i < 5; i++)
        pay(HOLDER, 20 + i, TODAY + 6 * HOUR + i * MINUTE, 97000);
}

/* cash, 9,300 and a little, day after day; then all of it on */
static void structuring(void)
{
    for (unsigned i = 0; i < 4; i++)
        pay(30, HOLDER, TODAY + DAY(i) + 11 * HOUR, 930000 + i * 5000)->kind = MT_KIND_CASH_IN;
    pay(HOLDER, 20, TODAY + DAY(3) + 14 * HOUR, 3700000);
}

/* 10 ─0.01─► 0, then 10 ─2,500─► 0 ─2,400─► 20, twice */
static void test_then_load(void)
{
    pay(10, HOLDER, TODAY + 8 * HOUR, 1);
    for (unsigned i = 0; i < 2; i++) {
        pay(10, HOLDER, TODAY + (10 + 2 * i) * HOUR, 250000);
        pay(HOLDER, 20 + i, TODAY + (10 + 2 * i) * HOUR + 30 * MINUTE, 240000);
    }
}

/* nothing since day 12, and then */
static void dormant_woken(void)
{
    pay(10, HOLDER, TODAY + DAY(10) + 10 * HOUR, 800000);
    pay(HOLDER, 20, TODAY + DAY(10) + 12 * HOUR, 780000);
}

static void cash_in_passed_on(void)
{
    pay(30, HOLDER, TODAY + 11 * HOUR, 280000)->kind = MT_KIND_CASH_IN;
    pay(HOLDER, 20, TODAY + 11 * HOUR + 40 * MINUTE, 275000);
}

static void drawn_as_cash(void)
{
    pay(10, HOLDER, TODAY + 9 * HOUR, 160000);
    for (unsigned i = 0; i < 3; i++)
        pay(HOLDER, 40, TODAY + 10 * HOUR + i * 9 * MINUTE, 50000)->kind = MT_KIND_CASH_OUT;
}

/* 10 ─2,500─► 0 ─► tips to one platform, eight within the hour */
static void repeated(void)
{
    pay(10, HOLDER, TODAY + 20 * HOUR, 250000);
    for (unsigned i = 0; i < 8; i++)
        pay(HOLDER, 20, TODAY + 20 * HOUR + (10 + 5 * i) * MINUTE, 30000);
}

/* twelve strangers within five hours; nothing has left (rift2026's SMURF_01) */
static void gathering(void)
{
    for (unsigned i = 0; i < 12; i++)
        pay(10 + i, HOLDER, TODAY + 6 * HOUR + i * 25 * MINUTE, 50000 + i * 10000);
}

/* savings go to ten strangers within the night */
static void pays_new(void)
{
    for (unsigned i = 0; i < 10; i++)
        pay(HOLDER, 20 + i, TODAY + HOUR + i * 20 * MINUTE, 300000 + i * 10000);
}

static void by_device(struct mt_transfer *transfer, unsigned device)
{
    transfer->indicators[transfer->indicator_count++] = world_indicator(&world, device);
}

/* the holder is on a list, and buys bread */
static void listed(void)
{
    list(1, HOLDER, TODAY, TODAY + DAY(30), MT_LISTING_ACTIVE);
    pay(HOLDER, 52, TODAY + 17 * HOUR, 320)->kind = MT_KIND_CARD;
}

/* 10, who is on a list, ─90─► 0 ─85─► 20: too little for any other detector */
static void listed_passed_on(void)
{
    list(1, 10, DAY(1), DAY(100), MT_LISTING_ACTIVE);
    pay(10, HOLDER, TODAY + 10 * HOUR, 9000);
    pay(HOLDER, 20, TODAY + 10 * HOUR + 25 * MINUTE, 8500);
}

/* eight strangers within four hours of the night, one of them on a list, without which it were not enough; nothing has left yet */
static void listed_counterparty(void)
{
    list(1, 12, DAY(1), DAY(100), MT_LISTING_ACTIVE);
    for (unsigned i = 0; i < 8; i++)
        pay(10 + i, HOLDER, TODAY + i * 30 * MINUTE, 200000 + i * 20000);
}

/* the holder dealt by a device on a list; the debtor's device, whoever else is listed */
static void listed_device(void)
{
    struct mt_token device = world_indicator(&world, 1);
    struct mt_transfer *bread = pay(HOLDER, 52, TODAY + 17 * HOUR, 3200);

    bread->indicators[bread->indicator_count++] = world_indicator(&world, 2);
    bread->indicators[bread->indicator_count++] = device;
    world_list(&world, 1, &device, 0, 0, DAY(100), MT_LISTING_ACTIVE)->kind = MT_INDICATOR_DEVICE;
}

/* 10 ─520─► 0 ─500─► 20, by a device that three others pay with */
static void shared_indicator(void)
{
    pay(10, HOLDER, TODAY + 10 * HOUR, 52000);
    by_device(pay(HOLDER, 20, TODAY + 10 * HOUR + 25 * MINUTE, 50000), 1);
    for (unsigned i = 0; i < 3; i++)
        by_device(pay(70 + i, 80 + i, TODAY - DAY(2 * i) + 9 * HOUR, 1000), 1);
}

/* --- what must not --------------------------------------------------------------------------------------------------- */

/* the wage, moved to the shared account 53 as every month */
static void wage_moved_on(void)
{
    pay(HOLDER, 53, DAY(1), 200000);
    pay(50, HOLDER, TODAY + 6 * HOUR, 220000)->rail = MT_RAIL_ACH;
    pay(HOLDER, 53, TODAY + 7 * HOUR, 200000);
}

/* a leaving present: ten friends give 25 each, the present is bought */
static void present_bought(void)
{
    for (unsigned i = 0; i < 10; i++)
        pay(10 + i, HOLDER, TODAY + i * 2 * HOUR, 2500);
    pay(HOLDER, 52, TODAY + 23 * HOUR, 24000)->kind = MT_KIND_CARD;
}

/* a firm's customer pays; its staff, paid two weeks ago, are paid again */
static void staff_paid(void)
{
    for (unsigned i = 0; i < 8; i++)
        pay(HOLDER, 20 + i, DAY(1) + i * MINUTE, 210000)->rail = MT_RAIL_ACH;
    pay(10, HOLDER, TODAY + 9 * HOUR, 1800000);
    for (unsigned i = 0; i < 8; i++)
        pay(HOLDER, 20 + i, TODAY + 10 * HOUR + i * MINUTE, 210000)->rail = MT_RAIL_ACH;
}

/* a marketplace: cards in from many, ACH out to its sellers */
static void sellers_paid(void)
{
    for (unsigned i = 0; i < 20; i++)
        pay(60 + i, HOLDER, TODAY + i * HOUR / 2, 30000 + i * 500)->kind = MT_KIND_CARD;
    for (unsigned i = 0; i < 6; i++)
        pay(HOLDER, 20 + i, TODAY + 15 * HOUR + i * MINUTE, 100000)->rail = MT_RAIL_ACH;
}

/* a shop's takings, evening after evening as ever, as they fall: one comes near the line */
static void takings_banked(void)
{
    static const int64_t sums[] = {250000, 310000, 820000, 190000, 275000};

    for (unsigned i = 0; i < 5; i++)
        pay(30, HOLDER, DAY(i) + 19 * HOUR, sums[(i + 1) % 5])->kind = MT_KIND_CASH_IN;
    for (unsigned i = 0; i < 5; i++)
        pay(30, HOLDER, TODAY + DAY(i) + 19 * HOUR, sums[i])->kind = MT_KIND_CASH_IN;
}

/* a new payee is tried, then paid, and keeps it */
static void bought_on_trust(void)
{
    pay(10, HOLDER, TODAY + 8 * HOUR, 1);
    pay(10, HOLDER, TODAY + 9 * HOUR, 250000);
    pay(HOLDER, 52, TODAY + 17 * HOUR, 3000)->kind = MT_KIND_CARD;
}

/* back from a journey: nothing for two weeks, then the wage and the rent */
static void back_from_holiday(void)
{
    pay(50, HOLDER, TODAY + DAY(11) + 6 * HOUR, 220000)->rail = MT_RAIL_ACH;
    pay(HOLDER, 51, TODAY + DAY(11) + 7 * HOUR, 72000)->rail = MT_RAIL_ACH;
}

/* cash takings go to the supplier 54, as ever */
static void supplier_paid(void)
{
    pay(30, HOLDER, DAY(1), 20000)->kind = MT_KIND_CASH_IN;
    pay(HOLDER, 54, DAY(1) + HOUR, 19000);
    pay(30, HOLDER, TODAY + 11 * HOUR, 160000)->kind = MT_KIND_CASH_IN;
    pay(HOLDER, 54, TODAY + 14 * HOUR, 150000);
}

/* the week's cash after the wage */
static void housekeeping_drawn(void)
{
    pay(50, HOLDER, TODAY + 6 * HOUR, 220000)->rail = MT_RAIL_ACH;
    pay(HOLDER, 40, TODAY + 12 * HOUR, 20000)->kind = MT_KIND_CASH_OUT;
    pay(HOLDER, 40, TODAY + 13 * HOUR, 10000)->kind = MT_KIND_CASH_OUT;
}

/* an evening at the fair: one stall, again and again */
static void evening_at_the_fair(void)
{
    for (unsigned i = 0; i < 8; i++)
        pay(HOLDER, 20, TODAY + 20 * HOUR + i * 6 * MINUTE, 600)->kind = MT_KIND_CARD;
}

/* twelve rents in the bank's night batch */
static void rents_in_the_night(void)
{
    for (unsigned i = 0; i < 12; i++)
        pay(10 + i, HOLDER, TODAY + 4 * HOUR + i * 1000, 70000 + i * 1000)->rail = MT_RAIL_ACH;
}

/* a used car is bought */
static void car_bought(void)
{
    pay(HOLDER, 20, TODAY + 14 * HOUR, 420000);
}

/* a shop opens: twenty payers over nineteen hours (rift2026's MERCHANT_01) */
static void shop_opens(void)
{
    for (unsigned i = 0; i < 20; i++)
        pay(10 + i, HOLDER, TODAY + i * HOUR, 9000 + i * 2000);
}

/* over since yesterday; and its appeal was heard this morning */
static void listed_until_yesterday(void)
{
    list(1, HOLDER, DAY(13), TODAY, MT_LISTING_ACTIVE);
    list(2, HOLDER, DAY(13), DAY(100), MT_LISTING_ACTIVE);
    list(2, HOLDER, TODAY + 9 * HOUR, DAY(100), MT_LISTING_SUSPENDED);
    pay(HOLDER, 52, TODAY + 17 * HOUR, 3200)->kind = MT_KIND_CARD;
}

/* by a listed party, but long before it was listed, and a trifle since */
static void listed_later(void)
{
    list(1, 10, TODAY + 10 * HOUR + 10 * MINUTE, DAY(100), MT_LISTING_ACTIVE);
    pay(10, HOLDER, TODAY + 10 * HOUR, 9000);
    pay(HOLDER, 20, TODAY + 10 * HOUR + 25 * MINUTE, 8500);
    pay(10, HOLDER, TODAY + 11 * HOUR, 99);
}

/* a large sum from a listed party, which stays */
static void listed_pays_well(void)
{
    list(1, 10, DAY(1), DAY(100), MT_LISTING_ACTIVE);
    pay(10, HOLDER, TODAY + 10 * HOUR, 900000);
}

/* the family's tablet: two others; the one a neighbour used eight days ago counts no more, nor a return by it */
static void family_tablet(void)
{
    pay(10, HOLDER, TODAY + 10 * HOUR, 52000);
    by_device(pay(HOLDER, 20, TODAY + 10 * HOUR + 25 * MINUTE, 50000), 1);
    for (unsigned i = 0; i < 2; i++)
        by_device(pay(70 + i, 80 + i, TODAY + 9 * HOUR, 1000), 1);
    by_device(pay(72, 80, TODAY - DAY(7), 1000), 1);
    by_device(pay(73, 80, TODAY, 1000), 1);
    world.reports[world.count - 1].kind = MT_KIND_RETURN;
}

/* a café's network: sixty-five others on it */
static void cafe_network(void)
{
    pay(10, HOLDER, TODAY + 10 * HOUR, 52000);
    by_device(pay(HOLDER, 20, TODAY + 10 * HOUR + 25 * MINUTE, 50000), 1);
    for (unsigned i = 0; i < 65; i++)
        by_device(pay(100 + i, 80, TODAY + i * MINUTE, 1000), 1);
}

/* the payee's device is not the payer's */
static void listed_device_of_payer(void)
{
    struct mt_token device = world_indicator(&world, 1);
    struct mt_transfer *gift = pay(53, HOLDER, TODAY + 17 * HOUR, 3200);

    gift->indicators[gift->indicator_count++] = device;
    world_list(&world, 1, &device, 0, 0, DAY(100), MT_LISTING_ACTIVE)->kind = MT_INDICATOR_DEVICE;
}

static const struct {
    const char *name; /* NULL: the same detector's next look-alike */
    void (*found)(void);
    void (*honest)(void);
} scenarios[] = {
    {"pass_through", pass_through, wage_moved_on},
    {"collector", collector, present_bought},
    {"distributor", distributor, staff_paid},
    {"gather_scatter", gather_scatter, sellers_paid},
    {"structuring", structuring, takings_banked},
    {"test_then_load", test_then_load, bought_on_trust},
    {"dormant_woken", dormant_woken, back_from_holiday},
    {"cash_in_passed_on", cash_in_passed_on, supplier_paid},
    {"drawn_as_cash", drawn_as_cash, housekeeping_drawn},
    {"repeated", repeated, evening_at_the_fair},
    {"gathering", gathering, rents_in_the_night},
    {"gathering", gathering, shop_opens},
    {"pays_new", pays_new, car_bought},
    {"listed", listed, listed_until_yesterday},
    {"listed", listed_device, listed_device_of_payer},
    {"shared_indicator", shared_indicator, family_tablet},
    {"shared_indicator", shared_indicator, cafe_network},
    {"listed_passed_on", listed_passed_on, listed_later},
    {"listed_counterparty", listed_counterparty, listed_pays_well},
};
#define SCENARIOS (sizeof scenarios / sizeof scenarios[0])

/* Whether the holder has a finding of this kind (any: NULL), by the oracle, with which the engine agrees in every order. */
static bool has_finding(const char *kind)
{
    struct mt_lines *lines = world_lines(&world);
    struct mt_lore lore = {.rules = &world.rules, .rates = world.rates, .lines = lines, .lists = world.lists};
    oracle_tell(world.told, world.told_count);
    struct oracle_set set = oracle_find(&lore, world.reports, world.count);
    struct mt_token holder = world_account(&world, HOLDER);
    char *expected = world_oracle(&world);
    bool found = false;

    for (uint32_t i = 0; i < set.count; i++)
        found = found || (set.findings[i].type == MT_FINDING_ACCOUNT && mt_token_equal(&set.findings[i].account, &holder) &&
                          (kind == NULL || strcmp(mt_sign_code(set.findings[i].signs[0].sign), kind) == 0));
    for (unsigned order = 0; order < WORLD_ORDERS; order++) {
        struct world_run run = {.order = (enum world_order)order, .batch = 1 + 3 * (order % 2), .workers = 1 + order % 2, .lists_late = order % 3 == 0};

        ck_assert(world_agrees(&world, &run, expected, kind != NULL ? kind : "honest", order));
    }
    free(expected);
    oracle_free(&set);
    mt_lines_destroy(lines);
    return found;
}

START_TEST(what_must_be_found)
{
    for (size_t i = 0; i < SCENARIOS; i++) {
        two_weeks();
        scenarios[i].found();
        ck_assert_msg(has_finding(scenarios[i].name), "%s was not found", scenarios[i].name);
    }
}
END_TEST

START_TEST(what_must_not)
{
    for (size_t i = 0; i < SCENARIOS; i++) {
        two_weeks();
        scenarios[i].honest();
        ck_assert_msg(!has_finding(NULL), "look-alike %zu, of %s, is a finding", i, scenarios[i].name);
    }
}
END_TEST

START_TEST(every_detector_has_a_scenario)
{
    for (uint32_t d = 0; d < mt_detector_count; d++) {
        bool any = false;

        for (size_t i = 0; i < SCENARIOS; i++)
            any = any || strcmp(scenarios[i].name, mt_detectors[d].name) == 0;
        ck_assert_msg(any, "%s has none", mt_detectors[d].name);
    }
}
END_TEST

/* Currencies as in schemas/lines_default.h: what is a dollar's worth, and the line, in minor units. */
static const struct {
    const char *code;
    int64_t line_minor; /* 0: none */
    int64_t par_minor, par_cents;
    uint16_t currency;
} currencies[] = {
    {"EUR", 1000000, 1, 1, 978},      {"CNY", 5000000, 7, 1, 156},          {"JPY", 2000000, 3, 2, 392},
    {"KRW", 10000000, 14, 1, 410},    {"IDR", 50000000000, 16000, 1, 360},  {"GBP", 1000000, 4, 5, 826},
    {"VND (no line)", 0, 260, 1, 704}, {"KWD (no line)", 0, 31, 10, 414},
};
#define CURRENCIES (sizeof currencies / sizeof currencies[0])

/* All that has been drawn, in another currency: sums worth as much, or (`raw`) of as many minor units. */
static void redraw(size_t c, bool raw)
{
    world.lines[world.line_count++] = (struct mt_line){currencies[c].currency, currencies[c].line_minor, currencies[c].par_minor, currencies[c].par_cents};
    for (uint32_t i = 0; i < world.count; i++) {
        struct mt_money *amount = &world.reports[i].amount;

        amount->currency = currencies[c].currency;
        amount->minor = raw ? amount->minor : amount->minor * currencies[c].par_minor / currencies[c].par_cents;
        amount->minor = amount->minor > 0 ? amount->minor : 1;
    }
}

/* Cash four days running at so many permille of the currency's line (none: of what the dollar's is worth), then all of it on. */
static bool structures(size_t c, int64_t permille)
{
    int64_t line = currencies[c].line_minor;

    two_weeks();
    redraw(c, false);
    line = line > 0 ? line : 1000000 * currencies[c].par_minor / currencies[c].par_cents;
    for (unsigned i = 0; i < 4; i++)
        pay(30, HOLDER, TODAY + DAY(i) + 11 * HOUR, line * permille / 1000 + i)->kind = MT_KIND_CASH_IN;
    pay(HOLDER, 20, TODAY + DAY(3) + 14 * HOUR, 4 * line * permille / 1000);
    for (uint32_t i = world.count - 5; i < world.count; i++)
        world.reports[i].amount.currency = currencies[c].currency;
    return has_finding("structuring");
}

/* Each currency has its own line; below a line that it has not, nothing is structured. */
START_TEST(lines_are_per_currency)
{
    for (size_t c = 0; c < CURRENCIES; c++) {
        bool lined = currencies[c].line_minor > 0;

        ck_assert_msg(structures(c, 930) == lined, "%s just below the line", currencies[c].code);
        ck_assert_msg(structures(c, 801) == lined, "%s a fifth below the line", currencies[c].code);
        ck_assert_msg(!structures(c, 798), "%s further below", currencies[c].code);
        ck_assert_msg(!structures(c, 1000), "%s on the line", currencies[c].code);
    }
}
END_TEST

/* A sum is as large as what it is worth: dollars' worth is found in every currency, the same count of minor units is not where it is a trifle. */
START_TEST(sums_are_compared_by_worth)
{
    for (size_t c = 0; c < CURRENCIES; c++) {
        bool trifle = currencies[c].par_minor > 16 * currencies[c].par_cents; /* 4,000.00 would be below 250.00 */

        two_weeks();
        pass_through();
        redraw(c, false);
        ck_assert_msg(has_finding("pass_through"), "%s was not found", currencies[c].code);
        two_weeks();
        pass_through();
        redraw(c, true);
        ck_assert_msg(!trifle || !has_finding(NULL), "%s: a trifle is a finding", currencies[c].code);
    }
}
END_TEST

/* A currency that no table knows has no large sums; by the rate table it has. */
START_TEST(unknown_currency_is_sized_by_rates)
{
    static const struct mt_rate rates[] = {{INT64_MIN, 10000000000, 840}, {DAY(1), 2500000000, 104}, {DAY(20), 1, 104}};

    for (int known = 0; known < 2; known++) {
        two_weeks();
        pass_through();
        for (uint32_t i = 0; i < world.count; i++)
            world.reports[i].amount = (struct mt_money){.minor = 4 * world.reports[i].amount.minor, .currency = 104};
        if (known)
            ck_assert_int_eq(mt_rates_create(rates, 3, &world.rates), MT_OK);
        ck_assert_int_eq(has_finding("pass_through"), known);
    }
    world_fini(&world);
}
END_TEST

/* A late transfer takes a finding away: the payee was known all along. */
START_TEST(late_news_withdraws)
{
    two_weeks();
    pass_through();
    ck_assert(has_finding("pass_through"));
    pay(HOLDER, 20, DAY(3), 50000);
    pay(10, HOLDER, DAY(3), 60000);
    ck_assert(!has_finding(NULL));
}
END_TEST

/* The highest score of the holder's findings, 0: none; of any chain when `chains`. */
static int score(bool chains)
{
    struct mt_lines *lines = world_lines(&world);
    struct mt_lore lore = {.rules = &world.rules, .lines = lines, .lists = world.lists};
    oracle_tell(world.told, world.told_count);
    struct oracle_set set = oracle_find(&lore, world.reports, world.count);
    struct mt_token holder = world_account(&world, HOLDER);
    int most = 0;

    for (uint32_t i = 0; i < set.count; i++)
        if ((set.findings[i].type == MT_FINDING_CHAIN) == chains && (chains || mt_token_equal(&set.findings[i].account, &holder)))
            most = set.findings[i].score > most ? set.findings[i].score : most;
    oracle_free(&set);
    mt_lines_destroy(lines);
    return most;
}

/* What its bank says of an account weighs: the same day of one that was opened years ago is worth less. */
START_TEST(a_new_account_weighs)
{
    static const int64_t days[] = {21, 1000, 4000};
    int newest = 0;

    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        two_weeks();
        pass_through();
        world.told[0].record.opened_ms = TODAY - days[i] * MT_DAY_MS;
        world.rules.account_score_least = 0;
        newest = i == 0 ? score(false) : newest;
        ck_assert_msg(newest >= 65 && (i == 0 || score(false) < newest), "%d where it was opened %lld days ago", score(false), (long long)days[i]);
    }
}
END_TEST

/* A listed counterparty adds its few points alone: it does not reach the limit where the sum was not near it by itself; the same money passed on does; who is listed does however busy. */
START_TEST(points_of_lists)
{
    static const int64_t sums[] = {1000, 20000, 30000, 60000, 120000, 250000, 5000000};

    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        for (int out = 0; out < 2; out++) {
            two_weeks();
            world.rules.account_score_least = 0;
            pay(out ? HOLDER : 10, out ? 10 : HOLDER, TODAY + 10 * HOUR, sums[i]);
            int plain = score(false);
            list(1, 10, DAY(1), DAY(100), MT_LISTING_ACTIVE);
            int alone = score(false);
            ck_assert_msg(alone > 0 && (alone < 65 || alone <= plain + 5), "alone %d with %lld", alone, (long long)sums[i]);
            pay(out ? 20 : HOLDER, out ? HOLDER : 20, TODAY + (out ? 9 : 11) * HOUR, sums[i] * 95 / 100);
            ck_assert_msg(score(false) >= 65, "passed on %d with %lld", score(false), (long long)sums[i]);
        }
    two_weeks();
    list(1, HOLDER, DAY(1), DAY(100), MT_LISTING_ACTIVE);
    for (unsigned i = 0; i < 40; i++) { /* all that speaks for an account: busy, to and fro, many dealt with */
        pay(60 + i, HOLDER, TODAY + i * MINUTE, 150);
        pay(HOLDER, 60 + i, TODAY + 12 * HOUR + i * MINUTE, 150);
    }
    ck_assert_int_ge(score(false), 65);
}
END_TEST

/* A chain one of whose accounts is listed says so, and what by. */
START_TEST(chain_with_a_listed_account)
{
    int before;

    for (int listed_account = 0; listed_account < 2; listed_account++) {
        struct mt_token mule = world_account(&world, 21);

        two_weeks();
        mule = world_account(&world, 21);
        pay(20, 21, TODAY + 8 * HOUR, 9000);
        pay(21, 22, TODAY + 14 * HOUR, 8900);
        pay(22, 23, TODAY + 20 * HOUR, 8800);
        before = score(true);
        if (listed_account == 0)
            continue;
        list(1, 21, DAY(1), DAY(100), MT_LISTING_ACTIVE);
        ck_assert_int_eq(score(true), before + 30);
        struct mt_lines *lines = world_lines(&world);
        struct mt_lore lore = {.rules = &world.rules, .lines = lines, .lists = world.lists};
        struct oracle_set set = oracle_find(&lore, world.reports, world.count);
        for (uint32_t i = 0; i < set.count; i++) {
            if (set.findings[i].type != MT_FINDING_CHAIN)
                continue;
            ck_assert_int_eq(set.findings[i].facts[MT_CHAIN_listed], 2);
            ck_assert_uint_eq(set.findings[i].listing_count, 1);
            ck_assert(mt_token_equal(&set.findings[i].listings[0].subject, &mule));
        }
        oracle_free(&set);
        mt_lines_destroy(lines);
        has_finding(NULL);
    }
}
END_TEST

START_TEST(detectors_can_be_off)
{
    two_weeks();
    gather_scatter();
    world.rules.detectors = 0;
    ck_assert(!has_finding(NULL));
}
END_TEST

/* detectors.h's template row. */
START_TEST(template_compiles)
{
    static const struct mt_detector template = {
        .name = "template",
        .finds = "an account that several pay and that pays several",
        .prefilter = MT_PREFILTER_PASSING,
        .needs = {{MT_FACT_payers, offsetof(struct mt_rules, chain_links)}, {MT_FACT_payees, offsetof(struct mt_rules, chain_links)}},
        .points = 1,
        .text = "accounts paid in",
    };
    const struct mt_rules rules = mt_rules_default();
    int64_t facts[MT_FACT_COUNT] = {[MT_FACT_payers] = 2, [MT_FACT_payees] = 3}, limit;

    ck_assert(mt_detector_holds(&template, &rules, facts, &limit));
    ck_assert_int_eq(limit, rules.chain_links);
    facts[MT_FACT_payees] = 1;
    ck_assert(!mt_detector_holds(&template, &rules, facts, &limit));
}
END_TEST

/* The score is the sum of its parts, kept within 0 and 100; without a detector there is none. */
START_TEST(score_is_a_sum)
{
    struct mt_rules rules = mt_rules_default();
    int64_t facts[MT_FACT_COUNT] = {[MT_FACT_fresh_amount] = 500000, [MT_FACT_relayed] = 1000, [MT_FACT_age_days] = 20};
    struct mt_finding_sign signs[MT_SIGNS_MAX];
    uint32_t count;
    uint8_t score;

    rules.account_score_least = 0;
    ck_assert(!mt_signs_find(&rules, NULL, facts, signs, &count, &score));
    facts[MT_FACT_burst_out] = 7;
    ck_assert(mt_signs_find(&rules, NULL, facts, signs, &count, &score));
    ck_assert_str_eq(mt_sign_code(signs[0].sign), "repeated");
    int sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += signs[i].points;
    ck_assert_int_eq(score, sum < 0 ? 0 : sum > 100 ? 100 : sum);
    facts[MT_FACT_fresh_amount] = rules.account_sum_least - 1;
    ck_assert(!mt_signs_find(&rules, NULL, facts, signs, &count, &score));
}
END_TEST

/* A gathering is a finding before it is an alert; how much before, its detector says. */
START_TEST(a_gathering_is_told_early)
{
    struct mt_rules rules = mt_rules_default();
    int64_t facts[MT_FACT_COUNT] = {[MT_FACT_fresh_amount] = 500000, [MT_FACT_burst_in] = 12};
    struct mt_finding_sign signs[MT_SIGNS_MAX];
    uint32_t count;
    uint8_t score;

    rules.account_score_least = 0;
    ck_assert(mt_signs_find(&rules, NULL, facts, signs, &count, &score));
    ck_assert_str_eq(mt_sign_code(signs[0].sign), "gathering");
    for (int64_t above = 0; above <= 100; above++) {
        rules.account_score_least = above;
        ck_assert(mt_signs_find(&rules, NULL, facts, signs, &count, &score) == (above <= score + 25));
    }
}
END_TEST

START_TEST(spots_of_accounts_are_told_from_transfers)
{
    struct mt_account_day day, back;

    world_init(&world, 3);
    for (int n = -40; n < 40; n++) {
        day = (struct mt_account_day){world_account(&world, (unsigned)(n + 40)), n};
        struct mt_spot spot = mt_account_spot(&day);

        ck_assert(mt_account_of_spot(&spot, &back));
        ck_assert_int_eq(back.day, n);
        ck_assert(mt_token_equal(&back.account, &day.account));
        spot.key.bytes[n & 15] ^= 1;
        ck_assert(!mt_account_of_spot(&spot, &back));
    }
}
END_TEST

RUN_SUITE("detectors", what_must_be_found, what_must_not, every_detector_has_a_scenario, lines_are_per_currency, sums_are_compared_by_worth,
          unknown_currency_is_sized_by_rates, late_news_withdraws, points_of_lists, chain_with_a_listed_account, detectors_can_be_off,
          template_compiles, score_is_a_sum, a_gathering_is_told_early, a_new_account_weighs, spots_of_accounts_are_told_from_transfers)
