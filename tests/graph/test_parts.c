/* The pieces of graph/ one by one: tables of small cases, then naive twins on random steps. */
#include "graph/draws.h"
#include "graph/entry_pool.h"
#include "graph/hubs.h"
#include "oracle_merge.h"
#include "run_suite.h"
#include "world.h"

static struct world world;
static struct mt_arena *arena;

static void begin(uint64_t seed)
{
    world_init(&world, seed);
    if (arena == NULL)
        ck_assert_int_eq(mt_arena_create((size_t)1 << 28, &arena), MT_OK);
    mt_arena_reset(arena);
}

/* ---- rates ---- */

static const struct mt_rate rate_rows[] = {
    {.from_ms = 100, .value = 7, .currency = 2},          {.from_ms = INT64_MIN, .value = 10, .currency = 1},
    {.from_ms = 200, .value = 3, .currency = 2},          {.from_ms = INT64_MIN, .value = INT64_MAX, .currency = 9},
    {.from_ms = 50, .value = 1, .currency = 8},
};

START_TEST(rates_by_day)
{
    static const struct {
        const char *name;
        int64_t at_ms, minor;
        uint16_t from, to;
        int64_t expected;
    } table[] = {
        {"same currency, no rate needed", 0, 5, 77, 77, 5},
        {"before the first day", 99, 5, 1, 2, -1},
        {"on the first day", 100, 7, 1, 2, 10},
        {"the day before the next", 199, 7, 1, 2, 10},
        {"on the next day", 200, 7, 1, 2, 23},
        {"rounded down to nothing", 200, 1, 2, 1, 0},
        {"unknown currency", 200, 1, 1, 5, -1},
        {"the other unknown", 200, 1, 5, 1, -1},
        {"beyond 64 bits on the way", 200, 1000, 9, 9, 1000},
        {"saturates", 200, INT64_MAX, 9, 8, INT64_MAX},
        {"128 bits on the way, then back in range", 200, INT64_MAX, 8, 9, 1},
        {"one short of that", 200, INT64_MAX - 1, 8, 9, 0},
        {"before ever", INT64_MIN, 3, 1, 9, 0},
    };
    struct mt_rates *rates;

    ck_assert_int_eq(mt_rates_create(rate_rows, 5, &rates), MT_OK);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        ck_assert_msg(mt_rates_convert(rates, table[i].at_ms, table[i].minor, table[i].from, table[i].to) == table[i].expected,
                      "%s", table[i].name);
    mt_rates_destroy(rates);
    ck_assert_int_eq(mt_rates_convert(NULL, 0, 5, 1, 1), 5);
    ck_assert_int_eq(mt_rates_convert(NULL, 0, 5, 1, 2), -1);
}
END_TEST

START_TEST(rates_that_are_refused)
{
    static const struct mt_rate bad[][2] = {
        {{1, 10, 1}, {2, 0, 1}},
        {{1, -1, 1}, {2, 10, 1}},
        {{1, 10, 1}, {1, 11, 1}},
    };
    struct mt_rates *const untouched = (struct mt_rates *)&world;
    struct mt_rates *rates = untouched;

    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(mt_rates_create(bad[i], 2, &rates), MT_BAD_CONFIG);
        ck_assert_ptr_eq(rates, untouched);
    }
    ck_assert_int_eq(mt_rates_create(NULL, 0, &rates), MT_OK);
    ck_assert_int_eq(mt_rates_convert(rates, 0, 5, 1, 2), -1);
    mt_rates_destroy(rates);
}
END_TEST

/* ---- links ---- */

#define ME 1

static struct mt_ledger my_ledger(const struct mt_memory_store *memory, const struct mt_token *account)
{
    struct mt_store store = mt_memory_store_as_store((struct mt_memory_store *)memory);
    struct mt_ledger ledger;

    ck_assert_int_eq(store.read(store.self, account, 1, &ledger), MT_OK);
    return ledger;
}

