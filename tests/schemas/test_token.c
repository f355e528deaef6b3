#include "schemas/token.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct mt_secret secret = {.bytes = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a,
                                                  0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
                                                  0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f}};

static void hex_of(const uint8_t bytes[16], char out_text[33])
{
    for (int i = 0; i < 16; i++)
        sprintf(out_text + 2 * i, "%02x", bytes[i]);
}

/* Made by Python's hashlib.blake2b(digest_size=16, key=bytes(range(32))) over the length-prefixed fields. */
#define VECTOR_DEBTOR "7a2ab33e9c0b1ae909c38d36014ac0bf"
#define VECTOR_CREDITOR "9fea571a04d7cfb03a55d35f97e95f0d"
#define VECTOR_UETR "4af5eba5d1d8e3d89bee29c3fa21d4ae"
#define VECTOR_TRANSACTION "8cf60751463f3bb6e2dc2eedc4a0b47b"
#define VECTOR_END_TO_END "f4317de8a52fc322ae2d5fc9591411c0"
#define VECTOR_ROW "93670dd407a73beb889a24577c1a3af7"

START_TEST(tokens_and_keys_are_those_of_another_implementation)
{
    struct mt_event event = event_sample();
    struct mt_transfer transfer = {0};
    char text[33];

    mt_event_tokenise(&event, &secret, &transfer);
    hex_of(transfer.debtor.bytes, text);
    ck_assert_str_eq(text, VECTOR_DEBTOR);
    hex_of(transfer.creditor.bytes, text);
    ck_assert_str_eq(text, VECTOR_CREDITOR);
    hex_of(transfer.key.bytes, text);
    ck_assert_str_eq(text, VECTOR_UETR);
    ck_assert_uint_eq(transfer.alias_count, 2);
    hex_of(transfer.aliases[0].bytes, text);
    ck_assert_str_eq(text, VECTOR_TRANSACTION);
    hex_of(transfer.aliases[1].bytes, text);
    ck_assert_str_eq(text, VECTOR_END_TO_END);
    ck_assert(!transfer.weak);
}
END_TEST

/* The same; the listing's is over list, entry and the subject's token. */
#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define VECTOR_DEVICE "2e7b9b99d7085e1a7367c9f3c3cf8005"
#define VECTOR_PHONE "5f1ae4a9086c56c7041d80d3d28713df"
#define VECTOR_LISTING "11f7fe1ef65be13fe979af9a51c9ad33"

/* A device and a phone number of one hash are two indicators; a transfer carries their tokens in the order of their kinds. */
START_TEST(indicators_and_listings_are_those_of_another_implementation)
{
    struct mt_event event = event_sample();
    struct mt_transfer transfer = {0};
    struct mt_listing_event listing = {.list = text_of("cases"), .entry = text_of("E-1"), .hash = text_of(HASH), .level = text_of("bank"),
                                       .authority = text_of("Desk"), .basis = text_of("a case"), .appeal = text_of("to the desk"),
                                       .from_ms = 1, .until_ms = 9, .since_ms = 2, .state = MT_LISTING_SUSPENDED, .kind = MT_INDICATOR_DEVICE};
    char text[33], members[MT_LISTING_TEXT_MAX];
    struct mt_listing record;

    event.indicators[MT_INDICATOR_PHONE] = event.indicators[MT_INDICATOR_DEVICE] = text_of(HASH);
    mt_event_tokenise(&event, &secret, &transfer);
    ck_assert_uint_eq(transfer.indicator_count, 2);
    hex_of(transfer.indicators[0].bytes, text);
    ck_assert_str_eq(text, VECTOR_DEVICE);
    hex_of(transfer.indicators[1].bytes, text);
    ck_assert_str_eq(text, VECTOR_PHONE);
    mt_listing_tokenise(&listing, &secret, members, &record);
    ck_assert(mt_token_equal(&record.subject, &transfer.indicators[0]));
    hex_of(record.entry.bytes, text);
    ck_assert_str_eq(text, VECTOR_LISTING);
    ck_assert(record.state == MT_LISTING_SUSPENDED && record.since_ms == 2 && record.from_ms == 1 && record.until_ms == 9);
    ck_assert(strstr(record.text, "\"basis\":\"a case\"") != NULL);
    ck_assert(strstr(record.text, HASH) == NULL);
}
END_TEST

