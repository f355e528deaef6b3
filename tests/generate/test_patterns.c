/* Each pattern alone: its instances have the shape it claims, in time order, with amounts conserved less fees. Then all
 * patterns together: base rate, equal numbers, spread over time, several banks, and what appears on a day. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "labelled.h"
#include "workers/generate/tariff.h"

#define HOUR_MS (INT64_C(3600) * 1000)
#define DAY_MS (24 * HOUR_MS)
#define INSTANCES 40
#define NETWORK_MAX 200
#define ACCOUNT_MAX 128

struct range {
    uint32_t least;
    uint32_t most;
};

/*
 * What a network looks like. Hubs (banks, cash, exchanges, processors, remittance, utilities) are not counted: sources
 * only pay, sinks only are paid, middles both. `passes` is what a middle sends on, in thousandths of what it received;
 * {0, 0}: it is something else, and its special check says what. A middle never sends what it does not have.
 */
struct shape {
    enum mt_pattern pattern;
    struct range transfers, hops, sources, middles, sinks, passes;
};

/* clang-format off */
static const struct shape shape_table[] = {
    {MT_PATTERN_FAN_OUT, {6, 17}, {2, 2}, {1, 1}, {1, 1}, {5, 16}, {855, 1000}},
    {MT_PATTERN_FAN_IN, {6, 18}, {2, 2}, {5, 16}, {1, 1}, {0, 1}, {855, 1000}},
    {MT_PATTERN_RANDOM, {5, 10}, {5, 10}, {0, 1}, {1, 7}, {0, 1}, {0, 0}},
    {MT_PATTERN_BIPARTITE, {9, 36}, {1, 1}, {3, 6}, {0, 0}, {3, 6}, {0, 0}},
    {MT_PATTERN_STACK, {8, 50}, {2, 2}, {2, 5}, {2, 5}, {2, 5}, {855, 1000}},
    {MT_PATTERN_SCATTER_GATHER, {8, 32}, {2, 2}, {1, 1}, {4, 16}, {1, 1}, {855, 1000}},
    {MT_PATTERN_GATHER_SCATTER, {8, 32}, {2, 2}, {4, 16}, {1, 1}, {4, 16}, {855, 1000}},
    {MT_PATTERN_STRUCTURING, {5, 12}, {2, 2}, {0, 0}, {1, 1}, {0, 1}, {855, 1000}},
    {MT_PATTERN_SMURFING, {9, 34}, {3, 3}, {0, 0}, {5, 9}, {0, 1}, {855, 1000}},
    {MT_PATTERN_LAYERED_FAN_IN, {9, 20}, {2, 2}, {6, 16}, {3, 4}, {1, 1}, {855, 1000}},
    {MT_PATTERN_LAYERED_FAN_OUT, {9, 20}, {2, 2}, {1, 1}, {3, 4}, {6, 16}, {855, 1000}},
    {MT_PATTERN_DEPOSIT_SEND, {4, 8}, {2, 2}, {0, 0}, {1, 1}, {0, 0}, {855, 1000}},
    {MT_PATTERN_CASH_WITHDRAWAL, {6, 24}, {2, 2}, {2, 4}, {1, 1}, {0, 0}, {760, 1000}},
    {MT_PATTERN_BEHAVIOUR_1, {10, 20}, {2, 2}, {5, 10}, {1, 1}, {5, 10}, {855, 1000}},
    {MT_PATTERN_BEHAVIOUR_2, {6, 15}, {2, 2}, {3, 5}, {1, 1}, {0, 5}, {855, 1000}},
    {MT_PATTERN_OVER_INVOICING, {4, 8}, {2, 2}, {1, 1}, {1, 1}, {0, 1}, {599, 800}},
    {MT_PATTERN_SINGLE_LARGE, {2, 3}, {2, 2}, {1, 1}, {1, 1}, {0, 1}, {855, 1000}},
    {MT_PATTERN_CARD_TIERS, {16, 108}, {4, 4}, {1, 3}, {10, 21}, {0, 46}, {855, 1000}},
    {MT_PATTERN_RUNNING_POINTS, {16, 65}, {4, 4}, {6, 28}, {4, 8}, {0, 1}, {0, 0}},
    {MT_PATTERN_GOODS_LEG, {18, 18}, {3, 3}, {9, 9}, {1, 1}, {1, 1}, {799, 800}},
    {MT_PATTERN_ECNY, {11, 11}, {3, 3}, {1, 1}, {6, 6}, {0, 0}, {855, 1000}},
    {MT_PATTERN_STREAM_TIPS, {9, 19}, {4, 4}, {1, 1}, {2, 2}, {1, 1}, {849, 1000}},
    {MT_PATTERN_CASH_CREW, {13, 29}, {5, 5}, {1, 1}, {5, 7}, {0, 0}, {760, 1000}},
    {MT_PATTERN_OTC_CRYPTO, {9, 17}, {3, 3}, {1, 1}, {5, 9}, {0, 8}, {855, 1000}},
    {MT_PATTERN_TEST_THEN_LOAD, {5, 13}, {3, 3}, {1, 1}, {1, 1}, {0, 4}, {850, 1000}},
    {MT_PATTERN_DORMANT_WOKEN, {3, 12}, {2, 2}, {1, 3}, {1, 1}, {1, 6}, {855, 1000}},
    {MT_PATTERN_PAYROLL, {15, 60}, {1, 1}, {1, 1}, {0, 0}, {15, 60}, {0, 0}},
    {MT_PATTERN_MARKETPLACE, {25, 60}, {2, 2}, {20, 50}, {1, 1}, {5, 10}, {849, 920}},
    {MT_PATTERN_LANDLORD, {8, 18}, {2, 2}, {6, 16}, {1, 1}, {1, 1}, {460, 840}},
    {MT_PATTERN_SAVINGS_CLUB, {14, 39}, {2, 2}, {3, 10}, {3, 4}, {0, 0}, {0, 0}},
    {MT_PATTERN_RED_PACKETS, {8, 28}, {1, 2}, {1, 1}, {0, 14}, {1, 14}, {1000, 1000}},
    {MT_PATTERN_SUPPLIER_CHAIN, {3, 5}, {3, 5}, {1, 1}, {2, 4}, {1, 1}, {749, 901}},
    {MT_PATTERN_CURRENCY_EXCHANGE, {2, 2}, {2, 2}, {0, 0}, {2, 2}, {0, 0}, {0, 0}},
    {MT_PATTERN_NORMAL_SMALL_FAN_OUT, {3, 6}, {1, 1}, {1, 1}, {0, 0}, {3, 6}, {0, 0}},
    {MT_PATTERN_NORMAL_FAN_OUT, {5, 15}, {1, 1}, {1, 1}, {0, 0}, {5, 15}, {0, 0}},
    {MT_PATTERN_NORMAL_FAN_IN, {9, 21}, {2, 2}, {8, 20}, {1, 1}, {1, 1}, {699, 1000}},
    {MT_PATTERN_NORMAL_GROUP, {5, 12}, {1, 1}, {0, 5}, {0, 6}, {0, 5}, {0, 0}},
    {MT_PATTERN_NORMAL_CASH_WITHDRAWAL, {2, 5}, {1, 1}, {1, 1}, {0, 0}, {0, 0}, {0, 0}},
    {MT_PATTERN_NORMAL_CASH_DEPOSITS, {4, 9}, {1, 1}, {0, 0}, {0, 0}, {1, 1}, {0, 0}},
    {MT_PATTERN_NORMAL_PERIODICAL, {3, 7}, {1, 1}, {1, 1}, {0, 0}, {1, 1}, {0, 0}},
    {MT_PATTERN_NORMAL_PLUS_MUTUAL, {4, 6}, {2, 2}, {0, 0}, {2, 2}, {0, 0}, {0, 0}},
    {MT_PATTERN_NORMAL_MUTUAL, {2, 2}, {2, 2}, {0, 0}, {2, 2}, {0, 0}, {0, 0}},
    {MT_PATTERN_NORMAL_FORWARD, {2, 2}, {2, 2}, {1, 1}, {1, 1}, {1, 1}, {849, 1000}},
    {MT_PATTERN_NORMAL_SINGLE_LARGE, {2, 2}, {2, 2}, {1, 1}, {1, 1}, {1, 1}, {899, 1000}},
};
/* clang-format on */

