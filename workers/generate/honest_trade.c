/*
 * Honest business that looks like laundering from afar.
 *
 *   payroll            company ─1─► 15–60 staff, wages                        looks like fan_out
 *   marketplace        buyers ─1─► shop ─2─► sellers, less its tenth          looks like gather_scatter
 *   landlord           tenants ─1─► landlord ─2─► mortgage, repairs           looks like fan_in
 *   supplier_chain     a ─1─► b ─2─► c ─3─► d, 10–25 % margin at each         looks like mule_chain
 *   currency_exchange  person ─1─► bureau ─2─► person, in another currency    looks like round_trip
 *   normal_fan_out     a small firm pays its suppliers                        looks like fan_out
 *   normal_cash_deposits  a shop's takings, evening after evening             looks like structuring
 */
#include <assert.h>

#include "schemes.h"

#define STAFF_MIN 15
#define STAFF_MAX 60
#define BUYERS_MAX 50
#define SELLERS_MAX 10
#define TENANTS_MAX 16
#define TENANT_ATTEMPTS 20000 /* a tenant is one person in as many as there are landlords */

static_assert(BUYERS_MAX + SELLERS_MAX + 1 <= MT_ACT_CAST_MAX, "a marketplace's cast fits");

/* One of the few that a business buys from again and again; another when all of these are in the act. */
static uint32_t find_partner(struct mt_act *act, uint32_t business, enum mt_role role)
{
    uint32_t first = mt_prng_below(act->prng, MT_PARTNER_COUNT);

    for (uint32_t i = 0; i < MT_PARTNER_COUNT; i++) {
        uint32_t partner = mt_population_partner(&act->town->population, business, (first + i) % MT_PARTNER_COUNT);

        if (mt_act_join(act, partner))
            return partner;
    }
    return mt_act_any(act, role);
}

static int64_t in_office(struct mt_act *act, int64_t after_ms)
{
    int64_t time_ms = mt_town_office(act->start_ms);

    return time_ms > after_ms ? time_ms : mt_town_office(after_ms);
}

/* A company with enough staff, and where its payroll begins; in a small town the largest of those looked at. */
static uint32_t find_employer(struct mt_act *act, uint32_t *out_first, uint32_t *out_staff)
{
    const struct mt_population *population = &act->town->population;
    uint32_t company = 0;

    *out_first = 0;
    *out_staff = 0;
    for (int attempt = 0; attempt < 64 && *out_staff < STAFF_MIN; attempt++) {
        uint32_t nth = mt_prng_below(act->prng, mt_population_count(population, MT_ROLE_COMPANY));
        uint32_t staff = population->payroll[nth + 1] - population->payroll[nth];

        if (staff < *out_staff)
            continue;
        company = nth;
        *out_first = population->payroll[nth];
        *out_staff = staff;
    }
    return mt_population_nth(population, MT_ROLE_COMPANY, company);
}

/* A thirteenth wage: to those whom the company pays every month; where it has too few, to newcomers as well. */
void mt_play_payroll(struct mt_act *act)
{
    const struct mt_population *population = &act->town->population;
    uint32_t wanted = STAFF_MIN + mt_prng_below(act->prng, STAFF_MAX - STAFF_MIN + 1);
    int64_t time_ms = in_office(act, 0);
    uint32_t first;
    uint32_t staff;
    uint32_t company = find_employer(act, &first, &staff);

    for (uint32_t paid = 0, at = 0; paid < wanted; at++) {
        uint32_t person;
        int64_t cents;

        if (at >= staff && paid >= STAFF_MIN)
            break;
        if (at < staff)
            person = mt_population_payee(population, first + at);
        else
            person = mt_act_person(act);
        if (at < staff && (!mt_town_in_use(act->town, person, act->start_ms) || !mt_act_join(act, person)))
            continue;
        cents = mt_population_salary_cents(population, person);
        mt_act_rail(act, time_ms, company, person, mt_tariff_minor(act->town->tariff, cents), 1, MT_RAIL_ACH);
        time_ms += mt_act_within(act, 50, 3 * MT_MS_SECOND);
        paid++;
    }
}

