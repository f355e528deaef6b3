/* Mappings that are wrong are refused with the place and the reason; all that we ship load. */
#include "schemas/mapping.h"
#include "support.h"

#include <unistd.h>

static char folder[] = "/tmp/mt-mapping-XXXXXX";
static char path[64];

static enum mt_status load(const char *json, char error[256])
{
    struct mt_mapping *mapping = NULL;
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(json, file);
    fclose(file);
    enum mt_status status = mt_mapping_load(path, &mapping, error);

    ck_assert((status == MT_OK) == (mapping != NULL));
    mt_mapping_destroy(mapping);
    return status;
}

#define TIME "\"time\":{\"column\":\"t\",\"format\":\"iso\"}"
#define ACCOUNTS                                                                                                       \
    "\"debtor_bank\":{\"constant\":\"A\"},\"debtor\":{\"column\":\"d\"},\"creditor_bank\":{\"constant\":\"A\"},"       \
    "\"creditor\":{\"column\":\"c\"},"
#define MONEY "\"amount\":{\"column\":\"a\"},\"currency\":{\"constant\":\"EUR\"}"
#define WHOLE "\"header\":true,\"id\":\"none\",\"fields\":{" ACCOUNTS MONEY "," TIME "}"
#define FIELDS(more) "{\"header\":true,\"id\":\"none\",\"fields\":{" ACCOUNTS MONEY "," more "}}"

START_TEST(a_whole_mapping_loads)
{
    char error[256] = "";

    ck_assert_msg(load("{" WHOLE "}", error) == MT_OK, "%s", error);
    ck_assert_msg(load(FIELDS(TIME ",\"kind\":{\"column\":3,\"values\":{\"x\":\"card\"},\"otherwise\":\"transfer\"}"),
                       error) == MT_OK,
                  "%s", error);
}
END_TEST

static const struct {
    const char *json;
    const char *says;
} wrong[] = {
    {"", "line"},
    {"[]", "object"},
    {"{\"header\":true,", "line 1"},
    {"{" WHOLE ",\"colour\":1}", "unknown key \"colour\""},
    {"{" WHOLE ",\"header\":false}", "duplicate"},
    {"{\"id\":\"none\",\"fields\":{}}", "header"},
    {"{" WHOLE ",\"delimiter\":\";;\"}", "delimiter"},
    {"{" WHOLE ",\"delimiter\":\"\\\"\"}", "delimiter"},
    {"{" WHOLE ",\"columns\":[\"a\"]}", "columns"},
    {"{\"header\":false,\"id\":\"none\",\"fields\":{}}", "columns"},
    {"{" WHOLE ",\"skip\":[]}", "skip"},
    {"{" WHOLE ",\"skip\":[\"\"]}", "skip"},
    {"{" WHOLE ",\"round\":\"up\"}", "round"},
    {"{" WHOLE ",\"record\":\"loan\"}", "record"},
    {"{\"header\":true,\"fields\":{}}", "id: "},
    {"{\"header\":true,\"id\":\"row\",\"fields\":{}}", "id: "},
    {"{\"header\":true,\"id\":{\"colum\":\"x\"},\"fields\":{}}", "unknown key \"colum\""},
    {"{\"header\":true,\"id\":\"none\"}", "fields"},
    {"{\"header\":true,\"id\":\"none\",\"fields\":{" ACCOUNTS MONEY "}}", "\"time\" is missing"},
    {"{\"header\":true,\"id\":\"none\",\"fields\":{" ACCOUNTS TIME "}}", "\"amount\" is missing"},
    {FIELDS(TIME ",\"memo\":{\"column\":\"m\"}"), "fields.memo"},
    {FIELDS(TIME ",\"transaction_id\":{\"column\":\"m\"}"), "fields.transaction_id"},
    {FIELDS(TIME ",\"other\":{\"column\":\"m\"}"), "fields.other"},
    {FIELDS(TIME ",\"holder\":{\"column\":\"m\"}"), "fields.holder"},
    {FIELDS(TIME ",\"opened\":{\"column\":\"m\",\"format\":\"iso\"}"), "fields.opened"},
    {FIELDS(TIME ",\"kind\":{\"constant\":\"gift\"}"), "\"gift\" is no kind"},
    {FIELDS(TIME ",\"rail\":{\"column\":\"r\",\"values\":{\"x\":\"pigeon\"}}"), "\"pigeon\" is no rail"},
    {FIELDS(TIME ",\"rail\":{\"column\":\"r\",\"values\":{\"x\":1}}"), "strings"},
    {FIELDS(TIME ",\"rail\":{\"column\":\"r\",\"values\":{}}"), "values"},
    {FIELDS(TIME ",\"rail\":{\"column\":\"r\",\"otherwise\":\"wire\"}"), "otherwise"},
    {FIELDS(TIME ",\"rail\":{\"column\":\"r\",\"constant\":\"wire\"}"), "either"},
    {FIELDS(TIME ",\"rail\":{}"), "either"},
    {FIELDS(TIME ",\"rail\":{\"column\":0}"), "number"},
    {FIELDS(TIME ",\"rail\":{\"column\":1.5}"), "column"},
    {FIELDS(TIME ",\"rail\":{\"constant\":\"wire\",\"values\":{\"x\":\"wire\"}}"), "constant"},
    {FIELDS("\"time\":{\"column\":\"t\"}"), "format"},
    {FIELDS("\"time\":{\"format\":\"iso\"}"), "either"},
    {FIELDS("\"time\":{\"columns\":[\"a\"],\"format\":\"%Y%m%d\",\"zone\":\"UTC\"}"), "two"},
    {FIELDS("\"time\":{\"column\":\"t\",\"format\":\"iso\",\"zone\":\"UTC\"}"), "zone"},
    {FIELDS("\"time\":{\"column\":\"t\",\"format\":\"%Y-%m-%d\"}"), "zone"},
    {FIELDS("\"time\":{\"column\":\"t\",\"format\":\"%Y-%m-%d\",\"zone\":\"CET\"}"), "zone"},
    {FIELDS("\"time\":{\"column\":\"t\",\"format\":\"%Y-%m\",\"zone\":\"UTC\"}"), "format"},
    {FIELDS("\"time\":{\"column\":\"t\",\"format\":\"%Y-%m-%d %p\",\"zone\":\"UTC\"}"), "format"},
    {FIELDS("\"time\":{\"column\":\"t\",\"format\":\"%Y-%m-%d %\",\"zone\":\"UTC\"}"), "format"},
    {FIELDS("\"time\":{\"column\":\"t\",\"format\":\"%Y-%m-%d %d\",\"zone\":\"UTC\"}"), "format"},
    {FIELDS("\"time\":{\"column\":\"t\",\"step\":\"week\",\"origin\":\"2020-01-01T00:00:00Z\"}"), "step"},
    {FIELDS("\"time\":{\"column\":\"t\",\"step\":\"day\",\"origin\":\"2020-01-01\"}"), "origin"},
    {FIELDS("\"time\":{\"column\":\"t\",\"step\":\"day\"}"), "origin"},
    {"{" WHOLE ",\"direction\":{\"column\":\"d\",\"in\":[\"i\"],\"out\":[\"o\"]}}", "fields.debtor_bank"},
    {"{" WHOLE ",\"direction\":{\"sign\":\"minus\"}}", "sign"},
    {"{" WHOLE ",\"direction\":{\"column\":\"d\",\"in\":[\"i\"]}}", "direction"},
    {"{" WHOLE ",\"direction\":{\"column\":\"d\",\"in\":[1],\"out\":[\"o\"]}}", "direction"},
    {"{\"record\":\"account\",\"id\":\"none\",\"header\":true,\"fields\":{}}", "accounts"},
    {"{\"record\":\"account\",\"header\":true,\"fields\":{}}", "\"bank\" is missing"},
};

