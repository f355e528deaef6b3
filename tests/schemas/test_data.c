/*
 * Every mapping on the real files it is for, which lie outside of the repository: in $MONEYTRAIL_DATA or
 * ../shared/data. What is not there is said to be skipped. The first event's canonical bytes are compared too (without
 * the file's hash, where rows have no ids): a count alone would not see two columns that are swapped.
 */
#include "schemas/mapping.h"
#include "support.h"

#include <unistd.h>

#define ACCOUNT(bank, number) "{\"bank\":\"" bank "\",\"number\":\"" number "\"}"
#define REST(time, debtor, creditor, amount, currency)                                                                 \
    "\"time\":\"" time "\",\"debtor\":" debtor ",\"creditor\":" creditor ",\"amount\":\"" amount                       \
    "\",\"currency\":\"" currency "\"}"

struct expected {
    const char *mapping;
    const char *path;
    int64_t events;
    int64_t rejects;   /* all of them amount_zero */
    const char *first; /* the end of the first event, or NULL */
};

static const struct expected files[] = {
    {"amlworld-patterns", "ibm-amlworld-patterns/HI-Small_Patterns.txt", 3209, 0,
     "\"rail\":\"ach\"," REST("2022-09-01T00:06:00Z", ACCOUNT("021174", "800737690"), ACCOUNT("012", "80011F990"),
                              "2848.96", "EUR")},
    {"amlworld", "ibm-amlworld-head/Hipersmall_Trans.csv", 572, 0,
     "\"rail\":\"book\"," REST("2022-09-01T00:08:00Z", ACCOUNT("11", "8000ECA90"), ACCOUNT("11", "8000ECA90"),
                               "3195403.00", "USD")},
    {"amlworld-pandas", "ibm-amlworld-head/ibm_aml_sample.csv", 1000, 0,
     REST("2022-09-01T00:20:00Z", ACCOUNT("10", "8000EBD30"), ACCOUNT("10", "8000EBD30"), "3697.34", "USD")},
    {"maryam-ml", "maryam-ml/ML.csv", 2340, 0,
     REST("2019-07-19T14:40:00Z", ACCOUNT("ML", "30105"), ACCOUNT("ML", "28942"), "494528.00", "XXX")},
    {"amlsim-ronaldpereira", "amlsim-ronaldpereira/transactions_1k.csv", 52202, 0,
     "\"transaction_id\":\"1\",\"side\":\"debtor\",\"kind\":\"transfer\",\"rail\":\"unknown\"," REST(
         "2021-01-01T00:00:00Z", ACCOUNT("AMLSIM", "723"), ACCOUNT("AMLSIM", "951"), "649.50", "XXX")},
    {"amlsim-ronaldpereira", "amlsim-ronaldpereira/transactions_sample.csv", 9999, 0, NULL},
    {"rift2026", "rift2026-official/money-mulling.csv", 279, 0,
     REST("2024-01-21T03:01:00Z", ACCOUNT("RIFT", "ACC_00123"), ACCOUNT("RIFT", "ACC_00456"), "15000.00", "XXX")},
    {"mftracer", "mftracer-ground-truth/54m/54m.csv", 292, 0, "\"amount\":\"34755.13\",\"currency\":\"USD\"}"},
    {"mftracer", "mftracer-ground-truth/LIFI/LIFI.csv", 135, 0, "\"amount\":\"347.55\",\"currency\":\"USD\"}"},
    {"saml-d", "saml-d-sample/SAML-D_sample_1k.csv", 1000, 0,
     "\"rail\":\"wire\"," REST("2022-12-09T11:38:54Z", ACCOUNT("SAML-D", "1782263940"), ACCOUNT("SAML-D", "3455276355"),
                               "8822.67", "EUR")},
    {"generated", "generated/tide-a/transfers.csv.gz", 45529, 8, NULL},
    {"generated", "generated/tide-b/transfers.csv.gz", 36287, 2, NULL},
    {"generated", "generated/amlgentex-a/transfers.csv.gz", 188645, 13,
     REST("2023-01-01T00:00:00Z", ACCOUNT("GEN", "SOURCE"), ACCOUNT("GEN", "A0031794f56"), "233477.53", "SEK")},
    {"generated", "generated/amlgentex-b/transfers.csv.gz", 205369, 29, NULL},
    {"generated", "generated/amlsim-a/transfers.csv.gz", 79065, 0, NULL},
    {"generated", "generated/amlsim-b/transfers.csv.gz", 39885, 0, NULL},
    {"generated", "generated/amlsim-c/transfers.csv.gz", 35196, 0, NULL},
    {"generated", "generated/synthfin-aml-a/transfers.csv.gz", 69198, 0, "\"amount\":\"194.97\",\"currency\":\"USD\"}"},
    {"generated", "generated/synthfin-aml-b/transfers.csv.gz", 63789, 0, NULL},
    {"generated", "generated/paysim-a/transfers.csv.gz", 77469, 0, NULL},
    {"generated", "generated/aml-analytics-a/transfers.csv.gz", 30004, 0, "\"amount\":\"80.64\",\"currency\":\"USD\"}"},
};

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text);
    size_t end_size = strlen(end);

    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static void file_check(const struct expected *expected, const char *path)
{
    struct mt_mapping *mapping = NULL;
    struct mt_reader *reader = NULL;
    struct mt_event event;
    struct mt_reject reject;
    char error[256] = "";
    char printed[4096];
    int64_t events = 0;
    int64_t rejects = 0;
    enum mt_read_result result;

    ck_assert_msg(mt_mapping_load(expected->mapping, &mapping, error) == MT_OK, "%s", error);
    ck_assert_msg(mt_reader_open(mapping, path, &reader, error) == MT_OK, "%s", error);
    while ((result = mt_reader_next(reader, &event, &reject)) == MT_READ_EVENT || result == MT_READ_REJECT) {
        if (result == MT_READ_REJECT) {
            ck_assert_msg(reject.code == MT_REJECT_AMOUNT_ZERO, "%s: %s", path, reject.sentence);
            rejects++;
        } else if (events++ == 0 && expected->first != NULL) {
            ck_assert_uint_gt(mt_event_print(&event, printed, sizeof printed), 0);
            ck_assert_msg(ends_with(printed, expected->first), "%s: first is %s", path, printed);
        }
    }
    ck_assert_int_eq(result, MT_READ_END);
    ck_assert_msg(events == expected->events && rejects == expected->rejects, "%s: %lld events, %lld rejects", path,
                  (long long)events, (long long)rejects);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}