void mt_play_marketplace(struct mt_act *act)
{
    uint32_t shop = mt_act_any(act, MT_ROLE_MERCHANT);
    uint32_t buyers = 20 + mt_prng_below(act->prng, BUYERS_MAX - 19);
    uint32_t sellers = 5 + mt_prng_below(act->prng, SELLERS_MAX - 4);
    int64_t total = 0;
    int64_t last_ms = act->start_ms;
    int64_t sums[SELLERS_MAX];

    for (uint32_t i = 0; i < buyers; i++) {
        int64_t time_ms = i == 0 ? act->start_ms : act->start_ms + mt_act_within(act, 0, 26 * MT_MS_HOUR);
        int64_t minor = mt_act_sum(act, 4500, 500, 60000);

        mt_act_card(act, time_ms, mt_act_person(act), shop, minor, 1);
        total += minor;
        last_ms = time_ms > last_ms ? time_ms : last_ms;
    }
    mt_act_cut(act, mt_act_share(total, 850 + mt_prng_below(act->prng, 70)), sellers, false, sums);
    last_ms = in_office(act, last_ms + mt_act_within(act, 4 * MT_MS_HOUR, 40 * MT_MS_HOUR));
    for (uint32_t i = 0; i < sellers; i++) {
        uint32_t seller = mt_prng_chance(act->prng, 400) ? mt_act_person(act) : mt_act_any(act, MT_ROLE_SUPPLIER);

        mt_act_rail(act, last_ms, shop, seller, sums[i], 2, MT_RAIL_ACH);
        last_ms += mt_act_within(act, 50, 3 * MT_MS_SECOND);
    }
}

/* Someone who pays this landlord rent; a new tenant when none is found. */
static uint32_t find_tenant(struct mt_act *act, uint32_t landlord)
{
    const struct mt_population *population = &act->town->population;

    for (int attempt = 0; attempt < TENANT_ATTEMPTS; attempt++) {
        uint32_t person = mt_prng_below(act->prng, population->persons);

        if (mt_population_landlord(population, person) == landlord &&
            mt_town_in_use(act->town, person, act->start_ms) && mt_act_join(act, person))
            return person;
    }
    return mt_act_person(act);
}

void mt_play_landlord(struct mt_act *act)
{
    const struct mt_population *population = &act->town->population;
    uint32_t landlord = mt_act_any(act, MT_ROLE_LANDLORD);
    uint32_t tenants = 6 + mt_prng_below(act->prng, TENANTS_MAX - 5);
    uint32_t bank = mt_population_nth(population, MT_ROLE_BANK, mt_population_bank(population, landlord));
    int64_t total = 0;
    int64_t last_ms = act->start_ms;

    for (uint32_t i = 0; i < tenants; i++) {
        uint32_t tenant = find_tenant(act, landlord);
        int64_t cents = mt_population_salary_cents(population, tenant) * 300 / 1000;
        int64_t minor = mt_tariff_round(act->town->tariff, mt_tariff_minor(act->town->tariff, cents), 1000);
        int64_t time_ms = i == 0 ? act->start_ms : act->start_ms + mt_act_within(act, 0, 50 * MT_MS_HOUR);

        mt_act_rail(act, time_ms, tenant, landlord, minor, 1, MT_RAIL_ACH);
        total += minor;
        last_ms = time_ms > last_ms ? time_ms : last_ms;
    }
    last_ms = in_office(act, last_ms + mt_act_within(act, 2 * MT_MS_HOUR, 24 * MT_MS_HOUR));
    mt_act_rail(act, last_ms, landlord, bank, mt_act_share(total, 450 + mt_prng_below(act->prng, 250)), 2, MT_RAIL_ACH);
    mt_act_rail(act, last_ms + mt_act_pause(act), landlord, mt_act_any(act, MT_ROLE_SUPPLIER),
                mt_act_share(total, 20 + mt_prng_below(act->prng, 120)), 2, MT_RAIL_ACH);
}

