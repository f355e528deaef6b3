/* What the examples cannot show: huge messages, exact bytes, a parser used again, checks on events that no JSON made.
 */
#include "schemas/rejected.h"
#include "support.h"

static struct mt_event_parse *parser;

static enum mt_reject_code code_of(const char *bytes, size_t size)
{
    struct mt_event event;
    struct mt_reject reject = {.code = MT_REJECT_COUNT};

    event_fill(&event);
    enum mt_status status = mt_event_parse(parser, bytes, size, &event, &reject);

    ck_assert_int_ne(status, MT_OK);
    ck_assert(event_untouched(&event));
    return reject.code;
}

START_TEST(print_gives_the_canonical_bytes)
{
    struct mt_event event = event_sample();
    char bytes[4096];
    static const char expected[] =
        "{\"v\":1,\"uetr\":\"8a562c67-ca16-48ba-b074-65581be6f001\",\"transaction_id\":\"T-1\",\"end_to_end_id\":\"E-"
        "1\","
        "\"side\":\"debtor\",\"kind\":\"transfer\",\"rail\":\"instant\",\"time\":\"2026-11-25T04:00:00Z\","
        "\"debtor\":{\"bank\":\"NWBKGB2L\",\"scheme\":\"iban\",\"number\":\"GB33BUKB20201555555555\"},"
        "\"creditor\":{\"bank\":\"REVOGB21\",\"number\":\"00112233\"},\"amount\":\"12.30\",\"currency\":\"EUR\"}";

    ck_assert_uint_eq(mt_event_print(&event, bytes, sizeof bytes), sizeof expected - 1);
    ck_assert_str_eq(bytes, expected);
    ck_assert_uint_eq(mt_event_print(&event, bytes, sizeof expected), sizeof expected - 1);
    for (size_t capacity = 1; capacity < sizeof expected; capacity++)
        ck_assert_uint_eq(mt_event_print(&event, bytes, capacity), 0);
}
END_TEST

START_TEST(the_longest_event_prints_in_4_kib_and_comes_back)
{
    char number[4 * 64 + 1] = "";
    char bank[4 * 35 + 1] = "";
    char id[65];
    char bytes[4096];
    struct mt_event event = event_sample();
    struct mt_event back;
    struct mt_reject reject;

    for (int i = 0; i < 64; i++)
        strcat(number, "\xf0\x9f\x92\xb0");
    for (int i = 0; i < 35; i++)
        strcat(bank, "\xf0\x9f\x92\xb0");
    memset(id, '"', 64);
    id[64] = '\0';
    event.debtor = (struct mt_event_account){.bank = text_of(bank), .number = text_of(number)};
    event.creditor = event.debtor;
    event.transaction_id = event.end_to_end_id = text_of(id);
    event.amount.minor = INT64_MAX;
    ck_assert_int_eq(mt_event_check(&event, &reject), MT_OK);
    size_t size = mt_event_print(&event, bytes, sizeof bytes);

    ck_assert_uint_gt(size, 0);
    ck_assert_int_eq(mt_event_parse(parser, bytes, size, &back, &reject), MT_OK);
    ck_assert_uint_eq(back.debtor.number.size, strlen(number));
    ck_assert_mem_eq(back.debtor.number.at, number, strlen(number));
    ck_assert_mem_eq(back.transaction_id.at, id, 64);
    ck_assert_int_eq(back.amount.minor, INT64_MAX);
}
END_TEST

START_TEST(a_message_of_2_mb_is_rejected_unparsed)
{
    size_t size = 2 * 1024 * 1024;
    char *bytes = malloc(size);

    memset(bytes, '[', size);
    ck_assert_int_eq(code_of(bytes, size), MT_REJECT_TOO_LARGE);
    memset(bytes, ' ', size);
    ck_assert_int_eq(code_of(bytes, MT_EVENT_BYTES_MAX + 1), MT_REJECT_TOO_LARGE);
    ck_assert_int_eq(code_of(bytes, MT_EVENT_BYTES_MAX), MT_REJECT_NOT_JSON);
    free(bytes);
}
END_TEST

/* {"v":1,"x":[[[...]]]} with `depth` levels in all. */
static size_t nest(char *bytes, size_t depth)
{
    size_t size = (size_t)sprintf(bytes, "{\"v\":1,\"x\":");

    for (size_t i = 1; i < depth; i++)
        bytes[size++] = '[';
    for (size_t i = 1; i < depth; i++)
        bytes[size++] = ']';
    bytes[size++] = '}';
    return size;
}

