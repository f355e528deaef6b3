#include "standing.h"

#include <string.h>

#define BILLS_EACH 3             /* energy, telephone, insurance: as many places in the run, not all taken */
#define RENTS_OF_16 8            /* every second person pays rent */
#define HUB_PAYS_EVERY 5         /* every fifth company pays its wages through a payroll processor */
#define PAYOUT_LEAST_CENTS 25000 /* a processor pays a merchant out once a week, when that much has come together */
#define PENSION_CUT 550          /* a pension, in thousandths of what the person would earn */

/* The hours of each run, in minutes after midnight. */
static const struct {
    int16_t begin;
    int16_t length;
} run_hours[MT_RUN_COUNT] = {
    [MT_RUN_BILLS] = {60, 210},  [MT_RUN_RENT] = {270, 80},      [MT_RUN_PAYOUTS] = {350, 40},
    [MT_RUN_WAGES] = {385, 190}, [MT_RUN_SUPPLIES] = {600, 330},
};

static bool is_active(const struct mt_town *town, uint32_t person)
{
    return (mt_population_hash(&town->population, person, MT_SALT_ACTIVE) & 0xffff) < town->active &&
           mt_population_trait(&town->population, person) == MT_TRAIT_ORDINARY;
}

/* The date of a person's nth bill, or MT_DUE_COUNT when it has none. */
static uint32_t bill_date(const struct mt_town *town, uint32_t person, uint32_t nth)
{
    uint64_t hash = mt_population_hash(&town->population, (uint64_t)person * 4 + nth, MT_SALT_BILL);

    return (hash & 7) < 5 ? 1 + (uint32_t)(hash >> 8) % 28 : MT_DUE_COUNT;
}

static uint32_t rent_date(const struct mt_town *town, uint32_t person)
{
    static const uint8_t dates[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 5, 15, 15, 28};
    uint64_t hash = mt_population_hash(&town->population, person, MT_SALT_RENT);

    return (hash & 15) < RENTS_OF_16 ? dates[hash >> 4 & 15] : MT_DUE_COUNT;
}

static uint32_t wage_date(const struct mt_town *town, uint32_t company)
{
    static const uint8_t dates[16] = {25,          25,          25, 25, 25, 25, MT_DUE_LAST, MT_DUE_LAST,
                                      MT_DUE_LAST, MT_DUE_LAST, 28, 28, 15, 15, 1,           MT_DUE_FRIDAY};

    if (company == mt_population_count(&town->population, MT_ROLE_COMPANY))
        return MT_DUE_LAST; /* the pension fund */
    return dates[mt_population_hash(&town->population, company, MT_SALT_PAYDAY) & 15];
}

/* Where company's part of the payrolls begins; the pension fund comes after the companies. */
static uint32_t payroll_begin(const struct mt_town *town, uint32_t company)
{
    uint32_t companies = mt_population_count(&town->population, MT_ROLE_COMPANY);

    return company <= companies ? town->population.payroll[company]
                                : town->population.employed + town->population.pensioners;
}

uint64_t mt_standing_count(const struct mt_town *town)
{
    uint64_t debts[MT_DUE_COUNT + 1] = {0};
    uint64_t wages[MT_DUE_COUNT + 1] = {0};
    uint64_t count = 0;
    uint32_t companies = mt_population_count(&town->population, MT_ROLE_COMPANY);

    for (uint32_t person = 0; person < town->population.persons; person++) {
        if (!is_active(town, person))
            continue;
        debts[rent_date(town, person)]++;
        for (uint32_t nth = 0; nth < BILLS_EACH; nth++)
            debts[bill_date(town, person, nth)]++;
    }
    for (uint32_t company = 0; company <= companies; company++) {
        for (uint32_t at = payroll_begin(town, company); at < payroll_begin(town, company + 1); at++)
            wages[wage_date(town, company)] += is_active(town, mt_population_payee(&town->population, at));
    }
    for (uint32_t i = 0; i < town->population.days; i++) {
        for (uint32_t date = 0; date < MT_DUE_COUNT; date++) {
            count += (mt_day_debts_due(town->population.start_day + i) >> date & 1) * debts[date];
            count += (mt_day_wages_due(town->population.start_day + i) >> date & 1) * wages[date];
        }
    }
    return count;
}

