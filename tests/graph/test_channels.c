/* Channels: chances against sums of binomials, signatures told by hand, counts against a naive count in any order, and a rise that is one. */
#include <math.h>
#include <stdio.h>

#include "graph/channels.h"
#include "graph/channels_chance.h"
#include "graph/channels_life.h"
#include "run_suite.h"
#include "world.h"

#define BITS(log) ((double)(log) / (double)MT_CHANCE_ONE)

START_TEST(logarithms)
{
    static const uint64_t numbers[] = {1, 2, 3, 5, 7, 10, 1000, 65535, 65536, 999999937, UINT64_C(1) << 62, UINT64_MAX};

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        ck_assert_double_eq_tol(BITS(mt_chance_log2(numbers[i])), log2((double)numbers[i]), 1e-9);
}
END_TEST

/* Twice the tail from `count` on, term by term. */
static double chance_by_summing(struct mt_chance_share risen, struct mt_chance_share from, double lift)
{
    double odds = lift * (double)risen.of / (double)from.of, share = odds / (1 + odds), sum = 0;
    double total = (double)(risen.count + from.count);

    for (double x = (double)risen.count; x <= total; x++)
        sum += exp(lgamma(total + 1) - lgamma(x + 1) - lgamma(total - x + 1) + x * log(share) + (total - x) * log1p(-share));
    return fmin(log2(2 * sum), 0);
}

