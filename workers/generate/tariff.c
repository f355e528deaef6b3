#include "tariff.h"

#include <string.h>

/*
 * Reporting lines for cash: CNY 50,000 and USD 10,000 as domain.md 1.3 has them; EUR 10,000 and AUD 10,000, INR 10
 * lakh, BRL 50,000 and SGD 20,000 as their rules name them; for the others about as much, from memory and not checked.
 */
static const struct mt_tariff tariff_table[] = {
    {"EUR", 978, 2, 1000, 1000000, 1},     {"USD", 840, 2, 1100, 1000000, 1},  {"GBP", 826, 2, 850, 1000000, 1},
    {"CHF", 756, 2, 1000, 1500000, 1},     {"CNY", 156, 2, 5000, 5000000, 10}, {"BRL", 986, 2, 4000, 5000000, 5},
    {"INR", 356, 2, 40000, 100000000, 50}, {"JPY", 392, 0, 1600, 2000000, 1},  {"SGD", 702, 2, 1400, 2000000, 1},
    {"HKD", 344, 2, 8000, 12000000, 10},   {"AUD", 36, 2, 1600, 1000000, 1},   {"PLN", 985, 2, 3500, 6000000, 5},
};

#define TARIFF_COUNT (sizeof tariff_table / sizeof tariff_table[0])

/* 2^(i/64) in 1/65536, rounded; the last is there for interpolation. */
static const uint32_t octave_table[65] = {
    65536,  66250,  66971,  67700,  68438,  69183,  69936,  70698,  71468,  72246,  73032,  73828,  74632,
    75444,  76266,  77096,  77936,  78785,  79642,  80510,  81386,  82273,  83169,  84074,  84990,  85915,
    86851,  87796,  88752,  89719,  90696,  91684,  92682,  93691,  94711,  95743,  96785,  97839,  98905,
    99982,  101070, 102171, 103283, 104408, 105545, 106694, 107856, 109031, 110218, 111418, 112631, 113858,
    115098, 116351, 117618, 118899, 120194, 121502, 122825, 124163, 125515, 126882, 128263, 129660, 131072,
};

const struct mt_tariff *mt_tariff_find(const char *code)
{
    for (size_t i = 0; i < TARIFF_COUNT; i++) {
        if (strcmp(tariff_table[i].code, code) == 0)
            return &tariff_table[i];
    }
    return NULL;
}

const struct mt_tariff *mt_tariff_of(int64_t numeric)
{
    for (size_t i = 0; i < TARIFF_COUNT; i++) {
        if (tariff_table[i].numeric == numeric)
            return &tariff_table[i];
    }
    return NULL;
}

int64_t mt_tariff_spread(uint64_t random, int64_t median, int32_t sigma_q8)
{
    /* Four uniform words sum to nearly a normal; 113512/65536 is √3, which brings its deviation to 65536. */
    int64_t sum = (int64_t)((random & 0xffff) + ((random >> 16) & 0xffff) + ((random >> 32) & 0xffff) + (random >> 48));
    int64_t normal_q16 = ((sum - 131070) * 113512) >> 16;
    int64_t octaves_q16 = (normal_q16 * sigma_q8) >> 8;
    int64_t whole = octaves_q16 >> 16;
    uint32_t fraction = (uint32_t)(octaves_q16 & 0xffff);
    uint32_t low = octave_table[fraction >> 10];
    uint32_t high = octave_table[(fraction >> 10) + 1];
    int64_t factor_q16 = low + (((high - low) * (fraction & 1023)) >> 10);
    int64_t amount = (median * factor_q16) >> 16;

    MT_ASSERT(whole > -32);
    MT_ASSERT(whole < 24);
    amount = whole >= 0 ? amount << whole : amount >> -whole;
    return amount < 1 ? 1 : amount;
}

int64_t mt_tariff_minor(const struct mt_tariff *tariff, int64_t cents)
{
    int64_t minor = cents * tariff->level_permille / 1000;

    return minor < 1 ? 1 : minor;
}

int64_t mt_tariff_round(const struct mt_tariff *tariff, int64_t minor, int64_t step)
{
    int64_t unit = step * tariff->round_factor;

    return minor < unit ? unit : minor - minor % unit;
}

int64_t mt_tariff_round_sum(const struct mt_tariff *tariff, int64_t minor, uint64_t random)
{
    int64_t unit = tariff->exponent == 0 ? 1 : 100;

    while (unit * 200 <= minor)
        unit *= 10;
    /* unit is now more than 1/200 and at most 1/20 of the sum, or one major unit. */
    if ((random & 3) != 0 && unit * 10 <= minor)
        unit *= 5;
    return minor < unit ? minor : minor - minor % unit;
}

int64_t mt_tariff_price(const struct mt_tariff *tariff, int64_t minor, uint64_t random)
{
    static const uint8_t endings[8] = {99, 99, 99, 95, 49, 90, 50, 0};

    if (tariff->exponent != 2 || minor < 200 || (random & 15) > 6)
        return minor;
    return minor - minor % 100 + endings[(random >> 4) & 7];
}