static uint32_t run_size(const struct mt_town *town, enum mt_run run)
{
    switch (run) {
    case MT_RUN_BILLS:
        return town->population.persons * BILLS_EACH;
    case MT_RUN_RENT:
        return town->population.persons;
    case MT_RUN_WAGES:
        return town->population.employed + town->population.pensioners;
    default:
        return mt_population_count(&town->population, MT_ROLE_MERCHANT);
    }
}

/* Whether place `at` of the run pays today. Wages also skip whole payrolls that are not due. */
static bool is_due(const struct mt_town *town, enum mt_run run, struct mt_standing_run *state)
{
    uint32_t at = state->at;

    switch (run) {
    case MT_RUN_BILLS:
        return (state->due >> bill_date(town, at / BILLS_EACH, at % BILLS_EACH) & 1) != 0 &&
               is_active(town, at / BILLS_EACH);
    case MT_RUN_RENT:
        return (state->due >> rent_date(town, at) & 1) != 0 && is_active(town, at);
    case MT_RUN_PAYOUTS:
        return town->payable[at] >= mt_tariff_minor(town->tariff, PAYOUT_LEAST_CENTS) &&
               (at + 2) % 5 == (uint64_t)(state->day + 3) % 7;
    case MT_RUN_SUPPLIES:
        return town->takings[at] > 0 && at % 5 == (uint64_t)(state->day + 3) % 7; /* each shop its weekday */
    default:
        break;
    }
    while (at >= payroll_begin(town, state->company + 1)) {
        state->company++;
        state->funded = false;
    }
    if ((state->due >> wage_date(town, state->company) & 1) == 0) {
        state->at = payroll_begin(town, state->company + 1) - 1;
        return false;
    }
    return is_active(town, mt_population_payee(&town->population, at));
}

static void wait_for_day(struct mt_standing *standing, enum mt_run run, int64_t day)
{
    struct mt_standing_run *state = &standing->runs[run];
    int64_t end_day = standing->town->calendar.end_ms / MT_MS_DAY;

    memset(state, 0, sizeof *state);
    while (day < end_day && mt_day_debts_due(day) == 0 && mt_day_wages_due(day) == 0 && run != MT_RUN_PAYOUTS &&
           run != MT_RUN_SUPPLIES)
        day++;
    state->day = day;
    state->due = run == MT_RUN_WAGES ? mt_day_wages_due(day) : mt_day_debts_due(day);
    state->next_ms = day >= end_day ? MT_AGENDA_NEVER : day * MT_MS_DAY + run_hours[run].begin * MT_MS_MINUTE;
}

/* Finds the next place that pays, from `at` on, and when; or goes to sleep until the next day. */
static void look_ahead(struct mt_standing *standing, enum mt_run run)
{
    struct mt_standing_run *state = &standing->runs[run];
    uint32_t size = run_size(standing->town, run);
    bool any = run == MT_RUN_PAYOUTS || run == MT_RUN_SUPPLIES || state->due != 0;

    for (; any && state->at < size; state->at++) {
        if (is_due(standing->town, run, state)) {
            int64_t length_ms = run_hours[run].length * MT_MS_MINUTE;
            int64_t begin_ms = state->day * MT_MS_DAY + run_hours[run].begin * MT_MS_MINUTE;

            state->next_ms = begin_ms + (int64_t)((unsigned __int128)length_ms * state->at / size);
            return;
        }
    }
    wait_for_day(standing, run, state->day + 1);
}

