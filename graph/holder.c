#include "holder.h"

#include <stdlib.h>

static bool is_same(const struct mt_holder *left, const struct mt_holder *right)
{
    return left->since_ms == right->since_ms && left->opened_ms == right->opened_ms && left->kind == right->kind;
}

enum mt_status mt_holders_add(struct mt_holders **holders, const struct mt_holder *record)
{
    uint32_t count = *holders != NULL ? (*holders)->count : 0;

    for (uint32_t i = 0; i < count; i++) {
        if (is_same(&(*holders)->at[i], record))
            return MT_OK;
    }
    struct mt_holders *larger = realloc(*holders, sizeof *larger + (count + 1) * sizeof larger->at[0]);
    if (larger == NULL)
        return MT_NO_MEMORY;
    larger->at[count] = *record;
    larger->count = count + 1;
    *holders = larger;
    return MT_OK;
}

static bool is_better(const struct mt_holder *record, const struct mt_holder *than)
{
    if (record->since_ms != than->since_ms)
        return record->since_ms > than->since_ms;
    if (record->opened_ms != than->opened_ms)
        return record->opened_ms > than->opened_ms;
    return record->kind > than->kind;
}

const struct mt_holder *mt_holder_at(const struct mt_holders *holders, int64_t at_ms)
{
    const struct mt_holder *best = NULL;

    for (uint32_t i = 0; holders != NULL && i < holders->count; i++) {
        const struct mt_holder *record = &holders->at[i];

        if (record->since_ms <= at_ms && (best == NULL || is_better(record, best)))
            best = record;
    }
    return best;
}
