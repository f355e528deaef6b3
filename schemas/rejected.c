#include "rejected.h"

#include "print.h"

#include <sodium.h>

/* Writes base64 where the text ends: the record is nearly all base64, so it is not built elsewhere first. */
static void put_base64(struct mt_print *print, struct mt_text bytes)
{
    size_t needed = sodium_base64_encoded_len(bytes.size, sodium_base64_VARIANT_ORIGINAL);

    if (print->full || needed > print->capacity - print->size) {
        print->full = true;
        return;
    }
    sodium_bin2base64(print->at + print->size, needed, (const unsigned char *)bytes.at, bytes.size,
                      sodium_base64_VARIANT_ORIGINAL);
    print->size += needed - 1;
}

size_t mt_rejected_print(const struct mt_rejected *rejected, char *out_bytes, size_t capacity)
{
    struct mt_print print = mt_print_into(out_bytes, capacity);
    const struct mt_reject *reject = rejected->reject;
    struct mt_text bytes = rejected->bytes;

    if (bytes.size > MT_REJECTED_BYTES_MAX)
        bytes.size = MT_REJECTED_BYTES_MAX;
    mt_print_text(&print, "{\"v\":1,\"code\":\"");
    mt_print_text(&print, mt_reject_name(reject->code));
    mt_print_text(&print, "\",\"sentence\":");
    mt_print_string(&print, reject->sentence, strlen(reject->sentence));
    mt_print_text(&print, ",\"field\":");
    mt_print_string(&print, reject->field, strlen(reject->field));
    mt_print_text(&print, ",\"topic\":");
    mt_print_string(&print, rejected->topic, strlen(rejected->topic));
    mt_print_text(&print, ",\"partition\":");
    mt_print_int(&print, rejected->partition);
    mt_print_text(&print, ",\"offset\":");
    mt_print_int(&print, rejected->offset);
    mt_print_text(&print, ",\"bytes_base64\":\"");
    put_base64(&print, bytes);
    mt_print_text(&print, "\",\"size\":");
    mt_print_int(&print, (int64_t)rejected->bytes.size);
    mt_print_text(&print, "}");
    return mt_print_end(&print);
}