void mt_play_supplier_chain(struct mt_act *act)
{
    uint32_t from = mt_act_any(act, MT_ROLE_MERCHANT);
    uint32_t hops = 3 + mt_prng_below(act->prng, 3);
    int64_t minor = mt_act_sum(act, 700000, 100000, 9000000);
    int64_t time_ms = in_office(act, 0);

    for (uint32_t hop = 1; hop <= hops; hop++) {
        uint32_t to = find_partner(act, from, MT_ROLE_SUPPLIER);

        mt_act_rail(act, time_ms, from, to, minor, hop, MT_RAIL_ACH);
        minor = mt_act_share(minor, 750 + mt_prng_below(act->prng, 151));
        time_ms = in_office(act, time_ms + mt_act_within(act, 3 * MT_MS_HOUR, 44 * MT_MS_HOUR));
        from = to;
    }
}

/* The bureau keeps 0.5–2.5 %. A price level stands for the rate: no rate of any day. */
void mt_play_currency_exchange(struct mt_act *act)
{
    static const char *const codes[4] = {"USD", "GBP", "CHF", "EUR"};
    const struct mt_tariff *own = act->town->tariff;
    const struct mt_tariff *foreign = mt_tariff_find(codes[mt_prng_below(act->prng, 4)]);
    uint32_t person = mt_act_person(act);
    uint32_t bureau = mt_act_any(act, MT_ROLE_COMPANY);
    int64_t minor = mt_act_sum(act, 150000, 20000, 2000000);
    int64_t bought;

    if (foreign == own)
        foreign = mt_tariff_find(own->numeric == 840 ? "GBP" : "USD");
    bought = mt_act_share(minor, 975 + mt_prng_below(act->prng, 21)) * foreign->level_permille / own->level_permille;
    mt_act_pay(act, act->start_ms, person, bureau, minor, 1);
    mt_act_pay(act, act->start_ms + mt_act_soon(act, 20 * MT_MS_HOUR), bureau, person, bought < 1 ? 1 : bought, 2);
    act->plan->movements[act->plan->count - 1].currency = foreign->numeric;
}

void mt_play_normal_fan_out(struct mt_act *act)
{
    uint32_t firm = mt_act_any(act, MT_ROLE_MERCHANT);
    uint32_t count = 5 + mt_prng_below(act->prng, 11);
    int64_t time_ms = in_office(act, 0);

    for (uint32_t i = 0; i < count; i++) {
        enum mt_role role = mt_prng_chance(act->prng, 700) ? MT_ROLE_SUPPLIER : MT_ROLE_COMPANY;
        uint32_t to = find_partner(act, firm, role);

        mt_act_rail(act, time_ms, firm, to, mt_act_sum(act, 60000, 5000, 900000), 1, MT_RAIL_ACH);
        time_ms += mt_act_within(act, MT_MS_MINUTE, 15 * MT_MS_MINUTE);
    }
}

/* Some evenings come near the reporting line by chance; nobody keeps below it. */
void mt_play_normal_cash_deposits(struct mt_act *act)
{
    uint32_t shop = mt_act_any(act, MT_ROLE_MERCHANT);
    uint32_t evenings = 4 + mt_prng_below(act->prng, 6);
    int64_t median = act->town->tariff->line / 4;
    int64_t step_ms = mt_act_span(act, evenings * MT_MS_DAY) / evenings;
    int64_t time_ms = act->start_ms;

    for (uint32_t i = 0; i < evenings; i++) {
        int64_t minor = mt_tariff_spread(mt_prng_next(act->prng), median, 250);

        mt_act_cash_in(act, time_ms, shop, mt_tariff_round(act->town->tariff, minor, 500), 1);
        time_ms += mt_act_within(act, step_ms * 8 / 10, step_ms);
    }
}