START_TEST(chances_as_sums_of_binomials)
{
    static const struct {
        struct mt_chance_share risen, from;
        int64_t lift;
    } rows[] = {
        {{5, 50}, {0, 300}, 1000},          {{17, 84}, {0, 178}, 2000},   {{1, 10}, {0, 10}, 1000},     {{137, 235}, {19, 178}, 1500},
        {{40, 581}, {481, 34353}, 2000},    {{3, 3}, {1, 1000000}, 1000}, {{2, 100}, {1, 100}, 1000},   {{600, 4000}, {3000, 100000}, 3000},
        {{12, 90}, {1000000, 40000000}, 2000}, {{90, 100}, {400, 1000}, 1000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double bits = BITS(mt_chance_rise(rows[i].risen, rows[i].from, rows[i].lift));

        ck_assert_double_eq_tol(bits, chance_by_summing(rows[i].risen, rows[i].from, (double)rows[i].lift / 1000), 1e-3);
    }
}
END_TEST

START_TEST(no_rise_is_certain)
{
    static const struct {
        struct mt_chance_share risen, from;
        int64_t lift;
    } rows[] = {
        {{10, 100}, {10, 100}, 1000}, /* the same */
        {{20, 100}, {10, 100}, 2000}, /* exactly so much more, not beyond it */
        {{1, 100}, {10, 100}, 1000},  /* a fall */
        {{0, 100}, {0, 100}, 1000},   {{5, 50}, {0, 0}, 1000}, /* no past to compare with */
        {{0, 0}, {5, 50}, 1000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_int_eq(mt_chance_rise(rows[i].risen, rows[i].from, rows[i].lift), 0);
}
END_TEST

/* Benjamini and Yekutieli's rule in doubles. */
static size_t discoveries_in_doubles(const int64_t *chances, size_t count, double rate)
{
    double harmonic = 0;
    size_t discoveries = 0;

    for (size_t i = 1; i <= count; i++)
        harmonic += 1 / (double)i;
    for (size_t i = 1; i <= count; i++) {
        if (BITS(chances[i - 1]) <= log2(rate * (double)i / (double)count / harmonic))
            discoveries = i;
    }
    return discoveries;
}

static int int64_compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

START_TEST(discoveries_by_the_rule)
{
    static struct world world;
    int64_t chances[200];

    world_init(&world, 7);
    for (int round = 0; round < 500; round++) {
        size_t count = world_below(&world, 200);

        for (size_t i = 0; i < count; i++)
            chances[i] = -(int64_t)world_below(&world, (uint64_t)30 << 32);
        qsort(chances, count, sizeof *chances, int64_compare);
        ck_assert_uint_eq(mt_chance_discoveries(chances, count, 100000, 90), discoveries_in_doubles(chances, count, 0.1 / 90));
    }
    chances[0] = INT64_MIN / 2;
    ck_assert_uint_eq(mt_chance_discoveries(chances, 1, 100000, 90), 1);
    ck_assert_uint_eq(mt_chance_discoveries(chances, 1, 0, 90), 0);
    ck_assert_uint_eq(mt_chance_discoveries(chances, 0, 100000, 90), 0);
}
END_TEST

START_TEST(a_channel_moves_as_people_decide)
{
    enum mt_channel_state state;

    ck_assert(mt_channel_may_become(MT_CHANNEL_SEEN, MT_CHANNEL_REVIEWED));
    ck_assert(mt_channel_may_become(MT_CHANNEL_REVIEWED, MT_CHANNEL_NAMED));
    ck_assert(mt_channel_may_become(MT_CHANNEL_NAMED, MT_CHANNEL_WATCHED));
    ck_assert(mt_channel_may_become(MT_CHANNEL_HONEST, MT_CHANNEL_REVIEWED));
    ck_assert(!mt_channel_may_become(MT_CHANNEL_SEEN, MT_CHANNEL_WATCHED));
    ck_assert(!mt_channel_may_become(MT_CHANNEL_HONEST, MT_CHANNEL_NAMED));
    for (int from = 0; from < MT_CHANNEL_STATE_COUNT; from++) {
        ck_assert(!mt_channel_may_become((enum mt_channel_state)from, MT_CHANNEL_UNREMARKED));
        ck_assert(!mt_channel_may_become((enum mt_channel_state)from, MT_CHANNEL_SEEN));
        ck_assert(mt_channel_state_find(mt_channel_state_name((enum mt_channel_state)from), &state));
        ck_assert_int_eq(state, from);
    }
    state = MT_CHANNEL_NAMED;
    ck_assert(!mt_channel_state_find("Named", &state));
    ck_assert_int_eq(state, MT_CHANNEL_NAMED);
}
END_TEST

/* A world of single letters: transfer i goes from account a to account b at a minute; its rail is what tells ways out apart. */
#define TRANSFERS_MAX 4000
#define ACCOUNTS 128

struct town {
    struct mt_transfer transfers[TRANSFERS_MAX];
    size_t count;
    struct mt_finding findings[TRANSFERS_MAX];
    struct mt_finding_transfer hops[TRANSFERS_MAX][4];
    size_t finding_count;
};

static struct mt_token account_of(unsigned number)
{
    struct mt_token token = {{(uint8_t)(number + 1), (uint8_t)(number >> 8)}};

    return token;
}

static size_t pay(struct town *town, unsigned from, unsigned to, int64_t minute, uint8_t rail)
{
    struct mt_transfer *transfer = &town->transfers[town->count];
    uint64_t key = (town->count + 1) * UINT64_C(0x9e3779b97f4a7c15);

    *transfer = (struct mt_transfer){.time_ms = minute * MT_MINUTE_MS, .amount = {10000, 978}, .rail = rail};
    memcpy(transfer->key.bytes, &key, sizeof key);
    transfer->debtor = account_of(from);
    transfer->creditor = account_of(to);
    return town->count++;
}

/* A finding whose spine are these transfers. */
static void flag(struct town *town, const size_t *spine, uint32_t count)
{
    struct mt_finding *finding = &town->findings[town->finding_count];
    struct mt_finding_transfer *hops = town->hops[town->finding_count++];

    *finding = (struct mt_finding){.transfers = hops, .spine_count = count, .transfer_count = count, .score = 50, .passed_permille = 950};
    for (uint32_t i = 0; i < count; i++) {
        const struct mt_transfer *transfer = &town->transfers[spine[i]];

        hops[i] = (struct mt_finding_transfer){.key = transfer->key, .debtor = transfer->debtor, .creditor = transfer->creditor,
                                               .time_ms = transfer->time_ms, .minor = transfer->amount.minor,
                                               .currency = transfer->amount.currency, .kind = transfer->kind, .rail = transfer->rail};
    }
    finding->id = hops[0].key;
    finding->dwell_median_ms = hops[1].time_ms - hops[0].time_ms;
}

static int entry_compare(const void *left, const void *right)
{
    return mt_entry_compare(left, right);
}

static void ledger_give(const struct town *town, unsigned number, struct mt_channels *channels)
{
    static struct mt_entry entries[2 * TRANSFERS_MAX];
    const struct mt_token account = account_of(number);
    struct mt_ledger ledger = {.entries = entries};

    for (size_t i = 0; i < town->count; i++) {
        if (mt_token_equal(&town->transfers[i].debtor, &account))
            mt_entry_make(&town->transfers[i], true, &entries[ledger.count++]);
        else if (mt_token_equal(&town->transfers[i].creditor, &account))
            mt_entry_make(&town->transfers[i], false, &entries[ledger.count++]);
    }
    qsort(entries, ledger.count, sizeof entries[0], entry_compare);
    ck_assert_int_eq(mt_channels_ledger(channels, &account, &ledger), MT_OK);
}

/* Even accounts are "persons", odd ones "shops"; from day 3 on account 5 is something else. */
static uint8_t class_find(void *self, const struct mt_token *account, int64_t time_ms)
{
    (void)self;
    return account->bytes[0] == 6 && time_ms >= 3 * MT_DAY_MS ? 3 : account->bytes[0] % 2 == 1 ? 1 : 2;
}

static struct mt_rules rules;

static struct mt_channels_options options_default(void)
{
    rules = mt_rules_default();
    return (struct mt_channels_options){
        .rules = &rules, .classes = {NULL, class_find}, .score_least = 20, .stay_most_ms = 4 * MT_HOUR_MS, .passed_least = 800,
        .days_most = MT_CHANNEL_DAYS_MAX};
}

/* Ledgers and findings from the first on or from the last on. */
static struct mt_channels *count_with(const struct mt_channels_options *options, const struct town *town, bool backward)
{
    struct mt_channels *channels;

    ck_assert_int_eq(mt_channels_create(options, &channels), MT_OK);
    for (unsigned i = 0; i < ACCOUNTS; i++)
        ledger_give(town, backward ? ACCOUNTS - 1 - i : i, channels);
    for (size_t i = 0; i < town->finding_count; i++)
        ck_assert_int_eq(mt_channels_finding(channels, &town->findings[backward ? town->finding_count - 1 - i : i]), MT_OK);
    ck_assert_int_eq(mt_channels_count(channels), MT_OK);
    return channels;
}

static struct mt_channels *count(const struct town *town, bool backward)
{
    const struct mt_channels_options options = options_default();

    return count_with(&options, town, backward);
}

/* The channel of that grain whose last hop has that rail and class, and its figures at the end of a day. */
static struct mt_channel_figures figures_of(struct mt_channels *channels, const struct mt_channel_limits *limits, uint8_t grain, uint8_t rail,
                                            uint8_t class, int64_t day)
{
    size_t sign_count;
    const struct mt_channel_sign *signs = mt_channels_all(channels, &sign_count);
    struct mt_channel_figures figures = {0};

    for (size_t i = 0; i < sign_count; i++) {
        const struct mt_channel_hop *last = &signs[i].hops[signs[i].hop_count - 1];

        if (signs[i].grain == grain && last->rail == rail && last->class == class) {
            ck_assert_int_eq(mt_channels_look(channels, limits, i, day, &figures), MT_OK);
            return figures;
        }
    }
    ck_abort_msg("no such channel");
    return figures;
}

START_TEST(flows_by_hand)
{
    static struct town town;
    struct mt_channel_limits limits = mt_channel_limits_default();

    town = (struct town){0};
    /* day 0: 1 ─► 2 ─► 3 ─► 4 by wallet, flagged; the last sum leaves in two parts on one day, one flow */
    size_t chain[] = {pay(&town, 1, 2, 10, MT_RAIL_INSTANT), pay(&town, 2, 3, 20, MT_RAIL_INSTANT), pay(&town, 3, 4, 30, MT_RAIL_WALLET)};
    pay(&town, 3, 4, 31, MT_RAIL_WALLET);
    flag(&town, chain, 3);
    /* day 1: 7 ─► 8 ─► 9 ─► 6 by wallet, not flagged; 2 pays by wallet what had come two days before: no path */
    pay(&town, 7, 8, 1440, MT_RAIL_INSTANT);
    pay(&town, 8, 9, 1450, MT_RAIL_INSTANT);
    pay(&town, 9, 6, 1460, MT_RAIL_WALLET);
    pay(&town, 2, 6, 2 * 1440 + 11, MT_RAIL_WALLET);
    /* too slow, too much kept, too low a score: no flagged flows */
    size_t slow[] = {pay(&town, 20, 21, 3000, MT_RAIL_INSTANT), pay(&town, 21, 22, 4000, MT_RAIL_INSTANT), pay(&town, 22, 24, 4001, MT_RAIL_CASH)};
    flag(&town, slow, 3);
    flag(&town, chain, 3);
    town.findings[2].passed_permille = 700;
    flag(&town, chain, 3);
    town.findings[3].score = 19;
    limits.recent_days = 3;
    struct mt_channels *channels = count(&town, false);
    size_t sign_count, flow_count;
    const struct mt_channel_sign *signs = mt_channels_all(channels, &sign_count);

    ck_assert_uint_eq(sign_count, 3); /* one flow at three grains */
    ck_assert_uint_eq(signs[1].hop_count, 3);
    ck_assert_uint_eq(signs[1].hops[2].rail, MT_RAIL_WALLET);
    ck_assert_uint_eq(signs[1].hops[2].digits, 0);
    ck_assert_uint_eq(signs[2].hops[2].digits, 5);
    ck_assert_uint_eq(signs[2].hops[0].stay, MT_STAY_NONE);
    ck_assert_uint_eq(signs[2].hops[2].stay, MT_STAY_15M);
    ck_assert_uint_eq((*mt_channels_flows(channels, 1, &flow_count))->day, 0);
    ck_assert_uint_eq(flow_count, 1);
    struct mt_channel_figures figures = figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_WALLET, 1, 2);
    ck_assert_uint_eq(figures.flagged, 1);
    ck_assert_uint_eq(figures.flagged_all, 1);
    ck_assert_uint_eq(figures.ordinary, 2);     /* 9 ─► 6 and 2 ─► 6 */
    ck_assert_uint_eq(figures.ordinary_all, 9); /* 11 transfers but for the part and the flagged one */
    ck_assert_uint_eq(figures.accounts, 1);
    ck_assert_int_eq(figures.stay_ms, 10 * MT_MINUTE_MS);
    ck_assert(!figures.enough_past);
    figures = figures_of(channels, &limits, MT_CHANNEL_SHAPE, MT_RAIL_WALLET, 1, 2);
    ck_assert_uint_eq(figures.ordinary, 1); /* 7 ─► 8 ─► 9 ─► 6 */
    ck_assert_uint_eq(figures.ordinary_all, 2);
    mt_channels_destroy(channels);
}
END_TEST

/* On each day one flow, of another account and another stay: a day's figures are that day's flows' own. */
START_TEST(edges_of_days_and_limits)
{
    static struct town town;
    struct mt_channel_limits limits = mt_channel_limits_default();

    town = (struct town){0};
    for (int64_t day = 0; day < 40; day++) {
        size_t chain[] = {pay(&town, 1, 2, day * 1440, MT_RAIL_INSTANT), pay(&town, 2, 3, day * 1440 + 1 + day, MT_RAIL_INSTANT),
                          pay(&town, 3, 4, day * 1440 + 100, MT_RAIL_CASH)};

        flag(&town, chain, 3);
    }
    town.findings[0].score = 20; /* the least that counts, and the most of a stay */
    town.findings[0].passed_permille = 800;
    town.findings[0].dwell_median_ms = 4 * MT_HOUR_MS;
    struct mt_channels *channels = count(&town, false);

    limits.recent_days = 1;
    ck_assert_int_eq(figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_CASH, 1, 0).stay_ms, 4 * MT_HOUR_MS);
    for (int64_t day = 1; day < 40; day++) {
        const struct mt_channel_figures figures = figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_CASH, 1, day);

        ck_assert_uint_eq(figures.flagged, 1);
        ck_assert_int_eq(figures.stay_ms, (1 + day) * MT_MINUTE_MS);
        ck_assert_int_eq(figures.enough_past, day >= 28);
        ck_assert_uint_eq(figures.past, day < 28 ? (uint64_t)day : 28);
    }
    limits = mt_channel_limits_default();
    ck_assert(!figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_CASH, 1, 33).enough_past);
    ck_assert(figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_CASH, 1, 34).enough_past);
    mt_channels_destroy(channels);
}
END_TEST

