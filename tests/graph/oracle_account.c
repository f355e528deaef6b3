#include "oracle_account.h"

#include <stdlib.h>

#include "graph/account.h"
#include "graph/detectors.h"
#include "oracle_merge.h"

enum way { IN, OUT };

/* One account's one day and all there is. */
struct day {
    const struct mt_lore *lore;
    const struct mt_finding_transfer *moves;
    uint32_t count;
    const struct oracle_gift *gifts;
    uint32_t gift_count;
    struct mt_account_day key;
    int64_t start, end, window, history; /* ms: today is [start, end), its gather window [window, end), the history [history, window) */
    uint16_t currency;
    int64_t money_in, money_out; /* within the gather window, in `currency` */
    int64_t facts[MT_FACT_COUNT];
};

static bool touches(const struct day *day, const struct mt_finding_transfer *move)
{
    return mt_token_equal(&move->debtor, &day->key.account) != mt_token_equal(&move->creditor, &day->key.account);
}

/* Counts for facts: the account's, not with itself, no return, in [from, to). */
static bool counts(const struct day *day, uint32_t i, int64_t from, int64_t to)
{
    const struct mt_finding_transfer *move = &day->moves[i];

    return touches(day, move) && move->kind != MT_KIND_RETURN && move->time_ms >= from && move->time_ms < to;
}

static enum way way_of(const struct day *day, uint32_t i)
{
    return mt_token_equal(&day->moves[i].debtor, &day->key.account) ? OUT : IN;
}

static const struct mt_token *other_of(const struct day *day, uint32_t i)
{
    return way_of(day, i) == OUT ? &day->moves[i].creditor : &day->moves[i].debtor;
}

static int64_t convert(const struct day *day, int64_t time_ms, int64_t minor, uint16_t currency)
{
    int64_t worth = mt_rates_convert(day->lore->rates, time_ms, minor, currency, day->currency);

    return worth > 0 ? worth : 0;
}

static int64_t worth(const struct day *day, uint32_t i)
{
    return convert(day, day->moves[i].time_ms, day->moves[i].minor, day->moves[i].currency);
}

static int64_t size_in(const struct mt_lore *lore, uint16_t currency, int64_t minor)
{
    const struct mt_line_limits *limits = &lore->lines->at[currency];
    __int128 size = limits->par_minor > 0 ? (__int128)minor * limits->par_cents / limits->par_minor : 0;

    return size > INT64_MAX ? INT64_MAX : (int64_t)size;
}

int64_t oracle_size(const struct mt_lore *lore, const struct mt_finding_transfer *move)
{
    return size_in(lore, move->currency, move->minor);
}

static int64_t size_of(const struct day *day, const struct mt_finding_transfer *move)
{
    return oracle_size(day->lore, move);
}

static int64_t thousandths(__int128 part, __int128 whole)
{
    __int128 value = whole > 0 ? part * 1000 / whole : -1;

    return value > 1000000 ? 1000000 : (int64_t)value;
}

static __int128 sum(const struct day *day, int64_t from, int64_t to, enum way way)
{
    __int128 total = 0;

    for (uint32_t i = 0; i < day->count; i++)
        total += counts(day, i, from, to) && way_of(day, i) == way ? worth(day, i) : 0;
    return total;
}

static int64_t largest(const struct day *day, int64_t from, int64_t to)
{
    int64_t most = 0;

    for (uint32_t i = 0; i < day->count; i++)
        if (counts(day, i, from, to) && worth(day, i) > most)
            most = worth(day, i);
    return most;
}

static bool known(const struct day *day, const struct mt_token *other)
{
    for (uint32_t i = 0; i < day->count; i++)
        if (counts(day, i, day->history, day->window) && mt_token_equal(other_of(day, i), other))
            return true;
    return false;
}

/* The first of its transfers with this counterparty in the gather window: counterparties are looked at there, once each. */
static bool first_with(const struct day *day, uint32_t i)
{
    for (uint32_t j = 0; j < i; j++)
        if (counts(day, j, day->window, day->end) && mt_token_equal(other_of(day, j), other_of(day, i)))
            return false;
    return true;
}

