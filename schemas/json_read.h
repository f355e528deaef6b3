/*
 * json_read.h: one JSON object into a struct, by a table of its fields.
 *
 * Owns     the parsed tree, until the next parse: texts in the struct are views into it
 * Bounds   64 KiB and 16 levels, checked before Jansson sees a byte
 * Cost     one Jansson parse and one walk over the members
 */
#ifndef MT_JSON_READ_H
#define MT_JSON_READ_H

#include "event.h"

#include <jansson.h>

struct mt_event_parse {
    json_t *root; /* of the last message; NULL before the first */
};

enum mt_json_type {
    MT_JSON_TEXT,    /* a string into a struct mt_text */
    MT_JSON_INT,     /* an integer into an int64_t */
    MT_JSON_ACCOUNT, /* bank, scheme and number into a struct mt_event_account */
};

struct mt_json_field {
    const char *name;
    uint8_t name_size;
    uint8_t type;  /* enum mt_json_type */
    uint8_t empty; /* enum mt_reject_code: what an empty string is rejected with */
    bool required;
    uint16_t offset; /* in the struct */
};

#define MT_JSON_FIELD(struct_name, member, text, field_type, field_required, empty_code)                               \
    {                                                                                                                  \
        .name = text, .name_size = sizeof(text) - 1, .type = MT_JSON_##field_type, .empty = MT_REJECT_##empty_code,    \
        .required = (field_required), .offset = offsetof(struct struct_name, member)                                   \
    }

/* Parses the bytes into the parser's tree and checks size, depth, and that it is an object of version 1. */
enum mt_status mt_json_open(struct mt_event_parse *parser, const char *bytes, size_t size,
                            struct mt_reject *out_reject);

/* Fills `out_struct` (zeroed by the caller) from the tree. The first field that is wrong, in the message's order, is
 * the reject. */
enum mt_status mt_json_fill(const struct mt_event_parse *parser, const struct mt_json_field *fields, size_t count,
                            void *out_struct, struct mt_reject *out_reject);

#endif
