/*
 * Alerts: what alert.c prints of three drawn findings is, byte for byte, the examples beside the schema, and keeps to it. After
 * a change that is meant, MT_WRITE_EXAMPLES=1 writes the examples anew; the diff then shows what readers of the topic will see.
 *
 * account_day: E ──800──► A, F ──700──► A, A ──1470──► B: a collector, as its signs say
 * chain:       A ──1000──► B ──990──► C ──980──► D     with 5 paid in to B and 8 paid out of C, a part of a longer chain
 * round_trip:  A ──1000──► B ──990──► C ──980──► A
 */
#include "graph/account.h"
#include "graph/detectors.h"
#include "graph/points.h"
#include "json_schema.h"
#include "schemas/alert.h"
#include "support.h"

#define EXAMPLES MT_SOURCE_DIR "/schemas/examples/alert"
#define START_MS INT64_C(1795579200000) /* 2026-11-25T04:00:00Z */
#define DETECTED_MS (START_MS + 3600123)

/* Of which only what a finding states is asked. */
static const struct mt_lines lines = {.at = {[978] = {.line_minor = 1000000}}, .version = UINT64_C(0x0123456789abcdef)};
static const struct mt_points points = {.version = UINT64_C(0xfedcba9876543210)};

static json_t *schema;
static char content[MT_ALERT_BYTES_MAX / 64];
static char printed[MT_ALERT_BYTES_MAX / 64];

static struct mt_finding_transfer transfer(const char *id, char debtor, char creditor, int64_t minor, int minutes)
{
    struct mt_finding_transfer made = {.time_ms = START_MS + minutes * 60000, .minor = minor, .currency = 978};

    memset(made.key.bytes, id[1], sizeof made.key.bytes);
    memset(made.debtor.bytes, debtor, sizeof made.debtor.bytes);
    memset(made.creditor.bytes, creditor, sizeof made.creditor.bytes);
    made.rail = MT_RAIL_INSTANT;
    made.id_size = (uint8_t)strlen(id);
    memcpy(made.id, id, made.id_size);
    return made;
}

/* A mark by its code. */
static uint8_t sign_of(const struct mt_marks *marks, const char *code)
{
    for (uint32_t m = 0; m < marks->count; m++)
        if (strcmp(marks->at[m].code, code) == 0)
            return (uint8_t)(marks->first_sign + 1 + m);
    ck_abort_msg("no mark %s", code);
}

static uint8_t detector_of(const char *name)
{
    for (uint32_t d = 0; d < mt_detector_count; d++)
        if (strcmp(mt_detectors[d].name, name) == 0)
            return (uint8_t)(MT_SIGN_DETECTOR + d);
    ck_abort_msg("no detector %s", name);
}

static void finding_init(struct mt_finding *finding)
{
    static struct mt_finding_sign signs[2];

    memset(signs, 0, sizeof signs);
    signs[0] = (struct mt_finding_sign){.measured = {15, 60, MT_AT_MOST, {0}}, .points = 41, .sign = sign_of(&mt_chain_marks, "brief_stay")};
    signs[1] = (struct mt_finding_sign){.measured = {1, 1, MT_AT_LEAST, {0}}, .points = -10, .sign = sign_of(&mt_chain_marks, "known_payer")};
    finding->signs = signs;
    finding->sign_count = 2;
    finding->score = 31;
    finding->id = finding->transfers[0].key;
    finding->passed_permille = 989;
    finding->carried_minor = 98000;
    finding->carried_permille = 980;
    finding->dwell_median_ms = 15 * 60000;
}

static void label_find(void *self, const struct mt_token *account, struct mt_label *out_label)
{
    /* Of D nothing is known. */
    if (account->bytes[0] != 'D')
        snprintf(out_label->text, sizeof out_label->text, "BANKDEFF …%c%c%c%c", account->bytes[0], account->bytes[1],
                 account->bytes[2], account->bytes[3]);
}

