/*
 * Networks as JSON, and what people decide about them: what is printed of drawn networks is, byte for byte, the examples beside the schemas, and
 * keeps to them (MT_WRITE_EXAMPLES=1 writes them anew); sums and looks by hand; which changes reopen a dismissed network.
 *
 *   A ──1000──► B ──990──► C ──980──► D      finding 1, chain        E ──500──► B      finding 2 shares B ──990──► C
 */
#include "graph/analysis.h"
#include "json_schema.h"
#include "schemas/network_print.h"
#include "support.h"
#include "workers/analyst/label_book.h"
#include "workers/analyst/review.h"

#define EXAMPLES MT_SOURCE_DIR "/schemas/examples"
#define START_MS INT64_C(1795579200000) /* 2026-11-25T04:00:00Z */

static json_t *schema, *label_schema;
static char printed[1 << 20];
static char members[1 << 16];

static struct mt_finding_transfer transfer(const char *words, int64_t minor, int minutes)
{
    struct mt_finding_transfer made = {.time_ms = START_MS + minutes * 60000, .minor = minor, .currency = 978, .id_size = 2};

    memset(made.key.bytes, words[2], sizeof made.key.bytes);
    memset(made.debtor.bytes, words[0], sizeof made.debtor.bytes);
    memset(made.creditor.bytes, words[1], sizeof made.creditor.bytes);
    memcpy(made.id, "t?", 2);
    made.id[1] = words[2];
    return made;
}

static void label_find(void *self, const struct mt_token *account, struct mt_label *out_label)
{
    (void)self;
    if (account->bytes[0] != 'D') /* of D nothing is known */
        snprintf(out_label->text, sizeof out_label->text, "BANKDEFF …%c%c%c%c", account->bytes[0], account->bytes[0], account->bytes[0], account->bytes[0]);
}

/* The two findings of the drawing, and what is made of them. */
struct scene {
    struct mt_finding_transfer transfers[2][8];
    struct mt_finding findings[2];
    const struct mt_finding *list[2];
    struct mt_networks networks;
    struct mt_network_view view;
};

static void scene_draw(struct scene *scene)
{
    *scene = (struct scene){.findings = {{.score = 61, .transfer_count = 3, .spine_count = 3}, {.score = 48, .transfer_count = 2, .spine_count = 2}}};
    scene->transfers[0][0] = transfer("AB1", 100000, 0);
    scene->transfers[0][1] = transfer("BC2", 99000, 10);
    scene->transfers[0][2] = transfer("CD3", 98000, 30);
    scene->transfers[1][0] = transfer("EB4", 50000, 5);
    scene->transfers[1][1] = transfer("BC2", 99000, 10);
    for (int i = 0; i < 2; i++) {
        scene->findings[i].transfers = scene->transfers[i];
        scene->findings[i].id = scene->transfers[i][0].key;
        scene->list[i] = &scene->findings[i];
    }
}

static void scene_view(struct scene *scene, size_t count)
{
    ck_assert_int_eq(mt_networks_find(scene->list, count, &scene->networks), MT_OK);
    ck_assert_uint_eq(scene->networks.count, 1);
    ck_assert_int_eq(mt_network_view_make(scene->list, &scene->networks.at[0], &scene->view), MT_OK);
}

static void scene_end(struct scene *scene)
{
    mt_network_view_free(&scene->view);
    mt_networks_destroy(&scene->networks);
}

/*
 * A scatter-gather over two networks, of which the first has three of four transfers:
 *
 *   A ──1000──► B ──990──► D     A ──500──► C      A's day and B's: networks joined by A ──► B
 *                                C ──490──► D      C's day: a network of its own, with another's payment into C
 */
