#include "episode.h"

#include "bursts.h"
#include "draws.h"
#include "listed.h"

#include <stdlib.h>

/* One counterparty within the gather window. */
struct party {
    const struct mt_token *token;
    bool paid_in, was_paid, known;
    __int128 sums[2];   /* in, out; in the episode's currency */
    __int128 by_hand[2]; /* of these, neither by card nor in a batch */
    int64_t first[2];   /* its first sum each way */
    int64_t load[2];    /* its largest later one today */
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

/* An account with more transfers in the gather window than this times K is read as a hub. */
#define HUB_ENTRIES 64

/* One reading of an account's ledger for one day. */
struct reading {
    const struct mt_lore *lore;
    const struct mt_ledger *ledger;
    uint32_t limit;
    struct mt_arena *arena;
    struct mt_episode *episode;
    struct parties parties;
    uint16_t currency; /* sums are in today's last entry's */
    __int128 by_hand_today, night_today, today, instant_today, digital_out;
    __int128 sum_in, sum_out, cash_in, cash_out; /* sums of many, in a currency that may be worth little: beyond 64 bits */
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

static int64_t capped(__int128 sum)
{
    return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

static int64_t permille(__int128 part, __int128 whole)
{
    if (whole <= 0)
        return -1;
    __int128 value = part * 1000 / whole;
    return value > 1000000 ? 1000000 : (int64_t)value;
}

/* The gather window's entries, counted one by one only where there are very many: some may not exist yet. */
static uint32_t entries_count(const struct reading *reading)
{
    const struct mt_episode *episode = reading->episode;
    uint32_t count = 0;

    if (episode->high - episode->low <= HUB_ENTRIES)
        return episode->high - episode->low;
    for (uint32_t i = episode->low; i < episode->high; i++)
        count += !reading->ledger->entries[i].self && reading->ledger->entries[i].sequence < reading->limit;
    return count;
}

/* How money moves, by hour and by rail. */
static void ways_add(struct reading *reading, const struct mt_entry *entry, int64_t minor, bool today)
{
    if (today) {
        bool by_hand = mt_episode_by_hand(entry);

        reading->today += minor;
        reading->by_hand_today += by_hand ? minor : 0;
        reading->night_today += by_hand && mt_episode_night(reading->lore->rules, entry->time_ms) ? minor : 0;
        reading->instant_today += entry->rail == MT_RAIL_INSTANT ? minor : 0;
    }
    reading->cash_in += entry->kind == MT_KIND_CASH_IN && !entry->outflow ? minor : 0;
    reading->cash_out += entry->kind == MT_KIND_CASH_OUT && entry->outflow ? minor : 0;
    reading->digital_out += (entry->rail == MT_RAIL_WALLET || entry->rail == MT_RAIL_CRYPTO) && entry->outflow ? minor : 0;
}

/* Counts the parties of the gather window; false when there are too many for anyone but a hub. */
static bool parties_read(struct reading *reading)
{
    struct mt_episode *episode = reading->episode;
    uint32_t most = (uint32_t)reading->lore->rules->hub_counterparties;

    if (entries_count(reading) > HUB_ENTRIES * most)
        return false;
    reading->parties = parties_make(episode->high - episode->low < most ? episode->high - episode->low : most, reading->arena);
    for (uint32_t i = episode->low; i < episode->high; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];

        if (entry->self || entry->sequence >= reading->limit)
            continue;
        struct party *party = party_slot(&reading->parties, &entry->other); /* returns make a hub as well, and nothing else */
        if (party->token == NULL) {
            if (reading->parties.count == most)
                return false;
            party->token = &entry->other;
            reading->parties.count++;
        }
        if (entry->idle)
            continue;
        int64_t minor = worth(reading, entry);
        party->paid_in |= !entry->outflow;
        party->was_paid |= entry->outflow;
        party->sums[entry->outflow] += minor;
        party->by_hand[entry->outflow] += mt_episode_by_hand(entry) ? minor : 0;
        if (party->first[entry->outflow] == 0)
            party->first[entry->outflow] = minor;
        else if (i >= episode->today && minor > party->load[entry->outflow])
            party->load[entry->outflow] = minor;
        episode->facts[entry->outflow ? MT_FACT_outs : MT_FACT_ins]++;
        if (i >= episode->today)
            episode->facts[entry->outflow ? MT_FACT_today_outs : MT_FACT_today_ins]++;
        *(entry->outflow ? &reading->sum_out : &reading->sum_in) += minor;
        ways_add(reading, entry, minor, i >= episode->today);
        episode->facts[MT_FACT_card_ins] += entry->kind == MT_KIND_CARD && !entry->outflow;
    }
    return true;
}

/* What was usual before the gather window, and who was known by then. */
static void history_read(struct reading *reading)
{
    struct mt_episode *episode = reading->episode;
    const struct mt_rules *rules = reading->lore->rules;
    int64_t window_start_ms = episode->end_ms - rules->gather_window_ms;
    __int128 sum_in = 0, sum_out = 0;
    int64_t first_today_ms = INT64_MAX, largest_before = 0, largest_today = 0, largest_window = 0, largest_history = 0, first_ms = INT64_MAX, last_ms = INT64_MIN;
    uint32_t first = mt_ledger_lower(reading->ledger, window_start_ms - rules->history_ms);

    for (uint32_t i = first; i < episode->high; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];

        if (!counts(reading, entry))
            continue;
        first_ms = entry->time_ms < first_ms ? entry->time_ms : first_ms;
        if (i >= episode->today) {
            int64_t minor = worth(reading, entry);

            first_today_ms = entry->time_ms < first_today_ms ? entry->time_ms : first_today_ms;
            largest_today = minor > largest_today ? minor : largest_today;
            largest_window = minor > largest_window ? minor : largest_window;
            continue;
        }
        last_ms = entry->time_ms;
        int64_t minor = worth(reading, entry);
        largest_before = minor > largest_before ? minor : largest_before;
        if (i >= episode->low) {
            largest_window = minor > largest_window ? minor : largest_window;
            continue;
        }
        largest_history = minor > largest_history ? minor : largest_history;
        *(entry->outflow ? &sum_out : &sum_in) += minor;
        struct party *party = party_slot(&reading->parties, &entry->other);
        if (party->token != NULL)
            party->known = true;
    }
    int64_t before_ms = window_start_ms - first_ms, window_days = rules->gather_window_ms / MT_DAY_MS;
    int64_t before_days = before_ms > MT_DAY_MS ? before_ms / MT_DAY_MS : 0;

