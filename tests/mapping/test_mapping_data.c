/*
 * Every mapping over its real file: the counts were taken with other tools (wc, awk) when the mapping was written.
 * Files are looked for in $MONEYTRAIL_DATA, else beside the source; without them a case says so and passes.
 */
#include "support.h"

#include <unistd.h>

static const struct {
    const char *mapping;
    const char *file; /* an archive's member follows a colon */
    int64_t events;
    int64_t zeros; /* rejects: amounts of 0.00, and nothing else */
} files[] = {
    {"amlworld-patterns", "ibm-amlworld-patterns/HI-Small_Patterns.txt", 3209, 0},
    {"amlworld", "ibm-amlworld-head/Hipersmall_Trans.csv", 572, 0},
    {"amlworld", "ibm-amlworld-head/ibm_aml_sample.csv", 1000, 0},
    {"maryam-ml", "maryam-ml/ML.csv", 2340, 0},
    {"amlsim-ronaldpereira", "amlsim-ronaldpereira/transactions_1k.csv", 52202, 0},
    {"amlsim-ronaldpereira", "amlsim-ronaldpereira/transactions_sample.csv", 9999, 0},
    {"amlsim-sample", "ibm-amlsim-samples/20K_cycle200.tgz:20K_cycle200/transactions.csv", 117805, 0},
    {"amlsim-sample", "ibm-amlsim-samples/20K_fanin200.tgz:20K_fanin200/transactions.csv", 118250, 0},
    {"amlsim-sample", "ibm-amlsim-samples/20K_fanin200cycle200.tgz:20K_fanin200cycle200/transactions.csv", 120558, 0},
    {"rift2026", "rift2026-official/money-mulling.csv", 279, 0},
    {"mftracer", "mftracer-ground-truth/54m/54m.csv", 292, 0},
    {"mftracer", "mftracer-ground-truth/LIFI/LIFI.csv", 135, 0},
    {"saml-d", "saml-d-sample/SAML-D_sample_1k.csv", 1000, 0},
    {"generated", "generated/aml-analytics-a/transfers.csv.gz", 30004, 0},
    {"generated", "generated/amlgentex-a/transfers.csv.gz", 188645, 13},
    {"generated", "generated/amlgentex-b/transfers.csv.gz", 205369, 29},
    {"generated", "generated/amlsim-a/transfers.csv.gz", 79065, 0},
    {"generated", "generated/amlsim-b/transfers.csv.gz", 39885, 0},
    {"generated", "generated/amlsim-c/transfers.csv.gz", 35196, 0},
    {"generated", "generated/paysim-a/transfers.csv.gz", 77469, 0},
    {"generated", "generated/synthfin-aml-a/transfers.csv.gz", 69198, 0},
    {"generated", "generated/synthfin-aml-b/transfers.csv.gz", 63789, 0},
    {"generated", "generated/tide-a/transfers.csv.gz", 45529, 8},
    {"generated", "generated/tide-b/transfers.csv.gz", 36287, 2},
};

/* The path of the file, unpacked when it lies in an archive; NULL when it is not there. */
static const char *data_path(const char *file)
{
    static char path[512];
    const char *folder = getenv("MONEYTRAIL_DATA");
    const char *member = strchr(file, ':');
    char command[1200];

    snprintf(path, sizeof path, "%s/%.*s", folder != NULL ? folder : MT_DATA_DEFAULT,
             (int)(member != NULL ? (size_t)(member - file) : strlen(file)), file);
    if (access(path, R_OK) != 0)
        return NULL;
    if (member == NULL)
        return path;
    const char *unpacked = text_make("member.csv", "");

    snprintf(command, sizeof command, "tar xzOf '%s' '%s' > '%s'", path, member + 1, unpacked);
    ck_assert_int_eq(system(command), 0);
    return unpacked;
}

START_TEST(a_mapping_reads_its_real_file)
{
    const char *path = data_path(files[_i].file);
    struct mt_mapping *mapping = NULL;
    char error[256] = "";
    int64_t events = 0;
    int64_t zeros = 0;
    struct mt_event event;
    struct mt_reject reject;
    enum mt_read_result result;

    ck_assert_msg(mt_mapping_load(files[_i].mapping, &mapping, error) == MT_OK, "%s", error);
    if (path == NULL) {
        printf("skipped: no data: %s\n", files[_i].file);
        mt_mapping_destroy(mapping);
        return;
    }
    struct mt_reader *reader = reader_make(mapping, path);

    while ((result = mt_reader_next(reader, &event, &reject)) == MT_READ_EVENT || result == MT_READ_REJECT) {
        int64_t line;

        mt_reader_row(reader, &line);
        if (result == MT_READ_EVENT) {
            events++;
            continue;
        }
        zeros++;
        ck_assert_msg(reject.code == MT_REJECT_AMOUNT_ZERO, "line %lld: %s", (long long)line, reject.sentence);
    }
    ck_assert_int_eq(result, MT_READ_END);
    ck_assert_int_eq(events, files[_i].events);
    ck_assert_int_eq(zeros, files[_i].zeros);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

/* One row in full, with what is special about AMLworld: leading zeros of a bank, Bitcoin, and the file's published
 * hash. */
START_TEST(amlworld_patterns_keep_banks_and_bitcoin)
{
    const char *path = data_path("ibm-amlworld-patterns/HI-Small_Patterns.txt");
    struct mt_mapping *mapping = NULL;
    char error[256];
    struct mt_event event;
    struct mt_reject reject;
    int bitcoins = 0;
    char text[32];

    if (path == NULL) {
        printf("skipped: no data\n");
        return;
    }
    ck_assert_int_eq(mt_mapping_load("amlworld-patterns", &mapping, error), MT_OK);
    struct mt_reader *reader = reader_make(mapping, path);

    event = event_next(reader);
    ck_text_eq(event.file, "2c546b5ce6009e73851f0139af053cf845f08bf92f3bc82fe1eb937dec2ef39b");
    ck_assert_int_eq(event.row, 2);
    ck_text_eq(event.debtor.bank, "021174");
    ck_text_eq(event.debtor.number, "800737690");
    ck_text_eq(event.creditor.bank, "012");
    ck_assert_int_eq(event.amount.minor, 284896);
    ck_assert_int_eq(event.amount.currency, 978);
    ck_assert_int_eq(event.rail, MT_RAIL_ACH);
    mt_time_print(event.time_ms, text);
    ck_assert_str_eq(text, "2022-09-01T00:06:00Z");
    while (mt_reader_next(reader, &event, &reject) == MT_READ_EVENT) {
        if (event.rail == MT_RAIL_CRYPTO) {
            bitcoins++;
            ck_assert_int_eq(event.amount.minor, 37028700);
        }
    }
    ck_assert_int_eq(bitcoins, 1);
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("mapping_data");

    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, a_mapping_reads_its_real_file, 0, (int)(sizeof files / sizeof files[0]));
    tcase_add_test(cases, amlworld_patterns_keep_banks_and_bitcoin);
    return case_run(cases);
}
