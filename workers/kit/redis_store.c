#include "redis_store.h"

#include "graph/rules.h"
#include "ledger_cache.h"
#include "record.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

#define COMPACT_BYTES ((size_t)4 * 1024)
#define FRESH_SLOTS ((size_t)1 << 18)

/* Accounts whose TTL and label were written today by this worker: they need not be written again. */
struct fresh {
    struct mt_token account;
    int64_t day;
};

struct mt_redis_store {
    struct mt_redis *redis;
    struct mt_keys keys;
    struct mt_redis_store_options options;
    struct mt_redis_told told;
    struct fresh *fresh;

    struct mt_ledger_cache *cache;
    size_t append_answers; /* outstanding, in order of the sends */
    size_t told_at;        /* which of them, counted from 1, says whether anything is said of accounts; 0: none */
    size_t *read_held;     /* of the outstanding read round */
    bool *read_from_known;
    bool read_told; /* with what is said of the accounts */
    size_t read_count, read_max;
    size_t *grown_sizes; /* expected */
    size_t grown_count, grown_max;
    bool grown_told; /* with what is said of the accounts */
    struct mt_redis_store_counters counters;
};

enum mt_status mt_redis_store_create(struct mt_redis *redis, const struct mt_keys *keys,
                                     const struct mt_redis_store_options *options, struct mt_redis_store **out_store)
{
    struct mt_redis_store *store = calloc(1, sizeof *store);

    if (store == NULL)
        return MT_NO_MEMORY;
    store->redis = redis;
    store->keys = *keys;
    store->told = (struct mt_redis_told){.redis = redis, .keys = &store->keys};
    store->options = *options;
    store->fresh = calloc(FRESH_SLOTS, sizeof *store->fresh);
    if (store->fresh == NULL || mt_ledger_cache_create(options->cache_bytes_max, &store->cache) != MT_OK) {
        mt_redis_store_destroy(store);
        return MT_NO_MEMORY;
    }
    *out_store = store;
    return MT_OK;
}

void mt_redis_store_destroy(struct mt_redis_store *store)
{
    if (store == NULL)
        return;
    mt_ledger_cache_destroy(store->cache);
    free(store->fresh);
    free(store->read_held);
    free(store->read_from_known);
    free(store->grown_sizes);
    free(store);
}

/* --- append --------------------------------------------------------------------------------------------------------- */

static void append_record(struct mt_redis_store *store, const struct mt_token *account, const uint8_t *record, size_t size)
{
    struct mt_key_text key = mt_keys_of(&store->keys, 'l', account->bytes);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("APPEND"), MT_KEY_WORD(key), {record, size}};

    struct mt_held *held = mt_ledger_cache_find(store->cache, account);

    mt_redis_send(store->redis, words, 3);
    store->append_answers++;
    if (held != NULL)
        held->own += size;
}

static void append_side(struct mt_redis_store *store, const struct mt_transfer *transfer, bool outflow)
{
    uint8_t record[MT_RECORD_MAX];
    size_t size = mt_record_write(transfer, outflow, record);

    append_record(store, outflow ? &transfer->debtor : &transfer->creditor, record, size);
}

/* Whether the account, or indicator, is written to for the first time today by this worker. */
static bool is_first_today(struct mt_redis_store *store, const struct mt_token *account, int64_t now_ms)
{
    struct fresh *fresh = &store->fresh[mt_token_hash(account) & (FRESH_SLOTS - 1)];
    int64_t day = now_ms / MT_DAY_MS;

    if (fresh->day == day && mt_token_equal(&fresh->account, account))
        return false;
    *fresh = (struct fresh){.account = *account, .day = day};
    return true;
}

/* The transfer in the ledger of one of its indicators. */
static void append_indicator(struct mt_redis_store *store, const struct mt_transfer *transfer, const struct mt_token *indicator, int64_t now_ms)
{
    uint8_t record[MT_RECORD_MAX];
    size_t size = mt_record_write_indicator(transfer, record);
    char ttl[24];

    append_record(store, indicator, record, size);
    if (!is_first_today(store, indicator, now_ms))
        return;
    int ttl_size = snprintf(ttl, sizeof ttl, "%lld", (long long)((store->options.ledger_ttl_ms + MT_DAY_MS) / 1000));
    struct mt_key_text ledger = mt_keys_of(&store->keys, 'l', indicator->bytes);
    const struct mt_redis_word expire[] = {MT_REDIS_WORD_TEXT("EXPIRE"), MT_KEY_WORD(ledger), {ttl, (size_t)ttl_size}};
    mt_redis_send(store->redis, expire, 3);
    store->append_answers++;
}

