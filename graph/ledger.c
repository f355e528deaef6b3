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
        .alias_count = transfer->alias_count,
        .outflow = outflow,
        .idle = self || transfer->kind == MT_KIND_RETURN,
        .self = self,
        .creditor_side = transfer->side == MT_SIDE_CREDITOR,
        .weak = transfer->weak,
    };
}

bool mt_entry_reports(const struct mt_entry *entry, const struct mt_transfer *transfer, bool outflow)
{
    const struct mt_token *other = outflow ? &transfer->creditor : &transfer->debtor;
    size_t aliases_size = sizeof transfer->aliases[0] * transfer->alias_count;

    return mt_key_equal(&entry->key, &transfer->key) && entry->outflow == outflow && entry->time_ms == transfer->time_ms &&
           entry->minor == transfer->amount.minor && entry->currency == transfer->amount.currency &&
           entry->creditor_side == (transfer->side == MT_SIDE_CREDITOR) && entry->kind == transfer->kind &&
           entry->rail == transfer->rail && entry->weak == transfer->weak && mt_token_equal(&entry->other, other) &&
           entry->id_size == transfer->id_size && entry->alias_count == transfer->alias_count &&
           memcmp(entry->detail, transfer->aliases, aliases_size) == 0 &&
           memcmp(entry->detail + aliases_size, transfer->id, transfer->id_size) == 0;
}

uint32_t mt_ledger_lower(const struct mt_ledger *ledger, int64_t time_ms)
{
    uint32_t low = 0, high = ledger->count;

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
    struct mt_entry wanted = {.key = *key, .time_ms = time_ms, .outflow = outflow};
    uint32_t low = 0, high = ledger->count;

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

/* A set of at most `most` + 1 tokens by open addressing; the hub rule's bound keeps it on the stack. */
#define BUSY_SLOTS 8192
static_assert(BUSY_SLOTS >= 2 * 4096, "the hub rule's upper bound fits half full");

static bool busier_scan(const struct mt_entry *at, const struct mt_entry *end, uint32_t sequence_limit, uint32_t most,
                        const struct mt_token **slots, uint32_t slot_mask)
{
    uint32_t distinct = 0;

    for (; at < end; at++) {
        if (at->sequence >= sequence_limit || at->self)
            continue;
        uint32_t slot = (uint32_t)mt_token_hash(&at->other) & slot_mask;
        while (slots[slot] != NULL && !mt_token_equal(slots[slot], &at->other))
            slot = (slot + 1) & slot_mask;
        if (slots[slot] == NULL) {
            slots[slot] = &at->other;
            if (++distinct > most)
                return true;
        }
    }
    return false;
}

bool mt_ledger_busier(const struct mt_ledger *ledger, int64_t first_ms, int64_t last_ms, uint32_t sequence_limit,
                      uint32_t most)
{
    uint32_t low = mt_ledger_lower(ledger, first_ms);
    uint32_t high = low;

    if (ledger->count - low <= most)
        return false;
    high = last_ms == INT64_MAX ? ledger->count : mt_ledger_lower(ledger, last_ms + 1);
    if (high - low <= most)
        return false;

    const struct mt_token *slots[BUSY_SLOTS];
    uint32_t slot_count = 64;

    while (slot_count < 2 * (most + 1))
        slot_count *= 2;
    if (slot_count > BUSY_SLOTS)
        slot_count = BUSY_SLOTS;
    memset(slots, 0, slot_count * sizeof slots[0]);
    return busier_scan(ledger->entries + low, ledger->entries + high, sequence_limit, most, slots, slot_count - 1);
}