static struct mt_memory_store *remember(uint32_t count)
{
    struct mt_memory_store *memory;

    ck_assert_int_eq(mt_memory_store_create(&memory), MT_OK);
    struct mt_store store = mt_memory_store_as_store(memory);
    ck_assert_int_eq(store.append(store.self, world.reports, count), MT_OK);
    return memory;
}

/* i time amount: into ME; o: out of it. Transfers are numbered as they are written; expected: from>to given, S strong M main H hub. */
static void check_links(const char *drawing, const char *expected)
{
    struct mt_lore lore = {.rules = &world.rules};
    struct mt_token me = world_account(&world, ME);
    char found[512] = "";
    int used = 0;

    world.count = 0;
    for (const char *at = drawing; *at != '\0';) {
        char way;
        int time_ms, minor;

        ck_assert_int_eq(sscanf(at, " %c %d %d%n", &way, &time_ms, &minor, &used), 3);
        struct mt_transfer *report = world_add(&world, way == 'o' ? ME : 10 + world.count, way == 'o' ? 10 + world.count : ME,
                                               time_ms, minor);
        report->key.bytes[0] = (uint8_t)world.count;
        if (way == 'r')
            report->kind = MT_KIND_RETURN;
        at += used;
    }
    struct mt_memory_store *memory = remember(world.count);
    struct mt_ledger ledger = my_ledger(memory, &me);
    struct mt_links links = mt_links_find(&lore, &ledger, INT64_MIN / 2, INT64_MAX / 2, MT_SEQUENCE_ALL, arena);

    for (uint32_t i = 0; i < links.count; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%d>%d %d%s%s%s%s", i > 0 ? ", " : "",
                 links.at[i].from->key.bytes[15], links.at[i].to->key.bytes[15], (int)links.at[i].given,
                 links.at[i].strong || links.at[i].hub ? " " : "", links.at[i].strong ? "S" : "", links.at[i].main ? "M" : "",
                 links.at[i].hub ? "H" : "");
    ck_assert_str_eq(found, expected);
    mt_memory_store_destroy(memory);
}

START_TEST(links_drawn)
{
    begin(5);
    world.rules.hop_window_ms = 10;
    check_links("", "");
    check_links("i 0 100", "");
    check_links("o 0 100", "");
    check_links("i 0 100  o 0 100", "0>1 100 SM");       /* equal times: the inflow is first */
    check_links("i 1 100  o 0 100", "");
    check_links("i 0 100  o 10 100", "0>1 100 SM");      /* exactly W old */
    check_links("i 0 100  o 11 100", "");
    check_links("i 0 100  i 1 50  o 2 60", "1>2 50 SM, 0>2 10");                 /* the newest first */
    check_links("i 0 100  o 1 80", "0>1 80 SM");                                 /* exactly rho */
    check_links("i 0 1000  o 1 799", "0>1 799");
    check_links("i 0 100  o 1 40  o 2 40  o 3 20", "0>1 40 SM, 0>2 40 S, 0>3 20 S"); /* a tie: the earlier child */
    check_links("i 0 100  i 0 100  o 1 200", "1>2 100 S, 0>2 100 SM");           /* a tie: the smaller key is the parent */
    check_links("i 0 100  o 1 100  o 2 100", "0>1 100 SM");                      /* nothing is given twice */
    check_links("i 0 100  r 1 100  o 2 100", "0>2 100 SM");                      /* a return funds nothing */
    world.rules.hub_counterparties = 2;
    check_links("o 0 1  o 0 1  i 1 100  o 2 100", "2>3 100 SH");                 /* a hub when the money came */
    check_links("i 0 100  o 1 50  o 2 50", "0>1 50 SM, 0>2 50 S");                /* what it becomes later cuts nothing */
    check_links("r 0 1  o 0 1  i 11 100  o 12 100", "2>3 100 SM");
    check_links("r 1 1  o 1 1  i 11 100  o 12 100", "2>3 100 SH");               /* a return counts as a counterparty */
}
END_TEST

