/* The stream as a whole: the same every time, in order, as large as asked for, and its laundering what it claims to be.
 */
#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labelled.h"

#define HOUR_MS (INT64_C(3600) * 1000)

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Runs the command into four files in a folder of its own and hashes all they hold. */
static uint64_t hash_of_files(const char *seed, const char *patterns, const char *honest)
{
    static const char *const names[] = {"stream", "truth", "accounts", "networks"};
    char folder[] = "/tmp/mt_generate_XXXXXX";
    char paths[4][64];
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (int i = 0; i < 4; i++)
        snprintf(paths[i], sizeof paths[i], "%s/%s", folder, names[i]);
    char *arguments[] = {(char *)"generate", (char *)"--seed",        (char *)seed,     (char *)"--transfers",
                         (char *)"20000",    (char *)"--days",        (char *)"9",      (char *)"--illicit-share",
                         (char *)"0.02",     (char *)"--patterns",    (char *)patterns, (char *)"--honest",
                         (char *)honest,     (char *)"--out",         paths[0],         (char *)"--truth",
                         paths[1],           (char *)"--accounts",    paths[2],         (char *)"--networks",
                         paths[3],           (char *)"--new-product", (char *)"topup",  NULL};
    ck_assert_int_eq(mt_generate_main((int)(sizeof arguments / sizeof arguments[0]) - 1, arguments), 0);
    for (int i = 0; i < 4; i++) {
        char block[65536];
        size_t size;
        FILE *file = fopen(paths[i], "r");

        ck_assert_ptr_nonnull(file);
        while ((size = fread(block, 1, sizeof block, file)) > 0)
            hash = hash_bytes(hash, block, size);
        ck_assert_int_gt(ftell(file), 100);
        fclose(file);
        unlink(paths[i]);
    }
    rmdir(folder);
    return hash;
}

START_TEST(same_seed_same_bytes)
{
    uint64_t first = hash_of_files("11", "all", "all");

    ck_assert_uint_eq(hash_of_files("11", "all", "all"), first);
    ck_assert_uint_ne(hash_of_files("12", "all", "all"), first);
    ck_assert_uint_ne(hash_of_files("11", "chain,cycle", "all"), first);
    ck_assert_uint_eq(hash_of_files("11", "chain,cycle", "none"), hash_of_files("11", "round_trip,mule_chain", "none"));
}
END_TEST

/* Reads a CSV with a header: the fields of its lines, one after the other. `text` is its storage. */
static size_t read_csv(const char *path, char *text, size_t size, size_t columns, const char **out_fields, size_t max)
{
    FILE *file = fopen(path, "r");
    size_t count = 0;
    size_t length;

    ck_assert_ptr_nonnull(file);
    length = fread(text, 1, size - 1, file);
    ck_assert_uint_lt(length, size - 1);
    fclose(file);
    unlink(path);
    text[length] = '\0';
    for (char *line = strtok(text, ",\n"); line != NULL; line = strtok(NULL, ",\n")) {
        ck_assert_uint_lt(count, max);
        out_fields[count++] = line;
    }
    ck_assert_uint_eq(count % columns, 0);
    return count / columns;
}

/* The networks file says of every labelled transfer whose it is, from whom to whom, and which label; the truth file has
 * the illicit ones of it and no others. */
