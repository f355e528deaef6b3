/* The engine against the oracle: random streams in many arrival orders, and all directed graphs of four accounts. */
#include <check.h>
#include <stdlib.h>

#include "graph/analysis.h"
#include "world.h"

static struct world world;

static uint64_t env_number(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

START_TEST(random_streams)
{
    uint64_t first = env_number("MT_SEED", 1);
    uint64_t count = env_number("MT_SEEDS", 3000);
    unsigned wrong = 0;

    for (uint64_t seed = first; seed < first + count && wrong < 3; seed++) {
        world_fill(&world, seed);
        if (!world_agrees_always(&world, "random", seed))
            wrong++;
        world_fini(&world);
    }
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* Each present arc is one transfer of the same amount. */
static void fill_graph(unsigned arcs, unsigned order)
{
    unsigned bit = 0;

    world_init(&world, order + 1);
    world.rules.hop_window_ms = 12;
    world.random += arcs;
    for (unsigned debtor = 0; debtor < 4; debtor++)
        for (unsigned creditor = 0; creditor < 4; creditor++)
            if (debtor != creditor && (arcs & (1u << bit++)) != 0)
                world_add(&world, debtor, creditor, order == 0 ? 0 : world_below(&world, 12), 100);
}

START_TEST(all_graphs_of_four)
{
    unsigned orders = (unsigned)env_number("MT_ORDERS", 11);

    for (unsigned arcs = 0; arcs < 1u << 12; arcs++)
        for (unsigned order = 0; order < orders; order++) {
            struct world_run run = {.order = WORLD_SHUFFLED, .batch = order % 2 == 0 ? 0 : 1, .workers = 1 + order % 3};
            char *expected;
            bool same;

            fill_graph(arcs, order);
            expected = world_oracle(&world);
            same = world_agrees(&world, &run, expected, "graph", arcs * 100ul + order);
            free(expected);
            ck_assert(same);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("oracle");
    TCase *streams = tcase_create("streams");
    TCase *graphs = tcase_create("graphs");
    SRunner *runner;
    int failed;

    mt_graph_start();
    tcase_set_timeout(streams, 0);
    tcase_set_timeout(graphs, 0);
    tcase_add_test(streams, random_streams);
    tcase_add_test(graphs, all_graphs_of_four);
    suite_add_tcase(suite, streams);
    suite_add_tcase(suite, graphs);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