START_TEST(nesting_is_measured_before_parsing)
{
    static char bytes[MT_EVENT_BYTES_MAX];
    static const char quoted[] = "{\"v\":1,\"x\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[{{{{{{{\"}";

    ck_assert_int_eq(code_of(bytes, nest(bytes, 16)), MT_REJECT_UNKNOWN_FIELD);
    ck_assert_int_eq(code_of(bytes, nest(bytes, 17)), MT_REJECT_TOO_DEEP);
    ck_assert_int_eq(code_of(bytes, nest(bytes, 10000)), MT_REJECT_TOO_DEEP);
    ck_assert_int_eq(code_of(quoted, sizeof quoted - 1), MT_REJECT_UNKNOWN_FIELD);
    memset(bytes, '{', sizeof bytes);
    ck_assert_int_eq(code_of(bytes, sizeof bytes), MT_REJECT_TOO_DEEP);
    memset(bytes, '"', sizeof bytes);
    ck_assert_int_eq(code_of(bytes, sizeof bytes), MT_REJECT_NOT_JSON);
}
END_TEST

START_TEST(a_key_that_may_be_an_account_number_is_not_named)
{
    static const char bytes[] = "{\"v\":1,\"GB33BUKB20201555555555\":1}";
    struct mt_event event;
    struct mt_reject reject;

    ck_assert_int_eq(mt_event_parse(parser, bytes, sizeof bytes - 1, &event, &reject), MT_BAD_EVENT);
    ck_assert_int_eq(reject.code, MT_REJECT_UNKNOWN_FIELD);
    ck_assert_ptr_null(strstr(reject.sentence, "BUKB"));
    ck_assert_str_eq(reject.field, "");
}
END_TEST

START_TEST(an_empty_message_and_a_tombstone_are_rejected)
{
    ck_assert_int_eq(code_of(NULL, 0), MT_REJECT_EMPTY);
    ck_assert_int_eq(code_of("", 0), MT_REJECT_EMPTY);
    ck_assert_int_eq(code_of("\0", 1), MT_REJECT_NOT_JSON);
    ck_assert_int_eq(code_of("\xef\xbb\xbf{}", 5), MT_REJECT_NOT_JSON);
    ck_assert_int_eq(code_of("{\"v\":1}{}", 9), MT_REJECT_NOT_JSON);
}
END_TEST

/* Each row breaks one thing of a good event. */
static void break_event(int row, struct mt_event *event)
{
    switch (row) {
    case 0:
        event->amount.minor = 0;
        break;
    case 1:
        event->amount.minor = INT64_MIN;
        break;
    case 2:
        event->amount.currency = 1000;
        break;
    case 3:
        event->time_ms = -1;
        break;
    case 4:
        event->time_ms = INT64_MAX;
        break;
    case 5:
        event->kind = MT_KIND_COUNT;
        break;
    case 6:
        event->rail = 255;
        break;
    case 7:
        event->side = 2;
        break;
    case 8:
        event->debtor.bank = (struct mt_text){0};
        break;
    case 9:
        event->creditor.number = text_of("12\xed\xa0\x80");
        break; /* a surrogate */
    case 10:
        event->creditor.number = text_of("12\xc0\x80");
        break; /* overlong */
    case 11:
        event->creditor.number = text_of("12\xe4\xb8");
        break; /* cut off */
    case 12:
        event->creditor.number = text_of("12\xc2\x85");
        break; /* C1 control */
    case 13:
        event->transaction_id = text_of("a\nb");
        break;
    case 14:
        event->uetr = text_of("8a562c67xca16-48ba-b074-65581be6f001");
        break;
    case 15:
        event->uetr = event->transaction_id = event->end_to_end_id = (struct mt_text){0};
        break;
    case 16:
        event->row = 1;
        break;
    case 17:
        event->file = text_of("00");
        break;
    case 18:
        event->row = -1;
        break;
    case 19: /* 24 characters, 72 bytes: more than the graph keeps */
        event->transaction_id = text_of("中中中中中中中中中中中中中中中中中中中中中中中中");
        break;
    }
}

