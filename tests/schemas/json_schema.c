#include "json_schema.h"

#include "support.h"

#include <regex.h>

struct check {
    const json_t *root;
    char *why;
};

static bool valid(const struct check *check, const json_t *schema, const json_t *value);

static bool broken(const struct check *check, const char *keyword, const char *detail)
{
    snprintf(check->why, 256, "%s %s", keyword, detail);
    return false;
}

static json_t *get(const json_t *object, const char *name)
{
    return json_object_get(object, name);
}

static bool type_valid(const char *type, const json_t *value)
{
    return (strcmp(type, "object") == 0 && json_is_object(value)) || (strcmp(type, "array") == 0 && json_is_array(value)) ||
           (strcmp(type, "string") == 0 && json_is_string(value)) ||
           (strcmp(type, "integer") == 0 && json_is_integer(value)) ||
           (strcmp(type, "boolean") == 0 && json_is_boolean(value));
}

static bool enum_valid(const json_t *words, const json_t *value)
{
    size_t index;
    json_t *word;

    json_array_foreach(words, index, word)
        if (json_equal(word, value))
            return true;
    return false;
}

static bool number_valid(const struct check *check, const json_t *schema, const json_t *value)
{
    const json_t *least = get(schema, "minimum"), *most = get(schema, "maximum");

    if (!json_is_integer(value))
        return true;
    if (least != NULL && json_integer_value(value) < json_integer_value(least))
        return broken(check, "minimum", "");
    if (most != NULL && json_integer_value(value) > json_integer_value(most))
        return broken(check, "maximum", "");
    return true;
}

static json_int_t characters(const char *text)
{
    json_int_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static bool string_valid(const struct check *check, const json_t *schema, const json_t *value)
{
    const json_t *least = get(schema, "minLength"), *most = get(schema, "maxLength");
    const char *pattern = json_string_value(get(schema, "pattern"));
    const char *text = json_string_value(value);
    regex_t regex;

    if (text == NULL)
        return true;
    if (least != NULL && characters(text) < json_integer_value(least))
        return broken(check, "minLength", "");
    if (most != NULL && characters(text) > json_integer_value(most))
        return broken(check, "maxLength", "");
    if (pattern == NULL || strstr(pattern, "\\u") != NULL)
        return true;
    ck_assert_msg(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) == 0, "pattern %s", pattern);
    bool matches = regexec(&regex, text, 0, NULL, 0) == 0;

    regfree(&regex);
    return matches || broken(check, "pattern", pattern);
}

static bool array_valid(const struct check *check, const json_t *schema, const json_t *value)
{
    const json_t *items = get(schema, "items"), *least = get(schema, "minItems"), *most = get(schema, "maxItems");
    json_int_t count = (json_int_t)json_array_size(value);

    if (!json_is_array(value))
        return true;
    if (least != NULL && count < json_integer_value(least))
        return broken(check, "minItems", "");
    if (most != NULL && count > json_integer_value(most))
        return broken(check, "maxItems", "");
    for (size_t i = 0; items != NULL && i < (size_t)count; i++)
        if (!valid(check, items, json_array_get(value, i)))
            return false;
    return true;
}

static bool required_valid(const struct check *check, const json_t *names, const json_t *value)
{
    size_t index;
    json_t *name;

    json_array_foreach(names, index, name)
        if (get(value, json_string_value(name)) == NULL)
            return broken(check, "required", json_string_value(name));
    return true;
}

static bool object_valid(const struct check *check, const json_t *schema, const json_t *value)
{
    json_t *properties = get(schema, "properties"), *dependent = get(schema, "dependentRequired"), *member;
    const char *name;

    if (!json_is_object(value))
        return true;
    if (!required_valid(check, get(schema, "required"), value))
        return false;
    json_object_foreach(dependent, name, member)
        if (get(value, name) != NULL && !required_valid(check, member, value))
            return false;
    json_object_foreach((json_t *)(uintptr_t)value, name, member) {
        const json_t *property = get(properties, name);

        if (property == NULL && json_is_false(get(schema, "additionalProperties")))
            return broken(check, "additionalProperties", name);
        if (property != NULL && !valid(check, property, member))
            return false;
    }
    return true;
}

