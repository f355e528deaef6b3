/*
 * signs.h: what a score is made of: signs, each a measured number that reached a limit, and its points.
 *
 * A *mark* is a circumstance in steps: the more of a fact (or the less), the more points, or for an innocent explanation the fewer. There are two
 * tables of marks (marks.c): of an account's day, over the facts of episode.h, and of a chain, over those of finding.h. A detector
 * (detectors.h) that holds is a sign as well. The score is the sum of all points, kept within 0 and 100.
 *
 * Owns     nothing
 * Cost     a few comparisons per mark
 * Threads  any
 */
#ifndef MT_SIGNS_H
#define MT_SIGNS_H

#include "finding.h"

#define MT_MARK_STEPS 6
#define MT_SIGNS_MAX 64 /* in one finding */

/* Where each table's signs begin in a finding's numbers. */
enum { MT_SIGN_DETECTOR = 0, MT_SIGN_ACCOUNT = 64, MT_SIGN_CHAIN = 128 };

struct mt_mark {
    const char *code;
    uint8_t fact;
    bool at_most; /* the less, the more points; a fact below 0 cannot be said */
    struct {
        int64_t limit;
        int16_t points; /* in place of the step before; 0: no more steps */
    } steps[MT_MARK_STEPS];
};

struct mt_marks {
    const struct mt_mark *at;
    uint32_t count;
    uint32_t first_sign; /* its first mark's number in a finding */
};

extern const struct mt_marks mt_account_marks; /* facts: enum mt_fact */
extern const struct mt_marks mt_chain_marks;   /* facts: enum mt_chain_fact */

/* Signs being gathered, into memory of the caller's with room for MT_SIGNS_MAX. */
struct mt_signs {
    struct mt_finding_sign *at;
    uint32_t count;
};

void mt_signs_put(struct mt_signs *signs, uint32_t sign, int64_t measured, int64_t limit, int16_t points);

/* Adds the marks whose first step at least is reached, in the table's order. */
void mt_signs_marks(struct mt_signs *signs, const struct mt_marks *marks, const int64_t facts[]);

uint8_t mt_signs_score(const struct mt_signs *signs);

/* A sign's code, text and sense by its number in a finding. */
const char *mt_sign_code(uint8_t sign);
const char *mt_sign_text(uint8_t sign);
bool mt_sign_at_most(uint8_t sign);

#endif