START_TEST(a_wrong_mapping_is_refused_with_its_reason)
{
    char error[256] = "";

    ck_assert_msg(load(wrong[_i].json, error) == MT_BAD_CONFIG, "accepted: %s", wrong[_i].json);
    ck_assert_msg(strstr(error, wrong[_i].says) != NULL, "\"%s\" does not say \"%s\"", error, wrong[_i].says);
}
END_TEST

static void shipped_load(const char *name, const char *bytes, size_t size)
{
    struct mt_mapping *mapping = NULL;
    char plain[64];
    char error[256] = "";

    snprintf(plain, sizeof plain, "%.*s", (int)(strlen(name) - strlen(".json")), name);
    ck_assert_msg(mt_mapping_load(plain, &mapping, error) == MT_OK, "%s", error);
    ck_assert(mt_mapping_is_accounts(mapping) == (strcmp(plain, "moneytrail-accounts") == 0));
    mt_mapping_destroy(mapping);
}

START_TEST(every_mapping_that_we_ship_loads_by_its_name)
{
    ck_assert_int_ge(folder_visit(MT_SOURCE_DIR "/schemas/mappings", shipped_load), 13);
}
END_TEST

START_TEST(a_name_is_looked_for_in_the_users_folder_first)
{
    struct mt_mapping *mapping = NULL;
    char error[256] = "";
    char mine[96];

    snprintf(mine, sizeof mine, "%s/moneytrail.json", folder);
    FILE *file = fopen(mine, "w");

    fputs("{\"mine\":1}", file);
    fclose(file);
    setenv("MONEYTRAIL_MAPPINGS", folder, 1);
    ck_assert_int_eq(mt_mapping_load("moneytrail", &mapping, error), MT_BAD_CONFIG);
    ck_assert_ptr_nonnull(strstr(error, "mine"));
    ck_assert_int_eq(mt_mapping_load("no-such", &mapping, error), MT_BAD_CONFIG);
    ck_assert_ptr_nonnull(strstr(error, "not found"));
    ck_assert_int_eq(mt_mapping_load("/no/such.json", &mapping, error), MT_BAD_CONFIG);
    ck_assert_ptr_null(mapping);
    unsetenv("MONEYTRAIL_MAPPINGS");
    unlink(mine);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mapping");
    TCase *cases = tcase_create("mapping");

    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    snprintf(path, sizeof path, "%s/m.json", folder);
    unsetenv("MONEYTRAIL_MAPPINGS");
    tcase_add_test(cases, a_whole_mapping_loads);
    tcase_add_loop_test(cases, a_wrong_mapping_is_refused_with_its_reason, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(cases, every_mapping_that_we_ship_loads_by_its_name);
    tcase_add_test(cases, a_name_is_looked_for_in_the_users_folder_first);
    suite_add_tcase(suite, cases);
    int status = suite_run(suite);

    unlink(path);
    rmdir(folder);
    return status;
}