#define SHAPE_COUNT ((int)(sizeof shape_table / sizeof shape_table[0]))

/* One account of a network, and what it did in it. */
struct part {
    uint32_t account;
    uint32_t ins;
    uint32_t outs;
    int64_t received;
    int64_t sent;
    int64_t least; /* what it had, at the lowest */
};

struct network {
    const struct mt_movement *movements;
    size_t count;
    struct part parts[ACCOUNT_MAX];
    uint32_t part_count;
    uint32_t hops;
};

static bool is_hub(const struct mt_generator *generator, uint32_t account)
{
    static const char *const types[] = {"utility", "processor", "payroll",   "vasp", "remittance",
                                        "pension", "atm",       "cash_desk", "bank"};
    struct mt_generated_account words;

    mt_generator_account(generator, account, &words);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i], words.type) == 0)
            return true;
    }
    return false;
}

static struct part *part_of(struct network *network, uint32_t account)
{
    for (uint32_t i = 0; i < network->part_count; i++) {
        if (network->parts[i].account == account)
            return &network->parts[i];
    }
    ck_assert_uint_lt(network->part_count, ACCOUNT_MAX);
    network->parts[network->part_count] = (struct part){.account = account};
    return &network->parts[network->part_count++];
}

static void network_read(const struct mt_generator *generator, const struct mt_movement *movements, size_t count,
                         struct network *out_network)
{
    *out_network = (struct network){.movements = movements, .count = count};
    for (size_t i = 0; i < count; i++) {
        const struct mt_movement *movement = &movements[i];

        ck_assert_uint_ge(movement->hop, 1);
        ck_assert_uint_ne(movement->debtor, movement->creditor);
        ck_assert(i == 0 || movement->time_ms >= movements[i - 1].time_ms);
        out_network->hops = movement->hop > out_network->hops ? movement->hop : out_network->hops;
        if (!is_hub(generator, movement->debtor)) {
            struct part *part = part_of(out_network, movement->debtor);

            part->outs++;
            part->sent += movement->minor;
            if (part->received - part->sent < part->least)
                part->least = part->received - part->sent;
        }
        if (!is_hub(generator, movement->creditor)) {
            struct part *part = part_of(out_network, movement->creditor);

            part->ins++;
            part->received += movement->minor;
        }
    }
}

