/*
 * record.h: one transfer in one account's ledger, as bytes in Redis.
 *
 *   offset  size  what (little endian)
 *   0       1     size of the whole record, 60 to 255
 *   1       1     flags: 1 outflow, 2 creditor bank's report, 4 weak identity, 8 four indicators; bits 4–5 alias count, 6–7 indicators below four
 *   2       1     kind (low 3 bits), 8 in an indicator's ledger, rail (high 4 bits)
 *   3       2     currency, numeric
 *   5       6     event time, ms since 1970
 *   11      8     amount, minor units
 *   19      16    transfer key
 *   35      16    counterparty token
 *   51      1     source topic index
 *   52      2     source partition
 *   54      5     source offset
 *   59      16·n  aliases, then indicators, then the bank's id to the end
 *
 * A ledger is records one after another in the order they were appended. A ledger that was compacted begins with a header
 * record of size 9: byte 0 is 9, then a generation number of 8 bytes.
 */
#ifndef MT_RECORD_H
#define MT_RECORD_H

#include "graph/ledger.h"

#define MT_RECORD_FIXED 59
#define MT_RECORD_MAX 255
#define MT_RECORD_HEADER 9
static_assert(MT_RECORD_FIXED + 16 * (MT_TRANSFER_ALIAS_MAX + MT_INDICATOR_COUNT) + MT_TRANSFER_ID_MAX <= MT_RECORD_MAX, "a record's size fits a byte");
static_assert(MT_INDICATOR_COUNT <= 4 && MT_KIND_COUNT <= 8, "as the flags have room for");

/* Encodes one side; returns the size. */
size_t mt_record_write(const struct mt_transfer *transfer, bool outflow, uint8_t out_bytes[MT_RECORD_MAX]);

/* Encodes the record of a transfer in the ledger of one of its indicators (graph/ledger.h); returns the size. */
size_t mt_record_write_indicator(const struct mt_transfer *transfer, uint8_t out_bytes[MT_RECORD_MAX]);

/*
 * What a bank says of an account (graph/holder.h), in a string of its own: records one after another, little endian:
 *
 *   0  8  since, ms since 1970        8  8  opened, likewise        16  1  who holds it
 */
#define MT_HOLDER_RECORD 17
void mt_record_write_holder(const struct mt_holder *record, uint8_t out_bytes[MT_HOLDER_RECORD]);

/* Adds all of them. MT_BAD_STATE: the bytes are no such records. */
MT_MUST_USE enum mt_status mt_record_read_holders(const uint8_t *bytes, size_t size, struct mt_holders **holders);

/*
 * Reads the record at the front of `bytes`. Returns its size, and 0 when the bytes are no record. The entry's detail points into
 * `bytes`; its sequence is left 0. For a header *out_header is true and the entry untouched.
 */
size_t mt_record_read(const uint8_t *bytes, size_t size, const struct mt_token *owner, struct mt_entry *out_entry,
                      bool *out_header);

#endif
