/* bytes.h: whole numbers as so many bytes, the lowest first, in what is kept in Redis. */
#ifndef MT_BYTES_H
#define MT_BYTES_H

#include "graph/base.h"

static inline void mt_bytes_put(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static inline uint64_t mt_bytes_get(const uint8_t *at, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

#endif
