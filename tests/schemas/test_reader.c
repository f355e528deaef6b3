/* Small files of our own through mappings of our own: what a row becomes, and how each broken row is refused. */
#include "schemas/mapping.h"
#include "support.h"

#include <unistd.h>
#include <zlib.h>

static char folder[] = "/tmp/mt-reader-XXXXXX";
static char mapping_path[64];
static char csv_path[64];

static void bytes_write(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static struct mt_mapping *mapping_of(const char *json)
{
    struct mt_mapping *mapping = NULL;
    char error[256] = "";

    bytes_write(mapping_path, json, strlen(json));
    ck_assert_msg(mt_mapping_load(mapping_path, &mapping, error) == MT_OK, "%s", error);
    return mapping;
}

static struct mt_reader *open_file(const struct mt_mapping *mapping)
{
    struct mt_reader *reader = NULL;
    char error[256] = "";

    ck_assert_msg(mt_reader_open(mapping, csv_path, &reader, error) == MT_OK, "%s", error);
    return reader;
}

#define SIMPLE                                                                                                         \
    "{\"header\":true,\"id\":{\"column\":\"id\"},\"fields\":{\"time\":{\"column\":\"time\",\"format\":\"iso\"},"       \
    "\"debtor_bank\":{\"constant\":\"A\"},\"debtor\":{\"column\":\"from\"},\"creditor_bank\":{\"constant\":\"B\"},"    \
    "\"creditor\":{\"column\":\"to\"},\"amount\":{\"column\":\"amount\"},\"currency\":{\"column\":\"ccy\"},"           \
    "\"kind\":{\"column\":\"kind\",\"values\":{\"t\":\"transfer\",\"c\":\"card\"}}}}"
#define HEADER "id,time,from,to,amount,ccy,kind\n"
#define T "2026-11-25T04:00:00Z"

/* Each row alone behind the header; the code it is rejected with, or MT_REJECT_COUNT. */
static const struct {
    const char *row;
    enum mt_reject_code code;
    const char *field;
} rows[] = {
    {"1," T ",x,y,12.30,EUR,t", MT_REJECT_COUNT, ""},
    {"1," T ",x,y,12.30,EUR,t\n", MT_REJECT_COUNT, ""},
    {"1," T ",x,y,12.30,EUR,t\r\n", MT_REJECT_COUNT, ""},
    {"\n\n  \t\n1," T ",x,y,12.30,EUR,t\n\n", MT_REJECT_COUNT, ""},
    {"1," T ",\t x ,y, 12.30\t,EUR,t", MT_REJECT_COUNT, ""},
    {"\"1\",\"" T "\",\"x\",\"y\",\"12.30\",\"EUR\",\"t\"\r\n", MT_REJECT_COUNT, ""},
    {"1," T ",x\"x,y,12.30,EUR,t", MT_REJECT_COUNT, ""}, /* a quote inside is a character */
    {"1," T ",x,y,12.30,EUR", MT_REJECT_COLUMNS, ""},
    {"1," T ",x,y,12.30,EUR,t,", MT_REJECT_COLUMNS, ""},
    {"1," T ",\"x,y,12.30,EUR,t", MT_REJECT_COLUMNS, ""},
    {"1," T ",\"x\"x,y,12.30,EUR,t", MT_REJECT_COLUMNS, ""},
    {"1," T ",x,y,12.30,EUR,z", MT_REJECT_ENUM, "kind"},
    {"1," T ",x,y,12.30,EUX,t", MT_REJECT_CURRENCY, "currency"},
    {"1," T ",x,y,12.30,,t", MT_REJECT_CURRENCY, "currency"},
    {"1," T ",x,y,0.00,EUR,t", MT_REJECT_AMOUNT_ZERO, "amount"},
    {"1," T ",x,y,-1.00,EUR,t", MT_REJECT_AMOUNT_NEGATIVE, "amount"},
    {"1," T ",x,y,1.001,EUR,t", MT_REJECT_AMOUNT_PRECISE, "amount"},
    {"1," T ",x,y,1e2,EUR,t", MT_REJECT_AMOUNT_EXPONENT, "amount"},
    {"1," T ",x,y,,EUR,t", MT_REJECT_AMOUNT_MALFORMED, "amount"},
    {"1," T ",x,y,99999999999999999999,EUR,t", MT_REJECT_AMOUNT_OVERFLOW, "amount"},
    {"1,2026-11-25T04:00:00,x,y,1,EUR,t", MT_REJECT_TIME_ZONE, "time"},
    {"1,,x,y,1,EUR,t", MT_REJECT_TIME_MALFORMED, "time"},
    {"1,1800-01-01T00:00:00Z,x,y,1,EUR,t", MT_REJECT_TIME_ABSURD, "time"},
    {"1," T ",,y,1,EUR,t", MT_REJECT_ACCOUNT_EMPTY, "debtor.number"},
    {"1," T ",x,12\xff,1,EUR,t", MT_REJECT_NOT_UTF8, "creditor.number"},
    {"1," T ",x,\"1\n2\",1,EUR,t", MT_REJECT_CONTROL, "creditor.number"},
    {"," T ",x,y,1,EUR,t", MT_REJECT_ID_MISSING, ""},
};

START_TEST(a_row_becomes_an_event_or_its_own_reject)
{
    struct mt_mapping *mapping = mapping_of(SIMPLE);
    struct mt_event event;
    struct mt_reject reject = {.code = MT_REJECT_COUNT};
    char bytes[512];
    int64_t line;

    snprintf(bytes, sizeof bytes, HEADER "%s", rows[_i].row);
    bytes_write(csv_path, bytes, strlen(bytes));
    struct mt_reader *reader = open_file(mapping);

    event_fill(&event);
    enum mt_read_result result = mt_reader_next(reader, &event, &reject);

    if (rows[_i].code == MT_REJECT_COUNT) {
        ck_assert_msg(result == MT_READ_EVENT, "%s", reject.sentence);
        ck_assert_int_eq(event.amount.minor, 1230);
        ck_assert_mem_eq(event.debtor.number.at, "x", 1);
        ck_assert_mem_eq(event.transaction_id.at, "1", 1);
    } else {
        ck_assert_int_eq(result, MT_READ_REJECT);
        ck_assert_msg(reject.code == rows[_i].code, "%s", mt_reject_name(reject.code));
        ck_assert_str_eq(reject.field, rows[_i].field);
        ck_assert(event_untouched(&event));
        struct mt_text row = mt_reader_row(reader, &line);

        ck_assert_mem_eq(row.at, rows[_i].row, row.size);
        ck_assert_int_eq(line, 2);
    }
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_END);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_END);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