START_TEST(a_row_of_a_file_is_an_identity_of_its_own)
{
    struct mt_event event = event_sample();
    struct mt_transfer transfer = {.source = {.topic = 3, .partition = 4, .offset = 5}};
    char text[33];

    event.uetr = event.transaction_id = event.end_to_end_id = (struct mt_text){0};
    event.file = text_of("0ac131c90ac131c90ac131c90ac131c90ac131c90ac131c90ac131c90ac131c9");
    event.row = 17;
    mt_event_tokenise(&event, &secret, &transfer);
    hex_of(transfer.key.bytes, text);
    ck_assert_str_eq(text, VECTOR_ROW);
    ck_assert_uint_eq(transfer.alias_count, 0);
    ck_assert(!transfer.weak);
    ck_assert_uint_eq(transfer.id_size, 6);
    ck_assert_mem_eq(transfer.id, "row:17", 6);
    ck_assert_int_eq(transfer.source.offset, 5);
}
END_TEST

START_TEST(the_strongest_identity_is_the_key_and_the_weaker_are_aliases)
{
    struct mt_event event = event_sample();
    struct mt_transfer all = {0};
    struct mt_transfer fewer = {0};

    mt_event_tokenise(&event, &secret, &all);
    ck_assert_uint_eq(all.id_size, 3);
    ck_assert_mem_eq(all.id, "T-1", 3);
    event.uetr = (struct mt_text){0};
    mt_event_tokenise(&event, &secret, &fewer);
    ck_assert(mt_key_equal(&fewer.key, &all.aliases[0]));
    ck_assert_uint_eq(fewer.alias_count, 1);
    ck_assert(mt_key_equal(&fewer.aliases[0], &all.aliases[1]));
    ck_assert(fewer.weak);
    event.transaction_id = (struct mt_text){0};
    mt_event_tokenise(&event, &secret, &fewer);
    ck_assert(mt_key_equal(&fewer.key, &all.aliases[1]));
    ck_assert_uint_eq(fewer.alias_count, 0);
    ck_assert_mem_eq(fewer.id, "E-1", 3);
}
END_TEST

static struct mt_token token_of(const char *bank, const char *scheme, const char *number)
{
    struct mt_event_account account = {.bank = text_of(bank), .scheme = text_of(scheme), .number = text_of(number)};
    struct mt_token token;

    mt_account_token(&secret, &account, &token);
    return token;
}

static const struct {
    const char *left[3];
    const char *right[3];
    bool same;
} pairs[] = {
    {{"A", "iban", "GB33BUKB20201555555555"}, {"A", "iban", "gb33 bukb 2020 1555-5555 55"}, true},
    {{"A", "", "1"}, {"A", "account", "1"}, true},
    {{"A", "", "ab-1"}, {"A", "", "AB-1"}, false}, /* only an IBAN's writing is known */
    {{"A", "", "ab-1"}, {"A", "", "ab1"}, false},
    {{"A", "", "1"}, {"B", "", "1"}, false},
    {{"A", "", "1"}, {"A", "iban", "1"}, false},
    {{"AB", "", "C"}, {"A", "", "BC"}, false}, /* a shifted border */
    {{"021174", "", "1"}, {"21174", "", "1"}, false},
};

START_TEST(numbers_are_normalised_only_where_their_writing_is_known)
{
    struct mt_token left = token_of(pairs[_i].left[0], pairs[_i].left[1], pairs[_i].left[2]);
    struct mt_token right = token_of(pairs[_i].right[0], pairs[_i].right[1], pairs[_i].right[2]);

    ck_assert(mt_token_equal(&left, &right) == pairs[_i].same);
}
END_TEST