START_TEST(networks_and_truth_say_the_same)
{
    enum { SIZE = 1 << 22, FIELDS = 1 << 18 };
    char folder[] = "/tmp/mt_generate_XXXXXX";
    char paths[3][64];
    char *texts = malloc(3 * SIZE);
    const char **fields = calloc(3 * (size_t)FIELDS, sizeof *fields);
    const char **stream = fields;
    const char **truth = fields + FIELDS;
    const char **networks = fields + 2 * FIELDS;
    size_t stream_count;
    size_t truth_count;
    size_t network_count;
    size_t at = 1;
    size_t row = 1;

    ck_assert_ptr_nonnull(texts);
    ck_assert_ptr_nonnull(fields);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (int i = 0; i < 3; i++)
        snprintf(paths[i], sizeof paths[i], "%s/%d", folder, i);
    char *arguments[] = {(char *)"generate", (char *)"--transfers",
                         (char *)"20000",    (char *)"--days",
                         (char *)"9",        (char *)"--patterns",
                         (char *)"all",      (char *)"--honest",
                         (char *)"all",      (char *)"--instances",
                         (char *)"2",        (char *)"--out",
                         paths[0],           (char *)"--truth",
                         paths[1],           (char *)"--networks",
                         paths[2],           NULL};
    ck_assert_int_eq(mt_generate_main((int)(sizeof arguments / sizeof arguments[0]) - 1, arguments), 0);
    stream_count = read_csv(paths[0], texts, SIZE, 10, stream, FIELDS);
    truth_count = read_csv(paths[1], texts + SIZE, SIZE, 4, truth, FIELDS);
    network_count = read_csv(paths[2], texts + 2 * SIZE, SIZE, 7, networks, FIELDS);
    rmdir(folder);
    ck_assert_str_eq(networks[0], "network");
    ck_assert_str_eq(networks[5], "label");
    ck_assert_uint_gt(network_count, truth_count);
    for (size_t i = 1; i < network_count; i++) {
        const char **network = &networks[i * 7];

        while (row < stream_count && strcmp(stream[row * 10], network[2]) != 0)
            row++;
        ck_assert_uint_lt(row, stream_count);
        ck_assert_str_eq(stream[row * 10 + 3], network[3]);
        ck_assert_str_eq(stream[row * 10 + 5], network[4]);
        if (strcmp(network[5], "honest") == 0)
            continue;
        ck_assert_str_eq(network[5], "illicit");
        ck_assert_uint_lt(at, truth_count);
        ck_assert_str_eq(truth[at * 4], network[2]);
        ck_assert_str_eq(truth[at * 4 + 1], network[0]);
        ck_assert_str_eq(truth[at * 4 + 2], network[1]);
        ck_assert_str_eq(truth[at * 4 + 3], network[6]);
        at++;
    }
    ck_assert_uint_eq(at, truth_count);
    free(fields);
    free(texts);
}
END_TEST

/* Thin, dense, short, long, one bank, a currency without decimals, no laundering, nothing but laundering. */
static const struct {
    const char *name;
    int64_t transfers, accounts, banks, days, ppm, chains, trips, currency;
} shape_table[] = {
    {"default", 200000, 0, 6, 30, 1000, -1, -1, 978},    {"thin", 20000, 60000, 6, 30, 1000, -1, -1, 978},
    {"dense", 200000, 400, 1, 10, 1000, -1, -1, 978},    {"one day", 30000, 5000, 32, 1, 5000, -1, -1, 978},
    {"yen", 50000, 0, 6, 20, 10000, -1, -1, 392},        {"rupee", 50000, 0, 6, 20, 10000, -1, -1, 356},
    {"clean", 30000, 0, 6, 30, 0, -1, -1, 978},          {"half", 30000, 0, 6, 30, 500000, -1, -1, 978},
    {"counted", 60000, 0, 6, 14, 0, 12, 7, 978},         {"only trips", 30000, 0, 3, 14, 0, -1, 9, 156},
    {"a year", 100000, 2000, 6, 365, 1000, -1, -1, 978}, {"tiny", 100, 0, 1, 1, 1000, -1, -1, 978},
    {"crowded", 400000, 100000, 6, 1, 0, 9000, 0, 978}, /* more plans at once than there are slots: some wait */
};

#define SHAPE_COUNT ((int)(sizeof shape_table / sizeof shape_table[0]))

static struct mt_generator_options shape(int nth)
{
    struct mt_generator_options options = mt_generator_options_default();

    options.transfers = shape_table[nth].transfers;
    options.account_count = shape_table[nth].accounts;
    options.banks = shape_table[nth].banks;
    options.days = shape_table[nth].days;
    options.illicit_share = shape_table[nth].ppm;
    options.chains = shape_table[nth].chains;
    options.round_trips = shape_table[nth].trips;
    options.currency = shape_table[nth].currency;
    return options;
}