static struct mt_movement pay_bill(struct mt_standing *standing, struct mt_standing_run *state)
{
    static const int32_t median_cents[BILLS_EACH] = {7400, 2900, 4100};
    struct mt_town *town = standing->town;
    uint32_t person = state->at / BILLS_EACH;
    uint32_t nth = state->at % BILLS_EACH;
    uint64_t hash = mt_population_hash(&town->population, state->at, MT_SALT_BILL);
    int64_t cents = mt_tariff_spread(hash, median_cents[nth], 170);
    uint32_t utilities = mt_population_count(&town->population, MT_ROLE_UTILITY);
    struct mt_movement movement;

    if (nth == 1) /* telephone: what was used differs from month to month */
        cents = cents * (900 + mt_prng_below(&standing->prng, 300)) / 1000;
    movement = mt_town_move(town, state->next_ms, person,
                            mt_population_nth(&town->population, MT_ROLE_UTILITY, (uint32_t)(hash >> 20) % utilities),
                            mt_tariff_minor(town->tariff, cents));
    movement.rail = MT_RAIL_ACH;
    return movement;
}

/* The landlord's mortgage may leave soon after: an innocent pass-through. */
static struct mt_movement pay_rent(struct mt_standing *standing, struct mt_standing_run *state)
{
    struct mt_town *town = standing->town;
    uint32_t landlord = mt_population_landlord(&town->population, state->at);
    uint32_t permille = 280 + (uint32_t)(mt_population_hash(&town->population, state->at, MT_SALT_RENT) >> 40) % 90;
    int64_t cents = mt_population_salary_cents(&town->population, state->at) * permille / 1000;
    int64_t minor = mt_tariff_round(town->tariff, mt_tariff_minor(town->tariff, cents), 1000);
    struct mt_movement movement = mt_town_move(town, state->next_ms, state->at, landlord, minor);

    movement.rail = MT_RAIL_ACH;
    if (mt_prng_chance(&standing->prng, 120)) {
        uint32_t bank = mt_population_bank(&town->population, landlord);
        int64_t delay_ms = mt_prng_between(&standing->prng, 20 * MT_MS_HOUR, 60 * MT_MS_HOUR);

        mt_town_pass_on(town, &movement, mt_population_nth(&town->population, MT_ROLE_BANK, bank),
                        840 + mt_prng_below(&standing->prng, 140), mt_town_office(state->next_ms + delay_ms), 0);
    }
    return movement;
}

static struct mt_movement pay_out(struct mt_standing *standing, struct mt_standing_run *state)
{
    struct mt_town *town = standing->town;
    uint32_t processors = mt_population_count(&town->population, MT_ROLE_PROCESSOR);
    struct mt_movement movement = mt_town_move(
        town, state->next_ms, mt_population_nth(&town->population, MT_ROLE_PROCESSOR, state->at % processors),
        mt_population_nth(&town->population, MT_ROLE_MERCHANT, state->at), town->payable[state->at]);

    movement.rail = MT_RAIL_ACH;
    town->takings[state->at] += movement.minor;
    town->payable[state->at] = 0;
    return movement;
}

static struct mt_movement pay_supplier(struct mt_standing *standing, struct mt_standing_run *state)
{
    struct mt_town *town = standing->town;
    uint32_t merchant = mt_population_nth(&town->population, MT_ROLE_MERCHANT, state->at);
    uint32_t nth = mt_prng_below(&standing->prng, 3) == 0 ? 1 : 0;
    int64_t share = 550 + mt_prng_below(&standing->prng, 250);
    int64_t minor = town->takings[state->at] / 1000 * share + town->takings[state->at] % 1000 * share / 1000;
    struct mt_movement movement = mt_town_move(
        town, state->next_ms, merchant, mt_population_partner(&town->population, merchant, nth), minor < 1 ? 1 : minor);

    movement.rail = MT_RAIL_ACH;
    town->takings[state->at] = 0;
    mt_town_business_passes_on(town, &movement, 0);
    return movement;
}

static int64_t wage_of(const struct mt_town *town, uint32_t company, uint32_t place)
{
    int64_t cents = mt_population_salary_cents(&town->population, mt_population_payee(&town->population, place));

    if (place >= town->population.employed)
        cents = cents * PENSION_CUT / 1000;
    else if (wage_date(town, company) == MT_DUE_FRIDAY)
        cents = cents * 12 / 52;
    return mt_tariff_minor(town->tariff, cents);
}

