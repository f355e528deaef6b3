/*
 * The table of reporting lines and pars: ours, a bank's rows in their place, files that are wrong; and that "large" and "size" say the same.
 */
#include "schemas/lines.h"

#include "../graph/run_suite.h"
#include "schemas/currency.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SIZE_LEAST 25000

static uint16_t code(const char *text)
{
    return mt_currency_find(text, strlen(text))->numeric;
}

static char path[64];

static void file_write(const char *text)
{
    int file;

    snprintf(path, sizeof path, "/tmp/moneytrail-lines-XXXXXX");
    file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
}

START_TEST(ours_has_the_laws_lines)
{
    static const struct {
        const char *code;
        int64_t line_minor, least_minor;
    } rows[] = {
        {"USD", 1000000, 25000},   {"EUR", 1000000, 25000},         {"CNY", 5000000, 175000},  {"GBP", 1000000, 20000},
        {"JPY", 2000000, 37500},   {"IDR", 50000000000, 400000000}, {"KRW", 10000000, 350000}, {"XBT", 0, 250000},
        {"VND", 0, 6500000},       {"KWD", 0, 77500},               {"XXX", 1000000, 25000},   {"BOV", 0, INT64_MAX},
    };
    struct mt_lines *lines;
    char error[256];

    ck_assert_int_eq(mt_lines_load(NULL, NULL, SIZE_LEAST, &lines, error), MT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct mt_line_limits *limits = mt_lines_of(lines, code(rows[i].code));

        ck_assert_msg(limits->line_minor == rows[i].line_minor, "%s: line %lld", rows[i].code, (long long)limits->line_minor);
        ck_assert_msg(limits->least_minor == rows[i].least_minor, "%s: least %lld", rows[i].code, (long long)limits->least_minor);
    }
    ck_assert(mt_lines_near(lines, 840, 999999) && mt_lines_near(lines, 840, 800000));
    ck_assert(!mt_lines_near(lines, 840, 1000000) && !mt_lines_near(lines, 840, 799999));
    ck_assert(!mt_lines_near(lines, code("VND"), 0) && !mt_lines_large(lines, code("BOV"), INT64_MAX - 1));
    ck_assert_int_eq(mt_lines_size(lines, code("BOV"), 5), 0);
    ck_assert_int_eq(mt_lines_size(lines, UINT16_MAX, 5), 0);
    mt_lines_destroy(lines);
}
END_TEST

/* Every currency, at the sums around its limit and at the ends of what there is. */
START_TEST(large_is_size_of_the_least)
{
    static const int64_t leasts[] = {1, 7, SIZE_LEAST, 1000000, INT64_C(1000000000000)};

    for (size_t l = 0; l < sizeof leasts / sizeof leasts[0]; l++) {
        struct mt_lines *lines;
        char error[256];

        ck_assert_int_eq(mt_lines_load(NULL, NULL, leasts[l], &lines, error), MT_OK);
        for (uint16_t c = 0; c < MT_LINES_CURRENCIES + 2; c++) {
            int64_t least = mt_lines_of(lines, c)->least_minor;

            for (int64_t off = -2; off <= 2; off++) {
                int64_t minor = least > INT64_MAX - 3 ? INT64_MAX - 5 + off : least + off;

                ck_assert(minor < 0 || mt_lines_large(lines, c, minor) == (mt_lines_size(lines, c, minor) >= leasts[l]));
            }
            ck_assert_int_ge(mt_lines_size(lines, c, INT64_MAX), 0);
        }
        mt_lines_destroy(lines);
    }
}
END_TEST

START_TEST(a_file_takes_the_place_of_rows)
{
    static const struct mt_rate rates[] = {{INT64_MIN, 10000000000, 978}, {INT64_MIN, 20000000000, 984}, {5, 1, 984}};
    struct mt_lines *lines, *ours;
    struct mt_rates *table;
    char error[256];

    ck_assert_int_eq(mt_rates_create(rates, 3, &table), MT_OK);
    ck_assert_int_eq(mt_lines_load(NULL, NULL, SIZE_LEAST, &ours, error), MT_OK);
    file_write("currency,line,par\r\nUSD,5000.50,2\n\nJPY,,100\nBRL,30000,\nGBP,,0.9\nBOV,7,");
    ck_assert_msg(mt_lines_load(path, table, SIZE_LEAST, &lines, error) == MT_OK, "%s", error);
    unlink(path);
    ck_assert_int_eq(lines->at[840].line_minor, 500050);
    ck_assert_int_eq(lines->at[840].least_minor, 50000);
    ck_assert_int_eq(lines->at[392].line_minor, 0);
    ck_assert_int_eq(lines->at[392].least_minor, 25000);
    ck_assert_int_eq(lines->at[986].line_minor, 3000000);
    ck_assert_int_eq(lines->at[986].least_minor, 137500); /* ours */
    ck_assert_int_eq(lines->at[826].line_minor, 0);
    ck_assert_int_eq(lines->at[826].least_minor, 22500);
    ck_assert_int_eq(lines->at[984].line_minor, 700);
    ck_assert_int_eq(lines->at[984].least_minor, 12500); /* by the first rate: twice a euro */
    ck_assert_int_eq(lines->at[978].line_minor, 1000000);
    ck_assert_uint_ne(lines->version, ours->version);
    mt_lines_destroy(lines);
    ck_assert_int_eq(mt_lines_load(NULL, table, 7, &lines, error), MT_OK);
    ck_assert_uint_ne(lines->version, ours->version); /* it has a par more */
    ck_assert_int_eq(lines->at[984].line_minor, 0);
    mt_lines_destroy(lines);
    ck_assert_int_eq(mt_lines_load(NULL, NULL, 7, &lines, error), MT_OK);
    ck_assert_uint_eq(lines->version, ours->version);
    mt_lines_destroy(lines);
    mt_lines_destroy(ours);
    mt_rates_destroy(table);
}
END_TEST

