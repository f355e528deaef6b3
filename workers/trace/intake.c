#include "intake.h"

#include "chooser.h"
#include "markers.h"
#include "schemas/account.h"
#include "schemas/rejected.h"
#include "workers/kit/log.h"
#include "workers/kit/stop.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <unistd.h>

#define SEEK_MS 10000
#define SEEK_ATTEMPTS 100
#define SEEK_WAIT_US 50000

/* What the message at the head of a partition says, until its turn comes. */
struct decoded {
    struct mt_transfer transfer;
    struct mt_label_pair labels;
    struct mt_reject why;
    bool good;
};

struct mt_intake {
    struct mt_intake_options options;
    rd_kafka_t *consumer;
    struct mt_chooser *chooser;
    struct decoded stray;    /* a message that came while its partition was being assigned */
    struct decoded *decoded; /* by the chooser's number of a partition */
    size_t decoded_max;
    struct mt_redis *redis; /* for markers */
    struct mt_event_parse *parser;
    char *rejected; /* one printed record */
    size_t assigned;
    int32_t transfer_partitions[MT_PARTITIONS_MAX]; /* of those assigned */
    size_t transfer_partition_count;
    enum mt_status trouble; /* set by the assignment callback */
    struct mt_intake_counters counters;
};

static int topic_index(const struct mt_intake *intake, const char *topic)
{
    for (size_t i = 0; i < intake->options.topic_count; i++) {
        if (strcmp(intake->options.topics[i], topic) == 0)
            return (int)i;
    }
    return -1;
}

/* Sets each partition's start from the markers: the one change an assignment callback may make to the list. */
static enum mt_status starts_set(struct mt_intake *intake, rd_kafka_topic_partition_list_t *partitions)
{
    for (int i = 0; i < partitions->cnt; i++) {
        rd_kafka_topic_partition_t *partition = &partitions->elems[i];
        int64_t offset;
        enum mt_status status = mt_markers_read(intake->redis, &intake->options.keys[0], partition->topic, partition->partition, &offset);

        while (status == MT_UNAVAILABLE) {
            status = mt_redis_connect_wait(intake->redis);
            if (status != MT_OK)
                return status;
            status = mt_markers_read(intake->redis, &intake->options.keys[0], partition->topic, partition->partition, &offset);
        }
        if (status != MT_OK)
            return status;
        partition->offset = offset >= 0 ? offset : RD_KAFKA_OFFSET_BEGINNING;
    }
    return MT_OK;
}

static void partitions_keep(struct mt_intake *intake, const rd_kafka_topic_partition_list_t *partitions)
{
    intake->transfer_partition_count = 0;
    for (int i = 0; i < partitions->cnt; i++) {
        MT_ASSERT(partitions->elems[i].partition < MT_PARTITIONS_MAX);
        if (topic_index(intake, partitions->elems[i].topic) == 0)
            intake->transfer_partitions[intake->transfer_partition_count++] = partitions->elems[i].partition;
    }
    intake->assigned = (size_t)partitions->cnt;
}

static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    struct mt_intake *intake = opaque;

    intake->counters.rebalances++;
    enum mt_status status = error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? starts_set(intake, partitions) : MT_OK;
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && status == MT_OK) {
        rd_kafka_assign(consumer, partitions);
        mt_chooser_assign(intake->chooser, partitions);
        partitions_keep(intake, partitions);
        mt_log("info", "assigned", "partitions=%d", partitions->cnt);
        return;
    }
    if (status != MT_OK)
        intake->trouble = status;
    mt_chooser_assign(intake->chooser, NULL);
    rd_kafka_assign(consumer, NULL);
    intake->assigned = 0;
    intake->transfer_partition_count = 0;
}

