/* The schema files against what the program does: examples, words, codes, and records it prints. */
#include "json_schema.h"
#include "schemas/rejected.h"
#include "schemas/words.h"
#include "support.h"

#define EXAMPLES MT_SOURCE_DIR "/schemas/examples"

static json_t *schema;
static int refused;

static void good(const char *name, const char *bytes, size_t size)
{
    char why[256];
    json_error_t error;
    json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);

    ck_assert_msg(value != NULL, "%s: %s", name, error.text);
    ck_assert_msg(schema_valid(schema, value, why), "%s: %s", name, why);
    json_decref(value);
}

/* Faults that a schema can express; the rest is the codec's alone: sizes in bytes, tables of currencies, real dates. */
static void bad(const char *name, const char *bytes, size_t size)
{
    static const char *const expressed[] = {"missing_field", "unknown_field", "unknown_version", "unknown_value",
                                            "amount_exponent", "amount_negative", "time_without_zone", "id_missing",
                                            "account_too_long",
                                            "text_empty", "text_too_long", "hash_malformed", "subject_malformed"};
    char why[256];
    json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);

    for (size_t i = 0; i < sizeof expressed / sizeof expressed[0] && value != NULL; i++)
        if (strncmp(name, expressed[i], strlen(expressed[i])) == 0) {
            ck_assert_msg(!schema_valid(schema, value, why), "%s is valid by the schema", name);
            refused++;
        }
    json_decref(value);
}

START_TEST(examples_keep_to_the_schemas)
{
    static const char *const events[] = {"transfer", "account", "listing"};

    for (size_t i = 0; i < 3; i++) {
        char folder[4096];

        schema = schema_load(events[i]);
        snprintf(folder, sizeof folder, EXAMPLES "/%s/good", events[i]);
        ck_assert_int_gt(folder_visit(folder, good), 0);
        snprintf(folder, sizeof folder, EXAMPLES "/%s/bad", events[i]);
        ck_assert_int_gt(folder_visit(folder, bad), 0);
        json_decref(schema);
    }
    ck_assert_int_gt(refused, 15);
}
END_TEST

static json_t *words_of(const json_t *from, const char *name)
{
    return json_object_get(json_object_get(json_object_get(from, "properties"), name), "enum");
}

static void words_equal(const json_t *words, const char *const *names, size_t count)
{
    ck_assert_uint_eq(json_array_size(words), count);
    for (size_t i = 0; i < count; i++)
        ck_assert_str_eq(json_string_value(json_array_get(words, i)), names[i]);
}

START_TEST(words_are_the_programs_own)
{
    const char *codes[MT_REJECT_COUNT];
    json_t *transfer = schema_load("transfer"), *alert = schema_load("alert"), *rejected = schema_load("rejected");
    const json_t *shown = json_object_get(json_object_get(alert, "$defs"), "transfer");
    const json_t *facts = json_object_get(json_object_get(alert, "$defs"), "facts");
    json_t *account = schema_load("account"), *listing = schema_load("listing");

    for (int i = 0; i < MT_REJECT_COUNT; i++)
        codes[i] = mt_reject_name((enum mt_reject_code)i);
    words_equal(words_of(transfer, "kind"), mt_kind_names, MT_KIND_COUNT);
    words_equal(words_of(transfer, "rail"), mt_rail_names, MT_RAIL_COUNT);
    words_equal(words_of(transfer, "side"), mt_side_names, 2);
    words_equal(words_of(shown, "kind"), mt_kind_names, MT_KIND_COUNT);
    words_equal(words_of(shown, "rail"), mt_rail_names, MT_RAIL_COUNT);
    words_equal(words_of(rejected, "code"), codes, MT_REJECT_COUNT);
    words_equal(words_of(listing, "state"), mt_listing_state_names, MT_LISTING_STATE_COUNT);
    words_equal(words_of(listing, "indicator"), mt_indicator_names, MT_INDICATOR_COUNT);
    for (int i = 0; i < MT_INDICATOR_COUNT; i++)
        ck_assert(json_object_get(json_object_get(transfer, "properties"), mt_indicator_names[i]) != NULL);
    ck_assert(json_equal(words_of(facts, "exit"), words_of(account, "exit")));
    json_decref(transfer);
    json_decref(alert);
    json_decref(rejected);
    json_decref(account);
    json_decref(listing);
}
END_TEST

START_TEST(rejected_records_keep_to_their_schema)
{
    static char out[8192];
    struct mt_event_parse *parser;
    struct mt_event event;
    struct mt_reject reject;
    struct mt_rejected record = {.reject = &reject, .topic = "transfers", .partition = 1, .offset = INT64_MAX};

    schema = schema_load("rejected");
    ck_assert_int_eq(mt_event_parser_create(&parser), MT_OK);
    for (size_t size = 0; size < 4; size++) {
        record.bytes = (struct mt_text){"\"\xff\n", size};
        ck_assert_int_eq(mt_event_parse(parser, record.bytes.at, size, &event, &reject), MT_BAD_EVENT);
        size_t printed = mt_rejected_print(&record, out, sizeof out);

        ck_assert_uint_gt(printed, 0);
        good("a rejected record", out, printed);
    }
    mt_event_parser_destroy(parser);
    json_decref(schema);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schema");
    TCase *cases = tcase_create("schema");

    tcase_add_test(cases, examples_keep_to_the_schemas);
    tcase_add_test(cases, words_are_the_programs_own);
    tcase_add_test(cases, rejected_records_keep_to_their_schema);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
