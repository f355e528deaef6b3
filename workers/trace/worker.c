#include "worker_inside.h"

#include "graph/analysis.h"
#include "markers.h"
#include "workers/kit/log.h"
#include "workers/kit/settings.h"
#include "workers/kit/stop.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>

#define CACHE_BYTES_MAX ((size_t)512 << 20)
#define IDLE_WAIT_MS 100
#define TOPICS_WAIT_MS 500

/* --- start ---------------------------------------------------------------------------------------------------------- */

static enum mt_status topics_make(struct mt_worker *worker)
{
    const char *topics[] = {worker->options.transfers_topic, worker->options.accounts_topic, worker->options.lists_topic,
                            worker->options.alerts_topic, worker->options.rejected_topic};
    struct rd_kafka_s *producer = mt_outbox_producer(worker->outbox);

    while (worker->options.partitions > 0 && !mt_stop_asked()) {
        if (mt_kafka_topics_create(producer, topics, sizeof topics / sizeof topics[0], (int)worker->options.partitions) == MT_OK)
            return MT_OK;
        rd_kafka_poll(producer, TOPICS_WAIT_MS);
        mt_kafka_watch(producer);
    }
    return worker->options.partitions == 0 ? MT_OK : MT_UNAVAILABLE;
}

/* A Redis with the settings of this worker: it may come back empty, or as another one. */
static enum mt_status redis_reach(struct mt_worker *worker)
{
    enum mt_status status = MT_UNAVAILABLE;

    while (status == MT_UNAVAILABLE && !mt_stop_asked()) {
        status = mt_redis_connect_wait(worker->redis);
        if (status == MT_OK)
            status = mt_settings_agree(worker->redis, &worker->keys, worker->options.fingerprint);
    }
    return status;
}

static enum mt_status redis_parts_create(struct mt_worker *worker)
{
    const struct mt_redis_store_options store_options = {
        .ledger_ttl_ms = worker->options.retention_ms + worker->options.lateness_ms,
        .cache_bytes_max = CACHE_BYTES_MAX,
    };
    struct mt_redis_options redis_options = *worker->options.redis;

    worker->probe_key = mt_keys_global(&worker->keys, "probe");
    redis_options.probe_key = worker->probe_key.at;
    enum mt_status status = mt_redis_create(&redis_options, &worker->redis);

    if (status == MT_OK)
        status = redis_reach(worker);
    if (status == MT_OK)
        status = mt_redis_store_create(worker->redis, &worker->keys, &store_options, &worker->store);
    if (status == MT_OK)
        status = mt_redis_lists_create(worker->redis, &worker->keys, &worker->lists);
    worker->lore.lists = status == MT_OK ? mt_redis_lists_read(worker->lists) : NULL;
    const struct mt_versions_options versions_options = {worker->redis, worker->store, worker->lists, &worker->keys, &worker->lore};
    if (status == MT_OK)
        status = mt_versions_create(&versions_options, &worker->versions);
    if (status == MT_OK)
        status = mt_todo_create(worker->redis, &worker->keys, &worker->todo);
    const struct mt_trace_options trace_options = {
        .rules = worker->options.rules,
        .rates = worker->options.rates,
        .lines = worker->options.lines,
        .lists = worker->lore.lists,
        .points = worker->options.points,
        .looks_max = (size_t)worker->options.looks_max,
    };
    return status == MT_OK ? mt_trace_create(&trace_options, &worker->trace) : status;
}

static enum mt_status kafka_parts_create(struct mt_worker *worker)
{
    const struct mt_outbox_options outbox_options = {worker->options.kafka, &worker->keys, worker->options.alerts_topic,
                                                     worker->options.rejected_topic};
    enum mt_status status = mt_outbox_create(&outbox_options, &worker->outbox);

    if (status == MT_OK)
        status = topics_make(worker);
    const struct mt_intake_options intake_options = {
        .kafka = worker->options.kafka,
        .redis = worker->options.redis,
        .keys = &worker->keys,
        .secret = worker->options.secret,
        .outbox = worker->outbox,
        .group = worker->options.group,
        .topics = worker->topics,
        .topic_count = MT_INTAKE_TOPICS,
    };
    return status == MT_OK ? mt_intake_create(&intake_options, &worker->intake) : status;
}

