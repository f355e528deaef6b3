#include "reader_inside.h"

#include <stdlib.h>

struct mt_account_reader {
    struct mt_rows rows;
};

enum mt_status mt_account_reader_open(const struct mt_mapping *mapping, const char *path,
                                      struct mt_account_reader **out_reader, char out_error[256])
{
    struct mt_account_reader *reader;

    if (mapping->shape != MT_SHAPE_FACTS) {
        snprintf(out_error, 256, "%.120s: the mapping is one of transfers, not of accounts", path);
        return MT_BAD_CONFIG;
    }
    reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return MT_NO_MEMORY;
    enum mt_status status = mt_rows_open(mapping, path, &reader->rows, out_error);

    if (status != MT_OK) {
        free(reader);
        return status;
    }
    *out_reader = reader;
    return MT_OK;
}

void mt_account_reader_close(struct mt_account_reader *reader)
{
    if (reader == NULL)
        return;
    mt_rows_close(&reader->rows);
    free(reader);
}

enum mt_read_result mt_account_reader_next(struct mt_account_reader *reader, struct mt_account_facts *out_facts,
                                           struct mt_reject *out_reject)
{
    const struct mt_rows *rows = &reader->rows;
    struct mt_account_facts facts = {0};
    enum mt_read_result result = mt_rows_next(&reader->rows, out_reject);

    if (result != MT_READ_EVENT)
        return result;
    if (!mt_rows_text(rows, MT_FIELD_BANK, &facts.account.bank, out_reject) ||
        !mt_rows_text(rows, MT_FIELD_SCHEME, &facts.account.scheme, out_reject) ||
        !mt_rows_text(rows, MT_FIELD_NUMBER, &facts.account.number, out_reject) ||
        !mt_rows_text(rows, MT_FIELD_TYPE, &facts.type, out_reject) ||
        !mt_rows_text(rows, MT_FIELD_HOLDER, &facts.holder, out_reject) ||
        !mt_rows_text(rows, MT_FIELD_REGION, &facts.region, out_reject) ||
        !mt_rows_text(rows, MT_FIELD_EXIT, &facts.exit, out_reject) ||
        !mt_rows_time(rows, MT_FIELD_OPENED, &facts.opened_ms, out_reject) ||
        !mt_rows_time(rows, MT_FIELD_VALID_FROM, &facts.valid_from_ms, out_reject))
        return MT_READ_REJECT;
    if (mt_account_check(&facts, out_reject) != MT_OK)
        return MT_READ_REJECT;
    *out_facts = facts;
    return MT_READ_EVENT;
}

struct mt_text mt_account_reader_row(const struct mt_account_reader *reader, int64_t *out_line)
{
    *out_line = mt_csv_line(reader->rows.csv);
    return mt_csv_row(reader->rows.csv);
}

void mt_account_reader_progress(const struct mt_account_reader *reader, int64_t *out_bytes, int64_t *out_bytes_total)
{
    mt_rows_progress(&reader->rows, out_bytes, out_bytes_total);
}
