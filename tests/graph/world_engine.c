#include <stdlib.h>

#include "world.h"

#define WORKERS_MAX 4
#define ARRIVALS_MAX (2 * WORLD_REPORTS)

struct engine {
    struct mt_memory_store *store;
    struct mt_trace *traces[WORKERS_MAX]; /* kept from run to run while rules and rates stay: a turn must leave nothing behind */
    struct mt_rules rules;
    const struct mt_rates *rates;
    struct mt_lines *lines;
    uint32_t looks;
    struct mt_left *todo; /* what turns left */
    uint32_t todo_count, todo_max;
    struct mt_lists *lists;
    const struct mt_lists *traces_lists; /* those that the traces know */
    uint32_t listed;               /* records of the world's that are in there */
    uint32_t places[WORLD_RECORDS]; /* the order in which they come */
    uint32_t told;                  /* records of what banks say that are in the store */
    uint32_t told_places[WORLD_TOLD];
    struct mt_findings *findings;
    struct mt_transfer arrivals[ARRIVALS_MAX];
    uint32_t count;
};

static uint64_t put_off;

uint64_t world_put_off(void)
{
    return put_off;
}

static int compare_time(const void *left, const void *right)
{
    const struct mt_transfer *a = left;
    const struct mt_transfer *b = right;

    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    return (a->source.offset > b->source.offset) - (a->source.offset < b->source.offset);
}

static void swap(struct mt_transfer *left, struct mt_transfer *right)
{
    struct mt_transfer other = *left;

    *left = *right;
    *right = other;
}

static void arrange(struct engine *engine, struct world *world, const struct world_run *run)
{
    struct mt_transfer *at = engine->arrivals;
    uint32_t count = 0;

    for (uint32_t i = 0; i < world->count; i++) {
        at[count] = world->reports[i];
        count++;
        if (run->twice && world_chance(world, 20))
            at[count++] = world->reports[world_below(world, i + 1)];
    }
    engine->count = count;
    if (run->order != WORLD_AS_GIVEN)
        qsort(at, count, sizeof *at, compare_time);
    for (uint32_t i = 0; run->order == WORLD_BACKWARDS && i < count / 2; i++)
        swap(&at[i], &at[count - 1 - i]);
    for (uint32_t i = count; run->order == WORLD_SHUFFLED && i-- > 1;)
        swap(&at[i], &at[world_below(world, i + 1)]);
    for (uint32_t i = 0; run->order == WORLD_LATE && i < count; i++) /* mostly in order, a few far too late */
        if (world_chance(world, 10))
            swap(&at[i], &at[i + (uint32_t)world_below(world, count - i)]);
}

static void apply_all(struct engine *engine, struct mt_trace *trace)
{
    size_t count;
    const struct mt_outcome *outcomes = mt_trace_outcomes(trace, &count);

    MT_ASSERT(engine->looks == 0 || count <= engine->looks);
    MT_ASSERT(mt_findings_apply(engine->findings, outcomes, count) == MT_OK);
}

static void todo_add(struct engine *engine, const struct mt_left *left)
{
    if (engine->todo_count == engine->todo_max) {
        engine->todo_max = 2 * engine->todo_max + 64;
        engine->todo = realloc(engine->todo, engine->todo_max * sizeof *engine->todo);
        MT_ASSERT(engine->todo != NULL);
    }
    engine->todo[engine->todo_count++] = *left;
}

static void left_take(struct engine *engine, const struct mt_trace *trace)
{
    size_t count;
    const struct mt_left *left = mt_trace_left(trace, &count);

    for (size_t i = 0; i < count; i++)
        todo_add(engine, &left[i]);
    put_off += count;
}

/* Reads and steps until the turn that has begun is done. */
static void finish(struct engine *engine, struct mt_trace *trace)
{
    struct mt_store store = mt_memory_store_as_store(engine->store);
    static struct mt_ledger ledgers[WORLD_REPORTS * 4];
    enum mt_status status;

    do {
        size_t wanted;
        const struct mt_token *accounts = mt_trace_wants(trace, &wanted);

        MT_ASSERT(wanted <= sizeof ledgers / sizeof *ledgers);
        MT_ASSERT(store.read(store.self, accounts, wanted, ledgers) == MT_OK);
        mt_trace_give(trace, ledgers);
        status = mt_trace_step(trace);
    } while (status == MT_WANT);
    MT_ASSERT(status == MT_OK);
    apply_all(engine, trace);
    left_take(engine, trace);
}

