#include "json_read.h"

#include "reject.h"

#include <stdio.h>
#include <stdlib.h>

#define VERSION_KEY "v"

enum mt_status mt_event_parser_create(struct mt_event_parse **out_parser)
{
    struct mt_event_parse *parser = calloc(1, sizeof *parser);

    if (parser == NULL)
        return MT_NO_MEMORY;
    /* Once, before any thread parses: Jansson's first object would do it, and read /dev/urandom in the middle of a
     * stream. */
    json_object_seed(0);
    *out_parser = parser;
    return MT_OK;
}

void mt_event_parser_destroy(struct mt_event_parse *parser)
{
    if (parser == NULL)
        return;
    json_decref(parser->root);
    free(parser);
}

/* Whether brackets nest too deep. Malformed text is measured too: Jansson must never recurse further than this. */
static bool is_too_deep(const char *bytes, size_t size)
{
    size_t depth = 0;
    size_t openers = 0;
    bool in_string = false;

    /* An honest event has three brackets, so one pass without branches settles nearly every message. */
    for (size_t i = 0; i < size; i++)
        openers += (bytes[i] == '{') | (bytes[i] == '[');
    if (openers <= MT_EVENT_DEPTH_MAX)
        return false;
    for (size_t i = 0; i < size; i++) {
        char byte = bytes[i];

        if (in_string) {
            i += byte == '\\' ? 1 : 0;
            in_string = byte != '"';
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '{' || byte == '[') {
            if (++depth > MT_EVENT_DEPTH_MAX)
                return true;
        } else if ((byte == '}' || byte == ']') && depth > 0) {
            depth--;
        }
    }
    return false;
}

/* Jansson's own words are not used: they quote the input. */
static enum mt_status reject_syntax(const json_error_t *error, struct mt_reject *out_reject)
{
    char detail[64];

    switch (json_error_code(error)) {
    case json_error_out_of_memory:
        return MT_NO_MEMORY;
    case json_error_duplicate_key:
        return mt_reject_set(out_reject, MT_REJECT_DUPLICATE_KEY, "", NULL);
    case json_error_invalid_utf8:
        return mt_reject_set(out_reject, MT_REJECT_NOT_UTF8, "", NULL);
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return mt_reject_set(out_reject, MT_REJECT_CONTROL, "", NULL);
    case json_error_numeric_overflow:
        return mt_reject_set(out_reject, MT_REJECT_TYPE, "", "a number is out of range");
    default:
        snprintf(detail, sizeof detail, "it ends making sense at byte %d", error->position);
        return mt_reject_set(out_reject, MT_REJECT_NOT_JSON, "", detail);
    }
}

static enum mt_status version_check(const json_t *root, struct mt_reject *out_reject)
{
    const json_t *version = json_object_get(root, VERSION_KEY);

    if (version == NULL)
        return mt_reject_set(out_reject, MT_REJECT_MISSING, VERSION_KEY, NULL);
    if (!json_is_integer(version))
        return mt_reject_set(out_reject, MT_REJECT_TYPE, VERSION_KEY, NULL);
    if (json_integer_value(version) != MT_EVENT_VERSION)
        return mt_reject_set(out_reject, MT_REJECT_VERSION, VERSION_KEY, NULL);
    return MT_OK;
}

enum mt_status mt_json_open(struct mt_event_parse *parser, const char *bytes, size_t size, struct mt_reject *out_reject)
{
    json_error_t error;

    json_decref(parser->root);
    parser->root = NULL;
    if (size == 0)
        return mt_reject_set(out_reject, MT_REJECT_EMPTY, "", NULL);
    if (size > MT_EVENT_BYTES_MAX)
        return mt_reject_set(out_reject, MT_REJECT_TOO_LARGE, "", NULL);
    if (is_too_deep(bytes, size))
        return mt_reject_set(out_reject, MT_REJECT_TOO_DEEP, "", NULL);
    parser->root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
    if (parser->root == NULL)
        return reject_syntax(&error, out_reject);
    if (!json_is_object(parser->root))
        return mt_reject_set(out_reject, MT_REJECT_NOT_JSON, "", NULL);
    return version_check(parser->root, out_reject);
}

