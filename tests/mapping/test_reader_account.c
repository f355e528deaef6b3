#include "support.h"

#define HEADER "bank,number,type,opened,holder,region,exit,valid_from\n"

static struct mt_mapping *accounts_mapping(void)
{
    struct mt_mapping *mapping = NULL;
    char error[256] = "";

    ck_assert_msg(mt_mapping_load("moneytrail-accounts", &mapping, error) == MT_OK, "%s", error);
    return mapping;
}

static struct mt_account_reader *accounts_open(const struct mt_mapping *mapping, const char *text)
{
    struct mt_account_reader *reader = NULL;
    char error[256] = "";
    enum mt_status status = mt_account_reader_open(mapping, text_make("accounts.csv", text), &reader, error);

    ck_assert_msg(status == MT_OK, "%s", error);
    return reader;
}

START_TEST(facts_are_read_with_their_optional_cells_empty)
{
    struct mt_mapping *mapping = accounts_mapping();
    struct mt_account_reader *reader =
        accounts_open(mapping, HEADER "B1,001,personal,1965-03-01,H1,DE-BE,,2024-01-01T00:00:00Z\n"
                                      "B1,002,atm,,,,cash,2024-01-02\n");
    struct mt_account_facts facts;
    struct mt_reject reject = {0};
    int64_t line;
    char text[32];

    ck_assert_int_eq(mt_account_reader_next(reader, &facts, &reject), MT_READ_EVENT);
    ck_text_eq(facts.account.bank, "B1");
    ck_text_eq(facts.account.number, "001");
    ck_text_eq(facts.account.scheme, "");
    ck_text_eq(facts.type, "personal");
    ck_text_eq(facts.holder, "H1");
    ck_text_eq(facts.region, "DE-BE");
    ck_text_eq(facts.exit, "");
    mt_time_print(facts.opened_ms, text);
    ck_assert_str_eq(text, "1965-03-01T00:00:00Z");
    ck_assert_int_eq(mt_account_reader_next(reader, &facts, &reject), MT_READ_EVENT);
    ck_text_eq(facts.exit, "cash");
    ck_text_eq(facts.holder, "");
    ck_assert_int_eq(facts.opened_ms, 0);
    mt_time_print(facts.valid_from_ms, text);
    ck_assert_str_eq(text, "2024-01-02T00:00:00Z");
    mt_account_reader_row(reader, &line);
    ck_assert_int_eq(line, 3);
    ck_assert_int_eq(mt_account_reader_next(reader, &facts, &reject), MT_READ_END);
    mt_account_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

static const struct {
    const char *row;
    enum mt_reject_code code;
} rejects[] = {
    {"B1,,personal,,,,,2024-01-01", MT_REJECT_ACCOUNT_EMPTY},
    {"B1,001,,,,,,2024-01-01", MT_REJECT_ENUM},
    {"B1,001,personal,,,,pawnshop,2024-01-01", MT_REJECT_ENUM},
    {"B1,001,personal,,,,,", MT_REJECT_TIME_MALFORMED},
    {"B1,001,personal,01.02.2020,,,,2024-01-01", MT_REJECT_TIME_MALFORMED},
    {"B1,001,personal,,,,2024-01-01", MT_REJECT_COLUMNS},
};

START_TEST(wrong_facts_are_rejected)
{
    struct mt_mapping *mapping = accounts_mapping();
    char text[256];
    int64_t line;

    snprintf(text, sizeof text, HEADER "%s\n", rejects[_i].row);
    struct mt_account_reader *reader = accounts_open(mapping, text);
    struct mt_account_facts facts = {.opened_ms = -7};
    struct mt_reject reject;

    ck_assert_int_eq(mt_account_reader_next(reader, &facts, &reject), MT_READ_REJECT);
    ck_assert_msg(reject.code == rejects[_i].code, "%s: %s", rejects[_i].row, reject.sentence);
    ck_assert_int_eq(facts.opened_ms, -7);
    ck_text_eq(mt_account_reader_row(reader, &line), rejects[_i].row);
    mt_account_reader_close(reader);
    mt_mapping_destroy(mapping);
}
END_TEST

START_TEST(a_mapping_serves_its_own_record_only)
{
    struct mt_mapping *accounts = accounts_mapping();
    struct mt_mapping *transfers = mapping_make(MAPPING_SIMPLE);
    struct mt_account_reader *account_reader = NULL;
    struct mt_reader *reader = NULL;
    char error[256];

    ck_assert_int_eq(mt_account_reader_open(transfers, "x.csv", &account_reader, error), MT_BAD_CONFIG);
    ck_assert_str_eq(error, "x.csv: the mapping is one of transfers, not of accounts");
    ck_assert_int_eq(mt_reader_open(accounts, "x.csv", &reader, error), MT_BAD_CONFIG);
    ck_assert_str_eq(error, "x.csv: the mapping is one of accounts, not of transfers");
    mt_account_reader_close(NULL);
    mt_mapping_destroy(accounts);
    mt_mapping_destroy(transfers);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("reader_account");

    tcase_add_test(cases, facts_are_read_with_their_optional_cells_empty);
    tcase_add_loop_test(cases, wrong_facts_are_rejected, 0, (int)(sizeof rejects / sizeof rejects[0]));
    tcase_add_test(cases, a_mapping_serves_its_own_record_only);
    return case_run(cases);
}