/* Once a day per account and worker: the ledger's and the label's time to live, and the label itself. */
static void account_refresh(struct mt_redis_store *store, const struct mt_token *account, const struct mt_label *label,
                            int64_t now_ms)
{
    char ttl[24];

    if (!is_first_today(store, account, now_ms))
        return;
    int ttl_size = snprintf(ttl, sizeof ttl, "%lld", (long long)((store->options.ledger_ttl_ms + MT_DAY_MS) / 1000));
    struct mt_key_text ledger = mt_keys_of(&store->keys, 'l', account->bytes);
    const struct mt_redis_word expire[] = {MT_REDIS_WORD_TEXT("EXPIRE"), MT_KEY_WORD(ledger), {ttl, (size_t)ttl_size}};
    mt_redis_send(store->redis, expire, 3);
    struct mt_key_text name = mt_keys_of(&store->keys, 'a', account->bytes);
    const struct mt_redis_word set[] = {MT_REDIS_WORD_TEXT("SET"), MT_KEY_WORD(name), {label->text, strlen(label->text)},
                                        MT_REDIS_WORD_TEXT("EX"), {ttl, (size_t)ttl_size}};
    mt_redis_send(store->redis, set, 5);
    store->append_answers += 2;
}

void mt_redis_store_append_send(struct mt_redis_store *store, const struct mt_transfer *transfers,
                                const struct mt_label_pair *labels, size_t count, int64_t now_ms)
{
    for (size_t i = 0; i < count; i++) {
        const struct mt_transfer *transfer = &transfers[i];

        append_side(store, transfer, true);
        if (!mt_token_equal(&transfer->debtor, &transfer->creditor))
            append_side(store, transfer, false);
        for (uint8_t k = 0; k < mt_indicators_noted(transfer); k++)
            append_indicator(store, transfer, &transfer->indicators[k], now_ms);
        account_refresh(store, &transfer->debtor, &labels[i].debtor, now_ms);
        account_refresh(store, &transfer->creditor, &labels[i].creditor, now_ms);
    }
    if (!store->told.any) {
        mt_redis_told_send(&store->told);
        store->told_at = ++store->append_answers;
    }
}

void mt_redis_store_facts_send(struct mt_redis_store *store, const struct mt_token *account, const struct mt_holder *record, const char *json,
                               size_t json_size)
{
    struct mt_key_text key = mt_keys_of(&store->keys, 'i', account->bytes);
    struct mt_held *held = mt_ledger_cache_find(store->cache, account);
    char field[24];
    int field_size = snprintf(field, sizeof field, "%lld", (long long)record->since_ms);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HSET"), MT_KEY_WORD(key), {field, (size_t)field_size}, {json, json_size}};

    mt_redis_send(store->redis, words, 4);
    store->append_answers += 1 + mt_redis_told_append_send(&store->told, account, record);
    if (held != NULL)
        held->told_own += MT_HOLDER_RECORD;
}

enum mt_status mt_redis_store_append_settle(struct mt_redis_store *store)
{
    size_t answers = store->append_answers, told_at = store->told_at;
    bool ignored;

    store->append_answers = 0;
    store->told_at = 0;
    if (told_at == 0)
        return mt_redis_skip(store->redis, answers);
    enum mt_status status = mt_redis_skip(store->redis, told_at - 1);
    if (status == MT_OK)
        status = mt_redis_told_settle(&store->told, &ignored);
    return status == MT_OK ? mt_redis_skip(store->redis, answers - told_at) : status;
}

/* --- read ----------------------------------------------------------------------------------------------------------- */

static void send_range(struct mt_redis_store *store, const struct mt_key_text *key, size_t from, const char *to)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%zu", from);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("GETRANGE"), MT_KEY_WORD(*key), {text, (size_t)size},
                                          {to, strlen(to)}};

    mt_redis_send(store->redis, words, 4);
}

static void read_reserve(struct mt_redis_store *store, size_t count)
{
    if (count <= store->read_max)
        return;
    store->read_max = 2 * count;
    store->read_held = realloc(store->read_held, store->read_max * sizeof *store->read_held);
    store->read_from_known = realloc(store->read_from_known, store->read_max * sizeof *store->read_from_known);
    MT_ASSERT(store->read_held != NULL);
    MT_ASSERT(store->read_from_known != NULL);
}

void mt_redis_store_read_send(struct mt_redis_store *store, const struct mt_token *accounts, size_t count)
{
    read_reserve(store, count);
    store->read_count = count;
    store->read_told = store->told.any;
    for (size_t i = 0; i < count; i++) {
        size_t place = mt_ledger_cache_take(store->cache, &accounts[i], &store->read_from_known[i]);
        struct mt_key_text key = mt_keys_of(&store->keys, 'l', accounts[i].bytes);

        store->read_held[i] = place;
        if (store->read_from_known[i]) {
            send_range(store, &key, 0, "31");
            send_range(store, &key, mt_ledger_build_size(mt_ledger_cache_at(store->cache, place)->build), "-1");
        } else {
            const struct mt_redis_word get[] = {MT_REDIS_WORD_TEXT("GET"), MT_KEY_WORD(key)};

            mt_redis_send(store->redis, get, 2);
        }
        if (store->read_told)
            mt_redis_told_read_send(&store->told, &accounts[i]);
    }
}
static_assert(MT_LEDGER_HEAD == 32, "the range above is the head");