static void check_range(const char *what, const struct shape *shape, uint32_t value, struct range range)
{
    ck_assert_msg(value >= range.least && value <= range.most, "%s: %u %s, not %u to %u",
                  mt_pattern_name(shape->pattern), value, what, range.least, range.most);
}

static void check_shape(const struct shape *shape, const struct network *network)
{
    uint32_t sources = 0;
    uint32_t middles = 0;
    uint32_t sinks = 0;

    for (uint32_t i = 0; i < network->part_count; i++) {
        const struct part *part = &network->parts[i];

        sources += part->ins == 0;
        sinks += part->outs == 0;
        if (part->ins == 0 || part->outs == 0)
            continue;
        middles++;
        if (shape->passes.most == 0)
            continue;
        ck_assert_msg(part->least >= 0, "%s: an account sent %ld it did not have", mt_pattern_name(shape->pattern),
                      (long)-part->least);
        check_range("thousandths passed on", shape, (uint32_t)(part->sent * 1000 / part->received), shape->passes);
    }
    check_range("transfers", shape, (uint32_t)network->count, shape->transfers);
    check_range("hops", shape, network->hops, shape->hops);
    check_range("sources", shape, sources, shape->sources);
    check_range("middles", shape, middles, shape->middles);
    check_range("sinks", shape, sinks, shape->sinks);
    if (shape->pattern == MT_PATTERN_BIPARTITE)
        ck_assert_uint_eq(network->count, sources * sinks);
    if (shape->pattern == MT_PATTERN_STACK)
        ck_assert_uint_eq(network->count, sources * middles + middles * sinks);
    if (shape->pattern == MT_PATTERN_SCATTER_GATHER)
        ck_assert_uint_eq(network->count, 2 * middles);
}

/* All pairs of a layer differ: with the counts above, everyone has paid everyone. */
static void check_pairs_differ(const struct network *network)
{
    for (size_t i = 0; i < network->count; i++) {
        for (size_t k = 0; k < i; k++)
            ck_assert(network->movements[i].debtor != network->movements[k].debtor ||
                      network->movements[i].creditor != network->movements[k].creditor);
    }
}

/* No hub takes part, and each payment is what the last one brought, less a share. */
static void check_walk(const struct network *network)
{
    for (size_t i = 1; i < network->count; i++) {
        ck_assert_uint_eq(network->movements[i].debtor, network->movements[i - 1].creditor);
        ck_assert_int_le(network->movements[i].minor, network->movements[i - 1].minor);
        ck_assert_int_ge(network->movements[i].minor * 100, network->movements[i - 1].minor * 85);
    }
}