START_TEST(transfers_are_in_order_and_sane)
{
    struct mt_generator_options options = shape(_i);
    struct mt_generator *generator = create(&options);
    uint32_t accounts = mt_generator_account_count(generator);
    int64_t start_ms = options.start * 24 * HOUR_MS;
    int64_t before_ms = start_ms;
    uint64_t count = 0;
    uint64_t labelled = 0;
    struct mt_movement movement;

    while (mt_generator_step(generator, &movement)) {
        count++;
        ck_assert_uint_eq(movement.sequence, count);
        ck_assert_int_ge(movement.time_ms, before_ms);
        ck_assert_int_lt(movement.time_ms, start_ms + (options.days + 8) * 24 * HOUR_MS);
        ck_assert_int_gt(movement.minor, 0);
        ck_assert_int_lt(movement.minor, INT64_C(1) << 52);
        ck_assert_uint_lt(movement.debtor, accounts);
        ck_assert_uint_lt(movement.creditor, accounts);
        ck_assert_int_eq(movement.currency, options.currency);
        ck_assert_uint_lt(movement.kind, MT_KIND_COUNT);
        ck_assert_uint_lt(movement.rail, MT_RAIL_COUNT);
        ck_assert_int_eq(movement.pattern_id == 0, movement.pattern == MT_PATTERN_NONE);
        ck_assert_int_eq(movement.pattern_id == 0, movement.hop == 0);
        labelled += movement.pattern_id != 0;
        before_ms = movement.time_ms;
    }
    movement.sequence = 777;
    ck_assert(!mt_generator_step(generator, &movement));
    ck_assert_uint_eq(movement.sequence, 777);
    if (options.chains < 1000) /* the crowd's size is only estimated */
        ck_assert_msg(count >= (uint64_t)options.transfers * 93 / 100 &&
                          count <= (uint64_t)options.transfers * 107 / 100 + 50,
                      "%s: %lu transfers", shape_table[_i].name, (unsigned long)count);
    if (options.chains < 0 && options.round_trips < 0) { /* the share, to within the last plan */
        uint64_t wanted = (uint64_t)options.transfers * (uint64_t)options.illicit_share / 1000000;

        ck_assert_msg(labelled >= wanted && labelled <= wanted + 200, "%s: %lu labelled, %lu wanted",
                      shape_table[_i].name, (unsigned long)labelled, (unsigned long)wanted);
    }
    mt_generator_destroy(generator);
}
END_TEST

/* origin ─► … ─► origin, one after the other, each a little less than what came in. */
static void check_round_trip(const struct mt_movement *trip, size_t hops)
{
    ck_assert_uint_ge(hops, 3);
    ck_assert_uint_le(hops, 8);
    ck_assert_uint_eq(trip[hops - 1].creditor, trip[0].debtor);
    for (size_t i = 0; i < hops; i++) {
        ck_assert_uint_eq(trip[i].hop, i + 1);
        ck_assert_uint_eq(trip[i].pattern, MT_PATTERN_ROUND_TRIP);
        for (size_t k = 0; k < i; k++)
            ck_assert_uint_ne(trip[k].debtor, trip[i].debtor);
        if (i == 0)
            continue;
        ck_assert_uint_eq(trip[i].debtor, trip[i - 1].creditor);
        ck_assert_int_gt(trip[i].time_ms, trip[i - 1].time_ms);
        ck_assert_int_le(trip[i].time_ms, trip[i - 1].time_ms + 40 * HOUR_MS);
        ck_assert_int_lt(trip[i].minor, trip[i - 1].minor);
        ck_assert_int_ge(trip[i].minor * 100, trip[i - 1].minor * 85);
    }
}

/* Whatever a mule sends on came in before, at the hop before and within the hop window, and most of it goes on. */
static void check_mule(const struct mt_movement *chain, size_t count, uint32_t mule)
{
    int64_t balance = 0;
    int64_t received = 0;
    int64_t last_in_ms = INT64_MIN;
    uint32_t hop = 0;

    for (size_t i = 0; i < count; i++) {
        if (chain[i].creditor == mule) {
            ck_assert(hop == 0 || hop == chain[i].hop);
            hop = chain[i].hop;
            balance += chain[i].minor;
            received += chain[i].minor;
            last_in_ms = chain[i].time_ms;
        } else if (chain[i].debtor == mule) {
            ck_assert_uint_eq(chain[i].hop, hop + 1);
            balance -= chain[i].minor;
            ck_assert_int_ge(balance, 0);
            ck_assert_int_le(chain[i].time_ms, last_in_ms + 48 * HOUR_MS);
        }
    }
    ck_assert_int_gt(received, 0);
    ck_assert_int_le(balance * 100, received * 16);
}

static void check_mule_chain(const struct mt_movement *chain, size_t count)
{
    uint32_t hops = 0;

    ck_assert_uint_eq(chain[0].hop, 1);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(chain[i].pattern, MT_PATTERN_MULE_CHAIN);
        hops = chain[i].hop > hops ? chain[i].hop : hops;
        if (chain[i].hop == 1) /* all victims pay into the same first account */
            ck_assert_uint_eq(chain[i].creditor, chain[0].creditor);
        else
            check_mule(chain, count, chain[i].debtor);
    }
    ck_assert_uint_ge(hops, 3);
    ck_assert_uint_le(hops, 7);
}