static bool is_hub(const struct day *day)
{
    int64_t distinct = 0;

    for (uint32_t i = 0; i < day->count; i++) {
        bool again = false;

        if (!touches(day, &day->moves[i]) || day->moves[i].time_ms < day->window || day->moves[i].time_ms >= day->end)
            continue;
        for (uint32_t j = 0; j < i; j++)
            again = again || (touches(day, &day->moves[j]) && day->moves[j].time_ms >= day->window && mt_token_equal(other_of(day, j), other_of(day, i)));
        distinct += !again;
    }
    return distinct > day->lore->rules->hub_counterparties;
}

static bool by_hand(const struct mt_finding_transfer *move)
{
    return move->kind != MT_KIND_CARD && move->rail != MT_RAIL_ACH;
}

/* One counterparty that was not known: its sums each way, and what it is for heavy_*, fresh_* and load. */
static void party_tell(struct day *day, const struct mt_token *other, __int128 fresh[2], int64_t heavy[2])
{
    for (enum way way = IN; way <= OUT; way++) {
        __int128 total = 0, hand = 0;
        int64_t first = 0, load = 0;

        for (uint32_t i = 0; i < day->count; i++) {
            if (!counts(day, i, day->window, day->end) || way_of(day, i) != way || !mt_token_equal(other_of(day, i), other))
                continue;
            total += worth(day, i);
            hand += by_hand(&day->moves[i]) ? worth(day, i) : 0;
            if (first == 0)
                first = worth(day, i);
            else if (day->moves[i].time_ms >= day->start && worth(day, i) > load)
                load = worth(day, i);
        }
        fresh[way] += total;
        heavy[way] += hand > 0 && hand * MT_EPISODE_HEAVY >= sum(day, day->window, day->end, way);
        if (first > 0 && load / first > day->facts[MT_FACT_load])
            day->facts[MT_FACT_load] = load / first;
    }
}

static void parties(struct day *day)
{
    __int128 fresh[2] = {0, 0}, money[2] = {sum(day, day->window, day->end, IN), sum(day, day->window, day->end, OUT)};
    int64_t heavy[2] = {0, 0};

    for (uint32_t i = 0; i < day->count; i++)
        if (counts(day, i, day->window, day->end) && first_with(day, i) && !known(day, other_of(day, i)))
            party_tell(day, other_of(day, i), fresh, heavy);
    day->money_in = money[IN] > INT64_MAX ? INT64_MAX : (int64_t)money[IN];
    day->money_out = money[OUT] > INT64_MAX ? INT64_MAX : (int64_t)money[OUT];
    day->facts[MT_FACT_money_in] = size_in(day->lore, day->currency, day->money_in);
    day->facts[MT_FACT_money_out] = size_in(day->lore, day->currency, day->money_out);
    day->facts[MT_FACT_fresh_in] = thousandths(fresh[IN], money[IN]);
    day->facts[MT_FACT_fresh_out] = thousandths(fresh[OUT], money[OUT]);
    day->facts[MT_FACT_heavy_payers] = heavy[IN];
    day->facts[MT_FACT_heavy_payees] = heavy[OUT];
    day->facts[MT_FACT_fan] = heavy[IN] < heavy[OUT] ? heavy[IN] : heavy[OUT];
}

/* Who there was on either side, known or not, how many were new, how many transfers; and sums beside the daily mean before. */
static void counted(struct day *day)
{
    int64_t first = INT64_MAX;

    for (uint32_t i = 0; i < day->count; i++) {
        bool ways[2] = {false, false};

        if (counts(day, i, day->history, day->end) && day->moves[i].time_ms < first)
            first = day->moves[i].time_ms;
        if (!counts(day, i, day->window, day->end))
            continue;
        day->facts[way_of(day, i) == OUT ? MT_FACT_outs : MT_FACT_ins]++;
        if (day->moves[i].time_ms >= day->start)
            day->facts[way_of(day, i) == OUT ? MT_FACT_today_outs : MT_FACT_today_ins]++;
        if (!first_with(day, i))
            continue;
        for (uint32_t j = 0; j < day->count; j++)
            if (counts(day, j, day->window, day->end) && mt_token_equal(other_of(day, j), other_of(day, i)))
                ways[way_of(day, j)] = true;
        day->facts[MT_FACT_payers] += ways[IN];
        day->facts[MT_FACT_payees] += ways[OUT];
        day->facts[MT_FACT_new_payers] += ways[IN] && !known(day, other_of(day, i));
        day->facts[MT_FACT_new_payees] += ways[OUT] && !known(day, other_of(day, i));
    }
    int64_t before = day->window - first, days = before > MT_DAY_MS ? before / MT_DAY_MS : 0;
    for (enum way way = IN; way <= OUT; way++) {
        __int128 usual = days > 0 ? sum(day, day->history, day->window, way) * (day->lore->rules->gather_window_ms / MT_DAY_MS) / days : 0;

        day->facts[way == OUT ? MT_FACT_surge_out : MT_FACT_surge_in] = days > 0 ? thousandths(sum(day, day->window, day->end, way), usual) : -1;
    }
}

