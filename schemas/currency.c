#include "currency.h"

/*
 * ISO 4217 as of 2026, with codes withdrawn in the last years, since files of those years hold them. Left out: metals,
 * bond units and XDR, which have no minor unit, so an amount in them could not be an integer. XXX ("no currency") takes
 * two decimals. Ours, above 999: XBT, bitcoin, eight decimals.
 */
/* clang-format off */
#define CURRENCY_TABLE(X) \
    X('A', 'E', 'D', 784, 2) X('A', 'F', 'N', 971, 2) X('A', 'L', 'L', 8, 2) X('A', 'M', 'D', 51, 2) \
    X('A', 'O', 'A', 973, 2) X('A', 'R', 'S', 32, 2) X('A', 'U', 'D', 36, 2) X('A', 'W', 'G', 533, 2) \
    X('A', 'Z', 'N', 944, 2) X('B', 'A', 'M', 977, 2) X('B', 'B', 'D', 52, 2) X('B', 'D', 'T', 50, 2) \
    X('B', 'G', 'N', 975, 2) X('B', 'H', 'D', 48, 3) X('B', 'I', 'F', 108, 0) X('B', 'M', 'D', 60, 2) \
    X('B', 'N', 'D', 96, 2) X('B', 'O', 'B', 68, 2) X('B', 'O', 'V', 984, 2) X('B', 'R', 'L', 986, 2) \
    X('B', 'S', 'D', 44, 2) X('B', 'T', 'N', 64, 2) X('B', 'W', 'P', 72, 2) X('B', 'Y', 'N', 933, 2) \
    X('B', 'Z', 'D', 84, 2) X('C', 'A', 'D', 124, 2) X('C', 'D', 'F', 976, 2) X('C', 'H', 'E', 947, 2) \
    X('C', 'H', 'F', 756, 2) X('C', 'H', 'W', 948, 2) X('C', 'L', 'F', 990, 4) X('C', 'L', 'P', 152, 0) \
    X('C', 'N', 'Y', 156, 2) X('C', 'O', 'P', 170, 2) X('C', 'O', 'U', 970, 2) X('C', 'R', 'C', 188, 2) \
    X('C', 'U', 'C', 931, 2) X('C', 'U', 'P', 192, 2) X('C', 'V', 'E', 132, 2) X('C', 'Z', 'K', 203, 2) \
    X('D', 'J', 'F', 262, 0) X('D', 'K', 'K', 208, 2) X('D', 'O', 'P', 214, 2) X('D', 'Z', 'D', 12, 2) \
    X('E', 'G', 'P', 818, 2) X('E', 'R', 'N', 232, 2) X('E', 'T', 'B', 230, 2) X('E', 'U', 'R', 978, 2) \
    X('F', 'J', 'D', 242, 2) X('F', 'K', 'P', 238, 2) X('G', 'B', 'P', 826, 2) X('G', 'E', 'L', 981, 2) \
    X('G', 'H', 'S', 936, 2) X('G', 'I', 'P', 292, 2) X('G', 'M', 'D', 270, 2) X('G', 'N', 'F', 324, 0) \
    X('G', 'T', 'Q', 320, 2) X('G', 'Y', 'D', 328, 2) X('H', 'K', 'D', 344, 2) X('H', 'N', 'L', 340, 2) \
    X('H', 'R', 'K', 191, 2) X('H', 'T', 'G', 332, 2) X('H', 'U', 'F', 348, 2) X('I', 'D', 'R', 360, 2) \
    X('I', 'L', 'S', 376, 2) X('I', 'N', 'R', 356, 2) X('I', 'Q', 'D', 368, 3) X('I', 'R', 'R', 364, 2) \
    X('I', 'S', 'K', 352, 0) X('J', 'M', 'D', 388, 2) X('J', 'O', 'D', 400, 3) X('J', 'P', 'Y', 392, 0) \
    X('K', 'E', 'S', 404, 2) X('K', 'G', 'S', 417, 2) X('K', 'H', 'R', 116, 2) X('K', 'M', 'F', 174, 0) \
    X('K', 'P', 'W', 408, 2) X('K', 'R', 'W', 410, 0) X('K', 'W', 'D', 414, 3) X('K', 'Y', 'D', 136, 2) \
    X('K', 'Z', 'T', 398, 2) X('L', 'A', 'K', 418, 2) X('L', 'B', 'P', 422, 2) X('L', 'K', 'R', 144, 2) \
    X('L', 'R', 'D', 430, 2) X('L', 'S', 'L', 426, 2) X('L', 'Y', 'D', 434, 3) X('M', 'A', 'D', 504, 2) \
    X('M', 'D', 'L', 498, 2) X('M', 'G', 'A', 969, 2) X('M', 'K', 'D', 807, 2) X('M', 'M', 'K', 104, 2) \
    X('M', 'N', 'T', 496, 2) X('M', 'O', 'P', 446, 2) X('M', 'R', 'U', 929, 2) X('M', 'U', 'R', 480, 2) \
    X('M', 'V', 'R', 462, 2) X('M', 'W', 'K', 454, 2) X('M', 'X', 'N', 484, 2) X('M', 'X', 'V', 979, 2) \
    X('M', 'Y', 'R', 458, 2) X('M', 'Z', 'N', 943, 2) X('N', 'A', 'D', 516, 2) X('N', 'G', 'N', 566, 2) \
    X('N', 'I', 'O', 558, 2) X('N', 'O', 'K', 578, 2) X('N', 'P', 'R', 524, 2) X('N', 'Z', 'D', 554, 2) \
    X('O', 'M', 'R', 512, 3) X('P', 'A', 'B', 590, 2) X('P', 'E', 'N', 604, 2) X('P', 'G', 'K', 598, 2) \
    X('P', 'H', 'P', 608, 2) X('P', 'K', 'R', 586, 2) X('P', 'L', 'N', 985, 2) X('P', 'Y', 'G', 600, 0) \
    X('Q', 'A', 'R', 634, 2) X('R', 'O', 'N', 946, 2) X('R', 'S', 'D', 941, 2) X('R', 'U', 'B', 643, 2) \
    X('R', 'W', 'F', 646, 0) X('S', 'A', 'R', 682, 2) X('S', 'B', 'D', 90, 2) X('S', 'C', 'R', 690, 2) \
    X('S', 'D', 'G', 938, 2) X('S', 'E', 'K', 752, 2) X('S', 'G', 'D', 702, 2) X('S', 'H', 'P', 654, 2) \
    X('S', 'L', 'E', 925, 2) X('S', 'L', 'L', 694, 2) X('S', 'O', 'S', 706, 2) X('S', 'R', 'D', 968, 2) \
    X('S', 'S', 'P', 728, 2) X('S', 'T', 'N', 930, 2) X('S', 'V', 'C', 222, 2) X('S', 'Y', 'P', 760, 2) \
    X('S', 'Z', 'L', 748, 2) X('T', 'H', 'B', 764, 2) X('T', 'J', 'S', 972, 2) X('T', 'M', 'T', 934, 2) \
    X('T', 'N', 'D', 788, 3) X('T', 'O', 'P', 776, 2) X('T', 'R', 'Y', 949, 2) X('T', 'T', 'D', 780, 2) \
    X('T', 'W', 'D', 901, 2) X('T', 'Z', 'S', 834, 2) X('U', 'A', 'H', 980, 2) X('U', 'G', 'X', 800, 0) \
    X('U', 'S', 'D', 840, 2) X('U', 'S', 'N', 997, 2) X('U', 'Y', 'I', 940, 0) X('U', 'Y', 'U', 858, 2) \
    X('U', 'Y', 'W', 927, 4) X('U', 'Z', 'S', 860, 2) X('V', 'E', 'D', 926, 2) X('V', 'E', 'S', 928, 2) \
    X('V', 'N', 'D', 704, 0) X('V', 'U', 'V', 548, 0) X('W', 'S', 'T', 882, 2) X('X', 'A', 'F', 950, 0) \
    X('X', 'B', 'T', 1001, 8) X('X', 'C', 'D', 951, 2) X('X', 'C', 'G', 532, 2) X('X', 'O', 'F', 952, 0) \
    X('X', 'P', 'F', 953, 0) X('X', 'X', 'X', 999, 2) X('Y', 'E', 'R', 886, 2) X('Z', 'A', 'R', 710, 2) \
    X('Z', 'M', 'W', 967, 2) X('Z', 'W', 'G', 924, 2) X('Z', 'W', 'L', 932, 2)
