/*
 * rejected.h: a record on topic transfers.rejected, version 1 (rejected.schema.json): bytes that could not be read, and
 * why.
 *
 * A topic for rejects must take messages of MT_REJECTED_PRINT_MAX: base64 makes a message of 4 MiB a third longer.
 */
#ifndef MT_REJECTED_H
#define MT_REJECTED_H

#include "event.h"

#define MT_REJECTED_BYTES_MAX (4 * 1024 * 1024)
#define MT_REJECTED_PRINT_MAX (MT_REJECTED_BYTES_MAX / 3 * 4 + 4096)

struct mt_rejected {
    const struct mt_reject *reject;
    const char *topic; /* terminated; or the file's name */
    int32_t partition;
    int64_t offset;       /* in the partition; of a file, the line */
    struct mt_text bytes; /* as they came; may be empty */
};

/* Prints the record, terminated; returns the length, or 0 when `capacity` is too small. O(bytes). */
size_t mt_rejected_print(const struct mt_rejected *rejected, char *out_bytes, size_t capacity);

#endif