START_TEST(quotes_hold_delimiters_line_ends_and_quotes)
{
    static const char json[] =
        "{\"header\":false,\"columns\":[\"t\",\"x\",\"x\",\"a\"],\"skip\":[\"#\"],\"delimiter\":\";\",\"id\":\"none\","
        "\"fields\":{\"time\":{\"column\":1,\"format\":\"iso\"},\"debtor_bank\":{\"column\":\"x#1\"},"
        "\"debtor\":{\"column\":\"x#2\"},\"creditor_bank\":{\"constant\":\"B\"},\"creditor\":{\"constant\":\"1\"},"
        "\"amount\":{\"column\":\"a\",\"unit\":\"minor\"},\"currency\":{\"constant\":\"EUR\"}}}";
    static const char csv[] =
        "# \"a note\n\"" T "\";\"Bank \"\"A\"\"; London\";\"7\n8\";1230\n" T ";A;\"9\";1\n" T ";A;9;1.5\n";
    struct mt_mapping *mapping = mapping_of(json);
    struct mt_event event;
    struct mt_reject reject;
    int64_t line;

    bytes_write(csv_path, csv, sizeof csv - 1);
    struct mt_reader *reader = open_file(mapping);

    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_REJECT); /* the line end in the number */
    ck_assert_str_eq(reject.field, "debtor.number");
    mt_reader_row(reader, &line);
    ck_assert_int_eq(line, 2);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_EVENT);
    mt_reader_row(reader, &line);
    ck_assert_int_eq(line, 4);
    ck_assert_int_eq(event.row, 4);
    ck_assert_int_eq(event.amount.minor, 1);
    ck_assert_uint_eq(event.file.size, 64);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_REJECT);
    ck_assert_int_eq(reject.code, MT_REJECT_AMOUNT_PRECISE); /* half a cent in minor units */
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_END);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

