/* shapes_text.c: a shape in words. */
#include "shapes.h"

#include <stdio.h>

struct words {
    char *at;
    size_t size;
};

static void put(struct words *words, const char *text, size_t size)
{
    for (size_t i = 0; i < size && words->size + 1 < MT_SHAPE_TEXT_MAX; i++)
        words->at[words->size++] = text[i];
    words->at[words->size] = '\0';
}

static void put_number(struct words *words, uint32_t number)
{
    char digits[16];

    put(words, digits, (size_t)snprintf(digits, sizeof digits, "%u", number));
}

/* "4, 3 and 2" */
static void put_sizes(struct words *words, const struct mt_shape *shape)
{
    for (uint32_t i = 0; i < shape->layer_count; i++) {
        if (i > 0)
            put(words, i + 1 < shape->layer_count ? ", " : " and ", i + 1 < shape->layer_count ? 2 : 5);
        put_number(words, shape->layer_sizes[i]);
    }
}

void mt_shape_text(const struct mt_shape *shape, char out_text[MT_SHAPE_TEXT_MAX])
{
    struct words words = {.at = out_text};

    for (const char *at = shape->kind->text; *at != '\0'; at++) {
        if (*at != '#') {
            put(&words, at, 1);
            continue;
        }
        at++;
        if (*at == '*')
            put_sizes(&words, shape);
        else
            put_number(&words, *at == 'n' ? shape->layer_count : shape->layer_sizes[*at - '1']);
    }
}
