#include "episode.h"

#include "draws.h"

#include <stdlib.h>

/* One counterparty within the gather window. */
struct party {
    const struct mt_token *token;
    bool paid_in, was_paid, known;
};

struct parties {
    struct party *slots;
    uint32_t mask;
    uint32_t count;
};

static struct party *party_slot(const struct parties *parties, const struct mt_token *token)
{
    uint32_t slot = (uint32_t)mt_token_hash(token) & parties->mask;

    while (parties->slots[slot].token != NULL && !mt_token_equal(parties->slots[slot].token, token))
        slot = (slot + 1) & parties->mask;
    return &parties->slots[slot];
}

static struct parties parties_make(uint32_t most, struct mt_arena *arena)
{
    uint32_t slot_count = 16;

    while (slot_count < 2 * most + 2)
        slot_count *= 2;
    struct parties parties = {MT_ARENA_ARRAY(arena, struct party, slot_count), slot_count - 1, 0};
    memset(parties.slots, 0, slot_count * sizeof *parties.slots);
    return parties;
}

/* One reading of an account's ledger for one day. */
struct reading {
    const struct mt_lore *lore;
    const struct mt_ledger *ledger;
    uint32_t limit;
    struct mt_arena *arena;
    struct mt_episode *episode;
    struct parties parties;
    uint16_t currency; /* sums are in today's last entry's */
    int64_t sum_in, sum_out;
};

static bool counts(const struct reading *reading, const struct mt_entry *entry)
{
    return !entry->idle && entry->sequence < reading->limit;
}

/* In the episode's currency; 0 where there is no rate. */
static int64_t worth(const struct reading *reading, const struct mt_entry *entry)
{
    int64_t minor = mt_rates_convert(reading->lore->rates, entry->time_ms, entry->minor, entry->currency, reading->currency);

    return minor > 0 ? minor : 0;
}

static int64_t permille(int64_t part, int64_t whole)
{
    if (whole <= 0)
        return -1;
    __int128 value = (__int128)part * 1000 / whole;
    return value > 1000000 ? 1000000 : (int64_t)value;
}

/* Counts the parties of the gather window; false when there are too many for anyone but a hub. */
static bool parties_read(struct reading *reading)
{
    struct mt_episode *episode = reading->episode;
    uint32_t most = (uint32_t)reading->lore->rules->hub_counterparties;

    reading->parties = parties_make(most, reading->arena);
    for (uint32_t i = episode->low; i < episode->high; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];

        if (!counts(reading, entry))
            continue;
        struct party *party = party_slot(&reading->parties, &entry->other);
        if (party->token == NULL) {
            if (reading->parties.count == most)
                return false;
            party->token = &entry->other;
            reading->parties.count++;
        }
        party->paid_in |= !entry->outflow;
        party->was_paid |= entry->outflow;
        episode->facts[entry->outflow ? MT_FACT_outs : MT_FACT_ins]++;
        if (i >= episode->today)
            episode->facts[entry->outflow ? MT_FACT_today_outs : MT_FACT_today_ins]++;
        *(entry->outflow ? &reading->sum_out : &reading->sum_in) += worth(reading, entry);
    }
    return true;
}

