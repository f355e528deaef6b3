/*
 * channels_chance.h: how likely it is that a share rose so much by chance: an exact test in integers, the same on every machine.
 *
 * Counts a of A flows and b of B are two Poisson rates; given a + b, a is binomial with the odds lift·A : B when a's rate is `lift` times b's
 * (Przyborowski and Wilenski, Biometrika 31, 1940; Lehmann and Romano, Testing Statistical Hypotheses, 4.5). So the test is exact, conservative
 * against the binomial that shares really are, and can ask for a rise by more than a factor and not only for any rise at all.
 *
 * The false discovery rate is controlled by Benjamini and Yekutieli's procedure (Annals of Statistics 29, 2001), which holds whatever the
 * dependence between the hypotheses: channels share flows, grains share them again.
 *
 * Chances are given as log2 in 32.32 fixed point, never above 0: no floating point decides anything.
 *
 * Cost     rise: O(a) logarithms of about 50 ns; cut: O(count)
 * Threads  any: no state
 */
#ifndef MT_CHANNELS_CHANCE_H
#define MT_CHANNELS_CHANCE_H

#include "base.h"

#define MT_CHANCE_ONE ((int64_t)1 << 32) /* one bit */

/* log2 of a positive number, rounded down. */
int64_t mt_chance_log2(uint64_t number);

struct mt_chance_share {
    uint64_t count;
    uint64_t of; /* less than 2^40 */
};

/*
 * log2 of the two-sided chance (twice the smaller tail) of so different a share, where `risen` is above `lift_permille` thousandths of `from`; 0,
 * certainty, where it is not, or where one of them counts nothing.
 */
int64_t mt_chance_rise(struct mt_chance_share risen, struct mt_chance_share from, int64_t lift_permille);

/*
 * Of `count` hypotheses, the chances sorted ascending, the first so many may be called discoveries with a false discovery rate of at most
 * `rate_millionths` / `parts`: the caller divides its budget among so many families.
 */
size_t mt_chance_discoveries(const int64_t *chances, size_t count, uint64_t rate_millionths, uint64_t parts);

#endif