    episode->facts[MT_FACT_surge_in] = before_days > 0 ? permille(reading->sum_in, sum_in * window_days / before_days) : -1;
    episode->facts[MT_FACT_surge_out] = before_days > 0 ? permille(reading->sum_out, sum_out * window_days / before_days) : -1;
    episode->facts[MT_FACT_jump] = permille(largest_window, largest_history);
    episode->facts[MT_FACT_largest] = permille(largest_today, largest_before);
    episode->facts[MT_FACT_amount] = mt_lines_size(reading->lore->lines, reading->currency, largest_today);
    episode->facts[MT_FACT_age_days] = mt_day_of_time(episode->end_ms - 1) - mt_day_of_time(first_ms);
    episode->facts[MT_FACT_gap_days] = last_ms == INT64_MIN ? -1 : (first_today_ms - last_ms) / MT_DAY_MS;
}

static int64_t size_of(const struct reading *reading, const struct mt_entry *entry)
{
    return mt_lines_size(reading->lore->lines, entry->currency, entry->minor);
}

/* The size of today's largest sum with an account that was not known. */
static int64_t fresh_amount(const struct reading *reading)
{
    int64_t largest = 0;

    for (uint32_t i = reading->episode->today; i < reading->episode->high; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];
        int64_t size = counts(reading, entry) ? size_of(reading, entry) : 0;

        if (size > largest && !party_slot(&reading->parties, &entry->other)->known)
            largest = size;
    }
    return largest;
}

