/* What a bank would say of an account: its words. */
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "population.h"

static const char *const bank_names[32] = {
    "ALDR", "BRIK", "CALA", "DORN", "ELMS", "FJOR", "GRAN", "HALM", "ISEN", "JURA", "KESL",
    "LIND", "MERO", "NOVA", "ORLA", "PRIM", "QUAY", "RIVA", "SOLV", "TIDE", "ULME", "VEGA",
    "WEST", "XENO", "YARR", "ZELL", "ARDO", "BELT", "CIRC", "DELT", "ESTE", "FORA",
};

static const struct {
    const char *type;
    const char *exit;
} role_words[MT_ROLE_COUNT] = {
#define MT_ROLE_WORDS(name, type, exit) [MT_ROLE_##name] = {type, exit},
    MT_ROLE_TABLE(MT_ROLE_WORDS)
#undef MT_ROLE_WORDS
};

void mt_population_bank_code(uint32_t bank, char out_code[12])
{
    MT_ASSERT(bank < 32);
    memcpy(out_code, bank_names[bank], 4);
    memcpy(out_code + 4, "XX2L", 5);
}

/* Ten digits, a bijection of the account's index, and two so that the whole is 1 modulo 97 (ISO 7064). */
void mt_population_number(const struct mt_population *population, uint32_t account, char out_number[16])
{
    uint64_t number = (account * UINT64_C(7368787) + population->key % UINT64_C(10000000000)) % UINT64_C(10000000000);

    number = number * 100 + 98 - number * 100 % 97;
    for (int i = 11; i >= 0; i--) {
        out_number[i] = (char)('0' + number % 10);
        number /= 10;
    }
    out_number[12] = '\0';
}

void mt_population_describe(const struct mt_population *population, uint32_t account,
                            struct mt_generated_account *out_account)
{
    enum mt_role role = mt_population_role(population, account);
    uint32_t holder = role == MT_ROLE_SAVINGS ? mt_population_saver(population, account) : account;
    int64_t opened_day = mt_population_opened_day(population, account);
    struct mt_generated_account words = {.type = role_words[role].type, .exit = role_words[role].exit};

    mt_population_bank_code(mt_population_bank(population, account), words.bank);
    mt_population_number(population, account, words.number);
    snprintf(words.holder, sizeof words.holder, "H%016llx", (unsigned long long)mt_mix(population->key + holder));
    snprintf(words.region, sizeof words.region, "XX-%02u", (unsigned)mt_population_region(population, holder));
    if (role == MT_ROLE_MERCHANT && mt_population_trade(population, account) == MT_TRADE_GIFT)
        words.exit = "gift_card";
    words.opened_ms = opened_day * MT_MS_DAY;
    words.valid_from_ms = words.opened_ms;
    *out_account = words;
}
