/*
 * signs.h: what a score is made of: signs, each a measured number and what it is worth in points, alone or beside a second one.
 *
 * A *mark* puts a fact into steps, by the limits that it reaches, with points per step. A *pair* has points for two marks together, by the step
 * that each is on: large is one thing, large and just woken another. So the score is a generalised additive model with pairwise interactions
 * (Lou, Caruana, Gehrke, Hooker: Accurate intelligible models with pairwise interactions, KDD 2013): a sum whose parts can be read. There are two
 * tables of both (marks.c): of an account's day, over the facts of episode.h, and of a chain, over those of finding.h. A detector (detectors.h)
 * that holds is a sign as well. The score is the sum of all points, kept within 0 and 100.
 *
 * Owns     nothing
 * Cost     a few comparisons per mark, one look-up per pair
 * Threads  any
 */
#ifndef MT_SIGNS_H
#define MT_SIGNS_H

#include "finding.h"

#define MT_MARK_STEPS 7
#define MT_MARKS_MAX 48  /* in one table */
#define MT_SIGNS_MAX 128 /* in one finding */

/* Where each table's signs begin in a finding's numbers: what all start from, then its marks, then its pairs. */
enum { MT_SIGN_DETECTOR = 0, MT_SIGN_ACCOUNT = 24, MT_SIGN_CHAIN = 144, MT_SIGN_END = 256 };

struct mt_mark {
    const char *code;
    uint8_t fact;
    bool at_most; /* a step is reached by the less, not the more; a fact below 0 cannot be said and reaches none */
    uint8_t step_count;
    struct {
        int64_t limit;
        int16_t points; /* in place of the step before */
    } steps[MT_MARK_STEPS];
};

/* Two marks of a table, and points by the number of steps that each has reached. */
struct mt_pair {
    uint8_t first, second;
    int8_t points[MT_MARK_STEPS + 1][MT_MARK_STEPS + 1];
};

struct mt_marks {
    const struct mt_mark *at;
    uint32_t count;
    const struct mt_pair *pairs;
    uint32_t pair_count;
    int16_t start;       /* points that all start from */
    uint32_t first_sign; /* the start's number in a finding */
};

extern const struct mt_marks mt_account_marks; /* facts: enum mt_fact */
extern const struct mt_marks mt_chain_marks;   /* facts: enum mt_chain_fact */

/* How many of the mark's steps are reached. */
uint8_t mt_mark_steps(const struct mt_mark *mark, int64_t value);

/* Signs being gathered, into memory of the caller's with room for MT_SIGNS_MAX. */
struct mt_signs {
    struct mt_finding_sign *at;
    uint32_t count;
};

/* A sign of one number that reached a limit. */
void mt_signs_put(struct mt_signs *signs, uint32_t sign, int64_t measured, int64_t limit, int16_t points);

/* Adds the marks and pairs that are worth points, in the tables' order. */
void mt_signs_marks(struct mt_signs *signs, const struct mt_marks *marks, const int64_t facts[]);

uint8_t mt_signs_score(const struct mt_signs *signs);

/* A sign's code and text by its number in a finding; of a pair, the first mark's. */
const char *mt_sign_code(uint8_t sign);
const char *mt_sign_text(uint8_t sign);

/* The same of a pair's second mark; NULL where the sign is no pair. */
const char *mt_sign_with_code(uint8_t sign);
const char *mt_sign_with_text(uint8_t sign);

#endif
