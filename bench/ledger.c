/*
 * ledger.c: four ways to keep a ledger in Redis, by memory and by speed, on sparse and on busy accounts.
 *
 *   account-string   one string per account, a record APPENDed per transfer (the layout in use)
 *   day-string       one string per account and day
 *   stream           one stream per account, XADD * r RECORD
 *   sorted-set       one sorted set per account, ZADD TIME RECORD
 *
 * Every transfer is written to both of its accounts with the record of workers/kit/record.h, and every key has a TTL. Memory is
 * Redis' used_memory before and after, divided by transfers; reading takes a whole account's ledger, pipelined by 100.
 */
#include "redis_private.h"
#include "workers/kit/keys.h"
#include "workers/kit/record.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DAY_MS INT64_C(86400000)
#define START_MS INT64_C(1767225600000) /* 2026-01-01 */
#define PIPELINE 100

enum layout { ACCOUNT_STRING, DAY_STRING, STREAM, SORTED_SET, LAYOUT_COUNT };

static const char *const layout_names[] = {"account-string", "day-string", "stream", "sorted-set"};

struct shape {
    const char *name;
    uint32_t accounts;
    uint32_t transfers_each; /* entries of one account's ledger */
    uint32_t days;
};

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long long memory_used(struct mt_redis *redis)
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("INFO"), MT_REDIS_WORD_TEXT("memory")};
    redisReply *reply = mt_redis_ask(redis, words, 2);
    const char *at = reply != NULL ? strstr(reply->str, "used_memory:") : NULL;
    long long used = at != NULL ? atoll(at + 12) : -1;

    mt_redis_free(reply);
    return used;
}

static void token_of(uint32_t account, struct mt_token *out_token)
{
    for (size_t i = 0; i < sizeof out_token->bytes; i += 4) {
        uint32_t word = (account + 1) * 2654435761u ^ (uint32_t)i * 40503u;

        memcpy(out_token->bytes + i, &word, 4);
    }
}

static struct mt_key_text key_of(enum layout layout, const struct mt_keys *keys, const struct mt_token *account, int64_t time_ms)
{
    struct mt_key_text key = mt_keys_of(keys, 'l', account->bytes);

    if (layout == DAY_STRING) {
        uint16_t day = (uint16_t)(time_ms / DAY_MS);

        memcpy(key.at + key.size, &day, 2);
        key.size += 2;
    }
    return key;
}

static size_t write_send(struct mt_redis *redis, enum layout layout, const struct mt_key_text *key, int64_t time_ms, const uint8_t *record,
                         size_t size, bool expire)
{
    char time_text[24];
    int time_size = snprintf(time_text, sizeof time_text, "%lld", (long long)time_ms);

    if (layout == STREAM) {
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("XADD"), MT_KEY_WORD(*key), MT_REDIS_WORD_TEXT("*"), MT_REDIS_WORD_TEXT("r"), {record, size}};
        mt_redis_send(redis, words, 5);
    } else if (layout == SORTED_SET) {
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("ZADD"), MT_KEY_WORD(*key), {time_text, (size_t)time_size}, {record, size}};
        mt_redis_send(redis, words, 4);
    } else {
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("APPEND"), MT_KEY_WORD(*key), {record, size}};
        mt_redis_send(redis, words, 3);
    }
    if (!expire)
        return 1;
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("EXPIRE"), MT_KEY_WORD(*key), MT_REDIS_WORD_TEXT("5184000")};
    mt_redis_send(redis, words, 3);
    return 2;
}

static bool settle(struct mt_redis *redis, size_t *answers)
{
    bool good = mt_redis_flush(redis) == MT_OK && mt_redis_skip(redis, *answers) == MT_OK;

    *answers = 0;
    return good;
}

/* Each account's entries in order of time, accounts in turn: as a stream would bring them. Returns writes a second, or -1. */
static double fill(struct mt_redis *redis, const struct mt_keys *keys, enum layout layout, const struct shape *shape)
{
    double start = seconds();
    size_t answers = 0;

    for (uint32_t n = 0; n < shape->transfers_each; n++) {
        int64_t time_ms = START_MS + (int64_t)n * shape->days * DAY_MS / shape->transfers_each;
        bool new_key = n == 0 || (layout == DAY_STRING && (n * shape->days) % shape->transfers_each < shape->days);

        for (uint32_t a = 0; a < shape->accounts; a++) {
            struct mt_transfer transfer = {.time_ms = time_ms, .amount = {.minor = 1000 + n, .currency = 978}};
            struct mt_token account;
            uint8_t record[MT_RECORD_MAX];

            token_of(a, &account);
            token_of(a + n + 1, &transfer.creditor);
            memcpy(transfer.key.bytes, &n, 4);
            memcpy(transfer.key.bytes + 4, &a, 4);
            transfer.id_size = (uint8_t)snprintf(transfer.id, sizeof transfer.id, "T%010u", n * shape->accounts + a);
            size_t size = mt_record_write(&transfer, n % 2 == 0, record);
            struct mt_key_text key = key_of(layout, keys, &account, time_ms);
            answers += write_send(redis, layout, &key, time_ms, record, size, new_key);
            if (answers >= PIPELINE && !settle(redis, &answers))
                return -1;
        }
    }
    if (!settle(redis, &answers))
        return -1;
    return (double)shape->accounts * shape->transfers_each / (seconds() - start);
}

