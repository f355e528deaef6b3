/* The generator's parts: chance, calendar, prices, agenda, and who knows whom. */
#include <check.h>
#include <stdlib.h>

#include "workers/generate/agenda.h"
#include "workers/generate/calendar.h"
#include "workers/generate/population.h"
#include "workers/generate/prng.h"
#include "workers/generate/tariff.h"

/* xoshiro256** from the state 1, 2, 3, 4: the values that every implementation of it gives. */
START_TEST(prng_gives_the_published_numbers)
{
    static const uint64_t expected[] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
    struct mt_prng prng = {{1, 2, 3, 4}};

    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert_uint_eq(mt_prng_next(&prng), expected[i]);
}
END_TEST

START_TEST(prng_stays_within_its_bounds)
{
    struct mt_prng prng;
    bool least = false;
    bool most = false;

    mt_prng_init(&prng, 5, 1);
    for (int i = 0; i < 10000; i++) {
        int64_t value = mt_prng_between(&prng, -3, 3);

        ck_assert_int_ge(value, -3);
        ck_assert_int_le(value, 3);
        least = least || value == -3;
        most = most || value == 3;
        ck_assert_uint_lt(mt_prng_below(&prng, 7), 7);
    }
    ck_assert(least);
    ck_assert(most);
}
END_TEST

static const struct {
    int64_t number;
    int year, month, date, weekday;
    bool last;
} day_table[] = {
    {0, 1970, 1, 1, 3, false},      {58, 1970, 2, 28, 5, true},    {11016, 2000, 2, 29, 1, true},
    {20605, 2026, 6, 1, 0, false},  {20634, 2026, 6, 30, 1, true}, {47540, 2100, 2, 28, 6, true},
    {20818, 2026, 12, 31, 3, true},
};

START_TEST(days_are_those_of_the_calendar)
{
    struct mt_day day = mt_day_of(day_table[_i].number);

    ck_assert_int_eq(day.year, day_table[_i].year);
    ck_assert_int_eq(day.month, day_table[_i].month);
    ck_assert_int_eq(day.date, day_table[_i].date);
    ck_assert_int_eq(day.weekday, day_table[_i].weekday);
    ck_assert_int_eq(day.last_of_month, day_table[_i].last);
    ck_assert_int_eq(mt_day_number(day.year, day.month, day.date), day.number);
}
END_TEST

/* Over ten years of whole weeks every date falls due once a month, moved off weekends but never lost or paid twice. */
START_TEST(each_date_is_due_once_a_month)
{
    uint32_t wages[MT_DUE_COUNT] = {0};
    uint32_t debts[MT_DUE_COUNT] = {0};
    int64_t first = 20605;                        /* a Monday, the first of June 2026 */
    int64_t last = mt_day_number(2037, 6, 1) - 1; /* a Sunday */

    ck_assert_int_eq(mt_day_of(last + 1).weekday, 0);
    for (int64_t day = first; day <= last; day++) {
        for (uint32_t date = 0; date < MT_DUE_COUNT; date++) {
            wages[date] += mt_day_wages_due(day) >> date & 1;
            debts[date] += mt_day_debts_due(day) >> date & 1;
        }
        if (mt_day_class_of(day) != MT_DAY_WORKING)
            ck_assert_uint_eq(mt_day_wages_due(day) | mt_day_debts_due(day), 0);
    }
    for (uint32_t date = 0; date < MT_DUE_FRIDAY; date++)
        ck_assert_uint_eq(wages[date], 132);
    for (uint32_t date = 1; date < MT_DUE_FRIDAY; date++)
        ck_assert_int_le(abs((int)debts[date] - 132), 1); /* the last weekend's are still owed */
    ck_assert_uint_eq(wages[MT_DUE_FRIDAY], (last - first + 1) / 7);
}
END_TEST