START_TEST(laundering_is_what_it_claims)
{
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_generator *generator;
    struct labelled all;
    int64_t chains = 0;
    int64_t trips = 0;
    uint32_t splits = 0;

    options.seed = 100 + _i;
    options.transfers = 50000;
    options.chains = 150;
    options.round_trips = 80;
    generator = create(&options);
    all = collect(generator);
    mt_generator_destroy(generator);
    for (size_t begin = 0; begin < all.count;) {
        size_t end = network_end(&all, begin);
        const struct mt_movement *movements = &all.movements[begin];

        if (movements[0].pattern == MT_PATTERN_ROUND_TRIP) {
            check_round_trip(movements, end - begin);
            trips++;
        } else {
            check_mule_chain(movements, end - begin);
            splits += end - begin > 7;
            chains++;
        }
        ck_assert_uint_eq(movements[0].pattern_id, chains + trips);
        begin = end;
    }
    ck_assert_int_eq(chains, options.chains);
    ck_assert_int_eq(trips, options.round_trips);
    ck_assert_uint_gt(splits, 50);
    free(all.movements);
}
END_TEST

/* Ten times the transfers take the same memory, and streaming takes none at all. (Under ASan mallinfo2 says nothing.)
 */
START_TEST(memory_does_not_grow_with_transfers)
{
    size_t used[2];

    mallopt(M_MMAP_THRESHOLD,
            64 << 20); /* else glibc maps large blocks or not by what was freed before, and counts neither */
    for (int i = 0; i < 2; i++) {
        struct mt_generator_options options = mt_generator_options_default();
        struct mt_generator *generator;
        struct mt_movement movement;
        size_t before = mallinfo2().uordblks;

        options.transfers = i == 0 ? 200000 : 2000000;
        options.account_count = 5000;
        options.patterns = mt_pattern_all(MT_TRUTH_ILLICIT);
        options.honest = mt_pattern_all(MT_TRUTH_HONEST);
        options.instances = 3;
        generator = create(&options);
        used[i] = mallinfo2().uordblks - before;
        while (mt_generator_step(generator, &movement)) {
        }
        ck_assert_uint_eq(mallinfo2().uordblks - before, used[i]);
        mt_generator_destroy(generator);
    }
    ck_assert_uint_lt(used[0], used[1] + 8192); /* blocks are rounded up differently where others were freed */
    ck_assert_uint_lt(used[1], used[0] + 8192);
}
END_TEST

static int compare_text(const void *left, const void *right)
{
    return strcmp(left, right);
}

START_TEST(accounts_have_numbers_of_their_own)
{
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_generator *generator = create(&options);
    uint32_t count = mt_generator_account_count(generator);
    char(*numbers)[16] = calloc(count, sizeof *numbers);

    ck_assert_ptr_nonnull(numbers);
    for (uint32_t i = 0; i < count; i++) {
        struct mt_generated_account account;

        mt_generator_account(generator, i, &account);
        ck_assert_uint_eq(strlen(account.number), 12);
        ck_assert_uint_eq(strtoull(account.number, NULL, 10) % 97, 1);
        ck_assert_uint_eq(strlen(account.bank), 8);
        ck_assert_uint_gt(strlen(account.type), 0);
        ck_assert_int_ge(account.opened_ms, 0);
        memcpy(numbers[i], account.number, sizeof numbers[i]);
    }
    qsort(numbers, count, sizeof *numbers, compare_text);
    for (uint32_t i = 1; i < count; i++)
        ck_assert_str_ne(numbers[i - 1], numbers[i]);
    free(numbers);
    mt_generator_destroy(generator);
}
END_TEST

START_TEST(words_say_what_the_numbers_say)
{
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_generator *numbers;
    struct mt_generator *words;
    struct mt_movement movement;
    struct mt_generated generated;
    char before[24] = "";

    options.transfers = 20000;
    numbers = create(&options);
    words = create(&options);
    while (mt_generator_step(numbers, &movement)) {
        struct mt_generated_account debtor;
        struct mt_generated_account creditor;

        ck_assert(mt_generator_next(words, &generated));
        ck_assert_uint_eq(generated.movement.sequence, movement.sequence);
        ck_assert_int_eq(generated.movement.time_ms, movement.time_ms);
        ck_assert_int_eq(generated.movement.minor, movement.minor);
        ck_assert_uint_eq(generated.movement.pattern_id, movement.pattern_id);
        mt_generator_account(numbers, movement.debtor, &debtor);
        mt_generator_account(numbers, movement.creditor, &creditor);
        ck_assert_str_eq(generated.debtor, debtor.number);
        ck_assert_str_eq(generated.debtor_bank, debtor.bank);
        ck_assert_str_eq(generated.creditor, creditor.number);
        ck_assert_str_eq(generated.creditor_bank, creditor.bank);
        ck_assert_str_eq(generated.currency, "EUR");
        ck_assert_int_gt(strcmp(generated.id, before), 0); /* ids only rise: none comes twice */
        memcpy(before, generated.id, sizeof before);
    }
    ck_assert(!mt_generator_next(words, &generated));
    mt_generator_destroy(words);
    mt_generator_destroy(numbers);
}
END_TEST