static void parties_tell(struct reading *reading)
{
    int64_t *facts = reading->episode->facts, heavy[2] = {0, 0};
    __int128 fresh[2] = {0, 0}, whole[2] = {reading->sum_in, reading->sum_out};

    for (uint32_t i = 0; i <= reading->parties.mask; i++) {
        const struct party *party = &reading->parties.slots[i];

        if (party->token == NULL)
            continue;
        facts[MT_FACT_payers] += party->paid_in;
        facts[MT_FACT_payees] += party->was_paid;
        facts[MT_FACT_new_payers] += party->paid_in && !party->known;
        facts[MT_FACT_new_payees] += party->was_paid && !party->known;
        facts[MT_FACT_mutual] += party->paid_in && party->was_paid;
        for (int way = 0; way < 2 && !party->known; way++) {
            int64_t load = party->first[way] > 0 ? party->load[way] / party->first[way] : 0;

            fresh[way] += party->sums[way];
            heavy[way] += party->by_hand[way] > 0 && party->by_hand[way] * MT_EPISODE_HEAVY >= whole[way];
            facts[MT_FACT_load] = load > facts[MT_FACT_load] ? load : facts[MT_FACT_load];
        }
    }
    facts[MT_FACT_fresh_amount] = fresh_amount(reading);
    facts[MT_FACT_heavy_payers] = heavy[0];
    facts[MT_FACT_heavy_payees] = heavy[1];
    facts[MT_FACT_fan] = heavy[0] < heavy[1] ? heavy[0] : heavy[1];
    reading->episode->money_in = capped(reading->sum_in);
    reading->episode->money_out = capped(reading->sum_out);
    facts[MT_FACT_money_in] = mt_lines_size(reading->lore->lines, reading->currency, reading->episode->money_in);
    facts[MT_FACT_money_out] = mt_lines_size(reading->lore->lines, reading->currency, reading->episode->money_out);
    facts[MT_FACT_fresh_in] = permille(fresh[0], reading->sum_in);
    facts[MT_FACT_fresh_out] = permille(fresh[1], reading->sum_out);
    facts[MT_FACT_cash_in] = permille(reading->cash_in, reading->sum_in);
    facts[MT_FACT_cash_out] = permille(reading->cash_out, reading->sum_out);
    facts[MT_FACT_night] = permille(reading->night_today, reading->by_hand_today);
    facts[MT_FACT_instant] = permille(reading->instant_today, reading->today);
    facts[MT_FACT_digital_out] = permille(reading->digital_out, reading->sum_out);
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
    __int128 total = 0, so_far = 0;

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

/* The links that a day's facts are made of: last in first out, up to the day's end, from all that may have paid for today. */
static struct mt_links links_read(const struct reading *reading)
{
    const struct mt_rules *rules = reading->lore->rules;
    int64_t end_ms = reading->episode->end_ms, start_ms = end_ms - MT_DAY_MS;
    int64_t gather_ms = end_ms - rules->gather_window_ms, funding_ms = start_ms - rules->hop_window_ms;
    const struct mt_ledger until = {.entries = reading->ledger->entries, .count = reading->episode->high};

    return mt_links_find(reading->lore, &until, gather_ms < funding_ms ? gather_ms : funding_ms, end_ms - 1, reading->limit, reading->arena);
}

static int64_t given(const struct reading *reading, const struct mt_link *link)
{
    int64_t minor = mt_rates_convert(reading->lore->rates, link->to->time_ms, link->given, link->from->currency, reading->currency);

    return minor > 0 ? minor : 0;
}

/* What became of the gather window's money in. */
static void relaying_read(struct reading *reading, const struct mt_links *links)
{
    struct mt_episode *episode = reading->episode;
    const struct mt_entry *window = reading->ledger->entries + episode->low;
    bool *told = MT_ARENA_ARRAY(reading->arena, bool, episode->high - episode->low);
    __int128 relayed = 0;

    memset(told, 0, sizeof *told * (episode->high - episode->low));
    for (uint32_t i = 0; i < links->count; i++) {
        const struct mt_link *link = &links->at[i];

        if (link->from < window)
            continue;
        relayed += given(reading, link);
        if (told[link->from - window] || !mt_at_least(link->passed, link->from->minor, reading->lore->rules->passed_permille))
            continue;
        told[link->from - window] = true;
        episode->facts[MT_FACT_passed_ins]++;
        if (size_of(reading, link->from) > episode->facts[MT_FACT_largest_passed])
            episode->facts[MT_FACT_largest_passed] = size_of(reading, link->from);
    }
    episode->facts[MT_FACT_relayed] = permille(relayed, reading->sum_in);
}

/* Where today's money in went, where today's money out came from, and how long it had stayed. */
static void passing_read(struct reading *reading, const struct mt_links *links)
{
    struct mt_episode *episode = reading->episode;
    const struct mt_entry *today = reading->ledger->entries + episode->today;
    struct stay *stays = MT_ARENA_ARRAY(reading->arena, struct stay, links->count);
    __int128 sums[2] = {0, 0}, passed = 0, funded = 0;
    uint32_t stay_count = 0;

    for (uint32_t i = episode->today; i < episode->high; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];

        sums[entry->outflow] += counts(reading, entry) ? worth(reading, entry) : 0;
    }
    for (uint32_t i = 0; i < links->count; i++) {
        const struct mt_link *link = &links->at[i];
        int64_t minor = given(reading, link);

        if (minor == 0 || link->to < today)
            continue;
        passed += link->from >= today ? minor : 0;
        funded += minor;
        stays[stay_count++] = (struct stay){link->to->time_ms - link->from->time_ms, minor};
    }
    episode->facts[MT_FACT_passed] = permille(passed, sums[0]);
    episode->facts[MT_FACT_funded] = permille(funded, sums[1]);
    episode->facts[MT_FACT_dwell_minutes] = stay_count > 0 ? stays_median(stays, stay_count) / 60000 : -1;
}

