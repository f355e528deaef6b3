#include "population.h"

#include <stdlib.h>

#include "calendar.h"
#include "tariff.h"

#define SALARY_MEDIAN_CENTS 225000
#define SALARY_SIGMA_Q8 150 /* about ± 50 % */

/* Places of fixed counts; the others share what remains, in thousandths; persons take the rest. */
#define PROCESSOR_COUNT 3
#define PAYROLL_COUNT 2
#define EXCHANGE_COUNT 2

static const struct {
    enum mt_role role;
    uint32_t permille;
} share_table[] = {
    {MT_ROLE_SAVINGS, 160}, {MT_ROLE_MERCHANT, 45}, {MT_ROLE_COMPANY, 30},
    {MT_ROLE_SUPPLIER, 30}, {MT_ROLE_LANDLORD, 15},
};

static void lay_out(struct mt_population *population, uint32_t accounts)
{
    uint32_t counts[MT_ROLE_COUNT] = {
        [MT_ROLE_UTILITY] = 6 + accounts / 20000,
        [MT_ROLE_PROCESSOR] = PROCESSOR_COUNT,
        [MT_ROLE_PAYROLL] = PAYROLL_COUNT,
        [MT_ROLE_EXCHANGE] = EXCHANGE_COUNT,
        [MT_ROLE_REMITTANCE] = 1,
        [MT_ROLE_PENSION] = 1,
        [MT_ROLE_ATM] = population->banks,
        [MT_ROLE_DESK] = population->banks,
        [MT_ROLE_BANK] = population->banks,
    };
    uint32_t rest = accounts;

    for (int role = 0; role < MT_ROLE_COUNT; role++)
        rest -= counts[role];
    counts[MT_ROLE_PERSON] = rest;
    for (size_t i = 0; i < sizeof share_table / sizeof share_table[0]; i++) {
        uint32_t count = (uint32_t)((uint64_t)rest * share_table[i].permille / 1000);

        counts[share_table[i].role] = count < 4 ? 4 : count;
        counts[MT_ROLE_PERSON] -= counts[share_table[i].role];
    }
    population->first[0] = 0;
    for (int role = 0; role < MT_ROLE_COUNT; role++)
        population->first[role + 1] = population->first[role] + counts[role];
    MT_ASSERT(population->first[MT_ROLE_COUNT] == accounts);
    population->persons = counts[MT_ROLE_PERSON];
    population->savings_stride = population->persons / counts[MT_ROLE_SAVINGS];
}

static uint32_t root_of(unsigned __int128 square)
{
    uint64_t low = 0;
    uint64_t high = UINT32_MAX;

    while (low < high) {
        uint64_t middle = low + (high - low + 1) / 2;

        if ((unsigned __int128)middle * middle <= square)
            low = middle;
        else
            high = middle - 1;
    }
    return (uint32_t)low;
}

/* A number near the golden section of `modulus` without common divisor, and its inverse. */
static void spread_init(struct mt_population *population)
{
    int64_t modulus = population->persons;

    for (uint64_t factor = (uint64_t)modulus * 618 / 1000 | 1;; factor++) {
        int64_t row[2] = {modulus, (int64_t)(factor % (uint64_t)modulus)};
        int64_t inverse[2] = {0, 1};

        while (row[1] != 0) { /* extended Euclid: at most 1.45 × 32 steps */
            int64_t quotient = row[0] / row[1];
            int64_t next = row[0] - quotient * row[1];
            int64_t next_inverse = inverse[0] - quotient * inverse[1];

            row[0] = row[1];
            row[1] = next;
            inverse[0] = inverse[1];
            inverse[1] = next_inverse;
        }
        if (row[0] == 1) {
            population->spread = factor % (uint64_t)modulus;
            population->unspread = (uint64_t)(inverse[0] < 0 ? inverse[0] + modulus : inverse[0]);
            return;
        }
    }
}

/* The first bank is the largest: shares fall as 1, 1/2, 1/3, … */
static void bank_table_init(struct mt_population *population)
{
    uint32_t total = 0;
    uint32_t before = 0;
    uint32_t bank = 0;

    for (uint32_t i = 0; i < population->banks; i++)
        total += 65536 / (i + 1);
    for (uint32_t i = 0; i < 256; i++) {
        while (bank + 1 < population->banks && (uint64_t)(before + 65536 / (bank + 1)) * 256 <= (uint64_t)i * total)
            before += 65536 / (++bank);
        population->bank_table[i] = (uint8_t)bank;
    }
}

