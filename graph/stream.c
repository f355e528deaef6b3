#include "stream.h"

#include <stdlib.h>

struct row {
    int64_t time_ms;
    const struct mt_entry *entry;
    uint32_t debtor, creditor;
};

static int row_compare(const void *left, const void *right)
{
    const struct row *a = left, *b = right;

    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    return mt_key_compare(&a->entry->key, &b->entry->key);
}

/* --- accounts by number ---------------------------------------------------------------------------------------------- */

struct numbers {
    uint32_t *slots; /* number + 1 */
    size_t mask;
};

static uint32_t *number_slot(const struct numbers *numbers, const struct mt_token *accounts, const struct mt_token *account)
{
    size_t slot = mt_token_hash(account) & numbers->mask;

    while (numbers->slots[slot] != 0 && !mt_token_equal(&accounts[numbers->slots[slot] - 1], account))
        slot = (slot + 1) & numbers->mask;
    return &numbers->slots[slot];
}

static enum mt_status accounts_number(struct mt_stream *stream, const struct mt_memory_store *store, struct numbers *numbers)
{
    struct mt_token account;
    struct mt_ledger ledger;
    size_t slot_count = 64;

    while (mt_memory_store_account(store, stream->account_count, &account, &ledger))
        stream->account_count++;
    while (slot_count < 2 * (size_t)stream->account_count + 2)
        slot_count *= 2;
    stream->accounts = calloc((size_t)stream->account_count + 1, sizeof *stream->accounts);
    numbers->slots = calloc(slot_count, sizeof *numbers->slots);
    numbers->mask = slot_count - 1;
    if (stream->accounts == NULL || numbers->slots == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < stream->account_count; i++) {
        mt_memory_store_account(store, i, &stream->accounts[i], &ledger);
        *number_slot(numbers, stream->accounts, &stream->accounts[i]) = i + 1;
    }
    return MT_OK;
}

/* --- hubs ------------------------------------------------------------------------------------------------------------ */

/* As the hub rule says, for accounts busier than the nearest transfers that are looked at can tell; tried every 150 transfers. */
static bool is_hub(const struct mt_ledger *ledger, const struct mt_rules *rules)
{
    int64_t window_ms = rules->hop_window_ms;
    uint32_t step = MT_NEAR / 2;

    if (ledger->count <= MT_NEAR)
        return false;
    for (uint32_t i = 0; i < ledger->count; i += step) {
        int64_t time_ms = ledger->entries[i].time_ms;

        if (mt_ledger_busier(ledger, time_ms - window_ms, time_ms + window_ms, MT_SEQUENCE_ALL, MT_NEAR))
            return true;
    }
    return false;
}

/* --- rows ------------------------------------------------------------------------------------------------------------ */

static enum mt_status rows_read(struct mt_stream *stream, const struct mt_memory_store *store, const struct mt_rules *rules,
                                const struct numbers *numbers, struct row **out_rows)
{
    size_t max = mt_memory_store_count(store) + 1;
    struct row *rows = malloc(max * sizeof *rows);

    stream->hub = calloc((size_t)stream->account_count + 1, sizeof *stream->hub);
    if (rows == NULL || stream->hub == NULL) {
        free(rows);
        return MT_NO_MEMORY;
    }
    for (uint32_t a = 0; a < stream->account_count; a++) {
        struct mt_token account;
        struct mt_ledger ledger;

        mt_memory_store_account(store, a, &account, &ledger);
        if (ledger.reports_join)
            ledger = mt_ledger_join(&ledger, MT_SEQUENCE_ALL, stream->arena);
        stream->hub[a] = is_hub(&ledger, rules);
        for (uint32_t i = 0; i < ledger.count; i++) {
            const struct mt_entry *entry = &ledger.entries[i];

            if (entry->outflow && !entry->idle)
                rows[stream->count++] = (struct row){entry->time_ms, entry, a, *number_slot(numbers, stream->accounts, &entry->other) - 1};
        }
    }
    qsort(rows, stream->count, sizeof *rows, row_compare);
    *out_rows = rows;
    return MT_OK;
}

static bool columns_create(struct mt_stream *stream)
{
    size_t n = (size_t)stream->count + 1, m = (size_t)stream->account_count + 2;

    stream->debtor = calloc(n, sizeof *stream->debtor);
    stream->creditor = calloc(n, sizeof *stream->creditor);
    stream->time_ms = calloc(n, sizeof *stream->time_ms);
    stream->worth = calloc(n, sizeof *stream->worth);
    stream->currency = calloc(n, sizeof *stream->currency);
    stream->kind = calloc(n, sizeof *stream->kind);
    stream->pair_before = calloc(n, sizeof *stream->pair_before);
    stream->entries = calloc(n, sizeof *stream->entries);
    for (int side = 0; side < 2; side++) {
        struct mt_stream_lists *lists = side == 0 ? &stream->out : &stream->in;

        lists->first = calloc(m, sizeof *lists->first);
        lists->at = calloc(n, sizeof *lists->at);
        lists->place = calloc(n, sizeof *lists->place);
        if (lists->first == NULL || lists->at == NULL || lists->place == NULL)
            return false;
    }
    return stream->debtor != NULL && stream->creditor != NULL && stream->time_ms != NULL && stream->worth != NULL &&
           stream->currency != NULL && stream->kind != NULL && stream->pair_before != NULL && stream->entries != NULL;
}