/* clang-format on */

#define NUMERIC_MAX 1001

/* By numeric code: many rows are holes, and a look-up is one load. */
static const struct mt_currency currencies[NUMERIC_MAX + 1] = {
#define CURRENCY_ROW(a, b, c, number, decimals) [number] = {.code = {a, b, c}, .numeric = number, .exponent = decimals},
    CURRENCY_TABLE(CURRENCY_ROW)
#undef CURRENCY_ROW
};

#define LETTERS 26
#define CODE_INDEX(a, b, c) ((((a) - 'A') * LETTERS + ((b) - 'A')) * LETTERS + ((c) - 'A'))

/* From the three letters to the numeric code; 0 where no currency has them. */
static const uint16_t numeric_of[LETTERS * LETTERS * LETTERS] = {
#define CURRENCY_CODE(a, b, c, number, decimals) [CODE_INDEX(a, b, c)] = number,
    CURRENCY_TABLE(CURRENCY_CODE)
#undef CURRENCY_CODE
        /* The Antillean guilder became the Caribbean one at 1 : 1 and left it its number: one money, two names. */
        [CODE_INDEX('A', 'N', 'G')] = 532,
};

const struct mt_currency *mt_currency_find(const char *code, size_t size)
{
    if (size != 3)
        return NULL;
    for (size_t i = 0; i < size; i++) {
        if (code[i] < 'A' || code[i] > 'Z')
            return NULL;
    }
    uint16_t numeric = numeric_of[CODE_INDEX(code[0], code[1], code[2])];

    return numeric == 0 ? NULL : &currencies[numeric];
}

const struct mt_currency *mt_currency_of(uint16_t numeric)
{
    if (numeric > NUMERIC_MAX || currencies[numeric].numeric == 0)
        return NULL;
    return &currencies[numeric];
}
