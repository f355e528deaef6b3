/*
 * alert_read: what alert.c printed comes back; the examples are read, with and without fields that a newer worker adds or leaves out; broken
 * ones are refused and the output left alone.
 */
#include "graph/points.h"
#include "schemas/alert_read.h"
#include "support.h"

#include <jansson.h>

#define EXAMPLES MT_SOURCE_DIR "/schemas/examples/alert"
#define ROUNDS 300

/* Of which only what a finding states is asked. */
static const struct mt_lines lines = {.at = {[978] = {.line_minor = 1000000}}, .version = UINT64_C(0x0123456789abcdef)};
static const struct mt_points points = {.version = UINT64_C(0xfedcba9876543210)};

static char content[1 << 20];
static char again[1 << 20];

static void label_find(void *self, const struct mt_token *account, struct mt_label *out_label)
{
    (void)self;
    snprintf(out_label->text, sizeof out_label->text, "BANK …%02x\"%02x", account->bytes[0], account->bytes[1]);
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static void bytes_fill(uint64_t *seed, uint8_t bytes[16])
{
    for (size_t i = 0; i < 16; i++)
        bytes[i] = (uint8_t)next(seed);
}

static void transfer_fill(uint64_t *seed, struct mt_finding_transfer *transfer)
{
    static const uint16_t currencies[] = {978, 392, 414, 840}; /* with 2, 0, 3 and 2 decimals */

    bytes_fill(seed, transfer->key.bytes);
    bytes_fill(seed, transfer->debtor.bytes);
    bytes_fill(seed, transfer->creditor.bytes);
    transfer->time_ms = (int64_t)(next(seed) * 1000 + next(seed) % 2 * 123);
    transfer->minor = (int64_t)(next(seed) << next(seed) % 30);
    transfer->currency = currencies[next(seed) % 4];
    transfer->kind = (uint8_t)(next(seed) % MT_KIND_COUNT);
    transfer->rail = (uint8_t)(next(seed) % MT_RAIL_COUNT);
    transfer->conflict = next(seed) % 2;
    transfer->ambiguous = next(seed) % 2;
    transfer->id_size = (uint8_t)snprintf(transfer->id, sizeof transfer->id, "T \"%u\" §", (unsigned)next(seed));
}

/* The stay that as many are shorter than or as long as, or one more. */
static int64_t stay_naive(const struct mt_finding_transfer *spine, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        int64_t stay = spine[i].time_ms - spine[i - 1].time_ms;
        uint32_t shorter = 0, longer = 0;

        for (uint32_t j = 1; j < count; j++) {
            shorter += spine[j].time_ms - spine[j - 1].time_ms < stay;
            longer += spine[j].time_ms - spine[j - 1].time_ms > stay;
        }
        if (shorter <= (count - 1) / 2 && longer < count - 1 - (count - 1) / 2)
            return stay;
    }
    return 0;
}

static void finding_fill(uint64_t *seed, struct mt_finding *finding, struct mt_finding_transfer *transfers, uint32_t count)
{
    *finding = (struct mt_finding){.transfer_count = count, .spine_count = 1 + (uint32_t)next(seed) % count, .transfers = transfers};
    memset(transfers, 0, count * sizeof *transfers);
    for (uint32_t i = 0; i < count; i++) {
        transfer_fill(seed, &transfers[i]);
        transfers[i].role = i < finding->spine_count ? MT_ROLE_SPINE : (uint8_t)(MT_ROLE_IN + next(seed) % 3);
    }
    finding->id = transfers[0].key;
    finding->score = (uint8_t)(next(seed) % 101);
    finding->hub_end = next(seed) % 2;
    finding->branch_hidden = (uint32_t)next(seed) % 3;
    finding->branch_count = count - finding->spine_count + finding->branch_hidden;
    finding->round_hops = next(seed) % 2 == 0 ? finding->spine_count : 0;
    finding->round_to = finding->round_hops > 0 ? finding->spine_count - 1 : 0;
    finding->passed_permille = (int64_t)(next(seed) % 1001);
    finding->dwell_median_ms = stay_naive(transfers, finding->spine_count);
}

START_TEST(what_was_printed_comes_back)
{
    struct mt_rules rules = mt_rules_default();
    uint64_t seed = 7;

    for (int round = 0; round < ROUNDS; round++) {
        struct mt_finding_transfer transfers[40];
        struct mt_finding finding, *read;

        finding_fill(&seed, &finding, transfers, 1 + (uint32_t)next(&seed) % 40);
        size_t size = mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, content, sizeof content);
        ck_assert_uint_gt(size, 0);
        ck_assert_int_eq(mt_alert_read(content, size, NULL, NULL, &read), MT_OK);
        ck_assert_mem_eq(read->transfers, transfers, finding.transfer_count * sizeof *transfers);
        finding.links = read->links;
        finding.transfers = read->transfers;
        ck_assert(read->round_hops == finding.round_hops && read->score == finding.score && read->hub_end == finding.hub_end);
        ck_assert(read->branch_hidden == finding.branch_hidden && read->spine_count == finding.spine_count);
        finding.round_to = 0; /* no network needs it */
        ck_assert(mt_finding_equal(read, &finding));
        /* An alert is its content with a head. */
        size_t alert_size = mt_alert_print(content, size, 3, 1795579200000, again, sizeof again);
        struct mt_finding *from_alert;
        ck_assert_int_eq(mt_alert_read(again, alert_size, NULL, NULL, &from_alert), MT_OK);
        ck_assert(mt_finding_equal(read, from_alert));
        free(from_alert);
        free(read);
    }
}
END_TEST