#define STATEMENT(direction)                                                                                           \
    "{\"header\":true,\"id\":{\"column\":\"no\"},\"direction\":" direction ",\"fields\":{"                             \
    "\"time\":{\"columns\":[\"day\",\"hour\"],\"format\":\"%d.%m.%Y %H:%M:%S.%f\",\"zone\":\"+08:00\"},"               \
    "\"account_bank\":{\"constant\":\"OWN\"},\"account\":{\"column\":\"acct\"},\"other_bank\":{\"column\":\"obank\"}," \
    "\"other\":{\"column\":\"oacct\"},\"amount\":{\"column\":\"amt\"},\"currency\":{\"constant\":\"CNY\"}}}"
#define WORDS "{\"column\":\"flag\",\"in\":[\"进\",\"in\"],\"out\":[\"出\",\"out\"]}"

static const struct {
    const char *json;
    const char *row;
    bool in;
    int64_t minor; /* 0: a reject */
} statements[] = {
    {STATEMENT(WORDS), "1,5.11.2026,7:05:09.5,\t6222,ICBC,99,10.00,进", true, 1000},
    {STATEMENT(WORDS), "1,05.11.2026,07:05:09.500,6222\t,ICBC,99,10.00,出", false, 1000},
    {STATEMENT(WORDS), "1,05.11.2026,07:05:09.5000009,6222,ICBC,99,10.00,out", false, 1000},
    {STATEMENT(WORDS), "1,05.11.2026,07:05:09.5,6222,ICBC,99,10.00,sideways", false, 0},
    {STATEMENT(WORDS), "1,05.11.2026,07:05:09.5,6222,ICBC,99,-10.00,in", false, 0},
    {STATEMENT("{\"sign\":\"positive_is_in\"}"), "1,05.11.2026,07:05:09.5,6222,ICBC,99,10.00,", true, 1000},
    {STATEMENT("{\"sign\":\"positive_is_in\"}"), "1,05.11.2026,07:05:09.5,6222,ICBC,99,-10.00,", false, 1000},
    {STATEMENT("{\"sign\":\"positive_is_out\"}"), "1,05.11.2026,07:05:09.5,6222,ICBC,99,10.00,", false, 1000},
    {STATEMENT("{\"sign\":\"positive_is_out\"}"), "1,05.11.2026,07:05:09.5,6222,ICBC,99,-10.00,", true, 1000},
    {STATEMENT("{\"sign\":\"positive_is_out\"}"), "1,05.11.2026,07:05:09.5,6222,ICBC,99,-92233720368547758.08,", true,
     0},
    {STATEMENT("{\"sign\":\"positive_is_out\"}"), "1,05.11.2026,07:05:09.5,6222,ICBC,99,0.00,", true, 0},
};