static int64_t decode(struct mt_intake *intake, const rd_kafka_message_t *message, struct decoded *decoded)
{
    struct mt_event event;

    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || topic_index(intake, rd_kafka_topic_name(message->rkt)) != MT_INTAKE_TRANSFERS)
        return INT64_MIN;
    decoded->good = mt_event_parse(intake->parser, message->payload, message->len, &event, &decoded->why) == MT_OK;
    if (!decoded->good)
        return INT64_MIN;
    mt_event_tokenise(&event, intake->options.secret, &decoded->transfer);
    decoded->transfer.source = (struct mt_source){0, (uint16_t)message->partition, message->offset};
    mt_account_label(&event.debtor, &decoded->labels.debtor);
    mt_account_label(&event.creditor, &decoded->labels.creditor);
    return event.time_ms;
}

/* Decodes a transfer as soon as it is at hand, so that the partitions can be read in order of event time. Facts and listings come first: they are few. */
static int64_t head_decode(void *self, size_t source, const rd_kafka_message_t *message)
{
    struct mt_intake *intake = self;

    if (source >= intake->decoded_max) {
        intake->decoded_max = 2 * source + 16;
        intake->decoded = realloc(intake->decoded, intake->decoded_max * sizeof *intake->decoded);
        MT_ASSERT(intake->decoded != NULL);
    }
    return decode(intake, message, &intake->decoded[source]);
}

static enum mt_status consumer_start(struct mt_intake *intake)
{
    rd_kafka_conf_t *conf = mt_kafka_conf(intake->options.kafka);
    rd_kafka_topic_partition_list_t *topics;

