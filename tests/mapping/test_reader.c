#include "support.h"

#include <unistd.h>

static const struct {
    const char *row;
    enum mt_reject_code code;
} rejects[] = {
    {"1,2024-01-01T00:00:00Z,A,B,1.00", MT_REJECT_COLUMNS},
    {"1,2024-01-01T00:00:00Z,A,B,1.00,EUR,x", MT_REJECT_COLUMNS},
    {"\"1,2024-01-01T00:00:00Z,A,B,1.00,EUR", MT_REJECT_COLUMNS},
    {"1,2024-01-01T00:00:00Z,A,B,0.00,EUR", MT_REJECT_AMOUNT_ZERO},
    {"1,2024-01-01T00:00:00Z,A,B,-1.00,EUR", MT_REJECT_AMOUNT_NEGATIVE},
    {"1,2024-01-01T00:00:00Z,A,B,1.005,EUR", MT_REJECT_AMOUNT_PRECISE},
    {"1,2024-01-01T00:00:00Z,A,B,\"1,000.00\",EUR", MT_REJECT_AMOUNT_MALFORMED},
    {"1,2024-01-01T00:00:00Z,A,B,,EUR", MT_REJECT_AMOUNT_MALFORMED},
    {"1,2024-01-01T00:00:00Z,A,B,1E3,EUR", MT_REJECT_AMOUNT_EXPONENT},
    {"1,2024-01-01T00:00:00Z,A,B,99999999999999999999,EUR", MT_REJECT_AMOUNT_OVERFLOW},
    {"1,2024-01-01T00:00:00Z,A,B,1.00,eur", MT_REJECT_CURRENCY},
    {"1,2024-01-01T00:00:00Z,A,B,1.00,", MT_REJECT_CURRENCY},
    {"1,2024-01-01,A,B,1.00,EUR", MT_REJECT_TIME_MALFORMED},
    {"1,2024-01-01T00:00:00,A,B,1.00,EUR", MT_REJECT_TIME_ZONE},
    {"1,1969-01-01T00:00:00Z,A,B,1.00,EUR", MT_REJECT_TIME_ABSURD},
    {"1,2024-01-01T00:00:00Z,,B,1.00,EUR", MT_REJECT_ACCOUNT_EMPTY},
    {"1,2024-01-01T00:00:00Z,A,B\xff,1.00,EUR", MT_REJECT_NOT_UTF8},
    {"1,2024-01-01T00:00:00Z,A\t,B,1.00,EUR", MT_REJECT_CONTROL},
    {",2024-01-01T00:00:00Z,A,B,1.00,EUR", MT_REJECT_ID_MISSING},
};

START_TEST(a_row_that_is_wrong_is_kept_with_its_reason)
{
    struct mt_mapping *mapping = mapping_make(MAPPING_SIMPLE);
    char text[512];
    int64_t line;

    snprintf(text, sizeof text, HEADER_SIMPLE "%s\n7,2024-01-01T00:00:00Z,A,A,0.01,EUR\n", rejects[_i].row);
    struct mt_reader *reader = reader_make(mapping, text_make("wrong.csv", text));
    enum mt_reject_code code = reject_next(reader);

    ck_assert_msg(code == rejects[_i].code, "%s: %s", rejects[_i].row, mt_reject_name(code));
    ck_text_eq(mt_reader_row(reader, &line), rejects[_i].row);
    ck_assert_int_eq(line, 2);
    /* A transfer to oneself of a cent is one. */
    struct mt_event event = event_next(reader);

    ck_text_eq(event.transaction_id, "7");
    ck_assert_int_eq(event.amount.minor, 1);
    ck_assert_int_eq(event.amount.currency, 978);
    ck_assert_int_eq(event.row, 0);
    ck_text_eq(event.file, "");
    mt_reader_row(reader, &line);
    ck_assert_int_eq(line, 3);
    struct mt_reject reject;

    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_END);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_END);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

