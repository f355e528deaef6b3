#include "event.h"

#include "currency.h"
#include "members.h"
#include "moment.h"
#include "print.h"
#include "reject.h"
#include "words.h"

#define BANK_CHARACTERS_MAX 35
#define NUMBER_CHARACTERS_MAX 64
#define SCHEME_SIZE_MAX 35
#define ID_CHARACTERS_MAX 64
#define UETR_SIZE 36
#define FILE_SIZE 64 /* SHA-256 in hex */

static bool is_blank(struct mt_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] != ' ' && text.at[i] != '-')
            return false;
    }
    return true;
}

static bool is_lower_hex(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

static bool is_scheme(struct mt_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.at[i];

        if ((byte < 'a' || byte > 'z') && (byte < '0' || byte > '9') && byte != '_')
            return false;
    }
    return text.size <= SCHEME_SIZE_MAX;
}

static enum mt_status name_check(struct mt_text text, size_t characters_max, const char *part, const char *field,
                                 struct mt_reject *out_reject)
{
    enum mt_reject_code code;
    size_t characters;

    /* Nothing but spaces and hyphens is empty too: normalising an IBAN would leave no byte of it. */
    if (is_blank(text))
        return mt_reject_part(out_reject, MT_REJECT_ACCOUNT_EMPTY, part, field);
    if (!mt_text_count(text, &characters, &code))
        return mt_reject_part(out_reject, code, part, field);
    if (characters > characters_max)
        return mt_reject_part(out_reject, MT_REJECT_ACCOUNT_LONG, part, field);
    return MT_OK;
}

enum mt_status mt_event_account_check(const struct mt_event_account *account, const char *part,
                                      struct mt_reject *out_reject)
{
    enum mt_status status = name_check(account->bank, BANK_CHARACTERS_MAX, part, "bank", out_reject);

    if (status != MT_OK)
        return status;
    if (!is_scheme(account->scheme))
        return mt_reject_part(out_reject, MT_REJECT_ENUM, part, "scheme");
    return name_check(account->number, NUMBER_CHARACTERS_MAX, part, "number", out_reject);
}

static enum mt_status id_check(struct mt_text id, const char *field, struct mt_reject *out_reject)
{
    enum mt_reject_code code;
    size_t characters;

    if (!mt_text_count(id, &characters, &code))
        return mt_reject_set(out_reject, code, field, NULL);
    if (characters > ID_CHARACTERS_MAX || id.size > MT_TRANSFER_ID_MAX)
        return mt_reject_set(out_reject, MT_REJECT_ID_MALFORMED, field, "at most 64 characters and 70 bytes");
    return MT_OK;
}

static bool is_uetr(struct mt_text text)
{
    if (text.size != UETR_SIZE)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

        if (hyphen ? text.at[i] != '-' : !is_lower_hex(text.at[i]))
            return false;
    }
    return true;
}

static bool is_file(struct mt_text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_lower_hex(text.at[i]))
            return false;
    }
    return text.size == FILE_SIZE;
}

static enum mt_status identities_check(const struct mt_event *event, struct mt_reject *out_reject)
{
    bool record = event->file.size > 0 || event->row != 0;
    enum mt_status status;

    if (event->uetr.size == 0 && event->transaction_id.size == 0 && event->end_to_end_id.size == 0 && !record)
        return mt_reject_set(out_reject, MT_REJECT_ID_MISSING, "", NULL);
    if (event->uetr.size > 0 && !is_uetr(event->uetr))
        return mt_reject_set(out_reject, MT_REJECT_ID_MALFORMED, "uetr", "a UUID in lower case");
    if ((status = id_check(event->transaction_id, "transaction_id", out_reject)) != MT_OK)
        return status;
    if ((status = id_check(event->end_to_end_id, "end_to_end_id", out_reject)) != MT_OK)
        return status;
    if (record && !is_file(event->file))
        return mt_reject_set(out_reject, MT_REJECT_ID_MALFORMED, "file", "a SHA-256 in lower-case hex, beside a row");
    if (record && event->row < 1)
        return mt_reject_set(out_reject, MT_REJECT_ID_MALFORMED, "row", "a line number from 1, beside a file");
    return MT_OK;
}

