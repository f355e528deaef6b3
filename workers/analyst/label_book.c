#include "label_book.h"

#include <stdio.h>
#include <stdlib.h>

static int account_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct mt_token));
}

static int line_compare(const void *left, const void *right)
{
    const struct mt_label_line *a = left, *b = right;
    int order = account_compare(left, right);

    return order != 0 ? order : strcmp(b->label.text, a->label.text);
}

/* Each account once: it is mentioned by every transfer that it is in. */
static void book_sort(struct mt_label_book *book)
{
    size_t kept = 0;

    if (book->count > 0)
        qsort(book->lines, book->count, sizeof *book->lines, line_compare);
    for (size_t i = 0; i < book->count; i++) {
        if (kept == 0 || account_compare(&book->lines[kept - 1], &book->lines[i]) != 0)
            book->lines[kept++] = book->lines[i];
    }
    book->count = kept;
    book->sorted = true;
}

static bool room_make(struct mt_label_book *book)
{
    if (book->count < book->max)
        return true;
    book_sort(book); /* often enough: half of them are the same accounts again */
    if (book->count < book->max / 2)
        return true;
    size_t max = book->max > 0 ? 2 * book->max : 1024;
    struct mt_label_line *lines = realloc(book->lines, max * sizeof *lines);

    if (lines == NULL)
        return false;
    book->lines = lines;
    book->max = max;
    return true;
}

void mt_label_book_take(void *self, const struct mt_token *account, const char *label)
{
    struct mt_label_book *book = self;

    if (!room_make(book)) {
        book->failed = true;
        return;
    }
    struct mt_label_line *line = &book->lines[book->count++];

    *line = (struct mt_label_line){.account = *account};
    snprintf(line->label.text, sizeof line->label.text, "%s", label);
    book->sorted = false;
}

void mt_label_book_find(void *self, const struct mt_token *account, struct mt_label *out_label)
{
    struct mt_label_book *book = self;

    if (!book->sorted)
        book_sort(book);
    const struct mt_label_line *line =
        book->count > 0 ? bsearch(account, book->lines, book->count, sizeof *line, account_compare) : NULL;
    snprintf(out_label->text, sizeof out_label->text, "%s", line != NULL ? line->label.text : "");
}

void mt_label_book_free(struct mt_label_book *book)
{
    free(book->lines);
    *book = (struct mt_label_book){0};
}
