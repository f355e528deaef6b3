#include "csv.h"

#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#define BLOCK_BYTES (256 * 1024)
#define LINE_END_BYTES 2
#define WINDOW_BYTES (MT_CSV_ROW_MAX + LINE_END_BYTES) /* what a row is decided in */

/*
 *  buffer   at             end
 *    v       v              v
 *    [.......row..\n........|      ]     `at` moves row by row; when too little is left, the rest moves to the front
 */
struct mt_csv {
    const struct mt_csv_options *options;
    gzFile file;
    char *buffer;  /* WINDOW_BYTES + BLOCK_BYTES */
    char *scratch; /* cells without their doubled quotes, MT_CSV_ROW_MAX */
    size_t at;
    size_t end;
    size_t scratch_size;
    bool ended; /* nothing follows `end` */
    bool failed;
    bool started;
    int64_t bytes;     /* given out by zlib */
    int64_t line_next; /* the line that starts at `at` */
    int64_t line;
    struct mt_text row;
    size_t cell_count;
    struct mt_text cells[MT_CSV_CELLS_MAX];
};

enum mt_status mt_csv_open(const struct mt_csv_options *options, int take_fd, struct mt_csv **out_csv)
{
    struct mt_csv *csv = calloc(1, sizeof *csv);

    if (csv == NULL)
        goto fail;
    csv->options = options;
    csv->line_next = 1;
    csv->buffer = malloc(WINDOW_BYTES + BLOCK_BYTES);
    csv->scratch = malloc(MT_CSV_ROW_MAX);
    if (csv->buffer == NULL || csv->scratch == NULL)
        goto fail_buffers;
    csv->file = gzdopen(take_fd, "rb");
    if (csv->file == NULL)
        goto fail_buffers;
    gzbuffer(csv->file, BLOCK_BYTES / 2);
    *out_csv = csv;
    return MT_OK;
fail_buffers:
    free(csv->scratch);
    free(csv->buffer);
    free(csv);
fail:
    close(take_fd);
    return MT_NO_MEMORY;
}

void mt_csv_close(struct mt_csv *csv)
{
    if (csv == NULL)
        return;
    gzclose(csv->file);
    free(csv->scratch);
    free(csv->buffer);
    free(csv);
}

/* A gzip that is cut off ends like a whole one, but zlib's error then says Z_BUF_ERROR. */
static void block_end(struct mt_csv *csv)
{
    int error = Z_OK;

    gzerror(csv->file, &error);
    csv->ended = true;
    csv->failed = error != Z_OK && error != Z_STREAM_END;
}

/* Sees to it that WINDOW_BYTES follow `at`, or the rest of the file. */
static void window_fill(struct mt_csv *csv)
{
    if (csv->ended || csv->end - csv->at >= WINDOW_BYTES)
        return;
    memmove(csv->buffer, csv->buffer + csv->at, csv->end - csv->at);
    csv->end -= csv->at;
    csv->at = 0;
    while (!csv->ended && csv->end < WINDOW_BYTES) {
        int size = gzread(csv->file, csv->buffer + csv->end, BLOCK_BYTES);

        if (size <= 0) {
            block_end(csv);
        } else {
            csv->end += (size_t)size;
            csv->bytes += size;
        }
    }
}

/* The bytes of the line at `at` without its end; SIZE_MAX when it does not end inside the window. */
static size_t line_find(struct mt_csv *csv, size_t *out_end_size)
{
    char *end = memchr(csv->buffer + csv->at, '\n', csv->end - csv->at);

    if (end == NULL) {
        window_fill(csv);
        end = memchr(csv->buffer + csv->at, '\n', csv->end - csv->at);
    }
    if (end == NULL && !csv->ended)
        return SIZE_MAX;
    size_t size = end == NULL ? csv->end - csv->at : (size_t)(end - (csv->buffer + csv->at));

    *out_end_size = end == NULL ? 0 : 1;
    if (size > 0 && csv->buffer[csv->at + size - 1] == '\r') {
        size--;
        ++*out_end_size;
    }
    return size > MT_CSV_ROW_MAX ? SIZE_MAX : size;
}