static enum mt_status reply_add(struct mt_redis_store *store, struct mt_held *held, const redisReply *reply)
{
    if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_NIL)
        return MT_BAD_STATE;
    store->counters.ledger_bytes_read += reply->type == REDIS_REPLY_STRING ? (size_t)reply->len : 0;
    return reply->type == REDIS_REPLY_STRING ? mt_ledger_build_add(held->build, reply->str, (size_t)reply->len) : MT_OK;
}

/* The whole ledger again: it was compacted since. */
static enum mt_status read_anew(struct mt_redis_store *store, struct mt_held *held)
{
    struct mt_key_text key = mt_keys_of(&store->keys, 'l', held->account.bytes);
    const struct mt_redis_word get[] = {MT_REDIS_WORD_TEXT("GET"), MT_KEY_WORD(key)};

    mt_ledger_build_reset(held->build, &held->account);
    held->own = 0;
    mt_redis_send(store->redis, get, 2);
    return MT_OK;
}

/* Takes one account's answer. `*out_anew`: it must be asked for whole, after the round. */
static enum mt_status read_one(struct mt_redis_store *store, size_t at, bool *out_anew)
{
    struct mt_held *held = mt_ledger_cache_at(store->cache, store->read_held[at]);
    bool from_known = store->read_from_known[at];

    *out_anew = false;
    if (from_known) {
        size_t size = mt_ledger_build_size(held->build) < MT_LEDGER_HEAD ? mt_ledger_build_size(held->build) : MT_LEDGER_HEAD;
        redisReply *head = mt_redis_take(store->redis);

        if (head == NULL)
            return MT_UNAVAILABLE;
        *out_anew = head->type != REDIS_REPLY_STRING || (size_t)head->len < size ||
                    memcmp(head->str, mt_ledger_build_head(held->build), size) != 0;
        mt_redis_free(head);
    } else {
        mt_ledger_build_reset(held->build, &held->account);
    }
    redisReply *reply = mt_redis_take(store->redis);
    if (reply == NULL)
        return MT_UNAVAILABLE;
    enum mt_status status = *out_anew ? MT_OK : reply_add(store, held, reply);
    mt_redis_free(reply);
    store->counters.ledgers_read++;
    return status == MT_OK && store->read_told ? mt_redis_told_read_settle(&store->told, &held->holders, &held->told) : status;
}

static enum mt_status reread(struct mt_redis_store *store, const size_t *indexes, size_t count)
{
    enum mt_status status = MT_OK;

    for (size_t i = 0; i < count && status == MT_OK; i++)
        status = read_anew(store, mt_ledger_cache_at(store->cache, indexes[i]));
    if (status == MT_OK)
        status = mt_redis_flush(store->redis);
    for (size_t i = 0; i < count && status == MT_OK; i++) {
        redisReply *reply = mt_redis_take(store->redis);

        status = reply == NULL ? MT_UNAVAILABLE : reply_add(store, mt_ledger_cache_at(store->cache, indexes[i]), reply);
        mt_redis_free(reply);
    }
    return status;
}

/* Only if the ledger is still what it was when read: nothing appended meanwhile is lost, and the TTL stays. */
static const char compact_script[] = "if redis.call('STRLEN',KEYS[1])==tonumber(ARGV[1]) then "
                                     "redis.call('SET',KEYS[1],ARGV[2],'KEEPTTL') return 1 end return 0";

static enum mt_status compact(struct mt_redis_store *store, const struct mt_held *held, int64_t horizon_ms)
{
    uint8_t *bytes = NULL;
    size_t size = mt_ledger_build_compact(held->build, horizon_ms, &bytes);
    char length[24];

    if (size == 0)
        return MT_OK;
    int length_size = snprintf(length, sizeof length, "%zu", mt_ledger_build_size(held->build));
    struct mt_key_text key = mt_keys_of(&store->keys, 'l', held->account.bytes);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("EVAL"), MT_REDIS_WORD_TEXT(compact_script), MT_REDIS_WORD_TEXT("1"),
                                          MT_KEY_WORD(key), {length, (size_t)length_size}, {bytes, size}};
    redisReply *reply = mt_redis_ask(store->redis, words, 6);
    free(bytes);
    if (reply == NULL)
        return MT_UNAVAILABLE;
    store->counters.compactions += reply->integer == 1;
    mt_redis_free(reply);
    return MT_OK;
}

