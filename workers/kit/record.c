#include "record.h"

#include "bytes.h"

#define OF_INDICATOR 8 /* in the byte of kind and rail */

static size_t write(const struct mt_transfer *transfer, bool outflow, const struct mt_token *other, uint8_t out_bytes[MT_RECORD_MAX])
{
    size_t aliases = 16 * (size_t)transfer->alias_count, indicators = 16 * (size_t)transfer->indicator_count;
    size_t size = MT_RECORD_FIXED + aliases + indicators + transfer->id_size;

    MT_ASSERT(size <= MT_RECORD_MAX);
    out_bytes[0] = (uint8_t)size;
    out_bytes[1] = (uint8_t)((outflow ? 1 : 0) | (transfer->side == MT_SIDE_CREDITOR ? 2 : 0) | (transfer->weak ? 4 : 0) |
                             (transfer->indicator_count & 4) << 1 | transfer->alias_count << 4 | (transfer->indicator_count & 3) << 6);
    out_bytes[2] = (uint8_t)(transfer->kind | transfer->rail << 4);
    mt_bytes_put(out_bytes + 3, transfer->amount.currency, 2);
    mt_bytes_put(out_bytes + 5, (uint64_t)transfer->time_ms, 6);
    mt_bytes_put(out_bytes + 11, (uint64_t)transfer->amount.minor, 8);
    memcpy(out_bytes + 19, transfer->key.bytes, 16);
    memcpy(out_bytes + 35, other->bytes, 16);
    out_bytes[51] = (uint8_t)transfer->source.topic;
    mt_bytes_put(out_bytes + 52, transfer->source.partition, 2);
    mt_bytes_put(out_bytes + 54, (uint64_t)transfer->source.offset, 5);
    memcpy(out_bytes + MT_RECORD_FIXED, transfer->aliases, aliases);
    memcpy(out_bytes + MT_RECORD_FIXED + aliases, transfer->indicators, indicators);
    memcpy(out_bytes + MT_RECORD_FIXED + aliases + indicators, transfer->id, transfer->id_size);
    return size;
}

size_t mt_record_write(const struct mt_transfer *transfer, bool outflow, uint8_t out_bytes[MT_RECORD_MAX])
{
    return write(transfer, outflow, outflow ? &transfer->creditor : &transfer->debtor, out_bytes);
}

size_t mt_record_write_indicator(const struct mt_transfer *transfer, uint8_t out_bytes[MT_RECORD_MAX])
{
    size_t size = write(transfer, true, &transfer->debtor, out_bytes);

    out_bytes[2] |= OF_INDICATOR;
    return size;
}

size_t mt_record_read(const uint8_t *bytes, size_t size, const struct mt_token *owner, struct mt_entry *out_entry,
                      bool *out_header)
{
    *out_header = false;
    if (size == 0 || bytes[0] > size)
        return 0;
    if (bytes[0] == MT_RECORD_HEADER) {
        *out_header = true;
        return MT_RECORD_HEADER;
    }
    uint8_t alias_count = bytes[1] >> 4 & 3, indicator_count = bytes[1] >> 6 | (bytes[1] & 8) >> 1;
    size_t before_id = MT_RECORD_FIXED + 16 * (size_t)(alias_count + indicator_count);
    if (bytes[0] < before_id || alias_count > MT_TRANSFER_ALIAS_MAX || indicator_count > MT_INDICATOR_COUNT)
        return 0;
    *out_entry = (struct mt_entry){
        .time_ms = (int64_t)mt_bytes_get(bytes + 5, 6),
        .minor = (int64_t)mt_bytes_get(bytes + 11, 8),
        .detail = bytes + MT_RECORD_FIXED,
        .currency = (uint16_t)mt_bytes_get(bytes + 3, 2),
        .kind = bytes[2] & 7,
        .rail = bytes[2] >> 4,
        .id_size = (uint8_t)(bytes[0] - before_id),
        .alias_count = alias_count & 15,
        .indicator_count = indicator_count & 15,
        .outflow = bytes[1] & 1,
        .creditor_side = (bytes[1] & 2) != 0,
        .weak = (bytes[1] & 4) != 0,
        .of_indicator = (bytes[2] & OF_INDICATOR) != 0,
    };
    memcpy(out_entry->key.bytes, bytes + 19, 16);
    memcpy(out_entry->other.bytes, bytes + 35, 16);
    out_entry->self = mt_token_equal(owner, &out_entry->other);
    out_entry->idle = out_entry->self || out_entry->kind == MT_KIND_RETURN;
    return bytes[0];
}

void mt_record_write_holder(const struct mt_holder *record, uint8_t out_bytes[MT_HOLDER_RECORD])
{
    mt_bytes_put(out_bytes, (uint64_t)record->since_ms, 8);
    mt_bytes_put(out_bytes + 8, (uint64_t)record->opened_ms, 8);
    out_bytes[16] = record->kind;
}

enum mt_status mt_record_read_holders(const uint8_t *bytes, size_t size, struct mt_holders **holders)
{
    enum mt_status status = size % MT_HOLDER_RECORD == 0 ? MT_OK : MT_BAD_STATE;

    for (size_t at = 0; at < size && status == MT_OK; at += MT_HOLDER_RECORD) {
        const struct mt_holder record = {
            .since_ms = (int64_t)mt_bytes_get(bytes + at, 8),
            .opened_ms = (int64_t)mt_bytes_get(bytes + at + 8, 8),
            .kind = bytes[at + 16],
        };

        status = record.kind <= MT_HOLDER_PERSON ? mt_holders_add(holders, &record) : MT_BAD_STATE;
    }
    return status;
}