START_TEST(positions_of_the_calendar_are_times_in_order)
{
    uint64_t weights[MT_DAY_CLASS_COUNT][24] = {{0}};
    struct mt_calendar calendar;
    uint32_t hour = 0;
    int64_t before = 0;

    for (int class = 0; class < MT_DAY_CLASS_COUNT; class ++) {
        for (int i = 6; i < 24; i++) /* nobody is awake before six */
            weights[class][i] = (uint64_t)(1 + i * i % 7);
    }
    ck_assert_int_eq(mt_calendar_init(&calendar, 20605, 9, weights), MT_OK);
    for (uint64_t i = 0; i < 4000; i++) {
        uint64_t position = MT_CALENDAR_END / 4000 * i;
        int64_t time_ms = mt_calendar_walk(&calendar, position, &hour);

        ck_assert_int_eq(time_ms, mt_calendar_when(&calendar, position));
        ck_assert_int_ge(time_ms, before);
        ck_assert_int_ge(time_ms, calendar.start_ms);
        ck_assert_int_lt(time_ms, calendar.end_ms);
        ck_assert_int_ge(time_ms % MT_MS_DAY, 6 * MT_MS_HOUR);
        before = time_ms;
    }
    mt_calendar_fini(&calendar);
}
END_TEST

START_TEST(amounts_spread_around_their_median)
{
    struct mt_prng prng;
    uint32_t below = 0;
    uint32_t near = 0;

    mt_prng_init(&prng, 3, 1);
    for (int i = 0; i < 100000; i++) {
        int64_t amount = mt_tariff_spread(mt_prng_next(&prng), 10000, 256); /* one deviation is a factor of two */

        ck_assert_int_gt(amount, 0);
        below += amount < 10000;
        near += amount >= 5000 && amount < 20000;
    }
    ck_assert_uint_ge(below, 49000);
    ck_assert_uint_le(below, 51000);
    ck_assert_uint_ge(near, 66000); /* 68 % of a normal */
    ck_assert_uint_le(near, 70000);
    ck_assert_int_eq(mt_tariff_spread(0, 1, 900), 1); /* never nothing */
}
END_TEST

START_TEST(round_sums_lose_less_than_half)
{
    const struct mt_tariff *euro = mt_tariff_find("EUR");
    struct mt_prng prng;

    mt_prng_init(&prng, 4, 1);
    ck_assert_ptr_nonnull(euro);
    ck_assert_ptr_null(mt_tariff_find("XXX"));
    for (int i = 0; i < 20000; i++) {
        int64_t minor = mt_tariff_spread(mt_prng_next(&prng), 50000, 700);
        int64_t rounded = mt_tariff_round_sum(euro, minor, mt_prng_next(&prng));

        ck_assert_int_gt(rounded, 0);
        ck_assert_int_le(rounded, minor);
        ck_assert_int_gt(rounded * 2, minor);
        if (minor >= 2000)
            ck_assert_int_gt(rounded * 4, minor * 3);
        ck_assert(rounded % 100 == 0 || minor < 100);
    }
}
END_TEST

/* The agenda's naive twin: an array searched for its earliest entry. */
START_TEST(agenda_agrees_with_an_array)
{
    enum { SLOTS = 32 };
    struct mt_agenda agenda;
    struct mt_prng prng;
    int64_t times[SLOTS];
    uint64_t orders[SLOTS];
    bool used[SLOTS] = {false};
    uint64_t added = 0;
    uint32_t count = 0;
    bool was_full = false;

    mt_prng_init(&prng, 9, 1);
    ck_assert_int_eq(mt_agenda_init(&agenda, SLOTS), MT_OK);
    for (int step = 0; step < 20000; step++) {
        uint32_t first = SLOTS;

        for (uint32_t i = 0; i < SLOTS; i++) {
            if (used[i] &&
                (first == SLOTS || times[i] < times[first] || (times[i] == times[first] && orders[i] < orders[first])))
                first = i;
        }
        ck_assert_uint_eq(agenda.count, count);
        ck_assert_int_eq(mt_agenda_next(&agenda), first == SLOTS ? MT_AGENDA_NEVER : times[first]);
        if (first != SLOTS)
            ck_assert_uint_eq(mt_agenda_first(&agenda), first);
        if (first == SLOTS || mt_prng_chance(&prng, 520)) {
            int64_t time_ms = mt_prng_between(&prng, 0, 50);
            uint32_t slot = 777;

            if (mt_agenda_add(&agenda, time_ms, &slot)) {
                ck_assert(!used[slot]);
                used[slot] = true;
                times[slot] = time_ms;
                orders[slot] = added++;
                count++;
            } else {
                ck_assert_uint_eq(slot, 777);
                ck_assert_uint_eq(count, SLOTS);
                was_full = true;
            }
        } else if (mt_prng_chance(&prng, 500)) {
            mt_agenda_remove_first(&agenda);
            used[first] = false;
            count--;
        } else {
            times[first] += mt_prng_between(&prng, 0, 20);
            orders[first] = added++;
            mt_agenda_postpone_first(&agenda, times[first]);
        }
    }
    ck_assert(was_full);
    mt_agenda_fini(&agenda);
}
END_TEST