enum mt_status mt_worker_create(const struct mt_worker_options *options, struct mt_worker **out_worker)
{
    struct mt_worker *worker = calloc(1, sizeof *worker);

    if (worker == NULL)
        return MT_NO_MEMORY;
    mt_graph_start();
    worker->options = *options;
    worker->keys = *options->keys;
    worker->lore = (struct mt_lore){.rules = options->rules, .rates = options->rates, .lines = options->lines, .points = options->points};
    worker->topics[MT_INTAKE_TRANSFERS] = options->transfers_topic;
    worker->topics[MT_INTAKE_ACCOUNTS] = options->accounts_topic;
    worker->topics[MT_INTAKE_LISTS] = options->lists_topic;
    worker->newest_ms = INT64_MIN;
    enum mt_status status = MT_OK;
    for (int i = 0; i < 2 && status == MT_OK; i++)
        status = mt_batch_create((size_t)options->batch_max, &worker->batches[i]);
    if (status == MT_OK)
        status = redis_parts_create(worker);
    if (status == MT_OK)
        status = kafka_parts_create(worker);
    if (status == MT_OK)
        status = mt_report_create(options->name, &worker->keys, &worker->report);
    if (status != MT_OK) {
        mt_worker_destroy(worker);
        return status;
    }
    worker->fresh = worker->batches[0];
    *out_worker = worker;
    return MT_OK;
}

void mt_worker_destroy(struct mt_worker *worker)
{
    if (worker == NULL)
        return;
    mt_intake_destroy(worker->intake);
    mt_outbox_destroy(worker->outbox, 5000);
    mt_report_destroy(worker->report);
    mt_todo_destroy(worker->todo);
    mt_versions_destroy(worker->versions);
    mt_redis_store_destroy(worker->store);
    mt_redis_destroy(worker->redis);
    mt_trace_destroy(worker->trace);
    mt_redis_lists_destroy(worker->lists);
    mt_batch_destroy(worker->batches[0]);
    mt_batch_destroy(worker->batches[1]);
    free(worker->again.at);
    free(worker->left.at);
    free(worker->again_flags);
    free(worker);
}

/* --- thinking ------------------------------------------------------------------------------------------------------- */

/* Transfers before this are out of retention: walks do not go there, and ledgers may forget them. */
int64_t mt_worker_horizon(const struct mt_worker *worker)
{
    return worker->newest_ms == INT64_MIN ? INT64_MIN : worker->newest_ms - worker->options.retention_ms;
}

enum mt_status mt_worker_append_settle(struct mt_worker *worker)
{
    if (!worker->append_underway)
        return MT_OK;
    worker->append_underway = false;
    enum mt_status status = mt_redis_store_append_settle(worker->store);
    return status == MT_OK ? mt_redis_lists_append_settle(worker->lists) : status;
}

static void facts_send(struct mt_worker *worker, const struct mt_batch *batch)
{
    for (size_t i = 0; i < batch->fact_count; i++) {
        const struct mt_facts *facts = &batch->facts[i];

        mt_redis_store_facts_send(worker->store, &facts->account, &facts->holder, facts->json, facts->json_size);
    }
}

static enum mt_status append_send(struct mt_worker *worker, struct mt_batch *batch)
{
    mt_batch_sort(batch);
    for (size_t i = 0; i < batch->count; i++) {
        mt_versions_label_seen(worker->versions, &batch->transfers[i].debtor, &batch->labels[i].debtor);
        mt_versions_label_seen(worker->versions, &batch->transfers[i].creditor, &batch->labels[i].creditor);
        worker->done.late += batch->transfers[i].time_ms < worker->newest_ms - worker->options.lateness_ms && worker->newest_ms != INT64_MIN;
    }
    mt_redis_store_append_send(worker->store, batch->transfers, batch->labels, batch->count, mt_clock_ms());
    facts_send(worker, batch);
    mt_redis_lists_append_send(worker->lists, batch->listings, batch->listing_count); /* answered behind the others */
    worker->append_underway = true;
    return mt_redis_flush(worker->redis);
}

/*
 * Reads what the turn wants in one round. A turn's first round reads what is new in the watch lists too, once all that it is about has been appended
 * (redis_lists.h); that of a batch has the next batch decoded while Redis works.
 */
static enum mt_status wants_read(struct mt_worker *worker, bool first, struct mt_batch *fill)
{
    size_t count;
    const struct mt_token *wants = mt_trace_wants(worker->trace, &count);

