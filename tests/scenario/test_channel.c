/*
 * Channels as JSON: what is printed is, byte for byte, the examples beside the schema, and keeps to it. After a change that is meant,
 * MT_WRITE_EXAMPLES=1 writes the examples anew; the diff then shows what readers will see.
 */
#include "graph/channels_chance.h"
#include "schemas/channel.h"
#include "tests/schemas/json_schema.h"
#include "tests/schemas/support.h"

#define EXAMPLES MT_SOURCE_DIR "/schemas/examples/channel"

static const char *const class_names[] = {"", "gift_card", "personal"};
static json_t *schema;
static char printed[MT_CHANNEL_BYTES_MAX];

static struct mt_channel_sign sign_of(enum mt_channel_grain grain)
{
    struct mt_channel_hop hops[MT_CHANNEL_HOPS] = {
        mt_channel_hop_of(MT_KIND_TRANSFER, MT_RAIL_INSTANT, 2, (struct mt_money){180000, 978}),
        mt_channel_hop_of(MT_KIND_TRANSFER, MT_RAIL_INSTANT, 0, (struct mt_money){176000, 978}),
        mt_channel_hop_of(MT_KIND_CARD, MT_RAIL_CARD, 1, (struct mt_money){20000, 840}),
    };

    hops[0].from = 2;
    hops[1].stay = mt_stay_of(15 * MT_MINUTE_MS);
    hops[2].stay = mt_stay_of(15 * MT_MINUTE_MS + 1);
    return mt_channel_sign_make(hops, MT_CHANNEL_HOPS, grain);
}

static size_t print(enum mt_channel_grain grain, const struct mt_channel_remark *remark, bool is_new, size_t flow_count)
{
    static char content[MT_CHANNEL_BYTES_MAX];
    static struct mt_channel_flow flows[40];
    const struct mt_channel_flow *shown[40];
    const struct mt_channel_limits limits = mt_channel_limits_default();
    const struct mt_channel_sign sign = sign_of(grain);
    const struct mt_channel_figures figures = {
        .flagged = flow_count, .flagged_all = 85, .past = 1, .past_all = 178, .ordinary = 324, .ordinary_all = 31458, .accounts = 17, .victims = 18,
        .stay_ms = 1260500, .passed_permille = 948, .chance_past = is_new ? -23 * MT_CHANCE_ONE - 5 : 0,
        .chance_ordinary = is_new ? -38 * MT_CHANCE_ONE : 0};
    const struct mt_channel_told told = {.sign = &sign, .class_names = class_names, .limits = &limits, .figures = &figures, .flows = shown,
                                         .flow_count = flow_count, .day = 20628, .is_new = is_new};

    for (size_t i = 0; i < flow_count; i++) {
        memset(flows[i].finding.bytes, (int)i, sizeof flows[i].finding.bytes);
        shown[i] = &flows[i];
    }
    size_t size = mt_channel_content_print(&told, content, sizeof content);
    return mt_channel_print(content, size, remark, printed, sizeof printed);
}

static void good_print(const char *name, size_t size)
{
    char path[4096];

    ck_assert_uint_gt(size, 0);
    snprintf(path, sizeof path, EXAMPLES "/good/%s.json", name);
    example_check(schema, path, printed, size);
}

START_TEST(channels_print_as_the_examples)
{
    const struct mt_channel_remark seen = {MT_CHANNEL_SEEN, "", "", 0}, unremarked = {MT_CHANNEL_UNREMARKED, "", "", 0};
    const struct mt_channel_remark named = {MT_CHANNEL_NAMED, "gift cards \"in parts\"", "anna", INT64_C(1782392400123)};
    const struct mt_channel_remark watched = {MT_CHANNEL_WATCHED, "礼品卡", "", 0};

    good_print("new_exit", print(MT_CHANNEL_EXIT, &seen, true, 18));
    good_print("named_shape", print(MT_CHANNEL_SHAPE, &named, true, 2));
    good_print("watched_full", print(MT_CHANNEL_FULL, &watched, false, 40));
    good_print("unremarked", print(MT_CHANNEL_EXIT, &unremarked, false, 0));
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    const struct mt_channel_limits limits = mt_channel_limits_default();
    const struct mt_channel_sign sign = sign_of(MT_CHANNEL_FULL);
    const struct mt_channel_figures figures = {0};
    const struct mt_channel_told told = {.sign = &sign, .class_names = class_names, .limits = &limits, .figures = &figures};
    const struct mt_channel_remark remark = {MT_CHANNEL_NAMED, "x", "y", 1};
    static char content[MT_CHANNEL_BYTES_MAX];
    size_t size = mt_channel_content_print(&told, content, sizeof content), whole = mt_channel_print(content, size, &remark, printed, sizeof printed);

    ck_assert(0 < size && size < whole);
    for (size_t capacity = 0; capacity <= size; capacity++)
        ck_assert_uint_eq(mt_channel_content_print(&told, printed, capacity), 0);
    mt_channel_content_print(&told, content, sizeof content);
    for (size_t capacity = 0; capacity <= whole; capacity++)
        ck_assert_uint_eq(mt_channel_print(content, size, &remark, printed, capacity), 0);
}
END_TEST

static void bad_check(const char *name, const char *bytes, size_t size)
{
    example_refused(schema, name, bytes, size);
}

START_TEST(bad_examples_are_refused)
{
    ck_assert_int_gt(folder_visit(EXAMPLES "/bad", bad_check), 7);
}
END_TEST

static void words_check(const json_t *words, const char *const *names, size_t first, size_t count)
{
    ck_assert_uint_eq(json_array_size(words), count - first);
    for (size_t i = first; i < count; i++)
        ck_assert_str_eq(json_string_value(json_array_get(words, i - first)), names[i]);
}

START_TEST(words_are_the_tables)
{
    const json_t *properties = json_object_get(schema, "properties");
    const json_t *hop = json_object_get(json_object_get(json_object_get(schema, "$defs"), "hop"), "properties");
    const char *states[MT_CHANNEL_STATE_COUNT];
    static const char *const stays[] = {
#define STAY_NAME(name, text, most) text,
        MT_STAY_TABLE(STAY_NAME)
#undef STAY_NAME
    };
    static const char *const grains[] = {
#define GRAIN_NAME(name, text) text,
        MT_CHANNEL_GRAIN_TABLE(GRAIN_NAME)
#undef GRAIN_NAME
    };

    for (int state = 0; state < MT_CHANNEL_STATE_COUNT; state++)
        states[state] = mt_channel_state_name((enum mt_channel_state)state);
    words_check(json_object_get(json_object_get(properties, "state"), "enum"), states, 0, MT_CHANNEL_STATE_COUNT);
    words_check(json_object_get(json_object_get(properties, "grain"), "enum"), grains, 0, MT_CHANNEL_GRAIN_COUNT);
    words_check(json_object_get(json_object_get(hop, "stayed"), "enum"), stays, 1, MT_STAY_COUNT);
}
END_TEST

static void set_up(void)
{
    schema = schema_load("channel");
}

static void tear_down(void)
{
    json_decref(schema);
}

int main(void)
{
    Suite *suite = suite_create("channel");
    TCase *cases = tcase_create("channel");

    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, channels_print_as_the_examples);
    tcase_add_test(cases, what_does_not_fit_is_refused);
    tcase_add_test(cases, bad_examples_are_refused);
    tcase_add_test(cases, words_are_the_tables);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
