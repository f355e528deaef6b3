#include "currency.h"
#include "json_read.h"
#include "reject.h"
#include "words.h"

/* The event as its texts, before any of them is understood. */
struct raw_event {
    struct mt_event_account debtor;
    struct mt_event_account creditor;
    struct mt_text uetr;
    struct mt_text transaction_id;
    struct mt_text end_to_end_id;
    struct mt_text file;
    struct mt_text side;
    struct mt_text kind;
    struct mt_text rail;
    struct mt_text time;
    struct mt_text amount;
    struct mt_text currency;
    struct mt_text indicators[MT_INDICATOR_COUNT];
    int64_t row;
};

static const struct mt_json_field event_fields[] = {
    MT_JSON_FIELD(raw_event, uetr, "uetr", TEXT, false, ID_MALFORMED),
    MT_JSON_FIELD(raw_event, transaction_id, "transaction_id", TEXT, false, ID_MALFORMED),
    MT_JSON_FIELD(raw_event, end_to_end_id, "end_to_end_id", TEXT, false, ID_MALFORMED),
    MT_JSON_FIELD(raw_event, file, "file", TEXT, false, ID_MALFORMED),
    MT_JSON_FIELD(raw_event, row, "row", INT, false, ID_MALFORMED),
    MT_JSON_FIELD(raw_event, side, "side", TEXT, false, ENUM),
    MT_JSON_FIELD(raw_event, kind, "kind", TEXT, false, ENUM),
    MT_JSON_FIELD(raw_event, rail, "rail", TEXT, false, ENUM),
    MT_JSON_FIELD(raw_event, time, "time", TEXT, true, TIME_MALFORMED),
    MT_JSON_FIELD(raw_event, debtor, "debtor", ACCOUNT, true, ACCOUNT_EMPTY),
    MT_JSON_FIELD(raw_event, creditor, "creditor", ACCOUNT, true, ACCOUNT_EMPTY),
    MT_JSON_FIELD(raw_event, amount, "amount", TEXT, true, AMOUNT_MALFORMED),
    MT_JSON_FIELD(raw_event, currency, "currency", TEXT, true, CURRENCY),
#define INDICATOR_FIELD(name, text) MT_JSON_FIELD(raw_event, indicators[MT_INDICATOR_##name], text, TEXT, false, HASH),
    MT_INDICATOR_TABLE(INDICATOR_FIELD)
#undef INDICATOR_FIELD
};

static enum mt_status words_read(const struct raw_event *raw, struct mt_event *event, struct mt_reject *out_reject)
{
    /* An absent word is the first of its list: debtor, transfer, unknown. */
    if (raw->side.size > 0 && !mt_side_find(raw->side, &event->side))
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "side", NULL);
    if (raw->kind.size > 0 && !mt_kind_find(raw->kind, &event->kind))
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "kind", NULL);
    if (raw->rail.size > 0 && !mt_rail_find(raw->rail, &event->rail))
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "rail", NULL);
    return MT_OK;
}

static enum mt_status money_read(const struct raw_event *raw, struct mt_event *event, struct mt_reject *out_reject)
{
    const struct mt_currency *currency = mt_currency_find(raw->currency.at, raw->currency.size);

    if (currency == NULL)
        return mt_reject_set(out_reject, MT_REJECT_CURRENCY, "currency", NULL);
    enum mt_decimal_fault fault =
        mt_decimal_parse(raw->amount.at, raw->amount.size, currency->exponent, MT_ROUND_REJECT, &event->amount.minor);

    if (fault != MT_DECIMAL_OK)
        return mt_reject_decimal(out_reject, fault, "amount");
    event->amount.currency = currency->numeric;
    return MT_OK;
}

enum mt_status mt_event_parse(struct mt_event_parse *parser, const char *bytes, size_t size, struct mt_event *out_event,
                              struct mt_reject *out_reject)
{
    struct raw_event raw = {0};
    enum mt_reject_code code;
    enum mt_status status = mt_json_open(parser, bytes, size, out_reject);

    if (status != MT_OK)
        return status;
    status = mt_json_fill(parser, event_fields, sizeof event_fields / sizeof event_fields[0], &raw, out_reject);
    if (status != MT_OK)
        return status;
    struct mt_event event = {
        .debtor = raw.debtor,
        .creditor = raw.creditor,
        .uetr = raw.uetr,
        .transaction_id = raw.transaction_id,
        .end_to_end_id = raw.end_to_end_id,
        .file = raw.file,
        .row = raw.row,
    };

    memcpy(event.indicators, raw.indicators, sizeof event.indicators);
    if ((status = words_read(&raw, &event, out_reject)) != MT_OK)
        return status;
    if (!mt_time_parse(raw.time.at, raw.time.size, &event.time_ms, &code))
        return mt_reject_set(out_reject, code, "time", NULL);
    if ((status = money_read(&raw, &event, out_reject)) != MT_OK)
        return status;
    if ((status = mt_event_check(&event, out_reject)) != MT_OK)
        return status;
    *out_event = event;
    return MT_OK;
}
