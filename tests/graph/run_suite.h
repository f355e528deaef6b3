/* run_suite.h: the one main() that the graph tests share: starts igraph as every process must, then runs the named cases. */
#ifndef MT_TEST_RUN_SUITE_H
#define MT_TEST_RUN_SUITE_H

#include <check.h>
#include <malloc.h>
#include <stdlib.h>

#include "graph/analysis.h"

static inline int run_suite(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *all = tcase_create("all");
    int failed;

    mallopt(M_MMAP_THRESHOLD, 1 << 30); /* thousands of engines come and go: keep their pages */
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mt_graph_start();
    tcase_set_timeout(all, 0);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#define RUN_SUITE(name, ...)                                                                   \
    int main(void)                                                                             \
    {                                                                                          \
        const TTest *const tests[] = {__VA_ARGS__};                                            \
        return run_suite(name, tests, sizeof tests / sizeof tests[0]);                         \
    }

/* A number of seeds, from the environment when a longer or a single run is wanted. */
static inline uint64_t env_number(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

#endif