/* Counterparties that both paid and were paid, known or not. */
static void mutual(struct day *day)
{
    for (uint32_t i = 0; i < day->count; i++) {
        bool ways[2] = {false, false};

        if (!counts(day, i, day->window, day->end) || !first_with(day, i))
            continue;
        for (uint32_t j = 0; j < day->count; j++)
            if (counts(day, j, day->window, day->end) && mt_token_equal(other_of(day, j), other_of(day, i)))
                ways[way_of(day, j)] = true;
        day->facts[MT_FACT_mutual] += ways[IN] && ways[OUT];
    }
}

bool oracle_night(const struct mt_rules *rules, int64_t time_ms)
{
    int64_t into_day = time_ms % MT_DAY_MS + (time_ms % MT_DAY_MS < 0 ? MT_DAY_MS : 0);

    for (int64_t hour = 0; hour < rules->night_hours; hour++) {
        int64_t start = (rules->night_from + hour) % 24 * MT_HOUR_MS;

        if (into_day >= start && into_day < start + MT_HOUR_MS)
            return true;
    }
    return false;
}

/* When and by what money moves. */
static void ways(struct day *day)
{
    __int128 today = 0, instant = 0, hand = 0, night = 0, digital = 0;

    for (uint32_t i = 0; i < day->count; i++) {
        const struct mt_finding_transfer *move = &day->moves[i];
        bool by_hand = move->kind != MT_KIND_CARD && move->rail != MT_RAIL_ACH;

        if (counts(day, i, day->window, day->end) && way_of(day, i) == OUT && (move->rail == MT_RAIL_WALLET || move->rail == MT_RAIL_CRYPTO))
            digital += worth(day, i);
        if (!counts(day, i, day->start, day->end))
            continue;
        today += worth(day, i);
        instant += move->rail == MT_RAIL_INSTANT ? worth(day, i) : 0;
        hand += by_hand ? worth(day, i) : 0;
        night += by_hand && oracle_night(day->lore->rules, move->time_ms) ? worth(day, i) : 0;
    }
    day->facts[MT_FACT_instant] = thousandths(instant, today);
    day->facts[MT_FACT_night] = thousandths(night, hand);
    day->facts[MT_FACT_digital_out] = thousandths(digital, sum(day, day->window, day->end, OUT));
}

static bool below_line(const struct day *day, const struct mt_finding_transfer *move)
{
    int64_t line = day->lore->lines->at[move->currency].line_minor;

    return move->minor < line && line - move->minor <= line / 5;
}

static void singles(struct day *day)
{
    __int128 cash[2] = {0, 0};

    for (uint32_t i = 0; i < day->count; i++) {
        const struct mt_finding_transfer *move = &day->moves[i];
        bool in = way_of(day, i) == IN;

        if (!counts(day, i, day->window, day->end))
            continue;
        cash[IN] += in && move->kind == MT_KIND_CASH_IN ? worth(day, i) : 0;
        cash[OUT] += !in && move->kind == MT_KIND_CASH_OUT ? worth(day, i) : 0;
        day->facts[MT_FACT_card_ins] += in && move->kind == MT_KIND_CARD;
        day->facts[MT_FACT_below_line] += in && below_line(day, move);
        if (move->time_ms >= day->start && size_of(day, move) > day->facts[MT_FACT_fresh_amount] && !known(day, other_of(day, i)))
            day->facts[MT_FACT_fresh_amount] = size_of(day, move);
    }
    day->facts[MT_FACT_cash_in] = thousandths(cash[IN], sum(day, day->window, day->end, IN));
    day->facts[MT_FACT_cash_out] = thousandths(cash[OUT], sum(day, day->window, day->end, OUT));
    day->facts[MT_FACT_amount] = size_in(day->lore, day->currency, largest(day, day->start, day->end));
    day->facts[MT_FACT_largest] = thousandths(largest(day, day->start, day->end), largest(day, day->history, day->start));
    day->facts[MT_FACT_jump] = thousandths(largest(day, day->window, day->end), largest(day, day->history, day->window));
}