START_TEST(quoted_cells_become_fields)
{
    struct mt_mapping *mapping = mapping_make(MAPPING_SIMPLE);
    struct mt_reader *reader =
        reader_make(mapping, text_make("quotes.csv",
                                       "\"id\",t,\"a\",b,m,c\r\n"
                                       "\"x \"\"1\"\"\",2024-01-01T00:00:00Z,\"A, B\",\"\"\"\",\"2.50\",\"EUR\"\r\n"));
    struct mt_event event = event_next(reader);

    ck_text_eq(event.transaction_id, "x \"1\"");
    ck_text_eq(event.debtor.number, "A, B");
    ck_text_eq(event.creditor.number, "\"");
    ck_assert_int_eq(event.amount.minor, 250);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

#define MAPPING_DEVICES                                                                                                \
    "{'header':true,'fields':{'id':{'column':'id'},'time':{'column':'t','format':'iso'},"                              \
    "'debtor_bank':{'constant':'B'},'debtor':{'column':'a'},'creditor_bank':{'constant':'B'},"                         \
    "'creditor':{'column':'b'},'amount':{'column':'m'},'currency':{'column':'c'},"                                     \
    "'device':{'column':'d'},'alias':{'column':'n'}}}"
#define HASH "9f86d081884c7d659a2feaa0c55ad015"

/* Hashes pass, an empty cell is none, a number in clear is refused. */
START_TEST(indicators_are_hashes_or_nothing)
{
    struct mt_mapping *mapping = mapping_make(MAPPING_DEVICES);
    struct mt_reader *reader = reader_make(mapping, text_make("devices.csv", "id,t,a,b,m,c,d,n\n"
                                                                             "1,2024-01-01T00:00:00Z,A,B,1.00,EUR," HASH ",\n"
                                                                             "2,2024-01-01T00:00:00Z,A,B,1.00,EUR,,8613800138000\n"
                                                                             "3,2024-01-01T00:00:00Z,A,B,1.00,EUR,," HASH "\n"));
    struct mt_event event = event_next(reader);

    ck_text_eq(event.indicators[MT_INDICATOR_DEVICE], HASH);
    ck_text_eq(event.indicators[MT_INDICATOR_ALIAS], "");
    ck_text_eq(event.indicators[MT_INDICATOR_PHONE], "");
    ck_assert_int_eq(reject_next(reader), MT_REJECT_HASH);
    event = event_next(reader);
    ck_text_eq(event.indicators[MT_INDICATOR_DEVICE], "");
    ck_text_eq(event.indicators[MT_INDICATOR_ALIAS], HASH);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

#define STATEMENT                                                                                                      \
    "{'header':true,'delimiter':';','trim':true,'fields':{'id':'none',"                                                \
    "'time':{'date':{'column':'day','format':'%d.%m.%Y'},'clock':{'column':'clock','format':'%H:%M'},'zone':'+08:00'}" \
    ","                                                                                                                \
    "'direction':{'column':'way','table':{'\xe8\xbf\x9b':'in','\xe5\x87\xba':'out'}},'account_bank':{'constant':'B1'}" \
    ","                                                                                                                \
    "'account':{'column':'account'},'counterparty_bank':{'column':'bank','table':{'1':'B1'},'otherwise':'ELSE'},"      \
    "'counterparty_scheme':{'constant':'iban'},'counterparty':{'column':'other'},"                                     \
    "'amount':{'column':'cents','units':'minor'},'currency':{'constant':'CNY'},'rail':{'constant':'instant'}}}"

/* A statement's rows are from the account's side: 进 in, 出 out. */
START_TEST(direction_says_who_pays)
{
    struct mt_mapping *mapping = mapping_make(STATEMENT);
    struct mt_reader *reader =
        reader_make(mapping, text_make("statement.csv", "day;clock;way;account;bank;other;cents\n"
                                                        "1.2.2024;7:30;\xe8\xbf\x9b;\t6222 ;1;700;1250\n"
                                                        "01.02.2024;08:00;\xe5\x87\xba;6222;2;701;1\n"
                                                        "01.02.2024;08:00;?;6222;2;701;1\n"));
    struct mt_event event = event_next(reader);
    char text[32];

    ck_text_eq(event.creditor.number, "6222");
    ck_text_eq(event.creditor.bank, "B1");
    ck_text_eq(event.creditor.scheme, "");
    ck_text_eq(event.debtor.number, "700");
    ck_text_eq(event.debtor.bank, "B1");
    ck_text_eq(event.debtor.scheme, "iban");
    ck_assert_int_eq(event.side, MT_SIDE_CREDITOR);
    ck_assert_int_eq(event.amount.minor, 1250);
    ck_assert_int_eq(event.rail, MT_RAIL_INSTANT);
    ck_assert_int_eq(event.kind, MT_KIND_TRANSFER);
    mt_time_print(event.time_ms, text);
    ck_assert_str_eq(text, "2024-01-31T23:30:00Z");
    event = event_next(reader);
    ck_text_eq(event.debtor.number, "6222");
    ck_text_eq(event.creditor.number, "701");
    ck_text_eq(event.creditor.bank, "ELSE");
    ck_assert_int_eq(event.side, MT_SIDE_DEBTOR);
    ck_assert_int_eq(event.row, 3);
    ck_assert_int_eq(reject_next(reader), MT_REJECT_ENUM);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

#define ROWS_ONLY                                                                                                      \
    "{'header':false,'columns':4,'skip':['BEGIN','END'],'fields':{'id':'none',"                                        \
    "'time':{'column':1,'step':'hour','origin':'2024-01-01T00:00:00+01:00'},'debtor_bank':{'constant':'B'},"           \
    "'debtor':{'column':2},'creditor_bank':{'constant':'B'},'creditor':{'column':3},"                                  \
    "'amount':{'column':4,'round':'half-even'},'currency':{'constant':'JPY'}}}"

#define ROWS_TEXT "BEGIN\n0,A,B,2.5\n\nEND\n30,B,C,3.5\n-1,B,C,1\n1,B,C\n"

START_TEST(rows_without_ids_are_known_by_file_and_line)
{
    struct mt_mapping *mapping = mapping_make(ROWS_ONLY);
    const char *path = text_make("rows.csv", ROWS_TEXT);
    char command[256];
    char expected[65] = "";
    char time_text[32];

    snprintf(command, sizeof command, "sha256sum < %s", path);
    FILE *pipe = popen(command, "r");

    ck_assert_int_eq(fscanf(pipe, "%64s", expected), 1);
    pclose(pipe);
    for (int pass = 0; pass < 2; pass++) {
        struct mt_reader *reader = reader_make(mapping, path);
        struct mt_event event = event_next(reader);

        ck_text_eq(event.file, expected);
        ck_assert_int_eq(event.row, 2);
        ck_assert_int_eq(event.amount.minor, 2);
        mt_time_print(event.time_ms, time_text);
        ck_assert_str_eq(time_text, "2023-12-31T23:00:00Z");
        event = event_next(reader);
        ck_text_eq(event.file, expected);
        ck_assert_int_eq(event.row, 5);
        ck_assert_int_eq(event.amount.minor, 4);
        mt_time_print(event.time_ms, time_text);
        ck_assert_str_eq(time_text, "2024-01-02T05:00:00Z");
        ck_assert_int_eq(reject_next(reader), MT_REJECT_TIME_MALFORMED);
        ck_assert_int_eq(reject_next(reader), MT_REJECT_COLUMNS);
        mt_reader_close(reader);
    }
    mt_mapping_destroy(mapping);
}
END_TEST

START_TEST(a_file_that_changes_while_it_is_read_is_an_error)
{
    struct mt_mapping *mapping = mapping_make(ROWS_ONLY);
    const char *path = text_make("changing.csv", "0,A,B,1\n");
    struct mt_reader *reader = reader_make(mapping, path);
    struct mt_event event = event_next(reader);
    struct mt_reject reject;
    FILE *file = fopen(path, "ab");

    fputs("1,A,B,1\n", file);
    fclose(file);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_ERROR);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

START_TEST(gzip_reads_as_the_plain_file_does)
{
    static const char text[] = HEADER_SIMPLE "1,2024-01-01T00:00:00Z,A,B,1.00,EUR\n2,2024-01-01T00:00:00Z,A,B,0,EUR\n";
    struct mt_mapping *mapping = mapping_make(MAPPING_SIMPLE);
    struct mt_reader *reader = reader_make(mapping, gzip_make("plain.csv.gz", text));
    struct mt_event event = event_next(reader);
    struct mt_reject reject;
    int64_t bytes;
    int64_t total;

    ck_text_eq(event.transaction_id, "1");
    ck_assert_int_eq(reject_next(reader), MT_REJECT_AMOUNT_ZERO);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_END);
    mt_reader_progress(reader, &bytes, &total);
    ck_assert_int_gt(total, 0);
    ck_assert_int_eq(bytes, total);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

#define TWICE                                                                                                          \
    "{'header':true,'fields':{'id':'none','time':{'column':'t','format':'iso','zone':'-03:00'},"                       \
    "'debtor_bank':{'constant':'B'},'debtor':{'column':%s},'creditor_bank':{'constant':'B'},'creditor':{'column':%s}," \
    "'amount':{'column':'m'},'currency':{'constant':'EUR'}}}"

static const struct {
    const char *debtor;
    const char *creditor;
    const char *error; /* NULL: read */
} columns[] = {
    {"2", "3", NULL},
    {"'Account#1'", "'Account#2'", NULL},
    {"'Account'", "'Account#2'", "has \"Account\" 2 times"},
    {"'Account#1'", "'Account#3'", "no column \"Account#3\""},
    {"'account'", "3", "no column \"account\""},
    {"2", "7", "has 4 columns, and the mapping reads column 7"},
};

START_TEST(columns_are_found_by_name_ordinal_or_number)
{
    const char *path = text_make("twice.csv", "t,Account,Account,m\n2024-01-01,A,B,1\n2024-01-01T00:00:00,A,B,1\n");
    char json[1024];
    char error[256] = "";

    snprintf(json, sizeof json, TWICE, columns[_i].debtor, columns[_i].creditor);
    struct mt_mapping *mapping = mapping_make(json);
    struct mt_reader *reader = NULL;
    enum mt_status status = mt_reader_open(mapping, path, &reader, error);

    ck_assert_int_eq(status, columns[_i].error == NULL ? MT_OK : MT_BAD_CONFIG);
    if (status == MT_OK) {
        for (int row = 0; row < 2; row++) {
            struct mt_event event = event_next(reader);
            char time_text[32];

            ck_text_eq(event.debtor.number, "A");
            ck_text_eq(event.creditor.number, "B");
            mt_time_print(event.time_ms, time_text);
            ck_assert_str_eq(time_text, "2024-01-01T03:00:00Z");
        }
    } else {
        ck_assert_ptr_null(reader);
        ck_assert_msg(strstr(error, columns[_i].error) != NULL, "%s", error);
    }
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

START_TEST(files_that_cannot_be_read_say_why)
{
    struct mt_mapping *simple = mapping_make(MAPPING_SIMPLE);
    struct mt_mapping *rows = mapping_make(ROWS_ONLY);
    struct mt_reader *reader = NULL;
    char error[256] = "";

    ck_assert_int_eq(mt_reader_open(simple, "/nowhere.csv", &reader, error), MT_IO);
    ck_assert_str_eq(error, "/nowhere.csv: No such file or directory");
    ck_assert_int_eq(mt_reader_open(simple, "/tmp", &reader, error), MT_IO);
    ck_assert_str_eq(error, "/tmp: is a folder");
    ck_assert_int_eq(mt_reader_open(rows, "-", &reader, error), MT_BAD_CONFIG);
    ck_assert_ptr_nonnull(strstr(error, "not a pipe"));
    ck_assert_int_eq(mt_reader_open(simple, text_make("empty.csv", "\n"), &reader, error), MT_BAD_CONFIG);
    ck_assert_ptr_nonnull(strstr(error, "is empty: no header"));
    ck_assert_ptr_null(reader);
    mt_reader_close(NULL);
    mt_mapping_destroy(simple);
    mt_mapping_destroy(rows);
}
END_TEST

START_TEST(standard_input_is_read_like_a_file)
{
    struct mt_mapping *mapping = mapping_make(MAPPING_SIMPLE);
    static const char text[] = HEADER_SIMPLE "1,2024-01-01T00:00:00Z,A,B,1.00,EUR\n";
    int ends[2];
    int before = dup(STDIN_FILENO);
    int64_t bytes;
    int64_t total = -1;

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    struct mt_reader *reader = reader_make(mapping, "-");
    struct mt_event event = event_next(reader);

    ck_text_eq(event.transaction_id, "1");
    mt_reader_progress(reader, &bytes, &total);
    ck_assert_int_eq(total, 0);
    ck_assert_int_eq(bytes, (int64_t)sizeof text - 1);
    mt_reader_close(reader);
    dup2(before, STDIN_FILENO);
    close(before);
    mt_mapping_destroy(mapping);
}
END_TEST

/* PaySim's own columns: what a customer cashes in, the merchant pays. */
START_TEST(paysim_goes_by_steps_and_turns_cash_in_round)
{
    struct mt_mapping *mapping = NULL;
    char error[256];

    ck_assert_int_eq(mt_mapping_load("paysim", &mapping, error), MT_OK);
    struct mt_reader *reader =
        reader_make(mapping, text_make("paysim.csv",
                                       "step,type,amount,nameOrig,oldbalanceOrg,newbalanceOrig,nameDest,oldbalanceDest,"
                                       "newbalanceDest,isFraud,isFlaggedFraud\n"
                                       "1,PAYMENT,9839.64,C1231006815,170136.0,160296.36,M1979787155,0.0,0.0,0,0\n"
                                       "25,CASH_IN,181.0,C1305486145,181.0,0.0,C553264065,0.0,0.0,1,0\n"));
    struct mt_event event = event_next(reader);
    char time_text[32];

    ck_text_eq(event.debtor.number, "C1231006815");
    ck_assert_int_eq(event.amount.minor, 983964);
    ck_assert_int_eq(event.kind, MT_KIND_CARD);
    event = event_next(reader);
    ck_text_eq(event.debtor.number, "C553264065");
    ck_assert_int_eq(event.kind, MT_KIND_CASH_IN);
    ck_assert_int_eq(event.rail, MT_RAIL_CASH);
    mt_time_print(event.time_ms, time_text);
    ck_assert_str_eq(time_text, "2024-01-02T01:00:00Z");
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("reader");

    tcase_add_loop_test(cases, a_row_that_is_wrong_is_kept_with_its_reason, 0,
                        (int)(sizeof rejects / sizeof rejects[0]));
    tcase_add_test(cases, quoted_cells_become_fields);
    tcase_add_test(cases, indicators_are_hashes_or_nothing);
    tcase_add_test(cases, direction_says_who_pays);
    tcase_add_test(cases, rows_without_ids_are_known_by_file_and_line);
    tcase_add_test(cases, a_file_that_changes_while_it_is_read_is_an_error);
    tcase_add_test(cases, gzip_reads_as_the_plain_file_does);
    tcase_add_loop_test(cases, columns_are_found_by_name_ordinal_or_number, 0,
                        (int)(sizeof columns / sizeof columns[0]));
    tcase_add_test(cases, files_that_cannot_be_read_say_why);
    tcase_add_test(cases, standard_input_is_read_like_a_file);
    tcase_add_test(cases, paysim_goes_by_steps_and_turns_cash_in_round);
    return case_run(cases);
}