static struct mt_movement pay_wage(struct mt_standing *standing, struct mt_standing_run *state, bool *out_stay)
{
    struct mt_town *town = standing->town;
    const struct mt_population *population = &town->population;
    bool pension = state->company == mt_population_count(population, MT_ROLE_COMPANY);
    uint32_t payer = pension ? mt_population_nth(population, MT_ROLE_PENSION, 0)
                             : mt_population_nth(population, MT_ROLE_COMPANY, state->company);
    uint32_t person = mt_population_payee(population, state->at);
    struct mt_movement movement =
        mt_town_move(town, state->next_ms, payer, person, wage_of(town, state->company, state->at));

    *out_stay = false;
    movement.rail = MT_RAIL_ACH;
    if (!pension && state->company % HUB_PAYS_EVERY == 0) {
        uint32_t hub = mt_population_nth(population, MT_ROLE_PAYROLL, state->company / HUB_PAYS_EVERY % 2);

        if (!state->funded) { /* first the whole payroll in one sum; then, place by place, the wages */
            *out_stay = true;
            state->funded = true;
            movement.creditor = hub;
            movement.minor = 0;
            for (uint32_t place = state->at; place < payroll_begin(town, state->company + 1); place++) {
                if (is_active(town, mt_population_payee(population, place)))
                    movement.minor += wage_of(town, state->company, place);
            }
            return movement;
        }
        movement.debtor = hub;
    }
    if (mt_prng_chance(&standing->prng, 40)) { /* most of it goes to the household's other account */
        int64_t delay_ms = mt_prng_between(&standing->prng, MT_MS_HOUR, 40 * MT_MS_HOUR);

        mt_town_pass_on(town, &movement, mt_population_mate(population, person),
                        850 + mt_prng_below(&standing->prng, 130), mt_town_waking(state->next_ms + delay_ms), 0);
    }
    return movement;
}

static void find_first_run(struct mt_standing *standing)
{
    standing->next_ms = MT_AGENDA_NEVER;
    for (int run = 0; run < MT_RUN_COUNT; run++) {
        if (standing->runs[run].next_ms < standing->next_ms)
            standing->next_ms = standing->runs[run].next_ms;
    }
}

void mt_standing_init(struct mt_standing *standing, struct mt_town *town, uint64_t seed)
{
    *standing = (struct mt_standing){.town = town};
    mt_prng_init(&standing->prng, seed, 3);
    for (int run = 0; run < MT_RUN_COUNT; run++)
        wait_for_day(standing, (enum mt_run)run, town->population.start_day);
    find_first_run(standing);
}

static struct mt_movement pay(struct mt_standing *standing, enum mt_run run, bool *out_stay)
{
    struct mt_standing_run *state = &standing->runs[run];

    *out_stay = false;
    switch (run) {
    case MT_RUN_BILLS:
        return pay_bill(standing, state);
    case MT_RUN_RENT:
        return pay_rent(standing, state);
    case MT_RUN_PAYOUTS:
        return pay_out(standing, state);
    case MT_RUN_SUPPLIES:
        return pay_supplier(standing, state);
    default:
        return pay_wage(standing, state, out_stay);
    }
}

bool mt_standing_step(struct mt_standing *standing, struct mt_movement *out_movement)
{
    int run = 0;
    struct mt_standing_run *state;
    bool stay;

    while (standing->runs[run].next_ms != standing->next_ms)
        run++;
    state = &standing->runs[run];
    if (!state->begun) {
        state->begun = true;
        look_ahead(standing, (enum mt_run)run);
        find_first_run(standing);
        return false;
    }
    *out_movement = pay(standing, (enum mt_run)run, &stay);
    if (!stay) {
        state->at++;
        look_ahead(standing, (enum mt_run)run);
    }
    find_first_run(standing);
    return true;
}
