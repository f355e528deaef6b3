/*
 * rejected.h: a record on topic transfers.rejected, version 1 (rejected.schema.json): bytes that could not be read, and
 * why.
 *
 * A topic for rejects must take messages of MT_REJECTED_PRINT_MAX: base64 makes a message of 4 MiB a third longer. A broker's limit is
 * on what is sent, which may be compressed, so a message may still be of any size: beyond MT_REJECTED_BYTES_MAX its bytes are cut, and the
 * rest stays in the input topic only, at the offset given.
 */
#ifndef MT_REJECTED_H
#define MT_REJECTED_H

#include "event.h"

#define MT_REJECTED_BYTES_MAX (4 * 1024 * 1024 + 64 * 1024) /* what our topics take, with a batch's own bytes */
#define MT_REJECTED_PRINT_MAX (MT_REJECTED_BYTES_MAX / 3 * 4 + 4096)

struct mt_rejected {
    const struct mt_reject *reject;
    const char *topic; /* terminated; or the file's name */
    int32_t partition;
    int64_t offset;       /* in the partition; of a file, the line */
    struct mt_text bytes; /* as they came; may be empty, or any size */
};

/* Prints the record, terminated; returns the length, or 0 when `capacity` is too small (MT_REJECTED_PRINT_MAX never is). O(bytes). */
size_t mt_rejected_print(const struct mt_rejected *rejected, char *out_bytes, size_t capacity);

#endif