static const char *data_folder(void)
{
    const char *folder = getenv("MONEYTRAIL_DATA");

    return folder != NULL ? folder : MT_DATA_DEFAULT;
}

START_TEST(every_row_of_the_real_file_is_read)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", data_folder(), files[_i].path);
    if (access(path, R_OK) != 0) {
        printf("skipped: no data: %s\n", path);
        return;
    }
    file_check(&files[_i], path);
}
END_TEST

/* IBM packs its samples as .tgz: tar takes the one file out that is read. */
static const struct {
    const char *name;
    int64_t events;
} archives[] = {{"20K_cycle200", 117805}, {"20K_fanin200", 118250}, {"20K_fanin200cycle200", 120558}};

START_TEST(every_row_of_ibms_samples_is_read)
{
    char archive[2048];
    char command[4096];
    char path[] = "/tmp/mt-data-XXXXXX";
    struct expected expected = {.mapping = "amlsim-sample", .events = archives[_i].events};

    snprintf(archive, sizeof archive, "%s/ibm-amlsim-samples/%s.tgz", data_folder(), archives[_i].name);
    if (access(archive, R_OK) != 0) {
        printf("skipped: no data: %s\n", archive);
        return;
    }
    int file = mkstemp(path);

    ck_assert_int_ge(file, 0);
    close(file);
    snprintf(command, sizeof command, "tar xzOf '%s' '%s/transactions.csv' > %s", archive, archives[_i].name, path);
    ck_assert_int_eq(system(command), 0);
    file_check(&expected, path);
    unlink(path);
}
END_TEST

/* Formats whose real files are not at hand: a few rows as their tools write them. */
static const struct {
    const char *mapping;
    const char *csv;
    const char *first;
} samples[] = {
    {"amlsim-sample", "sourceNodeId,targetNodeId,value,time\n280,15349,147.8,1\n",
     REST("2020-01-02T00:00:00Z", ACCOUNT("AMLSIM", "280"), ACCOUNT("AMLSIM", "15349"), "147.80", "XXX")},
    {"paysim",
     "step,type,amount,nameOrig,oldbalanceOrg,newbalanceOrig,nameDest,oldbalanceDest,newbalanceDest,isFraud,"
     "isFlaggedFraud\n"
     "1,CASH_OUT,229133.945,C905080434,15325.0,0.0,C476402209,5083.0,51513.44,0,0\n",
     "\"kind\":\"cash_out\",\"rail\":\"cash\"," REST("2020-01-01T01:00:00Z", ACCOUNT("PAYSIM", "C905080434"),
                                                     ACCOUNT("PAYSIM", "C476402209"), "229133.94", "XXX")},
    {"moneytrail",
     "id,time,debtor_bank,debtor,creditor_bank,creditor,amount,currency,kind,rail\n"
     "T1,2026-11-25T04:00:00.250Z,NW,1,RE,2,12.30,EUR,card,wallet\n",
     "\"transaction_id\":\"T1\",\"side\":\"debtor\",\"kind\":\"card\",\"rail\":\"wallet\"," REST(
         "2026-11-25T04:00:00.250Z", ACCOUNT("NW", "1"), ACCOUNT("RE", "2"), "12.30", "EUR")},
};

START_TEST(a_row_as_the_tool_writes_it_is_read)
{
    char path[] = "/tmp/mt-data-XXXXXX";
    struct mt_mapping *mapping = NULL;
    struct mt_reader *reader = NULL;
    struct mt_event event;
    struct mt_reject reject;
    char error[256] = "";
    char printed[4096];
    int file = mkstemp(path);

    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, samples[_i].csv, strlen(samples[_i].csv)), (ssize_t)strlen(samples[_i].csv));
    close(file);
    ck_assert_msg(mt_mapping_load(samples[_i].mapping, &mapping, error) == MT_OK, "%s", error);
    ck_assert_msg(mt_reader_open(mapping, path, &reader, error) == MT_OK, "%s", error);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_EVENT);
    ck_assert_uint_gt(mt_event_print(&event, printed, sizeof printed), 0);
    ck_assert_msg(ends_with(printed, samples[_i].first), "first is %s", printed);
    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_END);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
    unlink(path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("data");
    TCase *cases = tcase_create("data");

    unsetenv("MONEYTRAIL_MAPPINGS");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, every_row_of_the_real_file_is_read, 0, (int)(sizeof files / sizeof files[0]));
    tcase_add_loop_test(cases, every_row_of_ibms_samples_is_read, 0, (int)(sizeof archives / sizeof archives[0]));
    tcase_add_loop_test(cases, a_row_as_the_tool_writes_it_is_read, 0, (int)(sizeof samples / sizeof samples[0]));
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
