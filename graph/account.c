#include "account.h"

#include "change.h"
#include "detectors.h"
#include "listed.h"
#include "shared.h"

#include <stdlib.h>

void mt_account_day_add(struct mt_account_days *days, struct mt_arena *arena, const struct mt_account_day *day)
{
    MT_ARENA_ROOM(arena, days->at, days->count, days->max, 16);
    days->at[days->count++] = *day;
}

static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

struct mt_transfer_key mt_account_key(const struct mt_account_day *day)
{
    struct mt_transfer_key key;
    uint64_t halves[2];

    memcpy(halves, day->account.bytes, sizeof halves);
    for (uint64_t i = 0; i < 2; i++)
        halves[i] = mix(halves[i] ^ mix((uint64_t)day->day * 2 + i + UINT64_C(0x9e3779b97f4a7c15)));
    memcpy(key.bytes, halves, sizeof halves);
    return key;
}

struct mt_spot mt_account_spot(const struct mt_account_day *day)
{
    return (struct mt_spot){mt_account_key(day), day->account, day->day * MT_DAY_MS};
}

bool mt_account_of_spot(const struct mt_spot *spot, struct mt_account_day *out_day)
{
    struct mt_account_day day = {spot->debtor, mt_day_of_time(spot->time_ms)};
    struct mt_transfer_key key = mt_account_key(&day);

    if (!mt_key_equal(&key, &spot->key))
        return false;
    *out_day = day;
    return true;
}

/* What one reading of a day says, by its signs alone. */
struct verdict {
    struct mt_episode episode;
    struct mt_finding_sign signs[MT_SIGNS_MAX];
    uint32_t sign_count;
    uint8_t score;
    bool stands;
};

static enum mt_status verdict_find(struct mt_flow *flow, const struct mt_account_day *day, const struct mt_ledger *ledger, uint32_t sequence_limit,
                                   struct verdict *out_verdict)
{
    const struct mt_lore *lore = &flow->lore;
    struct mt_episode *episode = &out_verdict->episode;

    out_verdict->stands = false;
    if (!mt_episode_find(lore, &day->account, ledger, (day->day + 1) * MT_DAY_MS, sequence_limit, flow->arena, episode) || episode->hub)
        return MT_OK;
    enum mt_status status = mt_shared_find(flow, day, ledger, episode, sequence_limit, &episode->facts[MT_FACT_shared]);
    out_verdict->stands = status == MT_OK &&
                          mt_signs_find(lore->rules, lore->points, episode->facts, out_verdict->signs, &out_verdict->sign_count, &out_verdict->score);
    return status;
}

/* --- the gate -------------------------------------------------------------------------------------------------------- */

/* An account's ledger at one moment: entries with sequence ≥ `limit` do not exist. */
struct state {
    const struct mt_ledger *ledger;
    uint32_t limit;
};

static bool exists(const struct state *state, const struct mt_entry *entry)
{
    return !entry->idle && entry->sequence < state->limit;
}

/* Where known accounts are looked for one by one, among at most so many. */
#define KNOWN_MOST 256

/* Whether somebody was seen in [first, last). Where there are too many to look at: perhaps not. */
static bool is_known(const struct state *state, uint32_t first, uint32_t last, const struct mt_token *other)
{
    for (uint32_t i = first; i < last && last - first <= KNOWN_MOST; i++) {
        if (exists(state, &state->ledger->entries[i]) && mt_token_equal(&state->ledger->entries[i].other, other))
            return true;
    }
    return false;
}

/* A day of an account: its entries are [today, high), the gather window's [low, high). */
struct span {
    int64_t day, start_ms;
    uint32_t low, today, high;
};

/* Whether a large sum moved on that day: all detectors need one. Finds the day's end on the way. */
static bool has_large(const struct mt_lines *lines, const struct state *state, struct span *span)
{
    const struct mt_ledger *ledger = state->ledger;
    bool large = false;

    for (span->high = span->today; span->high < ledger->count; span->high++) {
        const struct mt_entry *entry = &ledger->entries[span->high];

        if (entry->time_ms >= span->start_ms + MT_DAY_MS)
            break;
        large |= mt_lines_large(lines, entry->currency, entry->minor) && exists(state, entry);
    }
    return large;
}