/* Money that came exactly the hop window ago is still the same money; a millisecond more and it is not. */
START_TEST(the_window_ends_where_chains_do)
{
    for (int64_t late_ms = 0; late_ms <= 1; late_ms++) {
        static struct town town;
        const struct mt_channel_limits limits = mt_channel_limits_default();

        town = (struct town){0};
        for (unsigned n = 0; n <= 8; n += 8) {
            size_t chain[] = {pay(&town, 1 + n, 2 + n, 0, MT_RAIL_INSTANT), pay(&town, 2 + n, 3 + n, 1, MT_RAIL_INSTANT),
                              pay(&town, 3 + n, 4, n == 0 ? 2 : 2881, MT_RAIL_CASH)};

            if (n == 0)
                flag(&town, chain, 3);
            else
                town.transfers[chain[2]].time_ms += late_ms;
        }
        struct mt_channels *channels = count(&town, false);

        ck_assert_uint_eq(figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_CASH, 1, 2).ordinary, 1);
        ck_assert_uint_eq(figures_of(channels, &limits, MT_CHANNEL_SHAPE, MT_RAIL_CASH, 1, 2).ordinary, late_ms == 0);
        mt_channels_destroy(channels);
    }
}
END_TEST

static void days_check(const struct mt_channels_options *options, const struct town *town, int64_t first, int64_t last, size_t sign_count)
{
    struct mt_channels *channels = count_with(options, town, false);
    int64_t first_day, last_day;
    size_t count;

    mt_channels_days(channels, &first_day, &last_day);
    mt_channels_all(channels, &count);
    ck_assert_int_eq(first_day, first);
    ck_assert_int_eq(last_day, last);
    ck_assert_uint_eq(count, sign_count);
    mt_channels_destroy(channels);
}

