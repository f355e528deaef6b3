#include "schemas/currency.h"
#include "schemas/decimal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text;
    uint8_t exponent;
    enum mt_round round;
    enum mt_decimal_fault fault;
    int64_t minor;
} parses[] = {
    {"12.30", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, 1230},
    {"12", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, 1200},
    {"12.3", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, 1230},
    {"0.01", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, 1},
    {"0", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, 0},
    {"-0.00", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, 0},
    {"-12.30", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, -1230},
    {"007", 0, MT_ROUND_REJECT, MT_DECIMAL_OK, 7},
    {"1.230000", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, 123},
    {"100.0", 0, MT_ROUND_REJECT, MT_DECIMAL_OK, 100},
    {"1.234", 3, MT_ROUND_REJECT, MT_DECIMAL_OK, 1234},
    {"1.2345", 4, MT_ROUND_REJECT, MT_DECIMAL_OK, 12345},
    {"0.00000001", 8, MT_ROUND_REJECT, MT_DECIMAL_OK, 1},
    {"9223372036854775807", 0, MT_ROUND_REJECT, MT_DECIMAL_OK, INT64_MAX},
    {"92233720368547758.07", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, INT64_MAX},
    {"-92233720368547758.08", 2, MT_ROUND_REJECT, MT_DECIMAL_OK, INT64_MIN},
    {"0000000000000000000000000000000000000001", 0, MT_ROUND_REJECT, MT_DECIMAL_OK, 1},
    {"9223372036854775808", 0, MT_ROUND_REJECT, MT_DECIMAL_OVERFLOW, 0},
    {"92233720368547758.08", 2, MT_ROUND_REJECT, MT_DECIMAL_OVERFLOW, 0},
    {"-92233720368547758.09", 2, MT_ROUND_REJECT, MT_DECIMAL_OVERFLOW, 0},
    {"184467440737095516.15", 2, MT_ROUND_REJECT, MT_DECIMAL_OVERFLOW, 0},
    {"18446744073709551616", 0, MT_ROUND_REJECT, MT_DECIMAL_OVERFLOW, 0},
    {"9999999999999999999999999999999999999999", 0, MT_ROUND_REJECT, MT_DECIMAL_OVERFLOW, 0},
    {"18446744073709551615.9", 0, MT_ROUND_HALF_EVEN, MT_DECIMAL_OVERFLOW, 0},
    {"9223372036854775807.4", 0, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, INT64_MAX},
    {"9223372036854775807.5", 0, MT_ROUND_HALF_EVEN, MT_DECIMAL_OVERFLOW, 0},
    {"-9223372036854775808.5", 0, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, INT64_MIN},
    {"-9223372036854775808.51", 0, MT_ROUND_HALF_EVEN, MT_DECIMAL_OVERFLOW, 0},
    {"1.234", 2, MT_ROUND_REJECT, MT_DECIMAL_PRECISE, 0},
    {"0.5", 0, MT_ROUND_REJECT, MT_DECIMAL_PRECISE, 0},
    {"1.234", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, 123},
    {"1.235", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, 124},
    {"1.245", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, 124},
    {"1.2450000001", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, 125},
    {"1.2549999", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, 125},
    {"-1.245", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, -124},
    {"0.004", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, 0},
    {"347.55300000000005", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, 34755},
    {"13483975.158898184", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_OK, 1348397516},
    {"", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"-", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {".", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {".5", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"5.", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"+1", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"--1", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"1.2.3", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"1,000", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {" 1", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"1 ", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"0x10", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"nan", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"1e", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"1e+", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"1e3x", 2, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"00000000000000000000000000000000000000001", 0, MT_ROUND_REJECT, MT_DECIMAL_MALFORMED, 0},
    {"1e3", 2, MT_ROUND_REJECT, MT_DECIMAL_EXPONENT, 0},
    {"1.5E+10", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_EXPONENT, 0},
    {"5.689852347E7", 2, MT_ROUND_HALF_EVEN, MT_DECIMAL_EXPONENT, 0},
    {"-1e-05", 2, MT_ROUND_REJECT, MT_DECIMAL_EXPONENT, 0},
};

START_TEST(parse_gives_exact_minor_units_or_a_fault)
{
    int64_t minor = -7;
    enum mt_decimal_fault fault =
        mt_decimal_parse(parses[_i].text, strlen(parses[_i].text), parses[_i].exponent, parses[_i].round, &minor);

    ck_assert_msg(fault == parses[_i].fault, "\"%s\": fault %d, not %d", parses[_i].text, fault, parses[_i].fault);
    ck_assert_int_eq(minor, fault == MT_DECIMAL_OK ? parses[_i].minor : -7);
}
END_TEST

static const struct {
    int64_t minor;
    uint8_t exponent;
    const char *text;
} prints[] = {
    {1230, 2, "12.30"},
    {0, 2, "0.00"},
    {0, 0, "0"},
    {5, 2, "0.05"},
    {-5, 2, "-0.05"},
    {-123450, 2, "-1234.50"},
    {1, 8, "0.00000001"},
    {1000, 0, "1000"},
    {INT64_MAX, 0, "9223372036854775807"},
    {INT64_MAX, 2, "92233720368547758.07"},
    {INT64_MIN, 8, "-92233720368.54775808"},
    {INT64_MIN, 0, "-9223372036854775808"},
};

START_TEST(print_gives_exactly_the_currencys_decimals)
{
    char text[32];
    int64_t back = -7;

    ck_assert_uint_eq(mt_decimal_print(prints[_i].minor, prints[_i].exponent, text), strlen(prints[_i].text));
    ck_assert_str_eq(text, prints[_i].text);
    ck_assert_int_eq(mt_decimal_parse(text, strlen(text), prints[_i].exponent, MT_ROUND_REJECT, &back), MT_DECIMAL_OK);
    ck_assert_int_eq(back, prints[_i].minor);
}
END_TEST

static const struct {
    const char *code;
    uint16_t numeric;
    uint8_t exponent;
} known[] = {
    {"EUR", 978, 2}, {"USD", 840, 2}, {"JPY", 392, 0},  {"KWD", 414, 3}, {"CLF", 990, 4},
    {"AED", 784, 2}, {"ZWL", 932, 2}, {"XBT", 1001, 8}, {"XXX", 999, 2}, {"ALL", 8, 2},
};

START_TEST(a_known_code_is_found_both_ways)
{
    const struct mt_currency *currency = mt_currency_find(known[_i].code, 3);

    ck_assert_ptr_nonnull(currency);
    ck_assert_str_eq(currency->code, known[_i].code);
    ck_assert_uint_eq(currency->numeric, known[_i].numeric);
    ck_assert_uint_eq(currency->exponent, known[_i].exponent);
    ck_assert_ptr_eq(mt_currency_of(known[_i].numeric), currency);
}
END_TEST

START_TEST(an_unknown_code_is_not_found)
{
    static const char *const codes[] = {"",    "E",   "EU", "eur", "EUX", "EURO", "E\0R", "\xff\xff\xff",
                                        "AAA", "ZZZ", "XAU"};

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        ck_assert_ptr_null(mt_currency_find(codes[i], strlen(codes[i])));
    ck_assert_ptr_null(mt_currency_of(0));
    ck_assert_ptr_null(mt_currency_of(1000));
    ck_assert_ptr_null(mt_currency_of(1002));
    ck_assert_ptr_null(mt_currency_of(UINT16_MAX));
}
END_TEST

START_TEST(every_row_leads_back_to_itself)
{
    int count = 0;

    for (uint16_t numeric = 0; numeric < 2000; numeric++) {
        const struct mt_currency *currency = mt_currency_of(numeric);

        if (currency == NULL)
            continue;
        ck_assert_uint_eq(currency->numeric, numeric);
        ck_assert_ptr_eq(mt_currency_find(currency->code, 3), currency);
        count++;
    }
    ck_assert_int_gt(count, 165);
}
END_TEST

#define COUNT(table) (int)(sizeof table / sizeof table[0])

int main(void)
{
    Suite *suite = suite_create("decimal");
    TCase *cases = tcase_create("decimal");

    tcase_add_loop_test(cases, parse_gives_exact_minor_units_or_a_fault, 0, COUNT(parses));
    tcase_add_loop_test(cases, print_gives_exactly_the_currencys_decimals, 0, COUNT(prints));
    tcase_add_loop_test(cases, a_known_code_is_found_both_ways, 0, COUNT(known));
    tcase_add_test(cases, an_unknown_code_is_not_found);
    tcase_add_test(cases, every_row_leads_back_to_itself);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);

    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