/* Whether it may have been with somebody new. */
static bool has_new(const struct mt_lore *lore, const struct state *state, const struct span *span)
{
    const struct mt_rules *rules = lore->rules;
    int64_t history_ms = span->start_ms + MT_DAY_MS - rules->gather_window_ms - rules->history_ms;
    uint32_t first = mt_ledger_lower(state->ledger, history_ms);

    for (uint32_t i = span->today; i < span->high; i++) {
        const struct mt_entry *entry = &state->ledger->entries[i];

        if (mt_lines_large(lore->lines, entry->currency, entry->minor) && exists(state, entry) && !is_known(state, first, span->low, &entry->other))
            return true;
    }
    return false;
}

/* Whether any of the prefilters that detectors have holds over the gather window; all at once, from its end back. */
static bool may_hold(const struct mt_lore *lore, const struct state *state, const struct span *span)
{
    const struct mt_rules *rules = lore->rules;
    uint32_t used = mt_detectors_prefilters();
    int64_t payers = 0, repeats = 0, near_line = 0, out_minor = 0;
    uint16_t currency = state->ledger->entries[span->today].currency;
    bool carries = false, mixed = false; /* sums of several currencies are not added: anything may have been passed on */

    for (uint32_t i = span->high; i > span->low; i--) {
        const struct mt_entry *entry = &state->ledger->entries[i - 1];

        if (!exists(state, entry))
            continue;
        mixed |= entry->currency != currency;
        if (entry->outflow) {
            if ((used & 1u << MT_PREFILTER_PAYS) != 0 && mt_episode_by_hand(entry))
                return true;
            repeats += i > span->today;
            carries |= i > span->today && mt_entry_indicator_count(entry) > 0;
            out_minor += entry->minor < INT64_MAX - out_minor ? entry->minor : INT64_MAX - out_minor;
        } else {
            payers += entry->time_ms >= span->start_ms - MT_EPISODE_BURST_MS && mt_episode_by_hand(entry);
            near_line += mt_lines_near(lore->lines, entry->currency, entry->minor);
            if (mt_lines_large(lore->lines, entry->currency, entry->minor) && (used & 1u << MT_PREFILTER_PASSING) != 0 &&
                (mixed ? out_minor > 0 : mt_at_least(out_minor, entry->minor, rules->passed_permille)))
                return true;
        }
        if ((near_line >= rules->line_sums && (used & 1u << MT_PREFILTER_LINE) != 0) ||
            (payers >= rules->gathering_payers && (used & 1u << MT_PREFILTER_PAYERS) != 0) ||
            (repeats >= rules->repeat_sums && (used & 1u << MT_PREFILTER_REPEATS) != 0) ||
            (carries && mt_shared_looks(rules) && (used & 1u << MT_PREFILTER_SHARED) != 0))
            return true;
    }
    return false;
}

/* Whether a watch list has to do with that day: then neither the sums nor who is new decide whether to look. */
static bool is_listed(const struct mt_lore *lore, const struct mt_token *account, const struct state *state, const struct span *span)
{
    if (mt_lists_count(lore->lists) == 0)
        return false;
    for (uint32_t i = span->low; i < span->high; i++) {
        const struct mt_entry *entry = &state->ledger->entries[i];

        if (exists(state, entry) && ((i >= span->today && mt_listed_self(lore->lists, account, entry)) || mt_listed_dealing(lore, entry)))
            return true;
    }
    return false;
}

