#include "account_read.h"

#include "graph/arena.h"
#include "workers/kit/ledger_build.h"
#include "workers/kit/record.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

#define SUMS_MAX 512 /* two directions of more currencies than there are */

enum mt_status mt_account_label_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account,
                                     struct mt_label *out_label)
{
    struct mt_key_text key = mt_keys_of(keys, 'a', account->bytes);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("GET"), MT_KEY_WORD(key)};
    redisReply *reply = mt_redis_ask(redis, words, 2);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    snprintf(out_label->text, sizeof out_label->text, "%s", reply->type == REDIS_REPLY_STRING ? reply->str : "");
    mt_redis_free(reply);
    return MT_OK;
}

/* Bytes of whole records at the front: what was cut off in the middle of one is left out. */
static size_t whole_records(const uint8_t *bytes, size_t size)
{
    size_t at = 0;

    while (at < size && bytes[at] > 0 && bytes[at] <= size - at)
        at += bytes[at];
    return at;
}

/* The ledger's front into the build. */
static enum mt_status ledger_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account,
                                  struct mt_ledger_build *build, struct mt_account_sums *sums)
{
    struct mt_key_text key = mt_keys_of(keys, 'l', account->bytes);
    char last[24];
    int last_size = snprintf(last, sizeof last, "%zu", MT_ACCOUNT_BYTES_MAX - 1);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("GETRANGE"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT("0"), {last, (size_t)last_size}};
    redisReply *reply = mt_redis_ask(redis, words, 4);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    size_t size = (size_t)reply->len;
    sums->complete = size < MT_ACCOUNT_BYTES_MAX;
    sums->since_ms = size > 0 && (uint8_t)reply->str[0] != MT_RECORD_HEADER ? INT64_MAX : 0;
    if (!sums->complete)
        size = whole_records((const uint8_t *)reply->str, size);
    mt_ledger_build_reset(build, account);
    enum mt_status status = mt_ledger_build_add(build, reply->str, size);
    mt_redis_free(reply);
    return status;
}

static struct mt_account_sum *sum_of(struct mt_account_sums *sums, const struct mt_entry *entry)
{
    for (size_t i = 0; i < sums->count; i++) {
        if (sums->at[i].outflow == entry->outflow && sums->at[i].currency == entry->currency)
            return &sums->at[i];
    }
    if (sums->count == SUMS_MAX)
        return NULL;
    struct mt_account_sum *sum = &sums->at[sums->count++];
    *sum = (struct mt_account_sum){.first_ms = entry->time_ms, .currency = entry->currency, .outflow = entry->outflow};
    return sum;
}

/* Entries come in order of time. */
static void entry_add(struct mt_account_sums *sums, const struct mt_entry *entry)
{
    struct mt_account_sum *sum = sum_of(sums, entry);

    if (sum == NULL) {
        sums->complete = false;
        return;
    }
    sum->count++;
    sum->last_ms = entry->time_ms;
    if (sum->minor >= 0 && __builtin_add_overflow(sum->minor, entry->minor, &sum->minor))
        sum->minor = -1;
    sums->since_ms = entry->time_ms < sums->since_ms ? entry->time_ms : sums->since_ms;
}

static int by_sum_and_other(const void *left, const void *right)
{
    const struct mt_entry *a = *(const struct mt_entry *const *)left, *b = *(const struct mt_entry *const *)right;

    if (a->outflow != b->outflow)
        return a->outflow ? 1 : -1;
    if (a->currency != b->currency)
        return a->currency < b->currency ? -1 : 1;
    return memcmp(a->other.bytes, b->other.bytes, sizeof a->other.bytes);
}

static int by_direction(const void *left, const void *right)
{
    const struct mt_account_sum *a = left, *b = right;

    if (a->outflow != b->outflow)
        return a->outflow ? 1 : -1;
    return (a->currency > b->currency) - (a->currency < b->currency);
}

/* Distinct counterparties: entries sorted by sum and counterparty, each first one of its kind counted. */
static void counterparties_count(struct mt_account_sums *sums, const struct mt_ledger *ledger, const struct mt_entry **sorted)
{
    for (uint32_t i = 0; i < ledger->count; i++)
        sorted[i] = &ledger->entries[i];
    qsort(sorted, ledger->count, sizeof *sorted, by_sum_and_other);
    for (uint32_t i = 0; i < ledger->count; i++) {
        struct mt_account_sum *sum = sum_of(sums, sorted[i]);

        if (sum != NULL && (i == 0 || by_sum_and_other(&sorted[i - 1], &sorted[i]) != 0))
            sum->counterparties++;
    }
}

static enum mt_status ledger_sum(const struct mt_ledger *ledger, struct mt_account_sums *sums)
{
    const struct mt_entry **sorted = malloc(((size_t)ledger->count + 1) * sizeof(const struct mt_entry *));

    sums->at = calloc(SUMS_MAX, sizeof *sums->at);
    if (sorted == NULL || sums->at == NULL) {
        free(sorted);
        return MT_NO_MEMORY;
    }
    for (uint32_t i = 0; i < ledger->count; i++)
        entry_add(sums, &ledger->entries[i]);
    if (ledger->count > 0)
        counterparties_count(sums, ledger, sorted);
    free(sorted);
    if (sums->count > 0)
        qsort(sums->at, sums->count, sizeof *sums->at, by_direction);
    return MT_OK;
}

enum mt_status mt_account_sums_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account,
                                    struct mt_account_sums *out_sums)
{
    struct mt_ledger_build *build = NULL;
    struct mt_arena *arena = NULL;
    enum mt_status status = mt_ledger_build_create(&build);

    *out_sums = (struct mt_account_sums){0};
    if (status == MT_OK)
        status = mt_arena_create((size_t)256 << 20, &arena);
    if (status == MT_OK)
        status = ledger_read(redis, keys, account, build, out_sums);
    if (status == MT_OK) {
        struct mt_ledger reports = mt_ledger_build_ledger(build);
        struct mt_ledger ledger = reports.reports_join ? mt_ledger_join(&reports, MT_SEQUENCE_ALL, arena) : reports;

        if (ledger.count > 0 && ledger.entries[0].of_indicator)
            ledger.count = 0; /* no account's */
        status = ledger_sum(&ledger, out_sums);
    }
    mt_arena_destroy(arena);
    mt_ledger_build_destroy(build);
    if (status != MT_OK)
        mt_account_sums_free(out_sums);
    return status;
}

void mt_account_sums_free(struct mt_account_sums *sums)
{
    free(sums->at);
    *sums = (struct mt_account_sums){0};
}
