/* What banks say of accounts, as of a time: drawn records, and all orders of them. */
#include "graph/holder.h"
#include "graph/memory_store.h"
#include "run_suite.h"

#include <stdlib.h>

static const struct mt_holder records[] = {
    {.since_ms = 10, .opened_ms = 5, .kind = MT_HOLDER_FIRM},
    {.since_ms = 20, .opened_ms = 5, .kind = MT_HOLDER_UNKNOWN},
    {.since_ms = 20, .opened_ms = 7, .kind = MT_HOLDER_UNKNOWN}, /* stands: opened later */
    {.since_ms = 30, .opened_ms = 7, .kind = MT_HOLDER_FIRM},
    {.since_ms = 30, .opened_ms = 7, .kind = MT_HOLDER_PERSON}, /* stands: says more */
};
enum { RECORDS = sizeof records / sizeof records[0] };

static void holds(const struct mt_holders *holders, int64_t at_ms, int expected)
{
    const struct mt_holder *found = mt_holder_at(holders, at_ms);

    ck_assert_msg((found == NULL) == (expected < 0), "at %lld", (long long)at_ms);
    if (expected >= 0)
        ck_assert_msg(found->since_ms == records[expected].since_ms && found->opened_ms == records[expected].opened_ms &&
                          found->kind == records[expected].kind,
                      "at %lld", (long long)at_ms);
}

START_TEST(nothing_is_said)
{
    ck_assert_ptr_null(mt_holder_at(NULL, 0));
}
END_TEST

static void order_check(const int *order)
{
    struct mt_holders *holders = NULL;

    for (int i = 0; i < RECORDS; i++) {
        ck_assert_int_eq(mt_holders_add(&holders, &records[order[i]]), MT_OK);
        ck_assert_int_eq(mt_holders_add(&holders, &records[order[i]]), MT_OK); /* twice is once */
    }
    ck_assert_uint_eq(holders->count, RECORDS);
    static const struct {
        int64_t at_ms;
        int record;
    } rows[] = {{-1, -1}, {9, -1}, {10, 0}, {19, 0}, {20, 2}, {29, 2}, {30, 4}, {INT64_MAX, 4}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        holds(holders, rows[i].at_ms, rows[i].record);
    free(holders);
}

static void orders_check(int *order, int fixed)
{
    if (fixed == RECORDS)
        order_check(order);
    for (int i = fixed; i < RECORDS; i++) {
        int other = order[fixed];

        order[fixed] = order[i];
        order[i] = other;
        orders_check(order, fixed + 1);
        order[i] = order[fixed];
        order[fixed] = other;
    }
}

START_TEST(what_holds_does_not_depend_on_the_order)
{
    int order[RECORDS] = {0, 1, 2, 3, 4};

    orders_check(order, 0);
}
END_TEST

/* With the ledger, of an account that never moved money too. */
START_TEST(a_store_tells_it_with_the_ledger)
{
    struct mt_token accounts[] = {{.bytes = {1}}, {.bytes = {2}}};
    struct mt_ledger ledgers[2];
    struct mt_memory_store *memory;

    ck_assert_int_eq(mt_memory_store_create(&memory), MT_OK);
    struct mt_store store = mt_memory_store_as_store(memory);
    ck_assert_int_eq(mt_memory_store_describe(memory, &accounts[0], &records[0]), MT_OK);
    ck_assert_int_eq(store.read(store.self, accounts, 2, ledgers), MT_OK);
    holds(ledgers[0].holders, 15, 0);
    ck_assert_uint_eq(ledgers[0].count, 0);
    ck_assert_ptr_null(ledgers[1].holders);
    mt_memory_store_destroy(memory);
}
END_TEST

RUN_SUITE("holders", nothing_is_said, what_holds_does_not_depend_on_the_order, a_store_tells_it_with_the_ledger)
