#include <stdlib.h>

#include "world.h"

struct flavour {
    unsigned accounts;
    unsigned transfers;
    int64_t times;
    int64_t amounts;
    int64_t amount_step;
    unsigned currencies;
    int64_t follow_percent; /* of transfers that go on from where an earlier one ended */
    int64_t self_percent;
    int64_t return_percent;
};

static void fill_rules(struct world *world, const struct flavour *flavour)
{
    static const int64_t shares[] = {1, 250, 334, 500, 667, 800, 999, 1000};
    struct mt_rules *rules = &world->rules;

    rules->hop_window_ms = 1 + world_below(world, world_chance(world, 50) ? 3 : flavour->times + 1);
    rules->strong_permille = shares[world_below(world, 8)];
    rules->passed_permille = shares[world_below(world, 8)];
    rules->chain_links = 1 + world_below(world, 3);
    rules->hub_counterparties = world_chance(world, 50) ? 64 : 1 + world_below(world, 4);
    rules->branch_show = world_chance(world, 50) ? 64 : world_below(world, 4);
}

/* Rates from some time on, sometimes none at all for a currency; now and then so lopsided that a side rounds to nothing. */
static void fill_rates(struct world *world, const struct flavour *flavour)
{
    struct mt_rate rows[WORLD_RATES];
    size_t count = 0;

    for (unsigned c = 0; c < flavour->currencies; c++)
        for (unsigned day = 0; day < 3; day++) {
            static const int64_t values[] = {1, 7, 100, 150, 1000, 33333, INT64_C(10000000000), INT64_C(6500000000000000)};
            int64_t from = day == 0 && world_chance(world, 70) ? INT64_MIN : (int64_t)day * 4 + world_below(world, 4);

            if (world_chance(world, 70))
                rows[count++] = (struct mt_rate){.from_ms = from,
                                                 .value = values[world_chance(world, 80) ? 2 + world_below(world, 3) : world_below(world, 8)],
                                                 .currency = (uint16_t)(840 + c)};
        }
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)world_below(world, (int64_t)i);
        struct mt_rate other = rows[i - 1];

        rows[i - 1] = rows[j];
        rows[j] = other;
    }
    MT_ASSERT(mt_rates_create(rows, count, &world->rates) == MT_OK);
}

/* Lines and pars of their own for each currency: near what is paid, far from it, none, or a par by the rates. */
static void fill_lines(struct world *world, const struct flavour *flavour)
{
    static const int64_t lines[] = {0, 1000000, 100000, 31000, 9001, 3};
    static const int64_t pars[][2] = {{1, 1}, {150, 100}, {1, 10}, {7, 1}, {33333, 7}, {0, 0}};

    world->line_count = 0;
    for (unsigned c = 0; c < flavour->currencies && c < WORLD_LINES; c++) {
        const int64_t *par = pars[c == 0 && world_chance(world, 70) ? 0 : world_below(world, 6)];

        if (world_chance(world, 90))
            world->lines[world->line_count++] = (struct mt_line){.currency = (uint16_t)(840 + c), .line_minor = lines[world_below(world, 6)],
                                                                 .par_minor = par[0], .par_cents = par[1]};
    }
}

static struct flavour pick_flavour(struct world *world)
{
    static const int64_t times[] = {1, 2, 4, 8, 20, 60};
    static const int64_t follows[] = {0, 50, 80, 95};
    struct flavour flavour = {.accounts = 3 + (unsigned)world_below(world, 10),
                              .transfers = 5 + (unsigned)world_below(world, 56),
                              .times = times[world_below(world, 6)],
                              .amounts = 1 + world_below(world, world_chance(world, 50) ? 4 : 100),
                              .amount_step = world_chance(world, 50) ? 1 : 100,
                              .currencies = world_chance(world, 60) ? 1 : 2 + (unsigned)world_below(world, 2),
                              .follow_percent = follows[world_below(world, 4)],
                              .self_percent = world_chance(world, 50) ? 0 : world_below(world, 20),
                              .return_percent = world_chance(world, 50) ? 0 : world_below(world, 20)};

    return flavour;
}