static void times(struct day *day)
{
    int64_t first = INT64_MAX, first_today = INT64_MAX, last_before = INT64_MIN;

    for (uint32_t i = 0; i < day->count; i++) {
        int64_t time_ms = day->moves[i].time_ms;

        if (!counts(day, i, day->history, day->end))
            continue;
        first = time_ms < first ? time_ms : first;
        if (time_ms >= day->start)
            first_today = time_ms < first_today ? time_ms : first_today;
        else
            last_before = time_ms > last_before ? time_ms : last_before;
    }
    day->facts[MT_FACT_age_days] = mt_day_of_time(day->end - 1) - mt_day_of_time(first);
    day->facts[MT_FACT_gap_days] = last_before == INT64_MIN ? -1 : (first_today - last_before) / MT_DAY_MS;
}

/* What was given of each gift by the day's end, and how long it had stayed. */
static void passing(struct day *day)
{
    __int128 relayed = 0, passed = 0, funded = 0, moved = 0;

    for (uint32_t g = 0; g < day->gift_count; g++) {
        const struct mt_finding_transfer *from = &day->moves[day->gifts[g].from], *to = &day->moves[day->gifts[g].to];
        int64_t given = convert(day, to->time_ms, day->gifts[g].given, from->currency);

        if (!mt_token_equal(&from->creditor, &day->key.account) || to->time_ms >= day->end)
            continue;
        relayed += from->time_ms >= day->window ? given : 0;
        passed += from->time_ms >= day->start ? given : 0;
        funded += to->time_ms >= day->start ? given : 0;
        moved += from->time_ms >= day->start || to->time_ms >= day->start ? given : 0;
    }
    day->facts[MT_FACT_relayed] = thousandths(relayed, sum(day, day->window, day->end, IN));
    day->facts[MT_FACT_passed] = thousandths(passed, sum(day, day->start, day->end, IN));
    day->facts[MT_FACT_funded] = thousandths(funded, sum(day, day->start, day->end, OUT));
    day->facts[MT_FACT_dwell_minutes] = -1;
    for (uint32_t g = 0; g < day->gift_count; g++) { /* the median: the shortest dwell that half of the money did not exceed */
        int64_t dwell = day->moves[day->gifts[g].to].time_ms - day->moves[day->gifts[g].from].time_ms;
        __int128 up_to = 0;

        for (uint32_t h = 0; h < day->gift_count; h++) {
            const struct mt_finding_transfer *from = &day->moves[day->gifts[h].from], *to = &day->moves[day->gifts[h].to];

            if (mt_token_equal(&from->creditor, &day->key.account) && to->time_ms < day->end && (to->time_ms >= day->start || from->time_ms >= day->start) &&
                to->time_ms - from->time_ms <= dwell)
                up_to += convert(day, to->time_ms, day->gifts[h].given, from->currency);
        }
        if (moved > 0 && 2 * up_to >= moved && (day->facts[MT_FACT_dwell_minutes] < 0 || dwell / 60000 < day->facts[MT_FACT_dwell_minutes]))
            day->facts[MT_FACT_dwell_minutes] = dwell / 60000;
    }
}

static void passed_ins(struct day *day)
{
    for (uint32_t i = 0; i < day->count; i++) {
        int64_t given = 0;

        for (uint32_t g = 0; g < day->gift_count; g++)
            given += day->gifts[g].from == i && day->moves[day->gifts[g].to].time_ms < day->end ? day->gifts[g].given : 0;
        if (!counts(day, i, day->window, day->end) || way_of(day, i) != IN || given == 0 ||
            !mt_at_least(given, day->moves[i].minor, day->lore->rules->passed_permille))
            continue;
        day->facts[MT_FACT_passed_ins]++;
        if (size_of(day, &day->moves[i]) > day->facts[MT_FACT_largest_passed])
            day->facts[MT_FACT_largest_passed] = size_of(day, &day->moves[i]);
    }
}