/* Five days of 400 transfers and a chain each; then one that a wrong clock dates far ahead, which ends no day. */
START_TEST(only_days_that_are_over_and_kept_are_counted)
{
    static struct town town;
    struct mt_channels_options options = options_default();

    town = (struct town){0};
    for (int64_t day = 10; day < 15; day++) {
        size_t chain[] = {pay(&town, 1, 2, day * 1440, MT_RAIL_INSTANT), pay(&town, 2, 3, day * 1440 + 5, MT_RAIL_INSTANT),
                          pay(&town, 3, 4, day * 1440 + 9, (uint8_t)(MT_RAIL_INSTANT + day - 10))};

        flag(&town, chain, 3);
        for (int i = 3; i < 400; i++)
            pay(&town, 5, 6, day * 1440 + 20 + i, MT_RAIL_CARD);
    }
    days_check(&options, &town, 10, 14, 15);
    options.over_only = true;
    days_check(&options, &town, 10, 13, 12);
    options.days_most = 2;
    days_check(&options, &town, 12, 13, 6);
    pay(&town, 5, 6, 400 * 1440, MT_RAIL_CARD);
    days_check(&options, &town, 12, 13, 6);
    options.over_only = false;
    days_check(&options, &town, 399, 400, 0);
    /* A chain whose ledgers are gone is no flow: nothing is known of what was ordinary then. */
    options.days_most = MT_CHANNEL_DAYS_MAX;
    town.count--;
    for (uint32_t i = 0; i < 3; i++)
        town.hops[0][i].time_ms -= 8 * MT_DAY_MS;
    days_check(&options, &town, 10, 14, 12);
}
END_TEST