enum mt_status mt_population_init(struct mt_population *population, const struct mt_generator_options *options)
{
    uint32_t companies;

    *population = (struct mt_population){
        .key = mt_mix((uint64_t)options->seed ^ UINT64_C(0x6d6f6e6579747261)),
        .banks = (uint32_t)options->banks,
        .start_day = options->start,
        .days = (uint32_t)options->days,
    };
    lay_out(population, (uint32_t)options->account_count);
    bank_table_init(population);
    spread_init(population);
    population->employed = (uint32_t)((uint64_t)population->persons * 66 / 100);
    population->pensioners = (uint32_t)((uint64_t)population->persons * 17 / 100);
    while ((UINT64_C(1) << (2 * population->half_bits)) < population->persons)
        population->half_bits++;
    companies = mt_population_count(population, MT_ROLE_COMPANY);
    population->payroll = malloc(sizeof *population->payroll * (companies + 1));
    if (population->payroll == NULL)
        return MT_NO_MEMORY;
    for (uint32_t c = 0; c <= companies; c++) /* few large employers, many small: place c of n begins at √(c/n) */
        population->payroll[c] =
            root_of((unsigned __int128)population->employed * population->employed * c / companies);
    return MT_OK;
}

void mt_population_fini(struct mt_population *population)
{
    free(population->payroll);
    population->payroll = NULL;
}

enum mt_role mt_population_role(const struct mt_population *population, uint32_t account)
{
    int role = 0;

    MT_ASSERT(account < population->first[MT_ROLE_COUNT]);
    while (account >= population->first[role + 1])
        role++;
    return (enum mt_role)role;
}

uint32_t mt_population_bank(const struct mt_population *population, uint32_t account)
{
    for (int role = MT_ROLE_ATM; role <= MT_ROLE_BANK; role++) {
        if (mt_population_is(population, account, (enum mt_role)role))
            return account - population->first[role];
    }
    if (mt_population_is(population, account, MT_ROLE_SAVINGS) && account % 3 != 0)
        account = mt_population_saver(population, account);
    return population->bank_table[mt_population_hash(population, account, MT_SALT_BANK) & 255];
}

int64_t mt_population_opened_day(const struct mt_population *population, uint32_t account)
{
    uint64_t hash = mt_population_hash(population, account, MT_SALT_OPENED);
    int64_t day;

    if (account < population->persons && mt_population_trait(population, account) == MT_TRAIT_NEW)
        day = population->start_day - 60 + (int64_t)(hash % (60 + population->days));
    else
        day = population->start_day - 200 - (int64_t)(hash % 7000);
    return day < 0 ? 0 : day;
}

uint32_t mt_population_region(const struct mt_population *population, uint32_t account)
{
    return (uint32_t)(mt_population_hash(population, account / 4, MT_SALT_HOUSEHOLD) >> 32) % 16 + 1;
}

enum mt_trait mt_population_trait(const struct mt_population *population, uint32_t person)
{
    uint32_t roll = (uint32_t)(mt_population_hash(population, person, MT_SALT_TRAIT) & 1023);

    return roll < 40 ? MT_TRAIT_NEW : roll < 90 ? MT_TRAIT_DORMANT : MT_TRAIT_ORDINARY;
}

uint32_t mt_population_mate(const struct mt_population *population, uint32_t person)
{
    /* Four neighbours are one block of houses; who lives with whom, as the step to the next of the household. */
    static const int8_t mates[8][4] = {
        {1, 1, 1, -3}, {1, 1, -2, 0}, {1, -1, 1, -1}, {1, -1, 1, -1},
        {1, -1, 0, 0}, {0, 1, -1, 0}, {0, 1, 1, -2},  {0, 0, 0, 0},
    };
    uint32_t block = person / 4;
    uint32_t plan = (uint32_t)(mt_population_hash(population, block, MT_SALT_HOUSEHOLD) & 7);

    if (block * 4 + 4 > population->persons)
        return person;
    return (uint32_t)((int64_t)person + mates[plan][person % 4]);
}