static bool same_link(const struct mt_link *left, const struct mt_link *right)
{
    return mt_key_equal(&left->from->key, &right->from->key) && mt_key_equal(&left->to->key, &right->to->key) &&
           left->given == right->given && left->received == right->received && left->passed == right->passed &&
           left->strong == right->strong && left->hub == right->hub && left->main == right->main;
}

/* Asking for some inflows' links gives what asking for all gives of them; asking up to a sequence, what there was then. */
START_TEST(links_of_a_part)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct mt_lore lore = {.rules = &world.rules};

        begin(seed);
        world_fill(&world, seed);
        lore.rates = world.rates;
        struct mt_token me = world_account(&world, ME);
        uint32_t limit = 1 + (uint32_t)world_below(&world, world.count);
        struct mt_memory_store *whole = remember(world.count), *prefix = remember(limit);
        struct mt_ledger all = my_ledger(whole, &me), then = my_ledger(prefix, &me);
        struct mt_links full = mt_links_find(&lore, &then, -1000, 1000, MT_SEQUENCE_ALL, arena);

        for (unsigned times = 0; times < 5; times++) {
            int64_t first = world_below(&world, 70) - 5, last = first + world_below(&world, 10);
            struct mt_links part = mt_links_find(&lore, &all, first, last, then.count, arena);
            uint32_t at = 0;

            for (uint32_t i = 0; i < full.count; i++)
                if (full.at[i].from->time_ms >= first && full.at[i].from->time_ms <= last) {
                    ck_assert_uint_lt(at, part.count);
                    ck_assert(same_link(&part.at[at++], &full.at[i]));
                }
            ck_assert_uint_eq(at, part.count);
        }
        mt_memory_store_destroy(whole);
        mt_memory_store_destroy(prefix);
        world_fini(&world);
    }
}
END_TEST

/* One end's draws against the links of all: `end` is the inflow whose gifts, or the outflow whose parents, these are. */
static void check_draws(const struct mt_links *links, const struct mt_entry *end, const struct mt_draws *draws)
{
    const struct mt_link *best = NULL;
    uint32_t count = 0;
    int64_t given = 0;

    for (uint32_t i = 0; i < links->count; i++) {
        const struct mt_link *link = &links->at[i];
        const struct mt_entry *other = end->outflow ? link->from : link->to;

        if ((end->outflow ? link->to : link->from) != end)
            continue;
        ck_assert_uint_lt(count, draws->count); /* in the same order as links are found in */
        ck_assert_ptr_eq(draws->at[count].other, other);
        ck_assert_int_eq(draws->at[count].given, link->given);
        ck_assert_int_eq(draws->at[count++].received, link->received);
        given += link->given;
        int64_t more = best == NULL ? 1 : end->outflow ? link->received - best->received : link->given - best->given;
        const struct mt_entry *rival = best == NULL ? NULL : end->outflow ? best->from : best->to;
        if (more > 0 || (more == 0 && (other->time_ms < rival->time_ms ||
                                       (other->time_ms == rival->time_ms && mt_key_compare(&other->key, &rival->key) < 0))))
            best = link;
    }
    ck_assert_uint_eq(draws->count, count);
    ck_assert_int_eq(draws->given, given);
    ck_assert(best == NULL ? draws->best == 0
                           : draws->at[draws->best - 1].other == (end->outflow ? best->from : best->to));
}

