/*
 * rarity.h: how rare a value is among reference values: −ln((values at least as large + ½) / (all + 1)), in nats.
 *
 * Owns     a sorted copy of the reference
 * Cost     O(log n) a question
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_RARITY_H
#define MT_RARITY_H

#include "base.h"

struct mt_rarity {
    float *values; /* ascending */
    uint32_t count;
};

/* Copies every `stride` floats of a table's column. */
MT_MUST_USE enum mt_status mt_rarity_init(struct mt_rarity *rarity, const float *column, size_t stride, uint32_t count, float direction);
void mt_rarity_fini(struct mt_rarity *rarity);

/* `value` times the direction given before. */
float mt_rarity_of(const struct mt_rarity *rarity, float value);

#endif
