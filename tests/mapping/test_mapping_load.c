#include "support.h"

/* A good mapping around one place: TOP goes beside the fields, FIELDS among them; ' stands for ". */
#define TIME "'time':{'column':'t','format':'iso'},"
#define AMOUNT "'amount':{'column':'m'},'currency':{'constant':'EUR'},"
#define WHO                                                                                                            \
    "'debtor_bank':{'constant':'B'},'debtor':{'column':'a'},'creditor_bank':{'constant':'B'},'creditor':{'column':'b'" \
    "}"
#define ID "'id':{'column':'id'},"
#define WITH(top, fields) "{'header':true," top "'fields':{" fields WHO "}}"
#define WITH_TIME(time) WITH("", ID AMOUNT "'time':" time ",")
#define WITH_KIND(kind) WITH("", ID TIME AMOUNT "'kind':" kind ",")

static const struct {
    const char *json;
    const char *message;
} mistakes[] = {
    {"", "line 1"},
    {"{'header':true,'header':true}", "duplicate"},
    {"[]", "must be a JSON object"},
    {"{'headers':true}", "headers: unknown key"},
    {"{'fields':{}}", "header: is missing"},
    {"{'header':1,'fields':{}}", "header: must be true or false"},
    {"{'header':true}", "fields: must be an object"},
    {WITH("'about':1,", ID TIME AMOUNT), "about: must be a string"},
    {WITH("'record':'event',", ID TIME AMOUNT), "record: must be transfer or account"},
    {WITH("'delimiter':';;',", ID TIME AMOUNT), "delimiter: must be one character"},
    {WITH("'delimiter':'\\n',", ID TIME AMOUNT), "delimiter: must be one character"},
    {WITH("'skip':'BEGIN',", ID TIME AMOUNT), "skip: must be an array"},
    {WITH("'skip':['#',''],", ID TIME AMOUNT), "skip: entry 2 must be a string"},
    {WITH("'trim':'yes',", ID TIME AMOUNT), "trim: must be true or false"},
    {WITH("'columns':3,", ID TIME AMOUNT), "columns: the header says"},
    {WITH("", TIME AMOUNT), "fields.id: is missing"},
    {WITH("", ID AMOUNT), "fields.time: is missing"},
    {WITH("", ID TIME), "fields.amount: is missing"},
    {WITH("", ID TIME "'amount':{'column':'m'},"), "fields.currency: is missing"},
    {WITH("", ID TIME AMOUNT "'payee':{'column':'x'},"), "fields.payee: no such field"},
    {WITH("", ID TIME AMOUNT "'account':{'column':'x'},"),
     "fields.account: is no field of a mapping without direction"},
    {WITH("", ID TIME AMOUNT "'direction':{'column':'x'},"), "is no field of a mapping with direction"},
    {WITH("'record':'account',", ""), "is no field of a mapping of accounts"},
    {WITH("", "'id':'rows'," TIME AMOUNT), "fields.id: must be \"none\""},
    {WITH("", "'id':{'constant':'1'}," TIME AMOUNT), "fields.id: a constant names no transfer"},
    {WITH_KIND("'card'"), "fields.kind: must be an object"},
    {WITH_KIND("{}"), "fields.kind: needs either column or constant"},
    {WITH_KIND("{'column':'k','constant':'card'}"), "fields.kind: needs either column or constant"},
    {WITH_KIND("{'column':'k','tabel':{}}"), "fields.kind.tabel: unknown key"},
    {WITH_KIND("{'constant':'cards'}"), "fields.kind.constant: \"cards\" is not transfer, card"},
    {WITH_KIND("{'constant':'card','otherwise':'card'}"), "fields.kind: a constant stands alone"},
    {WITH_KIND("{'constant':1}"), "fields.kind.constant: must be a string"},
    {WITH_KIND("{'column':'k','table':{}}"), "fields.kind.table: must be an object"},
    {WITH_KIND("{'column':'k','table':{'A':'transfers'}}"), "fields.kind.table.A: \"transfers\" is not"},
    {WITH_KIND("{'column':'k','otherwise':'card'}"), "fields.kind.otherwise: makes sense beside a table"},
    {WITH_KIND("{'column':'k','table':{'A':'card'},'otherwise':'x'}"), "fields.kind.otherwise: \"x\" is not"},
    {WITH_KIND("{'column':0}"), "fields.kind.column: must be a column's name"},
    {WITH_KIND("{'column':257}"), "fields.kind.column: must be a column's name"},
    {WITH_KIND("{'column':''}"), "fields.kind.column: is empty"},
    {WITH_KIND("{'column':true}"), "fields.kind.column: must be a column's name"},
    {WITH("", ID TIME AMOUNT "'rail':{'constant':'sepa'},"), "fields.rail.constant: \"sepa\" is not unknown, instant"},
    {WITH("", ID TIME AMOUNT "'side':{'constant':'left'},"), "\"left\" is not debtor or creditor"},
    {WITH("", ID TIME AMOUNT "'debtor_scheme':{'constant':''},"), "fields.debtor_scheme.constant: is empty"},
    {WITH("", ID TIME "'amount':{'column':'m'},'currency':{'constant':'EURO'},"), "\"EURO\" is not a currency code"},
    {WITH("", ID TIME "'amount':{'column':'m'},'currency':{'column':'c','table':{'Dollar':'US'}},"),
     "fields.currency.table.Dollar: \"US\" is not a currency code"},
    {WITH("", ID TIME "'currency':{'constant':'EUR'},'amount':{'column':'m','units':'cents'},"),
     "fields.amount.units: must be major or minor"},
    {WITH("", ID TIME "'currency':{'constant':'EUR'},'amount':{'column':'m','round':'up'},"),
     "fields.amount.round: must be reject or half-even"},
    {WITH("", ID TIME "'currency':{'constant':'EUR'},'amount':{'constant':'1'},"),
     "fields.amount.constant: unknown key"},
    {WITH("", ID TIME "'currency':{'constant':'EUR'},'amount':{},"), "fields.amount.column: is missing"},
    {WITH_TIME("'t'"), "fields.time: must be an object"},
    {WITH_TIME("{'column':'t'}"), "fields.time.format: must be a format"},
    {WITH_TIME("{'format':'iso'}"), "fields.time.column: is missing"},
    {WITH_TIME("{'column':'t','format':'%Y-%m-%d'}"), "fields.time.zone: is missing"},
    {WITH_TIME("{'column':'t','format':'%Y-%m-%d','zone':'Europe/Berlin'}"), "fields.time.zone: must be \"UTC\""},
    {WITH_TIME("{'column':'t','format':'%Y-%m-%d %z','zone':'UTC'}"), "the format holds the zone already"},
    {WITH_TIME("{'column':'t','format':'%H:%M','zone':'UTC'}"), "lacks %Y"},
    {WITH_TIME("{'column':'t','format':'%y-%m-%d','zone':'UTC'}"), "has a conversion other than"},
    {WITH_TIME("{'column':'t','step':'week','origin':'2020-01-01T00:00:00Z'}"), "fields.time.step: must be second"},
    {WITH_TIME("{'column':'t','step':'day'}"), "fields.time.origin: must be a time with zone"},
    {WITH_TIME("{'column':'t','step':'day','origin':'2020-01-01'}"), "fields.time.origin: must be a time with zone"},
    {WITH_TIME("{'column':'t','step':'day','origin':'2020-01-01T00:00:00Z','zone':'UTC'}"),
     "fields.time.zone: unknown"},
    {WITH_TIME("{'date':{'column':'t','format':'%Y-%m-%d'},'zone':'UTC'}"), "fields.time.clock: must be an object"},
    {WITH_TIME("{'date':{'column':'t','format':'%Y-%m'},'clock':{'column':'u','format':'%H'},'zone':'UTC'}"),
     "fields.time.date.format: \"%Y-%m\" lacks %d"},
    {WITH_TIME("{'date':{'column':'t','format':'%Y-%m-%d'},'clock':{'column':'u','format':'%H %d'},'zone':'UTC'}"),
     "fields.time.clock.format: \"%H %d\" must not hold %d"},
    {WITH_TIME("{'date':{'column':'t','format':'%Y-%m-%d'},'clock':{'column':'u','format':'%H'}}"),
     "fields.time.zone: is missing"},
    {WITH_TIME("{'constant':'yesterday'}"), "fields.time.constant: must be a time with zone"},
    {"{'header':false,'fields':{'id':{'column':'id'}}}", "columns by number only"},
    {"{'header':false,'columns':2,'fields':{'id':{'column':3}}}", "3 is beyond the 2 columns"},
    {"{'header':false,'columns':0,'fields':{'id':{'column':3}}}", "columns: must be a number from 1"},
};

