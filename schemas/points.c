#include "points.h"

#include "graph/detectors.h"
#include "print.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MOST (1024 * 1024)
#define POINTS_VERSION 1

static const char *const table_names[MT_POINTS_TABLES] = {"account", "chain"};

/* --- writing ---------------------------------------------------------------------------------------------------------- */

static void mark_put(struct mt_print *print, const struct mt_mark *mark, int direction)
{
    mt_print_format(print, "{\"code\":\"%s\",\"reached\":\"%s\",\"steps\":[", mark->code, mark->at_most ? "at_most" : "at_least");
    for (uint32_t s = 0; s < mark->step_count; s++)
        mt_print_format(print, "%s[%lld,%d]", s > 0 ? "," : "", (long long)mark->steps[s].limit, mark->steps[s].points);
    mt_print_format(print, "],\"direction\":%d}", direction);
}

static void pair_put(struct mt_print *print, const struct mt_marks *marks, const struct mt_pair *pair)
{
    const struct mt_mark *first = &marks->at[pair->first], *second = &marks->at[pair->second];

    mt_print_format(print, "{\"first\":\"%s\",\"second\":\"%s\",\"points\":[", first->code, second->code);
    for (uint32_t a = 0; a <= first->step_count; a++) {
        mt_print_text(print, a > 0 ? ",[" : "[");
        for (uint32_t b = 0; b <= second->step_count; b++)
            mt_print_format(print, "%s%d", b > 0 ? "," : "", pair->points[a][b]);
        mt_print_text(print, "]");
    }
    mt_print_text(print, "]}");
}

static void table_put(struct mt_print *print, const struct mt_points *points, enum mt_points_of which)
{
    const struct mt_marks *marks = mt_points_marks(points, which);

    mt_print_format(print, ",\n \"%s\":{\"start\":%d,\"marks\":[", table_names[which], marks->start);
    for (uint32_t m = 0; m < marks->count; m++) {
        mt_print_text(print, m > 0 ? ",\n  " : "\n  ");
        mark_put(print, &marks->at[m], mt_points_direction(which, marks->at[m].fact));
    }
    mt_print_text(print, "],\n  \"pairs\":[");
    for (uint32_t p = 0; p < marks->pair_count; p++) {
        mt_print_text(print, p > 0 ? ",\n  " : "\n  ");
        pair_put(print, marks, &marks->pairs[p]);
    }
    mt_print_text(print, "]}");
}

static void points_put(struct mt_print *print, const struct mt_points *points, const char *about)
{
    mt_print_format(print, "{\"v\":%d,\n \"version\":\"%016llx\",\n \"about\":", POINTS_VERSION, (unsigned long long)points->version);
    mt_print_string(print, about, strnlen(about, 500));
    mt_print_text(print, ",\n \"detectors\":[");
    for (uint32_t d = 0; d < mt_detector_count; d++)
        mt_print_format(print, "%s\n  {\"code\":\"%s\",\"points\":%d}", d > 0 ? "," : "", mt_detectors[d].name, points->detectors[d]);
    mt_print_text(print, "]");
    for (int which = 0; which < MT_POINTS_TABLES; which++)
        table_put(print, points, (enum mt_points_of)which);
    mt_print_text(print, "}\n");
}

enum mt_status mt_points_write(const struct mt_points *points, const char *path, const char *about, char out_error[256])
{
    char *text = malloc(FILE_MOST);
    FILE *file = text != NULL ? fopen(path, "w") : NULL;

    snprintf(out_error, 256, "%s", text != NULL ? "cannot be written" : "out of memory");
    if (file == NULL) {
        free(text);
        return text == NULL ? MT_NO_MEMORY : MT_IO;
    }
    struct mt_print print = mt_print_into(text, FILE_MOST);
    points_put(&print, points, about);
    size_t size = mt_print_end(&print);
    MT_ASSERT(size > 0);
    bool good = fwrite(text, 1, size, file) == size;
    good &= fclose(file) == 0;
    free(text);
    return good ? MT_OK : MT_IO;
}

