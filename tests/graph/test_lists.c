/* Who was listed when: drawn records, and random ones in any order against a naive reading of lists.h. */
#include "graph/lists.h"

#include "run_suite.h"

#include <stdlib.h>

static uint64_t chance = 1;

static unsigned below(unsigned limit)
{
    chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(chance >> 33) % limit;
}

static struct mt_listing record_of(unsigned entry, unsigned subject, int64_t since, int64_t from, int64_t until, enum mt_listing_state state)
{
    return (struct mt_listing){.entry.bytes = {(uint8_t)entry},
                               .subject.bytes = {(uint8_t)subject},
                               .since_ms = since,
                               .from_ms = from,
                               .until_ms = until,
                               .state = (uint8_t)state,
                               .kind = MT_SUBJECT_ACCOUNT,
                               .text = "text",
                               .text_size = 4};
}

static bool add(struct mt_lists *lists, struct mt_listing record)
{
    bool changed;

    ck_assert_int_eq(mt_lists_add(lists, &record, &changed), MT_OK);
    return changed;
}

static bool listed(const struct mt_lists *lists, unsigned subject, int64_t at)
{
    return mt_lists_hold(lists, &(struct mt_token){.bytes = {(uint8_t)subject}}, at);
}

START_TEST(nobody_is_listed_without_lists)
{
    struct mt_lists *lists;

    ck_assert(!listed(NULL, 1, 0));
    ck_assert_uint_eq(mt_lists_count(NULL), 0);
    ck_assert_int_eq(mt_lists_create(&lists), MT_OK);
    ck_assert(!listed(lists, 1, 0));
    mt_lists_destroy(lists);
    mt_lists_destroy(NULL);
}
END_TEST

