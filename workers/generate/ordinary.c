#include "ordinary.h"

/* How a day goes, hour by hour: relative weights. */
enum profile { PROFILE_SHOP, PROFILE_EVENING, PROFILE_SOCIAL, PROFILE_OFFICE, PROFILE_COUNT };

static const uint8_t profile_hours[PROFILE_COUNT][24] = {
    [PROFILE_SHOP] = {2, 1, 0, 0, 0, 1, 6, 20, 40, 55, 65, 75, 85, 75, 65, 68, 80, 95, 85, 55, 30, 15, 8, 4},
    [PROFILE_EVENING] = {14, 7, 4, 3, 3, 4, 9, 15, 25, 30, 35, 38, 42, 40, 38, 38, 42, 50, 62, 75, 85, 80, 55, 30},
    [PROFILE_SOCIAL] = {7, 4, 2, 1, 1, 2, 6, 15, 25, 32, 38, 42, 55, 50, 45, 46, 55, 70, 80, 85, 75, 55, 35, 16},
    [PROFILE_OFFICE] = {0, 0, 0, 0, 0, 0, 2, 12, 50, 90, 100, 95, 60, 75, 95, 90, 70, 35, 10, 4, 2, 1, 0, 0},
};

/* X(name, payments in 10,000, profile, per cent on working days, Saturdays, Sundays) */
#define HABIT_TABLE(X)                                                                                                 \
    X(SHOP, 5500, SHOP, 100, 125, 60)                                                                                  \
    X(ONLINE, 1300, EVENING, 100, 110, 115)                                                                            \
    X(FRIEND, 1150, SOCIAL, 95, 120, 110)                                                                              \
    X(SAVE, 260, SOCIAL, 100, 80, 70)                                                                                  \
    X(CASH_OUT, 430, SHOP, 100, 120, 60)                                                                               \
    X(CASH_IN, 90, OFFICE, 100, 30, 0)                                                                                 \
    X(INVOICE, 560, OFFICE, 100, 4, 1)                                                                                 \
    X(BILL, 330, SOCIAL, 105, 60, 50)                                                                                  \
    X(EXCHANGE, 130, EVENING, 100, 100, 110)                                                                           \
    X(ABROAD, 90, SOCIAL, 100, 110, 90)                                                                                \
    X(REFUND, 40, OFFICE, 100, 20, 0)                                                                                  \
    X(FEE, 45, OFFICE, 100, 0, 0)                                                                                      \
    X(EXPENSE, 60, OFFICE, 100, 0, 0)                                                                                  \
    X(TEST, 5, EVENING, 100, 100, 100)                                                                                 \
    X(SELF, 4, EVENING, 100, 100, 100)

enum habit {
#define HABIT_ENUM(name, share, profile, working, saturday, sunday) HABIT_##name,
    HABIT_TABLE(HABIT_ENUM)
#undef HABIT_ENUM
        HABIT_COUNT
};

