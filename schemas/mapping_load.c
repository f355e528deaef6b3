#include "mapping_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#define ERROR_BYTES 256
#define FILE_BYTES_MAX (1024 * 1024)

enum mt_status mt_load_fail(const struct mt_load *load, const char *format, ...)
{
    int used = snprintf(load->error, ERROR_BYTES, "%s: ", load->file);
    va_list arguments;

    /* Of a path that leaves no room the end is shown, and the reason whole. */
    if (used > ERROR_BYTES / 2)
        used = snprintf(load->error, ERROR_BYTES, "...%s: ", load->file + (used - ERROR_BYTES / 2));
    va_start(arguments, format);
    vsnprintf(load->error + used, (size_t)(ERROR_BYTES - used), format, arguments);
    va_end(arguments);
    return MT_BAD_CONFIG;
}

enum mt_status mt_load_keys(const struct mt_load *load, json_t *object, const char *where, const char *const *keys,
                            size_t count)
{
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
        const char *key = json_object_iter_key(at);
        size_t i = 0;

        while (i < count && strcmp(keys[i], key) != 0)
            i++;
        if (i == count)
            return mt_load_fail(load, "%s%s%s: unknown key", where, where[0] != '\0' ? "." : "", key);
    }
    return MT_OK;
}

static enum mt_status load_bool(const struct mt_load *load, json_t *root, const char *key, bool *out_value)
{
    json_t *value = json_object_get(root, key);

    if (value != NULL && !json_is_boolean(value))
        return mt_load_fail(load, "%s: must be true or false", key);
    *out_value = json_is_true(value);
    return MT_OK;
}

static enum mt_status load_delimiter(const struct mt_load *load, json_t *root)
{
    json_t *value = json_object_get(root, "delimiter");
    const char *text = value == NULL ? "," : json_string_value(value);

    if (text == NULL || strlen(text) != 1 || strchr("\"\r\n", text[0]) != NULL)
        return mt_load_fail(load, "delimiter: must be one character, and no quote or line end");
    load->mapping->csv.delimiter = text[0];
    return MT_OK;
}

static enum mt_status load_skips(const struct mt_load *load, json_t *root)
{
    struct mt_csv_options *csv = &load->mapping->csv;
    json_t *skips = json_object_get(root, "skip");

    if (skips != NULL && !json_is_array(skips))
        return mt_load_fail(load, "skip: must be an array of the starts of lines");
    if (json_array_size(skips) > MT_CSV_SKIPS_MAX)
        return mt_load_fail(load, "skip: has more than %d entries", MT_CSV_SKIPS_MAX);
    for (size_t i = 0; i < json_array_size(skips); i++) {
        json_t *skip = json_array_get(skips, i);

        if (json_string_length(skip) == 0)
            return mt_load_fail(load, "skip: entry %zu must be a string that is not empty", i + 1);
        csv->skips[csv->skip_count++] =
            (struct mt_text){.at = json_string_value(skip), .size = json_string_length(skip)};
    }
    return MT_OK;
}

static enum mt_status load_cells(const struct mt_load *load, json_t *root)
{
    json_t *value = json_object_get(root, "columns");
    json_int_t count = json_integer_value(value);

    if (value == NULL)
        return MT_OK;
    if (load->mapping->header)
        return mt_load_fail(load, "columns: the header says how many columns there are");
    if (!json_is_integer(value) || count < 1 || count > MT_CSV_CELLS_MAX)
        return mt_load_fail(load, "columns: must be a number from 1 to %d", MT_CSV_CELLS_MAX);
    load->mapping->cells = (uint16_t)count;
    return MT_OK;
}

/* Which of the three shapes the rows have. */
static enum mt_status load_shape(const struct mt_load *load, json_t *root, json_t *fields)
{
    json_t *value = json_object_get(root, "record");
    const char *record = value == NULL ? "transfer" : json_string_value(value);

    if (!json_is_object(fields))
        return mt_load_fail(load, "fields: must be an object of fields");
    if (record == NULL || (strcmp(record, "transfer") != 0 && strcmp(record, "account") != 0))
        return mt_load_fail(load, "record: must be transfer or account");
    load->mapping->shape = MT_SHAPE_PAIR;
    if (strcmp(record, "account") == 0)
        load->mapping->shape = MT_SHAPE_FACTS;
    else if (json_object_get(fields, "direction") != NULL)
        load->mapping->shape = MT_SHAPE_STATEMENT;
    return MT_OK;
}

