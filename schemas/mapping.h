/*
 * mapping.h: a bank's CSV file read through a declarative mapping: column → field, no code per format.
 *
 * A mapping is a JSON file in schemas/mappings/ (or a path): delimiter, header or column list, lines to skip (BEGIN/END),
 * and per field either a column, a constant, or a column through a value table; the date format and zone; the currency;
 * what to do with excess precision; whether rows have ids. schemas/mappings/README.md is the reference.
 */
#ifndef MT_MAPPING_H
#define MT_MAPPING_H

#include "account.h"
#include "currency.h"
#include "event.h"

struct mt_mapping;

/* Loads mapping NAME: a path when it holds a '/' or ends in .json, else NAME.json in $MONEYTRAIL_MAPPINGS, in the source tree
 * this program was built from, or where it is installed. On MT_BAD_CONFIG `out_error` says what and where. */
MT_MUST_USE enum mt_status mt_mapping_load(const char *name, struct mt_mapping **out_mapping, char out_error[256]);
void mt_mapping_destroy(struct mt_mapping *mapping); /* NULL is fine */

/* Whether its rows are account facts ("record": "account") and not transfers. */
bool mt_mapping_of_accounts(const struct mt_mapping *mapping);

/* The currency of a code of its own ("USD") or of a name in the mapping's currency table ("US Dollar"); NULL when it is
 * neither. */
const struct mt_currency *mt_mapping_currency(const struct mt_mapping *mapping, const char *text, size_t size);

struct mt_reader;

/* Opens a CSV file, plain or gzip, "-" for standard input (only for mappings whose rows have ids: a file's hash
 * needs a first pass). Borrows the mapping for its whole life. */
MT_MUST_USE enum mt_status mt_reader_open(const struct mt_mapping *mapping, const char *path,
                                          struct mt_reader **out_reader, char out_error[256]);
void mt_reader_close(struct mt_reader *reader); /* NULL is fine */

enum mt_read_result {
    MT_READ_EVENT,  /* out_event holds a checked event; its views live until the next call */
    MT_READ_REJECT, /* out_reject says why; mt_reader_row() gives the row's bytes and line */
    MT_READ_END,
    MT_READ_ERROR,  /* the file broke off: I/O, a damaged gzip, or it changed while rows were named by its hash */
};

enum mt_read_result mt_reader_next(struct mt_reader *reader, struct mt_event *out_event, struct mt_reject *out_reject);

/* The bytes and the line number (from 1, counted in lines of the file) of the row last read, at most 64 KiB; and for progress, bytes read
 * of the file and its size (0 when unknown). Borrowed until the next call. */
struct mt_text mt_reader_row(const struct mt_reader *reader, int64_t *out_line);
void mt_reader_progress(const struct mt_reader *reader, int64_t *out_bytes, int64_t *out_bytes_total);

/* The same for account facts, by a mapping with "record": "account". MT_READ_EVENT: out_facts holds checked facts. */
struct mt_account_reader;

MT_MUST_USE enum mt_status mt_account_reader_open(const struct mt_mapping *mapping, const char *path,
                                                  struct mt_account_reader **out_reader, char out_error[256]);
void mt_account_reader_close(struct mt_account_reader *reader);
enum mt_read_result mt_account_reader_next(struct mt_account_reader *reader, struct mt_account_facts *out_facts,
                                           struct mt_reject *out_reject);
struct mt_text mt_account_reader_row(const struct mt_account_reader *reader, int64_t *out_line);
void mt_account_reader_progress(const struct mt_account_reader *reader, int64_t *out_bytes, int64_t *out_bytes_total);

#endif
