/*
 * rarity.h: how rare a value is among reference values: −ln((values at least as large + ½) / (all + 1)), in nats.
 *
 * Exact for the MT_RARITY_EXACT largest distinct values, where it matters; below them every so many distinct values are kept, so that a table stays
 * in the processor's cache however long the reference is.
 *
 * Owns     its table
 * Bounds   2 × MT_RARITY_EXACT values
 * Cost     O(log of that) a question
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_RARITY_H
#define MT_RARITY_H

#include "base.h"

#define MT_RARITY_EXACT 2048

struct mt_rarity {
    float *values; /* distinct, ascending */
    float *nats;   /* of a value not above that one, but above the one before */
    uint32_t count;
    float nats_beyond; /* of a value larger than all */
};

/* Reads `count` floats of a table's column, `stride` floats apart; the smaller the rarer when `direction` is −1. */
MT_MUST_USE enum mt_status mt_rarity_init(struct mt_rarity *rarity, const float *column, size_t stride, uint32_t count, float direction);
void mt_rarity_fini(struct mt_rarity *rarity);

/* `value` times the direction given before. */
float mt_rarity_of(const struct mt_rarity *rarity, float value);

#endif
