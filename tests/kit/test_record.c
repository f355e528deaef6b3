/* Records: what is written of a transfer, for either side and for its indicators, is what is read; and a ledger of them, whole or in parts. */
#include "tests/graph/run_suite.h"
#include "workers/kit/ledger_build.h"
#include "workers/kit/record.h"

#include <stdlib.h>

static struct mt_transfer transfer_of(uint8_t aliases, uint8_t indicators)
{
    struct mt_transfer transfer = {.time_ms = INT64_C(1795579200000) + aliases,
                                   .amount = {.minor = INT64_C(98765432101234), .currency = 978},
                                   .kind = MT_KIND_RETURN,
                                   .rail = MT_RAIL_BOOK,
                                   .alias_count = aliases,
                                   .indicator_count = indicators,
                                   .id_size = MT_TRANSFER_ID_MAX};

    memset(transfer.key.bytes, 10 + aliases * 8 + indicators, sizeof transfer.key.bytes);
    memset(transfer.debtor.bytes, 'D', sizeof transfer.debtor.bytes);
    memset(transfer.creditor.bytes, 'C', sizeof transfer.creditor.bytes);
    memset(transfer.id, 'i', sizeof transfer.id);
    for (uint8_t i = 0; i < aliases; i++)
        memset(transfer.aliases[i].bytes, 100 + i, 16);
    for (uint8_t i = 0; i < indicators; i++)
        memset(transfer.indicators[i].bytes, 200 + i, 16);
    return transfer;
}

static void record_check(const struct mt_transfer *transfer, int side)
{
    const struct mt_token *owner = side == 0 ? &transfer->creditor : side == 1 ? &transfer->debtor : &transfer->indicators[0];
    uint8_t bytes[MT_RECORD_MAX];
    struct mt_entry entry;
    bool header;
    size_t size = side == 2 ? mt_record_write_indicator(transfer, bytes) : mt_record_write(transfer, side == 1, bytes);

    ck_assert_uint_eq(mt_record_read(bytes, size, owner, &entry, &header), size);
    ck_assert(!header);
    ck_assert(mt_entry_reports(&entry, transfer, side != 0));
    ck_assert(entry.of_indicator == (side == 2));
    ck_assert(entry.idle && !entry.self);
    ck_assert_uint_eq(mt_entry_indicator_count(&entry), transfer->indicator_count);
    for (uint8_t i = 0; i < transfer->indicator_count; i++) {
        struct mt_token indicator = mt_entry_indicator(&entry, i);

        ck_assert(mt_token_equal(&indicator, &transfer->indicators[i]));
    }
    ck_assert_mem_eq(mt_entry_id(&entry), transfer->id, transfer->id_size);
    for (size_t cut = 0; cut < size; cut++)
        ck_assert_uint_eq(mt_record_read(bytes, cut, owner, &entry, &header), 0);
}

START_TEST(what_is_written_is_read)
{
    for (uint8_t aliases = 0; aliases <= MT_TRANSFER_ALIAS_MAX; aliases++)
        for (uint8_t indicators = 0; indicators <= MT_INDICATOR_COUNT; indicators++) {
            struct mt_transfer transfer = transfer_of(aliases, indicators);

            for (int side = 0; side < (indicators > 0 ? 3 : 2); side++)
                record_check(&transfer, side);
        }
}
END_TEST

/* Reports that differ in what they carry are two; the same again is one. */
START_TEST(a_ledger_of_an_indicator)
{
    struct mt_transfer first = transfer_of(0, 1), second = transfer_of(0, 2);
    struct mt_ledger_build *build;
    uint8_t bytes[MT_RECORD_MAX];

    second.key = first.key;
    ck_assert_int_eq(mt_ledger_build_create(&build), MT_OK);
    mt_ledger_build_reset(build, &first.indicators[0]);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(mt_ledger_build_add(build, bytes, mt_record_write_indicator(&first, bytes)), MT_OK);
    ck_assert_uint_eq(mt_ledger_build_ledger(build).count, 1);
    ck_assert(!mt_ledger_build_ledger(build).reports_join || mt_ledger_build_ledger(build).count == 1);
    ck_assert_int_eq(mt_ledger_build_add(build, bytes, mt_record_write_indicator(&second, bytes)), MT_OK);
    ck_assert_uint_eq(mt_ledger_build_ledger(build).count, 2);
    ck_assert(mt_ledger_build_ledger(build).reports_join);
    mt_ledger_build_destroy(build);
}
END_TEST

/* What a bank says of an account: read as written, twice is once, and bytes that are no such records are refused. */
START_TEST(what_is_said_of_an_account)
{
    const struct mt_holder records[] = {{.since_ms = -5, .opened_ms = INT64_C(-2208988800000), .kind = MT_HOLDER_FIRM},
                                        {.since_ms = INT64_C(1795579200000), .opened_ms = 1, .kind = MT_HOLDER_PERSON}};
    uint8_t bytes[3 * MT_HOLDER_RECORD];
    struct mt_holders *holders = NULL;

    for (int i = 0; i < 3; i++)
        mt_record_write_holder(&records[i % 2], bytes + (size_t)i * MT_HOLDER_RECORD);
    ck_assert_int_eq(mt_record_read_holders(bytes, sizeof bytes, &holders), MT_OK);
    ck_assert_uint_eq(holders->count, 2);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(holders->at[i].since_ms, records[i].since_ms);
        ck_assert_int_eq(holders->at[i].opened_ms, records[i].opened_ms);
        ck_assert_uint_eq(holders->at[i].kind, records[i].kind);
    }
    for (size_t cut = 1; cut < MT_HOLDER_RECORD; cut++)
        ck_assert_int_eq(mt_record_read_holders(bytes, sizeof bytes - cut, &holders), MT_BAD_STATE);
    bytes[16] = MT_HOLDER_PERSON + 1;
    ck_assert_int_eq(mt_record_read_holders(bytes, MT_HOLDER_RECORD, &holders), MT_BAD_STATE);
    free(holders);
}
END_TEST

RUN_SUITE("record", what_is_written_is_read, a_ledger_of_an_indicator, what_is_said_of_an_account)
