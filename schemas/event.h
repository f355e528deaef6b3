/*
 * event.h: the canonical transfer event, version 1, as banks publish it (transfer.schema.json).
 *
 * An event is still in the bank's words: account numbers, codes, ids. It lives only between a topic or a file and
 * token.h, which makes the graph's transfer of it. All strings are views into bytes the caller holds.
 *
 * Owns     nothing: views into the parsed bytes, or into the reader's buffer
 * Bounds   64 KiB a message, 16 levels deep, 64 characters an id or account, checked before anything is built
 * Fails    MT_BAD_EVENT / MT_TOO_LARGE with a reject that names the code, the field and a sentence
 */
#ifndef MT_EVENT_H
#define MT_EVENT_H

#include "graph/transfer.h"

#define MT_EVENT_BYTES_MAX (64 * 1024)
#define MT_EVENT_DEPTH_MAX 16
#define MT_EVENT_VERSION 1

struct mt_text {
    const char *at;
    size_t size;
};

struct mt_event_account {
    struct mt_text bank;   /* agent: BIC, ISPB, sort code, bank number; 1–35 characters */
    struct mt_text scheme; /* "iban", "bban", "wallet", ...; "" means "account" */
    struct mt_text number; /* 1–64 characters */
};

struct mt_event {
    struct mt_event_account debtor;
    struct mt_event_account creditor;
    struct mt_text uetr;           /* identities, strongest first; any may be empty, but not all */
    struct mt_text transaction_id;
    struct mt_text end_to_end_id;
    struct mt_text file;           /* a record of a file without ids: SHA-256 of the file in hex, and */
    int64_t row;                   /* its line number, from 1; 0: none */
    int64_t time_ms;               /* acceptance, else booking, else creation; UTC */
    struct mt_money amount;
    uint8_t kind;                  /* enum mt_kind */
    uint8_t rail;                  /* enum mt_rail */
    uint8_t side;                  /* enum mt_side: whose report this is */
    struct mt_text indicators[MT_INDICATOR_COUNT]; /* hashes of how the debtor made it; any may be empty */
};

/* Stable codes: they go onto transfers.rejected and into metrics. Add at the end, never rename. */
#define MT_REJECT_TABLE(X)                                                              \
    X(NOT_JSON, "not_json", "not a JSON object")                                        \
    X(TOO_LARGE, "too_large", "larger than 64 KiB; not parsed")                         \
    X(TOO_DEEP, "too_deep", "nested more than 16 levels deep")                          \
    X(DUPLICATE_KEY, "duplicate_key", "an object holds the same key twice")             \
    X(VERSION, "unknown_version", "schema version is not one this program knows")       \
    X(MISSING, "missing_field", "a required field is absent")                           \
    X(TYPE, "wrong_type", "a field has the wrong JSON type")                            \
    X(UNKNOWN_FIELD, "unknown_field", "a field is not in the schema")                   \
    X(CURRENCY, "unknown_currency", "currency is not in the table")                     \
    X(AMOUNT_MALFORMED, "amount_malformed", "amount is not a plain decimal string")     \
    X(AMOUNT_EXPONENT, "amount_exponent", "amount is in exponent form")                 \
    X(AMOUNT_PRECISE, "amount_too_precise", "amount has more decimals than its currency")\
    X(AMOUNT_OVERFLOW, "amount_overflow", "amount does not fit in 64 bits of minor units")\
    X(AMOUNT_ZERO, "amount_zero", "amount is zero")                                     \
    X(AMOUNT_NEGATIVE, "amount_negative", "amount is negative")                         \
    X(TIME_MALFORMED, "time_malformed", "time does not follow its format")              \
    X(TIME_ZONE, "time_without_zone", "time has no zone")                               \
    X(TIME_ABSURD, "time_absurd", "time is before 1970 or after 2200")                  \
    X(ACCOUNT_EMPTY, "account_empty", "an account or bank is empty")                    \
    X(ACCOUNT_LONG, "account_too_long", "an account or bank is longer than its limit")  \
    X(NOT_UTF8, "not_utf8", "text is not UTF-8")                                        \
    X(ID_MISSING, "id_missing", "no identity: uetr, transaction_id, end_to_end_id or file and row") \
    X(ID_MALFORMED, "id_malformed", "an identity is empty, too long or malformed")      \
    X(ENUM, "unknown_value", "kind, rail or side is not one the schema lists")          \
    X(COLUMNS, "columns", "a row has not the columns that the mapping names")           \
    X(EMPTY, "empty", "an empty message")                                               \
    X(CONTROL, "control_character", "text holds a control character")                   \
    X(TEXT_EMPTY, "text_empty", "a text is empty")                                      \
    X(TEXT_LONG, "text_too_long", "a text is longer than its limit")                    \
    X(HASH, "hash_malformed", "an indicator is not a hash: 32 to 128 hex digits in lower case, an even number") \
    X(SUBJECT, "subject_malformed", "not exactly one of party and indicator with its hash") \
    X(PERIOD, "period_malformed", "until is not after from, or more than five years after it: renew the entry instead")

enum mt_reject_code {
#define MT_REJECT_ENUM(name, code, text) MT_REJECT_##name,
    MT_REJECT_TABLE(MT_REJECT_ENUM)
#undef MT_REJECT_ENUM
    MT_REJECT_COUNT
};

struct mt_reject {
    enum mt_reject_code code;
    char field[48];     /* the field it is about, or "" */
    char sentence[200]; /* for a person; never holds an account number */
};

const char *mt_reject_name(enum mt_reject_code code); /* "amount_zero" */

/* A parsed event together with what its views point into. */
struct mt_event_parse;

/* Parser memory for one thread, reused from message to message. */
MT_MUST_USE enum mt_status mt_event_parser_create(struct mt_event_parse **out_parser);
void mt_event_parser_destroy(struct mt_event_parse *parser); /* NULL is fine */

/*
 * Parses one canonical JSON event. Views in `out_event` live until the next call on this parser. On MT_BAD_EVENT or
 * MT_TOO_LARGE `out_reject` is filled and `out_event` untouched. Never reads money through a double.
 * Cost: one Jansson parse, about 3 µs for 250 bytes.
 */
MT_MUST_USE enum mt_status mt_event_parse(struct mt_event_parse *parser, const char *bytes, size_t size,
                                          struct mt_event *out_event, struct mt_reject *out_reject);

/* Checks what is common to every source (lengths, UTF-8, identity present, amount > 0, sane time). */
MT_MUST_USE enum mt_status mt_event_check(const struct mt_event *event, struct mt_reject *out_reject);

/* Writes the event as canonical JSON (fields in schema order), terminated. Returns the length, or 0 when
 * `capacity` is too small. An event that mt_event_check accepts needs less than 4 KiB. */
size_t mt_event_print(const struct mt_event *event, char *out_bytes, size_t capacity);

/* ISO 8601 with zone and up to ms: "2026-11-25T04:00:00Z", "...+08:00", ".123Z"; and back ("...T04:00:00.123Z", ms
 * only when not zero). Returns false with the reject's code in *out_code. */
bool mt_time_parse(const char *text, size_t size, int64_t *out_ms, enum mt_reject_code *out_code);
size_t mt_time_print(int64_t time_ms, char out_text[32]);

#endif