START_TEST(a_statement_says_who_pays)
{
    struct mt_mapping *mapping = mapping_of(statements[_i].json);
    struct mt_event event;
    struct mt_reject reject;
    char bytes[512];

    snprintf(bytes, sizeof bytes, "\xef\xbb\xbfno,day,hour,acct,obank,oacct,amt,flag\r\n%s\r\n", statements[_i].row);
    bytes_write(csv_path, bytes, strlen(bytes));
    struct mt_reader *reader = open_file(mapping);
    enum mt_read_result result = mt_reader_next(reader, &event, &reject);

    ck_assert_int_eq(result, statements[_i].minor == 0 ? MT_READ_REJECT : MT_READ_EVENT);
    if (result == MT_READ_EVENT) {
        const struct mt_event_account *own = statements[_i].in ? &event.creditor : &event.debtor;
        const struct mt_event_account *other = statements[_i].in ? &event.debtor : &event.creditor;

        ck_assert_int_eq(event.amount.minor, statements[_i].minor);
        ck_assert_int_eq(event.side, statements[_i].in ? MT_SIDE_CREDITOR : MT_SIDE_DEBTOR);
        ck_assert_uint_eq(own->number.size, 4);
        ck_assert_mem_eq(own->bank.at, "OWN", 3);
        ck_assert_mem_eq(other->bank.at, "ICBC", 4);
        ck_assert_int_eq(event.time_ms, INT64_C(1793833509500)); /* 2026-11-04T23:05:09.500Z */
    }
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

/* A row of 70,000 bytes, then a good one; and an open quote before thousands of rows. */
START_TEST(a_row_that_is_too_long_costs_itself_only)
{
    struct mt_mapping *mapping = mapping_of(SIMPLE);
    struct mt_event event;
    struct mt_reject reject;
    int64_t line;
    size_t long_size = 3 * 1024 * 1024;
    char *bytes = malloc(long_size + 1024);
    size_t size = (size_t)sprintf(bytes, HEADER);

    memset(bytes + size, 'x', long_size);
    size += long_size;
    size += (size_t)sprintf(bytes + size, "\n1," T ",\"x,y,1,EUR,t\n2," T ",x,y,1,EUR,t\n");
    bytes_write(csv_path, bytes, size);
    free(bytes);
    struct mt_reader *reader = open_file(mapping);

    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_REJECT);
    ck_assert_int_eq(reject.code, MT_REJECT_TOO_LARGE);
    ck_assert_uint_eq(mt_reader_row(reader, &line).size, MT_EVENT_BYTES_MAX);
    ck_assert_int_eq(line, 2);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_REJECT);
    ck_assert_int_eq(reject.code, MT_REJECT_COLUMNS);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_EVENT);
    mt_reader_row(reader, &line);
    ck_assert_int_eq(line, 4);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_END);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