static const struct {
    enum mt_reject_code code;
    const char *field;
} breaks[] = {
    {MT_REJECT_AMOUNT_ZERO, "amount"},
    {MT_REJECT_AMOUNT_NEGATIVE, "amount"},
    {MT_REJECT_CURRENCY, "currency"},
    {MT_REJECT_TIME_ABSURD, "time"},
    {MT_REJECT_TIME_ABSURD, "time"},
    {MT_REJECT_ENUM, "kind"},
    {MT_REJECT_ENUM, "rail"},
    {MT_REJECT_ENUM, "side"},
    {MT_REJECT_ACCOUNT_EMPTY, "debtor.bank"},
    {MT_REJECT_NOT_UTF8, "creditor.number"},
    {MT_REJECT_NOT_UTF8, "creditor.number"},
    {MT_REJECT_NOT_UTF8, "creditor.number"},
    {MT_REJECT_CONTROL, "creditor.number"},
    {MT_REJECT_CONTROL, "transaction_id"},
    {MT_REJECT_ID_MALFORMED, "uetr"},
    {MT_REJECT_ID_MISSING, ""},
    {MT_REJECT_ID_MALFORMED, "file"},
    {MT_REJECT_ID_MALFORMED, "file"},
    {MT_REJECT_ID_MALFORMED, "file"},
    {MT_REJECT_ID_MALFORMED, "transaction_id"},
};

START_TEST(check_names_the_field_that_is_wrong)
{
    struct mt_event event = event_sample();
    struct mt_reject reject;

    ck_assert_int_eq(mt_event_check(&event, &reject), MT_OK);
    break_event(_i, &event);
    ck_assert_int_eq(mt_event_check(&event, &reject), MT_BAD_EVENT);
    ck_assert_str_eq(mt_reject_name(reject.code), mt_reject_name(breaks[_i].code));
    ck_assert_str_eq(reject.field, breaks[_i].field);
}
END_TEST

START_TEST(a_rejected_record_keeps_its_bytes)
{
    struct mt_reject reject = {.code = MT_REJECT_NOT_UTF8, .field = "debtor.number", .sentence = "text is not UTF-8"};
    struct mt_rejected rejected = {
        .reject = &reject, .topic = "transfers", .partition = 3, .offset = 1234567890123, .bytes = {"\x00\xff{", 3}};
    static const char expected[] = "{\"v\":1,\"code\":\"not_utf8\",\"sentence\":\"text is not "
                                   "UTF-8\",\"field\":\"debtor.number\",\"topic\":\"transfers\","
                                   "\"partition\":3,\"offset\":1234567890123,\"bytes_base64\":\"AP97\",\"size\":3}";
    char small[512];

    ck_assert_uint_eq(mt_rejected_print(&rejected, small, sizeof small), sizeof expected - 1);
    ck_assert_str_eq(small, expected);
    for (size_t capacity = 1; capacity < sizeof expected; capacity++)
        ck_assert_uint_eq(mt_rejected_print(&rejected, small, capacity), 0);
    rejected.bytes = (struct mt_text){0};
    ck_assert_uint_gt(mt_rejected_print(&rejected, small, sizeof small), 0);
    ck_assert_ptr_nonnull(strstr(small, "\"bytes_base64\":\"\",\"size\":0}"));
}
END_TEST

START_TEST(a_rejected_record_of_4_mib_fits)
{
    struct mt_reject reject = {.code = MT_REJECT_TOO_LARGE, .sentence = "larger than 64 KiB; not parsed"};
    char *bytes = calloc(1, MT_REJECTED_BYTES_MAX);
    char *out = malloc(MT_REJECTED_PRINT_MAX);
    struct mt_rejected rejected = {.reject = &reject, .topic = "transfers", .bytes = {bytes, MT_REJECTED_BYTES_MAX}};

    ck_assert_uint_gt(mt_rejected_print(&rejected, out, MT_REJECTED_PRINT_MAX), MT_REJECTED_BYTES_MAX);
    free(out);
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("event");
    TCase *cases = tcase_create("event");

    if (mt_event_parser_create(&parser) != MT_OK)
        return EXIT_FAILURE;
    tcase_add_test(cases, print_gives_the_canonical_bytes);
    tcase_add_test(cases, the_longest_event_prints_in_4_kib_and_comes_back);
    tcase_add_test(cases, a_message_of_2_mb_is_rejected_unparsed);
    tcase_add_test(cases, nesting_is_measured_before_parsing);
    tcase_add_test(cases, a_key_that_may_be_an_account_number_is_not_named);
    tcase_add_test(cases, an_empty_message_and_a_tombstone_are_rejected);
    tcase_add_loop_test(cases, check_names_the_field_that_is_wrong, 0, (int)(sizeof breaks / sizeof breaks[0]));
    tcase_add_test(cases, a_rejected_record_keeps_its_bytes);
    tcase_add_test(cases, a_rejected_record_of_4_mib_fits);
    suite_add_tcase(suite, cases);
    int status = suite_run(suite);

    mt_event_parser_destroy(parser);
    return status;
}
