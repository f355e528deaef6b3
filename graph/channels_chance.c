#include "channels_chance.h"

#define FRACTION_BITS 32

/* The integer part is the position of the highest bit; each further bit tells whether the square of the mantissa reached 2. */
int64_t mt_chance_log2(uint64_t number)
{
    MT_ASSERT(number > 0);
    int whole = 63 - __builtin_clzll(number);
    uint64_t mantissa = number << (63 - whole); /* 1.63 */
    int64_t log = whole;

    for (int bit = 0; bit < FRACTION_BITS; bit++) {
        unsigned __int128 square = (unsigned __int128)mantissa * mantissa; /* 2.126 */
        bool two = (square >> 127) != 0;

        mantissa = (uint64_t)(square >> (two ? 64 : 63));
        log = log * 2 + two;
    }
    return log;
}

/* log2 of number choose part. */
static int64_t choose_log2(uint64_t number, uint64_t part)
{
    int64_t log = 0;

    if (part > number - part)
        part = number - part;
    for (uint64_t i = 1; i <= part; i++)
        log += mt_chance_log2(number - part + i) - mt_chance_log2(i);
    return log;
}

/* Odds a : b are brought below 2^40 together, so that a term times a count times them stays within 128 bits. */
static void odds_shrink(unsigned __int128 *a, unsigned __int128 *b)
{
    while ((*a | *b) >> 40 != 0) {
        *a = (*a + 1) >> 1; /* rounded up: a larger chance */
        *b >>= 1;
    }
}

/* log2 of the sum of all terms from `count` up, each relative to the first: they fall, since `count` is above the mean. */
static int64_t tail_log2(uint64_t total, uint64_t count, unsigned __int128 a, unsigned __int128 b)
{
    uint64_t term = UINT64_C(1) << FRACTION_BITS, sum = term;

    for (uint64_t x = count; x < total && term > 0; x++) {
        unsigned __int128 above = (unsigned __int128)term * (total - x) / (x + 1);

        term = (uint64_t)(above * a / b);
        sum += term + (term > 0); /* what rounding cut off */
    }
    return mt_chance_log2(sum) - ((int64_t)FRACTION_BITS << FRACTION_BITS);
}

int64_t mt_chance_rise(struct mt_chance_share risen, struct mt_chance_share from, int64_t lift_permille)
{
    unsigned __int128 a = (unsigned __int128)risen.of * (uint64_t)lift_permille, b = (unsigned __int128)from.of * 1000;
    uint64_t total = risen.count + from.count;

    if (risen.of == 0 || from.of == 0 || risen.count * b <= from.count * a)
        return 0;
    odds_shrink(&a, &b);
    if (a == 0 || b == 0)
        return 0;
    int64_t all = mt_chance_log2((uint64_t)(a + b));
    __int128 log = choose_log2(total, risen.count);

    log += (__int128)risen.count * (mt_chance_log2((uint64_t)a) - all) + (__int128)from.count * (mt_chance_log2((uint64_t)b) - all);
    log += tail_log2(total, risen.count, a, b) + MT_CHANCE_ONE;
    return log >= 0 ? 0 : log < INT64_MIN / 2 ? INT64_MIN / 2 : (int64_t)log;
}

size_t mt_chance_discoveries(const int64_t *chances, size_t count, uint64_t rate_millionths, uint64_t parts)
{
    uint64_t harmonic = 0; /* 1 + 1/2 + … + 1/count, in 2^-32, rounded up */
    size_t discoveries = 0;

    for (size_t i = 1; i <= count; i++)
        harmonic += (UINT64_C(1) << FRACTION_BITS) / i + 1;
    for (size_t i = 1; i <= count && rate_millionths > 0; i++) {
        int64_t level = mt_chance_log2(i) + mt_chance_log2(rate_millionths) - mt_chance_log2(1000000) - mt_chance_log2(parts) -
                        mt_chance_log2(count) - (mt_chance_log2(harmonic) - ((int64_t)FRACTION_BITS << FRACTION_BITS));

        if (chances[i - 1] <= level)
            discoveries = i;
    }
    return discoveries;
}