/* Whether the account, its counterparty, or what the debtor moved it by was listed at the transfer's time; `own`: of the account alone. */
static bool is_listed(const struct day *day, uint32_t i, bool own)
{
    const struct mt_finding_transfer *move = &day->moves[i];
    bool by_account = way_of(day, i) == OUT, by_means = false;

    if (mt_lists_count(day->lore->lists) == 0)
        return false;
    const struct mt_transfer *report = oracle_report(&move->key);
    for (uint8_t k = 0; k < report->indicator_count; k++)
        by_means = by_means || mt_lists_hold(day->lore->lists, &report->indicators[k], move->time_ms);
    return mt_lists_hold(day->lore->lists, own ? &day->key.account : other_of(day, i), move->time_ms) || (own == by_account && by_means);
}

/* Whether gift g is a strong link as things stood by the day's end. */
static bool strong(const struct day *day, uint32_t g)
{
    const struct mt_rules *rules = day->lore->rules;
    const struct oracle_gift *gift = &day->gifts[g];
    int64_t passed = 0;

    for (uint32_t h = 0; h < day->gift_count; h++)
        passed += day->gifts[h].from == gift->from && day->moves[day->gifts[h].to].time_ms < day->end ? day->gifts[h].given : 0;
    return (mt_at_least(gift->given, day->moves[gift->from].minor, rules->strong_permille) ||
            mt_at_least(gift->received, day->moves[gift->to].minor, rules->strong_permille)) &&
           mt_at_least(passed, day->moves[gift->from].minor, rules->passed_permille);
}

/* Whether the transfer was an end of such a link in the account, whose other end, or itself, left it today. */
static bool went_through(const struct day *day, uint32_t i)
{
    for (uint32_t g = 0; g < day->gift_count; g++) {
        uint32_t own = way_of(day, i) == IN ? day->gifts[g].from : day->gifts[g].to;

        if (own == i && counts(day, day->gifts[g].to, day->start, day->end) && mt_token_equal(&day->moves[day->gifts[g].to].debtor, &day->key.account) &&
            strong(day, g))
            return true;
    }
    return false;
}

/* As large as a dealing with a listed party must be to count; in a currency without a par every sum is. */
static bool much(const struct day *day, uint32_t i)
{
    return day->lore->lines->at[day->moves[i].currency].par_minor == 0 || size_of(day, &day->moves[i]) >= day->lore->rules->listed_sum_least;
}

static void listed(struct day *day)
{
    for (uint32_t i = 0; i < day->count; i++) {
        day->facts[MT_FACT_listed] += counts(day, i, day->start, day->end) && is_listed(day, i, true);
        if (!counts(day, i, day->window, day->end) || !much(day, i) || !is_listed(day, i, false))
            continue;
        day->facts[MT_FACT_listed_parties]++;
        day->facts[MT_FACT_listed_passed] += went_through(day, i);
    }
}

/* Other accounts that used the indicator in the gather window; none when there are too many. */
static int64_t users_of(const struct day *day, const struct mt_token *indicator)
{
    uint32_t count;
    struct mt_finding_transfer *uses = oracle_uses(indicator, &count);
    int64_t users = 0;

    for (uint32_t i = 0; i < count; i++) {
        bool again = false;

        for (uint32_t j = 0; j <= i; j++) {
            bool used = uses[j].time_ms >= day->window && uses[j].time_ms < day->end && uses[j].kind != MT_KIND_RETURN &&
                        !mt_token_equal(&uses[j].debtor, &uses[j].creditor) && !mt_token_equal(&uses[j].debtor, &day->key.account);

            if (j < i)
                again = again || (used && mt_token_equal(&uses[j].debtor, &uses[i].debtor));
            else
                users += used && !again;
        }
    }
    free(uses);
    return users > day->lore->rules->shared_accounts_most ? 0 : users;
}

static void shared(struct day *day)
{
    day->facts[MT_FACT_shared] = day->lore->rules->shared_accounts > 0 ? 0 : -1;
    for (uint32_t i = 0; i < day->count && day->lore->rules->shared_accounts > 0; i++) {
        if (!counts(day, i, day->start, day->end) || way_of(day, i) != OUT)
            continue;
        struct mt_transfer report = *oracle_report(&day->moves[i].key);
        for (uint8_t k = 0; k < report.indicator_count; k++) {
            int64_t users = users_of(day, &report.indicators[k]);

            day->facts[MT_FACT_shared] = users > day->facts[MT_FACT_shared] ? users : day->facts[MT_FACT_shared];
        }
    }
}