/* What was usual before the gather window, and who was known by then. */
static void history_read(struct reading *reading)
{
    struct mt_episode *episode = reading->episode;
    const struct mt_rules *rules = reading->lore->rules;
    int64_t window_start_ms = (episode->day + 1) * MT_DAY_MS - rules->gather_window_ms;
    int64_t sum_in = 0, sum_out = 0, largest_before = 0, largest_today = 0, first_ms = INT64_MAX, last_ms = INT64_MIN;
    uint32_t first = mt_ledger_lower(reading->ledger, window_start_ms - rules->history_ms);

    for (uint32_t i = first; i < episode->high; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];

        if (!counts(reading, entry))
            continue;
        first_ms = entry->time_ms < first_ms ? entry->time_ms : first_ms;
        if (i >= episode->today) {
            int64_t minor = worth(reading, entry);

            largest_today = minor > largest_today ? minor : largest_today;
            continue;
        }
        last_ms = entry->time_ms;
        int64_t minor = worth(reading, entry);
        largest_before = minor > largest_before ? minor : largest_before;
        if (i >= episode->low)
            continue;
        *(entry->outflow ? &sum_out : &sum_in) += minor;
        struct party *party = party_slot(&reading->parties, &entry->other);
        if (party->token != NULL)
            party->known = true;
    }
    int64_t before_ms = window_start_ms - first_ms, window_days = rules->gather_window_ms / MT_DAY_MS > 0 ? rules->gather_window_ms / MT_DAY_MS : 1;
    int64_t before_days = before_ms > MT_DAY_MS ? before_ms / MT_DAY_MS : 0;

    episode->facts[MT_FACT_surge_in] = before_days > 0 ? permille(reading->sum_in, sum_in * window_days / before_days) : -1;
    episode->facts[MT_FACT_surge_out] = before_days > 0 ? permille(reading->sum_out, sum_out * window_days / before_days) : -1;
    episode->facts[MT_FACT_largest] = permille(largest_today, largest_before);
    episode->facts[MT_FACT_amount] = largest_today;
    episode->facts[MT_FACT_age_days] = episode->day - mt_day_of_time(first_ms);
    episode->facts[MT_FACT_gap_days] = last_ms == INT64_MIN ? -1 : (reading->ledger->entries[episode->today].time_ms - last_ms) / MT_DAY_MS;
}

static void parties_tell(struct reading *reading)
{
    int64_t *facts = reading->episode->facts;

    for (uint32_t i = 0; i <= reading->parties.mask; i++) {
        const struct party *party = &reading->parties.slots[i];

        if (party->token == NULL)
            continue;
        facts[MT_FACT_payers] += party->paid_in;
        facts[MT_FACT_payees] += party->was_paid;
        facts[MT_FACT_new_payers] += party->paid_in && !party->known;
        facts[MT_FACT_new_payees] += party->was_paid && !party->known;
        facts[MT_FACT_mutual] += party->paid_in && party->was_paid;
    }
}

/* Money that stayed for `dwell_ms` before it moved on. */
struct stay {
    int64_t dwell_ms;
    int64_t minor;
};

static int stay_compare(const void *left, const void *right)
{
    const struct stay *a = left, *b = right;

    return (a->dwell_ms > b->dwell_ms) - (a->dwell_ms < b->dwell_ms);
}

/* The dwell that half of the money did not exceed. */
static int64_t stays_median(struct stay *stays, uint32_t count)
{
    int64_t total = 0, so_far = 0;

    qsort(stays, count, sizeof *stays, stay_compare);
    for (uint32_t i = 0; i < count; i++)
        total += stays[i].minor;
    for (uint32_t i = 0; i < count; i++) {
        so_far += stays[i].minor;
        if (2 * so_far >= total)
            return stays[i].dwell_ms;
    }
    return -1;
}