/* Counts per day, summed up, are what the judge goes by. */
START_TEST(days_add_up)
{
    static struct town town;
    struct mt_channel_limits limits = mt_channel_limits_default();
    static struct world world;

    world_init(&world, 3);
    town = (struct town){0};
    for (int i = 0; i < 200; i++)
        pay(&town, (unsigned)world_below(&world, 9), (unsigned)world_below(&world, 9), (int64_t)world_below(&world, 6 * 1440), MT_RAIL_CASH);
    for (size_t i = 0; i < 6; i++)
        flag(&town, (size_t[]){30 * i, 30 * i + 1, 30 * i + 2}, 3);
    struct mt_channels *channels = count(&town, false);
    struct mt_channel_day sum = {0}, sum_all = {0};
    struct mt_channel_figures figures;
    int64_t first, last;

    mt_channels_days(channels, &first, &last);
    limits.recent_days = last - first + 1;
    ck_assert_int_eq(mt_channels_look(channels, &limits, 0, last, &figures), MT_OK);
    for (int64_t day = first; day <= last; day++) {
        struct mt_channel_day one = mt_channels_day(channels, 0, day), all = mt_channels_day_all(channels, MT_CHANNEL_EXIT, day);

        sum = (struct mt_channel_day){sum.flagged + one.flagged, sum.ordinary + one.ordinary};
        sum_all = (struct mt_channel_day){sum_all.flagged + all.flagged, sum_all.ordinary + all.ordinary};
    }
    ck_assert(sum.flagged > 0 && sum.flagged == figures.flagged && sum.ordinary == figures.ordinary);
    ck_assert(sum_all.flagged == figures.flagged_all && sum_all.ordinary == figures.ordinary_all);
    mt_channels_destroy(channels);
}
END_TEST

