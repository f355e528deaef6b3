#include "labels_file.h"

#include "schemas/csv.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct id {
    char *text;
    bool illicit;
};

struct mt_known {
    struct id *ids; /* by text, each once */
    size_t count, max;
    bool by_alerts;
};

static int id_compare(const void *left, const void *right)
{
    return strcmp(((const struct id *)left)->text, ((const struct id *)right)->text);
}

static bool id_add(struct mt_known *known, const char *id, size_t size, bool illicit)
{
    if (known->count == known->max) {
        size_t max = known->max == 0 ? 256 : 2 * known->max;
        struct id *ids = realloc(known->ids, max * sizeof *ids);

        if (ids == NULL)
            return false;
        known->ids = ids;
        known->max = max;
    }
    known->ids[known->count] = (struct id){strndup(id, size), illicit};
    return known->ids[known->count].text != NULL && ++known->count > 0;
}

/* Each once: illicit if any says so. */
static void ids_sort(struct mt_known *known)
{
    size_t kept = 0;

    if (known->count > 0)
        qsort(known->ids, known->count, sizeof *known->ids, id_compare);
    for (size_t i = 0; i < known->count; i++) {
        if (kept > 0 && id_compare(&known->ids[kept - 1], &known->ids[i]) == 0) {
            known->ids[kept - 1].illicit |= known->ids[i].illicit;
            free(known->ids[i].text);
        } else {
            known->ids[kept++] = known->ids[i];
        }
    }
    known->count = kept;
}

static bool text_is(struct mt_text text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.at, word, text.size) == 0;
}

/* Where the header names the columns; false without an id. */
static bool header_read(const struct mt_csv *csv, size_t *out_id, size_t *out_label)
{
    size_t count, id = SIZE_MAX;
    const struct mt_text *cells = mt_csv_cells(csv, &count);

    *out_label = SIZE_MAX;
    for (size_t i = count; i > 0; i--) { /* backwards: the first of several wins */
        if (text_is(cells[i - 1], "id") || text_is(cells[i - 1], "transfer_id"))
            id = i - 1;
        if (text_is(cells[i - 1], "label"))
            *out_label = i - 1;
    }
    *out_id = id;
    return id != SIZE_MAX;
}

static enum mt_status csv_read(struct mt_known *known, const char *path, char out_error[256])
{
    const struct mt_csv_options options = {.delimiter = ',', .trim = true};
    struct mt_csv *csv;
    size_t id = 0, label = SIZE_MAX, count;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || mt_csv_open(&options, fd, &csv) != MT_OK) {
        snprintf(out_error, 256, "cannot be read");
        return MT_IO;
    }
    enum mt_csv_result result = mt_csv_next(csv);
    enum mt_status status = result == MT_CSV_ROW && header_read(csv, &id, &label) ? MT_OK : MT_BAD_CONFIG;
    if (status != MT_OK)
        snprintf(out_error, 256, "its header names no column id or transfer_id");
    while (status == MT_OK && (result = mt_csv_next(csv)) == MT_CSV_ROW) {
        const struct mt_text *cells = mt_csv_cells(csv, &count);

        if (id < count && (label >= count || text_is(cells[label], "illicit")) && !id_add(known, cells[id].at, cells[id].size, true))
            status = MT_NO_MEMORY;
    }
    if (status == MT_OK && result != MT_CSV_END) {
        snprintf(out_error, 256, "line %lld cannot be read", (long long)mt_csv_line(csv));
        status = MT_BAD_CONFIG;
    }
    mt_csv_close(csv);
    return status;
}

static bool line_take(struct mt_known *known, const json_t *json)
{
    const char *state = json_string_value(json_object_get(json, "state"));
    const json_t *transfers = json_object_get(json, "transfers");

    if (state == NULL)
        return false;
    bool confirmed = strcmp(state, "confirmed") == 0;
    if (!confirmed && strcmp(state, "dismissed") != 0)
        return true;
    for (size_t i = 0; i < json_array_size(transfers); i++) {
        const json_t *id = json_object_get(json_array_get(transfers, i), "id");

        if (!json_is_string(id) || !id_add(known, json_string_value(id), json_string_length(id), confirmed))
            return false;
    }
    return true;
}

static enum mt_status lines_read(struct mt_known *known, FILE *file, char out_error[256])
{
    char *line = NULL;
    size_t size = 0, number = 0;
    enum mt_status status = MT_OK;

    while (status == MT_OK && getline(&line, &size, file) > 0) {
        json_t *json = json_loads(line, 0, NULL);

        number++;
        if (json == NULL || !line_take(known, json)) {
            snprintf(out_error, 256, "line %zu is no label", number);
            status = MT_BAD_CONFIG;
        }
        json_decref(json);
    }
    free(line);
    return status;
}

enum mt_status mt_known_read(const char *path, struct mt_known **out_known, char out_error[256])
{
    struct mt_known *known = calloc(1, sizeof *known);
    FILE *file = fopen(path, "re");

    if (known == NULL || file == NULL) {
        snprintf(out_error, 256, "cannot be read");
        free(known);
        if (file != NULL)
            fclose(file);
        return MT_IO;
    }
    int first = fgetc(file);
    rewind(file);
    known->by_alerts = first == '{' || first == EOF; /* nothing decided yet */
    enum mt_status status = known->by_alerts ? lines_read(known, file, out_error) : csv_read(known, path, out_error);
    fclose(file);
    if (status != MT_OK) {
        mt_known_destroy(known);
        return status;
    }
    ids_sort(known);
    *out_known = known;
    return MT_OK;
}

void mt_known_destroy(struct mt_known *known)
{
    if (known == NULL)
        return;
    for (size_t i = 0; i < known->count; i++)
        free(known->ids[i].text);
    free(known->ids);
    free(known);
}

enum mt_known_as mt_known_of(const struct mt_known *known, const char *id, size_t size)
{
    size_t low = 0, high = known->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct id *at = &known->ids[middle];
        int order = strncmp(at->text, id, size);

        if (order == 0 && at->text[size] == '\0')
            return at->illicit ? MT_KNOWN_ILLICIT : MT_KNOWN_HONEST;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return known->by_alerts ? MT_KNOWN_NOT : MT_KNOWN_HONEST;
}

size_t mt_known_count(const struct mt_known *known)
{
    size_t count = 0;

    for (size_t i = 0; i < known->count; i++)
        count += known->ids[i].illicit;
    return count;
}

bool mt_known_by_alerts(const struct mt_known *known)
{
    return known->by_alerts;
}