/* A base nobody sees: minor units of it, by the rate of the day. A currency without a rate keeps to itself. */
static void worth_fill(struct mt_stream *stream, uint32_t at, const struct mt_rates *rates, uint16_t base)
{
    const struct mt_entry *entry = stream->entries[at];
    int64_t minor = base != 0 ? mt_rates_convert(rates, entry->time_ms, entry->minor, entry->currency, base) : -1;

    stream->worth[at] = minor > 0 ? (double)minor : (double)entry->minor;
    stream->currency[at] = minor > 0 ? 0 : entry->currency;
}

/* The number of an entry's kind and rail; `kinds` has number + 1 by both. */
static uint8_t kind_number(struct mt_stream *stream, uint8_t *kinds, const struct mt_entry *entry)
{
    uint8_t *number = &kinds[entry->kind * MT_RAIL_COUNT + entry->rail];

    if (*number == 0)
        *number = (uint8_t)++stream->kind_count;
    return *number - 1;
}

static void columns_fill(struct mt_stream *stream, const struct row *rows, const struct mt_rates *rates)
{
    uint8_t kinds[MT_KIND_COUNT * MT_RAIL_COUNT] = {0};
    uint16_t base = stream->count > 0 && rates != NULL ? rows[0].entry->currency : 0;

    for (uint32_t i = 0; i < stream->count; i++) {
        stream->debtor[i] = rows[i].debtor;
        stream->creditor[i] = rows[i].creditor;
        stream->time_ms[i] = rows[i].time_ms;
        stream->entries[i] = rows[i].entry;
        stream->kind[i] = kind_number(stream, kinds, rows[i].entry);
        worth_fill(stream, i, rates, base);
    }
}

static void lists_fill(struct mt_stream_lists *lists, const uint32_t *accounts, uint32_t count, uint32_t account_count)
{
    for (uint32_t i = 0; i < count; i++)
        lists->first[accounts[i] + 1]++;
    for (uint32_t a = 0; a < account_count; a++)
        lists->first[a + 1] += lists->first[a];
    for (uint32_t i = count; i > 0; i--) { /* backwards: first[a + 1] walks down to where a + 1 begins */
        uint32_t place = --lists->first[accounts[i - 1] + 1];

        lists->at[place] = i - 1;
        lists->place[i - 1] = place;
    }
    for (uint32_t a = 0; a < account_count; a++)
        lists->first[a] = lists->first[a + 1];
    lists->first[account_count] = count;
}

/* Counts earlier transfers of each pair by walking each debtor's list with a table of its payees. */
static enum mt_status pairs_fill(struct mt_stream *stream)
{
    uint32_t *counts = calloc((size_t)stream->account_count + 1, sizeof *counts);

    if (counts == NULL)
        return MT_NO_MEMORY;
    for (uint32_t a = 0; a < stream->account_count; a++) {
        for (uint32_t p = stream->out.first[a]; p < stream->out.first[a + 1]; p++)
            stream->pair_before[stream->out.at[p]] = counts[stream->creditor[stream->out.at[p]]]++;
        for (uint32_t p = stream->out.first[a]; p < stream->out.first[a + 1]; p++)
            counts[stream->creditor[stream->out.at[p]]] = 0;
    }
    free(counts);
    return MT_OK;
}

enum mt_status mt_stream_create(const struct mt_memory_store *store, const struct mt_rules *rules, const struct mt_rates *rates,
                                struct mt_stream **out_stream)
{
    struct mt_stream *stream = calloc(1, sizeof *stream);
    struct numbers numbers = {0};
    struct row *rows = NULL;

    if (stream == NULL)
        return MT_NO_MEMORY;
    enum mt_status status = mt_arena_create((size_t)1 << 36, &stream->arena);
    if (status == MT_OK)
        status = accounts_number(stream, store, &numbers);
    if (status == MT_OK)
        status = rows_read(stream, store, rules, &numbers, &rows);
    if (status == MT_OK && !columns_create(stream))
        status = MT_NO_MEMORY;
    if (status == MT_OK) {
        columns_fill(stream, rows, rates);
        lists_fill(&stream->out, stream->debtor, stream->count, stream->account_count);
        lists_fill(&stream->in, stream->creditor, stream->count, stream->account_count);
        status = pairs_fill(stream);
    }
    free(rows);
    free(numbers.slots);
    if (status != MT_OK) {
        mt_stream_destroy(stream);
        return status;
    }
    *out_stream = stream;
    return MT_OK;
}

void mt_stream_destroy(struct mt_stream *stream)
{
    if (stream == NULL)
        return;
    for (int side = 0; side < 2; side++) {
        struct mt_stream_lists *lists = side == 0 ? &stream->out : &stream->in;

        free(lists->first);
        free(lists->at);
        free(lists->place);
    }
    free(stream->debtor);
    free(stream->creditor);
    free(stream->time_ms);
    free(stream->worth);
    free(stream->currency);
    free(stream->kind);
    free(stream->pair_before);
    free(stream->entries);
    free(stream->accounts);
    free(stream->hub);
    mt_arena_destroy(stream->arena);
    free(stream);
}

uint32_t mt_stream_lower(const struct mt_stream *stream, int64_t time_ms)
{
    uint32_t low = 0, high = stream->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (stream->time_ms[middle] < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
