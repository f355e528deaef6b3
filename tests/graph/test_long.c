/* Spines that go on and on, and where they are cut: the same from wherever a late transfer makes the engine look. */
#include "run_suite.h"
#include "world.h"

#ifdef __SANITIZE_ADDRESS__
#define LONG_WORLDS 2
#else
#define LONG_WORLDS 8
#endif

static struct world world;

START_TEST(long_spines)
{
    uint64_t first = env_number("MT_SEED", 1);
    uint64_t count = env_number("MT_SEEDS", LONG_WORLDS);
    unsigned parts = 0;
    unsigned wrong = 0;

    for (uint64_t seed = first; seed < first + count; seed++) {
        static const enum world_order orders[] = {WORLD_BY_TIME, WORLD_LATE, WORLD_SHUFFLED, WORLD_BACKWARDS};
        char *expected;

        world_fill_long(&world, seed, 300 + (unsigned)(seed * 97 % 700));
        expected = world_oracle(&world);
        for (const char *at = expected; (at = strstr(at, " before ")) != NULL; at++)
            parts++;
        for (unsigned i = 0; i < 6; i++) { /* the last two leave most looks for later */
            struct world_run run = {.order = orders[i % 4], .batch = i == 3 ? 100 : 1 + (uint32_t)world_below(&world, 100), .workers = 1 + i % 3,
                                    .looks = i < 4 ? 0 : 1 + (uint32_t)world_below(&world, 3)};
            bool same = world_agrees(&world, &run, expected, "long", seed);

            if (!same && ++wrong == 3)
                break;
        }
        free(expected);
    }
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_gt(world_put_off(), 100 * count);
    ck_assert_uint_gt(parts, 2 * count); /* else nothing was cut and nothing proved */
}
END_TEST

RUN_SUITE("long", long_spines)