static size_t choices_valid(const struct check *check, const json_t *schemas, const json_t *value)
{
    size_t index, count = 0;
    json_t *choice;

    json_array_foreach(schemas, index, choice)
        count += valid(check, choice, value);
    return count;
}

static void keywords_known(const json_t *schema)
{
    static const char *const known[] = {
        "$schema", "$id", "$defs", "$ref", "title", "description", "default", "examples", "contentEncoding", "type", "const",
        "enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "items", "minItems", "maxItems", "required",
        "dependentRequired", "properties", "additionalProperties", "anyOf", "oneOf",
    };
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)schema, name, value) {
        bool found = false;

        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            found = found || strcmp(known[i], name) == 0;
        ck_assert_msg(found, "keyword %s is not one that this test knows", name);
    }
}

static bool valid(const struct check *check, const json_t *schema, const json_t *value)
{
    const char *reference = json_string_value(get(schema, "$ref")), *type = json_string_value(get(schema, "type"));

    keywords_known(schema);
    if (reference != NULL) {
        ck_assert_msg(strncmp(reference, "#/$defs/", 8) == 0, "reference %s", reference);
        const json_t *target = get(get(check->root, "$defs"), reference + 8);

        ck_assert_msg(target != NULL, "reference %s leads nowhere", reference);
        if (!valid(check, target, value))
            return false;
    }
    if (type != NULL && !type_valid(type, value))
        return broken(check, "type", type);
    if (get(schema, "const") != NULL && !json_equal(get(schema, "const"), value))
        return broken(check, "const", "");
    if (get(schema, "enum") != NULL && !enum_valid(get(schema, "enum"), value))
        return broken(check, "enum", "");
    if (get(schema, "anyOf") != NULL && choices_valid(check, get(schema, "anyOf"), value) == 0)
        return broken(check, "anyOf", "");
    if (get(schema, "oneOf") != NULL && choices_valid(check, get(schema, "oneOf"), value) != 1)
        return broken(check, "oneOf", "");
    return number_valid(check, schema, value) && string_valid(check, schema, value) && array_valid(check, schema, value) &&
           object_valid(check, schema, value);
}

json_t *schema_load(const char *name)
{
    char path[4096];
    json_error_t error;

    snprintf(path, sizeof path, MT_SOURCE_DIR "/schemas/%s.schema.json", name);
    json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

    ck_assert_msg(schema != NULL, "%s: %s", path, error.text);
    return schema;
}

bool schema_valid(const json_t *schema, const json_t *value, char *why)
{
    struct check check = {.root = schema, .why = why};

    why[0] = '\0';
    return valid(&check, schema, value);
}

void example_check(const json_t *schema, const char *path, const char *bytes, size_t size)
{
    char why[256];
    json_error_t error;
    json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);

    ck_assert_msg(value != NULL, "%s: %s", path, error.text);
    ck_assert_msg(schema_valid(schema, value, why), "%s: %s", path, why);
    json_decref(value);
    if (getenv("MT_WRITE_EXAMPLES") != NULL) {
        FILE *file = fopen(path, "wb");

        ck_assert(file != NULL && fwrite(bytes, 1, size, file) == size && fputc('\n', file) == '\n' && fclose(file) == 0);
    }
    size_t example_size;
    char *example = file_read(path, &example_size);

    ck_assert_msg(example_size == size + 1 && memcmp(example, bytes, size) == 0, "%s is not what is printed:\n%s", path, bytes);
    free(example);
}

void example_refused(const json_t *schema, const char *name, const char *bytes, size_t size)
{
    char why[256];
    json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);

    ck_assert_msg(value == NULL || !schema_valid(schema, value, why), "%s is valid by the schema", name);
    json_decref(value);
}