static void label_count(void *self, const struct mt_token *account, const char *label)
{
    struct mt_label expected;

    label_find(NULL, account, &expected);
    ck_assert_str_eq(label, expected.text);
    ++*(int *)self;
}

START_TEST(labels_are_told_for_both_sides)
{
    struct mt_rules rules = mt_rules_default();
    struct mt_finding_transfer transfers[5];
    struct mt_finding finding, *read;
    uint64_t seed = 9;
    int told = 0;

    finding_fill(&seed, &finding, transfers, 5);
    size_t size = mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, content, sizeof content);
    ck_assert_int_eq(mt_alert_read(content, size, label_count, &told, &read), MT_OK);
    ck_assert_int_eq(told, 10);
    free(read);
}
END_TEST

/* What another worker may write: no hops, no spine's measures, signs, roles and kinds that are not known here. */
START_TEST(fields_that_come_and_go_are_tolerated)
{
    size_t size;
    char *example = file_read(EXAMPLES "/good/live.json", &size);
    json_t *json = json_loadb(example, size, 0, NULL);
    struct mt_finding *finding;

    static const char *const gone[] = {"hops", "carried", "carried_permille", "passed_permille", "stayed_median_seconds", "links", "signs", "branches", "limits"};
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        ck_assert_int_eq(json_object_del(json, gone[i]), 0);
    json_object_set_new(json, "signs", json_pack("[{s:s}]", "code", "night"));
    json_object_set_new(json, "cuts", json_pack("{s:b}", "hub_end", 1));
    json_t *transfers = json_object_get(json, "transfers");
    for (size_t i = 0; i < json_array_size(transfers); i++)
        json_object_set_new(json_array_get(transfers, i), "role", json_string(i % 2 == 0 ? "gathered" : "paid_in"));
    char *text = json_dumps(json, JSON_COMPACT);
    ck_assert_int_eq(mt_alert_read(text, strlen(text), NULL, NULL, &finding), MT_OK);
    ck_assert_uint_eq(finding->spine_count, 0);
    ck_assert_uint_eq(finding->hub_end, 0); /* of no chain */
    ck_assert_uint_eq(finding->transfer_count, json_array_size(transfers));
    free(finding);
    free(text);
    json_decref(json);
    free(example);
}
END_TEST

static void good_read(const char *name, const char *bytes, size_t size)
{
    struct mt_finding *finding = NULL;
    bool live = strcmp(name, "withdrawn.json") != 0 && strcmp(name, "merged.json") != 0;

    ck_assert_msg(mt_alert_read(bytes, size, NULL, NULL, &finding) == (live ? MT_OK : MT_BAD_EVENT), "%s", name);
    ck_assert_msg((finding != NULL) == live, "%s", name);
    free(finding);
}

/* Each prefix of a good one, and each with one byte changed: read or refused, never wrong. */
static void mutations_read(const char *name, const char *bytes, size_t size)
{
    char *copy = malloc(size);
    struct mt_finding *finding;

    size -= bytes[size - 1] == '\n'; /* without it, it is whole */
    for (size_t at = 0; at < size; at += 7) {
        finding = NULL;
        memcpy(copy, bytes, size);
        copy[at] = (char)(copy[at] ^ 0x15);
        enum mt_status status = mt_alert_read(copy, size, NULL, NULL, &finding);
        ck_assert_msg((status == MT_OK) == (finding != NULL) && (status == MT_OK || status == MT_BAD_EVENT), "%s at %zu", name, at);
        free(finding);
        finding = NULL;
        ck_assert_int_eq(mt_alert_read(bytes, at, NULL, NULL, &finding), MT_BAD_EVENT);
        ck_assert_ptr_null(finding);
    }
    free(copy);
}

START_TEST(examples_are_read)
{
    ck_assert_int_ge(folder_visit(EXAMPLES "/good", good_read), 6);
    folder_visit(EXAMPLES "/good", mutations_read);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alert_read");
    TCase *cases = tcase_create("alert_read");

    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, what_was_printed_comes_back);
    tcase_add_test(cases, labels_are_told_for_both_sides);
    tcase_add_test(cases, fields_that_come_and_go_are_tolerated);
    tcase_add_test(cases, examples_are_read);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