static void shapes_draw(struct scene *scene)
{
    *scene = (struct scene){.findings = {{.score = 71, .transfer_count = 3}, {.score = 66, .transfer_count = 2}}};
    scene->transfers[0][0] = transfer("AB1", 100000, 0);
    scene->transfers[0][1] = transfer("AC2", 50000, 5);
    scene->transfers[0][2] = transfer("BD3", 99000, 10);
    scene->transfers[1][0] = transfer("EC4", 700, 6);
    scene->transfers[1][1] = transfer("CD5", 49000, 20);
    for (int i = 0; i < 2; i++) {
        scene->findings[i].transfers = scene->transfers[i];
        scene->findings[i].id = scene->transfers[i][0].key;
        scene->list[i] = &scene->findings[i];
    }
}

static struct mt_network_tell tell_of(const struct scene *scene, const char *review, uint32_t most)
{
    return (struct mt_network_tell){.view = &scene->view, .label_find = label_find, .review = review, .findings_most = most,
                                    .communities_most = most, .accounts_most = most, .shapes_most = most};
}

static json_t *decide(const struct scene *scene, enum mt_review_state state, const json_t *earlier)
{
    const struct mt_decision decision = {.state = state, .by = "anna", .to = state == MT_REVIEW_ASSIGNED ? "bo" : NULL,
                                         .reason = state == MT_REVIEW_ASSIGNED ? NULL : "payroll of a \"small\" shop"};

    ck_assert_ptr_null(mt_decision_check(&decision));
    json_t *record = mt_review_record(&scene->view, &decision, START_MS + 7200000, &earlier, earlier != NULL ? 1 : 0);
    ck_assert_ptr_nonnull(record);
    return record;
}

/* The network's JSON with the state that a record means for it now. */
static size_t print_reviewed(const struct scene *scene, json_t *take_record)
{
    struct mt_print print = mt_print_into(members, sizeof members);
    struct mt_review review;

    mt_review_judge(take_record, &scene->view, &review);
    mt_review_print(&review, &print);
    ck_assert_uint_gt(mt_print_end(&print), 0);
    mt_review_free(&review);
    const struct mt_network_tell tell = tell_of(scene, members, UINT32_MAX);
    return mt_network_print(&tell, printed, sizeof printed);
}

START_TEST(networks_print_as_the_examples)
{
    static struct scene scene;

    scene_draw(&scene);
    scene_view(&scene, 2);
    const struct mt_network_tell scanned = tell_of(&scene, NULL, UINT32_MAX), listed = tell_of(&scene, NULL, 1);
    example_check(schema, EXAMPLES "/network/good/scanned.json", printed, mt_network_print(&scanned, printed, sizeof printed));
    example_check(schema, EXAMPLES "/network/good/listed.json", printed, mt_network_print(&listed, printed, sizeof printed));
    example_check(schema, EXAMPLES "/network/good/new.json", printed, print_reviewed(&scene, NULL));
    json_t *assigned = decide(&scene, MT_REVIEW_ASSIGNED, NULL), *dismissed = decide(&scene, MT_REVIEW_DISMISSED, assigned);
    example_check(schema, EXAMPLES "/network/good/assigned.json", printed, print_reviewed(&scene, assigned));
    example_check(label_schema, EXAMPLES "/label/good/dismissed.json", members, mt_review_label_print(dismissed, members, sizeof members));
    example_check(schema, EXAMPLES "/network/good/dismissed.json", printed, print_reviewed(&scene, json_incref(dismissed)));
    mt_network_view_free(&scene.view);
    scene.transfers[0][3] = transfer("CF5", 700, 40);
    scene.findings[0].transfer_count++;
    mt_networks_destroy(&scene.networks);
    scene_view(&scene, 2);
    example_check(schema, EXAMPLES "/network/good/reopened.json", printed, print_reviewed(&scene, dismissed));
    scene_end(&scene);
}
END_TEST

START_TEST(a_shape_is_told_in_each_network_that_has_part_in_it)
{
    static struct scene scene;

    shapes_draw(&scene);
    ck_assert_int_eq(mt_networks_find(scene.list, 2, &scene.networks), MT_OK);
    ck_assert_uint_eq(scene.networks.count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        ck_assert_int_eq(mt_network_view_make(scene.list, &scene.networks.at[i], &scene.view), MT_OK);
        const struct mt_network_tell tell = tell_of(&scene, NULL, UINT32_MAX);
        example_check(schema, i == 0 ? EXAMPLES "/network/good/shape.json" : EXAMPLES "/network/good/shape_elsewhere.json", printed,
                      mt_network_print(&tell, printed, sizeof printed));
        mt_network_view_free(&scene.view);
    }
    mt_networks_destroy(&scene.networks);
}
END_TEST