/* The directory speaks as of the transfer's time. */
START_TEST(classes_hold_from_a_time)
{
    static struct town town;
    const struct mt_channel_limits limits = mt_channel_limits_default();

    town = (struct town){0};
    for (int64_t day = 2; day <= 3; day++) {
        size_t chain[] = {pay(&town, 1, 2, day * 1440, MT_RAIL_INSTANT), pay(&town, 2, 3, day * 1440 + 5, MT_RAIL_INSTANT),
                          pay(&town, 3, 5, day * 1440 + 9, MT_RAIL_INSTANT)};

        flag(&town, chain, 3);
    }
    struct mt_channels *channels = count(&town, false);

    ck_assert_uint_eq(figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_INSTANT, 2, 3).flagged, 1);
    ck_assert_uint_eq(figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_INSTANT, 3, 3).flagged, 1);
    mt_channels_destroy(channels);
}
END_TEST

static void figures_compare(const struct mt_channel_figures *left, const struct mt_channel_figures *right)
{
    ck_assert_uint_eq(left->flagged, right->flagged);
    ck_assert_uint_eq(left->past, right->past);
    ck_assert_uint_eq(left->ordinary, right->ordinary);
    ck_assert_uint_eq(left->ordinary_all, right->ordinary_all);
    ck_assert_int_eq(left->chance_past, right->chance_past);
    ck_assert_int_eq(left->chance_ordinary, right->chance_ordinary);
}

/* Ordinary flows at exit grain, counted without sums, tables or signatures. */
static uint64_t ordinary_naive(const struct town *town, uint8_t rail, uint8_t class, int64_t first_day, int64_t last_day)
{
    uint64_t flows = 0;

    for (size_t i = 0; i < town->count; i++) {
        const struct mt_transfer *transfer = &town->transfers[i];
        int64_t day = transfer->time_ms / MT_DAY_MS;
        bool first = transfer->rail == rail && class_find(NULL, &transfer->creditor, transfer->time_ms) == class;

        for (size_t j = 0; j < town->count && first; j++) {
            const struct mt_transfer *other = &town->transfers[j];

            if (j != i && mt_token_equal(&other->debtor, &transfer->debtor) && other->rail == rail && other->time_ms / MT_DAY_MS == day &&
                class_find(NULL, &other->creditor, other->time_ms) == class && !mt_token_equal(&other->debtor, &other->creditor))
                first = transfer->time_ms < other->time_ms || (transfer->time_ms == other->time_ms && mt_key_compare(&transfer->key, &other->key) < 0);
        }
        flows += first && day >= first_day && day <= last_day && !mt_token_equal(&transfer->debtor, &transfer->creditor);
    }
    return flows;
}