static enum mt_status words_check(const struct mt_event *event, struct mt_reject *out_reject)
{
    if (event->side > MT_SIDE_CREDITOR)
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "side", NULL);
    if (event->kind >= MT_KIND_COUNT)
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "kind", NULL);
    if (event->rail >= MT_RAIL_COUNT)
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "rail", NULL);
    return MT_OK;
}

static enum mt_status indicators_check(const struct mt_event *event, struct mt_reject *out_reject)
{
    for (int i = 0; i < MT_INDICATOR_COUNT; i++) {
        if (event->indicators[i].size > 0 && !mt_text_is_hash(event->indicators[i]))
            return mt_reject_set(out_reject, MT_REJECT_HASH, mt_indicator_names[i], NULL);
    }
    return MT_OK;
}

enum mt_status mt_event_check(const struct mt_event *event, struct mt_reject *out_reject)
{
    enum mt_status status = identities_check(event, out_reject);

    if (status != MT_OK || (status = words_check(event, out_reject)) != MT_OK)
        return status;
    if (!mt_time_sane(event->time_ms))
        return mt_reject_set(out_reject, MT_REJECT_TIME_ABSURD, "time", NULL);
    if ((status = mt_event_account_check(&event->debtor, "debtor", out_reject)) != MT_OK)
        return status;
    if ((status = mt_event_account_check(&event->creditor, "creditor", out_reject)) != MT_OK)
        return status;
    if (mt_currency_of(event->amount.currency) == NULL)
        return mt_reject_set(out_reject, MT_REJECT_CURRENCY, "currency", NULL);
    if (event->amount.minor == 0)
        return mt_reject_set(out_reject, MT_REJECT_AMOUNT_ZERO, "amount", NULL);
    if (event->amount.minor < 0)
        return mt_reject_set(out_reject, MT_REJECT_AMOUNT_NEGATIVE, "amount", NULL);
    return indicators_check(event, out_reject);
}

static void put_word(struct mt_print *print, const char *lead, const char *word)
{
    mt_print_text(print, lead);
    mt_print_text(print, word);
    mt_print_text(print, "\"");
}

static void put_account(struct mt_print *print, const char *lead, const struct mt_event_account *account)
{
    mt_print_text(print, lead);
    mt_members_text(print, "{\"bank\":", account->bank);
    mt_members_text(print, ",\"scheme\":", account->scheme);
    mt_members_text(print, ",\"number\":", account->number);
    mt_print_text(print, "}");
}

size_t mt_event_print(const struct mt_event *event, char *out_bytes, size_t capacity)
{
    const struct mt_currency *currency = mt_currency_of(event->amount.currency);
    struct mt_print print = mt_print_into(out_bytes, capacity);
    char text[32];

    MT_ASSERT(currency != NULL);
    mt_print_text(&print, "{\"v\":1");
    mt_members_text(&print, ",\"uetr\":", event->uetr);
    mt_members_text(&print, ",\"transaction_id\":", event->transaction_id);
    mt_members_text(&print, ",\"end_to_end_id\":", event->end_to_end_id);
    mt_members_text(&print, ",\"file\":", event->file);
    if (event->row != 0) {
        mt_print_text(&print, ",\"row\":");
        mt_print_int(&print, event->row);
    }
    put_word(&print, ",\"side\":\"", mt_side_names[event->side]);
    put_word(&print, ",\"kind\":\"", mt_kind_names[event->kind]);
    put_word(&print, ",\"rail\":\"", mt_rail_names[event->rail]);
    mt_time_print(event->time_ms, text);
    put_word(&print, ",\"time\":\"", text);
    put_account(&print, ",\"debtor\":", &event->debtor);
    put_account(&print, ",\"creditor\":", &event->creditor);
    mt_decimal_print(event->amount.minor, currency->exponent, text);
    put_word(&print, ",\"amount\":\"", text);
    put_word(&print, ",\"currency\":\"", currency->code);
    for (int i = 0; i < MT_INDICATOR_COUNT; i++) {
        if (event->indicators[i].size == 0)
            continue;
        mt_print_format(&print, ",\"%s\":", mt_indicator_names[i]);
        mt_print_string(&print, event->indicators[i].at, event->indicators[i].size);
    }
    mt_print_text(&print, "}");
    return mt_print_end(&print);
}
