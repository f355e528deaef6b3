/* Every example beside the schemas through the codec: the good ones are read, the bad ones rejected with the code they
 * are named by. */
#include "support.h"

static struct mt_event_parse *parser;
static bool codes_met[MT_REJECT_COUNT];

/* "amount_zero.comment.json" names the code amount_zero. */
static enum mt_reject_code code_named(const char *name)
{
    size_t size = strcspn(name, ".");

    for (int code = 0; code < MT_REJECT_COUNT; code++) {
        const char *text = mt_reject_name((enum mt_reject_code)code);

        if (strlen(text) == size && memcmp(text, name, size) == 0)
            return (enum mt_reject_code)code;
    }
    ck_abort_msg("%s is named by no reject code", name);
    return MT_REJECT_COUNT;
}

static void reject_check(const char *name, enum mt_status status, const struct mt_reject *reject)
{
    enum mt_reject_code expected = code_named(name);

    ck_assert_msg(status == (expected == MT_REJECT_TOO_LARGE ? MT_TOO_LARGE : MT_BAD_EVENT), "%s: %s", name,
                  mt_status_name(status));
    ck_assert_msg(reject->code == expected, "%s was rejected as %s (%s)", name, mt_reject_name(reject->code),
                  reject->sentence);
    ck_assert_msg(strstr(reject->sentence, "GB33") == NULL, "%s: an account number in \"%s\"", name, reject->sentence);
    ck_assert_uint_gt(strlen(reject->sentence), 5);
    codes_met[expected] = true;
}

static void transfer_good(const char *name, const char *bytes, size_t size)
{
    struct mt_event event;
    struct mt_event again;
    struct mt_reject reject;
    char first[4096];
    char second[4096];
    enum mt_status status = mt_event_parse(parser, bytes, size, &event, &reject);

    ck_assert_msg(status == MT_OK, "%s: %s", name, status == MT_OK ? "" : reject.sentence);
    size_t first_size = mt_event_print(&event, first, sizeof first);

    ck_assert_uint_gt(first_size, 0);
    ck_assert_int_eq(mt_event_parse(parser, first, first_size, &again, &reject), MT_OK);
    ck_assert_uint_eq(mt_event_print(&again, second, sizeof second), first_size);
    ck_assert_str_eq(first, second);
}

static void transfer_bad(const char *name, const char *bytes, size_t size)
{
    struct mt_event event;
    struct mt_reject reject;

    event_fill(&event);
    reject_check(name, mt_event_parse(parser, bytes, size, &event, &reject), &reject);
    ck_assert_msg(event_untouched(&event), "%s wrote to the event", name);
}

static void account_good(const char *name, const char *bytes, size_t size)
{
    struct mt_account_facts facts;
    struct mt_account_facts again;
    struct mt_reject reject;
    char first[4096];
    char second[4096];
    enum mt_status status = mt_account_parse(parser, bytes, size, &facts, &reject);

    ck_assert_msg(status == MT_OK, "%s: %s", name, status == MT_OK ? "" : reject.sentence);
    size_t first_size = mt_account_print(&facts, first, sizeof first);

    ck_assert_uint_gt(first_size, 0);
    ck_assert_int_eq(mt_account_parse(parser, first, first_size, &again, &reject), MT_OK);
    ck_assert_uint_eq(mt_account_print(&again, second, sizeof second), first_size);
    ck_assert_str_eq(first, second);
}

static void account_bad(const char *name, const char *bytes, size_t size)
{
    struct mt_account_facts facts;
    struct mt_reject reject;

    reject_check(name, mt_account_parse(parser, bytes, size, &facts, &reject), &reject);
}

static void listing_good(const char *name, const char *bytes, size_t size)
{
    struct mt_listing_event event;
    struct mt_listing_event again;
    struct mt_reject reject;
    char first[MT_LISTING_TEXT_MAX + 1024];
    char second[MT_LISTING_TEXT_MAX + 1024];
    enum mt_status status = mt_listing_parse(parser, bytes, size, &event, &reject);

    ck_assert_msg(status == MT_OK, "%s: %s", name, status == MT_OK ? "" : reject.sentence);
    size_t first_size = mt_listing_print(&event, first, sizeof first);

    ck_assert_uint_gt(first_size, 0);
    ck_assert_int_eq(mt_listing_parse(parser, first, first_size, &again, &reject), MT_OK);
    ck_assert_uint_eq(mt_listing_print(&again, second, sizeof second), first_size);
    ck_assert_str_eq(first, second);
}