/* One of MT_FRIEND_COUNT random permutations: four rounds of a balanced Feistel network, walked until within range. */
static uint32_t shuffle(const struct mt_population *population, uint32_t person, uint32_t nth, bool back)
{
    uint32_t bits = population->half_bits;
    uint32_t mask = (UINT32_C(1) << bits) - 1;

    do {
        uint32_t left = person >> bits;
        uint32_t right = person & mask;

        for (uint32_t round = 0; round < 4; round++) {
            uint32_t key = nth * 8 + (back ? 3 - round : round);
            uint32_t side = back ? left : right;
            uint32_t mixed =
                (uint32_t)mt_population_hash(population, (uint64_t)key << 32 | side, MT_SALT_FRIEND) & mask;

            if (back) {
                left = right ^ mixed;
                right = side;
            } else {
                right = left ^ mixed;
                left = side;
            }
        }
        person = left << bits | right;
    } while (person >= population->persons);
    return person;
}

uint32_t mt_population_friend(const struct mt_population *population, uint32_t person, uint32_t nth)
{
    uint32_t place = shuffle(population, person, nth, false) ^ 1;

    return place >= population->persons ? person : shuffle(population, place, nth, true);
}

bool mt_population_savings(const struct mt_population *population, uint32_t person, uint32_t *out_savings)
{
    uint32_t nth = person / population->savings_stride;

    if (person % population->savings_stride != 0 || nth >= mt_population_count(population, MT_ROLE_SAVINGS))
        return false;
    *out_savings = mt_population_nth(population, MT_ROLE_SAVINGS, nth);
    return true;
}

uint32_t mt_population_saver(const struct mt_population *population, uint32_t savings)
{
    return (savings - population->first[MT_ROLE_SAVINGS]) * population->savings_stride;
}

uint32_t mt_population_popular(const struct mt_population *population, uint64_t random)
{
    uint64_t unit = random >> 32; /* 0 … 2^32 − 1 */
    uint64_t skewed = (random & 1) != 0 ? unit : unit * unit >> 32;

    return population->first[MT_ROLE_MERCHANT] +
           (uint32_t)(skewed * mt_population_count(population, MT_ROLE_MERCHANT) >> 32);
}

uint32_t mt_population_favourite(const struct mt_population *population, uint32_t person, uint32_t nth)
{
    return mt_population_popular(population,
                                 mt_population_hash(population, (uint64_t)person * 16 + nth, MT_SALT_FAVOURITE));
}

uint32_t mt_population_landlord(const struct mt_population *population, uint32_t person)
{
    uint64_t hash = mt_population_hash(population, person / 2, MT_SALT_RENT) >> 32;

    return population->first[MT_ROLE_LANDLORD] +
           (uint32_t)(hash * mt_population_count(population, MT_ROLE_LANDLORD) >> 32);
}

int64_t mt_population_salary_cents(const struct mt_population *population, uint32_t person)
{
    return mt_tariff_spread(mt_population_hash(population, person, MT_SALT_SALARY), SALARY_MEDIAN_CENTS,
                            SALARY_SIGMA_Q8);
}

uint32_t mt_population_business(const struct mt_population *population, struct mt_prng *prng)
{
    uint32_t from = population->first[MT_ROLE_MERCHANT];

    return from + mt_prng_below(prng, population->first[MT_ROLE_SUPPLIER + 1] - from);
}

uint32_t mt_population_partner(const struct mt_population *population, uint32_t business, uint32_t nth)
{
    uint64_t hash = mt_population_hash(population, (uint64_t)business * 8 + nth, MT_SALT_PARTNER);
    uint64_t unit = hash >> 32;
    enum mt_role role = (hash & 7) < 6 ? MT_ROLE_SUPPLIER : MT_ROLE_COMPANY;
    uint32_t count = mt_population_count(population, role);
    uint32_t partner = population->first[role] + (uint32_t)(unit * count >> 32);

    if (partner == business)
        partner = population->first[role] + (partner + 1 - population->first[role]) % count;
    return partner;
}

enum mt_trade mt_population_trade(const struct mt_population *population, uint32_t merchant)
{
    static const uint8_t upper[MT_TRADE_COUNT] = {62, 134, 150, 186, 206, 226, 231, 255}; /* of 256 */
    uint32_t roll = (uint32_t)(mt_population_hash(population, merchant, MT_SALT_SORT) & 255);
    int trade = 0;

    while (trade + 1 < MT_TRADE_COUNT && roll >= upper[trade])
        trade++;
    return (enum mt_trade)trade;
}
