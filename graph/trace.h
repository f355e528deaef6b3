/*
 * trace.h: one turn of the engine: a batch of transfers just appended, and what it made of the findings.
 *
 *   begin ─► [wants? read them, give] ─► step ─► MT_WANT: again │ MT_OK: outcomes
 *
 * Everything the turn needs is asked for in rounds: first both ledgers of every transfer, then both of every transfer whose spine may have
 * changed, then one hop further each time, for all spines of the batch at once. The outcomes are a pure function of the ledgers given.
 *
 * A turn looks at no more than looks_max spines and days; what is left over is told (mt_trace_left), to be looked at in a later turn. A look is at
 * the ledgers as they are then, so when it comes changes no final result: it only has to come (design D10).
 *
 * Owns     the turn's arena, view, outcomes and what it left, until the next begin
 * Bounds   arena_bytes_max; looks_max. The gate is bounded by the turn's transfers, a look by MT_WALK_MAX steps
 * Cost     see change.h and spine.h; a spine is looked at once per turn however many transfers touch it
 * Threads  one per process (igraph)
 * Fails    MT_WANT from step; MT_NO_MEMORY
 */
#ifndef MT_TRACE_H
#define MT_TRACE_H

#include "chain.h"
#include "store.h"

struct mt_trace;

struct mt_trace_options {
    const struct mt_rules *rules; /* borrowed for life */
    const struct mt_rates *rates; /* borrowed for life; may be NULL */
    const struct mt_lines *lines; /* borrowed for life; made for these rules */
    const struct mt_lists *lists; /* borrowed for life; may be NULL. May change between turns: see mt_trace_relist */
    const struct mt_points *points; /* borrowed for life; NULL: ours */
    size_t arena_bytes_max;       /* 0: 4 GiB */
    size_t looks_max;             /* spines and days looked at in a turn; 0: no limit */
};

MT_MUST_USE enum mt_status mt_trace_create(const struct mt_trace_options *options, struct mt_trace **out_trace);
void mt_trace_destroy(struct mt_trace *trace); /* NULL is fine */

/* Starts a turn over transfers that are in the store already. They are borrowed until the turn's outcomes are done with. */
void mt_trace_begin(struct mt_trace *trace, const struct mt_transfer *transfers, size_t count, int64_t horizon_ms);

/* What a turn had no looks left for. */
struct mt_left {
    struct mt_spot spot;
    bool alone; /* its part of a cut spine is looked at without the parts next to it: it is such a part itself */
};

/* Adds a spine to look at again, the one that this transfer lies on; or an account's day, when the spot is one's (account.h). */
void mt_trace_look(struct mt_trace *trace, const struct mt_spot *spot);

/* The same for what an earlier turn left. */
void mt_trace_look_left(struct mt_trace *trace, const struct mt_left *left);

/*
 * Adds all that a record changes which has come into the lists: the spines of its subject's transfers, its days and those of whom it dealt with,
 * from its `since` on. Only transfers in retention of which all that they are told by is there too: from the horizon, the
 * gather window and the history on. A spine or a day that did not change costs a look.
 */
void mt_trace_relist(struct mt_trace *trace, const struct mt_listing *record);

/* The same for what a bank says of an account from a time on, which has come into the store: its days, and the spines of its transfers. */
void mt_trace_describe(struct mt_trace *trace, const struct mt_token *account, int64_t since_ms);

/* The accounts to read now, each once, and their answer in the same order. Borrowed until the next call of step. */
const struct mt_token *mt_trace_wants(const struct mt_trace *trace, size_t *out_count);
void mt_trace_give(struct mt_trace *trace, const struct mt_ledger *ledgers);

MT_MUST_USE enum mt_status mt_trace_step(struct mt_trace *trace);
const struct mt_outcome *mt_trace_outcomes(const struct mt_trace *trace, size_t *out_count);

/* When step is done: what remains to be looked at, each key once. Looked at by a turn that takes them with mt_trace_look_left(), it ends. */
const struct mt_left *mt_trace_left(const struct mt_trace *trace, size_t *out_count);

/* The loop above over a store that answers at once: append, then read and step until done. What it leaves is the caller's to look at. */
MT_MUST_USE enum mt_status mt_trace_turn(struct mt_trace *trace, const struct mt_store *store,
                                         const struct mt_transfer *transfers, size_t count);

#endif