static const struct {
    uint16_t share;
    uint8_t profile;
    uint8_t percent[MT_DAY_CLASS_COUNT];
} habit_table[HABIT_COUNT] = {
#define HABIT_ROW(name, share, profile, working, saturday, sunday)                                                     \
    [HABIT_##name] = {share, PROFILE_##profile, {working, saturday, sunday}},
    HABIT_TABLE(HABIT_ROW)
#undef HABIT_ROW
};

/* Typical sums in cents and how far they spread, by trade. */
static const struct {
    int32_t median_cents;
    int32_t sigma_q8;
} trade_table[MT_TRADE_COUNT] = {
    [MT_TRADE_GROCERY] = {2600, 270}, [MT_TRADE_CAFE] = {1050, 230},    [MT_TRADE_FUEL] = {5200, 130},
    [MT_TRADE_CLOTHES] = {5200, 280}, [MT_TRADE_HOME] = {12000, 400},   [MT_TRADE_PHARMACY] = {1700, 230},
    [MT_TRADE_GIFT] = {4000, 200},    [MT_TRADE_SERVICE] = {6000, 340},
};

#define ONLINE_PROCESSED 450 /* thousandths of online purchases paid through a processor */
#define MERCHANT_KEEPS 971   /* thousandths of a purchase that the processor hands on */
#define WIRE_FROM_CENTS 1000000

static uint64_t habit_weight(enum habit habit, enum mt_day_class class, int hour)
{
    const uint8_t *hours = profile_hours[habit_table[habit].profile];
    uint64_t total = 0;

    for (int i = 0; i < 24; i++)
        total += hours[i];
    return (uint64_t)habit_table[habit].share * hours[hour] * habit_table[habit].percent[class] * 1000 / total;
}

void mt_ordinary_weights(uint64_t out_weights[MT_DAY_CLASS_COUNT][24])
{
    for (int class = 0; class < MT_DAY_CLASS_COUNT; class ++) {
        for (int hour = 0; hour < 24; hour++) {
            out_weights[class][hour] = 0;
            for (int habit = 0; habit < HABIT_COUNT; habit++)
                out_weights[class][hour] += habit_weight((enum habit)habit, (enum mt_day_class) class, hour);
        }
    }
}

uint32_t mt_ordinary_processed_permille(void)
{
    uint32_t total = 0;

    for (int habit = 0; habit < HABIT_COUNT; habit++)
        total += habit_table[habit].share;
    return habit_table[HABIT_ONLINE].share * ONLINE_PROCESSED / total;
}

static void habits_init(struct mt_ordinary *ordinary)
{
    uint64_t weights[MT_DAY_CLASS_COUNT][24];

    mt_ordinary_weights(weights);
    for (int class = 0; class < MT_DAY_CLASS_COUNT; class ++) {
        for (int hour = 0; hour < 24; hour++) {
            uint64_t before = 0;
            uint64_t slot = 0;

            for (int habit = 0; habit < HABIT_COUNT; habit++) {
                before += habit_weight((enum habit)habit, (enum mt_day_class) class, hour);
                for (; slot * weights[class][hour] < before * MT_HABIT_SLOTS; slot++)
                    ordinary->habits[class][hour][slot] = (uint8_t)habit;
            }
            MT_ASSERT(slot == MT_HABIT_SLOTS);
        }
    }
}

static void take_next(struct mt_ordinary *ordinary)
{
    uint64_t jitter;

    if (ordinary->left == 0) {
        ordinary->next_ms = MT_AGENDA_NEVER;
        return;
    }
    jitter = (uint64_t)((unsigned __int128)mt_prng_next(&ordinary->prng) * ordinary->stride >> 64);
    ordinary->next_ms = mt_calendar_walk(&ordinary->town->calendar, ordinary->position + jitter, &ordinary->hour);
    ordinary->position += ordinary->stride;
    ordinary->left--;
}

void mt_ordinary_init(struct mt_ordinary *ordinary, struct mt_town *town, uint64_t seed, uint64_t count)
{
    ordinary->town = town;
    ordinary->stride = count == 0 ? 0 : MT_CALENDAR_END / count;
    ordinary->position = 0;
    ordinary->left = count;
    ordinary->hour = 0;
    mt_prng_init(&ordinary->prng, seed, 2);
    habits_init(ordinary);
    take_next(ordinary);
}

static int64_t draw_minor(struct mt_ordinary *ordinary, int64_t median_cents, int32_t sigma_q8)
{
    return mt_tariff_minor(ordinary->town->tariff,
                           mt_tariff_spread(mt_prng_next(&ordinary->prng), median_cents, sigma_q8));
}

static int64_t draw_purchase(struct mt_ordinary *ordinary, uint32_t merchant)
{
    enum mt_trade trade = mt_population_trade(&ordinary->town->population, merchant);
    int64_t minor = draw_minor(ordinary, trade_table[trade].median_cents, trade_table[trade].sigma_q8);
    uint64_t random = mt_prng_next(&ordinary->prng);

    if (trade == MT_TRADE_GIFT)
        return mt_tariff_round(ordinary->town->tariff, minor, 1000);
    if (trade == MT_TRADE_FUEL)
        return minor;
    return mt_tariff_price(ordinary->town->tariff, minor, random);
}

static struct mt_movement pay_shop(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    uint32_t person = mt_town_person(town, &ordinary->prng, now_ms);
    uint64_t random = mt_prng_next(&ordinary->prng);
    uint32_t merchant = (random >> 20 & 1023) < 700
                            ? mt_population_favourite(&town->population, person, (uint32_t)(random >> 10 & 7))
                            : mt_population_popular(&town->population, random);
    int64_t minor = draw_purchase(ordinary, merchant);
    struct mt_movement movement = mt_town_move(town, now_ms, person, merchant, minor);

    movement.kind = MT_KIND_CARD;
    movement.rail = MT_RAIL_CARD;
    town->takings[merchant - town->population.first[MT_ROLE_MERCHANT]] += minor;
    return movement;
}

static struct mt_movement pay_online(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    struct mt_movement movement = pay_shop(ordinary, now_ms);
    uint32_t nth = movement.creditor - town->population.first[MT_ROLE_MERCHANT];

    if (!mt_prng_chance(&ordinary->prng, ONLINE_PROCESSED))
        return movement;
    town->takings[nth] -= movement.minor;
    town->payable[nth] += movement.minor * MERCHANT_KEEPS / 1000;
    movement.creditor = mt_population_nth(&town->population, MT_ROLE_PROCESSOR,
                                          nth % mt_population_count(&town->population, MT_ROLE_PROCESSOR));
    movement.rail = mt_prng_chance(&ordinary->prng, 500) ? MT_RAIL_WALLET : MT_RAIL_CARD;
    return movement;
}

/* Someone of the household, else a friend: the first far more often than the sixth. */
static uint32_t someone_known(struct mt_ordinary *ordinary, uint32_t person, int64_t now_ms)
{
    static const uint8_t nth_friend[16] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5};
    struct mt_town *town = ordinary->town;
    uint64_t random = mt_prng_next(&ordinary->prng);
    uint32_t other = person;

    if ((random >> 8 & 15) < 5)
        other = mt_population_mate(&town->population, person);
    for (int attempt = 0; attempt < 4; attempt++) {
        if (other != person && mt_town_in_use(town, other, now_ms))
            return other;
        other = mt_population_friend(&town->population, person, nth_friend[random >> (12 + 4 * attempt) & 15]);
    }
    return mt_town_person(town, &ordinary->prng, now_ms);
}

