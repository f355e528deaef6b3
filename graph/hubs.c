#include "hubs.h"

/* Counterparties of the window with how often each is in it. A slot stays taken when its count falls to 0. */
struct window {
    const struct mt_ledger *ledger;
    uint32_t sequence_limit;
    const struct mt_token **tokens;
    uint32_t *counts;
    uint32_t mask;
    uint32_t distinct;
    uint32_t low, high; /* entries [low, high) are in */
};

static uint32_t *window_count(struct window *window, const struct mt_token *token)
{
    uint32_t slot = (uint32_t)mt_token_hash(token) & window->mask;

    while (window->tokens[slot] != NULL && !mt_token_equal(window->tokens[slot], token))
        slot = (slot + 1) & window->mask;
    window->tokens[slot] = token;
    return &window->counts[slot];
}

static bool window_counts(const struct window *window, const struct mt_entry *entry)
{
    return !entry->self && entry->sequence < window->sequence_limit;
}

/* Slides so that exactly the entries of [first_ms, last_ms] are in; both only ever grow. */
static void window_slide(struct window *window, int64_t first_ms, int64_t last_ms)
{
    const struct mt_entry *entries = window->ledger->entries;

    for (; window->high < window->ledger->count && entries[window->high].time_ms <= last_ms; window->high++) {
        if (window_counts(window, &entries[window->high]))
            window->distinct += (*window_count(window, &entries[window->high].other))++ == 0;
    }
    for (; window->low < window->high && entries[window->low].time_ms < first_ms; window->low++) {
        if (window_counts(window, &entries[window->low]))
            window->distinct -= --(*window_count(window, &entries[window->low].other)) == 0;
    }
}

struct mt_hubs mt_hubs_find(const struct mt_ledger *ledger, int64_t first_ms, int64_t last_ms, int64_t window_ms,
                            uint32_t sequence_limit, uint32_t most, struct mt_arena *arena)
{
    uint32_t low = mt_ledger_lower(ledger, first_ms - window_ms);
    uint32_t high = mt_ledger_lower(ledger, last_ms + 1);
    uint32_t slot_count = 64;

    while (slot_count < 2 * (high - low))
        slot_count *= 2;
    struct window window = {
        .ledger = ledger,
        .sequence_limit = sequence_limit,
        .tokens = MT_ARENA_ARRAY(arena, const struct mt_token *, slot_count),
        .counts = MT_ARENA_ARRAY(arena, uint32_t, slot_count),
        .mask = slot_count - 1,
        .low = low,
        .high = low,
    };
    memset(window.tokens, 0, sizeof *window.tokens * slot_count);
    memset(window.counts, 0, sizeof *window.counts * slot_count);
    struct mt_hubs hubs = {
        .inflows = MT_ARENA_ARRAY(arena, const struct mt_entry *, high - low),
        .is_hub = MT_ARENA_ARRAY(arena, bool, high - low),
    };
    for (uint32_t i = mt_ledger_lower(ledger, first_ms); i < high && ledger->entries[i].time_ms <= last_ms; i++) {
        const struct mt_entry *entry = &ledger->entries[i];

        if (entry->outflow || entry->idle || entry->sequence >= sequence_limit)
            continue;
        window_slide(&window, entry->time_ms - window_ms, entry->time_ms);
        hubs.inflows[hubs.count] = entry;
        hubs.is_hub[hubs.count++] = window.distinct > most;
    }
    return hubs;
}