static int compare_payer(const void *left, const void *right)
{
    const struct mt_movement *a = left;
    const struct mt_movement *b = right;

    if (a->debtor != b->debtor)
        return a->debtor < b->debtor ? -1 : 1;
    return a->sequence < b->sequence ? -1 : 1;
}

/* Whether its receiver sends 0.85–1.02 of it on within 72 hours. */
static bool has_look_alike(const struct mt_movement *by_payer, size_t count, const struct mt_movement *received)
{
    struct mt_movement key = {.debtor = received->creditor, .sequence = received->sequence};
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_payer(&by_payer[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && by_payer[low].debtor == key.debtor; low++) {
        if (by_payer[low].time_ms > received->time_ms + 72 * HOUR_MS)
            return false;
        if (by_payer[low].minor * 100 >= received->minor * 85 && by_payer[low].minor * 100 <= received->minor * 102)
            return true;
    }
    return false;
}

START_TEST(innocent_money_also_moves_on)
{
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_generator *generator;
    struct mt_movement *all = calloc(130000, sizeof *all);
    size_t count = 0;
    size_t alike = 0;
    size_t asleep = 0;

    ck_assert_ptr_nonnull(all);
    options.transfers = 120000;
    generator = create(&options);
    while (count < 130000 && mt_generator_step(generator, &all[count])) {
        asleep += all[count].time_ms % (24 * HOUR_MS) < 5 * HOUR_MS;
        count++;
    }
    qsort(all, count, sizeof *all, compare_payer);
    for (size_t i = 0; i < count; i++)
        alike += all[i].pattern_id == 0 && all[i].debtor != all[i].creditor && has_look_alike(all, count, &all[i]);
    ck_assert_msg(alike * 100 >= count * 2 && alike * 100 <= count * 10, "%zu of %zu look alike", alike, count);
    ck_assert_uint_lt(asleep * 100, count * 8); /* five hours of night, with the batches that run then */
    free(all);
    mt_generator_destroy(generator);
}
END_TEST

START_TEST(bad_options_are_refused)
{
    /* clang-format off */
    static const char *const lines[][2] = {
        {"--days", "0"}, {"--days", "ten"}, {"--start", "2026-02-30"}, {"--illicit-share", "0.6"},
        {"--illicit-share", "1e-3"}, {"--currency", "XXX"}, {"--account-count", "7"}, {"--nonsense", "1"},
        {"stray", NULL}, {"--transfers", "99999999999999999999"}, {"--patterns", "payroll"}, {"--patterns", "chain,"},
        {"--honest", "ecny"}, {"--new-channel", "cheese"}, {"--from-day", "30"}, {"--new-product", "gold"},
    };
    /* clang-format on */
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_generator *untouched = (struct mt_generator *)&options;
    char error[128] = "";

    if (_i == 0) {
        options.banks = 0;
        ck_assert_int_eq(mt_generator_create(&options, &untouched, error), MT_BAD_CONFIG);
        ck_assert_ptr_eq(untouched, &options);
        ck_assert_ptr_nonnull(strstr(error, "banks"));
    }
    char *arguments[] = {(char *)"generate", (char *)lines[_i][0], (char *)lines[_i][1], NULL};
    ck_assert_int_eq(mt_generate_main(lines[_i][1] == NULL ? 2 : 3, arguments), 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("generate");
    TCase *tests = tcase_create("stream");
    SRunner *runner;
    int failed;

    tcase_set_timeout(tests, 240);
    tcase_add_test(tests, same_seed_same_bytes);
    tcase_add_test(tests, networks_and_truth_say_the_same);
    tcase_add_loop_test(tests, transfers_are_in_order_and_sane, 0, SHAPE_COUNT);
    tcase_add_loop_test(tests, laundering_is_what_it_claims, 0, 4);
    tcase_add_test(tests, memory_does_not_grow_with_transfers);
    tcase_add_test(tests, accounts_have_numbers_of_their_own);
    tcase_add_test(tests, words_say_what_the_numbers_say);
    tcase_add_test(tests, innocent_money_also_moves_on);
    tcase_add_loop_test(tests, bad_options_are_refused, 0, 16);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