    if (count == 0)
        return MT_OK;
    enum mt_status status = mt_worker_append_settle(worker);
    struct mt_ledger *ledgers = malloc(count * sizeof *ledgers);
    if (ledgers == NULL)
        return MT_NO_MEMORY;
    if (status == MT_OK) {
        if (first)
            mt_redis_lists_refresh_send(worker->lists);
        mt_redis_store_read_send(worker->store, wants, count);
        status = mt_redis_flush(worker->redis);
    }
    if (status == MT_OK && fill != NULL)
        status = mt_intake_fill(worker->intake, fill, 0);
    if (status == MT_OK && first)
        status = mt_redis_lists_refresh_settle(worker->lists);
    if (status == MT_OK)
        status = mt_redis_store_read_settle(worker->store, ledgers);
    if (status == MT_OK)
        mt_trace_give(worker->trace, ledgers);
    free(ledgers);
    return status;
}

enum mt_status mt_worker_think(struct mt_worker *worker)
{
    enum mt_status status = mt_trace_step(worker->trace);

    while (status == MT_WANT) {
        status = wants_read(worker, false, NULL);
        if (status == MT_OK)
            status = mt_trace_step(worker->trace);
    }
    return status;
}

/* Applies the turn's outcomes and sends what they wrote on its way; lists what must be looked at again. */
enum mt_status mt_worker_outcomes_apply(struct mt_worker *worker, bool noted)
{
    size_t count, entries;
    const struct mt_outcome *outcomes = mt_trace_outcomes(worker->trace, &count);

    if (count > worker->again_flags_max) {
        worker->again_flags_max = 2 * count;
        free(worker->again_flags);
        worker->again_flags = malloc(worker->again_flags_max * sizeof *worker->again_flags);
        MT_ASSERT(worker->again_flags != NULL);
    }
    worker->again.count = 0;
    if (count == 0)
        return MT_OK;
    enum mt_status status = mt_worker_append_settle(worker);
    if (status == MT_OK)
        status = mt_versions_apply(worker->versions, outcomes, count, noted, worker->again_flags);
    if (status != MT_OK)
        return status;
    const struct mt_outbox_entry *outbox = mt_versions_outbox(worker->versions, &entries);
    for (size_t i = 0; i < entries; i++)
        mt_outbox_alert(worker->outbox, &outbox[i]);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; worker->again_flags[i] && k < outcomes[i].spot_count; k++)
            mt_spot_add(&worker->again, &(struct mt_left){.spot = outcomes[i].spots[k]});
    }
    return MT_OK;
}

/* Turns over spots alone, until none of them stands on a ledger that has grown since. What they leave is not put off: it was written unchecked. */
enum mt_status mt_worker_look_again(struct mt_worker *worker)
{
    enum mt_status status = MT_OK;

    while (status == MT_OK && worker->again.count > 0) {
        mt_redis_store_turn_end(worker->store);
        mt_trace_begin(worker->trace, NULL, 0, mt_worker_horizon(worker));
        for (size_t i = 0; i < worker->again.count; i++)
            mt_trace_look_left(worker->trace, &worker->again.at[i]);
        status = mt_worker_append_settle(worker);
        if (status == MT_OK)
            status = mt_redis_lists_refresh(worker->lists);
        if (status == MT_OK)
            status = mt_worker_think(worker);
        if (status == MT_OK)
            status = mt_worker_outcomes_apply(worker, true);
        if (status == MT_OK)
            mt_worker_left_add(worker, &worker->again);
    }
    return status;
}

/* --- one turn ------------------------------------------------------------------------------------------------------- */

static void positions_take(struct mt_worker *worker, const struct mt_batch *batch)
{
    for (size_t i = 0; i < batch->position_count; i++) {
        size_t at = 0;

        while (at < worker->position_count && (worker->positions[at].topic != batch->positions[i].topic ||
                                               worker->positions[at].partition != batch->positions[i].partition))
            at++;
        worker->position_count += at == worker->position_count;
        worker->positions[at] = batch->positions[i];
    }
}

static size_t report_send(struct mt_worker *worker)
{
    worker->done.looks_put_off = mt_todo_put_count(worker->todo);
    worker->done.looks_to_do = mt_todo_any(worker->todo) ? mt_todo_count(worker->todo) : 0;
    return mt_report_send(worker->report, worker->redis, worker->intake, worker->store, worker->versions, &worker->done);
}

