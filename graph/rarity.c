#include "rarity.h"

#include <math.h>
#include <stdlib.h>

static int float_compare(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;

    return (a > b) - (a < b);
}

enum mt_status mt_rarity_init(struct mt_rarity *rarity, const float *column, size_t stride, uint32_t count, float direction)
{
    rarity->values = malloc(((size_t)count + 1) * sizeof *rarity->values);
    rarity->count = count;
    if (rarity->values == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        rarity->values[i] = direction * column[i * stride];
    qsort(rarity->values, count, sizeof *rarity->values, float_compare);
    return MT_OK;
}

void mt_rarity_fini(struct mt_rarity *rarity)
{
    free(rarity->values);
    *rarity = (struct mt_rarity){0};
}

float mt_rarity_of(const struct mt_rarity *rarity, float value)
{
    uint32_t low = 0, high = rarity->count;
    float least = value - 1e-6f - fabsf(value) * 1e-6f; /* what is equal but for rounding is equal */

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (rarity->values[middle] < least)
            low = middle + 1;
        else
            high = middle;
    }
    return (float)-log((rarity->count - low + 0.5) / (rarity->count + 1.0));
}