void world_fill(struct world *world, uint64_t seed)
{
    struct flavour flavour;
    unsigned place[64];

    world_init(world, seed);
    flavour = pick_flavour(world);
    fill_rules(world, &flavour);
    if (flavour.currencies > 1 && world_chance(world, 90))
        fill_rates(world, &flavour);
    for (unsigned i = 0; i < flavour.transfers; i++) {
        unsigned debtor = (unsigned)world_below(world, flavour.accounts);
        unsigned creditor = (unsigned)world_below(world, flavour.accounts);
        int64_t time_ms = world_below(world, flavour.times);
        int64_t minor = (1 + world_below(world, flavour.amounts)) * flavour.amount_step;
        struct mt_transfer *report;

        if (i > 0 && world_chance(world, flavour.follow_percent)) {
            unsigned earlier = (unsigned)world_below(world, i);

            earlier = i - earlier > 8 ? i - 1 - (unsigned)world_below(world, 4) : earlier;
            debtor = place[earlier];
            time_ms = world->reports[earlier].time_ms + world_below(world, world->rules.hop_window_ms < 3 ? 2 : 4);
            minor = world_chance(world, 60) ? world->reports[earlier].amount.minor : minor;
        }
        while (creditor == debtor && !world_chance(world, flavour.self_percent))
            creditor = (unsigned)world_below(world, flavour.accounts);
        place[i] = creditor;
        report = world_add(world, debtor, creditor, time_ms, minor);
        report->amount.currency = (uint16_t)(840 + world_below(world, flavour.currencies));
        if (world_chance(world, flavour.return_percent))
            report->kind = MT_KIND_RETURN;
        report->rail = (uint8_t)world_below(world, MT_RAIL_COUNT);
    }
}

/* Account rules so low that small worlds have findings, and so near to what happens that they come and go. */
static void fill_account_rules(struct world *world)
{
    static const int64_t sums[] = {1, 1000, 10000, 25000};
    struct mt_rules *rules = &world->rules;

    rules->gather_window_ms = MT_DAY_MS + world_below(world, 7 * MT_DAY_MS);
    rules->history_ms = MT_DAY_MS + world_below(world, 8 * MT_DAY_MS);
    rules->account_score_least = world_below(world, 80);
    rules->chain_score_least = world_chance(world, 50) ? 0 : world_below(world, 50);
    rules->account_show = world_chance(world, 60) ? 64 : 1 + world_below(world, 4);
    rules->account_sum_least = sums[world_below(world, 4)];
    rules->relay_permille = world_below(world, 900);
    rules->through_permille = world_below(world, 1000);
    rules->fan_parties = 1 + world_below(world, 4);
    rules->gathering_payers = 2 + world_below(world, 3);
    rules->line_sums = 1 + world_below(world, 3);
    rules->load_times = 2 + world_below(world, 30);
    rules->dormant_days = 1 + world_below(world, 4);
    rules->repeat_sums = 2 + world_below(world, 3);
    rules->cash_permille = world_below(world, 900);
}

/* Some transfers carry indicators, drawn from a handful; each is used by several accounts. */
static void fill_indicators(struct world *world)
{
    unsigned indicators = 1 + (unsigned)world_below(world, 6);

    for (uint32_t i = 0; i < world->count; i++) {
        struct mt_transfer *report = &world->reports[i];
        unsigned first = (unsigned)world_below(world, indicators);

        if (world_chance(world, 40))
            continue;
        report->indicators[report->indicator_count++] = world_indicator(world, first);
        if (world_chance(world, 30) && indicators > 1)
            report->indicators[report->indicator_count++] = world_indicator(world, (first + 1) % indicators);
    }
}

/* A few entries of watch lists, about accounts and indicators of the world: from here and there, suspended, lifted, renewed. */
static void fill_lists(struct world *world)
{
    int64_t span_ms = 1;
    unsigned entries = 1 + (unsigned)world_below(world, 4);

    for (uint32_t i = 0; i < world->count; i++)
        span_ms = world->reports[i].time_ms >= span_ms ? world->reports[i].time_ms + 1 : span_ms;
    for (unsigned entry = 0; entry < entries; entry++) {
        const struct mt_transfer *report = &world->reports[world_below(world, world->count)];
        struct mt_token subject = report->indicator_count > 0 && world_chance(world, 50) ? report->indicators[0]
                                  : world_chance(world, 50)                               ? report->debtor
                                                                                          : report->creditor;
        unsigned records = 1 + (unsigned)world_below(world, 4);

        for (unsigned r = 0; r < records; r++) {
            int64_t since_ms = world_below(world, span_ms), from_ms = world_chance(world, 60) ? 0 : world_below(world, span_ms);

            world_list(world, entry / 2, &subject, since_ms, from_ms, from_ms + 1 + world_below(world, 2 * span_ms),
                       world_chance(world, 60) ? MT_LISTING_ACTIVE : (enum mt_listing_state)world_below(world, MT_LISTING_STATE_COUNT));
        }
    }
    world->rules.listed_dealings = 1 + world_below(world, 2);
    world->rules.listed_sum_least = world_chance(world, 50) ? 1 : 10000;
}