static void listing_bad(const char *name, const char *bytes, size_t size)
{
    struct mt_listing_event event = {.since_ms = -7};
    struct mt_reject reject;

    reject_check(name, mt_listing_parse(parser, bytes, size, &event, &reject), &reject);
    ck_assert_msg(event.since_ms == -7 && event.list.at == NULL, "%s wrote to the event", name);
}

/* What people read of it has no account number, and fits its limit at its largest. */
START_TEST(members_hide_the_subject)
{
    char text[201 * 4], out[MT_LISTING_TEXT_MAX + 1], event_text[8192];
    struct mt_listing_event event;
    struct mt_reject reject;

    for (size_t i = 0; i < 200; i++)
        memcpy(text + 4 * i, "\xf0\x9f\x92\xb6", 5);
    int size = snprintf(event_text, sizeof event_text,
                        "{\"v\":1,\"list\":\"%.140s\",\"entry\":\"%.256s\",\"party\":{\"bank\":\"B\",\"number\":\"GB33BUKB20201555555555\"},"
                        "\"level\":\"regulator\",\"authority\":\"%.256s\",\"region\":\"%.140s\",\"basis\":\"%.800s\",\"appeal\":\"%.800s\","
                        "\"from\":\"2026-01-01T00:00:00.123Z\",\"until\":\"2027-01-01T00:00:00.123Z\",\"state\":\"suspended\","
                        "\"since\":\"2026-01-01T00:00:00.123Z\"}",
                        text, text, text, text, text, text);
    ck_assert_int_eq(mt_listing_parse(parser, event_text, (size_t)size, &event, &reject), MT_OK);
    struct mt_print print = mt_print_into(out, sizeof out);
    mt_listing_members_print(&event, &print);
    ck_assert_uint_gt(mt_print_end(&print), 2000);
    ck_assert(strstr(out, "GB33") == NULL);
}
END_TEST

#define EXAMPLES MT_SOURCE_DIR "/schemas/examples"

START_TEST(good_examples_are_read_and_print_the_same)
{
    ck_assert_int_gt(folder_visit(EXAMPLES "/transfer/good", transfer_good), 10);
    ck_assert_int_gt(folder_visit(EXAMPLES "/account/good", account_good), 3);
    ck_assert_int_gt(folder_visit(EXAMPLES "/listing/good", listing_good), 6);
}
END_TEST

START_TEST(bad_examples_are_rejected_with_the_code_they_are_named_by)
{
    ck_assert_int_gt(folder_visit(EXAMPLES "/transfer/bad", transfer_bad), 40);
    ck_assert_int_gt(folder_visit(EXAMPLES "/account/bad", account_bad), 10);
    ck_assert_int_gt(folder_visit(EXAMPLES "/listing/bad", listing_bad), 25);
}
END_TEST

START_TEST(every_code_has_an_example)
{
    for (int code = 0; code < MT_REJECT_COUNT; code++) {
        /* Only a CSV row can lack columns: test_reader meets it. */
        if (code != MT_REJECT_COLUMNS)
            ck_assert_msg(codes_met[code], "no example of %s", mt_reject_name((enum mt_reject_code)code));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("examples");
    TCase *cases = tcase_create("examples");

    if (mt_event_parser_create(&parser) != MT_OK)
        return EXIT_FAILURE;
    tcase_add_test(cases, good_examples_are_read_and_print_the_same);
    tcase_add_test(cases, bad_examples_are_rejected_with_the_code_they_are_named_by);
    tcase_add_test(cases, every_code_has_an_example);
    tcase_add_test(cases, members_hide_the_subject);
    suite_add_tcase(suite, cases);
    int status = suite_run(suite);

    mt_event_parser_destroy(parser);
    return status;
}