START_TEST(random_towns_in_any_order)
{
    static struct world world;
    static struct town town;
    struct mt_channel_limits limits = mt_channel_limits_default();

    limits.recent_days = 2;
    limits.past_days = 3;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        world_init(&world, seed);
        town = (struct town){0};
        for (int i = 0; i < 150; i++)
            pay(&town, (unsigned)world_below(&world, 12), (unsigned)world_below(&world, 12), (int64_t)world_below(&world, 8 * 1440),
                (uint8_t)(1 + world_below(&world, 3)));
        for (int i = 0; i < 12; i++) {
            size_t chain[] = {world_below(&world, 150), world_below(&world, 150), world_below(&world, 150)};

            flag(&town, chain, 3);
            town.findings[i].dwell_median_ms = 0;
        }
        struct mt_channels *channels = count(&town, false), *again = count(&town, true);
        size_t sign_count, again_count;
        const struct mt_channel_sign *signs = mt_channels_all(channels, &sign_count);

        mt_channels_all(again, &again_count);
        ck_assert_uint_eq(sign_count, again_count);
        ck_assert_mem_eq(signs, mt_channels_all(again, &again_count), sign_count * sizeof *signs);
        for (size_t i = 0; i < sign_count; i++) {
            for (int64_t day = 0; day < 8; day++) {
                struct mt_channel_figures figures, figures_again;

                ck_assert_int_eq(mt_channels_look(channels, &limits, i, day, &figures), MT_OK);
                ck_assert_int_eq(mt_channels_look(again, &limits, i, day, &figures_again), MT_OK);
                figures_compare(&figures, &figures_again);
                if (signs[i].grain == MT_CHANNEL_EXIT) {
                    uint64_t flows = ordinary_naive(&town, signs[i].hops[0].rail, signs[i].hops[0].class, day - 1, day);

                    /* Flagged flows are taken off day by day and never below none. */
                    ck_assert_uint_le(figures.ordinary, flows);
                    ck_assert_uint_ge(figures.ordinary + figures.flagged, flows);
                }
            }
        }
        mt_channels_destroy(channels);
        mt_channels_destroy(again);
    }
}
END_TEST

/* 41 days of two flagged flows a day by ach and one by cash; on day 35 four a day by `rail` begin; `everyone` takes to it, or keeps to ach. */
static void rise(struct town *town, uint8_t rail, bool everyone)
{
    *town = (struct town){0};
    for (int64_t day = 0; day < 41; day++) {
        for (unsigned n = 0; n < (day >= 35 ? 7 : 3); n++) {
            unsigned first = 10 + 2 * ((unsigned)(day * 5 + n) % 10); /* of one class */
            int64_t minute = day * 1440 + 60 * n;
            size_t chain[] = {pay(town, first, first + 20, minute, MT_RAIL_INSTANT), pay(town, first + 20, first + 40, minute + 5, MT_RAIL_INSTANT),
                              pay(town, first + 40, 2, minute + 9, n < 2 ? MT_RAIL_ACH : n == 2 ? MT_RAIL_CASH : rail)};

            flag(town, chain, 3);
        }
        for (unsigned n = 0; n < 12; n++) { /* money that went on by itself, in hours */
            pay(town, 70 + 4 * n, 71 + 4 * n, day * 1440 + 100, MT_RAIL_INSTANT);
            pay(town, 71 + 4 * n, 72 + 4 * n, day * 1440 + 400, MT_RAIL_INSTANT);
            pay(town, 72 + 4 * n, 2, day * 1440 + 700, MT_RAIL_ACH);
        }
        for (unsigned n = 0; n < 20; n++)
            pay(town, 10 + n, 2, day * 1440 + 1000 + n, everyone && day >= 35 ? rail : MT_RAIL_ACH);
    }
}

