#include "reader_inside.h"

#include "reject.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#define ERROR_BYTES 256

static enum mt_status open_fail(char *error, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum mt_status open_fail(char *error, const char *path, const char *format, ...)
{
    int used = snprintf(error, ERROR_BYTES, "%.120s: ", path);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error + used, (size_t)(ERROR_BYTES - used), format, arguments);
    va_end(arguments);
    return MT_BAD_CONFIG;
}

/* SHA-256 over the bytes of the file as it lies there, compressed or not. */
static bool hash_read(int fd, char out_hex[65])
{
    enum { BLOCK = 256 * 1024 };
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES];
    unsigned char *block = malloc(BLOCK);
    ssize_t size;

    if (block == NULL)
        return false;
    crypto_hash_sha256_init(&state);
    while ((size = read(fd, block, BLOCK)) > 0 || (size < 0 && errno == EINTR)) {
        if (size > 0)
            crypto_hash_sha256_update(&state, block, (unsigned long long)size);
    }
    free(block);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(out_hex, 65, hash, sizeof hash);
    return size == 0 && lseek(fd, 0, SEEK_SET) == 0;
}

/* Opens the file, and hashes it when its rows have no ids. */
static enum mt_status file_open(struct mt_rows *rows, const char *path, char *error)
{
    bool standard_input = strcmp(path, "-") == 0;
    enum mt_status status = MT_OK;

    rows->fd = standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(path, O_RDONLY | O_CLOEXEC);
    if (rows->fd < 0 || fstat(rows->fd, &rows->opened) != 0) {
        open_fail(error, path, "%s", strerror(errno));
        status = MT_IO;
    } else if (S_ISDIR(rows->opened.st_mode)) {
        open_fail(error, path, "is a folder");
        status = MT_IO;
    } else if (rows->mapping->without_ids && (standard_input || !S_ISREG(rows->opened.st_mode))) {
        status = open_fail(error, path, "its rows have no ids, so it is hashed first: it must be a file, not a pipe");
    } else if (rows->mapping->without_ids && !hash_read(rows->fd, rows->hash)) {
        open_fail(error, path, "could not be read: %s", strerror(errno));
        status = MT_IO;
    }
    if (status != MT_OK && rows->fd >= 0)
        close(rows->fd);
    return status;
}

/* The name and the ordinal of "Account#2"; ordinal 0 when the name has none. */
static size_t name_split(const char *name, uint32_t *out_ordinal)
{
    const char *mark = strrchr(name, '#');

    *out_ordinal = 0;
    if (mark == NULL || mark == name || !mt_digits_parse(mark + 1, strlen(mark + 1), out_ordinal))
        return strlen(name);
    return (size_t)(mark - name);
}

/* How many header cells have the name; the first and the one of the ordinal. */
static size_t name_count(const struct mt_text *cells, size_t count, const char *name, size_t size, uint32_t ordinal,
                         uint16_t *out_index)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        if (cells[i].size != size || memcmp(cells[i].at, name, size) != 0)
            continue;
        found++;
        if (found == (ordinal == 0 ? 1 : ordinal))
            *out_index = (uint16_t)i;
    }
    return found;
}

static enum mt_status column_find(struct mt_rows *rows, const struct mt_column *column, const struct mt_text *cells,
                                  size_t count, uint16_t *out_index, const char *path, char *error)
{
    uint32_t ordinal;
    size_t size = name_split(column->name, &ordinal);
    size_t found = name_count(cells, count, column->name, strlen(column->name), 0, out_index);

    if (found == 1)
        return MT_OK;
    if (found > 1)
        return open_fail(error, path, "the header has \"%s\" %zu times: say \"%s#1\" or a number in the mapping",
                         column->name, found, column->name);
    if (ordinal > 0 && name_count(cells, count, column->name, size, ordinal, out_index) >= ordinal)
        return MT_OK;
    return open_fail(error, path, "the header has no column \"%s\"", column->name);
}