/* Every deposit lies below the line, and near it. */
static void check_structuring(const struct network *network)
{
    int64_t line = mt_tariff_find("EUR")->line;

    for (size_t i = 0; i < network->count; i++) {
        const struct mt_movement *movement = &network->movements[i];

        if (movement->hop != 1)
            continue;
        ck_assert_int_eq(movement->kind, MT_KIND_CASH_IN);
        ck_assert_int_lt(movement->minor, line);
        ck_assert_int_ge(movement->minor * 100, line * 79);
    }
}

/* An order is no larger than what its runner deposited; less than it came with goes to the platform. */
static void check_runners(const struct network *network)
{
    for (size_t i = 0; i < network->count; i++) {
        const struct mt_movement *order = &network->movements[i];
        int64_t deposit = 0;
        int64_t received = 0;
        int64_t passed = 0;

        if (order->hop != 2)
            continue;
        for (size_t k = 0; k < network->count; k++) {
            const struct mt_movement *other = &network->movements[k];

            if (other->hop == 1 && other->debtor == order->creditor) {
                deposit = other->minor;
                ck_assert_int_lt(other->time_ms, order->time_ms);
            }
            received += other->creditor == order->creditor ? other->minor : 0;
            passed += other->debtor == order->creditor && other->hop == 3 ? other->minor : 0;
        }
        ck_assert_int_le(order->minor, deposit);
        ck_assert_int_le(passed, received);
        ck_assert_int_ge(passed * 1000, received * 979);
    }
}

static void check_debits(const struct network *network)
{
    for (size_t i = 0; i < 9; i++) {
        ck_assert_int_eq(network->movements[i].kind, MT_KIND_CARD);
        ck_assert_uint_eq(network->movements[i].hop, 1);
        ck_assert_uint_eq(network->movements[i].debtor, network->movements[0].debtor);
        ck_assert_int_le(network->movements[i].time_ms, network->movements[0].time_ms + HOUR_MS / 4);
    }
}

static void check_test_payment(const struct network *network)
{
    ck_assert_int_le(network->movements[0].minor, 100);
    for (size_t i = 1; i < network->count; i++) {
        ck_assert_uint_ge(network->movements[i].hop, 2);
        if (network->movements[i].hop == 2)
            ck_assert_int_ge(network->movements[i].minor, 500 * network->movements[0].minor);
    }
}

/* Whoever receives a pot has paid into it, and the pot is what came together. */
static void check_club(const struct network *network)
{
    uint32_t organiser = network->movements[0].creditor;
    int64_t pot = 0;

    for (size_t i = 0; i < network->count; i++) {
        const struct mt_movement *movement = &network->movements[i];

        if (movement->creditor == organiser) {
            pot += movement->minor;
        } else {
            ck_assert_uint_eq(movement->debtor, organiser);
            ck_assert_int_eq(movement->minor, pot);
            pot = 0;
        }
    }
    ck_assert_int_eq(pot, 0);
}

static void check_special(const struct network *network, enum mt_pattern pattern)
{
    switch (pattern) {
    case MT_PATTERN_BIPARTITE:
    case MT_PATTERN_STACK:
        check_pairs_differ(network);
        break;
    case MT_PATTERN_RANDOM:
        check_walk(network);
        break;
    case MT_PATTERN_STRUCTURING:
        check_structuring(network);
        break;
    case MT_PATTERN_RUNNING_POINTS:
        check_runners(network);
        break;
    case MT_PATTERN_GOODS_LEG:
        check_debits(network);
        break;
    case MT_PATTERN_TEST_THEN_LOAD:
        check_test_payment(network);
        break;
    case MT_PATTERN_SAVINGS_CLUB:
        check_club(network);
        break;
    case MT_PATTERN_CURRENCY_EXCHANGE:
        ck_assert_uint_eq(network->movements[0].currency, 978);
        ck_assert_uint_ne(network->movements[1].currency, 978);
        ck_assert_uint_eq(network->movements[1].creditor, network->movements[0].debtor);
        break;
    default:
        break;
    }
}

static struct mt_generator_options two_weeks(void)
{
    struct mt_generator_options options = mt_generator_options_default();

    options.days = 14;
    options.transfers = 40000;
    options.account_count = 8000;
    options.patterns = 0;
    return options;
}