static size_t reports_of(const struct town *town, const struct mt_channel_limits *limits, bool backward, int64_t *out_day)
{
    struct mt_channels *channels = count(town, backward);
    struct mt_channel_report *reports;
    size_t report_count;

    ck_assert_int_eq(mt_channels_judge(channels, limits, &reports, &report_count), MT_OK);
    *out_day = report_count > 0 ? reports[0].day : -1;
    free(reports);
    mt_channels_destroy(channels);
    return report_count;
}

START_TEST(a_rise_is_told_and_a_fashion_is_not)
{
    static struct town town;
    struct mt_channel_limits limits = mt_channel_limits_default();
    int64_t day, day_again;

    rise(&town, MT_RAIL_CRYPTO, false);
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 3); /* its exit, its shape, and in full */
    ck_assert_int_gt(day, 35);
    ck_assert_int_lt(day, 40);
    ck_assert_uint_eq(reports_of(&town, &limits, true, &day_again), 3);
    ck_assert_int_eq(day, day_again);
    limits.accounts_least = 11; /* there are ten */
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 0);
    limits = mt_channel_limits_default();
    limits.victims_least = 11;
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 0);
    limits = mt_channel_limits_default();
    limits.median_stay_ms = 4 * MT_MINUTE_MS; /* it is five */
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 0);
    limits = mt_channel_limits_default();
    limits.false_rate = 0;
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 0);
    limits = mt_channel_limits_default();
    limits.past_days = 35; /* a day more than there is before the last ones */
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 0);
    limits = mt_channel_limits_default();
    limits.past_lift = 1000000; /* an old channel has risen, but not so much */
    rise(&town, MT_RAIL_CASH, false);
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 0);
    limits = mt_channel_limits_default();
    rise(&town, MT_RAIL_CRYPTO, true);
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 2); /* its paths, which the others' money has not; not its exit */
    struct mt_channels *channels = count(&town, false);
    struct mt_channel_figures figures = figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_CRYPTO, 1, 40);
    ck_assert_int_lt(figures.chance_past, -20 * MT_CHANCE_ONE); /* against its past it has risen as before */
    ck_assert_int_gt(figures.chance_ordinary, -MT_CHANCE_ONE);
    mt_channels_destroy(channels);
}
END_TEST

START_TEST(nothing_at_all)
{
    static struct town town;
    const struct mt_channel_limits limits = mt_channel_limits_default();
    int64_t day;

    town = (struct town){0};
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 0);
    pay(&town, 1, 2, 5, MT_RAIL_INSTANT);
    ck_assert_uint_eq(reports_of(&town, &limits, false, &day), 0);
}
END_TEST

/* A date far off costs no memory for the days between: what is older than MT_CHANNEL_DAYS_MAX is left out. */
START_TEST(days_are_bounded)
{
    static struct town town;
    const struct mt_channel_limits limits = mt_channel_limits_default();
    int64_t first, last;

    town = (struct town){0};
    for (int64_t day = 0; day < 2 * MT_CHANNEL_DAYS_MAX; day += MT_CHANNEL_DAYS_MAX) {
        size_t chain[] = {pay(&town, 1, 2, day * 1440, MT_RAIL_INSTANT), pay(&town, 2, 3, day * 1440 + 5, MT_RAIL_INSTANT),
                          pay(&town, 3, 4, day * 1440 + 9, MT_RAIL_INSTANT)};

        flag(&town, chain, 3);
    }
    struct mt_channels *channels = count(&town, false);

    mt_channels_days(channels, &first, &last);
    ck_assert_int_eq(first, 1);
    ck_assert_int_eq(last, MT_CHANNEL_DAYS_MAX);
    ck_assert_uint_eq(figures_of(channels, &limits, MT_CHANNEL_EXIT, MT_RAIL_INSTANT, 1, last).flagged, 1);
    mt_channels_destroy(channels);
}
END_TEST

RUN_SUITE("channels", logarithms, chances_as_sums_of_binomials, no_rise_is_certain, discoveries_by_the_rule, a_channel_moves_as_people_decide,
          flows_by_hand, edges_of_days_and_limits, the_window_ends_where_chains_do, only_days_that_are_over_and_kept_are_counted, days_add_up,
          classes_hold_from_a_time, random_towns_in_any_order, a_rise_is_told_and_a_fashion_is_not, nothing_at_all, days_are_bounded)
