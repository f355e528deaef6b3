/* worker_todo.c: what a turn had no looks left for: onto the to-do list, and off it again. */
#include "worker_inside.h"

#include "workers/kit/log.h"
#include "workers/kit/stop.h"

#include <stdlib.h>

void mt_spot_add(struct mt_spots *spots, const struct mt_left *left)
{
    if (spots->count == spots->max) {
        spots->max = spots->max == 0 ? 64 : 2 * spots->max;
        spots->at = realloc(spots->at, spots->max * sizeof *spots->at);
        MT_ASSERT(spots->at != NULL);
    }
    spots->at[spots->count++] = *left;
}

void mt_worker_left_add(struct mt_worker *worker, struct mt_spots *spots)
{
    size_t count;
    const struct mt_left *left = mt_trace_left(worker->trace, &count);

    for (size_t i = 0; i < count; i++)
        mt_spot_add(spots, &left[i]);
}

static void left_tell(struct mt_worker *worker)
{
    if (worker->left_told)
        return;
    worker->left_told = true;
    mt_log("info", "looks_put_off", "worker=%s looks_max=%lld left=%zu hint=\"%s\"", worker->options.name, (long long)worker->options.looks_max,
           worker->left.count, "they are on the to-do list and are done in later turns; said once, the counter goes on");
}

/*
 * Which partitions' lists take a batch's remainder: those of its transfers, so that the work moves with them. A batch without any (of another topic)
 * has it on those that are this worker's, else on the first: whoever is assigned that one looks there.
 */
static size_t lists_choose(const struct mt_worker *worker, const struct mt_batch *batch, int32_t out_partitions[MT_PARTITIONS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < batch->position_count; i++) {
        if (batch->positions[i].topic == MT_INTAKE_TRANSFERS)
            out_partitions[count++] = batch->positions[i].partition;
    }
    if (count == 0)
        count = mt_intake_transfer_partitions(worker->intake, out_partitions);
    if (count == 0)
        out_partitions[count++] = 0;
    return count;
}

enum mt_status mt_worker_left_put(struct mt_worker *worker, const struct mt_batch *batch)
{
    static int32_t partitions[MT_PARTITIONS_MAX];

    if (worker->left.count == 0)
        return MT_OK;
    size_t count = lists_choose(worker, batch, partitions);
    left_tell(worker);
    enum mt_status status = mt_worker_append_settle(worker);
    return status == MT_OK ? mt_todo_put(worker->todo, partitions, count, worker->left.at, worker->left.count) : status;
}

void mt_worker_todo_look(struct mt_worker *worker)
{
    static int32_t partitions[MT_PARTITIONS_MAX];
    size_t count = mt_intake_transfer_partitions(worker->intake, partitions);

    for (size_t i = 0; i < count; i++)
        mt_todo_look(worker->todo, partitions[i]);
}

/* A turn over some of the to-do list. Its entries may have notes from before, like those of look_again(). */
static enum mt_status todo_turn(struct mt_worker *worker)
{
    const struct mt_left *taken;
    size_t count = 0;
    enum mt_status status = mt_worker_append_settle(worker);

    if (status == MT_OK)
        status = mt_todo_take(worker->todo, &taken, &count);
    if (status != MT_OK || count == 0)
        return status;
    mt_trace_begin(worker->trace, NULL, 0, mt_worker_horizon(worker));
    for (size_t i = 0; i < count; i++)
        mt_trace_look_left(worker->trace, &taken[i]);
    status = mt_redis_lists_refresh(worker->lists);
    if (status == MT_OK)
        status = mt_worker_think(worker);
    if (status == MT_OK)
        status = mt_worker_outcomes_apply(worker, true);
    worker->left.count = 0;
    mt_worker_left_add(worker, &worker->left);
    if (status == MT_OK)
        status = mt_worker_look_again(worker);
    if (status == MT_OK)
        status = mt_todo_settle(worker->todo, worker->left.at, worker->left.count);
    mt_redis_store_turn_end(worker->store);
    return status;
}

enum mt_status mt_worker_todo_work(struct mt_worker *worker)
{
    return mt_todo_any(worker->todo) && !mt_stop_asked() ? todo_turn(worker) : MT_OK;
}

bool mt_worker_todo_full(const struct mt_worker *worker)
{
    return mt_todo_count(worker->todo) > (size_t)worker->options.looks_waiting_max && !mt_stop_asked();
}