START_TEST(instances_have_their_shape)
{
    const struct shape *shape = &shape_table[_i];
    struct mt_generator_options options = two_weeks();
    int64_t *chosen = mt_pattern_truth(shape->pattern) == MT_TRUTH_HONEST ? &options.honest : &options.patterns;
    struct mt_generator *generator;
    struct labelled labelled;
    uint32_t thirds[3] = {0};
    uint32_t count = 0;

    options.seed = 900 + _i;
    options.instances = INSTANCES;
    *chosen = INT64_C(1) << shape->pattern;
    generator = create(&options);
    labelled = collect(generator);
    for (size_t begin = 0; begin < labelled.count; begin = network_end(&labelled, begin)) {
        struct network network;
        int64_t into_ms = labelled.movements[begin].time_ms - options.start * DAY_MS;

        network_read(generator, &labelled.movements[begin], network_end(&labelled, begin) - begin, &network);
        ck_assert_uint_eq(labelled.movements[begin].pattern, shape->pattern);
        check_shape(shape, &network);
        check_special(&network, shape->pattern);
        ck_assert_int_lt(network.movements[network.count - 1].time_ms - network.movements[0].time_ms, 14 * DAY_MS);
        thirds[into_ms * 3 / ((options.days - 2) * DAY_MS)]++; /* offices may wait over a weekend */
        count++;
    }
    ck_assert_uint_eq(count, INSTANCES);
    for (int i = 0; i < 3; i++)
        ck_assert_uint_ge(thirds[i], INSTANCES / 6);
    free(labelled.movements);
    mt_generator_destroy(generator);
}
END_TEST

/* At the natural base rate: the share asked for, all patterns in equal numbers, each in its own label. */
START_TEST(base_rate_is_what_was_asked_for)
{
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_generator *generator;
    struct labelled labelled;
    uint64_t made[3] = {0};
    uint64_t wanted[3] = {0};
    uint32_t networks[MT_PATTERN_COUNT] = {0};
    uint32_t least[3] = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
    uint32_t most[3] = {0};

    options.seed = 41 + _i;
    options.days = 14;
    options.transfers = 2000000;
    options.patterns = mt_pattern_all(MT_TRUTH_ILLICIT);
    options.honest = mt_pattern_all(MT_TRUTH_HONEST);
    options.illicit_share = _i == 0 ? 1000 : 4000;
    generator = create(&options);
    labelled = collect(generator);
    ck_assert_uint_ge(labelled.all, 1860000);
    ck_assert_uint_le(labelled.all, 2140000);
    for (size_t begin = 0; begin < labelled.count; begin = network_end(&labelled, begin)) {
        enum mt_pattern pattern = (enum mt_pattern)labelled.movements[begin].pattern;

        made[mt_pattern_truth(pattern)] += network_end(&labelled, begin) - begin;
        networks[pattern]++;
    }
    wanted[MT_TRUTH_ILLICIT] = (uint64_t)(options.transfers * options.illicit_share / 1000000);
    wanted[MT_TRUTH_HONEST] = (uint64_t)(options.transfers * options.honest_share / 1000000);
    for (int pattern = 1; pattern < MT_PATTERN_COUNT; pattern++) {
        enum mt_truth label = mt_pattern_truth((enum mt_pattern)pattern);

        if (((options.patterns | options.honest) >> pattern & 1) == 0) {
            ck_assert_uint_eq(networks[pattern], 0);
            continue;
        }
        least[label] = networks[pattern] < least[label] ? networks[pattern] : least[label];
        most[label] = networks[pattern] > most[label] ? networks[pattern] : most[label];
    }
    for (int label = MT_TRUTH_ILLICIT; label <= MT_TRUTH_HONEST; label++) {
        ck_assert_uint_ge(made[label], wanted[label]); /* to within the last instance */
        ck_assert_uint_le(made[label], wanted[label] + 200);
        ck_assert_uint_ge(least[label], 1);
        ck_assert_uint_le(most[label], least[label] + 1);
    }
    free(labelled.movements);
    mt_generator_destroy(generator);
}
END_TEST

static bool same_movement(const struct mt_movement *left, const struct mt_movement *right)
{
    return left->time_ms == right->time_ms && left->minor == right->minor && left->debtor == right->debtor &&
           left->creditor == right->creditor && left->pattern == right->pattern && left->hop == right->hop;
}