START_TEST(draws_are_the_links_of_one_end)
{
    for (uint64_t seed = 1; seed <= 250; seed++) {
        struct mt_lore lore = {.rules = &world.rules};

        begin(seed);
        world_fill(&world, seed);
        lore.rates = world.rates;
        struct mt_token me = world_account(&world, (unsigned)seed % 3);
        struct mt_memory_store *memory = remember(world.count);
        struct mt_ledger ledger = my_ledger(memory, &me);
        uint32_t limit = world_chance(&world, 50) ? MT_SEQUENCE_ALL : (uint32_t)world_below(&world, ledger.count + 1);
        struct mt_links links = mt_links_find(&lore, &ledger, -1000, 1000, limit, arena);

        for (uint32_t i = 0; i < ledger.count; i++) {
            const struct mt_entry *entry = &ledger.entries[i];

            if (entry->idle || entry->sequence >= limit)
                continue;
            struct mt_draws draws = entry->outflow ? mt_draws_into(&lore, &ledger, entry, limit, arena)
                                                   : mt_draws_from(&lore, &ledger, entry, limit, arena);
            check_draws(&links, entry, &draws);
        }
        mt_memory_store_destroy(memory);
        world_fini(&world);
    }
}
END_TEST

/* ---- ledgers and hubs ---- */

static uint32_t distinct_in(const struct mt_ledger *ledger, int64_t first, int64_t last, uint32_t limit)
{
    uint32_t distinct = 0;

    for (uint32_t i = 0; i < ledger->count; i++) {
        const struct mt_entry *entry = &ledger->entries[i];
        bool counts = entry->time_ms >= first && entry->time_ms <= last && entry->sequence < limit && !entry->self;

        for (uint32_t j = 0; j < i && counts; j++) {
            const struct mt_entry *other = &ledger->entries[j];

            counts = !(other->time_ms >= first && other->time_ms <= last && other->sequence < limit && !other->self &&
                       mt_token_equal(&other->other, &entry->other));
        }
        distinct += counts;
    }
    return distinct;
}

static void check_hubs(const struct mt_ledger *ledger, int64_t first, int64_t last, uint32_t limit, uint32_t most)
{
    int64_t window = world.rules.hop_window_ms;
    struct mt_hubs hubs = mt_hubs_find(ledger, first, last, window, limit, most, arena);
    uint32_t at = 0;

    for (uint32_t i = 0; i < ledger->count; i++) {
        const struct mt_entry *entry = &ledger->entries[i];

        if (entry->outflow || entry->idle || entry->sequence >= limit || entry->time_ms < first || entry->time_ms > last)
            continue;
        ck_assert_uint_lt(at, hubs.count);
        ck_assert_ptr_eq(hubs.inflows[at], entry);
        ck_assert(hubs.is_hub[at++] ==
                  (distinct_in(ledger, entry->time_ms - window, entry->time_ms, limit) > most));
    }
    ck_assert_uint_eq(at, hubs.count);
}

START_TEST(ledger_and_hubs_against_brute_force)
{
    for (uint64_t seed = 1; seed <= 250; seed++) {
        begin(seed);
        world_fill(&world, seed);
        struct mt_token me = world_account(&world, ME);
        struct mt_memory_store *memory = remember(world.count / 2);
        struct mt_store store = mt_memory_store_as_store(memory);

        for (unsigned times = 0; times < 40; times++) {
            if (times == 20)
                ck_assert_int_eq(store.append(store.self, world.reports, world.count), MT_OK);
            struct mt_ledger ledger = my_ledger(memory, &me);
            int64_t first = world_below(&world, 70) - 5, last = first + world_below(&world, 20);
            uint32_t limit = world_chance(&world, 50) ? MT_SEQUENCE_ALL : (uint32_t)world_below(&world, ledger.count + 1);
            uint32_t most = 1 + (uint32_t)world_below(&world, 5), low = 0;

            while (low < ledger.count && ledger.entries[low].time_ms < first)
                low++;
            ck_assert_uint_eq(mt_ledger_lower(&ledger, first), low);
            ck_assert(mt_ledger_busier(&ledger, first, last, limit, most) == (distinct_in(&ledger, first, last, limit) > most));
            check_hubs(&ledger, first, last, limit, most);
            for (uint32_t i = 0; i < ledger.count; i++) {
                const struct mt_entry *entry = &ledger.entries[i];

                ck_assert_ptr_eq(mt_ledger_find(&ledger, &entry->key, entry->time_ms, entry->outflow), entry);
                ck_assert_ptr_null(mt_ledger_find(&ledger, &entry->key, entry->time_ms + 1000, entry->outflow));
                ck_assert(i == 0 || mt_entry_compare(entry - 1, entry) < 0);
            }
        }
        ck_assert_uint_eq(mt_memory_store_count(memory), world.count); /* the first half came twice */
        mt_memory_store_destroy(memory);
        world_fini(&world);
    }
}
END_TEST