enum mt_status mt_redis_store_read_settle(struct mt_redis_store *store, struct mt_ledger *out_ledgers)
{
    size_t *anew = malloc((store->read_count + 1) * sizeof *anew);
    size_t anew_count = 0, count = store->read_count;
    enum mt_status status = anew == NULL ? MT_NO_MEMORY : MT_OK;

    store->read_count = 0;
    for (size_t i = 0; i < count && status == MT_OK; i++) {
        bool again;

        status = read_one(store, i, &again);
        if (again)
            anew[anew_count++] = store->read_held[i];
    }
    if (status == MT_OK && anew_count > 0 && store->append_answers > 0)
        status = mt_redis_store_append_settle(store); /* queued behind the round: their answers come first */
    if (status == MT_OK && anew_count > 0)
        status = reread(store, anew, anew_count);
    free(anew);
    for (size_t i = 0; i < count && status == MT_OK; i++) {
        struct mt_held *held = mt_ledger_cache_at(store->cache, store->read_held[i]);
        struct mt_ledger ledger = mt_ledger_build_ledger(held->build);

        held->known = true;
        ledger.holders = held->holders;
        out_ledgers[i] = ledger;
    }
    return status;
}

enum mt_status mt_redis_store_compact(struct mt_redis_store *store, int64_t horizon_ms)
{
    enum mt_status status = MT_OK;
    size_t count;
    const size_t *places = mt_ledger_cache_turn(store->cache, &count);

    for (size_t i = 0; i < count && status == MT_OK; i++) {
        const struct mt_held *held = mt_ledger_cache_at(store->cache, places[i]);
        struct mt_ledger ledger = mt_ledger_build_ledger(held->build);

        if (mt_ledger_build_size(held->build) >= COMPACT_BYTES && ledger.count > 0 &&
            ledger.entries[0].time_ms < horizon_ms)
            status = compact(store, held, horizon_ms);
    }
    return status;
}

void mt_redis_store_grown_send(struct mt_redis_store *store, const struct mt_token *accounts, size_t count)
{
    if (store->grown_count + 2 * count > store->grown_max) {
        store->grown_max = 2 * (store->grown_count + 2 * count);
        store->grown_sizes = realloc(store->grown_sizes, store->grown_max * sizeof *store->grown_sizes);
        MT_ASSERT(store->grown_sizes != NULL);
    }
    store->grown_told = store->told.any;
    for (size_t i = 0; i < count; i++) {
        struct mt_key_text key = mt_keys_of(&store->keys, 'l', accounts[i].bytes);
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("STRLEN"), MT_KEY_WORD(key)};
        const struct mt_held *held = mt_ledger_cache_find(store->cache, &accounts[i]);

        MT_ASSERT(held != NULL);
        mt_redis_send(store->redis, words, 2);
        store->grown_sizes[store->grown_count++] = mt_ledger_build_size(held->build) + held->own;
        if (!store->grown_told)
            continue;
        mt_redis_told_length_send(&store->told, &accounts[i]);
        store->grown_sizes[store->grown_count++] = held->told + held->told_own; /* where nothing was said when it was read: 0 */
    }
}

enum mt_status mt_redis_store_grown_settle(struct mt_redis_store *store, size_t count, bool *out_any_grown)
{
    size_t answers = store->grown_told ? 2 * count : count;
    bool grown = false;

    MT_ASSERT(answers <= store->grown_count);
    for (size_t i = 0; i < answers; i++) {
        redisReply *reply = mt_redis_take(store->redis);

        if (reply == NULL)
            return MT_UNAVAILABLE;
        grown |= (size_t)reply->integer != store->grown_sizes[i];
        mt_redis_free(reply);
    }
    store->grown_count -= answers;
    memmove(store->grown_sizes, store->grown_sizes + answers, store->grown_count * sizeof *store->grown_sizes);
    *out_any_grown = grown;
    return MT_OK;
}

/* --- turns ---------------------------------------------------------------------------------------------------------- */

void mt_redis_store_turn_end(struct mt_redis_store *store)
{
    mt_ledger_cache_turn_end(store->cache);
}

void mt_redis_store_forget(struct mt_redis_store *store)
{
    store->append_answers = 0;
    store->told_at = 0;
    store->told.any = false;
    store->read_count = 0;
    store->grown_count = 0;
    mt_ledger_cache_forget(store->cache);
    memset(store->fresh, 0, FRESH_SLOTS * sizeof *store->fresh);
}

struct mt_redis_told *mt_redis_store_told(struct mt_redis_store *store)
{
    return &store->told;
}

struct mt_redis_store_counters mt_redis_store_counters(const struct mt_redis_store *store)
{
    return store->counters;
}