static size_t print_chain(void)
{
    struct mt_rules rules = mt_rules_default();
    struct mt_finding_transfer transfers[] = {
        transfer("t1", 'A', 'B', 100000, 0), transfer("t2", 'B', 'C', 99000, 10), transfer("t3", 'C', 'D', 98000, 30),
        transfer("t4", 'E', 'B', 500, 5),    transfer("t5", 'C', 'F', 800, 20),
    };
    struct mt_finding_link links[] = {
        {.from = 0, .to = 1, .given = 98500, .received = 98500, .kind = MT_LINK_MAIN},
        {.from = 1, .to = 2, .given = 98000, .received = 98000, .kind = MT_LINK_MAIN},
        {.from = 3, .to = 1, .given = 500, .received = 500, .kind = MT_LINK_IN},
        {.from = 1, .to = 4, .given = 800, .received = 800, .kind = MT_LINK_OUT},
    };
    struct mt_finding finding = {.transfer_count = 5, .spine_count = 3, .link_count = 4, .branch_count = 3, .branch_hidden = 1,
                                 .continues_after = 1, .transfers = transfers, .links = links};

    transfers[1].conflict = 1;
    transfers[3].role = MT_ROLE_IN;
    transfers[3].ambiguous = 1;
    transfers[4].role = MT_ROLE_OUT;
    transfers[4].kind = MT_KIND_CASH_OUT;
    transfers[4].rail = MT_RAIL_CASH;
    memset(finding.after.bytes, '6', sizeof finding.after.bytes);
    finding_init(&finding);
    return mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, content, sizeof content);
}

static size_t print_round_trip(void)
{
    struct mt_rules rules = mt_rules_default();
    struct mt_finding_transfer transfers[] = {transfer("t1", 'A', 'B', 100000, 0), transfer("t2", 'B', 'C', 99000, 10),
                                              transfer("t3", 'C', 'A', 98000, 30)};
    struct mt_finding_link links[] = {
        {.from = 0, .to = 1, .given = 99000, .received = 99000, .kind = MT_LINK_MAIN},
        {.from = 1, .to = 2, .given = 98000, .received = 98000, .kind = MT_LINK_MAIN},
    };
    struct mt_finding finding = {.transfer_count = 3, .spine_count = 3, .link_count = 2, .round_to = 2, .round_hops = 3,
                                 .transfers = transfers, .links = links};

    finding_init(&finding);
    return mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, content, sizeof content);
}

static size_t print_account_day(void)
{
    struct mt_rules rules = mt_rules_default();
    struct mt_finding_transfer transfers[] = {transfer("t1", 'E', 'A', 80000, 0), transfer("t2", 'F', 'A', 70000, 10),
                                              transfer("t3", 'A', 'B', 147000, 40)};
    struct mt_finding_sign signs[] = {
        {.measured = {4, 4, MT_AT_LEAST, {0}}, .sign = detector_of("collector")},
        {.measured = {1000, 800, MT_AT_LEAST, {0}}, .sign = detector_of("pass_through")},
        {.measured = {147000, 100000, MT_AT_LEAST, {0}}, .points = 59, .sign = sign_of(&mt_account_marks, "new_large")},
        {.measured = {35, 60, MT_AT_MOST, {0}}, .points = 9, .sign = sign_of(&mt_account_marks, "brief_stay")},
    };
    struct mt_finding finding = {.type = MT_FINDING_ACCOUNT, .transfer_count = 3, .branch_count = 5, .branch_hidden = 2, .currency = 978,
                                 .money_in = 150000, .money_out = 147000, .transfers = transfers, .signs = signs, .sign_count = 4, .score = 68};
    struct mt_account_day day = {transfers[0].creditor, mt_day_of_time(START_MS)};

    transfers[0].role = transfers[1].role = MT_ROLE_IN;
    transfers[2].role = MT_ROLE_OUT;
    finding.account = day.account;
    finding.day_ms = day.day * MT_DAY_MS;
    finding.id = mt_account_key(&day);
    return mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, content, sizeof content);
}