/* Whatever room there is, what is not shown is counted. */
START_TEST(shapes_that_do_not_fit_are_counted)
{
    static struct scene scene;
    char why[256] = "";
    size_t least = 0, with_shape = 0;

    shapes_draw(&scene);
    ck_assert_int_eq(mt_networks_find(scene.list, 2, &scene.networks), MT_OK);
    ck_assert_int_eq(mt_network_view_make(scene.list, &scene.networks.at[0], &scene.view), MT_OK);
    const struct mt_network_tell tell = tell_of(&scene, NULL, UINT32_MAX);
    size_t size = mt_network_print(&tell, printed, sizeof printed);
    for (size_t capacity = 1; capacity <= 2 * size; capacity++) {
        size_t fits = mt_network_print(&tell, printed, capacity);
        if (fits == 0) {
            ck_assert_uint_eq(least, 0);
            continue;
        }
        least = least == 0 ? capacity : least;
        json_t *value = json_loadb(printed, fits, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_msg(value != NULL && (capacity % 50 != 0 || schema_valid(schema, value, why)), "%zu: %s", capacity, why);
        size_t shown = json_array_size(json_object_get(value, "shapes"));
        ck_assert_int_eq(shown + (size_t)json_integer_value(json_object_get(value, "shapes_hidden")), 1);
        with_shape += shown;
        json_decref(value);
    }
    ck_assert(least > 0 && with_shape > 0 && with_shape < 2 * size - least);
    mt_network_view_free(&scene.view);
    mt_networks_destroy(&scene.networks);
}
END_TEST

START_TEST(sums_and_looks_by_hand)
{
    static struct scene scene;

    scene_draw(&scene);
    scene.transfers[1][2] = transfer("EB6", 5, 50);
    scene.transfers[1][2].currency = 392; /* yen: a sum of its own */
    scene.findings[1].transfer_count++;
    scene_view(&scene, 2);
    ck_assert_uint_eq(scene.view.transfer_count, 5);
    ck_assert_uint_eq(scene.view.money_count, 2);
    ck_assert_int_eq(scene.view.money[0].entered, 150000); /* by A and E */
    ck_assert_int_eq(scene.view.money[0].left, 98000);
    ck_assert_int_eq(scene.view.money[0].moved, 347000);
    ck_assert_int_eq(scene.view.money[1].moved, 5);
    ck_assert_uint_eq(scene.view.best_finding, 0);
    ck_assert_uint_eq(scene.networks.at[0].accounts[scene.view.through].account.bytes[0], 'B'); /* 990.00 through it, C 980.00 */
    ck_assert_uint_eq(scene.networks.at[0].accounts[scene.view.last_stop].account.bytes[0], 'D');
    ck_assert_int_eq(mt_network_view_sum(&scene.view, scene.view.last_stop, 978)->in_last_ms, START_MS + 30 * 60000);
    ck_assert_ptr_null(mt_network_view_sum(&scene.view, scene.view.last_stop, 392));
    scene_end(&scene);
    /* What does not fit is not told, and is larger than what does. */
    scene.transfers[0][0].minor = INT64_MAX;
    scene_view(&scene, 2);
    ck_assert_int_eq(scene.view.money[0].entered, -1);
    const struct mt_network_tell tell = tell_of(&scene, NULL, UINT32_MAX);
    size_t size = mt_network_print(&tell, printed, sizeof printed);
    ck_assert(size > 0 && strstr(printed, "\"currency\":\"EUR\",\"transfers\":4,\"left\":\"980.00\"}") != NULL);
    scene_end(&scene);
}
END_TEST

START_TEST(accounts_that_do_not_fit_are_counted)
{
    static struct scene scene;
    char why[256] = "";
    size_t least = 0;

    scene_draw(&scene);
    scene_view(&scene, 2);
    const struct mt_network_tell tell = tell_of(&scene, NULL, UINT32_MAX);
    size_t size = mt_network_print(&tell, printed, sizeof printed);
    for (size_t capacity = 1; capacity <= size + 200; capacity++) {
        size_t fits = mt_network_print(&tell, printed, capacity);
        if (fits == 0) {
            ck_assert_uint_eq(least, 0);
            continue;
        }
        least = least == 0 ? capacity : least;
        json_t *value = json_loadb(printed, fits, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_msg(value != NULL && (capacity % 50 != 0 || schema_valid(schema, value, why)), "%zu: %s", capacity, why);
        ck_assert_int_eq(json_array_size(json_object_get(value, "accounts")) + json_integer_value(json_object_get(value, "accounts_hidden")), 5);
        json_decref(value);
    }
    ck_assert_uint_gt(least, 0);
    scene_end(&scene);
}
END_TEST

/* Draws, changes, and tells the state of a network that was dismissed as it was drawn. */
static struct mt_review after(json_t *dismissed, struct scene *scene, size_t count)
{
    struct mt_review review;

    scene_view(scene, count);
    mt_review_judge(json_incref(dismissed), &scene->view, &review);
    json_decref(dismissed); /* the test has its own */
    scene_end(scene);
    return review;
}

START_TEST(what_reopens_a_dismissed_network)
{
    static struct scene scene;
    struct mt_review review;

    scene_draw(&scene);
    scene_view(&scene, 2);
    json_t *dismissed = decide(&scene, MT_REVIEW_DISMISSED, NULL);
    scene_end(&scene);
    review = after(dismissed, &scene, 2);
    ck_assert_int_eq(review.state, MT_REVIEW_DISMISSED);
    scene.findings[0].score = 99; /* another version of the score looks at the same money */
    review = after(dismissed, &scene, 2);
    ck_assert_int_eq(review.state, MT_REVIEW_DISMISSED);
    review = after(dismissed, &scene, 1); /* a finding is gone */
    ck_assert(review.state == MT_REVIEW_DISMISSED && review.findings_new == 0 && review.transfers_new == 0);
    scene.transfers[0][2].minor++; /* a report corrects an amount */
    review = after(dismissed, &scene, 2);
    ck_assert(review.state == MT_REVIEW_REOPENED && review.transfers_new == 1 && review.findings_new == 0);
    scene_draw(&scene);
    scene.transfers[0][2].time_ms++;
    review = after(dismissed, &scene, 2);
    ck_assert(review.state == MT_REVIEW_REOPENED && review.transfers_new == 1);
    scene_draw(&scene);
    scene.findings[1].branch_hidden++; /* one more branch, which is not shown */
    review = after(dismissed, &scene, 2);
    ck_assert(review.state == MT_REVIEW_REOPENED && review.findings_new == 1 && review.transfers_new == 0);
    scene_draw(&scene);
    scene.findings[1].id = transfer("AB0", 1, 1).key; /* another finding over the same transfers: the network's id moves too */
    review = after(dismissed, &scene, 2);
    ck_assert(review.state == MT_REVIEW_REOPENED && review.findings_new == 1);
    json_decref(dismissed);
}
END_TEST

START_TEST(a_confirmed_network_stays_so_and_tells_what_is_new)
{
    static struct scene scene;
    struct mt_review review;

    scene_draw(&scene);
    scene_view(&scene, 1);
    json_t *confirmed = decide(&scene, MT_REVIEW_CONFIRMED, NULL);
    scene_end(&scene);
    review = after(confirmed, &scene, 2);
    ck_assert(review.state == MT_REVIEW_CONFIRMED && review.findings_new == 1 && review.transfers_new == 1);
    json_decref(confirmed);
}
END_TEST

START_TEST(history_keeps_the_newest)
{
    static struct scene scene;
    json_t *record = NULL;

    scene_draw(&scene);
    scene_view(&scene, 2);
    for (int i = 0; i < MT_REVIEW_HISTORY_MAX + 5; i++) {
        json_t *next = decide(&scene, i % 2 == 0 ? MT_REVIEW_ASSIGNED : MT_REVIEW_CONFIRMED, record);

        json_decref(record);
        record = next;
    }
    const json_t *history = json_object_get(record, "history");
    ck_assert_uint_eq(json_array_size(history), MT_REVIEW_HISTORY_MAX);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(history, 0), "state")), "confirmed");
    ck_assert_uint_gt(print_reviewed(&scene, record), 0);
    scene_end(&scene);
}
END_TEST