/* Adds the days from `first_day` to `last_day` on which a finding stands in this state. Only days with entries are met. */
static enum mt_status standing_add(struct mt_flow *flow, const struct mt_token *account, const struct state *state, int64_t first_day,
                                   int64_t last_day, struct mt_account_days *days)
{
    enum mt_status status = MT_OK;
    const struct mt_rules *rules = flow->lore.rules;
    const struct mt_ledger *ledger = state->ledger;
    struct span span = {.today = mt_ledger_lower(ledger, first_day * MT_DAY_MS)};

    for (; span.today < ledger->count; span.today = span.high) {
        span.day = mt_day_of_time(ledger->entries[span.today].time_ms);
        span.start_ms = span.day * MT_DAY_MS;
        if (span.day > last_day)
            break;
        bool large = has_large(flow->lore.lines, state, &span);
        if (!large && mt_lists_count(flow->lore.lists) == 0)
            continue;
        span.low = mt_ledger_lower(ledger, span.start_ms + MT_DAY_MS - rules->gather_window_ms);
        if ((!large || !may_hold(&flow->lore, state, &span) || !has_new(&flow->lore, state, &span)) &&
            !is_listed(&flow->lore, account, state, &span))
            continue;
        struct mt_arena_mark mark = mt_arena_mark(flow->arena);
        struct mt_account_day day = {*account, span.day};
        struct verdict verdict;

        if (verdict_find(flow, &day, ledger, state->limit, &verdict) != MT_OK)
            status = MT_WANT; /* go on: all that is missing is asked for at once */
        mt_arena_release(flow->arena, mark);
        if (verdict.stands)
            mt_account_day_add(days, flow->arena, &day);
    }
    return status;
}

static enum mt_status states_compare(struct mt_flow *flow, const struct mt_token *account, const struct state *before, const struct state *after,
                                     int64_t first_ms, int64_t last_ms, struct mt_account_days *days)
{
    struct mt_account_days at_start = *days;
    const struct mt_rules *rules = flow->lore.rules;
    int64_t reach_ms = rules->gather_window_ms + rules->history_ms, first_day = mt_day_of_time(first_ms);
    reach_ms = reach_ms > rules->hop_window_ms ? reach_ms : rules->hop_window_ms;
    int64_t last_day = mt_day_of_time(last_ms + reach_ms) + 1;

    enum mt_status status = standing_add(flow, account, after, first_day, last_day, days);
    enum mt_status before_status = standing_add(flow, account, before, first_day, last_day, days);
    if (status == MT_OK && before_status == MT_OK)
        return MT_OK;
    *days = at_start;
    return MT_WANT;
}

static bool entries_equal(const struct mt_entry *left, const struct mt_entry *right)
{
    return mt_entry_compare(left, right) == 0 && mt_token_equal(&left->other, &right->other) && mt_entry_same(left, right);
}

bool mt_ledgers_differ(const struct mt_ledger *left, const struct mt_ledger *right, int64_t *out_first_ms, int64_t *out_last_ms)
{
    uint32_t shorter = left->count < right->count ? left->count : right->count, head = 0, tail = 0;

    while (head < shorter && entries_equal(&left->entries[head], &right->entries[head]))
        head++;
    if (head == left->count && head == right->count)
        return false;
    while (tail < shorter - head && entries_equal(&left->entries[left->count - 1 - tail], &right->entries[right->count - 1 - tail]))
        tail++;
    *out_first_ms = INT64_MAX;
    *out_last_ms = INT64_MIN;
    const struct mt_ledger *ledgers[] = {left, right};
    for (int i = 0; i < 2; i++) {
        if (head + tail == ledgers[i]->count)
            continue;
        int64_t first_ms = ledgers[i]->entries[head].time_ms, last_ms = ledgers[i]->entries[ledgers[i]->count - 1 - tail].time_ms;

        *out_first_ms = first_ms < *out_first_ms ? first_ms : *out_first_ms;
        *out_last_ms = last_ms > *out_last_ms ? last_ms : *out_last_ms;
    }
    return true;
}

/* Where reports join, entries change, move and end. */
static enum mt_status joined_change(struct mt_flow *flow, const struct mt_token *account, const struct mt_transfer *transfer, bool outflow,
                                    struct mt_account_days *days)
{
    struct mt_ledger reports = mt_view_reports(flow->view, account);
    int64_t first_ms, last_ms;
    uint32_t sequence;

    if (!mt_report_find(&reports, transfer, outflow, &sequence))
        return MT_OK;
    struct mt_ledger before = mt_ledger_join(&reports, sequence, flow->arena), after = mt_ledger_join(&reports, sequence + 1, flow->arena);
    if (mt_ledgers_differ(&before, &after, &first_ms, &last_ms))
        return states_compare(flow, account, &(struct state){&before, MT_SEQUENCE_ALL}, &(struct state){&after, MT_SEQUENCE_ALL}, first_ms, last_ms,
                              days);
    return MT_OK;
}