static struct mt_movement pay_friend(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    uint32_t person = mt_town_person(town, &ordinary->prng, now_ms);
    uint32_t other = someone_known(ordinary, person, now_ms);
    uint64_t random = mt_prng_next(&ordinary->prng);
    int64_t minor = draw_minor(ordinary, (random & 63) == 0 ? 60000 : 2400, 330);
    struct mt_movement movement;

    if ((random >> 16 & 15) < 11)
        minor = mt_tariff_round_sum(town->tariff, minor, random >> 20);
    movement = mt_town_move(town, now_ms, person, other, minor);
    mt_town_person_passes_on(town, &movement, 0);
    return movement;
}

/* One of the persons who are a multiple of `stride`: the same few do the same thing again and again. */
static uint32_t one_of_few(struct mt_ordinary *ordinary, uint32_t stride, int64_t now_ms)
{
    uint32_t person = 0;

    for (int attempt = 0; attempt < 4; attempt++) {
        person = mt_town_person(ordinary->town, &ordinary->prng, now_ms);
        if (mt_town_in_use(ordinary->town, person - person % stride, now_ms))
            return person - person % stride;
    }
    return person;
}

/* To one's own savings and back. What comes back is often spent whole within two days. */
static struct mt_movement pay_own_savings(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    uint32_t person = one_of_few(ordinary, town->population.savings_stride, now_ms);
    int64_t minor = draw_minor(ordinary, 18000, 330);
    uint64_t random = mt_prng_next(&ordinary->prng);
    uint32_t savings;
    struct mt_movement movement;

    if (!mt_population_savings(&town->population, person, &savings))
        return pay_friend(ordinary, now_ms);
    minor = mt_tariff_round_sum(town->tariff, minor, random);
    movement = mt_town_move(town, now_ms, person, savings, minor);
    movement.rail = MT_RAIL_BOOK;
    if ((random >> 8 & 15) < 7) {
        movement.debtor = savings;
        movement.creditor = person;
        if ((random >> 12 & 7) < 2) {
            int64_t delay_ms = mt_prng_between(&ordinary->prng, 10 * MT_MS_MINUTE, 44 * MT_MS_HOUR);
            uint32_t permille = 900 + mt_prng_below(&ordinary->prng, 101);

            mt_town_pass_on(town, &movement, mt_population_business(&town->population, &ordinary->prng), permille,
                            mt_town_waking(now_ms + delay_ms), 0);
        }
    }
    return movement;
}