START_TEST(bad_files_are_refused)
{
    static const struct {
        const char *text, *error;
    } files[] = {
        {"", "line 1: no header"},
        {"currency,line\nUSD,1\n", "line 1: the header is not currency,line,par"},
        {"USD,10000,1\n", "line 1: the header is not currency,line,par"},
        {"currency,line,par\nUSD,10000\n", "line 2: a row is currency,line,par"},
        {"currency,line,par\nUSD,10000,1,x\n", "line 2: a row is currency,line,par"},
        {"currency,line,par\nUSD,10,000,1\n", "line 2: a row is currency,line,par"},
        {"currency,line,par\nZZZ,10000,1\n", "line 2: unknown currency"},
        {"currency,line,par\nusd,10000,1\n", "line 2: unknown currency"},
        {"currency,line,par\nEUR,1,1\nUSD,0,1\n", "line 3: the line is not a sum above 0"},
        {"currency,line,par\nUSD,-5,1\n", "line 2: the line is not a sum above 0"},
        {"currency,line,par\nUSD,1e4,1\n", "line 2: the line is not a sum above 0"},
        {"currency,line,par\nJPY,2000000.50,150\n", "line 2: the line is not a sum above 0"},
        {"currency,line,par\nUSD,99999999999999999999,1\n", "line 2: the line is not a sum above 0"},
        {"currency,line,par\nUSD,10000,0\n", "line 2: the par is not a decimal above 0"},
        {"currency,line,par\nUSD,10000,-1\n", "line 2: the par is not a decimal above 0"},
        {"currency,line,par\nUSD,10000,one\n", "line 2: the par is not a decimal above 0"},
        {"currency,line,par\nUSD,10000,0.0000000001\n", "line 2: the par is not a decimal above 0"},
        {"currency,line,par\nXBT,,9000000000\n", "line 2: the par is too large"},
        {"currency,line,par\nUSD,10000,1\nEUR,1,1\nUSD,10000,1\n", "line 4: a second row of the currency"},
    };
    struct mt_lines *lines = (struct mt_lines *)path;
    char error[256], row[512];

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        file_write(files[i].text);
        ck_assert_msg(mt_lines_load(path, NULL, SIZE_LEAST, &lines, error) == MT_BAD_CONFIG, "taken: %s", files[i].text);
        ck_assert_str_eq(error, files[i].error);
        unlink(path);
    }
    memset(row, '1', sizeof row - 1);
    row[sizeof row - 1] = '\0';
    memcpy(row, "currency,line,par\nUSD,", 22);
    file_write(row);
    ck_assert_int_eq(mt_lines_load(path, NULL, SIZE_LEAST, &lines, error), MT_BAD_CONFIG);
    ck_assert_str_eq(error, "line 2: too long");
    unlink(path);
    ck_assert_int_eq(mt_lines_load(path, NULL, SIZE_LEAST, &lines, error), MT_IO);
    ck_assert_int_eq(mt_lines_load("/tmp", NULL, SIZE_LEAST, &lines, error), MT_IO);
    ck_assert_ptr_eq(lines, (struct mt_lines *)path); /* untouched */
}
END_TEST

START_TEST(bad_rows_are_refused)
{
    static const struct mt_line bad[][2] = {
        {{1024, 0, 1, 1}, {0}}, {{840, -1, 1, 1}, {0}}, {{840, 0, 1, 0}, {0}}, {{840, 0, 0, 1}, {0}}, {{840, 0, -1, -1}, {0}}, {{840, 0, 1, 1}, {840, 0, 1, 1}},
    };
    struct mt_lines *lines;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_int_eq(mt_lines_create(&(struct mt_lines_options){bad[i], 2, NULL, 1}, &lines), MT_BAD_CONFIG);
}
END_TEST

RUN_SUITE("lines", ours_has_the_laws_lines, large_is_size_of_the_least, a_file_takes_the_place_of_rows, bad_files_are_refused, bad_rows_are_refused)