/* Whether nothing came on a later day: then the arrival changes no day but its own. */
static bool is_newest_day(const struct mt_ledger *ledger, int64_t start_ms)
{
    return ledger->entries[ledger->count - 1].time_ms < start_ms + MT_DAY_MS;
}

/* Whether the arrival's day has no large sum: so most arrivals end here, a few entries from the ledger's end. */
static bool is_small_day(const struct mt_lines *lines, const struct mt_ledger *ledger, int64_t start_ms)
{
    for (uint32_t i = ledger->count; i > 0 && ledger->entries[i - 1].time_ms >= start_ms; i--) {
        if (mt_lines_large(lines, ledger->entries[i - 1].currency, ledger->entries[i - 1].minor))
            return false;
    }
    return true;
}

/* Whether the day's gather window was a hub's before the arrival: then it is one with it, and there is no finding either way. */
static bool hub_already(const struct mt_rules *rules, const struct mt_ledger *ledger, const struct mt_entry *entry, int64_t start_ms)
{
    int64_t end_ms = start_ms + MT_DAY_MS;

    return ledger->count > rules->hub_counterparties &&
           mt_ledger_busier(ledger, end_ms - rules->gather_window_ms, end_ms - 1, entry->sequence, (uint32_t)rules->hub_counterparties);
}

enum mt_status mt_account_change(struct mt_flow *flow, const struct mt_token *account, const struct mt_transfer *transfer, bool outflow,
                                 struct mt_account_days *days)
{
    const struct mt_rules *rules = flow->lore.rules;
    struct mt_ledger ledger;

    if (rules->detectors == 0)
        return MT_OK;
    if (!mt_view_find(flow->view, account, &ledger))
        return MT_WANT;
    if (ledger.joined)
        return joined_change(flow, account, transfer, outflow, days);
    const struct mt_entry *entry = mt_ledger_find(&ledger, &transfer->key, transfer->time_ms, outflow);
    if (entry == NULL || entry->self)
        return MT_OK;
    int64_t start_ms = mt_day_of_time(entry->time_ms) * MT_DAY_MS;
    if (is_newest_day(&ledger, start_ms) && (hub_already(rules, &ledger, entry, start_ms) ||
                                             (mt_lists_count(flow->lore.lists) == 0 && is_small_day(flow->lore.lines, &ledger, start_ms))))
        return MT_OK;
    return states_compare(flow, account, &(struct state){&ledger, entry->sequence}, &(struct state){&ledger, entry->sequence + 1}, entry->time_ms,
                          entry->time_ms, days);
}

/* --- the finding ----------------------------------------------------------------------------------------------------- */

static int shown_compare(const void *left, const void *right)
{
    const struct mt_entry *a = *(const struct mt_entry *const *)left, *b = *(const struct mt_entry *const *)right;

    return a->time_ms != b->time_ms ? (a->time_ms > b->time_ms) - (a->time_ms < b->time_ms) : mt_key_compare(&a->key, &b->key);
}

/* Whether entry `at` has to do with a watch list: the account's own listing bears on today, its dealings' on the gather window. */
static bool bears(const struct mt_flow *flow, const struct mt_token *account, const struct mt_episode *episode, const struct mt_entry *entry,
                  uint32_t at)
{
    return mt_listed_dealing(&flow->lore, entry) || (at >= episode->today && mt_listed_self(flow->lore.lists, account, entry));
}

/* The listings by which the day's detectors hold. */
static void listings_fill(struct mt_flow *flow, const struct mt_token *account, const struct mt_ledger *ledger, const struct mt_episode *episode,
                          struct mt_finding *finding)
{
    const struct mt_lists *lists = flow->lore.lists;
    struct mt_listings listings = {0};

    for (uint32_t i = episode->low; i < episode->high && mt_lists_count(lists) > 0; i++) {
        const struct mt_entry *entry = &ledger->entries[i];

        if (mt_listed_dealing(&flow->lore, entry))
            mt_listings_add(&listings, lists, account, entry, false, flow->arena);
        if (i >= episode->today)
            mt_listings_add(&listings, lists, account, entry, true, flow->arena);
    }
    mt_listings_put(&listings, finding);
}