static enum mt_status load_root(const struct mt_load *load, json_t *root)
{
    static const char *const keys[] = {"about", "record", "delimiter", "header", "columns", "skip", "trim", "fields"};
    struct mt_mapping *mapping = load->mapping;
    json_t *fields = json_object_get(root, "fields");
    enum mt_status status;

    if (!json_is_object(root))
        return mt_load_fail(load, "must be a JSON object");
    status = mt_load_keys(load, root, "", keys, sizeof keys / sizeof keys[0]);
    if (status != MT_OK)
        return status;
    if (json_object_get(root, "about") != NULL && !json_is_string(json_object_get(root, "about")))
        return mt_load_fail(load, "about: must be a string");
    if (json_object_get(root, "header") == NULL)
        return mt_load_fail(load, "header: is missing: true or false");
    status = load_shape(load, root, fields);
    if (status == MT_OK)
        status = load_bool(load, root, "header", &mapping->header);
    if (status == MT_OK)
        status = load_bool(load, root, "trim", &mapping->csv.trim);
    if (status == MT_OK)
        status = load_delimiter(load, root);
    if (status == MT_OK)
        status = load_skips(load, root);
    if (status == MT_OK)
        status = load_cells(load, root);
    return status == MT_OK ? mt_load_fields(load, fields) : status;
}

/* The JSON tree of the file; NULL with the error filled. */
static json_t *tree_read(const struct mt_load *load)
{
    struct stat about;
    json_error_t error;

    if (stat(load->file, &about) != 0) {
        mt_load_fail(load, "%s", strerror(errno));
        return NULL;
    }
    if (!S_ISREG(about.st_mode) || about.st_size > FILE_BYTES_MAX) {
        mt_load_fail(load, "is not a file of at most %d bytes", FILE_BYTES_MAX);
        return NULL;
    }
    json_t *root = json_load_file(load->file, JSON_REJECT_DUPLICATES, &error);

    if (root == NULL)
        mt_load_fail(load, "line %d, column %d: %s", error.line, error.column, error.text);
    return root;
}

static bool is_path(const char *name)
{
    static const char suffix[] = ".json";
    size_t size = strlen(name);

    return strchr(name, '/') != NULL ||
           (size >= sizeof suffix - 1 && strcmp(name + size - (sizeof suffix - 1), suffix) == 0);
}

/* The first of the folders that has the mapping; false when none has. */
static bool path_find(const char *name, char out_path[PATH_MAX], char out_error[ERROR_BYTES])
{
    const char *const folders[] = {getenv("MONEYTRAIL_MAPPINGS"), MT_MAPPINGS_SOURCE, MT_MAPPINGS_INSTALLED};
    int used;

    if (is_path(name))
        return snprintf(out_path, PATH_MAX, "%s", name) < PATH_MAX;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        struct stat about;

        if (folders[i] == NULL || folders[i][0] == '\0')
            continue;
        if (snprintf(out_path, PATH_MAX, "%s/%s.json", folders[i], name) < PATH_MAX && stat(out_path, &about) == 0)
            return true;
    }
    used = snprintf(out_error, ERROR_BYTES, "mapping \"%.60s\" is not in", name);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0] && used < ERROR_BYTES; i++) {
        if (folders[i] != NULL && folders[i][0] != '\0')
            used += snprintf(out_error + used, (size_t)(ERROR_BYTES - used), " %s", folders[i]);
    }
    return false;
}

enum mt_status mt_mapping_load(const char *name, struct mt_mapping **out_mapping, char out_error[256])
{
    char path[PATH_MAX];
    struct mt_load load = {.file = path, .error = out_error};
    enum mt_status status = MT_BAD_CONFIG;

    snprintf(out_error, ERROR_BYTES, "the name of the mapping is empty or too long");
    if (name[0] == '\0' || !path_find(name, path, out_error))
        return MT_BAD_CONFIG;
    load.mapping = calloc(1, sizeof *load.mapping);
    snprintf(out_error, ERROR_BYTES, "%s", mt_status_text(MT_NO_MEMORY));
    if (load.mapping == NULL)
        return MT_NO_MEMORY;
    load.mapping->root = tree_read(&load);
    if (load.mapping->root != NULL)
        status = load_root(&load, load.mapping->root);
    if (status != MT_OK) {
        mt_mapping_destroy(load.mapping);
        return status;
    }
    *out_mapping = load.mapping;
    return MT_OK;
}
