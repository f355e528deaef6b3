#include "bursts.h"

struct span {
    const struct mt_entry *entries;
    uint32_t low, today, high; /* the gather window, from `today` on today's */
    uint32_t limit;
};

/* Whether it is by hand, this way. */
static bool is_move(const struct span *span, const struct mt_entry *entry, bool outflow)
{
    return entry->outflow == outflow && !entry->idle && entry->sequence < span->limit && mt_episode_by_hand(entry);
}

static bool is_payment(const struct span *span, const struct mt_entry *entry)
{
    return entry->outflow && !entry->idle && entry->sequence < span->limit;
}

/* Most transfers to one account within an hour, today. */
static int64_t repeats(const struct span *span)
{
    const struct mt_entry *entries = span->entries;
    int64_t most = 0;

    for (uint32_t i = span->today; i < span->high; i++) {
        int64_t count = 0;

        if (!is_payment(span, &entries[i]))
            continue;
        for (uint32_t j = i; j < span->high && j - i < MT_EPISODE_SAME_MOST && entries[j].time_ms <= entries[i].time_ms + MT_HOUR_MS; j++)
            count += is_payment(span, &entries[j]) && mt_token_equal(&entries[i].other, &entries[j].other);
        most = count > most ? count : most;
    }
    return most;
}

/* Counterparties by hand within `length_ms` up to transfer `last`. */
static int64_t parties_up_to(const struct span *span, uint32_t last, bool outflow, int64_t length_ms)
{
    const struct mt_entry *entries = span->entries;
    const struct mt_token *seen[MT_EPISODE_BURST_MOST];
    uint32_t count = 0;

    for (uint32_t j = last + 1; j > span->low && last + 1 - j < MT_EPISODE_SAME_MOST && count < MT_EPISODE_BURST_MOST &&
                                entries[j - 1].time_ms >= entries[last].time_ms - length_ms;
         j--) {
        bool again = !is_move(span, &entries[j - 1], outflow);

        for (uint32_t k = 0; k < count && !again; k++)
            again = mt_token_equal(seen[k], &entries[j - 1].other);
        if (!again)
            seen[count++] = &entries[j - 1].other;
    }
    return count;
}

/* Most of these up to one of today's transfers that way. */
static int64_t parties_most(const struct span *span, bool outflow, int64_t length_ms)
{
    int64_t most = 0;

    for (uint32_t i = span->today; i < span->high; i++) {
        int64_t count = is_move(span, &span->entries[i], outflow) ? parties_up_to(span, i, outflow, length_ms) : 0;

        most = count > most ? count : most;
    }
    return most;
}

static bool is_alike(const struct mt_entry *first, const struct mt_entry *later)
{
    int64_t apart = later->minor > first->minor ? later->minor - first->minor : first->minor - later->minor;

    return first->currency == later->currency && apart <= first->minor / MT_EPISODE_ALIKE && !mt_token_equal(&first->other, &later->other);
}

/* Most of today's transfers by hand, that way, whose sums are alike. */
static int64_t alike(const struct span *span, bool outflow)
{
    const struct mt_entry *entries = span->entries;
    int64_t most = 0;

    for (uint32_t i = span->today; i < span->high; i++) {
        int64_t count = 1;

        if (!is_move(span, &entries[i], outflow))
            continue;
        for (uint32_t j = i + 1; j < span->high && j - i < MT_EPISODE_SAME_MOST; j++)
            count += is_move(span, &entries[j], outflow) && is_alike(&entries[i], &entries[j]);
        most = count > most ? count : most;
    }
    return most;
}

void mt_bursts_fill(const struct mt_entry *entries, uint32_t sequence_limit, struct mt_episode *episode)
{
    const struct span span = {entries, episode->low, episode->today, episode->high, sequence_limit};

    episode->facts[MT_FACT_burst_in] = parties_most(&span, false, MT_EPISODE_BURST_MS);
    episode->facts[MT_FACT_burst_payees] = parties_most(&span, true, MT_EPISODE_BURST_OUT_MS);
    episode->facts[MT_FACT_burst_out] = repeats(&span);
    episode->facts[MT_FACT_alike_in] = alike(&span, false);
    episode->facts[MT_FACT_alike_out] = alike(&span, true);
}
