/*
 * prng.h: chance that is the same on every machine: xoshiro256** (Blackman and Vigna, 2018) and the SplitMix64
 * finaliser.
 *
 * Integers only; nothing here depends on libm, on the compiler or on the order in which arguments are evaluated, as
 * long as a caller draws one number a statement.
 *
 * Owns     nothing: caller's storage
 * Cost     O(1)
 * Threads  none: one stream, one thread
 */
#ifndef MT_GENERATE_PRNG_H
#define MT_GENERATE_PRNG_H

#include "graph/base.h"

struct mt_prng {
    uint64_t state[4];
};

/* A bijection of 64-bit words that looks random. */
static inline uint64_t mt_mix(uint64_t word)
{
    word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
    return word ^ (word >> 31);
}

/* Streams of one seed are independent of each other. */
static inline void mt_prng_init(struct mt_prng *prng, uint64_t seed, uint64_t stream)
{
    uint64_t word = mt_mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ mt_mix(stream * UINT64_C(0xd1342543de82ef95) + 1);

    for (int i = 0; i < 4; i++) {
        word += UINT64_C(0x9e3779b97f4a7c15);
        prng->state[i] = mt_mix(word);
    }
}

static inline uint64_t mt_prng_next(struct mt_prng *prng)
{
    uint64_t *state = prng->state;
    uint64_t result = state[1] * 5;
    uint64_t carried = state[1] << 17;

    result = ((result << 7) | (result >> 57)) * 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= carried;
    state[3] = (state[3] << 45) | (state[3] >> 19);
    return result;
}

/* Uniform in 0 … bound − 1; bound ≥ 1. The bias is below bound / 2^32. */
static inline uint32_t mt_prng_below(struct mt_prng *prng, uint32_t bound)
{
    return (uint32_t)(((mt_prng_next(prng) >> 32) * bound) >> 32);
}

/* Uniform in least … most, both possible. */
static inline int64_t mt_prng_between(struct mt_prng *prng, int64_t least, int64_t most)
{
    uint64_t width = (uint64_t)(most - least) + 1;

    return least + (int64_t)(((unsigned __int128)mt_prng_next(prng) * width) >> 64);
}

static inline bool mt_prng_chance(struct mt_prng *prng, uint32_t permille)
{
    return mt_prng_below(prng, 1000) < permille;
}

#endif
