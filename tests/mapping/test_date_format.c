#include "schemas/date_format.h"
#include "support.h"

static const struct {
    const char *format;
    const char *text;
    const char *iso; /* NULL: refused */
} reads[] = {
    {"%Y/%m/%d %H:%M", "2022/09/01 00:06", "2022-09-01T00:06:00Z"},
    {"%Y-%m-%d %H:%M:%S", "2024-01-21 3:01:00", "2024-01-21T03:01:00Z"},
    {"%Y-%m-%d %H:%M:%S", "2024-1-2 13:1:9", "2024-01-02T13:01:09Z"},
    {"%d-%m-%Y %H:%M", "19-07-2019 14:40", "2019-07-19T14:40:00Z"},
    {"%d.%m.%Y", "1.2.2020", "2020-02-01T00:00:00Z"},
    {"%Y%m%d%H%M%S", "20240229235959", "2024-02-29T23:59:59Z"},
    {"%Y%m%d%H%M%S", "2024022923595", NULL},
    {"%Y%m%d", "2024131", NULL},
    {"%Y-%m-%dT%H:%M:%S%f%z", "2024-01-01T00:00:03.245Z", "2024-01-01T00:00:03.245Z"},
    {"%Y-%m-%dT%H:%M:%S%f%z", "2024-01-01T00:00:03Z", "2024-01-01T00:00:03Z"},
    {"%Y-%m-%dT%H:%M:%S%f%z", "2024-01-01T08:00:00.1+08:00", "2024-01-01T00:00:00.100Z"},
    {"%Y-%m-%dT%H:%M:%S%f%z", "2024-01-01T00:00:00.9999999-05:30", "2024-01-01T05:30:00.999Z"},
    {"%Y-%m-%dT%H:%M:%S%f%z", "2024-01-01T00:00:00.Z", NULL},
    {"%Y-%m-%dT%H:%M:%S%f%z", "2024-01-01T00:00:00.1234567890Z", NULL},
    {"%Y-%m-%dT%H:%M:%S%f%z", "2024-01-01T00:00:00+0800", NULL},
    {"%Y-%m-%dT%H:%M:%S%f%z", "2024-01-01T00:00:00", NULL},
    {"%Y-%m-%d", "2024-02-30", NULL},
    {"%Y-%m-%d", "2023-02-29", NULL},
    {"%Y-%m-%d", "2024-00-10", NULL},
    {"%Y-%m-%d", "2024-13-10", NULL},
    {"%Y-%m-%d", "2024-01-01 ", NULL},
    {"%Y-%m-%d", " 2024-01-01", NULL},
    {"%Y-%m-%d", "2024-01", NULL},
    {"%Y-%m-%d", "24-01-01", NULL},
    {"%Y-%m-%d", "2024-001-01", NULL},
    {"%Y-%m-%d", "2024--1-01", NULL},
    {"%Y-%m-%d", "", NULL},
    {"%Y-%m-%d %H", "2024-01-01 24", NULL},
    {"%Y-%m-%d %H:%M:%S", "2016-12-31 23:59:60", NULL},
    {"100%% %Y-%m-%d", "100% 2024-01-01", "2024-01-01T00:00:00Z"},
};

START_TEST(formats_read_what_they_say_and_nothing_else)
{
    struct mt_date_format format;
    struct mt_moment moment = {0};
    char text[32];

    ck_assert_ptr_null(mt_date_format_compile(reads[_i].format, &format));
    bool good =
        mt_date_format_read(&format, reads[_i].text, strlen(reads[_i].text), &moment) && mt_moment_valid(&moment);

    ck_assert_msg(good == (reads[_i].iso != NULL), "\"%s\" as %s gave %d", reads[_i].text, reads[_i].format, good);
    if (good) {
        mt_time_print(mt_moment_ms(&moment), text);
        ck_assert_str_eq(text, reads[_i].iso);
    }
}
END_TEST

static const struct {
    const char *format;
    const char *problem;
} mistakes[] = {
    {"", "empty"},
    {"%Y-%m-%", "lone %"},
    {"%y-%m-%d", "conversion other than"},
    {"%b %d, %Y", "conversion other than"},
    {"%Y-%m-%d %d", "twice"},
    {"%Y --------------------------------", "32 parts"},
};

START_TEST(a_wrong_format_is_refused_and_leaves_the_output)
{
    struct mt_date_format format = {.count = 77};
    const char *problem = mt_date_format_compile(mistakes[_i].format, &format);

    ck_assert_ptr_nonnull(problem);
    ck_assert_msg(strstr(problem, mistakes[_i].problem) != NULL, "%s: %s", mistakes[_i].format, problem);
    ck_assert_uint_eq(format.count, 77);
}
END_TEST

/* Every prefix of a good text, and every text with one byte changed, is read or refused within its bounds (under ASan).
 */
START_TEST(damaged_texts_are_read_within_their_bounds)
{
    static const char good[] = "2024-02-29T23:59:58.123+08:00";
    struct mt_date_format format;

    ck_assert_ptr_null(mt_date_format_compile("%Y-%m-%dT%H:%M:%S%f%z", &format));
    for (size_t size = 0; size < sizeof good; size++) {
        for (int byte = 0; byte < 256; byte++) {
            char *text = malloc(size + 1);
            struct mt_moment moment = {0};

            memcpy(text, good, size);
            text[size] = (char)byte;
            (void)!mt_date_format_read(&format, text, size + 1, &moment);
            free(text);
        }
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("date_format");

    tcase_add_loop_test(cases, formats_read_what_they_say_and_nothing_else, 0, (int)(sizeof reads / sizeof reads[0]));
    tcase_add_loop_test(cases, a_wrong_format_is_refused_and_leaves_the_output, 0,
                        (int)(sizeof mistakes / sizeof mistakes[0]));
    tcase_add_test(cases, damaged_texts_are_read_within_their_bounds);
    return case_run(cases);
}
