/* The engine against the oracle: random streams in many arrival orders, and all directed graphs of four accounts. */
#include "run_suite.h"
#include "world.h"

#ifdef __SANITIZE_ADDRESS__
#define STREAMS 400
#define REPORTS 800
#define ORDERS 2
#else
#define STREAMS 1500
#define REPORTS 3000
#define ORDERS 11
#endif

static struct world world;

/* Seeds from MT_SEED on, MT_SEEDS of them; all of them must agree, and the first few that do not are shown. */
static void run_seeds(const char *name, void (*fill)(struct world *world, uint64_t seed), uint64_t count)
{
    uint64_t first = env_number("MT_SEED", 1);
    unsigned wrong = 0;

    count = env_number("MT_SEEDS", count);
    for (uint64_t seed = first; seed < first + count && wrong < 3; seed++) {
        fill(&world, seed);
        if (!world_agrees_always(&world, name, seed))
            wrong++;
        world_fini(&world);
    }
    ck_assert_uint_eq(wrong, 0);
}

START_TEST(random_streams)
{
    run_seeds("stream", world_fill, STREAMS);
}
END_TEST

START_TEST(random_days)
{
    run_seeds("days", world_fill_days, STREAMS);
}
END_TEST

START_TEST(random_lists)
{
    run_seeds("lists", world_fill_lists, STREAMS);
}
END_TEST

START_TEST(random_reports)
{
    run_seeds("reports", world_fill_reports, REPORTS);
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
    unsigned orders = (unsigned)env_number("MT_ORDERS", ORDERS);

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

RUN_SUITE("oracle", random_streams, random_days, random_lists, random_reports, all_graphs_of_four)