/* Look-alikes, a channel and a product are added to a stream: what launders in it stays as it was. */
START_TEST(sources_of_labels_do_not_disturb_each_other)
{
    struct mt_generator_options options = two_weeks();
    struct mt_generator *alone;
    struct mt_generator *beside;
    struct mt_movement movement;
    struct mt_movement other;
    uint64_t count = 0;

    options.patterns = MT_PATTERN_BIT(FAN_IN) | MT_PATTERN_BIT(STACK) | MT_PATTERN_BIT(ECNY);
    options.illicit_share = 20000;
    alone = create(&options);
    options.honest = mt_pattern_all(MT_TRUTH_HONEST);
    options.new_channel = MT_NEW_CHANNEL_GOLD;
    options.new_product = MT_NEW_PRODUCT_WALLET;
    options.from_day = 5;
    beside = create(&options);
    while (mt_generator_step(alone, &movement)) {
        if (mt_pattern_truth((enum mt_pattern)movement.pattern) != MT_TRUTH_ILLICIT)
            continue;
        do
            ck_assert(mt_generator_step(beside, &other));
        while ((options.patterns >> other.pattern & 1) == 0);
        ck_assert(same_movement(&movement, &other));
        count++;
    }
    ck_assert_uint_ge(count, 800);
    mt_generator_destroy(alone);
    mt_generator_destroy(beside);
}
END_TEST

/* Mules are people with accounts at several banks; some are young; most also live an ordinary life. */
START_TEST(mules_are_among_ordinary_accounts)
{
    struct mt_generator_options options = two_weeks();
    struct mt_generator *generator;
    struct mt_movement movement;
    uint8_t *seen;
    uint32_t networks = 0;
    uint32_t several = 0;
    uint32_t mules = 0;
    uint32_t young = 0;
    uint32_t lively = 0;
    struct labelled labelled;

    options.patterns = MT_PATTERN_BIT(CARD_TIERS) | MT_PATTERN_BIT(GATHER_SCATTER) | MT_PATTERN_BIT(OTC_CRYPTO);
    options.instances = INSTANCES;
    generator = create(&options);
    labelled = collect(generator);
    mt_generator_destroy(generator);
    generator = create(&options);
    seen = calloc(mt_generator_account_count(generator), 1);
    ck_assert_ptr_nonnull(seen);
    while (mt_generator_step(generator, &movement)) {
        if (movement.pattern == MT_PATTERN_NONE)
            seen[movement.debtor] = seen[movement.creditor] = 1;
    }
    for (size_t begin = 0; begin < labelled.count; begin = network_end(&labelled, begin)) {
        struct network network;
        char first[12] = "";
        bool differ = false;

        network_read(generator, &labelled.movements[begin], network_end(&labelled, begin) - begin, &network);
        for (uint32_t i = 0; i < network.part_count; i++) {
            struct mt_generated_account words;

            mt_generator_account(generator, network.parts[i].account, &words);
            differ = differ || (first[0] != '\0' && strcmp(first, words.bank) != 0);
            memcpy(first, words.bank, sizeof first);
            if (network.parts[i].ins == 0 || network.parts[i].outs == 0) /* not a mule */
                continue;
            ck_assert_str_eq(words.type, "personal");
            ck_assert_int_lt(words.opened_ms, labelled.movements[begin].time_ms);
            mules++;
            young += words.opened_ms > (options.start - 61) * DAY_MS;
            lively += seen[network.parts[i].account];
        }
        networks++;
        several += differ;
    }
    ck_assert_uint_ge(several * 100, networks * 95);
    ck_assert_uint_ge(young * 100, mules * 15);
    ck_assert_uint_le(young * 100, mules * 50);
    ck_assert_uint_ge(lively * 100, mules * 75);
    free(seen);
    free(labelled.movements);
    mt_generator_destroy(generator);
}
END_TEST

static const struct {
    enum mt_new_channel channel;
    enum mt_new_product product;
    const char *type;
    const char *exit;
} new_table[] = {
    {MT_NEW_CHANNEL_GIFT_CARD, MT_NEW_PRODUCT_GIFT_CARD, "merchant", "gift_card"},
    {MT_NEW_CHANNEL_TOPUP, MT_NEW_PRODUCT_TOPUP, "utility", ""},
    {MT_NEW_CHANNEL_WALLET, MT_NEW_PRODUCT_WALLET, "processor", ""},
    {MT_NEW_CHANNEL_GOLD, MT_NEW_PRODUCT_ROUND_UP, NULL, ""},
};