static struct mt_movement take_cash(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    uint32_t person = mt_town_person(town, &ordinary->prng, now_ms);
    uint32_t atm =
        mt_prng_chance(&ordinary->prng, 750)
            ? mt_population_nth(&town->population, MT_ROLE_ATM, mt_population_bank(&town->population, person))
            : mt_population_any(&town->population, MT_ROLE_ATM, &ordinary->prng);
    int64_t minor = draw_minor(ordinary, 8500, 240);
    struct mt_movement movement =
        mt_town_move(town, now_ms, person, atm, mt_tariff_round(town->tariff, minor, minor > 10000 ? 5000 : 1000));

    movement.kind = MT_KIND_CASH_OUT;
    movement.rail = MT_RAIL_CASH;
    return movement;
}

static struct mt_movement pay_in_cash(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    bool shop = mt_prng_chance(&ordinary->prng, 650);
    uint32_t to = shop ? mt_population_popular(&town->population, mt_prng_next(&ordinary->prng))
                       : mt_town_person(town, &ordinary->prng, now_ms);
    int64_t minor = draw_minor(ordinary, shop ? 90000 : 30000, 250);
    uint32_t desk = mt_population_nth(&town->population, MT_ROLE_DESK, mt_population_bank(&town->population, to));
    struct mt_movement movement = mt_town_move(town, now_ms, desk, to, mt_tariff_round(town->tariff, minor, 500));

    movement.kind = MT_KIND_CASH_IN;
    movement.rail = MT_RAIL_CASH;
    return movement;
}

static struct mt_movement pay_invoice(struct mt_ordinary *ordinary, int64_t now_ms)
{
    static const uint8_t nth_partner[8] = {0, 0, 0, 1, 1, 2, 2, 3};
    struct mt_town *town = ordinary->town;
    uint32_t business = mt_population_business(&town->population, &ordinary->prng);
    uint32_t nth = nth_partner[mt_prng_below(&ordinary->prng, 8)];
    int64_t cents = mt_tariff_spread(mt_prng_next(&ordinary->prng), 85000, 560);
    struct mt_movement movement =
        mt_town_move(town, now_ms, business, mt_population_partner(&town->population, business, nth),
                     mt_tariff_minor(town->tariff, cents));

    movement.rail = cents >= WIRE_FROM_CENTS ? MT_RAIL_WIRE : MT_RAIL_ACH;
    mt_town_business_passes_on(town, &movement, 0);
    return movement;
}

static struct mt_movement pay_bill(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    uint32_t person = mt_town_person(town, &ordinary->prng, now_ms);
    bool utility = mt_prng_chance(&ordinary->prng, 300);
    uint32_t to = utility ? mt_population_any(&town->population, MT_ROLE_UTILITY, &ordinary->prng)
                          : mt_population_business(&town->population, &ordinary->prng);
    int64_t minor = draw_minor(ordinary, 8500, 380);
    struct mt_movement movement = mt_town_move(town, now_ms, person, to, minor);

    movement.rail = MT_RAIL_ACH;
    return movement;
}

/* One person in eight trades on an exchange, which pays out about as often as it is paid. */
static struct mt_movement trade_crypto(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    uint32_t person = one_of_few(ordinary, 8, now_ms);
    uint32_t exchange = mt_population_nth(&town->population, MT_ROLE_EXCHANGE, person >> 3 & 1);
    int64_t minor = draw_minor(ordinary, 16000, 430);
    struct mt_movement movement = mt_town_move(town, now_ms, person, exchange, minor);

    if (mt_prng_chance(&ordinary->prng, 400)) {
        movement.debtor = exchange;
        movement.creditor = person;
        mt_town_person_passes_on(town, &movement, 0);
    } else {
        movement.minor = mt_tariff_round_sum(town->tariff, minor, mt_prng_next(&ordinary->prng));
    }
    return movement;
}

static struct mt_movement send_abroad(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    uint32_t person = one_of_few(ordinary, 8, now_ms);
    int64_t minor = draw_minor(ordinary, 20000, 220);
    uint32_t hub = mt_population_nth(&town->population, MT_ROLE_REMITTANCE, 0);

    return mt_town_move(town, now_ms, person, hub, mt_tariff_round(town->tariff, minor, 1000));
}

