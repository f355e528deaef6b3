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
