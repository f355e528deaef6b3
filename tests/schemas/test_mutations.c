/* Examples with random damage, seeded: whatever comes in, the codec keeps its promises. Run it under AddressSanitizer.
 */
#include "support.h"

#define MUTATIONS 20000
#define EXAMPLES MT_SOURCE_DIR "/schemas/examples"

static struct mt_event_parse *parser;
static uint64_t state = 20261125;
static int accepted;

static uint32_t chance(uint32_t below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state >> 33) % below);
}

/* Bytes that parsers care about, more often than chance would give them. */
static char odd_byte(void)
{
    static const char odd[] = "{}[]\",:\\u0019eE+-. \n\xff\xc3\xe2\x80";

    return chance(2) == 0 ? odd[chance(sizeof odd - 1)] : (char)chance(256);
}

/* A copy of exactly its size, so that one byte read too far is seen; damaged at one to eight places. */
static char *mutate(const char *bytes, size_t size, size_t *out_size)
{
    size_t room = size + 64;
    char *copy = malloc(room);

    memcpy(copy, bytes, size);
    for (uint32_t i = 0, count = 1 + chance(8); i < count && size > 0; i++) {
        size_t at = chance((uint32_t)size);

        switch (chance(5)) {
        case 0:
            copy[at] = odd_byte();
            break;
        case 1: /* one byte more */
            memmove(copy + at + 1, copy + at, size - at);
            copy[at] = odd_byte();
            size++;
            break;
        case 2: /* one byte less */
            memmove(copy + at, copy + at + 1, size - at - 1);
            size--;
            break;
        case 3: /* one bit */
            copy[at] = (char)(copy[at] ^ (1 << chance(8)));
            break;
        default: /* broken off, seldom far from the end */
            size = chance(8) == 0 ? at : size;
        }
    }
    char *exact = malloc(size > 0 ? size : 1);

    memcpy(exact, copy, size);
    free(copy);
    *out_size = size;
    return exact;
}

static void promises_check(const char *bytes, size_t size)
{
    struct mt_event event;
    struct mt_reject reject = {.code = MT_REJECT_COUNT};

    event_fill(&event);
    enum mt_status status = mt_event_parse(parser, bytes, size, &event, &reject);

    if (status != MT_OK) {
        ck_assert(status == MT_BAD_EVENT || status == MT_TOO_LARGE);
        ck_assert_int_lt(reject.code, MT_REJECT_COUNT);
        ck_assert(memchr(reject.field, '\0', sizeof reject.field) != NULL);
        ck_assert(memchr(reject.sentence, '\0', sizeof reject.sentence) != NULL);
        ck_assert(event_untouched(&event));
        return;
    }
    struct mt_event again;
    char first[4096];
    char second[4096];

    accepted++;
    ck_assert_int_eq(mt_event_check(&event, &reject), MT_OK);
    ck_assert_int_gt(event.amount.minor, 0);
    size_t first_size = mt_event_print(&event, first, sizeof first);

    ck_assert_uint_gt(first_size, 0);
    ck_assert_int_eq(mt_event_parse(parser, first, first_size, &again, &reject), MT_OK);
    ck_assert_uint_eq(mt_event_print(&again, second, sizeof second), first_size);
    ck_assert_mem_eq(first, second, first_size);
}

static void mutate_many(const char *name, const char *bytes, size_t size)
{
    for (int i = 0; i < MUTATIONS / 13; i++) {
        size_t mutant_size;
        char *mutant = mutate(bytes, size, &mutant_size);

        promises_check(mutant, mutant_size);
        free(mutant);
    }
}

static void mutate_some(const char *name, const char *bytes, size_t size)
{
    for (int i = 0; i < 100 && size < 4096; i++) {
        size_t mutant_size;
        char *mutant = mutate(bytes, size, &mutant_size);

        promises_check(mutant, mutant_size);
        free(mutant);
    }
}

/* The same of listings. */
static void listing_check(const char *bytes, size_t size)
{
    struct mt_listing_event event = {.since_ms = -7}, again;
    struct mt_reject reject = {.code = MT_REJECT_COUNT};
    char first[MT_LISTING_TEXT_MAX + 2048], second[MT_LISTING_TEXT_MAX + 2048], members[MT_LISTING_TEXT_MAX];
    enum mt_status status = mt_listing_parse(parser, bytes, size, &event, &reject);

    if (status != MT_OK) {
        ck_assert(status == MT_BAD_EVENT || status == MT_TOO_LARGE);
        ck_assert_int_lt(reject.code, MT_REJECT_COUNT);
        ck_assert_int_eq(event.since_ms, -7);
        return;
    }
    accepted++;
    ck_assert(event.until_ms > event.from_ms && event.basis.size > 0 && event.appeal.size > 0);
    size_t first_size = mt_listing_print(&event, first, sizeof first);

    ck_assert_uint_gt(first_size, 0);
    ck_assert_int_eq(mt_listing_parse(parser, first, first_size, &again, &reject), MT_OK);
    ck_assert_uint_eq(mt_listing_print(&again, second, sizeof second), first_size);
    ck_assert_mem_eq(first, second, first_size);
    struct mt_print print = mt_print_into(members, sizeof members);
    mt_listing_members_print(&again, &print);
    ck_assert_uint_gt(mt_print_end(&print), 0);
}

static void mutate_listing(const char *name, const char *bytes, size_t size)
{
    for (int i = 0; i < MUTATIONS / 40; i++) {
        size_t mutant_size;
        char *mutant = mutate(bytes, size, &mutant_size);

        listing_check(mutant, mutant_size);
        free(mutant);
    }
}

START_TEST(damaged_listings_break_no_promise)
{
    accepted = 0;
    ck_assert_int_gt(folder_visit(EXAMPLES "/listing/good", mutate_listing), 0);
    ck_assert_int_gt(folder_visit(EXAMPLES "/listing/bad", mutate_listing), 0);
    ck_assert_int_gt(accepted, 100);
}
END_TEST

START_TEST(damaged_examples_break_no_promise)
{
    ck_assert_int_gt(folder_visit(EXAMPLES "/transfer/good", mutate_many), 0);
    ck_assert_int_gt(folder_visit(EXAMPLES "/transfer/bad", mutate_some), 0);
    ck_assert_int_gt(accepted, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mutations");
    TCase *cases = tcase_create("mutations");

    if (mt_event_parser_create(&parser) != MT_OK)
        return EXIT_FAILURE;
    tcase_set_timeout(cases, 240);
    tcase_add_test(cases, damaged_examples_break_no_promise);
    tcase_add_test(cases, damaged_listings_break_no_promise);
    suite_add_tcase(suite, cases);
    int status = suite_run(suite);

    mt_event_parser_destroy(parser);
    return status;
}