/* Where today's money in went, and where today's money out came from: links of the days around, last in first out. */
static void passing_read(struct reading *reading)
{
    struct mt_episode *episode = reading->episode;
    int64_t start_ms = episode->day * MT_DAY_MS, end_ms = start_ms + MT_DAY_MS, today_in = 0, today_out = 0, passed = 0, funded = 0;
    struct mt_links links = mt_links_find(reading->lore, reading->ledger, start_ms - reading->lore->rules->hop_window_ms, end_ms - 1,
                                          reading->limit, reading->arena);
    struct stay *stays = MT_ARENA_ARRAY(reading->arena, struct stay, links.count);
    uint32_t stay_count = 0;

    for (uint32_t i = episode->today; i < episode->high; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];

        if (counts(reading, entry))
            *(entry->outflow ? &today_out : &today_in) += worth(reading, entry);
    }
    for (uint32_t i = 0; i < links.count; i++) {
        const struct mt_link *link = &links.at[i];
        bool from_today = link->from->time_ms >= start_ms, to_today = link->to->time_ms >= start_ms && link->to->time_ms < end_ms;
        int64_t minor = mt_rates_convert(reading->lore->rates, link->to->time_ms, link->given, link->from->currency, reading->currency);

        if (minor <= 0 || (!from_today && !to_today))
            continue;
        passed += from_today ? minor : 0;
        funded += to_today ? minor : 0;
        stays[stay_count++] = (struct stay){link->to->time_ms - link->from->time_ms, minor};
    }
    episode->facts[MT_FACT_passed] = permille(passed, today_in);
    episode->facts[MT_FACT_funded] = permille(funded, today_out);
    episode->facts[MT_FACT_dwell_minutes] = stay_count > 0 ? stays_median(stays, stay_count) / 60000 : -1;
}

/* Most counterparties of one side whose sums lie within a tenth of one of today's. */
static int64_t alike(const struct reading *reading, bool outflow)
{
    const struct mt_episode *episode = reading->episode;
    const struct mt_entry *entries = reading->ledger->entries;
    const struct mt_token **seen = MT_ARENA_ARRAY(reading->arena, const struct mt_token *, episode->high - episode->low);
    int64_t most = 0;

    for (uint32_t i = episode->today; i < episode->high; i++) {
        uint32_t count = 0;

        if (entries[i].outflow != outflow || !counts(reading, &entries[i]))
            continue;
        for (uint32_t j = episode->low; j < episode->high; j++) {
            const struct mt_entry *entry = &entries[j];
            bool known = false;

            if (entry->outflow != outflow || !counts(reading, entry) || entry->currency != entries[i].currency ||
                entry->minor * 10 < entries[i].minor * 9 || entry->minor * 9 > entries[i].minor * 10)
                continue;
            for (uint32_t s = 0; s < count && !known; s++)
                known = mt_token_equal(seen[s], &entry->other);
            if (!known)
                seen[count++] = &entry->other;
        }
        most = count > most ? count : most;
    }
    return most;
}

static int64_t below_line(const struct reading *reading)
{
    int64_t line = reading->lore->rules->report_line_minor, count = 0;

    for (uint32_t i = reading->episode->low; i < reading->episode->high; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];

        count += counts(reading, entry) && entry->minor < line && entry->minor >= line - line / 5;
    }
    return count;
}

bool mt_episode_find(const struct mt_lore *lore, const struct mt_ledger *ledger, int64_t day, uint32_t sequence_limit,
                     struct mt_arena *arena, struct mt_episode *out_episode)
{
    int64_t end_ms = (day + 1) * MT_DAY_MS;
    struct reading reading = {.lore = lore, .ledger = ledger, .limit = sequence_limit, .arena = arena, .episode = out_episode};
    bool any = false;

    *out_episode = (struct mt_episode){
        .day = day,
        .low = mt_ledger_lower(ledger, end_ms - lore->rules->gather_window_ms),
        .today = mt_ledger_lower(ledger, end_ms - MT_DAY_MS),
        .high = mt_ledger_lower(ledger, end_ms),
    };
    for (uint32_t i = out_episode->today; i < out_episode->high; i++) {
        if (!counts(&reading, &ledger->entries[i]))
            continue;
        any = true;
        reading.currency = ledger->entries[i].currency;
    }
    if (!any)
        return false;
    out_episode->hub = !parties_read(&reading);
    if (out_episode->hub) {
        memset(out_episode->facts, 0, sizeof out_episode->facts);
        return true;
    }
    history_read(&reading);
    parties_tell(&reading);
    passing_read(&reading);
    out_episode->facts[MT_FACT_alike_in] = alike(&reading, false);
    out_episode->facts[MT_FACT_alike_out] = alike(&reading, true);
    out_episode->facts[MT_FACT_below_line] = below_line(&reading);
    return true;
}
