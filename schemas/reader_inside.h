/*
 * reader_inside.h: what the readers of transfers and of account facts share: rows of a file, and the fields of a row.
 */
#ifndef MT_READER_INSIDE_H
#define MT_READER_INSIDE_H

#include "mapping_parts.h"

#include <sys/stat.h>

struct mt_rows {
    const struct mt_mapping *mapping;
    struct mt_csv *csv;
    struct stat opened;  /* the file when it was opened */
    int fd;              /* of the CSV's, borrowed */
    uint16_t cell_count; /* a row has exactly so many cells; 0: at least cell_count_min */
    uint16_t cell_count_min;
    uint16_t indexes[MT_MAPPING_COLUMNS_MAX]; /* of the mapping's columns, the cell */
    char hash[65];                            /* SHA-256 of the file in hex; "" when rows have ids */
    const struct mt_text *cells;              /* of the row last read */
};

MT_MUST_USE enum mt_status mt_rows_open(const struct mt_mapping *mapping, const char *path, struct mt_rows *out_rows,
                                        char out_error[256]);
void mt_rows_close(struct mt_rows *rows);
void mt_rows_progress(const struct mt_rows *rows, int64_t *out_bytes, int64_t *out_bytes_total);

/* MT_READ_EVENT: a row with the cells the mapping names. */
enum mt_read_result mt_rows_next(struct mt_rows *rows, struct mt_reject *out_reject);

/* The fields of the row. A field the mapping leaves out is "" and code 0. On false the reject is filled. */
bool mt_rows_text(const struct mt_rows *rows, enum mt_field_name name, struct mt_text *out_text,
                  struct mt_reject *out_reject);
bool mt_rows_code(const struct mt_rows *rows, enum mt_field_name name, uint16_t *out_code,
                  struct mt_reject *out_reject);

/* The time in ms. An empty cell of a field that may be left out is 0. */
bool mt_rows_time(const struct mt_rows *rows, enum mt_field_name name, int64_t *out_ms, struct mt_reject *out_reject);

#endif