/* A worker's turn over a batch that is in the store already, with whatever else is in it by now. */
static void turn(struct engine *engine, struct mt_trace *trace, const struct mt_transfer *batch, uint32_t count)
{
    mt_trace_begin(trace, batch, count, INT64_MIN);
    finish(engine, trace);
}

/* A turn over what records [first, last) of the lists may have changed. */
static void turn_relist(struct engine *engine, struct mt_trace *trace, const struct world *world, uint32_t first, uint32_t last)
{
    mt_trace_begin(trace, NULL, 0, INT64_MIN);
    for (uint32_t i = first; i < last; i++)
        mt_trace_relist(trace, &world->records[engine->places[i]]);
    finish(engine, trace);
}

/* Some of what was left, in any order; now and then one is looked at twice, as after a crash. */
static void todo_turn(struct engine *engine, struct world *world, const struct world_run *run)
{
    struct mt_trace *trace = engine->traces[world_below(world, run->workers)];
    uint32_t most = 1 + (uint32_t)world_below(world, world_chance(world, 20) ? 4 : 1000); /* those of one spine are looked at as one */

    mt_trace_begin(trace, NULL, 0, INT64_MIN);
    for (uint32_t i = 0; i < most && engine->todo_count > 0; i++) {
        struct mt_left *at = &engine->todo[world_below(world, engine->todo_count)];

        mt_trace_look_left(trace, at);
        if (world_chance(world, 95))
            *at = engine->todo[--engine->todo_count];
    }
    finish(engine, trace);
}

static uint32_t batch_size(struct world *world, const struct world_run *run, uint32_t left)
{
    uint32_t size = run->batch > 0 ? run->batch : 1 + (uint32_t)world_below(world, world_chance(world, 50) ? 4 : 40);

    return size < left ? size : left;
}

/* All workers append, each its own batch; only then does the first of them read. */
static uint32_t round_of_workers(struct engine *engine, struct world *world, const struct world_run *run, uint32_t done)
{
    struct mt_store store = mt_memory_store_as_store(engine->store);
    uint32_t first[WORKERS_MAX];
    uint32_t size[WORKERS_MAX];

    for (uint32_t w = 0; w < run->workers; w++) {
        first[w] = done;
        size[w] = batch_size(world, run, engine->count - done);
        MT_ASSERT(store.append(store.self, engine->arrivals + done, size[w]) == MT_OK);
        done += size[w];
    }
    for (uint32_t i = 0; i < run->workers; i++) {
        uint32_t w = run->backwards ? run->workers - 1 - i : i;

        turn(engine, engine->traces[w], engine->arrivals + first[w], size[w]);
    }
    return done;
}

static int compare_records(const void *left, const void *right)
{
    const struct mt_finding_record *const *a = left;
    const struct mt_finding_record *const *b = right;

    return mt_key_compare(&(*a)->id, &(*b)->id);
}

static char *print_live(const struct mt_findings *findings)
{
    size_t count;
    const struct mt_finding_record *all = mt_findings_all(findings, &count);
    const struct mt_finding_record **live = calloc(count + 1, sizeof(struct mt_finding_record *));
    size_t kept = 0;
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    for (size_t i = 0; i < count; i++)
        if (all[i].state == MT_FINDING_LIVE)
            live[kept++] = &all[i];
    qsort(live, kept, sizeof(struct mt_finding_record *), compare_records);
    for (size_t i = 0; i < kept; i++)
        oracle_print(file, live[i]->finding);
    fclose(file);
    free(live);
    return text;
}

static void take_traces(struct engine *engine, const struct world *world, uint32_t looks)
{
    struct mt_lines *lines = world_lines(world);
    struct mt_trace_options options = {.rules = &engine->rules, .rates = world->rates, .lines = lines, .lists = engine->lists, .looks_max = looks};

    if (engine->lists == NULL && engine->traces_lists == NULL && engine->traces[0] != NULL && world->rates == NULL && engine->rates == NULL &&
        memcmp(&engine->rules, &world->rules, sizeof engine->rules) == 0 && engine->lines->version == lines->version &&
        engine->looks == looks) {
        mt_lines_destroy(lines);
        return;
    }
    engine->looks = looks;
    engine->rules = world->rules;
    engine->rates = world->rates;
    engine->traces_lists = engine->lists;
    for (uint32_t w = 0; w < WORKERS_MAX; w++) {
        mt_trace_destroy(engine->traces[w]);
        MT_ASSERT(mt_trace_create(&options, &engine->traces[w]) == MT_OK);
    }
    mt_lines_destroy(engine->lines);
    engine->lines = lines;
}

