#include "rarity.h"

#include <math.h>
#include <stdlib.h>

static int float_compare(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;

    return (a > b) - (a < b);
}

static float nats_of(uint32_t at_least, uint32_t count)
{
    return (float)-log((at_least + 0.5) / (count + 1.0));
}

static uint32_t distinct_count(const float *sorted, uint32_t count)
{
    uint32_t distinct = 0;

    for (uint32_t i = 0; i < count; i++)
        distinct += i == 0 || sorted[i] != sorted[i - 1];
    return distinct;
}

/* Keeps distinct values: the largest all, of the others every `step`-th. */
static void table_fill(struct mt_rarity *rarity, const float *sorted, uint32_t count)
{
    uint32_t distinct = distinct_count(sorted, count), number = 0;
    uint32_t below = distinct > MT_RARITY_EXACT ? distinct - MT_RARITY_EXACT : 0, step = below / MT_RARITY_EXACT + 1;

    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && sorted[i] == sorted[i - 1])
            continue;
        bool keep = number >= below || number % step == step - 1;

        number++;
        if (!keep)
            continue;
        rarity->values[rarity->count] = sorted[i];
        rarity->nats[rarity->count++] = nats_of(count - i, count);
    }
}

enum mt_status mt_rarity_init(struct mt_rarity *rarity, const float *column, size_t stride, uint32_t count, float direction)
{
    float *sorted = malloc(((size_t)count + 1) * sizeof *sorted);

    *rarity = (struct mt_rarity){.nats_beyond = nats_of(0, count)};
    rarity->values = malloc(2 * MT_RARITY_EXACT * sizeof *rarity->values);
    rarity->nats = malloc(2 * MT_RARITY_EXACT * sizeof *rarity->nats);
    if (sorted == NULL || rarity->values == NULL || rarity->nats == NULL) {
        free(sorted);
        mt_rarity_fini(rarity);
        return MT_NO_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = direction * column[i * stride];
    qsort(sorted, count, sizeof *sorted, float_compare);
    table_fill(rarity, sorted, count);
    free(sorted);
    return MT_OK;
}

void mt_rarity_fini(struct mt_rarity *rarity)
{
    free(rarity->values);
    free(rarity->nats);
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
    return low < rarity->count ? rarity->nats[low] : rarity->nats_beyond;
}