static size_t read_send(struct mt_redis *redis, const struct mt_keys *keys, enum layout layout, const struct shape *shape, uint32_t a)
{
    struct mt_token account;
    struct mt_key_text key;
    size_t answers = 0;

    token_of(a, &account);
    for (uint32_t day = 0; day < (layout == DAY_STRING ? shape->days : 1); day++) {
        key = key_of(layout, keys, &account, START_MS + day * DAY_MS);
        if (layout == STREAM || layout == SORTED_SET) {
            const struct mt_redis_word words[] = {{layout == STREAM ? "XRANGE" : "ZRANGE", 6}, MT_KEY_WORD(key), {layout == STREAM ? "-" : "0", 1},
                                                  {layout == STREAM ? "+" : "-1", layout == STREAM ? 1u : 2u}};
            mt_redis_send(redis, words, 4);
        } else {
            const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("GET"), MT_KEY_WORD(key)};
            mt_redis_send(redis, words, 2);
        }
        answers++;
    }
    return answers;
}

/* Whole ledgers a second, or -1. */
static double read_all(struct mt_redis *redis, const struct mt_keys *keys, enum layout layout, const struct shape *shape)
{
    uint32_t rounds = shape->accounts < 20000 ? 20000 / shape->accounts / (shape->transfers_each > 100 ? 10 : 1) + 1 : 1;
    double start = seconds();
    size_t answers = 0;

    for (uint32_t r = 0; r < rounds; r++) {
        for (uint32_t a = 0; a < shape->accounts; a++) {
            answers += read_send(redis, keys, layout, shape, a);
            if (answers >= PIPELINE && !settle(redis, &answers))
                return -1;
        }
    }
    if (!settle(redis, &answers))
        return -1;
    return (double)rounds * shape->accounts / (seconds() - start);
}

static bool measure(struct mt_redis *redis, const struct mt_keys *keys, const struct shape *shape)
{
    double first_append = 0, first_read = 0;

    printf("\n%s: %u accounts with %u transfers each\n", shape->name, shape->accounts, shape->transfers_each);
    printf("  %-15s %20s %22s %24s\n", "layout", "bytes per transfer", "appends/s", "whole ledgers read/s");
    for (int layout = 0; layout < LAYOUT_COUNT; layout++) {
        const struct mt_redis_word flush[] = {MT_REDIS_WORD_TEXT("FLUSHALL"), MT_REDIS_WORD_TEXT("SYNC")};

        mt_redis_free(mt_redis_ask(redis, flush, 2));
        long long before = memory_used(redis);
        double appends = fill(redis, keys, (enum layout)layout, shape);
        long long after = memory_used(redis);
        double reads = read_all(redis, keys, (enum layout)layout, shape);
        if (appends < 0 || reads < 0)
            return false;
        first_append = layout == 0 ? appends : first_append;
        first_read = layout == 0 ? reads : first_read;
        /* A transfer is two entries, one in each of its accounts. */
        double bytes = 2.0 * (double)(after - before) / ((double)shape->accounts * shape->transfers_each);
        printf("  %-15s %20.0f %14.0f (%4.2f×) %16.0f (%4.2f×)\n", layout_names[layout], bytes, appends, appends / first_append, reads, reads / first_read);
    }
    return true;
}

int main(void)
{
    static const struct shape shapes[] = {
        {"sparse", 50000, 2, 1},
        {"20 on one day (required <= 200 bytes)", 20000, 20, 1},
        {"20 on 20 days", 20000, 20, 20},
        {"busy", 100, 2000, 5},
    };
    const struct mt_keys keys = {.space = "mt", .shard_count = 16};
    struct mt_redis_private server;
    struct mt_redis *redis = mt_redis_private_start(&server) == MT_OK ? mt_redis_private_connect(&server) : NULL;
    bool good = redis != NULL;

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && good; i++)
        good = measure(redis, &keys, &shapes[i]);
    mt_redis_destroy(redis);
    mt_redis_private_stop(&server);
    return good ? 0 : 1;
}