/* ---- reports that join ---- */

static void check_joined(const struct mt_ledger *joined, const struct mt_token *account, uint32_t prefix)
{
    uint32_t count, at = 0;
    struct mt_finding_transfer *moves = oracle_merge(world.reports, prefix, &count);

    for (uint32_t i = 0; i < count; i++) {
        bool out = mt_token_equal(&moves[i].debtor, account), in = mt_token_equal(&moves[i].creditor, account);
        const struct mt_entry *entry = mt_ledger_find(joined, &moves[i].key, moves[i].time_ms, out);

        if (!out && !in)
            continue;
        ck_assert_ptr_nonnull(entry);
        ck_assert_int_eq(entry->minor, moves[i].minor);
        ck_assert_uint_eq(entry->currency, moves[i].currency);
        ck_assert_uint_eq(entry->kind, moves[i].kind);
        ck_assert_uint_eq(entry->rail, moves[i].rail);
        ck_assert(entry->conflict == (moves[i].conflict != 0));
        ck_assert(entry->ambiguous == (moves[i].ambiguous != 0));
        ck_assert_uint_eq(entry->id_size, moves[i].id_size);
        ck_assert_mem_eq(entry->detail + 16 * entry->alias_count, moves[i].id, moves[i].id_size);
        at++;
    }
    ck_assert_uint_eq(at, joined->count);
    free(moves);
}

START_TEST(join_of_every_prefix)
{
    for (uint64_t seed = 1; seed <= 250; seed++) {
        begin(seed);
        world_fill_reports(&world, seed);
        struct mt_memory_store *memory = remember(world.count);

        for (unsigned account = 0; account < 3; account++) {
            struct mt_token me = world_account(&world, account);
            struct mt_ledger reports = my_ledger(memory, &me);
            uint32_t limit = (uint32_t)world_below(&world, world.count + 1), sequences = 0;

            mt_arena_reset(arena);
            if (mt_memory_store_count(memory) != world.count)
                continue; /* an exact duplicate: sequences no longer count reports */
            for (uint32_t i = 0; i < limit; i++)
                sequences += mt_token_equal(&world.reports[i].debtor, &me) || mt_token_equal(&world.reports[i].creditor, &me);
            struct mt_ledger joined = mt_ledger_join(&reports, sequences, arena);
            check_joined(&joined, &me, limit);
        }
        mt_memory_store_destroy(memory);
    }
}
END_TEST

/* ---- arena, view, findings ---- */

START_TEST(arena_gives_each_its_own)
{
    static unsigned char *taken[300];
    struct mt_arena *mine;

    ck_assert_int_eq(mt_arena_create((size_t)1 << 26, &mine), MT_OK);
    for (unsigned again = 0; again < 2; again++) {
        struct mt_arena_mark mark = mt_arena_mark(mine);

        for (size_t i = 0; i < 300; i++) {
            size_t size = i * 97 % 30000;

            taken[i] = mt_arena_take(mine, size);
            ck_assert_uint_eq((uintptr_t)taken[i] % 16, 0);
            memset(taken[i], (int)i, size);
        }
        for (size_t i = 0; i < 300; i++)
            for (size_t b = 0; b < i * 97 % 30000; b++)
                ck_assert(taken[i][b] == (unsigned char)i);
        if (again == 0)
            mt_arena_release(mine, mark);
    }
    unsigned char *large = mt_arena_take(mine, (size_t)9 << 20); /* more than a chunk */
    memset(large, 1, (size_t)9 << 20);
    mt_arena_reset(mine);
    mt_arena_destroy(mine);
    mt_arena_destroy(NULL);
    struct mt_arena *none = NULL;
    ck_assert_int_eq(mt_arena_create(1, &none), MT_NO_MEMORY);
    ck_assert_ptr_null(none);
}
END_TEST

