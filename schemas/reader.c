#include "reader_inside.h"

#include "reject.h"

#include <stdlib.h>

struct mt_reader {
    struct mt_rows rows;
};

enum mt_status mt_reader_open(const struct mt_mapping *mapping, const char *path, struct mt_reader **out_reader,
                              char out_error[256])
{
    struct mt_reader *reader;

    if (mapping->shape == MT_SHAPE_FACTS) {
        snprintf(out_error, 256, "%.120s: the mapping is one of accounts, not of transfers", path);
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

void mt_reader_close(struct mt_reader *reader)
{
    if (reader == NULL)
        return;
    mt_rows_close(&reader->rows);
    free(reader);
}

static bool account_read(const struct mt_rows *rows, enum mt_field_name bank, enum mt_field_name scheme,
                         enum mt_field_name number, struct mt_event_account *out_account, struct mt_reject *out_reject)
{
    return mt_rows_text(rows, bank, &out_account->bank, out_reject) &&
           mt_rows_text(rows, scheme, &out_account->scheme, out_reject) &&
           mt_rows_text(rows, number, &out_account->number, out_reject);
}

/* Who pays whom. In a statement the account's own bank reports, so it is the side. */
static bool accounts_read(const struct mt_rows *rows, struct mt_event *event, struct mt_reject *out_reject)
{
    struct mt_event_account *account;
    struct mt_event_account *counterparty;
    uint16_t side;

    if (rows->mapping->shape == MT_SHAPE_PAIR) {
        if (!mt_rows_code(rows, MT_FIELD_SIDE, &side, out_reject))
            return false;
        event->side = (uint8_t)side;
        return account_read(rows, MT_FIELD_DEBTOR_BANK, MT_FIELD_DEBTOR_SCHEME, MT_FIELD_DEBTOR, &event->debtor,
                            out_reject) &&
               account_read(rows, MT_FIELD_CREDITOR_BANK, MT_FIELD_CREDITOR_SCHEME, MT_FIELD_CREDITOR, &event->creditor,
                            out_reject);
    }
    if (!mt_rows_code(rows, MT_FIELD_DIRECTION, &side, out_reject))
        return false;
    event->side = (uint8_t)side;
    account = side == MT_SIDE_DEBTOR ? &event->debtor : &event->creditor;
    counterparty = side == MT_SIDE_DEBTOR ? &event->creditor : &event->debtor;
    return account_read(rows, MT_FIELD_ACCOUNT_BANK, MT_FIELD_ACCOUNT_SCHEME, MT_FIELD_ACCOUNT, account, out_reject) &&
           account_read(rows, MT_FIELD_COUNTERPARTY_BANK, MT_FIELD_COUNTERPARTY_SCHEME, MT_FIELD_COUNTERPARTY,
                        counterparty, out_reject);
}

static bool amount_read(const struct mt_rows *rows, struct mt_money *out_amount, struct mt_reject *out_reject)
{
    const struct mt_mapping *mapping = rows->mapping;
    struct mt_text text;

    if (!mt_rows_code(rows, MT_FIELD_CURRENCY, &out_amount->currency, out_reject) ||
        !mt_rows_text(rows, MT_FIELD_AMOUNT, &text, out_reject))
        return false;
    uint8_t exponent = mapping->minor ? 0 : mt_currency_of(out_amount->currency)->exponent;
    enum mt_decimal_fault fault =
        mt_decimal_parse(text.at, text.size, exponent, (enum mt_round)mapping->round, &out_amount->minor);

    if (fault == MT_DECIMAL_OK)
        return true;
    mt_reject_decimal(out_reject, fault, "amount");
    return false;
}

static bool identities_read(const struct mt_rows *rows, struct mt_event *event, struct mt_reject *out_reject)
{
    event->file = (struct mt_text){.at = rows->hash, .size = strlen(rows->hash)};
    event->row = rows->mapping->without_ids ? mt_csv_line(rows->csv) : 0;
    return mt_rows_text(rows, MT_FIELD_ID, &event->transaction_id, out_reject) &&
           mt_rows_text(rows, MT_FIELD_UETR, &event->uetr, out_reject) &&
           mt_rows_text(rows, MT_FIELD_END_TO_END_ID, &event->end_to_end_id, out_reject);
}

static bool indicators_read(const struct mt_rows *rows, struct mt_event *event, struct mt_reject *out_reject)
{
#define INDICATOR_READ(name, text) &&mt_rows_text(rows, MT_FIELD_##name, &event->indicators[MT_INDICATOR_##name], out_reject)
    return true MT_INDICATOR_TABLE(INDICATOR_READ);
#undef INDICATOR_READ
}

enum mt_read_result mt_reader_next(struct mt_reader *reader, struct mt_event *out_event, struct mt_reject *out_reject)
{
    const struct mt_rows *rows = &reader->rows;
    struct mt_event event = {0};
    uint16_t kind;
    uint16_t rail;
    enum mt_read_result result = mt_rows_next(&reader->rows, out_reject);

    if (result != MT_READ_EVENT)
        return result;
    if (!identities_read(rows, &event, out_reject) || !accounts_read(rows, &event, out_reject) ||
        !mt_rows_time(rows, MT_FIELD_TIME, &event.time_ms, out_reject) ||
        !amount_read(rows, &event.amount, out_reject) || !mt_rows_code(rows, MT_FIELD_KIND, &kind, out_reject) ||
        !mt_rows_code(rows, MT_FIELD_RAIL, &rail, out_reject) || !indicators_read(rows, &event, out_reject))
        return MT_READ_REJECT;
    event.kind = (uint8_t)kind;
    event.rail = (uint8_t)rail;
    if (mt_event_check(&event, out_reject) != MT_OK)
        return MT_READ_REJECT;
    *out_event = event;
    return MT_READ_EVENT;
}

struct mt_text mt_reader_row(const struct mt_reader *reader, int64_t *out_line)
{
    *out_line = mt_csv_line(reader->rows.csv);
    return mt_csv_row(reader->rows.csv);
}

void mt_reader_progress(const struct mt_reader *reader, int64_t *out_bytes, int64_t *out_bytes_total)
{
    mt_rows_progress(&reader->rows, out_bytes, out_bytes_total);
}
