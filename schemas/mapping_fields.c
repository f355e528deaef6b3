#include "mapping_parts.h"

#include <stdlib.h>

#define TABLE_ENTRIES_MAX 4096

/* What a vocabulary's words are, for a person. */
static const char *const vocabulary_words[] = {
    [MT_VOCABULARY_TEXT] = "a text",
    [MT_VOCABULARY_AMOUNT] = "an amount",
    [MT_VOCABULARY_CURRENCY] = "a currency code such as EUR",
    [MT_VOCABULARY_KIND] = "transfer, card, cash_in, cash_out, fee or return",
    [MT_VOCABULARY_RAIL] = "unknown, instant, ach, wire, card, cash, cheque, wallet, crypto or book",
    [MT_VOCABULARY_SIDE] = "debtor or creditor",
    [MT_VOCABULARY_DIRECTION] = "in or out",
    [MT_VOCABULARY_TIME] = "a time",
};

enum mt_status mt_load_column(const struct mt_load *load, json_t *value, const char *where, uint8_t *out_slot)
{
    struct mt_mapping *mapping = load->mapping;
    struct mt_column column = {.name = json_string_value(value)};

    if (value == NULL)
        return mt_load_fail(load, "%s.column: is missing", where);
    if (column.name == NULL) {
        json_int_t number = json_integer_value(value);

        if (!json_is_integer(value) || number < 1 || number > MT_CSV_CELLS_MAX)
            return mt_load_fail(load, "%s.column: must be a column's name, or its number from 1 to %d", where,
                                MT_CSV_CELLS_MAX);
        column.number = (uint16_t)number;
    } else if (!mapping->header) {
        return mt_load_fail(load, "%s.column: \"%s\": a file without header has columns by number only", where,
                            column.name);
    } else if (column.name[0] == '\0') {
        return mt_load_fail(load, "%s.column: is empty", where);
    }
    if (mapping->cells != 0 && column.number > mapping->cells)
        return mt_load_fail(load, "%s.column: %u is beyond the %u columns a row has", where, column.number,
                            mapping->cells);
    if (mapping->column_count == MT_MAPPING_COLUMNS_MAX)
        return mt_load_fail(load, "%s.column: more than %d columns are used", where, MT_MAPPING_COLUMNS_MAX);
    *out_slot = (uint8_t)mapping->column_count;
    mapping->columns[mapping->column_count++] = column;
    return MT_OK;
}

static enum mt_status load_word(const struct mt_load *load, json_t *value, const char *where,
                                enum mt_vocabulary vocabulary, struct mt_word *out_word)
{
    struct mt_word word = {0};

    if (!json_is_string(value))
        return mt_load_fail(load, "%s: must be a string", where);
    word.text = (struct mt_text){.at = json_string_value(value), .size = json_string_length(value)};
    if (!mt_vocabulary_find(vocabulary, word.text, &word.code))
        return mt_load_fail(load, "%s: \"%s\" is not %s", where, word.text.at, vocabulary_words[vocabulary]);
    *out_word = word;
    return MT_OK;
}

static int entry_compare(const void *left, const void *right)
{
    const struct mt_text *a = &((const struct mt_table_entry *)left)->from;
    const struct mt_text *b = &((const struct mt_table_entry *)right)->from;

    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return memcmp(a->at, b->at, a->size);
}

static enum mt_status load_table(const struct mt_load *load, json_t *object, const char *where,
                                 enum mt_vocabulary vocabulary, struct mt_table *table)
{
    size_t count = json_object_size(object);

    if (!json_is_object(object) || count == 0)
        return mt_load_fail(load, "%s.table: must be an object of at least one entry", where);
    if (count > TABLE_ENTRIES_MAX)
        return mt_load_fail(load, "%s.table: has more than %d entries", where, TABLE_ENTRIES_MAX);
    table->entries = calloc(count, sizeof table->entries[0]);
    if (table->entries == NULL)
        return MT_NO_MEMORY;
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
        struct mt_table_entry *entry = &table->entries[table->count++];
        char path[192];

        entry->from = (struct mt_text){.at = json_object_iter_key(at), .size = json_object_iter_key_len(at)};
        snprintf(path, sizeof path, "%s.table.%s", where, entry->from.at);
        enum mt_status status = load_word(load, json_object_iter_value(at), path, vocabulary, &entry->to);

        if (status != MT_OK)
            return status;
    }
    qsort(table->entries, table->count, sizeof table->entries[0], entry_compare);
    return MT_OK;
}

/* The column of a field, its table and what stands for what the table does not hold. */
static enum mt_status load_column_field(const struct mt_load *load, json_t *object, const char *where,
                                        enum mt_vocabulary vocabulary, struct mt_field *field)
{
    json_t *table = json_object_get(object, "table");
    json_t *otherwise = json_object_get(object, "otherwise");
    enum mt_status status = mt_load_column(load, json_object_get(object, "column"), where, &field->column);
    char path[96];

    if (status != MT_OK)
        return status;
    field->source = table != NULL ? MT_SOURCE_TABLE : MT_SOURCE_COLUMN;
    if (table == NULL)
        return otherwise == NULL ? MT_OK : mt_load_fail(load, "%s.otherwise: makes sense beside a table only", where);
    status = load_table(load, table, where, vocabulary, &field->table);
    if (status != MT_OK || otherwise == NULL)
        return status;
    field->otherwise = true;
    snprintf(path, sizeof path, "%s.otherwise", where);
    return load_word(load, otherwise, path, vocabulary, &field->word);
}