START_TEST(people_know_each_other_both_ways)
{
    static const int64_t counts[] = {400, 401, 1000, 5003};
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_population population;
    uint8_t *seen;

    options.account_count = counts[_i];
    ck_assert_int_eq(mt_population_init(&population, &options), MT_OK);
    seen = calloc(population.persons, 1);
    ck_assert_ptr_nonnull(seen);
    for (uint32_t person = 0; person < population.persons; person++) {
        uint32_t payee = mt_population_payee(&population, person);
        uint32_t mate = person;
        int household = 0;

        ck_assert_uint_lt(payee, population.persons);
        ck_assert(!seen[payee]++); /* a place on the payrolls is one person's, and everyone has one */
        for (uint32_t nth = 0; nth < MT_FRIEND_COUNT; nth++) {
            uint32_t friend = mt_population_friend(&population, person, nth);

            ck_assert_uint_lt(friend, population.persons);
            ck_assert_uint_eq(mt_population_friend(&population, friend, nth), person);
        }
        do { /* mates lead round the household and back */
            mate = mt_population_mate(&population, mate);
            ck_assert_int_le(++household, 4);
        } while (mate != person);
        for (uint32_t nth = 0; nth < 8; nth++)
            ck_assert(
                mt_population_is(&population, mt_population_favourite(&population, person, nth), MT_ROLE_MERCHANT));
        ck_assert(mt_population_is(&population, mt_population_landlord(&population, person), MT_ROLE_LANDLORD));
    }
    for (uint32_t nth = 0; nth < mt_population_count(&population, MT_ROLE_SAVINGS); nth++) {
        uint32_t account = mt_population_nth(&population, MT_ROLE_SAVINGS, nth);
        uint32_t savings = 0;

        ck_assert(mt_population_savings(&population, mt_population_saver(&population, account), &savings));
        ck_assert_uint_eq(savings, account);
    }
    for (uint32_t business = population.first[MT_ROLE_MERCHANT]; business < population.first[MT_ROLE_LANDLORD];
         business++) {
        for (uint32_t nth = 0; nth < MT_PARTNER_COUNT; nth++)
            ck_assert_uint_ne(mt_population_partner(&population, business, nth), business);
    }
    free(seen);
    mt_population_fini(&population);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("generate_parts");
    TCase *tests = tcase_create("parts");
    SRunner *runner;
    int failed;

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, prng_gives_the_published_numbers);
    tcase_add_test(tests, prng_stays_within_its_bounds);
    tcase_add_loop_test(tests, days_are_those_of_the_calendar, 0, sizeof day_table / sizeof day_table[0]);
    tcase_add_test(tests, each_date_is_due_once_a_month);
    tcase_add_test(tests, positions_of_the_calendar_are_times_in_order);
    tcase_add_test(tests, amounts_spread_around_their_median);
    tcase_add_test(tests, round_sums_lose_less_than_half);
    tcase_add_test(tests, agenda_agrees_with_an_array);
    tcase_add_loop_test(tests, people_know_each_other_both_ways, 0, 4);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