static struct mt_movement refund(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_movement movement = pay_shop(ordinary, now_ms);
    uint32_t person = movement.debtor;

    ordinary->town->takings[movement.creditor - ordinary->town->population.first[MT_ROLE_MERCHANT]] -= movement.minor;
    movement.debtor = movement.creditor;
    movement.creditor = person;
    movement.kind = MT_KIND_RETURN;
    return movement;
}

static struct mt_movement charge_fee(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    uint32_t person = mt_town_person(town, &ordinary->prng, now_ms);
    uint32_t bank = mt_population_nth(&town->population, MT_ROLE_BANK, mt_population_bank(&town->population, person));
    int64_t cents = 100 + 50 * mt_prng_below(&ordinary->prng, 20);
    struct mt_movement movement = mt_town_move(town, now_ms, person, bank, mt_tariff_minor(town->tariff, cents));

    movement.kind = MT_KIND_FEE;
    movement.rail = MT_RAIL_BOOK;
    return movement;
}

/* An employer pays back what someone on its payroll laid out. */
static struct mt_movement pay_expense(struct mt_ordinary *ordinary, int64_t now_ms)
{
    struct mt_town *town = ordinary->town;
    const struct mt_population *population = &town->population;
    uint32_t nth = mt_prng_below(&ordinary->prng, mt_population_count(population, MT_ROLE_COMPANY));
    uint32_t staff = population->payroll[nth + 1] - population->payroll[nth];
    uint32_t place = population->payroll[nth] + mt_prng_below(&ordinary->prng, staff < 1 ? 1 : staff);
    uint32_t person = mt_population_payee(population, place);
    int64_t minor = draw_minor(ordinary, 6500, 350);
    struct mt_movement movement =
        mt_town_move(town, now_ms, mt_population_nth(population, MT_ROLE_COMPANY, nth), person, minor);

    if (!mt_town_in_use(town, person, now_ms)) /* nobody there laid anything out: a customer is paid back instead */
        movement.creditor = mt_town_person(town, &ordinary->prng, now_ms);
    movement.rail = MT_RAIL_ACH;
    return movement;
}

/* One hundredth, to see whether the details of a new payee are right. */
static struct mt_movement pay_test(struct mt_ordinary *ordinary, int64_t now_ms)
{
    uint32_t person = mt_town_person(ordinary->town, &ordinary->prng, now_ms);

    return mt_town_move(ordinary->town, now_ms, person, someone_known(ordinary, person, now_ms), 1);
}

static struct mt_movement pay_self(struct mt_ordinary *ordinary, int64_t now_ms)
{
    uint32_t person = mt_town_person(ordinary->town, &ordinary->prng, now_ms);
    int64_t minor = draw_minor(ordinary, 5000, 300);

    return mt_town_move(ordinary->town, now_ms, person, person, minor);
}

static struct mt_movement (*const habit_pays[HABIT_COUNT])(struct mt_ordinary *, int64_t) = {
    [HABIT_SHOP] = pay_shop,        [HABIT_ONLINE] = pay_online,  [HABIT_FRIEND] = pay_friend,
    [HABIT_SAVE] = pay_own_savings, [HABIT_CASH_OUT] = take_cash, [HABIT_CASH_IN] = pay_in_cash,
    [HABIT_INVOICE] = pay_invoice,  [HABIT_BILL] = pay_bill,      [HABIT_EXCHANGE] = trade_crypto,
    [HABIT_ABROAD] = send_abroad,   [HABIT_REFUND] = refund,      [HABIT_FEE] = charge_fee,
    [HABIT_EXPENSE] = pay_expense,  [HABIT_TEST] = pay_test,      [HABIT_SELF] = pay_self,
};

struct mt_movement mt_ordinary_step(struct mt_ordinary *ordinary)
{
    int64_t now_ms = ordinary->next_ms;
    enum mt_day_class class = mt_day_class_of(now_ms / MT_MS_DAY);
    uint32_t slot = mt_prng_below(&ordinary->prng, MT_HABIT_SLOTS);
    uint8_t habit = ordinary->habits[class][ordinary->hour % 24][slot];
    struct mt_movement movement = habit_pays[habit](ordinary, now_ms);

    take_next(ordinary);
    return movement;
}