    if (conf == NULL)
        return MT_BAD_CONFIG;
    rd_kafka_conf_set_opaque(conf, intake);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    intake->consumer = mt_kafka_consumer(conf, intake->options.group);
    if (intake->consumer == NULL)
        return MT_BAD_CONFIG;
    enum mt_status status = mt_chooser_create(intake->consumer, head_decode, intake, &intake->chooser);
    if (status != MT_OK)
        return status;
    topics = rd_kafka_topic_partition_list_new((int)intake->options.topic_count);
    for (size_t i = 0; i < intake->options.topic_count; i++)
        rd_kafka_topic_partition_list_add(topics, intake->options.topics[i], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t error = rd_kafka_subscribe(intake->consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? MT_OK : MT_BAD_CONFIG;
}

enum mt_status mt_intake_create(const struct mt_intake_options *options, struct mt_intake **out_intake)
{
    struct mt_intake *intake = calloc(1, sizeof *intake);

    if (intake == NULL)
        return MT_NO_MEMORY;
    intake->options = *options;
    intake->rejected = malloc(MT_REJECTED_PRINT_MAX);
    enum mt_status status = intake->rejected == NULL ? MT_NO_MEMORY : mt_event_parser_create(&intake->parser);
    if (status == MT_OK)
        status = mt_redis_create(options->redis, &intake->redis);
    if (status == MT_OK)
        status = mt_redis_connect_wait(intake->redis);
    if (status == MT_OK)
        status = consumer_start(intake);
    if (status != MT_OK) {
        mt_intake_destroy(intake);
        return status;
    }
    *out_intake = intake;
    return MT_OK;
}

void mt_intake_destroy(struct mt_intake *intake)
{
    if (intake == NULL)
        return;
    mt_chooser_destroy(intake->chooser);
    intake->chooser = NULL;
    if (intake->consumer != NULL) {
        rd_kafka_consumer_close(intake->consumer);
        rd_kafka_destroy(intake->consumer);
    }
    mt_redis_destroy(intake->redis);
    mt_event_parser_destroy(intake->parser);
    free(intake->decoded);
    free(intake->rejected);
    free(intake);
}

static void reject(struct mt_intake *intake, const rd_kafka_message_t *message, const struct mt_reject *why)
{
    const struct mt_rejected rejected = {
        .reject = why,
        .topic = rd_kafka_topic_name(message->rkt),
        .partition = message->partition,
        .offset = message->offset,
        .bytes = {message->payload, message->len},
    };
    size_t size = mt_rejected_print(&rejected, intake->rejected, MT_REJECTED_PRINT_MAX);

    MT_ASSERT(size > 0);
    intake->counters.rejected[why->code]++;
    mt_outbox_reject(intake->options.outbox, intake->rejected, size);
}

static bool facts_take(struct mt_intake *intake, struct mt_batch *batch, const rd_kafka_message_t *message, struct mt_reject *out_reject)
{
    struct mt_account_facts facts;

    if (mt_account_parse(intake->parser, message->payload, message->len, &facts, out_reject) != MT_OK)
        return false;
    struct mt_facts *kept = &batch->facts[batch->fact_count];
    size_t size = mt_account_print(&facts, batch->text + batch->text_used, batch->text_max - batch->text_used);

    MT_ASSERT(size > 0);
    mt_account_token(intake->options.secret, &facts.account, &kept->account);
    mt_account_holder(&facts, &kept->holder);
    kept->json = batch->text + batch->text_used;
    kept->json_size = size;
    batch->text_used += size;
    batch->fact_count++;
    return true;
}

static bool listing_take(struct mt_intake *intake, struct mt_batch *batch, const rd_kafka_message_t *message, struct mt_reject *out_reject)
{
    struct mt_listing_event event;
    struct mt_listing *kept = &batch->listings[batch->listing_count];

    if (mt_listing_parse(intake->parser, message->payload, message->len, &event, out_reject) != MT_OK)
        return false;
    MT_ASSERT(batch->text_max - batch->text_used >= MT_LISTING_TEXT_MAX);
    mt_listing_tokenise(&event, intake->options.secret, batch->text + batch->text_used, kept);
    batch->text_used += kept->text_size;
    batch->listing_count++;
    return true;
}

static void transfer_take(struct mt_intake *intake, struct mt_batch *batch, const struct decoded *decoded)
{
    int64_t time_ms = decoded->transfer.time_ms;

    batch->transfers[batch->count] = decoded->transfer;
    batch->labels[batch->count] = decoded->labels;
    batch->count++;
    batch->newest_ms = time_ms > batch->newest_ms ? time_ms : batch->newest_ms;
}

/* Text that one account event or listing may need when printed again. */
#define FACTS_ROOM 8192

static enum mt_status message_take(struct mt_intake *intake, struct mt_batch *batch, const rd_kafka_message_t *message,
                                   const struct decoded *decoded)
{
    struct mt_reject why;

    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
        mt_log("error", "input_lost", "topic=%s partition=%d error=\"Kafka no longer has the offset that the markers point to\"",
               rd_kafka_topic_name(message->rkt), message->partition);
        return MT_BAD_STATE;
    }
    if (message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return MT_OK; /* not made yet: the consumer asks again by itself */
    if (message->err == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED) {
        mt_log("info", "rejoins", "reason=\"waited so long that the group gave its partitions away\"");
        return MT_OK;
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        mt_log("warn", "consumer", "error=\"%s\"", rd_kafka_err2str(message->err));
        return MT_OK;
    }
    int topic = topic_index(intake, rd_kafka_topic_name(message->rkt));
    MT_ASSERT(topic >= 0);
    if (topic == MT_INTAKE_ACCOUNTS || topic == MT_INTAKE_LISTS) {
        bool good = topic == MT_INTAKE_LISTS ? listing_take(intake, batch, message, &why) : facts_take(intake, batch, message, &why);

        if (!good)
            reject(intake, message, &why);
    } else if (decoded->good) {
        transfer_take(intake, batch, decoded);
    } else {
        reject(intake, message, &decoded->why);
    }
    batch->message_count++;
    mt_batch_advance(batch, (uint16_t)topic, message->partition, message->offset + 1);
    return MT_OK;
}

static bool has_room(const struct mt_batch *batch)
{
    return batch->message_count < batch->max && batch->text_max - batch->text_used > FACTS_ROOM;
}

/* Serves a rebalance, an error that belongs to no partition, or a message that was fetched before its partition's queue was read by itself. */
static enum mt_status event_serve(struct mt_intake *intake, struct mt_batch *batch)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(intake->consumer, 0);
    enum mt_status status = intake->trouble;

    intake->trouble = MT_OK;
    if (message == NULL)
        return status;
    if (status == MT_OK) {
        decode(intake, message, &intake->stray);
        status = message_take(intake, batch, message, &intake->stray);
    }
    rd_kafka_message_destroy(message);
    return status;
}

/* All of them: such messages come before those in their partitions' queues, or markers would stand behind what was never read. */
static enum mt_status events_serve(struct mt_intake *intake, struct mt_batch *batch)
{
    enum mt_status status = event_serve(intake, batch);

