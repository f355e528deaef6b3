#include "scan.h"

#include "graph/analysis.h"
#include "graph/memory_store.h"
#include "graph/trace.h"
#include "workers/kit/stop.h"

#include <stdlib.h>

struct mt_scan {
    struct mt_scan_options options;
    struct mt_trace *trace;
    struct mt_memory_store *memory;
    struct mt_store store;
    struct mt_findings *findings;
    struct mt_labels *labels;
    struct mt_transfer *batch;
    size_t batch_count;
    struct mt_scan_counters counters;
};

enum mt_status mt_scan_create(const struct mt_scan_options *options, struct mt_scan **out_scan)
{
    const struct mt_trace_options trace_options = {
        .rules = options->rules, .rates = options->rates, .lines = options->lines, .lists = options->lists, .points = options->points};
    struct mt_scan *scan = calloc(1, sizeof *scan);

    if (scan == NULL)
        return MT_NO_MEMORY;
    mt_graph_start();
    scan->options = *options;
    scan->batch = calloc((size_t)options->batch_max, sizeof *scan->batch);
    enum mt_status status = scan->batch == NULL ? MT_NO_MEMORY : mt_trace_create(&trace_options, &scan->trace);
    if (status == MT_OK)
        status = mt_memory_store_create(&scan->memory);
    if (status == MT_OK)
        status = mt_findings_create(&scan->findings);
    if (status == MT_OK)
        status = mt_labels_create(&scan->labels);
    if (status != MT_OK) {
        mt_scan_destroy(scan);
        return status;
    }
    scan->store = mt_memory_store_as_store(scan->memory);
    *out_scan = scan;
    return MT_OK;
}

void mt_scan_destroy(struct mt_scan *scan)
{
    if (scan == NULL)
        return;
    mt_labels_destroy(scan->labels);
    mt_findings_destroy(scan->findings);
    mt_memory_store_destroy(scan->memory);
    mt_trace_destroy(scan->trace);
    free(scan->batch);
    free(scan);
}

/* The latest event time of the batch. */
static int64_t batch_newest_ms(const struct mt_scan *scan)
{
    int64_t newest_ms = INT64_MIN;

    for (size_t i = 0; i < scan->batch_count; i++)
        newest_ms = scan->batch[i].time_ms > newest_ms ? scan->batch[i].time_ms : newest_ms;
    return newest_ms;
}

static enum mt_status batch_think(struct mt_scan *scan, const struct mt_scan_watch *watch)
{
    size_t count;

    if (scan->options.store_only) {
        enum mt_status kept = scan->store.append(scan->store.self, scan->batch, scan->batch_count);

        scan->batch_count = 0;
        return kept;
    }
    enum mt_status status = mt_trace_turn(scan->trace, &scan->store, scan->batch, scan->batch_count);
    const struct mt_outcome *outcomes = mt_trace_outcomes(scan->trace, &count);

    int64_t now_ms = batch_newest_ms(scan);

    if (status == MT_OK)
        status = mt_findings_apply(scan->findings, outcomes, count);
    for (size_t i = 0; i < count && status == MT_OK; i++) {
        if (watch->version != NULL && outcomes[i].finding != NULL)
            watch->version(watch->self, now_ms, outcomes[i].finding);
    }
    scan->batch_count = 0;
    return status;
}

static enum mt_status event_take(struct mt_scan *scan, const struct mt_event *event, const struct mt_scan_watch *watch)
{
    if (scan->options.until_ms != 0 && event->time_ms >= scan->options.until_ms)
        return MT_OK;
    struct mt_transfer *transfer = &scan->batch[scan->batch_count++];

    mt_event_tokenise(event, scan->options.secret, transfer);
    transfer->source = (struct mt_source){0};
    scan->counters.transfers++;
    enum mt_status status = mt_labels_add(scan->labels, &transfer->debtor, &event->debtor);
    if (status == MT_OK)
        status = mt_labels_add(scan->labels, &transfer->creditor, &event->creditor);
    if (status == MT_OK && scan->batch_count == (size_t)scan->options.batch_max)
        status = batch_think(scan, watch);
    return status;
}

static void row_rejected(struct mt_scan *scan, const struct mt_reader *reader, const struct mt_reject *reject,
                         const struct mt_scan_watch *watch)
{
    int64_t line;
    struct mt_text bytes = mt_reader_row(reader, &line);

    scan->counters.rejected++;
    scan->counters.rejected_by_code[reject->code]++;
    if (watch->rejected != NULL)
        watch->rejected(watch->self, line, reject, bytes);
}

enum mt_status mt_scan_read(struct mt_scan *scan, struct mt_reader *reader, const struct mt_scan_watch *watch)
{
    enum mt_status status = MT_OK;

    while (status == MT_OK && !mt_stop_asked()) {
        struct mt_event event;
        struct mt_reject reject;
        enum mt_read_result result = mt_reader_next(reader, &event, &reject);

        if (result == MT_READ_END)
            break;
        if (result == MT_READ_ERROR)
            return MT_IO;
        if (result == MT_READ_EVENT)
            status = event_take(scan, &event, watch);
        else
            row_rejected(scan, reader, &reject, watch);
        if (watch->progress != NULL && (scan->counters.transfers + scan->counters.rejected) % 4096 == 0) {
            int64_t bytes, total;

            mt_reader_progress(reader, &bytes, &total);
            watch->progress(watch->self, &scan->counters, bytes, total);
        }
    }
    return status == MT_OK ? batch_think(scan, watch) : status;
}

