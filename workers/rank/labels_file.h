/*
 * labels_file.h: which transfers are known to be laundering: a truth file, or what analysts confirmed.
 *
 * CSV with a column id or transfer_id; where there is a column label, only rows that say illicit count. Or JSON lines as moneytrail labels
 * prints them (schemas/label.schema.json): the transfers of what is confirmed.
 *
 * Owns     the ids
 * Cost     O(log ids) a question
 */
#ifndef MT_LABELS_FILE_H
#define MT_LABELS_FILE_H

#include "graph/base.h"

struct mt_known;

MT_MUST_USE enum mt_status mt_known_read(const char *path, struct mt_known **out_known, char out_error[256]);
void mt_known_destroy(struct mt_known *known); /* NULL is fine */

bool mt_known_has(const struct mt_known *known, const char *id, size_t size);
size_t mt_known_count(const struct mt_known *known);

#endif
