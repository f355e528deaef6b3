/*
 * mapping_parts.h: a loaded mapping as the readers use it.
 *
 * Three shapes of a row: a PAIR names debtor and creditor; a STATEMENT names an account, its counterparty and the
 * direction the money went; FACTS are about one account. Every field is a column, a constant or a column through a
 * table, and is turned into codes when the mapping is loaded, as far as the file is not needed for it.
 *
 * Owns     the JSON tree that all texts are views into
 * Bounds   1 MiB a mapping file, 256 columns, 4096 entries a table
 */
#ifndef MT_MAPPING_PARTS_H
#define MT_MAPPING_PARTS_H

#include "csv.h"
#include "date_format.h"
#include "decimal.h"
#include "mapping.h"

#include <jansson.h>

enum mt_shape { MT_SHAPE_PAIR = 1, MT_SHAPE_STATEMENT = 2, MT_SHAPE_FACTS = 4 };

#define MT_SHAPE_TRANSFER (MT_SHAPE_PAIR | MT_SHAPE_STATEMENT)

/* What a field's values must be words of. */
enum mt_vocabulary {
    MT_VOCABULARY_TEXT, /* any text */
    MT_VOCABULARY_AMOUNT,
    MT_VOCABULARY_CURRENCY,
    MT_VOCABULARY_KIND,
    MT_VOCABULARY_RAIL,
    MT_VOCABULARY_SIDE,
    MT_VOCABULARY_DIRECTION, /* in: the account is paid; out: it pays */
    MT_VOCABULARY_TIME,
};

/* Name, key, vocabulary, shapes it belongs to, shapes that cannot do without it. */
/* clang-format off */
#define MT_FIELD_TABLE(X)                                                                 \
    X(ID, "id", TEXT, MT_SHAPE_TRANSFER, MT_SHAPE_TRANSFER)                               \
    X(UETR, "uetr", TEXT, MT_SHAPE_TRANSFER, 0)                                           \
    X(END_TO_END_ID, "end_to_end_id", TEXT, MT_SHAPE_TRANSFER, 0)                         \
    X(TIME, "time", TIME, MT_SHAPE_TRANSFER, MT_SHAPE_TRANSFER)                           \
    X(AMOUNT, "amount", AMOUNT, MT_SHAPE_TRANSFER, MT_SHAPE_TRANSFER)                     \
    X(CURRENCY, "currency", CURRENCY, MT_SHAPE_TRANSFER, MT_SHAPE_TRANSFER)               \
    X(KIND, "kind", KIND, MT_SHAPE_TRANSFER, 0)                                           \
    X(RAIL, "rail", RAIL, MT_SHAPE_TRANSFER, 0)                                           \
    X(SIDE, "side", SIDE, MT_SHAPE_PAIR, 0)                                               \
    X(DEBTOR_BANK, "debtor_bank", TEXT, MT_SHAPE_PAIR, MT_SHAPE_PAIR)                     \
    X(DEBTOR_SCHEME, "debtor_scheme", TEXT, MT_SHAPE_PAIR, 0)                             \
    X(DEBTOR, "debtor", TEXT, MT_SHAPE_PAIR, MT_SHAPE_PAIR)                               \
    X(CREDITOR_BANK, "creditor_bank", TEXT, MT_SHAPE_PAIR, MT_SHAPE_PAIR)                 \
    X(CREDITOR_SCHEME, "creditor_scheme", TEXT, MT_SHAPE_PAIR, 0)                         \
    X(CREDITOR, "creditor", TEXT, MT_SHAPE_PAIR, MT_SHAPE_PAIR)                           \
    X(DEVICE, "device", TEXT, MT_SHAPE_TRANSFER, 0)                                       \
    X(PHONE, "phone", TEXT, MT_SHAPE_TRANSFER, 0)                                         \
    X(NETWORK, "network", TEXT, MT_SHAPE_TRANSFER, 0)                                     \
    X(ALIAS, "alias", TEXT, MT_SHAPE_TRANSFER, 0)                                         \
    X(DIRECTION, "direction", DIRECTION, MT_SHAPE_STATEMENT, MT_SHAPE_STATEMENT)          \
    X(ACCOUNT_BANK, "account_bank", TEXT, MT_SHAPE_STATEMENT, MT_SHAPE_STATEMENT)         \
    X(ACCOUNT_SCHEME, "account_scheme", TEXT, MT_SHAPE_STATEMENT, 0)                      \
    X(ACCOUNT, "account", TEXT, MT_SHAPE_STATEMENT, MT_SHAPE_STATEMENT)                   \
    X(COUNTERPARTY_BANK, "counterparty_bank", TEXT, MT_SHAPE_STATEMENT, MT_SHAPE_STATEMENT) \
    X(COUNTERPARTY_SCHEME, "counterparty_scheme", TEXT, MT_SHAPE_STATEMENT, 0)            \
    X(COUNTERPARTY, "counterparty", TEXT, MT_SHAPE_STATEMENT, MT_SHAPE_STATEMENT)         \
    X(BANK, "bank", TEXT, MT_SHAPE_FACTS, MT_SHAPE_FACTS)                                 \
    X(SCHEME, "scheme", TEXT, MT_SHAPE_FACTS, 0)                                          \
    X(NUMBER, "number", TEXT, MT_SHAPE_FACTS, MT_SHAPE_FACTS)                             \
    X(TYPE, "type", TEXT, MT_SHAPE_FACTS, MT_SHAPE_FACTS)                                 \
    X(HOLDER, "holder", TEXT, MT_SHAPE_FACTS, 0)                                          \
    X(REGION, "region", TEXT, MT_SHAPE_FACTS, 0)                                          \
    X(EXIT, "exit", TEXT, MT_SHAPE_FACTS, 0)                                              \
    X(OPENED, "opened", TIME, MT_SHAPE_FACTS, 0)                                          \
    X(VALID_FROM, "valid_from", TIME, MT_SHAPE_FACTS, MT_SHAPE_FACTS)