/* Nothing of it before its day, as many flows as asked for after, and no other laundering leaves that way. */
START_TEST(what_is_new_begins_on_its_day)
{
    struct mt_generator_options options = two_weeks();
    struct mt_generator *generator;
    struct labelled labelled;
    uint32_t channels = 0;
    uint32_t products = 0;

    options.seed = 77 + _i;
    options.patterns = mt_pattern_all(MT_TRUTH_ILLICIT) &
                       ~(MT_PATTERN_BIT(CARD_TIERS) | MT_PATTERN_BIT(ECNY) | MT_PATTERN_BIT(STREAM_TIPS));
    options.instances = 5;
    options.new_channel = new_table[_i].channel;
    options.new_product = new_table[_i].product;
    options.from_day = 6;
    options.new_instances = 45;
    generator = create(&options);
    labelled = collect(generator);
    for (size_t i = 0; i < labelled.count; i++) {
        const struct mt_movement *movement = &labelled.movements[i];
        bool is_channel = movement->pattern == MT_PATTERN_NEW_CHANNEL;
        bool is_product = movement->pattern == MT_PATTERN_NEW_PRODUCT;
        struct mt_generated_account words;

        channels += is_channel && movement->hop == 1;
        products += is_product && movement->hop == 1;
        if (is_channel || is_product)
            ck_assert_int_ge(movement->time_ms, (options.start + options.from_day) * DAY_MS);
        if (new_table[_i].type == NULL) {
            ck_assert_int_eq(movement->rail == MT_RAIL_CHEQUE, is_channel && movement->hop == 3);
            continue;
        }
        mt_generator_account(generator, movement->creditor, &words);
        if ((is_channel && movement->hop == 3) || (is_product && movement->hop == 2)) {
            ck_assert_str_eq(words.type, new_table[_i].type);
            ck_assert_str_eq(words.exit, new_table[_i].exit);
        } else if (new_table[_i].exit[0] != '\0') {
            ck_assert_str_ne(words.exit, new_table[_i].exit);
        } else {
            ck_assert_str_ne(words.type, new_table[_i].type);
        }
    }
    ck_assert_uint_eq(channels, 45);
    ck_assert_uint_eq(products, 45);
    free(labelled.movements);
    mt_generator_destroy(generator);
}
END_TEST

/* A whole pattern can be what is new: the five channel signatures of domain.md 6.1, and red packets. It then bears that
 * name, and must not be in the stream besides. */
START_TEST(whole_patterns_can_be_new)
{
    static const enum mt_new_channel channels[] = {MT_NEW_CHANNEL_ECNY, MT_NEW_CHANNEL_GOODS_LEG,
                                                   MT_NEW_CHANNEL_CARD_TIERS, MT_NEW_CHANNEL_STREAM_TIPS,
                                                   MT_NEW_CHANNEL_RUNNING_POINTS};
    static const enum mt_pattern patterns[] = {MT_PATTERN_ECNY, MT_PATTERN_GOODS_LEG, MT_PATTERN_CARD_TIERS,
                                               MT_PATTERN_STREAM_TIPS, MT_PATTERN_RUNNING_POINTS};
    struct mt_generator_options options = two_weeks();
    const struct shape *shape = shape_table;
    struct mt_generator *generator = NULL;
    struct labelled labelled;
    char error[128] = "";
    uint32_t channels_seen = 0;
    uint32_t products_seen = 0;

    options.new_channel = channels[_i];
    options.new_product = MT_NEW_PRODUCT_RED_PACKETS;
    options.new_instances = 20;
    options.from_day = 7;
    options.patterns = INT64_C(1) << patterns[_i];
    ck_assert_int_eq(mt_generator_create(&options, &generator, error), MT_BAD_CONFIG);
    ck_assert_ptr_nonnull(strstr(error, mt_pattern_name(patterns[_i])));
    options.patterns = 0;
    generator = create(&options);
    labelled = collect(generator);
    while (shape->pattern != patterns[_i])
        shape++;
    for (size_t begin = 0; begin < labelled.count; begin = network_end(&labelled, begin)) {
        struct network network;

        ck_assert_int_ge(labelled.movements[begin].time_ms, (options.start + options.from_day) * DAY_MS);
        if (labelled.movements[begin].pattern == MT_PATTERN_NEW_PRODUCT) {
            products_seen++;
            continue;
        }
        ck_assert_uint_eq(labelled.movements[begin].pattern, MT_PATTERN_NEW_CHANNEL);
        network_read(generator, &labelled.movements[begin], network_end(&labelled, begin) - begin, &network);
        check_shape(shape, &network);
        check_special(&network, shape->pattern);
        channels_seen++;
    }
    ck_assert_uint_eq(channels_seen, 20);
    ck_assert_uint_eq(products_seen, 20);
    free(labelled.movements);
    mt_generator_destroy(generator);
}
END_TEST