static const struct {
    const char *bank;
    const char *number;
    const char *label;
} labels[] = {
    {"NWBKGB2L", "GB33BUKB20201555555555", "NWBKGB2L …5555"},
    {"A", "12345", "A …2345"},
    {"A", "1234", "A …34"},
    {"A", "123", "A …23"},
    {"A", "12", "A …12"},
    {"A", "1", "A …1"},
    {"A", "账户一二三四五", "A …二三四五"},
    {"中国工商银行股份有限公司北京分行", "6222021234567890", "中国工商银行股份有限公司北 …7890"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789",
     "\xf0\x9f\x92\xb0\xf0\x9f\x92\xb0\xf0\x9f\x92\xb0\xf0\x9f\x92\xb0\xf0\x9f\x92\xb0",
     "ABCDEFGHIJKLMNOPQRSTUVWXYZ1 …\xf0\x9f\x92\xb0\xf0\x9f\x92\xb0\xf0\x9f\x92\xb0\xf0\x9f\x92\xb0"},
};

START_TEST(a_label_shows_bank_and_last_four_and_stays_utf8)
{
    struct mt_event_account account = {.bank = text_of(labels[_i].bank), .number = text_of(labels[_i].number)};
    struct mt_label label;

    memset(&label, 'x', sizeof label);
    mt_account_label(&account, &label);
    ck_assert_ptr_nonnull(memchr(label.text, '\0', sizeof label.text));
    ck_assert_str_eq(label.text, labels[_i].label);
}
END_TEST

static void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(a_secret_is_made_once_and_read_again)
{
    char folder[] = "/tmp/mt-secret-XXXXXX";
    char path[64];
    struct mt_secret first;
    struct mt_secret again;
    struct stat status;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/secret", folder);
    memset(&first, 7, sizeof first);
    ck_assert_int_eq(mt_secret_load(path, false, &first), MT_IO);
    ck_assert_uint_eq(first.bytes[31], 7);
    ck_assert_int_eq(mt_secret_load(path, true, &first), MT_OK);
    ck_assert_int_eq(mt_secret_load(path, true, &again), MT_OK);
    ck_assert_mem_eq(&first, &again, sizeof first);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0400);
    unlink(path);
    static const char *const bad[] = {"", "00", "zz",
                                      "0001020304050607080910111213141516171819202122232425262728293031x",
                                      "000102030405060708091011121314151617181920212223242526272829303132\n"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        file_write(path, bad[i]);
        memset(&again, 7, sizeof again);
        ck_assert_int_eq(mt_secret_load(path, true, &again), MT_BAD_CONFIG);
        ck_assert_uint_eq(again.bytes[0], 7);
    }
    file_write(path, "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n");
    ck_assert_int_eq(mt_secret_load(path, false, &again), MT_OK);
    ck_assert_mem_eq(&again, &secret, sizeof again);
    unlink(path);
    rmdir(folder);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token");
    TCase *cases = tcase_create("token");

    tcase_add_test(cases, tokens_and_keys_are_those_of_another_implementation);
    tcase_add_test(cases, indicators_and_listings_are_those_of_another_implementation);
    tcase_add_test(cases, a_row_of_a_file_is_an_identity_of_its_own);
    tcase_add_test(cases, the_strongest_identity_is_the_key_and_the_weaker_are_aliases);
    tcase_add_loop_test(cases, numbers_are_normalised_only_where_their_writing_is_known, 0,
                        (int)(sizeof pairs / sizeof pairs[0]));
    tcase_add_loop_test(cases, a_label_shows_bank_and_last_four_and_stays_utf8, 0,
                        (int)(sizeof labels / sizeof labels[0]));
    tcase_add_test(cases, a_secret_is_made_once_and_read_again);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