/* Arrays that double in any order, one of them beyond what a block holds: each keeps what was written to it, on cache lines of its own. */
START_TEST(entry_pool_doubles_side_by_side)
{
    enum { ARRAYS = 300, MOST = 64, LARGEST = 1 << 18 };
    static struct mt_entry *arrays[ARRAYS];
    static uint32_t maxes[ARRAYS];
    struct mt_entry_pool *pool;

    begin(1);
    ck_assert_int_eq(mt_entry_pool_create(&pool), MT_OK);
    for (unsigned step = 0; step < 20 * ARRAYS; step++) {
        uint32_t a = step % 200 == 0 ? 0 : (uint32_t)world_below(&world, ARRAYS);

        if (maxes[a] >= (a == 0 ? LARGEST : MOST))
            continue;
        arrays[a] = mt_entry_pool_double(pool, arrays[a], maxes[a]);
        ck_assert_ptr_nonnull(arrays[a]);
        ck_assert_uint_eq((uintptr_t)arrays[a] % sizeof *arrays[a], 0);
        uint32_t first = maxes[a];
        maxes[a] = first == 0 ? MT_ENTRIES_FIRST : 2 * first;
        for (uint32_t i = first; i < maxes[a]; i++)
            arrays[a][i] = (struct mt_entry){.minor = a, .sequence = i};
    }
    ck_assert_uint_eq(maxes[0], LARGEST);
    for (uint32_t a = 0; a < ARRAYS; a++)
        for (uint32_t i = 0; i < maxes[a]; i++)
            ck_assert(arrays[a][i].minor == a && arrays[a][i].sequence == i);
    mt_entry_pool_destroy(pool);
    mt_entry_pool_destroy(NULL);
}
END_TEST

START_TEST(view_wants_each_once)
{
    struct mt_ledger given[5000] = {0}, found = {.count = 77};
    struct mt_view *view;
    size_t wanted;
    uint32_t touched;

    begin(1);
    ck_assert_int_eq(mt_view_create(arena, &view), MT_OK);
    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned i = 0; i < 10000; i++) {
            struct mt_token account = world_account(&world, i % 5000);

            ck_assert(!mt_view_find(view, &account, &found));
        }
        ck_assert_uint_eq(found.count, 77); /* left as it was */
        const struct mt_token *wants = mt_view_wants(view, &wanted);
        ck_assert_uint_eq(wanted, 5000);
        for (unsigned i = 0; i < 5000; i++) {
            struct mt_token account = world_account(&world, i);

            ck_assert(mt_token_equal(&wants[i], &account));
            given[i].count = i;
        }
        mt_view_give(view, given);
        mt_view_wants(view, &wanted);
        ck_assert_uint_eq(wanted, 0);
        mt_view_touch_begin(view);
        for (unsigned i = 0; i < 200; i++) {
            struct mt_token account = world_account(&world, i % 100 * 3);
            struct mt_ledger ledger;

            ck_assert(mt_view_find(view, &account, &ledger));
            ck_assert_uint_eq(ledger.count, i % 100 * 3);
        }
        mt_view_touched(view, &touched);
        ck_assert_uint_eq(touched, 100);
        mt_view_reset(view);
    }
    mt_view_destroy(view);
}
END_TEST