/* Leaves the line that is too long: reads on to its end, keeping its first bytes as the row. */
static enum mt_csv_result line_leave(struct mt_csv *csv)
{
    window_fill(csv);
    size_t kept = csv->end - csv->at < MT_CSV_ROW_MAX ? csv->end - csv->at : MT_CSV_ROW_MAX;

    /* The scratch is free: no cell of this row was read. */
    memcpy(csv->scratch, csv->buffer + csv->at, kept);
    csv->row = (struct mt_text){.at = csv->scratch, .size = kept};
    csv->cell_count = 0;
    csv->line = csv->line_next++;
    while (csv->at < csv->end) {
        char *end = memchr(csv->buffer + csv->at, '\n', csv->end - csv->at);

        if (end != NULL) {
            csv->at = (size_t)(end + 1 - csv->buffer);
            return MT_CSV_TOO_LARGE;
        }
        csv->at = csv->end;
        window_fill(csv);
    }
    return csv->failed ? MT_CSV_ERROR : MT_CSV_TOO_LARGE;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static struct mt_text trim(struct mt_text text)
{
    while (text.size > 0 && is_blank(text.at[0])) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.at[text.size - 1]))
        text.size--;
    return text;
}

static bool cell_add(struct mt_csv *csv, struct mt_text cell)
{
    if (csv->cell_count == MT_CSV_CELLS_MAX)
        return false;
    csv->cells[csv->cell_count++] = csv->options->trim ? trim(cell) : cell;
    return true;
}

/* Splits a line that holds no quote. */
static enum mt_csv_result line_split(struct mt_csv *csv, size_t size)
{
    const char *at = csv->buffer + csv->at;
    const char *end = at + size;
    char delimiter = csv->options->delimiter;

    for (;;) {
        const char *next = memchr(at, delimiter, (size_t)(end - at));
        size_t cell_size = (size_t)((next == NULL ? end : next) - at);

        if (!cell_add(csv, (struct mt_text){.at = at, .size = cell_size}))
            return MT_CSV_TOO_MANY;
        if (next == NULL)
            return MT_CSV_ROW;
        at = next + 1;
    }
}

/* The content of the quoted cell that starts behind its quote at `*at`; moves `*at` behind the closing quote. Doubled
 * quotes make a copy. False when the quote does not close. */
static bool quoted_read(struct mt_csv *csv, const char **at, const char *end, struct mt_text *out_cell)
{
    const char *from = *at;
    char *copy = csv->scratch + csv->scratch_size;
    size_t copied = 0;

    for (;;) {
        const char *quote = memchr(from, '"', (size_t)(end - from));

        if (quote == NULL)
            return false;
        bool doubled = quote + 1 < end && quote[1] == '"';

        if (!doubled && copied == 0) {
            *out_cell = (struct mt_text){.at = from, .size = (size_t)(quote - from)};
        } else {
            size_t size = (size_t)(quote - from) + (doubled ? 1 : 0);

            /* A row's cells are shorter than the row, so the scratch never ends here. */
            memcpy(copy + copied, from, size);
            copied += size;
            *out_cell = (struct mt_text){.at = copy, .size = copied};
        }
        if (!doubled) {
            csv->scratch_size += copied;
            *at = quote + 1;
            return true;
        }
        from = quote + 2;
    }
}

/* The end of an unquoted cell: a delimiter or a line end. Quotes inside it are content. */
static const char *plain_end(const char *at, const char *end, char delimiter)
{
    while (at < end && *at != delimiter && *at != '\n')
        at++;
    return at;
}

static bool is_line_end(const char *at, const char *end)
{
    return at == end || *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] == '\n'));
}

/* Reads cells, quoted or not, until the row ends; `*out_size` is the row without its line end. */
static enum mt_csv_result row_parse(struct mt_csv *csv, size_t *out_size)
{
    const char *row = csv->buffer + csv->at;
    size_t left = csv->end - csv->at;
    const char *at = row;
    const char *end = row + (left < MT_CSV_ROW_MAX ? left : MT_CSV_ROW_MAX);
    struct mt_text cell;