/* E, who is on a list, ──90──► A ──85──► B, by a device that is */
static size_t print_listed_day(void)
{
    static const char record[] = "\"list\":\"telecom-fraud\",\"entry\":\"E-2026-17\",\"level\":\"regulator\",\"authority\":\"Police of the City\","
                                 "\"basis\":\"Mule account; case 26/4711\",\"appeal\":\"Within 14 days, form C-7\",\"from\":\"2026-01-01T00:00:00Z\","
                                 "\"until\":\"2028-01-01T00:00:00Z\",\"state\":\"active\",\"since\":\"2026-01-01T00:00:00Z\"";
    struct mt_rules rules = mt_rules_default();
    struct mt_finding_transfer transfers[] = {transfer("t1", 'E', 'A', 9000, 0), transfer("t2", 'A', 'B', 8500, 25)};
    struct mt_finding_sign signs[] = {
        {.measured = {1, 1, MT_AT_LEAST, {0}}, .points = 140, .sign = detector_of("listed")},
        {.measured = {1, 1, MT_AT_LEAST, {0}}, .points = 65, .sign = detector_of("listed_passed_on")},
        {.measured = {1, 1, MT_AT_LEAST, {0}}, .points = 5, .sign = detector_of("listed_counterparty")},
        {.measured = {35, 60, MT_AT_MOST, {0}}, .points = 9, .sign = sign_of(&mt_account_marks, "brief_stay")},
    };
    struct mt_finding_listing listings[] = {
        {.subject = transfers[0].debtor, .text = record, .text_size = sizeof record - 1, .kind = MT_SUBJECT_ACCOUNT},
        {.subject.bytes = {0xd0}, .text = record, .text_size = sizeof record - 1, .kind = MT_INDICATOR_DEVICE},
    };
    struct mt_finding finding = {.type = MT_FINDING_ACCOUNT, .transfer_count = 2, .branch_count = 2, .currency = 978, .money_in = 9000, .money_out = 8500,
                                 .transfers = transfers, .signs = signs, .sign_count = 4, .score = 100, .listing_count = 2, .listing_hidden = 1, .listings = listings};
    struct mt_account_day day = {transfers[0].creditor, mt_day_of_time(START_MS)};

    transfers[0].role = MT_ROLE_IN;
    transfers[1].role = MT_ROLE_OUT;
    finding.account = day.account;
    finding.day_ms = day.day * MT_DAY_MS;
    finding.id = mt_account_key(&day);
    return mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, content, sizeof content);
}

START_TEST(live_findings_print_as_the_examples)
{
    size_t size = print_chain();

    ck_assert_uint_gt(size, 0);
    example_check(schema, EXAMPLES "/good/scanned.json", content, size);
    size_t alert_size = mt_alert_print(content, size, 2, DETECTED_MS, printed, sizeof printed);

    example_check(schema, EXAMPLES "/good/live.json", printed, alert_size);
    size = print_round_trip();
    ck_assert_uint_gt(size, 0);
    example_check(schema, EXAMPLES "/good/round_trip.json", printed, mt_alert_print(content, size, 1, DETECTED_MS, printed, sizeof printed));
    size = print_account_day();
    ck_assert_uint_gt(size, 0);
    example_check(schema, EXAMPLES "/good/account_day.json", printed, mt_alert_print(content, size, 1, DETECTED_MS, printed, sizeof printed));
    size = print_listed_day();
    ck_assert_uint_gt(size, 0);
    example_check(schema, EXAMPLES "/good/listed.json", printed, mt_alert_print(content, size, 1, DETECTED_MS, printed, sizeof printed));
}
END_TEST

/* Two numbers that are worth something together are both told. */
START_TEST(a_pair_prints_both)
{
    struct mt_rules rules = mt_rules_default();
    struct mt_finding_transfer transfers[] = {transfer("t1", 'A', 'B', 100000, 0)};
    struct mt_finding finding = {.transfer_count = 1, .spine_count = 1, .transfers = transfers};
    uint8_t pair = (uint8_t)(mt_chain_marks.first_sign + 1 + mt_chain_marks.count);

    ck_assert_uint_gt(mt_chain_marks.pair_count, 0);
    finding_init(&finding);
    finding.signs[1] = (struct mt_finding_sign){.measured = {3, 4, MT_BELOW, {0}}, .with = {-1, 60, MT_ABOVE, {0}}, .points = 5, .sign = pair};
    size_t size = mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, content, sizeof content);
    json_t *alert = json_loadb(content, size, JSON_REJECT_DUPLICATES, NULL), *sign = json_array_get(json_object_get(alert, "signs"), 1);
    json_t *with = json_object_get(sign, "with");

    ck_assert_str_eq(json_string_value(json_object_get(sign, "code")), mt_sign_code(pair));
    ck_assert_int_eq(json_integer_value(json_object_get(sign, "below")), 4);
    ck_assert_str_eq(json_string_value(json_object_get(with, "code")), mt_sign_with_code(pair));
    ck_assert_int_eq(json_integer_value(json_object_get(with, "above")), 60);
    json_decref(alert);
}
END_TEST