/* Everything of the batch is safe: say so, in Redis on the same connection and, for lag monitors, in Kafka. */
static enum mt_status batch_finish(struct mt_worker *worker, const struct mt_batch *batch)
{
    enum mt_status status = mt_outbox_rejects_settle(worker->outbox);

    if (status == MT_OK && mt_outbox_failed(worker->outbox))
        status = MT_BAD_STATE;
    if (status == MT_OK)
        status = mt_worker_append_settle(worker);
    if (status != MT_OK)
        return status;
    positions_take(worker, batch);
    worker->done.messages += batch->message_count;
    worker->done.transfers += batch->count;
    worker->done.facts += batch->fact_count;
    worker->done.listings += batch->listing_count;
    size_t answers = mt_markers_send(worker->redis, &worker->keys, worker->topics, batch->positions, batch->position_count);
    answers += mt_outbox_delivered_send(worker->outbox, worker->redis);
    answers += report_send(worker);
    status = mt_redis_flush(worker->redis);
    if (status == MT_OK)
        status = mt_redis_skip(worker->redis, answers);
    if (status == MT_OK)
        status = mt_redis_store_compact(worker->store, mt_worker_horizon(worker));
    mt_intake_commit(worker->intake, batch->positions, batch->position_count);
    return status;
}

/* Thinks about the pending batch while the next one is decoded and appended. */
static enum mt_status turn(struct mt_worker *worker)
{
    struct mt_batch *batch = worker->pending;
    enum mt_status status;

    worker->newest_ms = batch->newest_ms > worker->newest_ms ? batch->newest_ms : worker->newest_ms;
    mt_trace_begin(worker->trace, batch->transfers, batch->count, mt_worker_horizon(worker));
    for (size_t i = 0; i < batch->listing_count; i++)
        mt_trace_relist(worker->trace, &batch->listings[i]);
    for (size_t i = 0; i < batch->fact_count; i++)
        mt_trace_describe(worker->trace, &batch->facts[i].account, batch->facts[i].holder.since_ms);
    if (batch->count + batch->listing_count + batch->fact_count > 0)
        status = wants_read(worker, true, mt_stop_asked() ? NULL : worker->fresh);
    else
        status = MT_OK;
    bool more = worker->fresh->message_count > 0;
    if (status == MT_OK)
        status = mt_worker_append_settle(worker);
    if (status == MT_OK && more)
        status = append_send(worker, worker->fresh);
    if (status == MT_OK)
        status = mt_worker_think(worker);
    if (status == MT_OK)
        status = mt_worker_outcomes_apply(worker, false);
    worker->left.count = 0;
    mt_worker_left_add(worker, &worker->left);
    if (status == MT_OK)
        status = mt_worker_look_again(worker);
    if (status == MT_OK)
        status = mt_worker_left_put(worker, batch);
    if (status == MT_OK)
        status = batch_finish(worker, batch);
    if (status != MT_OK)
        return status;
    mt_redis_store_turn_end(worker->store);
    mt_batch_clear(batch);
    worker->pending = more ? worker->fresh : NULL;
    worker->fresh = batch;
    return MT_OK;
}

/* What there is to say between batches: alerts that have been delivered, and the counters. */
static enum mt_status tell(struct mt_worker *worker)
{
    enum mt_status status = mt_worker_append_settle(worker);
    size_t answers = status == MT_OK ? mt_outbox_delivered_send(worker->outbox, worker->redis) + report_send(worker) : 0;

    if (answers > 0 && mt_redis_flush(worker->redis) != MT_OK)
        return MT_UNAVAILABLE;
    return status == MT_OK ? mt_redis_skip(worker->redis, answers) : status;
}

static enum mt_status idle(struct mt_worker *worker)
{
    enum mt_status status = mt_intake_fill(worker->intake, worker->fresh, mt_todo_any(worker->todo) ? 0 : IDLE_WAIT_MS);

    if (status != MT_OK)
        return status;
    if (worker->fresh->message_count == 0)
        return tell(worker);
    status = append_send(worker, worker->fresh);
    worker->pending = worker->fresh;
    worker->fresh = worker->pending == worker->batches[0] ? worker->batches[1] : worker->batches[0];
    return status;
}

