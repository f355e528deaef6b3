#include "accounts_file.h"

#include "schemas/mapping.h"

#include <stdio.h>

static enum mt_status rows_read(struct mt_account_reader *reader, mt_account_row *each, void *self, uint64_t *out_rejected)
{
    enum mt_status status = MT_OK;

    while (status == MT_OK) {
        struct mt_account_facts facts;
        struct mt_reject reject;
        enum mt_read_result result = mt_account_reader_next(reader, &facts, &reject);

        if (result == MT_READ_END)
            break;
        if (result == MT_READ_ERROR)
            return MT_IO;
        if (result == MT_READ_REJECT)
            (*out_rejected)++;
        else
            status = each(self, &facts);
    }
    return status;
}

enum mt_status mt_accounts_file_read(const char *path, const char *mapping_name, mt_account_row *each, void *self, uint64_t *out_rejected,
                                     char out_error[256])
{
    struct mt_account_reader *reader = NULL;
    struct mt_mapping *mapping = NULL;
    enum mt_status status = mt_mapping_load(mapping_name, &mapping, out_error);

    *out_rejected = 0;
    if (status == MT_OK && !mt_mapping_of_accounts(mapping)) {
        snprintf(out_error, 256, "mapping %.100s reads transfers, not accounts", mapping_name);
        status = MT_BAD_CONFIG;
    }
    if (status == MT_OK)
        status = mt_account_reader_open(mapping, path, &reader, out_error);
    if (status == MT_OK)
        status = rows_read(reader, each, self, out_rejected);
    mt_account_reader_close(reader);
    mt_mapping_destroy(mapping);
    return status;
}