/* Whether entry a stands before entry b in the account's ledger: by time, inflows first, then by key; moves are in order of (time, key). */
static bool entry_before(const struct day *day, uint32_t a, enum way a_way, uint32_t b, enum way b_way)
{
    if (day->moves[a].time_ms != day->moves[b].time_ms)
        return day->moves[a].time_ms < day->moves[b].time_ms;
    return a_way != b_way ? a_way == IN : a < b;
}

/* How many entries of the account's ledger stand before each of its transfers; one with itself has two. */
static uint32_t *places_find(const struct day *day)
{
    uint32_t *places = calloc(day->count + 1, sizeof *places);

    for (uint32_t i = 0; i < day->count; i++)
        for (uint32_t j = 0; j < day->count && touches(day, &day->moves[i]); j++) {
            places[i] += mt_token_equal(&day->moves[j].debtor, &day->key.account) && entry_before(day, j, OUT, i, way_of(day, i));
            places[i] += mt_token_equal(&day->moves[j].creditor, &day->key.account) && entry_before(day, j, IN, i, way_of(day, i));
        }
    return places;
}

/* By hand, this way, within so long before i's time or at it, i the last of them. */
static bool in_burst(const struct day *day, const uint32_t *places, uint32_t j, uint32_t i, enum way way, int64_t span_ms)
{
    int64_t time_ms = day->moves[i].time_ms;

    return counts(day, j, day->window, day->end) && way_of(day, j) == way && by_hand(&day->moves[j]) && day->moves[j].time_ms >= time_ms - span_ms &&
           (day->moves[j].time_ms < time_ms || j <= i) && places[i] - places[j] < MT_EPISODE_SAME_MOST;
}

static int64_t burst_of(const struct day *day, const uint32_t *places, uint32_t i, enum way way, int64_t span_ms)
{
    int64_t parties = 0;

    for (uint32_t j = 0; j < day->count; j++) {
        bool again = false, within = in_burst(day, places, j, i, way, span_ms);

        for (uint32_t k = 0; k < j && within; k++)
            again = again || (in_burst(day, places, k, i, way, span_ms) && mt_token_equal(other_of(day, k), other_of(day, j)));
        parties += within && !again;
    }
    return parties < MT_EPISODE_BURST_MOST ? parties : MT_EPISODE_BURST_MOST;
}

/* i and those after it today, by hand, the same way, with as good as its sum, from or to others. */
static int64_t alike_of(const struct day *day, const uint32_t *places, uint32_t i)
{
    int64_t count = 1, sum = day->moves[i].minor;

    for (uint32_t j = i + 1; j < day->count; j++) {
        const struct mt_finding_transfer *move = &day->moves[j];

        count += counts(day, j, day->start, day->end) && way_of(day, j) == way_of(day, i) && by_hand(move) && move->currency == day->moves[i].currency &&
                 move->minor >= sum - sum / MT_EPISODE_ALIKE && move->minor <= sum + sum / MT_EPISODE_ALIKE &&
                 !mt_token_equal(other_of(day, j), other_of(day, i)) && places[j] - places[i] < MT_EPISODE_SAME_MOST;
    }
    return count;
}

static int64_t repeats_of(const struct day *day, const uint32_t *places, uint32_t i)
{
    int64_t repeats = 0;

    for (uint32_t j = i; j < day->count; j++)
        repeats += counts(day, j, day->start, day->end) && way_of(day, j) == OUT && mt_token_equal(other_of(day, j), other_of(day, i)) &&
                   day->moves[j].time_ms <= day->moves[i].time_ms + MT_HOUR_MS && places[j] - places[i] < MT_EPISODE_SAME_MOST;
    return repeats;
}

static void most_keep(int64_t *most, int64_t value)
{
    *most = value > *most ? value : *most;
}