/* --- reading ---------------------------------------------------------------------------------------------------------- */

/* What is read, and where its first fault is told. */
struct reading {
    struct mt_points *points;
    char *error; /* 256 bytes */
};

static bool fault(const struct reading *reading, const char *where, const char *what)
{
    snprintf(reading->error, 256, "%.100s: %s", where, what);
    return false;
}

static bool is_text(const json_t *json, const char *text)
{
    const char *value = json_string_value(json);

    return value != NULL && strcmp(value, text) == 0;
}

static bool whole_read(const json_t *json, int64_t most, int64_t *out_value)
{
    *out_value = json_integer_value(json);
    return json_is_integer(json) && *out_value >= -most && *out_value <= most;
}

/* An object of these members and no others. */
static bool is_object(const json_t *json, const char *const *names, size_t count)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += json_object_get(json, names[i]) != NULL;
    return json_is_object(json) && found == count && json_object_size(json) == count;
}

#define IS_OBJECT(json, ...) \
    is_object((json), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static bool steps_read(const json_t *steps, struct mt_mark *mark)
{
    for (uint32_t s = 0; s < mark->step_count; s++) {
        const json_t *step = json_array_get(steps, s);
        int64_t points;

        if (json_array_size(step) != 2 || !json_is_integer(json_array_get(step, 0)) ||
            json_integer_value(json_array_get(step, 0)) != mark->steps[s].limit || !whole_read(json_array_get(step, 1), MT_POINTS_MOST, &points))
            return false;
        mark->steps[s].points = (int16_t)points;
    }
    return json_array_size(steps) == mark->step_count;
}

static bool mark_read(const struct reading *reading, const json_t *json, struct mt_mark *mark, int direction)
{
    if (!IS_OBJECT(json, "code", "reached", "steps", "direction") || !is_text(json_object_get(json, "code"), mark->code) ||
        !is_text(json_object_get(json, "reached"), mark->at_most ? "at_most" : "at_least") ||
        json_integer_value(json_object_get(json, "direction")) != direction)
        return fault(reading, mark->code, "another mark stands in its place");
    if (!steps_read(json_object_get(json, "steps"), mark))
        return fault(reading, mark->code, "its steps are not [our limit, whole points within 1000]");
    return true;
}

static bool row_read(const json_t *row, uint32_t count, int8_t *out_points)
{
    for (uint32_t b = 0; b < count; b++) {
        int64_t points;

        if (!whole_read(json_array_get(row, b), INT8_MAX, &points))
            return false;
        out_points[b] = (int8_t)points;
    }
    return json_array_size(row) == count;
}

static bool pair_read(const struct reading *reading, const json_t *json, const struct mt_marks *marks, struct mt_pair *pair)
{
    const struct mt_mark *first = &marks->at[pair->first], *second = &marks->at[pair->second];
    const json_t *rows = json_object_get(json, "points");
    char where[100];

    snprintf(where, sizeof where, "%s with %s", first->code, second->code);
    if (!IS_OBJECT(json, "first", "second", "points") || !is_text(json_object_get(json, "first"), first->code) ||
        !is_text(json_object_get(json, "second"), second->code))
        return fault(reading, where, "another pair stands in its place");
    bool good = json_array_size(rows) == first->step_count + 1u;
    for (uint32_t a = 0; good && a <= first->step_count; a++)
        good = row_read(json_array_get(rows, a), second->step_count + 1u, pair->points[a]);
    return good || fault(reading, where, "its points are not whole numbers within 127, a row for each step of the first");
}

static bool table_read(const struct reading *reading, const json_t *json, enum mt_points_of which)
{
    struct mt_points_table *table = &reading->points->tables[which];
    const json_t *marks = json_object_get(json, "marks"), *pairs = json_object_get(json, "pairs");
    int64_t start;
    bool good = true;

    if (!IS_OBJECT(json, "start", "marks", "pairs") || json_array_size(marks) != table->marks.count ||
        json_array_size(pairs) != table->marks.pair_count)
        return fault(reading, table_names[which], "not as many marks and pairs as this version has");
    if (!whole_read(json_object_get(json, "start"), MT_POINTS_MOST, &start))
        return fault(reading, table_names[which], "start is not a whole number within 1000");
    table->marks.start = (int16_t)start;
    for (uint32_t m = 0; good && m < table->marks.count; m++)
        good = mark_read(reading, json_array_get(marks, m), &table->at[m], mt_points_direction(which, table->at[m].fact));
    for (uint32_t p = 0; good && p < table->marks.pair_count; p++)
        good = pair_read(reading, json_array_get(pairs, p), &table->marks, &table->pairs[p]);
    return good;
}

static bool detectors_read(const struct reading *reading, const json_t *json)
{
    if (json_array_size(json) != mt_detector_count)
        return fault(reading, "detectors", "not as many as this version has");
    for (uint32_t d = 0; d < mt_detector_count; d++) {
        const json_t *detector = json_array_get(json, d);
        int64_t points;

        if (!IS_OBJECT(detector, "code", "points") || !is_text(json_object_get(detector, "code"), mt_detectors[d].name) ||
            !whole_read(json_object_get(detector, "points"), MT_POINTS_MOST, &points))
            return fault(reading, mt_detectors[d].name, "not its code and whole points within 1000");
        reading->points->detectors[d] = (int16_t)points;
    }
    return true;
}

static bool version_check(const struct reading *reading, const json_t *version)
{
    char text[17];

    mt_points_seal(reading->points);
    snprintf(text, sizeof text, "%016llx", (unsigned long long)reading->points->version);
    if (is_text(version, text))
        return true;
    snprintf(reading->error, 256, "version: these points are %s", text);
    return false;
}

static bool root_read(const struct reading *reading, const json_t *root)
{
    const json_t *v = json_object_get(root, "v");

    if (!json_is_integer(v) || json_integer_value(v) != POINTS_VERSION)
        return fault(reading, "v", "not points of version 1");
    if (!IS_OBJECT(root, "v", "version", "about", "detectors", "account", "chain") || !json_is_string(json_object_get(root, "about")))
        return fault(reading, "points", "not v, version, about, detectors, account and chain");
    if (!detectors_read(reading, json_object_get(root, "detectors")))
        return false;
    for (int which = 0; which < MT_POINTS_TABLES; which++) {
        if (!table_read(reading, json_object_get(root, table_names[which]), (enum mt_points_of)which))
            return false;
    }
    if (!mt_points_list_holds(reading->points))
        return fault(reading, "listed", "so few points that what speaks for a listed account could keep it below 65");
    return version_check(reading, json_object_get(root, "version"));
}

static enum mt_status file_read(const char *path, struct mt_points *points, char out_error[256])
{
    const struct reading reading = {points, out_error};
    json_error_t error;
    FILE *file = fopen(path, "re");

    if (file == NULL) {
        snprintf(out_error, 256, "cannot be read");
        return MT_IO;
    }
    json_t *root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    fclose(file);
    if (root == NULL)
        snprintf(out_error, 256, "line %d: %.200s", error.line, error.text);
    enum mt_status status = root != NULL && root_read(&reading, root) ? MT_OK : MT_BAD_CONFIG;
    json_decref(root);
    return status;
}

enum mt_status mt_points_load(const char *path, struct mt_points **out_points, char out_error[256])
{
    struct mt_points *points = NULL;
    enum mt_status status = mt_points_create(&points);

    if (status != MT_OK) {
        snprintf(out_error, 256, "out of memory");
        return status;
    }
    if (path != NULL)
        status = file_read(path, points, out_error);
    if (status != MT_OK) {
        mt_points_destroy(points);
        return status;
    }
    *out_points = points;
    return MT_OK;
}
