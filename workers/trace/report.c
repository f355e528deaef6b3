#include "report.h"

#include "workers/kit/log.h"

#include <stdio.h>
#include <stdlib.h>

#define PERIOD_MS 1000
#define KEEP_SECONDS "30"
#define FIELDS_MAX (18 + MT_REJECT_COUNT)

struct mt_report {
    char name[64];
    struct mt_keys keys;
    int64_t last_ms;
    struct mt_redis_word words[2 + 2 * FIELDS_MAX];
    char values[FIELDS_MAX][24];
    char names[FIELDS_MAX][48];
    size_t field_count;
};

enum mt_status mt_report_create(const char *name, const struct mt_keys *keys, struct mt_report **out_report)
{
    struct mt_report *report = calloc(1, sizeof *report);

    if (report == NULL)
        return MT_NO_MEMORY;
    snprintf(report->name, sizeof report->name, "%s", name);
    report->keys = *keys;
    *out_report = report;
    return MT_OK;
}

void mt_report_destroy(struct mt_report *report)
{
    free(report);
}

static void field(struct mt_report *report, const char *name, uint64_t value)
{
    size_t at = report->field_count++;

    MT_ASSERT(at < FIELDS_MAX);
    int name_size = snprintf(report->names[at], sizeof report->names[at], "%s", name);
    int value_size = snprintf(report->values[at], sizeof report->values[at], "%llu", (unsigned long long)value);
    report->words[2 + 2 * at] = (struct mt_redis_word){report->names[at], (size_t)name_size};
    report->words[3 + 2 * at] = (struct mt_redis_word){report->values[at], (size_t)value_size};
}

static void fields_fill(struct mt_report *report, const struct mt_intake *intake, const struct mt_redis_store *store,
                        const struct mt_versions *versions, const struct mt_work_done *done, int64_t now_ms)
{
    const struct mt_intake_counters *in = mt_intake_counters(intake);
    struct mt_redis_store_counters kept = mt_redis_store_counters(store);
    struct mt_versions_counters found = mt_versions_counters(versions);

    report->field_count = 0;
    field(report, "reported_ms", (uint64_t)now_ms);
    field(report, "partitions", mt_intake_assigned(intake));
    field(report, "messages", done->messages);
    field(report, "transfers", done->transfers);
    field(report, "account_facts", done->facts);
    field(report, "listings", done->listings);
    field(report, "late_transfers", done->late);
    field(report, "looks_put_off", done->looks_put_off);
    field(report, "looks_to_do", done->looks_to_do);
    field(report, "rebalances", in->rebalances);
    field(report, "ledgers_read", kept.ledgers_read);
    field(report, "ledger_bytes_read", kept.ledger_bytes_read);
    field(report, "compactions", kept.compactions);
    field(report, "findings_written", found.written);
    field(report, "findings_withdrawn", found.withdrawn);
    field(report, "findings_merged", found.merged);
    field(report, "findings_looked_again", found.looked_again);
    for (int code = 0; code < MT_REJECT_COUNT; code++) {
        char name[48];

        if (in->rejected[code] == 0)
            continue;
        snprintf(name, sizeof name, "rejected_%s", mt_reject_name((enum mt_reject_code)code));
        field(report, name, in->rejected[code]);
    }
}

size_t mt_report_send(struct mt_report *report, struct mt_redis *redis, const struct mt_intake *intake,
                      const struct mt_redis_store *store, const struct mt_versions *versions, const struct mt_work_done *done)
{
    int64_t steady_ms = mt_steady_ms(), now_ms = mt_clock_ms();
    char name[96], now[24];

    if (report->last_ms != 0 && steady_ms - report->last_ms < PERIOD_MS)
        return 0;
    report->last_ms = steady_ms;
    fields_fill(report, intake, store, versions, done, now_ms);
    snprintf(name, sizeof name, "worker:%.40s", report->name);
    struct mt_key_text key = mt_keys_global(&report->keys, name), workers = mt_keys_global(&report->keys, "workers");
    report->words[0] = MT_REDIS_WORD_TEXT("HSET");
    report->words[1] = MT_KEY_WORD(key);
    mt_redis_send(redis, report->words, 2 + 2 * report->field_count);
    const struct mt_redis_word expire[] = {MT_REDIS_WORD_TEXT("EXPIRE"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT(KEEP_SECONDS)};
    mt_redis_send(redis, expire, 3);
    int now_size = snprintf(now, sizeof now, "%lld", (long long)now_ms);
    const struct mt_redis_word add[] = {MT_REDIS_WORD_TEXT("ZADD"), MT_KEY_WORD(workers), {now, (size_t)now_size},
                                        {report->name, strlen(report->name)}};
    mt_redis_send(redis, add, 4);
    return 3;
}