static void lists_start(struct engine *engine, struct world *world)
{
    mt_lists_destroy(engine->lists);
    engine->lists = NULL;
    engine->listed = 0;
    if (world->record_count > 0)
        MT_ASSERT(mt_lists_create(&engine->lists) == MT_OK);
    for (uint32_t i = 0; i < world->record_count; i++) {
        uint32_t j = (uint32_t)world_below(world, i + 1);

        engine->places[i] = engine->places[j];
        engine->places[j] = i;
    }
}

/* `count` more records at most; where transfers have come already, all that they change is looked at. */
static void lists_add(struct engine *engine, struct world *world, uint32_t count, bool look)
{
    uint32_t first = engine->listed;

    for (; engine->listed < world->record_count && engine->listed < first + count; engine->listed++) {
        bool changed;

        MT_ASSERT(mt_lists_add(engine->lists, &world->records[engine->places[engine->listed]], &changed) == MT_OK);
    }
    if (look && engine->listed > first)
        turn_relist(engine, engine->traces[world_below(world, WORKERS_MAX)], world, first, engine->listed);
}

static void told_start(struct engine *engine, struct world *world)
{
    engine->told = 0;
    for (uint32_t i = 0; i < world->told_count; i++) {
        uint32_t j = (uint32_t)world_below(world, i + 1);

        engine->told_places[i] = engine->told_places[j];
        engine->told_places[j] = i;
    }
}

/* The next record, now and then with one that is there already; where transfers have come, all that they change is looked at. */
static void told_add(struct engine *engine, struct world *world, bool look)
{
    struct mt_trace *trace = engine->traces[world_below(world, WORKERS_MAX)];
    uint32_t first = engine->told > 0 && world_chance(world, 30) ? (uint32_t)world_below(world, engine->told) : engine->told, last = engine->told++;

    for (uint32_t i = first; i <= last; i = i < last ? last : last + 1) {
        const struct oracle_told *told = &world->told[engine->told_places[i]];

        MT_ASSERT(mt_memory_store_describe(engine->store, &told->account, &told->record) == MT_OK);
    }
    if (!look)
        return;
    mt_trace_begin(trace, NULL, 0, INT64_MIN);
    for (uint32_t i = first; i <= last; i = i < last ? last : last + 1) {
        const struct oracle_told *told = &world->told[engine->told_places[i]];

        mt_trace_describe(trace, &told->account, told->record.since_ms);
    }
    finish(engine, trace);
}

char *world_engine(struct world *world, const struct world_run *run)
{
    static struct engine engine;
    char *text;

    MT_ASSERT(run->workers >= 1);
    MT_ASSERT(run->workers <= WORKERS_MAX);
    MT_ASSERT(mt_memory_store_create(&engine.store) == MT_OK);
    MT_ASSERT(mt_findings_create(&engine.findings) == MT_OK);
    lists_start(&engine, world);
    told_start(&engine, world);
    take_traces(&engine, world, run->looks);
    if (!run->lists_late)
        lists_add(&engine, world, world->record_count, false);
    while (!run->lists_late && engine.told < world->told_count)
        told_add(&engine, world, false);
    arrange(&engine, world, run);
    for (uint32_t done = 0; done < engine.count;) {
        struct mt_store store = mt_memory_store_as_store(engine.store);

        if (run->workers == 1 && !run->backwards) { /* the plain loop that scan uses */
            uint32_t size = batch_size(world, run, engine.count - done);

            MT_ASSERT(mt_trace_turn(engine.traces[0], &store, engine.arrivals + done, size) == MT_OK);
            apply_all(&engine, engine.traces[0]);
            left_take(&engine, engine.traces[0]);
            done += size;
        } else {
            done = round_of_workers(&engine, world, run, done);
        }
        if (engine.listed < world->record_count && world_chance(world, 30))
            lists_add(&engine, world, 1 + (uint32_t)world_below(world, 3), true);
        if (engine.told < world->told_count && world_chance(world, 30))
            told_add(&engine, world, true);
        if (engine.todo_count > 0 && world_chance(world, 40))
            todo_turn(&engine, world, run);
    }
    lists_add(&engine, world, world->record_count, true);
    while (engine.told < world->told_count)
        told_add(&engine, world, true);
    MT_ASSERT(run->looks > 0 || engine.todo_count == 0);
    for (uint32_t turns = 0; engine.todo_count > 0; turns++) {
        MT_ASSERT(turns < 10 * ARRIVALS_MAX);
        todo_turn(&engine, world, run);
    }
    text = print_live(engine.findings);
    mt_findings_destroy(engine.findings);
    mt_memory_store_destroy(engine.store);
    return text;
}
