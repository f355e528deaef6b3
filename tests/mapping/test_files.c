/* Every mapping over its real file, where ../shared/data (or MONEYTRAIL_DATA) is there: how many rows are events, how many are refused. */
#include "schemas/mapping.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct {
    const char *mapping, *file;
    long events, rejects;
} files[] = {
    {"amlworld-patterns", "ibm-amlworld-patterns/HI-Small_Patterns.txt", 3209, 0},
    {"amlworld", "ibm-amlworld-head/Hipersmall_Trans.csv", 572, 0},
    {"amlworld", "ibm-amlworld-head/ibm_aml_sample.csv", 1000, 0},
    {"maryam-ml", "maryam-ml/ML.csv", 2340, 0},
    {"amlsim-ronaldpereira", "amlsim-ronaldpereira/transactions_1k.csv", 52202, 0},
    {"rift2026", "rift2026-official/money-mulling.csv", 279, 0},
    {"mftracer", "mftracer-ground-truth/54m/54m.csv", 292, 0},
    {"saml-d", "saml-d-sample/SAML-D_sample_1k.csv", 1000, 0},
    {"generated", "generated/tide-a/transfers.csv.gz", 45537, -1}, /* −1: some amounts are 0.00; together they are all rows */
    {"generated", "generated/amlgentex-a/transfers.csv.gz", 188658, -1},
};

START_TEST(test_file)
{
    const char *data = getenv("MONEYTRAIL_DATA");
    struct mt_mapping *mapping = NULL;
    struct mt_reader *reader = NULL;
    struct mt_event event;
    struct mt_reject reject;
    enum mt_read_result result;
    char path[512], error[256] = "";
    long events = 0, rejects = 0;

    snprintf(path, sizeof path, "%s/%s", data != NULL ? data : MT_DATA_DEFAULT, files[_i].file);
    if (access(path, R_OK) != 0) {
        printf("skipped: no data (%s)\n", files[_i].file);
        return;
    }
    ck_assert_msg(mt_mapping_load(files[_i].mapping, &mapping, error) == MT_OK, "%s", error);
    ck_assert_msg(mt_reader_open(mapping, path, &reader, error) == MT_OK, "%s", error);
    while ((result = mt_reader_next(reader, &event, &reject)) != MT_READ_END) {
        ck_assert_int_ne(result, MT_READ_ERROR);
        events += result == MT_READ_EVENT;
        rejects += result == MT_READ_REJECT;
        if (result == MT_READ_REJECT && files[_i].rejects < 0)
            ck_assert_int_eq(reject.code, MT_REJECT_AMOUNT_ZERO);
    }
    if (files[_i].rejects >= 0) {
        ck_assert_int_eq(events, files[_i].events);
        ck_assert_int_eq(rejects, files[_i].rejects);
    } else {
        ck_assert_int_eq(events + rejects, files[_i].events);
    }
    mt_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

START_TEST(test_unknown_mapping_is_refused)
{
    struct mt_mapping *mapping = NULL;
    char error[256] = "";

    ck_assert_int_ne(mt_mapping_load("no-such-mapping", &mapping, error), MT_OK);
    ck_assert_ptr_null(mapping);
    ck_assert_int_ne(error[0], '\0');
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mapping files");
    TCase *files_case = tcase_create("files");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(files_case, 120);
    tcase_add_loop_test(files_case, test_file, 0, sizeof files / sizeof files[0]);
    tcase_add_test(files_case, test_unknown_mapping_is_refused);
    suite_add_tcase(suite, files_case);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
