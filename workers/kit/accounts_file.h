/*
 * accounts_file.h: a file of what banks know of accounts, row by row.
 */
#ifndef MT_ACCOUNTS_FILE_H
#define MT_ACCOUNTS_FILE_H

#include "schemas/account.h"

/* One row; the facts' texts are borrowed for the call. What it returns other than MT_OK ends the reading. */
typedef enum mt_status mt_account_row(void *self, const struct mt_account_facts *facts);

/*
 * Hands over every row of a CSV file, read by a mapping of accounts. Rows that cannot be used are counted. Fails: MT_BAD_CONFIG, MT_IO, or as `each`
 * does, with why in `out_error`.
 */
MT_MUST_USE enum mt_status mt_accounts_file_read(const char *path, const char *mapping_name, mt_account_row *each, void *self, uint64_t *out_rejected,
                                                 char out_error[256]);

#endif