static const struct {
    const char *body, *wrong;
} bodies[] = {
    {"{\"state\":\"dismissed\",\"by\":\"anna\",\"reason\":\"rent\"}", NULL},
    {"{\"state\":\"assigned\",\"by\":\"anna\",\"to\":\"bo\"}", NULL},
    {"{\"state\":\"confirmed\",\"by\":\"Zoë\",\"reason\":\"因为\",\"hash\":\"00\"}", NULL},
    {"", "not_json"},
    {"[]", "not_json"},
    {"{\"state\":\"dismissed\",\"state\":\"dismissed\"}", "not_json"},
    {"{\"state\":\"dismissed\",\"by\":\"anna\",\"reason\":\"rent\"} x", "not_json"},
    {"{\"state\":\"dismissed\",\"by\":\"\xff\",\"reason\":\"rent\"}", "not_json"},
    {"{\"state\":\"dismissed\",\"by\":\"a\\u0000b\",\"reason\":\"rent\"}", "not_json"},
    {"{}", "state_unknown"},
    {"{\"state\":\"new\",\"by\":\"anna\"}", "state_unknown"},
    {"{\"state\":\"reopened\",\"by\":\"anna\",\"reason\":\"rent\"}", "state_unknown"},
    {"{\"state\":3,\"by\":\"anna\"}", "not_a_text"},
    {"{\"state\":{\"state\":{}},\"by\":\"anna\"}", "not_a_text"},
    {"{\"state\":\"dismissed\",\"by\":\"anna\"}", "reason_missing"},
    {"{\"state\":\"dismissed\",\"by\":\"anna\",\"reason\":\"  \"}", "reason_missing"},
    {"{\"state\":\"dismissed\",\"reason\":\"rent\"}", "by_missing"},
    {"{\"state\":\"assigned\",\"by\":\"anna\"}", "to_missing"},
    {"{\"state\":\"dismissed\",\"by\":\"anna\",\"reason\":\"rent\",\"to\":\"bo\"}", "to_without_assigned"},
    {"{\"state\":\"dismissed\",\"by\":\"anna\",\"reason\":\"rent\",\"why\":\"x\"}", "unknown_field"},
    {"{\"state\":\"dismissed\",\"by\":\"an\\u001bna\",\"reason\":\"rent\"}", "text_control_character"},
    {"{\"state\":\"dismissed\",\"by\":\"anna\",\"reason\":\"re\\u009bnt\"}", "text_control_character"},
};

