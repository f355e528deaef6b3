/*
 * csv.h: the rows of a CSV file, plain or gzip, as views into one buffer (RFC 4180).
 *
 * A quoted cell may hold delimiters, doubled quotes and line ends. A row whose quotes do not work out costs only its
 * own first line: reading goes on at the next line, so that one stray quote never swallows the rest of a file.
 *
 * Owns     the descriptor, its gzip state and about 400 KiB of buffers, all taken at open
 * Bounds   64 KiB a row, 256 cells a row; what is beyond is a result of its own, never cut silently
 * Cost     one memchr for the line and one a cell; no allocation a row
 * Threads  none: one reader, one thread
 */
#ifndef MT_CSV_H
#define MT_CSV_H

#include "event.h"

#define MT_CSV_ROW_MAX MT_EVENT_BYTES_MAX
#define MT_CSV_CELLS_MAX 256
#define MT_CSV_SKIPS_MAX 16

struct mt_csv_options {
    char delimiter;
    bool trim;                              /* spaces and tabs around a cell's content are no part of it */
    struct mt_text skips[MT_CSV_SKIPS_MAX]; /* lines that start so are no rows; empty lines never are */
    size_t skip_count;
};

enum mt_csv_result {
    MT_CSV_ROW,
    MT_CSV_QUOTES,    /* a quote that does not end, or something behind it */
    MT_CSV_TOO_LARGE, /* the row is over MT_CSV_ROW_MAX; its first bytes are there */
    MT_CSV_TOO_MANY,  /* the row has over MT_CSV_CELLS_MAX cells */
    MT_CSV_END,
    MT_CSV_ERROR, /* the file could not be read, or the gzip is damaged or cut off */
};

struct mt_csv;

/* Takes the descriptor, also on failure. Borrows the options. */
MT_MUST_USE enum mt_status mt_csv_open(const struct mt_csv_options *options, int take_fd, struct mt_csv **out_csv);
void mt_csv_close(struct mt_csv *csv);

/* Goes to the next row. Everything below is about the row last read and lives until the next call. */
enum mt_csv_result mt_csv_next(struct mt_csv *csv);

const struct mt_text *mt_csv_cells(const struct mt_csv *csv, size_t *out_count);
struct mt_text mt_csv_row(const struct mt_csv *csv); /* as in the file, without the line end */
int64_t mt_csv_line(const struct mt_csv *csv);       /* of the row's start, from 1 */

/* Bytes read of the file so far, as it lies on the disk: compressed ones of a gzip. */
int64_t mt_csv_progress(const struct mt_csv *csv);

#endif