/* Reads the header and finds each column's cell. */
static enum mt_status header_read(struct mt_rows *rows, const char *path, char *error)
{
    const struct mt_mapping *mapping = rows->mapping;
    enum mt_csv_result result = mt_csv_next(rows->csv);
    size_t count;
    const struct mt_text *cells = mt_csv_cells(rows->csv, &count);

    if (result == MT_CSV_ERROR) {
        open_fail(error, path, "could not be read, or is a damaged gzip");
        return MT_IO;
    }
    if (result != MT_CSV_ROW)
        return open_fail(error, path, result == MT_CSV_END ? "is empty: no header" : "its first row is no header");
    for (size_t i = 0; i < mapping->column_count; i++) {
        const struct mt_column *column = &mapping->columns[i];
        enum mt_status status = MT_OK;

        if (column->name != NULL)
            status = column_find(rows, column, cells, count, &rows->indexes[i], path, error);
        else if (column->number > count)
            status = open_fail(error, path, "the header has %zu columns, and the mapping reads column %u", count,
                               column->number);
        if (status != MT_OK)
            return status;
    }
    rows->cell_count = (uint16_t)count;
    return MT_OK;
}

enum mt_status mt_rows_open(const struct mt_mapping *mapping, const char *path, struct mt_rows *out_rows,
                            char out_error[256])
{
    struct mt_rows rows = {.mapping = mapping, .cell_count = mapping->cells};

    out_error[0] = '\0';
    if (sodium_init() < 0)
        return MT_NO_MEMORY;
    enum mt_status status = file_open(&rows, path, out_error);

    if (status != MT_OK)
        return status;
    status = mt_csv_open(&mapping->csv, rows.fd, &rows.csv);
    if (status != MT_OK)
        return status;
    for (size_t i = 0; i < mapping->column_count; i++) {
        uint16_t number = mapping->columns[i].number;

        if (number > rows.cell_count_min)
            rows.cell_count_min = number;
        rows.indexes[i] = (uint16_t)(number > 0 ? number - 1 : 0);
    }
    if (mapping->header)
        status = header_read(&rows, path, out_error);
    if (status != MT_OK) {
        mt_rows_close(&rows);
        return status;
    }
    *out_rows = rows;
    return MT_OK;
}

void mt_rows_progress(const struct mt_rows *rows, int64_t *out_bytes, int64_t *out_bytes_total)
{
    *out_bytes = mt_csv_progress(rows->csv);
    *out_bytes_total = S_ISREG(rows->opened.st_mode) ? rows->opened.st_size : 0;
}

void mt_rows_close(struct mt_rows *rows)
{
    mt_csv_close(rows->csv);
    rows->csv = NULL;
}

/* Whether the file that was hashed is the file that was read. */
static bool is_unchanged(const struct mt_rows *rows)
{
    struct stat now;

    return rows->hash[0] == '\0' ||
           (fstat(rows->fd, &now) == 0 && now.st_size == rows->opened.st_size &&
            now.st_mtim.tv_sec == rows->opened.st_mtim.tv_sec && now.st_mtim.tv_nsec == rows->opened.st_mtim.tv_nsec);
}

enum mt_read_result mt_rows_next(struct mt_rows *rows, struct mt_reject *out_reject)
{
    char detail[64];
    size_t count;

    switch (mt_csv_next(rows->csv)) {
    case MT_CSV_ROW:
        break;
    case MT_CSV_QUOTES:
        mt_reject_set(out_reject, MT_REJECT_COLUMNS, "", "a quote does not end, or something stands behind it");
        return MT_READ_REJECT;
    case MT_CSV_TOO_LARGE:
        mt_reject_set(out_reject, MT_REJECT_TOO_LARGE, "", NULL);
        return MT_READ_REJECT;
    case MT_CSV_TOO_MANY:
        mt_reject_set(out_reject, MT_REJECT_COLUMNS, "", "it has more than 256");
        return MT_READ_REJECT;
    case MT_CSV_END:
        return is_unchanged(rows) ? MT_READ_END : MT_READ_ERROR;
    case MT_CSV_ERROR:
        return MT_READ_ERROR;
    }
    rows->cells = mt_csv_cells(rows->csv, &count);
    if (rows->cell_count == 0 ? count >= rows->cell_count_min : count == rows->cell_count)
        return MT_READ_EVENT;
    snprintf(detail, sizeof detail, "it has %zu and not %u", count,
             rows->cell_count == 0 ? rows->cell_count_min : rows->cell_count);
    mt_reject_set(out_reject, MT_REJECT_COLUMNS, "", detail);
    return MT_READ_REJECT;
}

