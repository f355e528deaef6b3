#include "publish.h"

#include "schemas/print.h"
#include "workers/kit/log.h"
#include "workers/kit/stop.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BACKLOG_CHECK_EVERY 500

/* One message, ready to send. */
struct message {
    char key[33];
    uint32_t size;
    char *bytes;
};

struct publish {
    const struct mt_publish_options *options;
    rd_kafka_t *producer;
    rd_kafka_t *watcher; /* asks how far the group is; NULL: no backlog limit */
    int32_t partition_count;
    struct mt_publish_counters counters;
    uint64_t failed;
    int64_t start_ms;
    struct message *kept; /* with shuffle */
    size_t kept_count, kept_max;
};

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    struct publish *publish = opaque;

    (void)producer;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    if (publish->failed++ == 0)
        mt_log("error", "not_delivered", "topic=%s error=\"%s\"", publish->options->topic, rd_kafka_err2str(message->err));
}

/* Ends of the partitions less what the group has committed, in messages; −1 when it cannot be asked. */
static int64_t backlog(struct publish *publish)
{
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(publish->partition_count);
    int64_t sum = 0;

    for (int32_t p = 0; p < publish->partition_count; p++)
        rd_kafka_topic_partition_list_add(offsets, publish->options->topic, p);
    if (rd_kafka_committed(publish->watcher, offsets, 5000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        sum = -1;
    for (int32_t p = 0; p < publish->partition_count && sum >= 0; p++) {
        int64_t end;

        if (mt_kafka_end_offset(publish->producer, publish->options->topic, p, &end) != MT_OK)
            sum = -1;
        else
            sum += end - (offsets->elems[p].offset >= 0 ? offsets->elems[p].offset : 0);
    }
    rd_kafka_topic_partition_list_destroy(offsets);
    return sum;
}

/* Waits while the consumers are too far behind: the embedded broker drops what it cannot hold. */
static void backlog_wait(struct publish *publish)
{
    if (publish->watcher == NULL || publish->counters.messages % BACKLOG_CHECK_EVERY != 0)
        return;
    rd_kafka_flush(publish->producer, 10000);
    int64_t behind = backlog(publish);
    while (!mt_stop_asked() && (behind < 0 || behind > publish->options->backlog_max)) {
        usleep(20000);
        behind = backlog(publish);
    }
}

static void rate_wait(const struct publish *publish)
{
    if (publish->options->rate_max == 0)
        return;
    int64_t due_ms = publish->start_ms + (int64_t)publish->counters.messages * 1000 / publish->options->rate_max;
    while (mt_steady_ms() < due_ms && !mt_stop_asked())
        usleep(1000);
}

static enum mt_status message_send(struct publish *publish, const struct message *message)
{
    rate_wait(publish);
    for (;;) {
        rd_kafka_resp_err_t error = rd_kafka_producev(
            publish->producer, RD_KAFKA_V_TOPIC(publish->options->topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_KEY(message->key, 32), RD_KAFKA_V_VALUE(message->bytes, message->size), RD_KAFKA_V_END);

        if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
            break;
        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            mt_log("error", "not_produced", "topic=%s error=\"%s\"", publish->options->topic, rd_kafka_err2str(error));
            return MT_UNAVAILABLE;
        }
        rd_kafka_poll(publish->producer, 50);
        mt_kafka_watch(publish->producer);
    }
    publish->counters.messages++;
    rd_kafka_poll(publish->producer, 0);
    mt_kafka_watch(publish->producer);
    backlog_wait(publish);
    return MT_OK;
}

static enum mt_status message_keep(struct publish *publish, const struct message *message)
{
    if (publish->kept_count == publish->kept_max) {
        size_t max = publish->kept_max == 0 ? 4096 : 2 * publish->kept_max;
        struct message *kept = realloc(publish->kept, max * sizeof *kept);

        if (kept == NULL)
            return MT_NO_MEMORY;
        publish->kept = kept;
        publish->kept_max = max;
    }
    struct message copy = *message;
    copy.bytes = malloc(message->size);
    if (copy.bytes == NULL)
        return MT_NO_MEMORY;
    memcpy(copy.bytes, message->bytes, message->size);
    publish->kept[publish->kept_count++] = copy;
    return MT_OK;
}

/* Message keys are tokens: account numbers do not belong in keys. */
static struct message message_of(const struct mt_feed_event *event)
{
    struct message message = {.size = (uint32_t)event->size, .bytes = (char *)(uintptr_t)event->bytes};
    struct mt_print print = mt_print_into(message.key, sizeof message.key);

    mt_print_hex(&print, event->account.bytes, sizeof event->account.bytes);
    mt_print_end(&print);
    return message;
}

static enum mt_status event_publish(struct publish *publish, const struct mt_feed_event *event)
{
    const struct mt_publish_options *options = publish->options;
    struct message message = message_of(event);
    bool keep = options->shuffle_seed != 0;

    publish->counters.events++;
    bool twice = options->repeat_every > 0 && publish->counters.events % (uint64_t)options->repeat_every == 0;
    enum mt_status status = keep ? message_keep(publish, &message) : message_send(publish, &message);
    if (status == MT_OK && twice)
        status = keep ? message_keep(publish, &message) : message_send(publish, &message);
    return status;
}

/* The first one is told: a mapping that does not fit the file rejects every row for one reason. */
static void row_rejected(struct publish *publish, const struct mt_reject *reject, int64_t line)
{
    if (publish->counters.rejected++ == 0)
        mt_log("warn", "row_rejected", "line=%lld code=%s field=%s sentence=\"%s\" further=\"counted only\"", (long long)line,
               mt_reject_name(reject->code), reject->field, reject->sentence);
}

/* xorshift64*: any fixed generator does, so that a seed always gives one order. */
static uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static enum mt_status kept_send(struct publish *publish)
{
    uint64_t state = (uint64_t)publish->options->shuffle_seed;
    enum mt_status status = MT_OK;

    for (size_t i = publish->kept_count; i > 1; i--) {
        size_t j = random_next(&state) % i;
        struct message swapped = publish->kept[i - 1];

        publish->kept[i - 1] = publish->kept[j];
        publish->kept[j] = swapped;
    }
    for (size_t i = 0; i < publish->kept_count; i++) {
        if (status == MT_OK && !mt_stop_asked())
            status = message_send(publish, &publish->kept[i]);
        free(publish->kept[i].bytes);
    }
    free(publish->kept);
    return status;
}

static enum mt_status clients_create(struct publish *publish)
{
    rd_kafka_conf_t *conf = mt_kafka_conf(publish->options->kafka);

    if (conf == NULL)
        return MT_BAD_CONFIG;
    rd_kafka_conf_set_opaque(conf, publish);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    publish->producer = mt_kafka_producer(conf);
    if (publish->producer == NULL)
        return MT_BAD_CONFIG;
    if (publish->options->backlog_max == 0)
        return MT_OK;
    conf = mt_kafka_conf(publish->options->kafka);
    publish->watcher = conf != NULL ? mt_kafka_consumer(conf, publish->options->group) : NULL;
    if (publish->watcher == NULL)
        return MT_BAD_CONFIG;
    return mt_kafka_partition_count(publish->producer, publish->options->topic, &publish->partition_count);
}

static enum mt_status feed_publish(struct publish *publish, struct mt_feed *feed, mt_publish_progress *progress, void *progress_self)
{
    enum mt_status status = MT_OK;

    while (status == MT_OK && !mt_stop_asked()) {
        struct mt_feed_event event;
        struct mt_reject reject;
        int64_t line;
        enum mt_read_result result = mt_feed_next(feed, &event, &reject, &line);

        if (result == MT_READ_END)
            break;
        if (result == MT_READ_ERROR)
            return MT_IO;
        if (result == MT_READ_EVENT)
            status = event_publish(publish, &event);
        else
            row_rejected(publish, &reject, line);
        if (progress != NULL && (publish->counters.events + publish->counters.rejected) % 1024 == 0) {
            int64_t bytes, total;

            mt_feed_progress(feed, &bytes, &total);
            progress(progress_self, &publish->counters, bytes, total);
        }
    }
    return status;
}

enum mt_status mt_publish(const struct mt_publish_options *options, struct mt_feed *feed, mt_publish_progress *progress,
                          void *progress_self, struct mt_publish_counters *out_counters)
{
    struct publish publish = {.options = options, .start_ms = mt_steady_ms()};
    enum mt_status status = clients_create(&publish);

    if (status == MT_OK)
        status = feed_publish(&publish, feed, progress, progress_self);
    if (publish.kept_count > 0) {
        enum mt_status sent = kept_send(&publish);

        status = status == MT_OK ? sent : status;
    }
    if (publish.producer != NULL) {
        while (rd_kafka_flush(publish.producer, 1000) != RD_KAFKA_RESP_ERR_NO_ERROR && !mt_stop_asked())
            mt_kafka_watch(publish.producer);
        rd_kafka_destroy(publish.producer);
    }
    if (publish.watcher != NULL)
        rd_kafka_destroy(publish.watcher);
    *out_counters = publish.counters;
    return status == MT_OK && publish.failed > 0 ? MT_UNAVAILABLE : status;
}