/* What banks say of some of the accounts: before the world begins and while it goes on, at odds with itself now and then. */
static void fill_told(struct world *world)
{
    int64_t last_ms = 1;
    unsigned records = 1 + (unsigned)world_below(world, 8);

    for (uint32_t i = 0; i < world->count; i++)
        last_ms = world->reports[i].time_ms > last_ms ? world->reports[i].time_ms : last_ms;
    for (unsigned r = 0; r < records; r++) {
        const struct mt_transfer *report = &world->reports[world_below(world, world->count)];
        int64_t since_ms = world_chance(world, 40) ? 0 : world_below(world, last_ms + 2 * MT_DAY_MS);
        int64_t opened_ms = world_chance(world, 20) ? 0 : since_ms - world_below(world, (world_chance(world, 50) ? 20 : 500) * MT_DAY_MS);

        world_tell(world, world_chance(world, 50) ? &report->debtor : &report->creditor, since_ms, opened_ms,
                   (enum mt_holder_kind)world_below(world, MT_HOLDER_PERSON + 1));
    }
}

void world_fill_lists(struct world *world, uint64_t seed)
{
    if (seed % 4 == 0)
        world_fill_reports(world, seed);
    else
        world_fill_days(world, seed);
    fill_indicators(world);
    if (world_chance(world, 70))
        fill_lists(world);
    if (world_chance(world, 60))
        fill_told(world);
    if (world_chance(world, 40))
        world->rules.stream_from_day = 1 + world_below(world, 10);
    world->rules.shared_accounts = world_below(world, 4);
    world->rules.shared_accounts_most = world_chance(world, 50) ? 64 : 1 + world_below(world, 3);
    if (world_chance(world, 50))
        world->rules.chain_score_least = 0;
}

void world_fill_days(struct world *world, uint64_t seed)
{
    static const int64_t sums[] = {1, 100, 9000, 30000, 30000, 60000, 120000, 820000, 990000, 2500000};
    static const uint8_t kinds[] = {MT_KIND_CARD, MT_KIND_CASH_IN, MT_KIND_CASH_OUT, MT_KIND_RETURN, MT_KIND_FEE};
    struct flavour flavour;
    unsigned count;
    int64_t span_ms;

    world_init(world, seed);
    flavour = pick_flavour(world);
    count = flavour.transfers;
    span_ms = MT_HOUR_MS + world_below(world, (world_chance(world, 50) ? 3 : 20) * MT_DAY_MS);
    fill_account_rules(world);
    world->rules.hop_window_ms = MT_HOUR_MS * (1 + world_below(world, world_chance(world, 80) ? 60 : 400));
    world->rules.hub_counterparties = world_chance(world, 60) ? 64 : 1 + world_below(world, 6);
    if (flavour.currencies > 1 && world_chance(world, 90))
        fill_rates(world, &flavour);
    if (world_chance(world, 60))
        fill_lines(world, &flavour);
    for (unsigned i = 0; i < count; i++) {
        const struct mt_transfer *earlier = i > 0 ? &world->reports[world_below(world, i)] : NULL;
        unsigned debtor = (unsigned)world_below(world, flavour.accounts), creditor = (unsigned)world_below(world, flavour.accounts);
        int64_t time_ms = world_below(world, span_ms), minor = sums[world_below(world, 10)];
        struct mt_transfer *report;

        if (earlier != NULL && world_chance(world, 60)) { /* money that goes on, whole or nearly */
            debtor = earlier->creditor.bytes[15];
            time_ms = earlier->time_ms + world_below(world, world_chance(world, 20) ? 1 : 30 * MT_HOUR_MS);
            minor = earlier->amount.minor * (70 + world_below(world, 40)) / 100 + 1;
        }
        report = world_add(world, debtor, creditor, time_ms, minor);
        report->amount.currency = (uint16_t)(840 + world_below(world, flavour.currencies));
        report->rail = (uint8_t)world_below(world, MT_RAIL_COUNT);
        if (world_chance(world, 25))
            report->kind = kinds[world_below(world, 5)];
    }
}

#define NAMES 3 /* identities of a transfer, strongest first: UETR, transaction id, end-to-end id */

/* One transfer as it happened, whose reports tell parts of it. */
struct truth {
    unsigned debtor;
    unsigned creditor;
    int64_t time_ms;
    int64_t minor;
    unsigned names[NAMES];
};

/* A report carries some of the identities; the strongest is its key, the others are aliases. */
static void add_report(struct world *world, const struct truth *truth)
{
    struct mt_transfer *report = world_add(world, truth->debtor, truth->creditor, truth->time_ms, truth->minor);
    unsigned carried = 1 + (unsigned)world_below(world, (1 << NAMES) - 1);
    bool keyed = false;

    for (unsigned n = 0; n < NAMES; n++) {
        if ((carried & (1u << n)) == 0)
            continue;
        if (!keyed) {
            report->key = world_key(world, truth->names[n]);
            report->weak = n > 0;
            keyed = true;
        } else {
            report->aliases[report->alias_count++] = world_key(world, truth->names[n]);
        }
    }
    report->side = world_chance(world, 50) ? MT_SIDE_DEBTOR : MT_SIDE_CREDITOR;
    report->rail = (uint8_t)(world_chance(world, 80) ? MT_RAIL_INSTANT : MT_RAIL_ACH);
    if (world_chance(world, 15))
        report->time_ms += world_below(world, 9) - 4;
    if (world_chance(world, 10))
        report->amount.minor += world_below(world, 3);
    if (world_chance(world, 4))
        report->kind = MT_KIND_RETURN;
}

