/*
 * population.h: who lives here: accounts by role, and who is whose employer, friend, landlord and favourite shop.
 *
 * Accounts are numbers, laid out role after role. Almost nothing about an account is stored: what it is follows from a
 * hash of its number and the seed, so a population of millions fits into a few tables.
 *
 *   [persons][savings][merchants][companies][suppliers][landlords][utilities][hubs …][cash and income, per bank]
 *    ^ first[MT_ROLE_PERSON]      ^ first[MT_ROLE_MERCHANT]
 *
 * Owns     one word per company
 * Bounds   accounts, fixed at creation
 * Cost     every question O(1), a few nanoseconds; employer O(log companies)
 * Threads  any once created: nothing changes
 * Fails    MT_NO_MEMORY at creation only
 */
#ifndef MT_GENERATE_POPULATION_H
#define MT_GENERATE_POPULATION_H

#include "generator.h"
#include "prng.h"

/* X(name, type, exit): the account directory's words. */
#define MT_ROLE_TABLE(X)                                                                                               \
    X(PERSON, "personal", "")                                                                                          \
    X(SAVINGS, "savings", "")                                                                                          \
    X(MERCHANT, "merchant", "card_merchant")                                                                           \
    X(COMPANY, "business", "")                                                                                         \
    X(SUPPLIER, "business", "")                                                                                        \
    X(LANDLORD, "business", "")                                                                                        \
    X(UTILITY, "utility", "")                                                                                          \
    X(PROCESSOR, "processor", "")                                                                                      \
    X(PAYROLL, "payroll", "")                                                                                          \
    X(EXCHANGE, "vasp", "crypto_exchange")                                                                             \
    X(REMITTANCE, "remittance", "abroad")                                                                              \
    X(PENSION, "pension", "")                                                                                          \
    X(ATM, "atm", "cash")                                                                                              \
    X(DESK, "cash_desk", "cash")                                                                                       \
    X(BANK, "bank", "")

enum mt_role {
#define MT_ROLE_ENUM(name, type, exit) MT_ROLE_##name,
    MT_ROLE_TABLE(MT_ROLE_ENUM)
#undef MT_ROLE_ENUM
        MT_ROLE_COUNT
};

/* Salts: what a hash of an account is for. */
enum mt_salt {
    MT_SALT_BANK = 1,
    MT_SALT_TRAIT,
    MT_SALT_OPENED,
    MT_SALT_HOUSEHOLD,
    MT_SALT_PAYDAY,
    MT_SALT_SALARY,
    MT_SALT_RENT,
    MT_SALT_BILL,
    MT_SALT_FAVOURITE,
    MT_SALT_PARTNER,
    MT_SALT_SORT,
    MT_SALT_FRIEND,
    MT_SALT_ACTIVE,
};

enum mt_trait { MT_TRAIT_ORDINARY, MT_TRAIT_NEW, MT_TRAIT_DORMANT };

/* What a merchant sells decides amounts. */
enum mt_trade {
    MT_TRADE_GROCERY,
    MT_TRADE_CAFE,
    MT_TRADE_FUEL,
    MT_TRADE_CLOTHES,
    MT_TRADE_HOME,
    MT_TRADE_PHARMACY,
    MT_TRADE_GIFT,
    MT_TRADE_SERVICE,
    MT_TRADE_COUNT
};

#define MT_FRIEND_COUNT 6
#define MT_PARTNER_COUNT 4

struct mt_population {
    uint64_t key;
    uint32_t first[MT_ROLE_COUNT + 1];
    uint32_t persons;
    uint32_t savings_stride; /* every n-th person has a savings account */
    uint32_t banks;
    uint32_t employed; /* persons in work; some of the others draw a pension */
    uint32_t pensioners;
    uint64_t spread; /* person ↔ place on the payrolls: a multiplication modulo persons, and back */
    uint64_t unspread;
    uint32_t half_bits; /* of the permutation that pairs friends */
    int64_t start_day;
    uint32_t days;
    uint32_t *payroll; /* companies + 1: company c pays the places payroll[c] … payroll[c + 1] − 1 */
    uint8_t bank_table[256];
};

MT_MUST_USE enum mt_status mt_population_init(struct mt_population *population,
                                              const struct mt_generator_options *options);
void mt_population_fini(struct mt_population *population);

static inline uint64_t mt_population_hash(const struct mt_population *population, uint64_t what, enum mt_salt salt)
{
    return mt_mix(population->key ^
                  (what * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)salt * UINT64_C(0xd1342543de82ef95)));
}

static inline uint32_t mt_population_count(const struct mt_population *population, enum mt_role role)
{
    return population->first[role + 1] - population->first[role];
}

static inline uint32_t mt_population_nth(const struct mt_population *population, enum mt_role role, uint32_t nth)
{
    MT_ASSERT(nth < mt_population_count(population, role));
    return population->first[role] + nth;
}

static inline uint32_t mt_population_any(const struct mt_population *population, enum mt_role role,
                                         struct mt_prng *prng)
{
    return population->first[role] + mt_prng_below(prng, mt_population_count(population, role));
}

static inline bool mt_population_is(const struct mt_population *population, uint32_t account, enum mt_role role)
{
    return account >= population->first[role] && account < population->first[role + 1];
}

enum mt_role mt_population_role(const struct mt_population *population, uint32_t account);
uint32_t mt_population_bank(const struct mt_population *population, uint32_t account);
int64_t mt_population_opened_day(const struct mt_population *population, uint32_t account);
uint32_t mt_population_region(const struct mt_population *population, uint32_t account);

/* Persons. `mate` is another of the household, or the person itself when it lives alone. */
enum mt_trait mt_population_trait(const struct mt_population *population, uint32_t person);
uint32_t mt_population_mate(const struct mt_population *population, uint32_t person);
uint32_t mt_population_friend(const struct mt_population *population, uint32_t person, uint32_t nth);
bool mt_population_savings(const struct mt_population *population, uint32_t person, uint32_t *out_savings);
uint32_t mt_population_saver(const struct mt_population *population, uint32_t savings);
uint32_t mt_population_favourite(const struct mt_population *population, uint32_t person, uint32_t nth);
uint32_t mt_population_landlord(const struct mt_population *population, uint32_t person);
int64_t mt_population_salary_cents(const struct mt_population *population, uint32_t person);

/* The person at a place on the payrolls: places below `employed` are companies', the next `pensioners` are pensions. */
static inline uint32_t mt_population_payee(const struct mt_population *population, uint32_t place)
{
    return (uint32_t)(place * population->unspread % population->persons);
}

/* Businesses: any of merchants, companies and suppliers; `partner` is one of a few it buys from again and again. */
uint32_t mt_population_business(const struct mt_population *population, struct mt_prng *prng);
uint32_t mt_population_partner(const struct mt_population *population, uint32_t business, uint32_t nth);
enum mt_trade mt_population_trade(const struct mt_population *population, uint32_t merchant);

/* A merchant by popularity: half the draws favour the few large ones, half none. */
uint32_t mt_population_popular(const struct mt_population *population, uint64_t random);

/* Words: a bank's code (fictitious: country XX is nobody's) and an account's number, 12 digits with a check number. */
void mt_population_bank_code(uint32_t bank, char out_code[12]);
void mt_population_number(const struct mt_population *population, uint32_t account, char out_number[16]);
void mt_population_describe(const struct mt_population *population, uint32_t account,
                            struct mt_generated_account *out_account);

#endif