/*
 * Names an unknown field only when it looks like a word: an account number used as a key must not reach a log.
 * Otherwise the part it stands in is named.
 */
static enum mt_status reject_unknown(const char *part, const char *key, size_t key_size, struct mt_reject *out_reject)
{
    for (size_t i = 0; i < key_size; i++) {
        if ((key[i] < 'a' || key[i] > 'z') && key[i] != '_')
            return mt_reject_set(out_reject, MT_REJECT_UNKNOWN_FIELD, part, NULL);
    }
    return mt_reject_part(out_reject, MT_REJECT_UNKNOWN_FIELD, part, key);
}

static const struct mt_json_field account_fields[] = {
    MT_JSON_FIELD(mt_event_account, bank, "bank", TEXT, true, ACCOUNT_EMPTY),
    MT_JSON_FIELD(mt_event_account, number, "number", TEXT, true, ACCOUNT_EMPTY),
    MT_JSON_FIELD(mt_event_account, scheme, "scheme", TEXT, false, ENUM),
};

static enum mt_status object_fill(json_t *object, const char *part, const struct mt_json_field *fields, size_t count,
                                  void *out_struct, struct mt_reject *out_reject);

static enum mt_status field_fill(json_t *value, const char *part, const struct mt_json_field *field, void *out_struct,
                                 struct mt_reject *out_reject)
{
    char *target = (char *)out_struct + field->offset;

    switch (field->type) {
    case MT_JSON_TEXT:
        if (!json_is_string(value))
            break;
        struct mt_text text = {.at = json_string_value(value), .size = json_string_length(value)};

        if (text.size == 0)
            return mt_reject_part(out_reject, (enum mt_reject_code)field->empty, part, field->name);
        memcpy(target, &text, sizeof text);
        return MT_OK;
    case MT_JSON_INT:
        if (!json_is_integer(value))
            break;
        int64_t number = json_integer_value(value);

        memcpy(target, &number, sizeof number);
        return MT_OK;
    case MT_JSON_ACCOUNT:
        if (!json_is_object(value))
            break;
        return object_fill(value, field->name, account_fields, sizeof account_fields / sizeof account_fields[0], target,
                           out_reject);
    }
    return mt_reject_part(out_reject, MT_REJECT_TYPE, part, field->name);
}

static const struct mt_json_field *field_find(const struct mt_json_field *fields, size_t count, const char *key,
                                              size_t key_size)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].name_size == key_size && memcmp(fields[i].name, key, key_size) == 0)
            return &fields[i];
    }
    return NULL;
}

/* One walk over the members: a look-up per field would hash each name, and would not meet the unknown ones. */
static enum mt_status object_fill(json_t *object, const char *part, const struct mt_json_field *fields, size_t count,
                                  void *out_struct, struct mt_reject *out_reject)
{
    uint32_t seen = 0;

    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
        const char *key = json_object_iter_key(at);
        size_t key_size = json_object_iter_key_len(at);
        const struct mt_json_field *field = field_find(fields, count, key, key_size);

        if (field == NULL) {
            if (part[0] == '\0' && strcmp(key, VERSION_KEY) == 0)
                continue;
            return reject_unknown(part, key, key_size, out_reject);
        }
        enum mt_status status = field_fill(json_object_iter_value(at), part, field, out_struct, out_reject);

        if (status != MT_OK)
            return status;
        seen |= UINT32_C(1) << (field - fields);
    }
    for (size_t i = 0; i < count; i++) {
        if (fields[i].required && (seen >> i & 1) == 0)
            return mt_reject_part(out_reject, MT_REJECT_MISSING, part, fields[i].name);
    }
    return MT_OK;
}

enum mt_status mt_json_fill(const struct mt_event_parse *parser, const struct mt_json_field *fields, size_t count,
                            void *out_struct, struct mt_reject *out_reject)
{
    MT_ASSERT(count <= 32);
    return object_fill(parser->root, "", fields, count, out_struct, out_reject);
}