static void apply(struct mt_findings *findings, const unsigned *spine, uint32_t count, bool chain, int64_t minor)
{
    struct mt_spot spots[8] = {0};
    struct mt_finding_transfer transfers[8] = {0};
    struct mt_finding_link links[1] = {{.to = 1}};
    struct mt_finding finding = {
        .transfers = transfers, .transfer_count = count, .spine_count = count, .links = links, .link_count = 1};
    struct mt_outcome outcome = {.spots = spots, .spot_count = count, .finding = chain ? &finding : NULL};

    for (uint32_t i = 0; i < count; i++) {
        spots[i].key = world_key(&world, spine[i]);
        transfers[i].key = spots[i].key;
        transfers[i].minor = minor;
    }
    finding.id = spots[0].key;
    ck_assert_int_eq(mt_findings_apply(findings, &outcome, 1), MT_OK);
}

static void expect(const struct mt_findings *findings, unsigned number, enum mt_finding_state state, uint32_t revision)
{
    struct mt_transfer_key key = world_key(&world, number);
    size_t count;
    const struct mt_finding_record *all = mt_findings_all(findings, &count);

    for (size_t i = 0; i < count; i++)
        if (mt_key_equal(&all[i].id, &key)) {
            ck_assert_int_eq(all[i].state, state);
            ck_assert_uint_eq(all[i].revision, revision);
            return;
        }
    ck_abort_msg("no finding of that id");
}

START_TEST(findings_have_versions)
{
    struct mt_findings *findings;
    size_t count;

    begin(1);
    ck_assert_int_eq(mt_findings_create(&findings), MT_OK);
    apply(findings, (unsigned[]){9, 8}, 2, false, 1); /* nothing there: nothing to withdraw */
    mt_findings_all(findings, &count);
    ck_assert_uint_eq(count, 0);
    apply(findings, (unsigned[]){2, 3, 4}, 3, true, 1);
    expect(findings, 2, MT_FINDING_LIVE, 1);
    apply(findings, (unsigned[]){2, 3, 4}, 3, true, 1); /* the same again is no version */
    expect(findings, 2, MT_FINDING_LIVE, 1);
    apply(findings, (unsigned[]){2, 3, 4}, 3, true, 2);
    expect(findings, 2, MT_FINDING_LIVE, 2);
    apply(findings, (unsigned[]){1, 2, 3, 4}, 4, true, 2); /* an earlier first transfer takes it over */
    expect(findings, 1, MT_FINDING_LIVE, 1);
    expect(findings, 2, MT_FINDING_MERGED, 3);
    apply(findings, (unsigned[]){1, 2, 3, 4}, 4, true, 2); /* merged once */
    expect(findings, 2, MT_FINDING_MERGED, 3);
    apply(findings, (unsigned[]){1}, 1, false, 2); /* cut apart: the old id comes back */
    apply(findings, (unsigned[]){2, 3, 4}, 3, true, 2);
    expect(findings, 1, MT_FINDING_WITHDRAWN, 2);
    expect(findings, 2, MT_FINDING_LIVE, 4);
    apply(findings, (unsigned[]){0, 2}, 2, false, 2); /* withdrawn under whichever key of the spine */
    expect(findings, 2, MT_FINDING_WITHDRAWN, 5);
    for (unsigned i = 100; i < 2100; i++) /* more than the first tables hold */
        apply(findings, (unsigned[]){i, i + 5000}, 2, true, i);
    for (unsigned i = 100; i < 2100; i++)
        expect(findings, i, MT_FINDING_LIVE, 1);
    mt_findings_all(findings, &count);
    ck_assert_uint_eq(count, 2002);
    mt_findings_destroy(findings);
    mt_findings_destroy(NULL);
}
END_TEST

RUN_SUITE("parts", rates_by_day, rates_that_are_refused, links_drawn, links_of_a_part, draws_are_the_links_of_one_end,
          ledger_and_hubs_against_brute_force, join_of_every_prefix, arena_gives_each_its_own, entry_pool_doubles_side_by_side,
          view_wants_each_once, findings_have_versions)