static bool word_missing(enum mt_field_name name, struct mt_reject *out_reject)
{
    enum mt_reject_code code = name == MT_FIELD_CURRENCY ? MT_REJECT_CURRENCY : MT_REJECT_ENUM;

    mt_reject_set(out_reject, code, mt_field_rules[name].key, "the mapping has no word for it");
    return false;
}

/* The constant or the table's word; NULL when the table has none. */
static const struct mt_word *word_of(const struct mt_rows *rows, const struct mt_field *field)
{
    if (field->source == MT_SOURCE_CONSTANT)
        return &field->word;
    const struct mt_text *cell = &rows->cells[rows->indexes[field->column]];
    const struct mt_word *word = mt_table_find(&field->table, cell->at, cell->size);

    return word == NULL && field->otherwise ? &field->word : word;
}

bool mt_rows_text(const struct mt_rows *rows, enum mt_field_name name, struct mt_text *out_text,
                  struct mt_reject *out_reject)
{
    const struct mt_field *field = &rows->mapping->fields[name];

    if (field->source == MT_SOURCE_NONE) {
        *out_text = (struct mt_text){.at = "", .size = 0};
    } else if (field->source == MT_SOURCE_COLUMN) {
        *out_text = rows->cells[rows->indexes[field->column]];
    } else {
        const struct mt_word *word = word_of(rows, field);

        if (word == NULL)
            return word_missing(name, out_reject);
        *out_text = word->text;
    }
    return true;
}

bool mt_rows_code(const struct mt_rows *rows, enum mt_field_name name, uint16_t *out_code, struct mt_reject *out_reject)
{
    const struct mt_field *field = &rows->mapping->fields[name];

    if (field->source == MT_SOURCE_NONE) {
        *out_code = 0;
    } else if (field->source == MT_SOURCE_COLUMN) {
        const struct mt_text *cell = &rows->cells[rows->indexes[field->column]];

        if (!mt_vocabulary_find((enum mt_vocabulary)mt_field_rules[name].vocabulary, *cell, out_code))
            return word_missing(name, out_reject);
    } else {
        const struct mt_word *word = word_of(rows, field);

        if (word == NULL)
            return word_missing(name, out_reject);
        *out_code = word->code;
    }
    return true;
}

bool mt_rows_time(const struct mt_rows *rows, enum mt_field_name name, int64_t *out_ms, struct mt_reject *out_reject)
{
    static const uint8_t times[MT_FIELD_COUNT] = {
        [MT_FIELD_TIME] = MT_TIMES_TIME,
        [MT_FIELD_OPENED] = MT_TIMES_OPENED,
        [MT_FIELD_VALID_FROM] = MT_TIMES_VALID_FROM,
    };
    const struct mt_time_field *field = &rows->mapping->times[times[name]];
    struct mt_text texts[2] = {{0}, {0}};
    enum mt_reject_code code;

    if (field->form == MT_TIME_NONE) {
        *out_ms = 0;
        return true;
    }
    if (field->form != MT_TIME_CONSTANT) {
        for (size_t i = 0; i < 2; i++)
            texts[i] = rows->cells[rows->indexes[field->columns[i]]];
        if (mt_field_rules[name].required == 0 && texts[0].size == 0 && texts[1].size == 0) {
            *out_ms = 0;
            return true;
        }
    }
    if (mt_time_field_read(field, texts, out_ms, &code))
        return true;
    mt_reject_set(out_reject, code, mt_field_rules[name].key, NULL);
    return false;
}
