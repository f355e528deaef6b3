/*
 * core.c: how fast graph/ thinks, alone: generated transfers into the in-memory store, one thread: chains and round trips, then with account
 * findings on top, then the same with a hub in 5 % of the transfers: what the hub costs, and whether every chain that it cuts says so.
 *
 *   bench_core [TRANSFERS] [ACCOUNTS] [BATCH] [SEED]
 *
 * Generation is not timed: transfers are made beforehand, with tokens and keys from a mixing function in place of MACs.
 */
#include "graph/analysis.h"
#include "graph/findings.h"
#include "graph/memory_store.h"
#include "graph/trace.h"
#include "workers/generate/generator.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static void bytes_of(uint64_t number, uint64_t salt, uint8_t out_bytes[16])
{
    uint64_t first = mix(number * 2 + salt), second = mix(first + 1);

    memcpy(out_bytes, &first, 8);
    memcpy(out_bytes + 8, &second, 8);
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t generate(struct mt_generator *generator, struct mt_transfer *transfers, size_t max)
{
    struct mt_movement movement;
    size_t count = 0;

    while (count < max && mt_generator_step(generator, &movement)) {
        struct mt_transfer *transfer = &transfers[count++];

        *transfer = (struct mt_transfer){
            .time_ms = movement.time_ms,
            .amount = {movement.minor, movement.currency},
            .kind = (uint8_t)movement.kind,
            .rail = (uint8_t)movement.rail,
        };
        bytes_of(movement.debtor, 0, transfer->debtor.bytes);
        bytes_of(movement.creditor, 0, transfer->creditor.bytes);
        bytes_of(count, 1, transfer->key.bytes);
        transfer->id_size = (uint8_t)snprintf(transfer->id, sizeof transfer->id, "T%010zu", count);
    }
    return count;
}

/* --- the hub -------------------------------------------------------------------------------------------------------- */

#define HUB_EVERY 20

static struct mt_token hub_token(void)
{
    struct mt_token hub;

    bytes_of(0, 2, hub.bytes);
    return hub;
}

/* Every twentieth transfer goes into the hub or, by turns, comes out of it. */
static void hub_plant(struct mt_transfer *transfers, size_t count)
{
    for (size_t i = 0; i < count; i += HUB_EVERY)
        *(i / HUB_EVERY % 2 == 0 ? &transfers[i].creditor : &transfers[i].debtor) = hub_token();
}

/* How many live chains come to an end in the hub, and how many of them do not show that they were cut there. */
static void hub_count(const struct mt_finding_record *records, size_t count, size_t *out_ends, size_t *out_silent)
{
    struct mt_token hub = hub_token();

    *out_ends = *out_silent = 0;
    for (size_t i = 0; i < count; i++) {
        const struct mt_finding *finding = records[i].finding;

        if (records[i].state != MT_FINDING_LIVE || finding->spine_count == 0 ||
            !mt_token_equal(&finding->transfers[finding->spine_count - 1].creditor, &hub))
            continue;
        (*out_ends)++;
        *out_silent += !finding->hub_end;
    }
}

/* --- one run -------------------------------------------------------------------------------------------------------- */

/* Transfers a second, or −1. */
static double run(const char *what, const struct mt_transfer *transfers, size_t count, size_t batch, int64_t detectors)
{
    struct mt_rules rules = mt_rules_default();
    const struct mt_line euro = {.currency = 978, .line_minor = 1000000, .par_minor = 1, .par_cents = 1};
    const struct mt_lines_options lines_options = {&euro, 1, NULL, rules.account_sum_least};
    struct mt_trace_options options = {.rules = &rules};
    struct mt_lines *lines;
    struct mt_memory_store *memory;
    struct mt_findings *findings;
    struct mt_trace *trace;
    uint64_t outcomes_total = 0;
    size_t live = 0, round_trips = 0, account_days = 0, hub_ends, hub_silent, record_count;

    rules.detectors = detectors;
    if (mt_lines_create(&lines_options, &lines) != MT_OK)
        return -1;
    options.lines = lines;
    if (mt_trace_create(&options, &trace) != MT_OK || mt_memory_store_create(&memory) != MT_OK || mt_findings_create(&findings) != MT_OK)
        return -1;
    struct mt_store store = mt_memory_store_as_store(memory);
    double start = seconds(), cpu_start = cpu_seconds();
    for (size_t at = 0; at < count; at += batch) {
        size_t outcome_count;

        if (mt_trace_turn(trace, &store, transfers + at, count - at < batch ? count - at : batch) != MT_OK)
            return -1;
        const struct mt_outcome *outcomes = mt_trace_outcomes(trace, &outcome_count);
        if (mt_findings_apply(findings, outcomes, outcome_count) != MT_OK)
            return -1;
        outcomes_total += outcome_count;
    }
    double elapsed = seconds() - start, cpu = cpu_seconds() - cpu_start;
    const struct mt_finding_record *records = mt_findings_all(findings, &record_count);
    for (size_t i = 0; i < record_count; i++) {
        live += records[i].state == MT_FINDING_LIVE;
        round_trips += records[i].state == MT_FINDING_LIVE && records[i].finding->round_hops > 0;
        account_days += records[i].state == MT_FINDING_LIVE && records[i].finding->type == MT_FINDING_ACCOUNT;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    hub_count(records, record_count, &hub_ends, &hub_silent);
    printf("core, %s: %zu transfers in %.2f s = %.0f transfers/s%s; %.2f s of CPU = %.0f/s\n", what, count, elapsed, (double)count / elapsed,
           detectors ? "" : " (required 500000)", cpu, (double)count / cpu);
    printf("      spines and days looked at %" PRIu64 ", findings live %zu of %zu ever (%zu round trips, %zu account days), peak memory %.1f GB\n", outcomes_total, live,
           record_count, round_trips, account_days, (double)usage.ru_maxrss / 1e6);
    if (hub_ends > 0)
        printf("      chains that end in the hub %zu, of them without a mark that it cut them %zu\n", hub_ends, hub_silent);
    mt_findings_destroy(findings);
    mt_memory_store_destroy(memory);
    mt_trace_destroy(trace);
    mt_lines_destroy(lines);
    return (double)count / cpu;
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 5000000;
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_generator *generator;
    char error[128];

    options.transfers = (int64_t)count;
    if (argc > 2)
        options.account_count = strtoll(argv[2], NULL, 10);
    size_t batch = argc > 3 ? strtoull(argv[3], NULL, 10) : 256;
    if (argc > 4)
        options.seed = strtoll(argv[4], NULL, 10);
    mt_graph_start();
    struct mt_transfer *transfers = malloc(count * sizeof *transfers);
    if (transfers == NULL || mt_generator_create(&options, &generator, error) != MT_OK) {
        fprintf(stderr, "core: %s\n", transfers == NULL ? "no memory" : error);
        return 1;
    }
    count = generate(generator, transfers, count);
    mt_generator_destroy(generator);
    double chains = run("chains and round trips", transfers, count, batch, 0);
    double all = run("account findings too", transfers, count, batch, 1);
    hub_plant(transfers, count);
    double hub = run("a hub in 5 % of the transfers", transfers, count, batch, 1);
    free(transfers);
    if (chains < 0 || all < 0 || hub < 0)
        return 1;
    printf("core: with the hub %.2f of the throughput without it, by CPU (required 0.50)\n", hub / all);
    return 0;
}