/* Many buffers long, as gzip; then the same cut off in the middle. */
START_TEST(a_gzip_is_read_whole_and_its_break_is_seen)
{
    enum { ROWS = 60000 };
    struct mt_mapping *mapping = mapping_of(SIMPLE);
    struct mt_event event;
    struct mt_reject reject;
    int64_t done, total;
    gzFile file = gzopen(csv_path, "wb");
    int64_t count = 0;
    enum mt_read_result result;

    gzprintf(file, HEADER);
    for (int i = 0; i < ROWS; i++)
        gzprintf(file, "%d," T ",x,%s,%d.00,EUR,t\n", i, i % 7 == 0 ? "\"y\"" : "y", i + 1);
    gzclose(file);
    struct mt_reader *reader = open_file(mapping);

    while ((result = mt_reader_next(reader, &event, &reject)) == MT_READ_EVENT)
        ck_assert_int_eq(event.amount.minor, 100 * ++count);
    ck_assert_int_eq(result, MT_READ_END);
    ck_assert_int_eq(count, ROWS);
    mt_reader_progress(reader, &done, &total);
    ck_assert_int_gt(total, 0);
    ck_assert_int_eq(done, total);
    mt_reader_close(reader);
    ck_assert_int_eq(truncate(csv_path, total / 2), 0);
    reader = open_file(mapping);
    for (count = 0; (result = mt_reader_next(reader, &event, &reject)) == MT_READ_EVENT; count++)
        ;
    ck_assert_int_eq(result, MT_READ_ERROR);
    ck_assert_int_gt(count, 100);
    ck_assert_int_lt(count, ROWS);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

static void open_fails(const char *json, const char *path, const char *says)
{
    struct mt_mapping *mapping = mapping_of(json);
    struct mt_reader *reader = NULL;
    char error[256] = "";

    ck_assert_int_ne(mt_reader_open(mapping, path, &reader, error), MT_OK);
    ck_assert_ptr_null(reader);
    ck_assert_msg(strstr(error, says) != NULL, "\"%s\" does not say \"%s\"", error, says);
    mt_mapping_destroy(mapping);
}

#define WITHOUT_IDS                                                                                                    \
    "{\"header\":true,\"id\":\"none\",\"fields\":{\"time\":{\"column\":\"time\",\"format\":\"iso\"},"                  \
    "\"debtor_bank\":{\"constant\":\"A\"},\"debtor\":{\"column\":\"x\"},\"creditor_bank\":{\"constant\":\"B\"},"       \
    "\"creditor\":{\"column\":9},\"amount\":{\"column\":\"amount\"},\"currency\":{\"constant\":\"EUR\"}}}"

START_TEST(a_file_that_does_not_fit_its_mapping_does_not_open)
{
    open_fails(SIMPLE, "/no/such/file.csv", "No such file");
    open_fails(SIMPLE, folder, "not a file");
    bytes_write(csv_path, "", 0);
    open_fails(SIMPLE, csv_path, "no header");
    bytes_write(csv_path, "id,time,from,to,amount,kind\n", 28);
    open_fails(SIMPLE, csv_path, "no column \"ccy\"");
    bytes_write(csv_path, "id,id,time,from,to,amount,ccy,kind\n", 35);
    open_fails(SIMPLE, csv_path, "2 times");
    bytes_write(csv_path, "time,x,amount\n", 14);
    open_fails(WITHOUT_IDS, csv_path, "no column 9");
    open_fails(WITHOUT_IDS, "-", "standard input");
    open_fails(WITHOUT_IDS, "/dev/null", "twice");
}
END_TEST

START_TEST(account_facts_are_read_with_their_gaps)
{
    static const char csv[] = "bank,number,type,opened,holder,region,exit,valid_from\n"
                              "A,1,personal,1950-05-01T00:00:00Z,h1,GB,," T "\n"
                              "A,2,vasp,,,,crypto_exchange," T "\n"
                              "A,3,vasp,,,,casino," T "\n"
                              "A,4,,,,,," T "\n"
                              "A,5,atm,,,,,\n";
    static const enum mt_reject_code codes[] = {MT_REJECT_ENUM, MT_REJECT_ENUM, MT_REJECT_TIME_MALFORMED};
    struct mt_mapping *mapping = NULL;
    struct mt_account_facts facts;
    struct mt_reject reject;
    char error[256];

    ck_assert_int_eq(mt_mapping_load("moneytrail-accounts", &mapping, error), MT_OK);
    bytes_write(csv_path, csv, sizeof csv - 1);
    struct mt_reader *reader = open_file(mapping);

    ck_assert_int_eq(mt_reader_next_account(reader, &facts, &reject), MT_READ_EVENT);
    ck_assert_int_lt(facts.opened_ms, 0);
    ck_assert_mem_eq(facts.type.at, "personal", 8);
    ck_assert_int_eq(mt_reader_next_account(reader, &facts, &reject), MT_READ_EVENT);
    ck_assert_int_eq(facts.opened_ms, 0);
    ck_assert_uint_eq(facts.holder.size, 0);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        ck_assert_int_eq(mt_reader_next_account(reader, &facts, &reject), MT_READ_REJECT);
        ck_assert_int_eq(reject.code, codes[i]);
    }
    ck_assert_int_eq(mt_reader_next_account(reader, &facts, &reject), MT_READ_END);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reader");
    TCase *cases = tcase_create("reader");

    if (mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    snprintf(mapping_path, sizeof mapping_path, "%s/m.json", folder);
    snprintf(csv_path, sizeof csv_path, "%s/f.csv", folder);
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, a_row_becomes_an_event_or_its_own_reject, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(cases, quotes_hold_delimiters_line_ends_and_quotes);
    tcase_add_loop_test(cases, a_statement_says_who_pays, 0, (int)(sizeof statements / sizeof statements[0]));
    tcase_add_test(cases, a_row_that_is_too_long_costs_itself_only);
    tcase_add_test(cases, a_gzip_is_read_whole_and_its_break_is_seen);
    tcase_add_test(cases, a_file_that_does_not_fit_its_mapping_does_not_open);
    tcase_add_test(cases, account_facts_are_read_with_their_gaps);
    suite_add_tcase(suite, cases);
    int status = suite_run(suite);

    unlink(mapping_path);
    unlink(csv_path);
    rmdir(folder);
    return status;
}