/* A tick becomes hours, a unit a sum worth a look: what joins and moves, moves from day to day. */
static void stretch(struct world *world)
{
    int64_t tick_ms = (1 + world_below(world, 12)) * MT_HOUR_MS;

    fill_account_rules(world);
    world->rules.hop_window_ms *= tick_ms;
    for (uint32_t i = 0; i < world->count; i++) {
        world->reports[i].time_ms *= tick_ms;
        world->reports[i].amount.minor *= 12000;
    }
}

void world_fill_reports(struct world *world, uint64_t seed)
{
    struct truth truths[64];
    unsigned count;
    unsigned accounts;

    world_init(world, seed);
    count = 3 + (unsigned)world_below(world, 18);
    accounts = 3 + (unsigned)world_below(world, 4);
    world->rules.hop_window_ms = 1 + world_below(world, 6);
    world->rules.chain_links = 1 + world_below(world, 2);
    world->rules.hub_counterparties = world_chance(world, 50) ? 64 : 1 + world_below(world, 4);
    world->rules.branch_show = world_chance(world, 70) ? 64 : world_below(world, 3);
    for (unsigned i = 0; i < count; i++) {
        struct truth *truth = &truths[i];
        const struct truth *earlier = &truths[i > 0 ? (unsigned)world_below(world, i) : 0];

        *truth = (struct truth){.debtor = (unsigned)world_below(world, accounts),
                                .time_ms = 10 + world_below(world, 12),
                                .minor = 1 + world_below(world, 4)};
        for (unsigned n = 0; n < NAMES; n++)
            truth->names[n] = 1000 + i * NAMES + n;
        if (i > 0 && world_chance(world, 60)) {
            truth->debtor = earlier->creditor;
            truth->time_ms = earlier->time_ms + world_below(world, 3);
            truth->minor = earlier->minor;
        }
        truth->creditor = (truth->debtor + 1 + (unsigned)world_below(world, accounts - (world_chance(world, 95) ? 1 : 0))) % accounts;
        if (i > 0 && world_chance(world, 20)) { /* the same pair again, and a weak identity used twice */
            unsigned n = 1 + (unsigned)world_below(world, NAMES - 1);

            truth->debtor = earlier->debtor;
            truth->creditor = earlier->creditor;
            truth->names[n] = earlier->names[n];
        }
        for (unsigned reports = 1 + (unsigned)world_below(world, 3); reports > 0; reports--)
            add_report(world, truth);
    }
    if (seed % 2 == 0) /* the same over days */
        stretch(world);
}

void world_fill_long(struct world *world, uint64_t seed, unsigned count)
{
    unsigned accounts;
    unsigned gap;
    unsigned small = 0;
    int64_t breaks; /* percent */
    int64_t time_ms = 0;

    world_init(world, seed);
    accounts = world_chance(world, 50) ? 3 + (unsigned)world_below(world, 5) : 200;
    gap = world_chance(world, 30) ? 40 + (unsigned)world_below(world, 400) : count;
    breaks = world_chance(world, 30) ? 2 : 0;
    world->rules.hop_window_ms = 10;
    world->rules.branch_show = world_chance(world, 50) ? 64 : 3;
    for (unsigned i = 0; i < count; i++) {
        unsigned from = i % accounts;
        unsigned to = (i + 1) % accounts;
        struct mt_transfer *report;

        time_ms += i % gap == gap - 1 ? 9 : accounts < 5 ? 4 : 1 + world_below(world, 3);
        report = world_add(world, from, to, time_ms, 1000);
        if (i == small) { /* small keys just too near, just near enough, and far apart */
            report->key.bytes[0] = (uint8_t)world_below(world, 2);
            small += 63 + (unsigned)world_below(world, world_chance(world, 70) ? 4 : 100);
        } else if (report->key.bytes[0] < 2) {
            report->key.bytes[0] = 2;
        }
        if (world_chance(world, 3)) /* somebody else pays in */
            world_add(world, 300 + i % 7, from, time_ms - 1, 10 + world_below(world, 150));
        if (world_chance(world, breaks + 1)) /* some of it goes elsewhere: a big part breaks the spine */
            world_add(world, to, 320 + i % 5, time_ms + world_below(world, 2), world_chance(world, breaks * 10) ? 1000 : 10);
    }
}
