#include "ledger.h"

#include "rules.h"

#include <stdlib.h>

void mt_entry_make(const struct mt_transfer *transfer, bool outflow, struct mt_entry *out_entry)
{
    bool self = mt_token_equal(&transfer->debtor, &transfer->creditor);

    *out_entry = (struct mt_entry){
        .key = transfer->key,
        .other = outflow ? transfer->creditor : transfer->debtor,
        .time_ms = transfer->time_ms,
        .minor = transfer->amount.minor,
        .currency = transfer->amount.currency,
        .kind = transfer->kind,
        .rail = transfer->rail,
        .id_size = transfer->id_size,
        .alias_count = transfer->alias_count & 15,
        .indicator_count = transfer->indicator_count & 15,
        .outflow = outflow,
        .idle = self || transfer->kind == MT_KIND_RETURN,
        .self = self,
        .creditor_side = transfer->side == MT_SIDE_CREDITOR,
        .weak = transfer->weak,
    };
}

void mt_entry_make_indicator(const struct mt_transfer *transfer, struct mt_entry *out_entry)
{
    mt_entry_make(transfer, true, out_entry);
    out_entry->other = transfer->debtor;
    out_entry->of_indicator = true;
}

bool mt_entry_reports(const struct mt_entry *entry, const struct mt_transfer *transfer, bool outflow)
{
    const struct mt_token *other = outflow && !entry->of_indicator ? &transfer->creditor : &transfer->debtor;
    size_t aliases_size = sizeof transfer->aliases[0] * transfer->alias_count;
    size_t indicators_size = sizeof transfer->indicators[0] * transfer->indicator_count;

    return mt_key_equal(&entry->key, &transfer->key) && entry->outflow == outflow && entry->time_ms == transfer->time_ms &&
           entry->minor == transfer->amount.minor && entry->currency == transfer->amount.currency &&
           entry->creditor_side == (transfer->side == MT_SIDE_CREDITOR) && entry->kind == transfer->kind &&
           entry->rail == transfer->rail && entry->weak == transfer->weak && mt_token_equal(&entry->other, other) &&
           entry->id_size == transfer->id_size && entry->alias_count == transfer->alias_count &&
           entry->indicator_count == transfer->indicator_count && memcmp(entry->detail, transfer->aliases, aliases_size) == 0 &&
           memcmp(entry->detail + aliases_size, transfer->indicators, indicators_size) == 0 &&
           memcmp(entry->detail + aliases_size + indicators_size, transfer->id, transfer->id_size) == 0;
}

/* Most questions are about the last days of a long ledger: from its end back in doubling steps, then by halves. */
uint32_t mt_ledger_lower(const struct mt_ledger *ledger, int64_t time_ms)
{
    uint32_t low = ledger->count, high = low;

    for (uint32_t step = 4; low > 0; step *= 2) {
        low = low > step ? low - step : 0;
        if (ledger->entries[low].time_ms < time_ms)
            break;
        high = low;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (ledger->entries[middle].time_ms < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct mt_entry *mt_ledger_find(const struct mt_ledger *ledger, const struct mt_transfer_key *key, int64_t time_ms,
                                      bool outflow)
{
    uint32_t low = 0, high = ledger->count;

    /* Most questions are about what has just come: the last few entries first. */
    for (uint32_t i = 0; i < 8 && high > 0 && ledger->entries[high - 1].time_ms >= time_ms; i++) {
        const struct mt_entry *entry = &ledger->entries[--high];

        if (entry->time_ms == time_ms && entry->outflow == outflow && mt_key_equal(&entry->key, key))
            return entry;
    }
    if (high == 0 || ledger->entries[high - 1].time_ms < time_ms)
        return NULL;
    const struct mt_entry wanted = {.key = *key, .time_ms = time_ms, .outflow = outflow};
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = mt_entry_compare(&ledger->entries[middle], &wanted);

        if (order == 0)
            return &ledger->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/*
 * A set of at most `most` + 1 counterparties by open addressing; the hub rule's bound keeps it on the stack. Tokens are MACs: among 4,096, two
 * that share their first 64 bits have odds of 2^-41, so those bits stand for the whole.
 */
#define BUSY_SLOTS 8192
static_assert(BUSY_SLOTS >= 2 * 4096, "the hub rule's upper bound fits half full");

/* The counting of one window, from its newest entry back. */
struct busy {
    uint64_t slots[BUSY_SLOTS]; /* 0: free */
    uint32_t slot_mask;
    uint32_t distinct;
    uint32_t sequence_limit; /* just above the largest sequence counted */
};

static void busy_start(struct busy *busy, uint32_t most)
{
    uint32_t slot_count = 64;

    while (3 * slot_count < 4 * (most + 1) && slot_count < BUSY_SLOTS)
        slot_count *= 2;
    memset(busy->slots, 0, slot_count * sizeof busy->slots[0]);
    busy->slot_mask = slot_count - 1;
    busy->distinct = 0;
    busy->sequence_limit = 0;
}

static inline void busy_count(struct busy *busy, const struct mt_entry *entry)
{
    uint64_t hash = mt_token_hash(&entry->other);
    uint32_t slot = (uint32_t)hash & busy->slot_mask;

    hash += hash == 0; /* 0 marks a free slot */

    while (busy->slots[slot] != 0) {
        if (busy->slots[slot] == hash)
            return;
        slot = (slot + 1) & busy->slot_mask;
    }
    busy->slots[slot] = hash;
    busy->distinct++;
    if (entry->sequence >= busy->sequence_limit)
        busy->sequence_limit = entry->sequence + 1;
}

static bool proof_holds(const struct mt_busy_proof *proof, int64_t first_ms, int64_t last_ms, uint32_t sequence_limit, uint32_t most)
{
    return proof != NULL && proof->last_ms >= proof->first_ms && proof->most >= most && proof->first_ms >= first_ms &&
           proof->last_ms <= last_ms && proof->sequence_limit <= sequence_limit;
}

bool mt_ledger_busier(const struct mt_ledger *ledger, int64_t first_ms, int64_t last_ms, uint32_t sequence_limit,
                      uint32_t most)
{
    struct busy busy;

    if (ledger->count <= most)
        return false;
    if (proof_holds(ledger->proof, first_ms, last_ms, sequence_limit, most))
        return true;
    uint32_t high = mt_ledger_lower(ledger, last_ms + 1);
    if (!mt_ledger_more(ledger, high, first_ms, most))
        return false;
    busy_start(&busy, most);
    for (uint32_t i = high; i > 0 && ledger->entries[i - 1].time_ms >= first_ms; i--) {
        const struct mt_entry *entry = &ledger->entries[i - 1];

        if (entry->sequence >= sequence_limit || entry->self)
            continue;
        busy_count(&busy, entry);
        if (busy.distinct <= most)
            continue;
        if (ledger->proof != NULL)
            *ledger->proof = (struct mt_busy_proof){entry->time_ms, ledger->entries[high - 1].time_ms, busy.sequence_limit, most};
        return true;
    }
    return false;
}