/* The drawing of lists.h. */
START_TEST(an_appeal_suspends)
{
    struct mt_lists *lists;

    ck_assert_int_eq(mt_lists_create(&lists), MT_OK);
    ck_assert(add(lists, record_of(1, 1, 10, 0, 100, MT_LISTING_ACTIVE)));
    ck_assert(add(lists, record_of(1, 1, 50, 0, 100, MT_LISTING_ACTIVE)));
    ck_assert(add(lists, record_of(1, 1, 30, 0, 100, MT_LISTING_SUSPENDED)));
    ck_assert(!add(lists, record_of(1, 1, 30, 0, 100, MT_LISTING_SUSPENDED)));
    static const struct {
        int64_t at;
        bool listed;
    } rows[] = {{0, false}, {9, false}, {10, true}, {29, true}, {30, false}, {49, false}, {50, true}, {99, true}, {100, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(listed(lists, 1, rows[i].at) == rows[i].listed, "at %lld", (long long)rows[i].at);
    ck_assert(!listed(lists, 2, 20));
    mt_lists_destroy(lists);
}
END_TEST

/* It should never have been: lifted as of its own beginning, whichever comes first. */
START_TEST(the_more_lenient_stands)
{
    for (int order = 0; order < 2; order++) {
        struct mt_listing harsh = record_of(1, 1, 10, 0, 100, MT_LISTING_ACTIVE), mild = record_of(1, 1, 10, 0, 100, MT_LISTING_LIFTED);
        struct mt_lists *lists;

        ck_assert_int_eq(mt_lists_create(&lists), MT_OK);
        add(lists, order == 0 ? harsh : mild);
        ck_assert(add(lists, order == 0 ? mild : harsh) == (order == 0));
        ck_assert(!listed(lists, 1, 20));
        ck_assert_uint_eq(mt_lists_count(lists), 1);
        mt_lists_destroy(lists);
    }
}
END_TEST

/* Two lists, one lifted: still listed by the other, which is told with its text. */
START_TEST(every_list_counts_for_itself)
{
    struct mt_token subject = {.bytes = {1}};
    struct mt_lists *lists;

    ck_assert_int_eq(mt_lists_create(&lists), MT_OK);
    add(lists, record_of(1, 1, 10, 0, 100, MT_LISTING_ACTIVE));
    add(lists, record_of(2, 1, 10, 0, 100, MT_LISTING_ACTIVE));
    const struct mt_listing *first = mt_lists_next(lists, &subject, 20, NULL), *second = mt_lists_next(lists, &subject, 20, first);
    ck_assert_int_eq(first->entry.bytes[0], 1);
    ck_assert_int_eq(second->entry.bytes[0], 2);
    ck_assert_mem_eq(second->text, "text", 4);
    ck_assert_ptr_null(mt_lists_next(lists, &subject, 20, second));
    add(lists, record_of(1, 1, 15, 0, 100, MT_LISTING_LIFTED));
    ck_assert_int_eq(mt_lists_next(lists, &subject, 20, NULL)->entry.bytes[0], 2);
    mt_lists_destroy(lists);
}
END_TEST

/* Of an entry's records not after the time, the last, of those of one moment the most lenient. */
static bool naive(const struct mt_listing *records, unsigned count, unsigned subject, int64_t at)
{
    for (unsigned entry = 0; entry < 4; entry++) {
        const struct mt_listing *last = NULL;

        for (unsigned i = 0; i < count; i++) {
            const struct mt_listing *record = &records[i];

            if (record->entry.bytes[0] == entry && record->subject.bytes[0] == subject && record->since_ms <= at &&
                (last == NULL || record->since_ms > last->since_ms || (record->since_ms == last->since_ms && record->state > last->state)))
                last = record;
        }
        if (last != NULL && last->state == MT_LISTING_ACTIVE && last->from_ms <= at && at < last->until_ms)
            return true;
    }
    return false;
}

START_TEST(random_records_in_any_order)
{
    for (int round = 0; round < 2000; round++) {
        struct mt_listing records[24];
        unsigned count = 1 + below(24);
        struct mt_lists *lists;

        ck_assert_int_eq(mt_lists_create(&lists), MT_OK);
        for (unsigned i = 0; i < count; i++) { /* one subject's records of a moment differ in their state alone */
            unsigned subject = below(3), since = below(8);

            records[i] = record_of(below(4), subject, since, subject + since, 4 + 2 * since, (enum mt_listing_state)below(3));
            add(lists, records[i]);
        }
        for (unsigned i = 0; i < 5; i++)
            add(lists, records[below(count)]);
        for (unsigned subject = 0; subject < 3; subject++)
            for (int64_t at = 0; at < 22; at++)
                ck_assert_int_eq(listed(lists, subject, at), naive(records, count, subject, at));
        mt_lists_destroy(lists);
    }
}
END_TEST

START_TEST(many_subjects)
{
    struct mt_lists *lists;

    ck_assert_int_eq(mt_lists_create(&lists), MT_OK);
    for (uint32_t i = 0; i < 20000; i++) {
        struct mt_listing record = record_of(1, 0, 0, 0, 100, MT_LISTING_ACTIVE);

        memcpy(record.subject.bytes + 1, &i, sizeof i);
        ck_assert(add(lists, record));
    }
    ck_assert_uint_eq(mt_lists_count(lists), 20000);
    struct mt_listing known = record_of(1, 0, 0, 0, 100, MT_LISTING_ACTIVE), stranger = record_of(2, 0, 0, 0, 100, MT_LISTING_ACTIVE);
    ck_assert(mt_lists_stand(lists, &known));
    ck_assert(!mt_lists_stand(lists, &stranger));
    for (uint32_t i = 0; i < 40000; i++) {
        struct mt_token subject = {.bytes = {0}};

        memcpy(subject.bytes + 1, &i, sizeof i);
        ck_assert(mt_lists_hold(lists, &subject, 5) == (i < 20000));
    }
    mt_lists_clear(lists);
    ck_assert_uint_eq(mt_lists_count(lists), 0);
    ck_assert(!mt_lists_stand(lists, &known));
    ck_assert(add(lists, known));
    ck_assert(listed(lists, 0, 5));
    mt_lists_destroy(lists);
}
END_TEST

RUN_SUITE("lists", nobody_is_listed_without_lists, an_appeal_suspends, the_more_lenient_stands, every_list_counts_for_itself,
          random_records_in_any_order, many_subjects)
