/*
 * Turns, drawn: what one late report or one more transfer must change, and where. Each drawing was a bug once, or nearly.
 */
#include "run_suite.h"
#include "world.h"

static struct world world;

static void check_runs(const char *name)
{
    char *expected = world_oracle(&world);

    for (unsigned i = 0; i < 3 * WORLD_ORDERS; i++) {
        struct world_run run = {.order = (enum world_order)(i % WORLD_ORDERS), .batch = 1 + i / WORLD_ORDERS, .workers = 1 + i % 2};

        ck_assert(world_agrees(&world, &run, expected, name, i));
    }
    free(expected);
}

/*
 *  0 ── 1 ── ... 99 ┆ 100 ── ... 163 ── 164     key of 100 is the smallest: 164 makes the cut before 100, 64 transfers back,
 *  └─ one finding ──┘ └─ another ─────────┘     and the first half must be told as well
 */
START_TEST(cut_that_a_distant_arrival_makes)
{
    world_init(&world, 1);
    for (unsigned i = 0; i <= 165; i++) {
        struct mt_transfer *report = world_add(&world, i, i + 1, i * 10, 100);

        report->key.bytes[0] = i == 100 ? 0 : (uint8_t)(report->key.bytes[0] | 1);
        if (i >= 163 && i <= 165)
            check_runs("distant cut");
    }
}
END_TEST

/*
 *  a ─100─► b ─100─► c ─100─► d      p ─90─► b is a branch; its other bank's report adds an id, then a conflict
 */
START_TEST(branch_that_its_other_report_changes)
{
    struct mt_transfer *report;

    world_init(&world, 2);
    world_add(&world, 0, 1, 10, 100);
    world_add(&world, 1, 2, 20, 190);
    world_add(&world, 2, 3, 30, 190);
    report = world_add(&world, 9, 1, 11, 90);
    report->side = MT_SIDE_CREDITOR;
    check_runs("one report");
    world.reports[world.count] = *report;
    world.reports[world.count].side = MT_SIDE_DEBTOR;
    world.reports[world.count].source.offset = world.count;
    world.reports[world.count++].id[0] = 'R';
    check_runs("another id");
    world.reports[world.count] = *report;
    world.reports[world.count].amount.minor = 91;
    world.reports[world.count].source.offset = world.count;
    world.count++;
    check_runs("conflict");
}
END_TEST

/*
 *  a ──► b ──► c ◄── y, z     z's payment makes c a hub (K 2) until a third report says that it is one with a much later one
 */
START_TEST(hub_that_a_joining_report_undoes)
{
    struct mt_transfer *report;

    world_init(&world, 3);
    world.rules.hop_window_ms = 10;
    world.rules.hub_counterparties = 2;
    world.rules.chain_links = 1;
    world_add(&world, 0, 1, 10, 100);
    world_add(&world, 1, 2, 12, 100);
    world_add(&world, 8, 2, 13, 5);
    report = world_add(&world, 9, 2, 13, 7);
    report->weak = true;
    report->side = MT_SIDE_CREDITOR; /* the debtor's bank has the last word on the time */
    check_runs("hub");
    world_add(&world, 9, 2, 1000, 7);
    check_runs("hub still: nobody says that these are one");
    report = world_add(&world, 9, 2, 14, 7);
    report->key = world.reports[world.count - 2].key;
    report->side = MT_SIDE_CREDITOR;
    report->aliases[report->alias_count++] = world.reports[world.count - 3].key;
    check_runs("no hub");
}
END_TEST

static bool holds(const struct mt_outcome *outcome, const struct mt_token *account)
{
    for (uint32_t i = 0; i < outcome->account_count; i++)
        if (mt_token_equal(&outcome->accounts[i], account))
            return true;
    return false;
}

static void step_through(struct mt_trace *trace, const struct mt_store *store)
{
    static struct mt_ledger ledgers[256];
    enum mt_status status = MT_WANT;

    while (status == MT_WANT) {
        size_t wanted;
        const struct mt_token *accounts = mt_trace_wants(trace, &wanted);

        ck_assert_uint_le(wanted, 256);
        ck_assert_int_eq(store->read(store->self, accounts, wanted, ledgers), MT_OK);
        mt_trace_give(trace, ledgers);
        status = mt_trace_step(trace);
    }
    ck_assert_int_eq(status, MT_OK);
}