    while (status == MT_OK && has_room(batch) && mt_chooser_events(intake->chooser))
        status = event_serve(intake, batch);
    return status;
}

enum mt_status mt_intake_fill(struct mt_intake *intake, struct mt_batch *batch, int64_t wait_ms)
{
    enum mt_status status = events_serve(intake, batch);

    if (status == MT_OK && has_room(batch))
        mt_chooser_look(intake->chooser, wait_ms);
    while (status == MT_OK && has_room(batch)) {
        size_t source;
        rd_kafka_message_t *message = mt_chooser_take(intake->chooser, &source);

        if (message == NULL)
            break;
        status = message_take(intake, batch, message, &intake->decoded[source]);
        rd_kafka_message_destroy(message);
        mt_chooser_next(intake->chooser, source);
    }
    return status;
}

/*
 * Moves the partitions to where the markers point. Not by assigning them again: when a revocation follows before the old fetchers have
 * stopped, librdkafka 2.0.2 stops them twice and fails an assertion. A partition assigned just now may not take a seek at once.
 */
static enum mt_status partitions_seek(struct mt_intake *intake, rd_kafka_topic_partition_list_t *partitions)
{
    for (int attempt = 0; attempt < SEEK_ATTEMPTS && !mt_stop_asked(); attempt++) {
        rd_kafka_error_t *error = rd_kafka_seek_partitions(intake->consumer, partitions, SEEK_MS);
        bool good = error == NULL;

        rd_kafka_error_destroy(error);
        for (int i = 0; i < partitions->cnt; i++)
            good = good && partitions->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR;
        if (good)
            return MT_OK;
        usleep(SEEK_WAIT_US);
    }
    if (mt_stop_asked())
        return MT_UNAVAILABLE;
    mt_log("error", "rewind", "error=\"the partitions cannot be read again from the markers\"");
    return MT_BAD_STATE;
}

enum mt_status mt_intake_rewind(struct mt_intake *intake)
{
    rd_kafka_topic_partition_list_t *partitions = NULL;

    if (rd_kafka_assignment(intake->consumer, &partitions) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return MT_UNAVAILABLE;
    enum mt_status status = mt_redis_connect_wait(intake->redis);
    if (status == MT_OK)
        status = starts_set(intake, partitions);
    if (status == MT_OK && partitions->cnt > 0)
        status = partitions_seek(intake, partitions);
    if (status == MT_OK)
        mt_chooser_assign(intake->chooser, partitions);
    rd_kafka_topic_partition_list_destroy(partitions);
    return status;
}

void mt_intake_commit(struct mt_intake *intake, const struct mt_position *positions, size_t count)
{
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new((int)count);

    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(offsets, intake->options.topics[positions[i].topic], positions[i].partition)->offset =
            positions[i].next_offset;
    rd_kafka_commit(intake->consumer, offsets, 1);
    rd_kafka_topic_partition_list_destroy(offsets);
}

size_t mt_intake_assigned(const struct mt_intake *intake)
{
    return intake->assigned;
}

size_t mt_intake_transfer_partitions(const struct mt_intake *intake, int32_t out_partitions[MT_PARTITIONS_MAX])
{
    memcpy(out_partitions, intake->transfer_partitions, intake->transfer_partition_count * sizeof *out_partitions);
    return intake->transfer_partition_count;
}

const struct mt_intake_counters *mt_intake_counters(const struct mt_intake *intake)
{
    return &intake->counters;
}