START_TEST(ends_print_as_the_examples)
{
    struct mt_transfer_key id, into;

    memset(id.bytes, '1', sizeof id.bytes);
    memset(into.bytes, '0', sizeof into.bytes);
    example_check(schema, EXAMPLES "/good/withdrawn.json", printed, mt_alert_end_print(&id, NULL, 3, DETECTED_MS, printed, sizeof printed));
    example_check(schema, EXAMPLES "/good/merged.json", printed, mt_alert_end_print(&id, &into, 3, DETECTED_MS, printed, sizeof printed));
}
END_TEST

static bool has_text(json_t *words, const char *text)
{
    size_t index;
    json_t *word;

    json_array_foreach(words, index, word)
        if (strcmp(json_string_value(word), text) == 0)
            return true;
    return false;
}

/* The schema names every detector and mark, and no other. */
START_TEST(schema_names_every_kind)
{
    json_t *defs = json_object_get(schema, "$defs");
    json_t *kinds = json_object_get(json_object_get(json_object_get(json_object_get(defs, "live_account"), "properties"), "kind"), "enum");

    for (uint32_t i = 0; i < mt_detector_count; i++)
        ck_assert_msg(has_text(kinds, mt_sign_code((uint8_t)i)), "no kind %s", mt_sign_code((uint8_t)i));
    ck_assert_uint_eq(json_array_size(kinds), mt_detector_count);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    struct mt_rules rules = mt_rules_default();
    struct mt_finding_transfer transfers[] = {transfer("t1", 'A', 'B', 100000, 0)};
    struct mt_finding finding = {.transfer_count = 1, .spine_count = 1, .transfers = transfers};
    size_t size;

    finding_init(&finding);
    size = mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, content, sizeof content);
    ck_assert_uint_gt(size, 0);
    for (size_t capacity = 0; capacity <= size; capacity++)
        ck_assert_uint_eq(mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, printed, capacity), 0);
    ck_assert_uint_eq(mt_alert_content_print(&finding, &(struct mt_lore){.rules = &rules, .lines = &lines, .points = &points}, label_find, NULL, printed, size + 1), size);
    ck_assert_uint_eq(mt_alert_print(content, size, 1, DETECTED_MS, printed, size), 0);
}
END_TEST

static void required_check(const char *name, const char *bytes, size_t size)
{
    static const char *const keys[] = {"v", "id", "state"};
    json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);

    ck_assert_msg(value != NULL, "%s is not JSON", name);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        ck_assert_msg(json_object_get(value, keys[i]) != NULL, "%s has no %s", name, keys[i]);
    /* Links name transfers by n, which a schema cannot tie together. */
    const json_t *links = json_object_get(value, "links"), *transfers = json_object_get(value, "transfers");

    for (size_t i = 0; i < json_array_size(links); i++) {
        const json_t *link = json_array_get(links, i);

        ck_assert_int_le(json_integer_value(json_object_get(link, "from")), (json_int_t)json_array_size(transfers));
        ck_assert_int_le(json_integer_value(json_object_get(link, "to")), (json_int_t)json_array_size(transfers));
    }
    json_decref(value);
}

static void good_check(const char *name, const char *bytes, size_t size)
{
    char why[256];
    json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);

    required_check(name, bytes, size);
    ck_assert_msg(schema_valid(schema, value, why), "%s: %s", name, why);
    json_decref(value);
}

static void bad_check(const char *name, const char *bytes, size_t size)
{
    example_refused(schema, name, bytes, size);
}

START_TEST(examples_hold_what_readers_need)
{
    ck_assert_int_eq(folder_visit(EXAMPLES "/good", good_check), 9);
    ck_assert_int_gt(folder_visit(EXAMPLES "/bad", bad_check), 5);
}
END_TEST

static void set_up(void)
{
    schema = schema_load("alert");
}

static void tear_down(void)
{
    json_decref(schema);
}

int main(void)
{
    Suite *suite = suite_create("alert");
    TCase *cases = tcase_create("alert");

    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, live_findings_print_as_the_examples);
    tcase_add_test(cases, a_pair_prints_both);
    tcase_add_test(cases, ends_print_as_the_examples);
    tcase_add_test(cases, schema_names_every_kind);
    tcase_add_test(cases, what_does_not_fit_is_refused);
    tcase_add_test(cases, examples_hold_what_readers_need);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