/* The gather window's transfers of weight or to do with a watch list, both ways, in (time, key) order; where none is of weight, all. */
static const struct mt_entry **shown_find(struct mt_flow *flow, const struct mt_token *account, const struct mt_ledger *ledger,
                                          const struct mt_episode *episode, uint32_t *out_count)
{
    const struct mt_entry **shown = MT_ARENA_ARRAY(flow->arena, const struct mt_entry *, episode->high - episode->low);

    *out_count = 0;
    for (uint32_t i = episode->low; i < episode->high; i++) {
        const struct mt_entry *entry = &ledger->entries[i];
        int64_t whole = entry->outflow ? episode->money_out : episode->money_in;
        int64_t worth = entry->idle ? 0 : mt_rates_convert(flow->lore.rates, entry->time_ms, entry->minor, entry->currency, episode->currency);

        if ((worth > 0 && (__int128)worth * MT_EPISODE_HEAVY >= whole) || bears(flow, account, episode, entry, i))
            shown[(*out_count)++] = entry;
    }
    bool none = *out_count == 0;
    for (uint32_t i = episode->low; i < episode->high && none; i++) {
        if (!ledger->entries[i].idle)
            shown[(*out_count)++] = &ledger->entries[i];
    }
    qsort(shown, *out_count, sizeof *shown, shown_compare);
    return shown;
}

static const struct mt_finding *finding_build(struct mt_flow *flow, const struct mt_account_day *day, const struct mt_ledger *ledger,
                                              const struct verdict *verdict)
{
    struct mt_finding *finding = mt_arena_take(flow->arena, sizeof *finding);
    uint32_t count, most = (uint32_t)flow->lore.rules->account_show;
    const struct mt_entry **shown = shown_find(flow, &day->account, ledger, &verdict->episode, &count);

    memset(finding, 0, sizeof *finding);
    finding->id = mt_account_key(day);
    finding->type = MT_FINDING_ACCOUNT;
    finding->account = day->account;
    finding->day_ms = day->day * MT_DAY_MS;
    finding->currency = verdict->episode.currency;
    finding->money_in = verdict->episode.money_in;
    finding->money_out = verdict->episode.money_out;
    finding->score = verdict->score;
    finding->sign_count = verdict->sign_count;
    finding->signs = MT_ARENA_ARRAY(flow->arena, struct mt_finding_sign, verdict->sign_count);
    memcpy(finding->signs, verdict->signs, sizeof *finding->signs * verdict->sign_count);
    finding->branch_count = count;
    finding->branch_hidden = count > most ? count - most : 0;
    finding->transfer_count = count - finding->branch_hidden;
    finding->transfers = MT_ARENA_ARRAY(flow->arena, struct mt_finding_transfer, finding->transfer_count);
    for (uint32_t i = 0; i < finding->transfer_count; i++) {
        struct mt_hop hop = mt_hop_of(&day->account, shown[i]);

        mt_hop_show(&hop, shown[i]->outflow ? MT_ROLE_OUT : MT_ROLE_IN, &finding->transfers[i]);
    }
    listings_fill(flow, &day->account, ledger, &verdict->episode, finding);
    return finding;
}

enum mt_status mt_account_find(struct mt_flow *flow, const struct mt_account_day *day, struct mt_outcome *out_outcome)
{
    struct mt_spot *spot = MT_ARENA_ARRAY(flow->arena, struct mt_spot, 1);
    struct mt_ledger ledger;
    struct verdict verdict;

    if (!mt_view_find(flow->view, &day->account, &ledger))
        return MT_WANT;
    *spot = mt_account_spot(day);
    *out_outcome = (struct mt_outcome){.spots = spot, .spot_count = 1};
    enum mt_status status = verdict_find(flow, day, &ledger, MT_SEQUENCE_ALL, &verdict);
    if (status != MT_OK)
        return status;
    if (verdict.stands && flow->lore.rules->detectors != 0)
        out_outcome->finding = finding_build(flow, day, &ledger, &verdict);
    return MT_OK;
}