static void bursts(struct day *day)
{
    uint32_t *places = places_find(day);

    for (uint32_t i = 0; i < day->count; i++) {
        bool out = way_of(day, i) == OUT;

        if (!counts(day, i, day->start, day->end))
            continue;
        if (out)
            most_keep(&day->facts[MT_FACT_burst_out], repeats_of(day, places, i));
        if (!by_hand(&day->moves[i]))
            continue;
        most_keep(&day->facts[out ? MT_FACT_burst_payees : MT_FACT_burst_in], burst_of(day, places, i, out ? OUT : IN, (out ? 1 : 6) * MT_HOUR_MS));
        most_keep(&day->facts[out ? MT_FACT_alike_out : MT_FACT_alike_in], alike_of(day, places, i));
    }
    free(places);
}

/* False when the account moved nothing today. Sums are in the currency of the last transfer in the ledger's order: inflows before outflows. */
static bool currency_find(struct day *day)
{
    uint32_t last = UINT32_MAX;

    for (uint32_t i = 0; i < day->count; i++) {
        if (!counts(day, i, day->start, day->end))
            continue;
        if (last == UINT32_MAX || day->moves[i].time_ms > day->moves[last].time_ms || way_of(day, i) >= way_of(day, last))
            last = i;
    }
    if (last != UINT32_MAX)
        day->currency = day->moves[last].currency;
    return last != UINT32_MAX;
}

/* A transfer that the day is told for because of a list. */
static bool to_show(const struct day *day, uint32_t i)
{
    return (counts(day, i, day->start, day->end) && is_listed(day, i, true)) ||
           (much(day, i) && is_listed(day, i, false));
}

static bool any_to_show(const struct day *day)
{
    for (uint32_t i = 0; i < day->count; i++) {
        int64_t whole = way_of(day, i) == OUT ? day->money_out : day->money_in;
        bool heavy = worth(day, i) > 0 && (__int128)worth(day, i) * MT_EPISODE_HEAVY >= whole;

        if (counts(day, i, day->window, day->end) && (heavy || to_show(day, i)))
            return true;
    }
    return false;
}

static void listings_find(const struct day *day, struct mt_finding *finding)
{
    for (uint32_t i = 0; i < day->count; i++) {
        if (!counts(day, i, day->window, day->end))
            continue;
        if (counts(day, i, day->start, day->end))
            oracle_listings(day->lore->lists, &day->moves[i], way_of(day, i) == OUT, finding);
        if (much(day, i))
            oracle_listings(day->lore->lists, &day->moves[i], way_of(day, i) == IN, finding);
    }
}

static void finding_fill(const struct day *day, struct mt_finding *finding)
{
    uint32_t most = (uint32_t)day->lore->rules->account_show;
    bool any = any_to_show(day);

    listings_find(day, finding);

    finding->id = mt_account_key(&day->key);
    finding->type = MT_FINDING_ACCOUNT;
    finding->account = day->key.account;
    finding->day_ms = day->start;
    finding->currency = day->currency;
    finding->money_in = day->money_in;
    finding->money_out = day->money_out;
    finding->transfers = calloc(day->count + 1, sizeof *finding->transfers);
    for (uint32_t i = 0; i < day->count; i++) {
        int64_t whole = way_of(day, i) == OUT ? finding->money_out : finding->money_in;

        bool heavy = worth(day, i) > 0 && (__int128)worth(day, i) * MT_EPISODE_HEAVY >= whole;
        if (!counts(day, i, day->window, day->end) || (!heavy && any && !to_show(day, i)))
            continue;
        if (finding->branch_count++ == most + finding->branch_hidden) {
            finding->branch_hidden++;
            continue;
        }
        finding->transfers[finding->transfer_count] = day->moves[i];
        finding->transfers[finding->transfer_count++].role = way_of(day, i) == OUT ? MT_ROLE_OUT : MT_ROLE_IN;
    }
}

/* False when there is nothing to say. */
static const struct oracle_told *all_told;
static uint32_t all_told_count;

void oracle_tell(const struct oracle_told *told, uint32_t count)
{
    all_told = told;
    all_told_count = count;
}

/* Whether a record stands in place of another where both hold: by the words of holder.h. */
static bool stands(const struct mt_holder *record, const struct mt_holder *other)
{
    bool later = record->since_ms > other->since_ms, same = record->since_ms == other->since_ms;
    bool younger = record->opened_ms > other->opened_ms, alike = record->opened_ms == other->opened_ms;

    return later || (same && younger) || (same && alike && record->kind >= other->kind);
}