/* clang-format on */

enum mt_field_name {
#define MT_FIELD_ENUM(name, key, vocabulary, shapes, required) MT_FIELD_##name,
    MT_FIELD_TABLE(MT_FIELD_ENUM)
#undef MT_FIELD_ENUM
        MT_FIELD_COUNT
};

struct mt_field_rule {
    const char *key;
    uint8_t vocabulary; /* enum mt_vocabulary */
    uint8_t shapes;
    uint8_t required;
};

extern const struct mt_field_rule mt_field_rules[MT_FIELD_COUNT];

#define MT_MAPPING_COLUMNS_MAX 64

/* A column of the file that some field reads. */
struct mt_column {
    const char *name; /* NULL: by number */
    uint16_t number;  /* from 1 */
};

/* A text, and its code in the field's vocabulary where that has codes. */
struct mt_word {
    struct mt_text text;
    uint16_t code;
};

struct mt_table_entry {
    struct mt_text from;
    struct mt_word to;
};

struct mt_table {
    struct mt_table_entry *entries; /* by size, then bytes */
    size_t count;
};

enum mt_field_source { MT_SOURCE_NONE, MT_SOURCE_COLUMN, MT_SOURCE_CONSTANT, MT_SOURCE_TABLE };

struct mt_field {
    uint8_t source;      /* enum mt_field_source */
    uint8_t column;      /* in the mapping's columns */
    bool otherwise;      /* what the table does not hold is the word */
    struct mt_word word; /* the constant */
    struct mt_table table;
};

enum mt_time_form {
    MT_TIME_NONE,
    MT_TIME_CONSTANT, /* origin_ms */
    MT_TIME_ISO,      /* with its own zone, or in `offset_minutes` when `zoned` */
    MT_TIME_FORMAT,   /* one column */
    MT_TIME_PARTS,    /* a column with the date and one with the time of day */
    MT_TIME_STEP,     /* a count of steps since the origin */
};

struct mt_time_field {
    uint8_t form; /* enum mt_time_form */
    bool zoned;
    int16_t offset_minutes;
    uint8_t columns[2]; /* in the mapping's columns */
    struct mt_date_format formats[2];
    int64_t origin_ms;
    int64_t step_ms;
};

/* The three fields that are times. */
enum mt_time_name { MT_TIMES_TIME, MT_TIMES_OPENED, MT_TIMES_VALID_FROM, MT_TIMES_COUNT };

struct mt_mapping {
    json_t *root;
    uint8_t shape; /* enum mt_shape */
    bool header;
    bool without_ids; /* rows are known by the file's hash and their line */
    bool minor;       /* amounts are in minor units */
    uint8_t round;    /* enum mt_round */
    uint16_t cells;   /* a row has exactly so many; 0: as many as the header, or at least the last column named */
    struct mt_csv_options csv;
    struct mt_column columns[MT_MAPPING_COLUMNS_MAX];
    size_t column_count;
    struct mt_field fields[MT_FIELD_COUNT];
    struct mt_time_field times[MT_TIMES_COUNT];
};

/* The entry of a text, or NULL. Cost: O(log entries). */
const struct mt_word *mt_table_find(const struct mt_table *table, const char *at, size_t size);

/* The code of a word of the vocabulary; false when it is none. Texts have code 0. */
bool mt_vocabulary_find(enum mt_vocabulary vocabulary, struct mt_text text, uint16_t *out_code);

/* Reads a time field from the cells' texts, which are those of its columns. On false the code says why. */
bool mt_time_field_read(const struct mt_time_field *field, const struct mt_text texts[2], int64_t *out_ms,
                        enum mt_reject_code *out_code);

/* How loading says what is wrong and where. */
struct mt_load {
    struct mt_mapping *mapping;
    const char *file;
    char *error; /* 256 bytes */
};

/* "FILE: ..." into the error; returns MT_BAD_CONFIG. */
enum mt_status mt_load_fail(const struct mt_load *load, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fails when the object holds a key that is not among the `count` keys. `where` is "fields.time" or "". */
enum mt_status mt_load_keys(const struct mt_load *load, json_t *object, const char *where, const char *const *keys,
                            size_t count);

/* Loads the member "column" (or another key) of a field into a slot of the mapping's columns. */
enum mt_status mt_load_column(const struct mt_load *load, json_t *value, const char *where, uint8_t *out_slot);

enum mt_status mt_load_time(const struct mt_load *load, json_t *object, const char *where,
                            struct mt_time_field *out_field);
enum mt_status mt_load_fields(const struct mt_load *load, json_t *fields);

#endif