static int64_t below_line(const struct reading *reading)
{
    int64_t count = 0;

    for (uint32_t i = reading->episode->low; i < reading->episode->high; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];

        count += counts(reading, entry) && !entry->outflow && mt_lines_near(reading->lore->lines, entry->currency, entry->minor);
    }
    return count;
}

/* Whether the account passed on today what came in by the dealing, or by the dealing what had come in. */
static bool dealing_passed(const struct reading *reading, const struct mt_links *links, const struct mt_entry *dealing)
{
    const struct mt_entry *today = reading->ledger->entries + reading->episode->today;

    for (uint32_t i = 0; i < links->count; i++) {
        const struct mt_link *link = &links->at[i];

        if (link->strong && link->to >= today && (link->from == dealing || link->to == dealing))
            return true;
    }
    return false;
}

static void lists_read(const struct reading *reading, const struct mt_token *account, const struct mt_links *links)
{
    const struct mt_lore *lore = reading->lore;
    struct mt_episode *episode = reading->episode;

    for (uint32_t i = episode->low; i < episode->high && mt_lists_count(lore->lists) > 0; i++) {
        const struct mt_entry *entry = &reading->ledger->entries[i];

        if (!counts(reading, entry))
            continue;
        episode->facts[MT_FACT_listed] += i >= episode->today && mt_listed_self(lore->lists, account, entry);
        if (!mt_listed_dealing(lore, entry))
            continue;
        episode->facts[MT_FACT_listed_parties]++;
        episode->facts[MT_FACT_listed_passed] += dealing_passed(reading, links, entry);
    }
}

/* What the account's bank says of it at the day's end, and how much of the past there is to know it by. */
static void told_read(const struct reading *reading)
{
    int64_t at_ms = reading->episode->end_ms - 1, from_day = reading->lore->rules->stream_from_day, *facts = reading->episode->facts;
    const struct mt_holder *holder = mt_holder_at(reading->ledger->holders, at_ms);
    bool opened = holder != NULL && holder->opened_ms != 0 && holder->opened_ms <= at_ms;

    facts[MT_FACT_opened_days] = opened ? mt_day_of_time(at_ms) - mt_day_of_time(holder->opened_ms) : -1;
    facts[MT_FACT_person] = holder == NULL || holder->kind == MT_HOLDER_UNKNOWN ? -1 : holder->kind == MT_HOLDER_PERSON;
    facts[MT_FACT_watched_days] = from_day > 0 && from_day <= mt_day_of_time(at_ms) ? mt_day_of_time(at_ms) - from_day : -1;
}

bool mt_episode_find(const struct mt_lore *lore, const struct mt_token *account, const struct mt_ledger *ledger, int64_t end_ms, uint32_t sequence_limit,
                     struct mt_arena *arena, struct mt_episode *out_episode)
{
    struct reading reading = {.lore = lore, .ledger = ledger, .limit = sequence_limit, .arena = arena, .episode = out_episode};
    bool any = false;

    *out_episode = (struct mt_episode){
        .end_ms = end_ms,
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
    out_episode->currency = reading.currency;
    out_episode->hub = !parties_read(&reading);
    if (out_episode->hub) {
        memset(out_episode->facts, 0, sizeof out_episode->facts);
        return true;
    }
    history_read(&reading);
    parties_tell(&reading);
    struct mt_links links = links_read(&reading);
    relaying_read(&reading, &links);
    passing_read(&reading, &links);
    mt_bursts_fill(ledger->entries, sequence_limit, out_episode);
    out_episode->facts[MT_FACT_below_line] = below_line(&reading);
    lists_read(&reading, account, &links);
    told_read(&reading);
    out_episode->facts[MT_FACT_shared] = -1;
    return true;
}