    for (;;) {
        if (at < end && *at == '"') {
            at++;
            if (!quoted_read(csv, &at, end, &cell))
                return MT_CSV_QUOTES;
            while (csv->options->trim && at < end && is_blank(*at) && *at != csv->options->delimiter)
                at++;
        } else {
            const char *from = at;

            at = plain_end(at, end, csv->options->delimiter);
            cell = (struct mt_text){.at = from, .size = (size_t)(at - from)};
            if (cell.size > 0 && is_line_end(at, end) && at[-1] == '\r') {
                at--;
                cell.size--;
            }
        }
        bool last = is_line_end(at, end);

        if (!last && *at != csv->options->delimiter)
            return MT_CSV_QUOTES;
        if (!cell_add(csv, cell))
            return MT_CSV_TOO_MANY;
        if (last)
            break;
        at++;
    }
    *out_size = (size_t)(at - row);
    /* Stopped by the bound, not by a line end. */
    return left > MT_CSV_ROW_MAX && *out_size + 1 >= MT_CSV_ROW_MAX ? MT_CSV_TOO_LARGE : MT_CSV_ROW;
}

/* Whether the line is none of the rows: empty, or starting as the options say. */
static bool is_skipped(const struct mt_csv *csv, const char *line, size_t size)
{
    for (size_t i = 0; i < csv->options->skip_count; i++) {
        const struct mt_text *skip = &csv->options->skips[i];

        if (size >= skip->size && memcmp(line, skip->at, skip->size) == 0)
            return true;
    }
    return size == 0;
}

static void mark_skip(struct mt_csv *csv)
{
    static const char byte_order_mark[] = {'\xef', '\xbb', '\xbf'};

    csv->started = true;
    window_fill(csv);
    if (csv->end >= sizeof byte_order_mark && memcmp(csv->buffer, byte_order_mark, sizeof byte_order_mark) == 0)
        csv->at = sizeof byte_order_mark;
}

/* Moves behind the row of `size` bytes and its line end, counting the lines inside quotes. */
static void row_leave(struct mt_csv *csv, size_t size)
{
    const char *at = csv->buffer + csv->at;
    const char *end = at + size;

    csv->row = (struct mt_text){.at = at, .size = size};
    csv->line = csv->line_next;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        csv->line_next++;
        at++;
    }
    csv->at += size;
    if (csv->at < csv->end && csv->buffer[csv->at] == '\r')
        csv->at++;
    if (csv->at < csv->end && csv->buffer[csv->at] == '\n')
        csv->at++;
    csv->line_next++;
}

enum mt_csv_result mt_csv_next(struct mt_csv *csv)
{
    size_t end_size = 0;
    size_t size;

    if (!csv->started)
        mark_skip(csv);
    for (;;) {
        if (csv->at == csv->end)
            window_fill(csv);
        if (csv->at == csv->end)
            return csv->failed ? MT_CSV_ERROR : MT_CSV_END;
        size = line_find(csv, &end_size);
        if (size == SIZE_MAX)
            return line_leave(csv);
        /* What stands before a break in the file is not a whole line. */
        if (csv->failed && csv->at + size + end_size == csv->end && csv->buffer[csv->end - 1] != '\n')
            return MT_CSV_ERROR;
        if (!is_skipped(csv, csv->buffer + csv->at, size))
            break;
        csv->at += size + end_size;
        csv->line_next++;
    }
    enum mt_csv_result result;

    csv->cell_count = 0;
    csv->scratch_size = 0;
    if (memchr(csv->buffer + csv->at, '"', size) == NULL) {
        result = line_split(csv, size);
    } else {
        size_t line_size = size;

        window_fill(csv);
        result = row_parse(csv, &size);
        if (result != MT_CSV_ROW)
            size = line_size;
    }
    row_leave(csv, size);
    return result;
}

const struct mt_text *mt_csv_cells(const struct mt_csv *csv, size_t *out_count)
{
    *out_count = csv->cell_count;
    return csv->cells;
}

struct mt_text mt_csv_row(const struct mt_csv *csv)
{
    return csv->row;
}

int64_t mt_csv_line(const struct mt_csv *csv)
{
    return csv->line;
}

int64_t mt_csv_progress(const struct mt_csv *csv)
{
    z_off_t offset = gzoffset(csv->file);

    return offset >= 0 ? offset : csv->bytes; /* a pipe has no offset */
}
