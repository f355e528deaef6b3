/*
 * labels.h: token → what people may see of the account, for a whole file in memory.
 */
#ifndef MT_LABELS_H
#define MT_LABELS_H

#include "schemas/token.h"

struct mt_labels;

MT_MUST_USE enum mt_status mt_labels_create(struct mt_labels **out_labels);
void mt_labels_destroy(struct mt_labels *labels); /* NULL is fine */

/* Keeps the label of the account if the token is new. O(1). */
MT_MUST_USE enum mt_status mt_labels_add(struct mt_labels *labels, const struct mt_token *token,
                                         const struct mt_event_account *account);

/* As mt_label_find of schemas/alert.h; `self` is struct mt_labels. */
void mt_labels_find(void *self, const struct mt_token *token, struct mt_label *out_label);

size_t mt_labels_count(const struct mt_labels *labels);

#endif