/* The record that all others which hold by then give way to. */
static void told(struct day *day)
{
    int64_t last_day = day->end / MT_DAY_MS - (day->end % MT_DAY_MS == 0), from = day->lore->rules->stream_from_day;

    day->facts[MT_FACT_opened_days] = day->facts[MT_FACT_person] = -1;
    day->facts[MT_FACT_watched_days] = from == 0 || from > last_day ? -1 : last_day - from;
    for (uint32_t i = 0; i < all_told_count; i++) {
        const struct mt_holder *record = &all_told[i].record;
        bool best = mt_token_equal(&all_told[i].account, &day->key.account) && record->since_ms < day->end;

        for (uint32_t j = 0; j < all_told_count && best; j++)
            best = !mt_token_equal(&all_told[j].account, &day->key.account) || all_told[j].record.since_ms >= day->end ||
                   stands(record, &all_told[j].record);
        if (!best)
            continue;
        if (record->opened_ms != 0 && record->opened_ms < day->end)
            day->facts[MT_FACT_opened_days] = last_day - mt_day_of_time(record->opened_ms);
        if (record->kind != MT_HOLDER_UNKNOWN)
            day->facts[MT_FACT_person] = record->kind == MT_HOLDER_PERSON ? 1 : 0;
    }
}

static bool facts_find(struct day *day, int64_t end_ms)
{
    const struct mt_rules *rules = day->lore->rules;

    day->start = end_ms - MT_DAY_MS;
    day->end = end_ms;
    day->window = day->end - rules->gather_window_ms;
    day->history = day->window - rules->history_ms;
    memset(day->facts, 0, sizeof day->facts);
    if (!currency_find(day) || is_hub(day))
        return false;
    counted(day);
    parties(day);
    mutual(day);
    singles(day);
    ways(day);
    times(day);
    passing(day);
    passed_ins(day);
    bursts(day);
    listed(day);
    told(day);
    return true;
}

void oracle_facts(const struct mt_lore *lore, const struct mt_finding_transfer *moves, uint32_t count, const struct oracle_gift *gifts,
                  uint32_t gift_count, const struct mt_token *account, int64_t end_ms, int64_t facts[MT_FACT_COUNT])
{
    struct day day = {.lore = lore, .moves = moves, .count = count, .gifts = gifts, .gift_count = gift_count, .key = {.account = *account}};

    facts_find(&day, end_ms);
    memcpy(facts, day.facts, sizeof day.facts);
}

static void day_look(struct day *day, struct oracle_set *set)
{
    const struct mt_rules *rules = day->lore->rules;
    struct mt_finding *finding = &set->findings[set->count];

    if (!facts_find(day, (day->key.day + 1) * MT_DAY_MS))
        return;
    shared(day);
    *finding = (struct mt_finding){.signs = calloc(MT_SIGNS_MAX, sizeof *finding->signs)};
    if (mt_signs_find(rules, NULL, day->facts, finding->signs, &finding->sign_count, &finding->score)) {
        finding_fill(day, finding);
        set->count++;
    } else {
        free(finding->signs);
        free(finding->listings);
    }
}

void oracle_accounts(const struct mt_lore *lore, const struct mt_finding_transfer *moves, uint32_t count, const struct oracle_gift *gifts,
                     uint32_t gift_count, struct oracle_set *set)
{
    for (uint32_t i = 0; i < count && lore->rules->detectors != 0; i++)
        for (int side = 0; side < 2; side++) {
            struct day day = {.lore = lore, .moves = moves, .count = count, .gifts = gifts, .gift_count = gift_count};
            bool again = false;

            day.key = (struct mt_account_day){side == 0 ? moves[i].debtor : moves[i].creditor, mt_day_of_time(moves[i].time_ms)};
            for (uint32_t j = 0; j <= i; j++) /* each account's each day once: at the first transfer that names it */
                again = again || (mt_day_of_time(moves[j].time_ms) == day.key.day && (j < i || side == 1) &&
                                  (mt_token_equal(&moves[j].debtor, &day.key.account) ||
                                   (j < i && mt_token_equal(&moves[j].creditor, &day.key.account))));
            if (!again)
                day_look(&day, set);
        }
}
