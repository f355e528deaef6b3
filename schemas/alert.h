/*
 * alert.h: a finding as the alert event, version 1 (alert.schema.json): what the alerts topic, the API and --json give.
 *
 * The *content* of a live finding is one JSON object without revision and detection time: the bytes by which versions are compared
 * (design D11). An *alert* is that content with its revision and detection time put in front, or a short object that says that
 * the finding was withdrawn or merged.
 */
#ifndef MT_ALERT_H
#define MT_ALERT_H

#include "graph/finding.h"
#include "graph/links.h"
#include "token.h"

/* A finding's content is at most this long: transfers shown are capped by the spine's cut and by branch_show. */
#define MT_ALERT_BYTES_MAX (4 * 1024 * 1024)

/* "mule_chain", "round_trip", or the name of the first detector that holds. Constant string. */
const char *mt_alert_kind(const struct mt_finding *finding);

/* What a person may see of an account: fills the label; an empty text when nothing is known. */
typedef void mt_label_find(void *self, const struct mt_token *account, struct mt_label *out_label);

/* Prints the content, terminated; returns the length, or 0 when `capacity` is too small. The same finding, lore (rules
 * and lines) and labels give the same bytes. About 500 bytes and 2 µs a transfer. */
size_t mt_alert_content_print(const struct mt_finding *finding, const struct mt_lore *lore, mt_label_find *label_find,
                              void *label_self, char *out_bytes, size_t capacity);

/* BLAKE2b-128 of a content: with the revision it names a version. */
struct mt_content_hash {
    uint8_t bytes[16];
};
void mt_alert_content_hash(const char *content, size_t content_size, struct mt_content_hash *out_hash);

/* The alert of a live version: content with revision, content hash and detection time. */
size_t mt_alert_print(const char *content, size_t content_size, uint32_t revision, int64_t detected_ms, char *out_bytes,
                      size_t capacity);

/* The alert of a version that ends a finding; `merged_into` NULL: withdrawn. */
size_t mt_alert_end_print(const struct mt_transfer_key *id, const struct mt_transfer_key *merged_into, uint32_t revision,
                          int64_t detected_ms, char *out_bytes, size_t capacity);

#endif
