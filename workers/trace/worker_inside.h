/*
 * worker_inside.h: the worker's own parts, for worker.c and worker_todo.c alone.
 */
#ifndef MT_WORKER_INSIDE_H
#define MT_WORKER_INSIDE_H

#include "graph/trace.h"
#include "report.h"
#include "todo.h"
#include "versions.h"
#include "worker.h"

/* Spots to look at, in memory that grows and stays. */
struct mt_spots {
    struct mt_left *at;
    size_t count, max;
};

struct mt_worker {
    struct mt_worker_options options;
    struct mt_keys keys;
    struct mt_lore lore;
    struct mt_key_text probe_key;
    struct mt_redis *redis;
    struct mt_redis_store *store;
    struct mt_versions *versions;
    struct mt_outbox *outbox;
    struct mt_intake *intake;
    struct mt_trace *trace;
    struct mt_todo *todo;
    struct mt_report *report;
    struct mt_redis_lists *lists;
    const char *topics[MT_INTAKE_TOPICS];
    struct mt_batch *batches[2];
    struct mt_batch *fresh;   /* being filled */
    struct mt_batch *pending; /* appended or being appended, not yet thought about; NULL: none */
    bool append_underway;     /* of `pending` or, in its gate, of `fresh` */
    struct mt_position positions[MT_TOPICS_MAX * MT_PARTITIONS_MAX];
    size_t position_count;
    uint64_t rebalances; /* of the intake, when the outbox was last swept */
    int64_t newest_ms;   /* latest event time seen */
    struct mt_work_done done;
    struct mt_spots again; /* to look at at once: what was written stands on a ledger that has grown */
    struct mt_spots left;  /* what this turn had no looks left for */
    bool left_told;
    bool *again_flags;
    size_t again_flags_max;
};

void mt_spot_add(struct mt_spots *spots, const struct mt_left *left);

/* --- worker.c: thinking --------------------------------------------------------------------------------------------- */

/* Transfers before this are out of retention: walks do not go there, and ledgers may forget them. */
int64_t mt_worker_horizon(const struct mt_worker *worker);

/* Takes the answers of appends that are on their way: before anything else is asked of Redis. */
MT_MUST_USE enum mt_status mt_worker_append_settle(struct mt_worker *worker);

/* Steps the turn that has begun to its end, reading what it wants. */
MT_MUST_USE enum mt_status mt_worker_think(struct mt_worker *worker);

/* Applies the turn's outcomes and sends what they wrote on its way; lists in `again` what must be looked at again. */
MT_MUST_USE enum mt_status mt_worker_outcomes_apply(struct mt_worker *worker, bool noted);

/* Turns over `again` alone, until none of it stands on a ledger that has grown since. What they leave is not put off: it was written unchecked. */
MT_MUST_USE enum mt_status mt_worker_look_again(struct mt_worker *worker);

/* --- worker_todo.c: what is put off --------------------------------------------------------------------------------- */

/* Adds what the turn that has ended left. */
void mt_worker_left_add(struct mt_worker *worker, struct mt_spots *spots);

/* The remainder in `left`, onto lists of the batch's partitions; before the batch is marked done. */
MT_MUST_USE enum mt_status mt_worker_left_put(struct mt_worker *worker, const struct mt_batch *batch);

/* What is on the lists of the partitions that are this worker's now is its to look at. */
void mt_worker_todo_look(struct mt_worker *worker);

/* A turn over the list, between two turns over input. */
MT_MUST_USE enum mt_status mt_worker_todo_work(struct mt_worker *worker);

/* Whether the list is so long that input waits. */
bool mt_worker_todo_full(const struct mt_worker *worker);

#endif