START_TEST(each_mistake_has_its_message)
{
    struct mt_mapping *mapping = (struct mt_mapping *)&mapping;
    char error[256] = "";
    char *text = strdup(mistakes[_i].json);

    for (char *at = text; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    ck_assert_int_eq(mt_mapping_load(text_make("wrong.json", text), &mapping, error), MT_BAD_CONFIG);
    ck_assert_ptr_eq(mapping, &mapping);
    ck_assert_msg(strstr(error, mistakes[_i].message) != NULL, "%s\ngave: %s\nnot: %s", text, error,
                  mistakes[_i].message);
    ck_assert_ptr_nonnull(strstr(error, "wrong.json"));
    free(text);
}
END_TEST

START_TEST(a_mapping_is_found_by_name_or_path)
{
    struct mt_mapping *mapping = NULL;
    char folder[256];
    char error[256] = "";
    const char *path = text_make("own.json", "{\"header\":true,\"fields\":{}}");

    unsetenv("MONEYTRAIL_MAPPINGS");
    ck_assert_int_eq(mt_mapping_load("moneytrail", &mapping, error), MT_OK);
    mt_mapping_destroy(mapping);
    ck_assert_int_eq(mt_mapping_load(MT_SOURCE_DIR "/schemas/mappings/moneytrail.json", &mapping, error), MT_OK);
    mt_mapping_destroy(mapping);

    ck_assert_int_eq(mt_mapping_load("own", &mapping, error), MT_BAD_CONFIG);
    ck_assert_ptr_nonnull(strstr(error, "mapping \"own\" is not in "));
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    setenv("MONEYTRAIL_MAPPINGS", folder, 1);
    ck_assert_int_eq(mt_mapping_load("own", &mapping, error), MT_BAD_CONFIG);
    ck_assert_ptr_nonnull(strstr(error, "fields.id: is missing"));
    ck_assert_int_eq(mt_mapping_load("moneytrail", &mapping, error), MT_OK);
    mt_mapping_destroy(mapping);
    unsetenv("MONEYTRAIL_MAPPINGS");

    ck_assert_int_eq(mt_mapping_load("/nowhere/x.json", &mapping, error), MT_BAD_CONFIG);
    ck_assert_str_eq(error, "/nowhere/x.json: No such file or directory");
    ck_assert_int_eq(mt_mapping_load("", &mapping, error), MT_BAD_CONFIG);
    mt_mapping_destroy(NULL);
}
END_TEST

/* Of a path longer than the message the end is shown, and the reason whole. */
START_TEST(a_long_path_leaves_room_for_the_reason)
{
    struct mt_mapping *mapping;
    char path[700] = "/";
    char error[256];

    for (int i = 0; i < 40; i++)
        strcat(path, "long-folder/");
    strcat(path, "x.json");
    ck_assert_int_eq(mt_mapping_load(path, &mapping, error), MT_BAD_CONFIG);
    ck_assert_ptr_nonnull(strstr(error, "/x.json: No such file or directory"));
    ck_assert_uint_lt(strlen(error), sizeof error);
}
END_TEST

START_TEST(currencies_are_known_by_code_and_by_the_table)
{
    struct mt_mapping *mapping = NULL;
    char error[256];

    ck_assert_int_eq(mt_mapping_load("amlworld", &mapping, error), MT_OK);
    ck_assert_str_eq(mt_mapping_currency(mapping, "US Dollar", 9)->code, "USD");
    ck_assert_str_eq(mt_mapping_currency(mapping, "Bitcoin", 7)->code, "XBT");
    ck_assert_str_eq(mt_mapping_currency(mapping, "SEK", 3)->code, "SEK");
    ck_assert_ptr_null(mt_mapping_currency(mapping, "US Dolla", 8));
    ck_assert_ptr_null(mt_mapping_currency(mapping, "", 0));
    mt_mapping_destroy(mapping);
    ck_assert_int_eq(mt_mapping_load("moneytrail", &mapping, error), MT_OK);
    ck_assert_ptr_null(mt_mapping_currency(mapping, "US Dollar", 9));
    mt_mapping_destroy(mapping);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("mapping_load");

    tcase_add_loop_test(cases, each_mistake_has_its_message, 0, (int)(sizeof mistakes / sizeof mistakes[0]));
    tcase_add_test(cases, a_mapping_is_found_by_name_or_path);
    tcase_add_test(cases, a_long_path_leaves_room_for_the_reason);
    tcase_add_test(cases, currencies_are_known_by_code_and_by_the_table);
    return case_run(cases);
}
