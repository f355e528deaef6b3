#include "model_file.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MODEL_VERSION 1

static json_t *table_json(const struct mt_model_table *table, int input)
{
    json_t *edges = json_array(), *points = json_array();

    for (uint32_t b = 0; b < table->band_count; b++) {
        if (b + 1 < table->band_count)
            json_array_append_new(edges, json_real((double)table->edges[b]));
        json_array_append_new(points, json_real((double)table->points[b]));
    }
    return json_pack("{s:s, s:o, s:o}", "input", mt_model_input_name(input), "edges", edges, "points", points);
}

/* An input whose points are all 0 was never split on. */
static bool table_says(const struct mt_model_table *table)
{
    for (uint32_t b = 0; b < table->band_count; b++) {
        if (table->points[b] != 0)
            return true;
    }
    return false;
}

enum mt_status mt_model_write(const struct mt_model *model, const char *path, const char *about, char out_error[256])
{
    json_t *tables = json_array();

    for (int input = 0; input < MT_MODEL_INPUTS; input++) {
        if (table_says(&model->tables[input]))
            json_array_append_new(tables, table_json(&model->tables[input], input));
    }
    json_t *root = json_pack("{s:i, s:s, s:f, s:o}", "v", MODEL_VERSION, "about", about, "base", (double)model->base, "tables", tables);
    int failed = root == NULL ? -1 : json_dump_file(root, path, JSON_INDENT(1) | JSON_REAL_PRECISION(9));

    json_decref(root);
    if (failed == 0)
        return MT_OK;
    snprintf(out_error, 256, "cannot be written");
    return MT_IO;
}

static bool numbers_read(const json_t *array, float *out_numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *number = json_array_get(array, i);

        if (!json_is_number(number) || !isfinite(json_number_value(number)))
            return false;
        out_numbers[i] = (float)json_number_value(number);
    }
    return true;
}

static bool table_read(const json_t *json, struct mt_model *model, char out_error[256])
{
    const char *name = json_string_value(json_object_get(json, "input"));
    const json_t *edges = json_object_get(json, "edges"), *points = json_object_get(json, "points");
    size_t count = json_array_size(points);

    for (int input = 0; input < MT_MODEL_INPUTS && name != NULL; input++) {
        struct mt_model_table *table = &model->tables[input];

        if (strcmp(name, mt_model_input_name(input)) != 0)
            continue;
        table->band_count = (uint32_t)count;
        if (count >= 2 && count <= MT_MODEL_BANDS && json_array_size(edges) == count - 1 && numbers_read(edges, table->edges, count - 1) &&
            numbers_read(points, table->points, count))
            return true;
        snprintf(out_error, 256, "input %s: points and the edges between them do not fit", name);
        return false;
    }
    snprintf(out_error, 256, "a table of the unknown input \"%.100s\"", name != NULL ? name : "");
    return false;
}

enum mt_status mt_model_read(const char *path, struct mt_model *out_model, char out_error[256])
{
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    const json_t *tables = json_object_get(root, "tables"), *base = json_object_get(root, "base");

    memset(out_model, 0, sizeof *out_model);
    if (root == NULL) {
        snprintf(out_error, 256, "%.240s", error.text);
        return MT_IO;
    }
    bool good = json_integer_value(json_object_get(root, "v")) == MODEL_VERSION && json_is_number(base) && json_is_array(tables);
    if (!good)
        snprintf(out_error, 256, "not a model of version %d", MODEL_VERSION);
    out_model->base = (float)json_number_value(base);
    for (size_t i = 0; i < json_array_size(tables) && good; i++)
        good = table_read(json_array_get(tables, i), out_model, out_error);
    json_decref(root);
    return good ? MT_OK : MT_BAD_CONFIG;
}
