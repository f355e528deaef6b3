/*
 * labels_file.h: what is known of transfers: a truth file, or what analysts decided.
 *
 * CSV with a column id or transfer_id; where there is a column label, only rows that say illicit count. A truth file says all: what it does not name
 * is honest. Or JSON lines as moneytrail labels prints them (schemas/label.schema.json): the transfers of what is confirmed are illicit, those
 * of what is dismissed are honest, unless they are in something confirmed too; of all others nothing is known.
 *
 * Owns     the ids
 * Cost     O(log ids) a question
 */
#ifndef MT_LABELS_FILE_H
#define MT_LABELS_FILE_H

#include "graph/base.h"

struct mt_known;

enum mt_known_as { MT_KNOWN_NOT, MT_KNOWN_HONEST, MT_KNOWN_ILLICIT };

MT_MUST_USE enum mt_status mt_known_read(const char *path, struct mt_known **out_known, char out_error[256]);
void mt_known_destroy(struct mt_known *known); /* NULL is fine */

enum mt_known_as mt_known_of(const struct mt_known *known, const char *id, size_t size);

/* Whether a transfer is known to be laundering. */
static inline bool mt_known_has(const struct mt_known *known, const char *id, size_t size)
{
    return mt_known_of(known, id, size) == MT_KNOWN_ILLICIT;
}

/* How many transfers are named as laundering. */
size_t mt_known_count(const struct mt_known *known);

/* Whether these are decisions on alerts: then most transfers are not known. */
bool mt_known_by_alerts(const struct mt_known *known);

#endif
