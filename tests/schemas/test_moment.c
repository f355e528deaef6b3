#include "schemas/moment.h"

#include <check.h>
#include <stdlib.h>
#include <time.h>

static const struct {
    const char *text;
    bool good;
    enum mt_reject_code code;
    int64_t ms;
} parses[] = {
    {"1970-01-01T00:00:00Z", true, 0, 0},
    {"2026-11-25T04:00:00Z", true, 0, INT64_C(1795579200000)},
    {"2026-11-25T12:00:00+08:00", true, 0, INT64_C(1795579200000)},
    {"2026-11-25T00:30:00-03:30", true, 0, INT64_C(1795579200000)},
    {"2026-11-25T04:00:00.123Z", true, 0, INT64_C(1795579200123)},
    {"2026-11-25T04:00:00.1Z", true, 0, INT64_C(1795579200100)},
    {"2026-11-25T04:00:00.12-00:00", true, 0, INT64_C(1795579200120)},
    {"2024-02-29T00:00:00Z", true, 0, INT64_C(1709164800000)},
    {"2000-02-29T23:59:59Z", true, 0, INT64_C(951868799000)},
    {"2200-12-31T23:59:59.999Z", true, 0, INT64_C(7289654399999)},
    {"2201-01-01T00:00:00Z", false, MT_REJECT_TIME_ABSURD, 0},
    {"1969-12-31T23:59:59.999Z", false, MT_REJECT_TIME_ABSURD, 0},
    {"1970-01-01T00:00:00+01:00", false, MT_REJECT_TIME_ABSURD, 0},
    {"0000-01-01T00:00:00+14:00", false, MT_REJECT_TIME_ABSURD, 0},
    {"9999-12-31T23:59:59Z", false, MT_REJECT_TIME_ABSURD, 0},
    {"2026-11-25T04:00:00", false, MT_REJECT_TIME_ZONE, 0},
    {"2026-11-25T04:00:00.5", false, MT_REJECT_TIME_ZONE, 0},
    {"", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-11-25", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-11-25T04:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-11-25 04:00:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-11-25t04:00:00z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-11-25T04:00:00.1234Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-11-25T04:00:00.Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-02-29T00:00:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2100-02-29T00:00:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-13-01T00:00:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-00-01T00:00:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-01-00T00:00:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-01-01T24:00:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-01-01T00:60:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-01-01T00:00:60Z", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-01-01T00:00:00+15:00", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-01-01T00:00:00+0800", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-01-01T00:00:00ZZ", false, MT_REJECT_TIME_MALFORMED, 0},
    {"2026-01-01T-1:00:00Z", false, MT_REJECT_TIME_MALFORMED, 0},
};

START_TEST(parse_takes_iso_8601_with_a_zone_only)
{
    int64_t ms = -7;
    enum mt_reject_code code = MT_REJECT_COUNT;
    bool good = mt_time_parse(parses[_i].text, strlen(parses[_i].text), &ms, &code);

    ck_assert_msg(good == parses[_i].good, "\"%s\" gave %d", parses[_i].text, good);
    ck_assert_int_eq(ms, good ? parses[_i].ms : -7);
    if (!good)
        ck_assert_msg(code == parses[_i].code, "\"%s\": %s", parses[_i].text, mt_reject_name(code));
}
END_TEST

START_TEST(print_agrees_with_the_c_library_on_every_day)
{
    for (int64_t day = 0; day < 84370; day++) {
        time_t seconds = (time_t)(day * 86400 + day % 86400);
        char expected[64];
        char text[32];
        struct tm parts;
        int64_t back = -7;
        enum mt_reject_code code;

        gmtime_r(&seconds, &parts);
        strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%SZ", &parts);
        ck_assert_uint_eq(mt_time_print((int64_t)seconds * 1000, text), strlen(expected));
        ck_assert_str_eq(text, expected);
        ck_assert(mt_time_parse(text, strlen(text), &back, &code));
        ck_assert_int_eq(back, (int64_t)seconds * 1000);
    }
}
END_TEST

START_TEST(print_shows_milliseconds_only_when_there_are_some)
{
    char text[32];

    mt_time_print(INT64_C(1795579200007), text);
    ck_assert_str_eq(text, "2026-11-25T04:00:00.007Z");
    mt_time_print(-1, text);
    ck_assert_str_eq(text, "1969-12-31T23:59:59.999Z");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("moment");
    TCase *cases = tcase_create("moment");

    tcase_add_loop_test(cases, parse_takes_iso_8601_with_a_zone_only, 0, (int)(sizeof parses / sizeof parses[0]));
    tcase_add_test(cases, print_agrees_with_the_c_library_on_every_day);
    tcase_add_test(cases, print_shows_milliseconds_only_when_there_are_some);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);

    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