/* Where New Year is still to come, red packets wait for its eve; the lunar one in China. */
START_TEST(red_packets_come_at_new_year)
{
    struct mt_generator_options options = two_weeks();
    int64_t eve_day = _i == 0 ? 20500 : 20453; /* 2026-02-16, 2025-12-31 */
    struct mt_generator *generator;
    struct labelled labelled;
    uint32_t at_eve = 0;

    options.currency = _i == 0 ? 156 : 978;
    options.start = eve_day - 6;
    options.honest = MT_PATTERN_BIT(RED_PACKETS);
    options.instances = INSTANCES;
    generator = create(&options);
    labelled = collect(generator);
    for (size_t begin = 0; begin < labelled.count; begin = network_end(&labelled, begin)) {
        int64_t since_ms = labelled.movements[begin].time_ms - eve_day * DAY_MS;

        ck_assert_int_ge(since_ms, 18 * HOUR_MS);
        at_eve += since_ms < DAY_MS;
    }
    ck_assert_uint_ge(at_eve, INSTANCES / 3);
    free(labelled.movements);
    mt_generator_destroy(generator);
}
END_TEST

/* Every currency, crowded and thin towns, short and long streams: all patterns at once end, and stay sane. */
static const struct {
    int64_t transfers, accounts, banks, days, currency, instances;
} town_table[] = {
    {20000, 400, 1, 3, 978, 4},   {40000, 800, 32, 1, 392, 3},    {60000, 60000, 6, 60, 156, 10},
    {60000, 5000, 6, 21, 356, 8}, {100000, 3000, 4, 14, 826, -1}, {60000, 0, 6, 7, 36, 2},
};

START_TEST(all_patterns_fit_into_any_town)
{
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_generator *generator;
    struct mt_movement movement;
    int64_t before_ms = 0;
    uint64_t labelled = 0;

    options.transfers = town_table[_i].transfers;
    options.account_count = town_table[_i].accounts;
    options.banks = town_table[_i].banks;
    options.days = town_table[_i].days;
    options.currency = town_table[_i].currency;
    options.instances = town_table[_i].instances;
    options.illicit_share = 200000;
    options.patterns = mt_pattern_all(MT_TRUTH_ILLICIT);
    options.honest = mt_pattern_all(MT_TRUTH_HONEST);
    options.new_channel = MT_NEW_CHANNEL_TOPUP;
    options.new_product = MT_NEW_PRODUCT_ROUND_UP;
    options.new_instances = 20;
    generator = create(&options);
    while (mt_generator_step(generator, &movement)) {
        ck_assert_int_ge(movement.time_ms, before_ms);
        ck_assert_int_gt(movement.minor, 0);
        ck_assert_int_lt(movement.minor, INT64_C(1) << 52);
        ck_assert_uint_lt(movement.debtor, mt_generator_account_count(generator));
        ck_assert_uint_lt(movement.creditor, mt_generator_account_count(generator));
        ck_assert_int_lt(movement.time_ms, (options.start + options.days + 21) * DAY_MS);
        ck_assert_ptr_nonnull(mt_tariff_of(movement.currency));
        before_ms = movement.time_ms;
        labelled += movement.pattern_id != 0;
    }
    ck_assert_uint_ge(labelled, 200);
    mt_generator_destroy(generator);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("patterns");
    TCase *tests = tcase_create("patterns");
    SRunner *runner;
    int failed;

    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, instances_have_their_shape, 0, SHAPE_COUNT);
    tcase_add_loop_test(tests, base_rate_is_what_was_asked_for, 0, 2);
    tcase_add_test(tests, sources_of_labels_do_not_disturb_each_other);
    tcase_add_test(tests, mules_are_among_ordinary_accounts);
    tcase_add_loop_test(tests, what_is_new_begins_on_its_day, 0, 4);
    tcase_add_loop_test(tests, whole_patterns_can_be_new, 0, 5);
    tcase_add_loop_test(tests, red_packets_come_at_new_year, 0, 2);
    tcase_add_loop_test(tests, all_patterns_fit_into_any_town, 0, 6);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