START_TEST(decisions_are_read_or_refused)
{
    struct mt_decision decision = {.by = "untouched"};
    char body[2048], reason[MT_REVIEW_REASON_MAX + 2];
    json_t *json;

    const char *wrong = mt_decision_read(bodies[_i].body, strlen(bodies[_i].body), &json, &decision);
    if (bodies[_i].wrong == NULL)
        ck_assert_msg(wrong == NULL, "%s: %s", bodies[_i].body, wrong);
    else
        ck_assert_msg(wrong != NULL && strcmp(wrong, bodies[_i].wrong) == 0 && strcmp(decision.by, "untouched") == 0, "%s: %s", bodies[_i].body, wrong);
    json_decref(json);
    for (size_t size = MT_REVIEW_REASON_MAX; size <= MT_REVIEW_REASON_MAX + 1; size++) {
        memset(reason, 'x', size);
        reason[size] = '\0';
        snprintf(body, sizeof body, "{\"state\":\"dismissed\",\"by\":\"anna\",\"reason\":\"%s\"}", reason);
        wrong = mt_decision_read(body, strlen(body), &json, &decision);
        ck_assert(size <= MT_REVIEW_REASON_MAX ? wrong == NULL : strcmp(wrong, "text_too_long") == 0);
        json_decref(json);
    }
}
END_TEST