/* --- recovery ------------------------------------------------------------------------------------------------------- */

static void note_add(void *self, const struct mt_spot *spot)
{
    struct mt_worker *worker = self;

    mt_spot_add(&worker->again, &(struct mt_left){.spot = *spot});
}

/* A new connection: what an earlier process left unchecked or unsent comes first. */
static enum mt_status connected(struct mt_worker *worker)
{
    size_t notes = 0, unsent = 0;
    enum mt_status status = mt_versions_connected(worker->versions);

    worker->again.count = 0;
    if (status == MT_OK)
        status = mt_redis_lists_refresh(worker->lists);
    if (status == MT_OK)
        status = mt_redis_told_refresh(mt_redis_store_told(worker->store));
    if (status == MT_OK)
        status = mt_versions_notes(worker->versions, note_add, worker, &notes);
    if (status == MT_OK)
        status = mt_worker_look_again(worker);
    if (status == MT_OK)
        status = mt_outbox_sweep(worker->outbox, worker->redis, &unsent);
    mt_redis_store_turn_end(worker->store);
    if (notes > 0 || unsent > 0)
        mt_log("info", "left_over", "unchecked=%zu unsent=%zu", notes, unsent);
    return status;
}

/*
 * Partitions changed hands, perhaps since a worker died: what it had not sent yet is sent by whoever takes over. What a living worker is just
 * sending may go out twice, as the same bytes. (Its notes need no look: its batch was not marked done, so it is worked through again.)
 */
static enum mt_status takeover(struct mt_worker *worker)
{
    uint64_t rebalances = mt_intake_counters(worker->intake)->rebalances;
    size_t unsent = 0;

    if (rebalances == worker->rebalances || mt_intake_assigned(worker->intake) == 0)
        return MT_OK;
    enum mt_status status = mt_worker_append_settle(worker);
    if (status == MT_OK)
        status = mt_outbox_sweep(worker->outbox, worker->redis, &unsent);
    mt_worker_todo_look(worker);
    if (status == MT_OK)
        worker->rebalances = rebalances;
    return status;
}

/* Drops what is in hand, connects anew and goes back to the markers. */
static enum mt_status recover(struct mt_worker *worker)
{
    enum mt_status status = MT_UNAVAILABLE;

    while (status == MT_UNAVAILABLE && !mt_stop_asked()) {
        mt_batch_clear(worker->batches[0]);
        mt_batch_clear(worker->batches[1]);
        worker->fresh = worker->batches[0];
        worker->pending = NULL;
        worker->append_underway = false;
        status = redis_reach(worker);
        mt_redis_store_forget(worker->store);
        mt_redis_lists_forget(worker->lists);
        if (status == MT_OK)
            status = connected(worker);
        if (status == MT_OK)
            status = mt_intake_rewind(worker->intake);
        mt_worker_todo_look(worker);
    }
    return status;
}

enum mt_status mt_worker_run(struct mt_worker *worker)
{
    enum mt_status status = connected(worker);

    mt_log("info", "worker_started", "worker=%s shards=%u group=%s", worker->options.name, worker->keys.shard_count, worker->options.group);
    while (mt_status_action(status) == MT_DONE || mt_status_action(status) == MT_RETRY) {
        mt_kafka_watch(mt_outbox_producer(worker->outbox));
        if (mt_status_action(status) == MT_RETRY)
            status = recover(worker);
        else if ((status = takeover(worker)) != MT_OK || (status = mt_worker_todo_work(worker)) != MT_OK)
            continue;
        else if (mt_worker_todo_full(worker))
            status = tell(worker);
        else if (worker->pending != NULL)
            status = turn(worker);
        else if (mt_stop_asked())
            break;
        else
            status = idle(worker);
        if (mt_outbox_failed(worker->outbox))
            status = MT_BAD_STATE;
        if (status == MT_UNAVAILABLE && mt_stop_asked())
            break;
    }
    if (status == MT_OK || status == MT_UNAVAILABLE) {
        mt_log("info", "worker_stopped", "worker=%s transfers=%llu looks_to_do=%zu", worker->options.name,
               (unsigned long long)worker->done.transfers, mt_todo_count(worker->todo));
        return MT_OK;
    }
    mt_log("error", "worker_failed", "worker=%s status=%s text=\"%s\"", worker->options.name, mt_status_name(status),
           mt_status_text(status));
    return status;
}