enum mt_status mt_scan_describe(struct mt_scan *scan, const struct mt_token *account, const struct mt_holder *record)
{
    return mt_memory_store_describe(scan->memory, account, record);
}

static int finding_compare(const void *left, const void *right)
{
    const struct mt_finding *a = *(const struct mt_finding *const *)left, *b = *(const struct mt_finding *const *)right;

    return mt_key_compare(&a->id, &b->id);
}

enum mt_status mt_scan_findings(const struct mt_scan *scan, const struct mt_finding ***out_findings, size_t *out_count)
{
    size_t record_count, count = 0;
    const struct mt_finding_record *records = mt_findings_all(scan->findings, &record_count);
    const struct mt_finding **live = malloc((record_count + 1) * sizeof *live);

    if (live == NULL)
        return MT_NO_MEMORY;
    for (size_t i = 0; i < record_count; i++) {
        if (records[i].state == MT_FINDING_LIVE)
            live[count++] = records[i].finding;
    }
    qsort(live, count, sizeof *live, finding_compare);
    *out_findings = live;
    *out_count = count;
    return MT_OK;
}

enum mt_status mt_scan_ledgers(struct mt_scan *scan, mt_scan_ledger *each, void *self)
{
    enum mt_status status;
    struct mt_arena *arena;
    struct mt_token account;
    struct mt_ledger ledger;

    if (mt_arena_create((size_t)1 << 32, &arena) != MT_OK)
        return MT_NO_MEMORY;
    status = MT_OK;
    for (size_t i = 0; status == MT_OK && mt_memory_store_account(scan->memory, i, &account, &ledger); i++) {
        mt_arena_reset(arena);
        if (ledger.reports_join)
            ledger = mt_ledger_join(&ledger, MT_SEQUENCE_ALL, arena);
        status = each(self, &account, &ledger);
    }
    mt_arena_destroy(arena);
    return status;
}

struct mt_lore mt_scan_lore(const struct mt_scan *scan)
{
    const struct mt_scan_options *options = &scan->options;

    return (struct mt_lore){.rules = options->rules, .rates = options->rates, .lines = options->lines, .lists = options->lists, .points = options->points};
}

/* The days of one ledger after another. */
struct days {
    struct mt_lore lore;
    struct mt_arena *arena;
    mt_scan_episode *each;
    void *self;
};

static enum mt_status days_visit(void *self, const struct mt_token *account, const struct mt_ledger *ledger)
{
    const struct days *days = self;
    int64_t last_day = INT64_MIN;

    for (uint32_t e = 0; e < ledger->count; e++) {
        int64_t day = mt_day_of_time(ledger->entries[e].time_ms);
        struct mt_episode episode;

        if (day == last_day)
            continue;
        last_day = day;
        mt_arena_reset(days->arena);
        if (mt_episode_find(&days->lore, account, ledger, (day + 1) * MT_DAY_MS, MT_SEQUENCE_ALL, days->arena, &episode))
            days->each(days->self, &ledger->entries[episode.today], &episode);
    }
    return MT_OK;
}

static enum mt_status looks_visit(void *self, const struct mt_token *account, const struct mt_ledger *ledger)
{
    const struct days *days = self;

    for (uint32_t e = 0; e < ledger->count; e++) {
        const struct mt_entry *entry = &ledger->entries[e];
        struct mt_episode episode;

        mt_arena_reset(days->arena);
        if (mt_episode_find(&days->lore, account, ledger, (mt_day_of_time(entry->time_ms) + 1) * MT_DAY_MS, entry->sequence + 1, days->arena, &episode) &&
            !episode.hub && episode.facts[MT_FACT_fresh_amount] >= days->lore.rules->account_sum_least)
            days->each(days->self, entry, &episode);
    }
    return MT_OK;
}

static enum mt_status days_all(struct mt_scan *scan, mt_scan_ledger *visit, mt_scan_episode *each, void *self)
{
    struct days days = {.lore = mt_scan_lore(scan), .each = each, .self = self};

    if (mt_arena_create((size_t)1 << 32, &days.arena) != MT_OK)
        return MT_NO_MEMORY;
    enum mt_status status = mt_scan_ledgers(scan, visit, &days);
    mt_arena_destroy(days.arena);
    return status;
}

enum mt_status mt_scan_episodes(struct mt_scan *scan, mt_scan_episode *each, void *self)
{
    return days_all(scan, days_visit, each, self);
}

enum mt_status mt_scan_looks(struct mt_scan *scan, mt_scan_episode *each, void *self)
{
    return days_all(scan, looks_visit, each, self);
}

enum mt_status mt_scan_stream(const struct mt_scan *scan, struct mt_stream **out_stream)
{
    return mt_stream_create(scan->memory, scan->options.rules, scan->options.rates, out_stream);
}

struct mt_labels *mt_scan_labels(struct mt_scan *scan)
{
    return scan->labels;
}

const struct mt_scan_counters *mt_scan_counters(const struct mt_scan *scan)
{
    return &scan->counters;
}