static enum mt_status load_field(const struct mt_load *load, json_t *object, const char *where,
                                 enum mt_vocabulary vocabulary, struct mt_field *field)
{
    static const char *const keys[] = {"column", "constant", "table", "otherwise"};
    json_t *constant = json_object_get(object, "constant");
    bool has_column = json_object_get(object, "column") != NULL;
    enum mt_status status = mt_load_keys(load, object, where, keys, sizeof keys / sizeof keys[0]);
    char path[96];

    if (status != MT_OK)
        return status;
    if (has_column == (constant != NULL))
        return mt_load_fail(load, "%s: needs either column or constant", where);
    if (has_column)
        return load_column_field(load, object, where, vocabulary, field);
    if (json_object_size(object) != 1)
        return mt_load_fail(load, "%s: a constant stands alone", where);
    field->source = MT_SOURCE_CONSTANT;
    snprintf(path, sizeof path, "%s.constant", where);
    status = load_word(load, constant, path, vocabulary, &field->word);
    if (status == MT_OK && field->word.text.size == 0)
        return mt_load_fail(load, "%s: is empty", path);
    return status;
}

static enum mt_status load_amount(const struct mt_load *load, json_t *object, const char *where)
{
    static const char *const keys[] = {"column", "units", "round"};
    struct mt_field *field = &load->mapping->fields[MT_FIELD_AMOUNT];
    json_t *units = json_object_get(object, "units");
    json_t *round = json_object_get(object, "round");
    const char *units_text = units == NULL ? "major" : json_string_value(units);
    const char *round_text = round == NULL ? "reject" : json_string_value(round);
    enum mt_status status = mt_load_keys(load, object, where, keys, sizeof keys / sizeof keys[0]);

    if (status != MT_OK)
        return status;
    if (units_text == NULL || (strcmp(units_text, "major") != 0 && strcmp(units_text, "minor") != 0))
        return mt_load_fail(load, "%s.units: must be major or minor", where);
    if (round_text == NULL || (strcmp(round_text, "reject") != 0 && strcmp(round_text, "half-even") != 0))
        return mt_load_fail(load, "%s.round: must be reject or half-even", where);
    load->mapping->minor = strcmp(units_text, "minor") == 0;
    load->mapping->round = strcmp(round_text, "reject") == 0 ? MT_ROUND_REJECT : MT_ROUND_HALF_EVEN;
    field->source = MT_SOURCE_COLUMN;
    return mt_load_column(load, json_object_get(object, "column"), where, &field->column);
}

/* Where the time of this field is kept. */
static struct mt_time_field *time_of(struct mt_mapping *mapping, enum mt_field_name name)
{
    if (name == MT_FIELD_TIME)
        return &mapping->times[MT_TIMES_TIME];
    return &mapping->times[name == MT_FIELD_OPENED ? MT_TIMES_OPENED : MT_TIMES_VALID_FROM];
}

static enum mt_status load_named(const struct mt_load *load, json_t *value, enum mt_field_name name)
{
    const struct mt_field_rule *rule = &mt_field_rules[name];
    struct mt_mapping *mapping = load->mapping;
    char where[64];

    snprintf(where, sizeof where, "fields.%s", rule->key);
    if (name == MT_FIELD_ID && json_is_string(value)) {
        if (strcmp(json_string_value(value), "none") != 0)
            return mt_load_fail(load, "%s: must be \"none\" or an object with column", where);
        mapping->without_ids = true;
        return MT_OK;
    }
    if (!json_is_object(value))
        return mt_load_fail(load, "%s: must be an object with column or constant", where);
    if (name == MT_FIELD_ID && json_object_get(value, "constant") != NULL)
        return mt_load_fail(load, "%s: a constant names no transfer", where);
    if (rule->vocabulary == MT_VOCABULARY_TIME)
        return mt_load_time(load, value, where, time_of(mapping, name));
    if (rule->vocabulary == MT_VOCABULARY_AMOUNT)
        return load_amount(load, value, where);
    return load_field(load, value, where, (enum mt_vocabulary)rule->vocabulary, &mapping->fields[name]);
}

/* The name of a key; MT_FIELD_COUNT when no field has it. */
static enum mt_field_name name_find(const char *key)
{
    size_t name = 0;

    while (name < MT_FIELD_COUNT && strcmp(mt_field_rules[name].key, key) != 0)
        name++;
    return (enum mt_field_name)name;
}

/* How a person says the shape. */
static const char *shape_name(uint8_t shape)
{
    if (shape == MT_SHAPE_FACTS)
        return "a mapping of accounts";
    return shape == MT_SHAPE_STATEMENT ? "a mapping with direction" : "a mapping without direction";
}

enum mt_status mt_load_fields(const struct mt_load *load, json_t *fields)
{
    uint8_t shape = load->mapping->shape;

    for (void *at = json_object_iter(fields); at != NULL; at = json_object_iter_next(fields, at)) {
        const char *key = json_object_iter_key(at);
        enum mt_field_name name = name_find(key);

        if (name == MT_FIELD_COUNT)
            return mt_load_fail(load, "fields.%s: no such field", key);
        if ((mt_field_rules[name].shapes & shape) == 0)
            return mt_load_fail(load, "fields.%s: is no field of %s", key, shape_name(shape));
        enum mt_status status = load_named(load, json_object_iter_value(at), name);

        if (status != MT_OK)
            return status;
    }
    for (size_t i = 0; i < MT_FIELD_COUNT; i++) {
        if ((mt_field_rules[i].required & shape) != 0 && json_object_get(fields, mt_field_rules[i].key) == NULL)
            return mt_load_fail(load, "fields.%s: is missing", mt_field_rules[i].key);
    }
    return MT_OK;
}