/* Every ledger that a spine needs when it is looked at alone is named in its outcome of a turn that looked at many. */
static void check_accounts(struct mt_trace *many, struct mt_trace *alone, const struct mt_store *store)
{
    size_t count;
    const struct mt_outcome *outcomes;

    ck_assert_int_eq(store->append(store->self, world.reports, world.count), MT_OK);
    mt_trace_begin(many, world.reports, world.count, INT64_MIN);
    step_through(many, store);
    outcomes = mt_trace_outcomes(many, &count);
    for (size_t i = 0; i < count; i++) {
        const struct mt_outcome *other;
        size_t one;

        mt_trace_begin(alone, NULL, 0, INT64_MIN);
        mt_trace_look(alone, &outcomes[i].spots[0]);
        step_through(alone, store);
        other = mt_trace_outcomes(alone, &one);
        ck_assert_uint_ge(one, 1);
        ck_assert((other->finding == NULL) == (outcomes[i].finding == NULL));
        ck_assert(other->finding == NULL || mt_finding_equal(other->finding, outcomes[i].finding));
        for (uint32_t a = 0; a < other->account_count; a++)
            ck_assert_msg(holds(&outcomes[i], &other->accounts[a]), "a ledger was used and not named");
    }
}

START_TEST(outcome_names_every_ledger_it_used)
{
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct mt_trace_options options = {.rules = &world.rules};
        struct mt_memory_store *memory;
        struct mt_trace *many, *alone;

        world_fill(&world, seed);
        options.rates = world.rates;
        struct mt_lines *lines = world_lines(&world);
        options.lines = lines;
        ck_assert_int_eq(mt_memory_store_create(&memory), MT_OK);
        ck_assert_int_eq(mt_trace_create(&options, &many), MT_OK);
        ck_assert_int_eq(mt_trace_create(&options, &alone), MT_OK);
        struct mt_store store = mt_memory_store_as_store(memory);
        check_accounts(many, alone, &store);
        mt_trace_destroy(many);
        mt_trace_destroy(alone);
        mt_memory_store_destroy(memory);
        mt_lines_destroy(lines);
        world_fini(&world);
    }
}
END_TEST

/*
 * The Xiamen case (domain.md 1.2): 100,000 into the first layer, 22 minutes later all of it into the second, 8 and 9 minutes after
 * that two parts into the third.
 *
 *   v ─100,000─► L1 ─100,000─► L2 ─60,000─► L3a
 *                                └─40,000─► L3b
 */
START_TEST(xiamen_case)
{
    const int64_t minute = 60000;
    struct mt_lore lore = {.rules = &world.rules};
    struct mt_lines *lines;
    struct oracle_set set;
    const struct mt_finding *finding;

    world_init(&world, 4);
    world.rules.detectors = 0; /* L1's day is a finding, too */
    world_add(&world, 0, 1, 0, 10000000);
    world_add(&world, 1, 2, 22 * minute, 10000000);
    world_add(&world, 2, 3, 30 * minute, 6000000);
    world_add(&world, 2, 4, 31 * minute, 4000000);
    check_runs("xiamen");
    lore.lines = lines = world_lines(&world);
    set = oracle_find(&lore, world.reports, world.count);
    mt_lines_destroy(lines);
    ck_assert_uint_eq(set.count, 1);
    finding = &set.findings[0];
    ck_assert_uint_eq(finding->spine_count, 3);
    ck_assert_uint_eq(finding->branch_count, 1);
    ck_assert_int_eq(finding->transfers[3].role, MT_ROLE_OUT);
    ck_assert_int_eq(finding->transfers[3].minor, 4000000);
    ck_assert_int_eq(finding->carried_minor, 6000000);
    ck_assert_int_eq(finding->dwell_median_ms, 22 * minute);
    oracle_free(&set);
}
END_TEST

RUN_SUITE("trace", cut_that_a_distant_arrival_makes, branch_that_its_other_report_changes, hub_that_a_joining_report_undoes,
          outcome_names_every_ledger_it_used, xiamen_case)
