/*
 * label_book.h: what people may see of accounts, gathered from the alerts that were read: token → label, without asking Redis again.
 *
 * Owns     its copies, until mt_label_book_free()
 * Cost     take O(1); the first find after a take sorts, O(n log n)
 * Fails    out of memory sets `failed` and leaves labels out
 */
#ifndef MT_LABEL_BOOK_H
#define MT_LABEL_BOOK_H

#include "schemas/token.h"

struct mt_label_line {
    struct mt_token account;
    struct mt_label label;
};

struct mt_label_book {
    struct mt_label_line *lines;
    size_t count, max;
    bool sorted, failed;
};

/* As mt_label_take of schemas/alert_read.h; `self` is struct mt_label_book. */
void mt_label_book_take(void *self, const struct mt_token *account, const char *label);

/* As mt_label_find of schemas/alert.h. Of several labels of one account, the last in byte order: a known one before an empty one. */
void mt_label_book_find(void *self, const struct mt_token *account, struct mt_label *out_label);

void mt_label_book_free(struct mt_label_book *book);

#endif