START_TEST(a_deep_body_is_no_decision)
{
    static char deep[1 << 16];
    struct mt_decision decision;
    json_t *json;

    memset(deep, '[', sizeof deep);
    ck_assert_str_eq(mt_decision_read(deep, sizeof deep, &json, &decision), "not_json");
    ck_assert_ptr_null(json);
}
END_TEST

START_TEST(a_label_book_holds_each_account_once)
{
    struct mt_label_book book = {0};
    struct mt_label label;

    for (uint32_t i = 0; i < 20000; i++) {
        struct mt_token account = {{(uint8_t)(i % 500), (uint8_t)(i % 500 >> 8)}};
        char text[48];

        snprintf(text, sizeof text, "BANK …%04u", i % 500);
        mt_label_book_take(&book, &account, i % 3 == 0 ? "" : text);
    }
    for (uint32_t i = 0; i < 501; i++) {
        struct mt_token account = {{(uint8_t)i, (uint8_t)(i >> 8)}};
        char text[48] = "";

        if (i < 500)
            snprintf(text, sizeof text, "BANK …%04u", i);
        mt_label_book_find(&book, &account, &label);
        ck_assert_str_eq(label.text, text);
    }
    ck_assert(book.count == 500 && book.max <= 2048 && !book.failed);
    mt_label_book_free(&book);
    mt_label_book_find(&book, &(struct mt_token){{1}}, &label);
    ck_assert_str_eq(label.text, "");
}
END_TEST

static const json_t *schema_now;

static void good_check(const char *name, const char *bytes, size_t size)
{
    char why[256];
    json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);

    ck_assert_msg(value != NULL && schema_valid(schema_now, value, why), "%s: %s", name, why);
    json_decref(value);
}

static void bad_check(const char *name, const char *bytes, size_t size)
{
    example_refused(schema_now, name, bytes, size);
}

START_TEST(examples_keep_to_the_schemas)
{
    schema_now = schema;
    ck_assert_int_eq(folder_visit(EXAMPLES "/network/good", good_check), 8);
    ck_assert_int_gt(folder_visit(EXAMPLES "/network/bad", bad_check), 8);
    schema_now = label_schema;
    ck_assert_int_eq(folder_visit(EXAMPLES "/label/good", good_check), 1);
    ck_assert_int_gt(folder_visit(EXAMPLES "/label/bad", bad_check), 3);
}
END_TEST

static void set_up(void)
{
    schema = schema_load("network");
    label_schema = schema_load("label");
}

static void tear_down(void)
{
    json_decref(schema);
    json_decref(label_schema);
}

int main(void)
{
    Suite *suite = suite_create("network");
    TCase *cases = tcase_create("network");

    mt_graph_start();
    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, networks_print_as_the_examples);
    tcase_add_test(cases, a_shape_is_told_in_each_network_that_has_part_in_it);
    tcase_add_test(cases, shapes_that_do_not_fit_are_counted);
    tcase_add_test(cases, sums_and_looks_by_hand);
    tcase_add_test(cases, accounts_that_do_not_fit_are_counted);
    tcase_add_test(cases, what_reopens_a_dismissed_network);
    tcase_add_test(cases, a_confirmed_network_stays_so_and_tells_what_is_new);
    tcase_add_test(cases, history_keeps_the_newest);
    tcase_add_loop_test(cases, decisions_are_read_or_refused, 0, sizeof bodies / sizeof bodies[0]);
    tcase_add_test(cases, a_deep_body_is_no_decision);
    tcase_add_test(cases, a_label_book_holds_each_account_once);
    tcase_add_test(cases, examples_keep_to_the_schemas);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
