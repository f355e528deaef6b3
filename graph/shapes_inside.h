/*
 * shapes_inside.h: the inside of shapes.h, shared by the search's parts: the claims as a graph, and what a shape is proposed with.
 *
 * Accounts are numbered by token and claims by (time, key), so that everything walked in the order of numbers is walked in the same order each time.
 */
#ifndef MT_SHAPES_INSIDE_H
#define MT_SHAPES_INSIDE_H

#include "shapes.h"

struct mt_claim {
    int64_t time_ms;
    uint32_t account[2]; /* by enum mt_way: who pays, who is paid */
    const struct mt_finding_transfer *transfer;
    uint32_t finding;
};

/* The same words say on which side of a claim an account stands, and which way is looked along. */
enum mt_way { MT_PAYS, MT_PAID };

/* The claims of each account on one side: at[first[account]] up to at[first[account + 1]], in time order. */
struct mt_claims_of {
    uint32_t *first;
    uint32_t *at;
    uint32_t *parties; /* distinct counterparties of each account */
};

/* What is proposed, while it is put together: every claim and account at most once. */
struct mt_shape_build {
    uint32_t *claims;
    uint32_t claim_count;
    struct mt_shape_place {
        uint32_t layer;
        uint32_t account;
    } *places;
    uint32_t place_count;
};

/* A shape that was proposed. */
struct mt_shape_draft {
    const struct mt_shape_kind *kind;
    uint32_t *claims; /* sorted */
    uint32_t claim_count;
    struct mt_shape_place *places; /* sorted */
    uint32_t place_count;
};

/* A draft that holds a claim, in a list of all that do. */
struct mt_shape_holder {
    uint32_t draft;
    uint32_t next;
};

/* A set of accounts, cleared at once: an account is in it when its mark is the set's current one. */
struct mt_marks {
    uint32_t *at;
    uint32_t now;
};

struct mt_shape_search {
    struct mt_arena *arena;
    struct mt_claim *claims;
    uint32_t claim_count;
    struct mt_token *accounts;
    uint32_t account_count;
    struct mt_claims_of of[2]; /* by enum mt_way */
    uint32_t busy_count;       /* accounts whose claims were left out */

    struct mt_marks seen, own, taken; /* of accounts */
    struct mt_marks built;            /* of claims */
    uint32_t *counts;                 /* of accounts, zero between uses */
    struct mt_shape_build build;

    struct mt_shape_draft *drafts;
    uint32_t draft_count, draft_max;
    struct mt_shape_holder *holders;
    uint32_t *holder_of; /* by claim: the first of its holders; MT_SHAPE_NOBODY: none */
    uint32_t holder_count, holder_max;
    uint64_t steps; /* for the kind that is searched for */
    bool cut;
};

#define MT_SHAPE_NOBODY UINT32_MAX

/* Marks the account; false when it had been already. */
static inline bool mt_mark(struct mt_marks *marks, uint32_t account)
{
    bool fresh = marks->at[account] != marks->now;

    marks->at[account] = marks->now;
    return fresh;
}

static inline bool mt_marked(const struct mt_marks *marks, uint32_t account)
{
    return marks->at[account] == marks->now;
}

static inline void mt_marks_clear(struct mt_marks *marks)
{
    marks->now++;
}

/* Counts a step; false when there were too many: then whoever searches stops, and the result says so. */
static inline bool mt_shape_step(struct mt_shape_search *search)
{
    if (search->steps < MT_SHAPE_STEPS_MAX) {
        search->steps++;
        return true;
    }
    search->cut = true;
    return false;
}

static inline bool mt_shape_steps_left(const struct mt_shape_search *search)
{
    return search->steps < MT_SHAPE_STEPS_MAX;
}

/* Who is on the other side of a claim. */
static inline uint32_t mt_claim_other(const struct mt_shape_search *search, uint32_t claim, enum mt_way way)
{
    return search->claims[claim].account[1 - way];
}

/* The account's claims on one side with times from `from_ms` to `to_ms`. O(log). */
struct mt_claim_run {
    const uint32_t *at;
    uint32_t count;
};
struct mt_claim_run mt_shape_run(const struct mt_shape_search *search, enum mt_way way, uint32_t account, int64_t from_ms, int64_t to_ms);

/* Starts anew; adds a claim, an account; proposes: the shape is kept unless one proposed before has all of its claims. */
void mt_shape_begin(struct mt_shape_search *search);
void mt_shape_claim(struct mt_shape_search *search, uint32_t claim);
void mt_shape_place(struct mt_shape_search *search, uint32_t layer, uint32_t account);
void mt_shape_propose(struct mt_shape_search *search, const struct mt_shape_kind *kind);

/* The kinds' own. */
void mt_shape_stacks_find(struct mt_shape_search *search, const struct mt_shape_kind *kind);
void mt_shape_bipartites_find(struct mt_shape_search *search, const struct mt_shape_kind *kind);
void mt_shape_scatter_gathers_find(struct mt_shape_search *search, const struct mt_shape_kind *kind);
void mt_shape_fans_in_find(struct mt_shape_search *search, const struct mt_shape_kind *kind);
void mt_shape_fans_out_find(struct mt_shape_search *search, const struct mt_shape_kind *kind);
void mt_shape_gather_scatters_find(struct mt_shape_search *search, const struct mt_shape_kind *kind);

#endif
