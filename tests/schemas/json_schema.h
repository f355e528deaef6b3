/*
 * json_schema.h: the part of JSON Schema 2020-12 that schemas/ uses, so that its files are tested and not only written.
 *
 * A keyword that is not known here fails the test: nothing is skipped unseen. Known but not checked are those that say nothing about
 * validity, and patterns with \u, which POSIX has not. Strings are measured in characters.
 */
#ifndef MT_TESTS_SCHEMAS_JSON_SCHEMA_H
#define MT_TESTS_SCHEMAS_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Loads schemas/NAME.schema.json; to be json_decref'd. */
json_t *schema_load(const char *name);

/* Whether the value is valid; `why` (256 bytes) then names the last keyword that failed. */
bool schema_valid(const json_t *schema, const json_t *value, char *why);

/*
 * The bytes are JSON that is valid by the schema, and what the file at `path` holds, but for its line end; the test fails otherwise. With
 * $MT_WRITE_EXAMPLES set the file is written first.
 */
void example_check(const json_t *schema, const char *path, const char *bytes, size_t size);

/* A bad example: the test fails when its bytes are JSON that is valid by the schema. `name` says which it is. */
void example_refused(const json_t *schema, const char *name, const char *bytes, size_t size);

#endif
