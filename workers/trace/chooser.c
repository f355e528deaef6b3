#include "chooser.h"

#include "workers/kit/log.h"

#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct source {
    rd_kafka_queue_t *queue;
    rd_kafka_message_t *head; /* NULL: none at hand */
    int64_t time_ms;          /* of the head */
    uint64_t since;           /* messages taken when it became the head */
    bool slow;                /* the others have waited for it, and it did not come: they do not wait again until it has */
    int64_t next_offset;      /* < 0: not known yet */
    char *topic;
    int32_t partition;
};

struct mt_chooser {
    rd_kafka_t *consumer;
    rd_kafka_queue_t *events; /* the consumer's own queue */
    int wake;                 /* eventfd, written by librdkafka when a queue gets its first message */
    struct source *sources;
    size_t source_count;
    uint64_t taken;
    mt_chooser_time_fn *time_of;
    void *self;
};

static void wake_by(const struct mt_chooser *chooser, rd_kafka_queue_t *queue)
{
    static const uint64_t one = 1;

    rd_kafka_queue_io_event_enable(queue, chooser->wake, &one, sizeof one);
}

enum mt_status mt_chooser_create(rd_kafka_t *consumer, mt_chooser_time_fn *time_of, void *self, struct mt_chooser **out_chooser)
{
    struct mt_chooser *chooser = calloc(1, sizeof *chooser);

    if (chooser == NULL)
        return MT_NO_MEMORY;
    chooser->consumer = consumer;
    chooser->time_of = time_of;
    chooser->self = self;
    chooser->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    chooser->events = rd_kafka_queue_get_consumer(consumer);
    if (chooser->wake < 0 || chooser->events == NULL) {
        mt_chooser_destroy(chooser);
        return MT_NO_MEMORY;
    }
    wake_by(chooser, chooser->events);
    *out_chooser = chooser;
    return MT_OK;
}

static void sources_drop(struct mt_chooser *chooser)
{
    for (size_t i = 0; i < chooser->source_count; i++) {
        struct source *source = &chooser->sources[i];

        if (source->head != NULL)
            rd_kafka_message_destroy(source->head);
        rd_kafka_queue_io_event_enable(source->queue, -1, NULL, 0);
        rd_kafka_queue_destroy(source->queue);
        free(source->topic);
    }
    free(chooser->sources);
    chooser->sources = NULL;
    chooser->source_count = 0;
}

void mt_chooser_destroy(struct mt_chooser *chooser)
{
    if (chooser == NULL)
        return;
    sources_drop(chooser);
    if (chooser->events != NULL) {
        rd_kafka_queue_io_event_enable(chooser->events, -1, NULL, 0);
        rd_kafka_queue_destroy(chooser->events);
    }
    if (chooser->wake >= 0)
        close(chooser->wake);
    free(chooser);
}

void mt_chooser_assign(struct mt_chooser *chooser, const rd_kafka_topic_partition_list_t *partitions)
{
    if (chooser == NULL) /* the consumer is closing */
        return;
    sources_drop(chooser);
    if (partitions == NULL || partitions->cnt == 0)
        return;
    chooser->sources = calloc((size_t)partitions->cnt, sizeof *chooser->sources);
    MT_ASSERT(chooser->sources != NULL);
    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *partition = &partitions->elems[i];
        struct source *source = &chooser->sources[chooser->source_count++];

        source->queue = rd_kafka_queue_get_partition(chooser->consumer, partition->topic, partition->partition);
        source->topic = strdup(partition->topic);
        MT_ASSERT(source->queue != NULL);
        MT_ASSERT(source->topic != NULL);
        source->partition = partition->partition;
        source->next_offset = partition->offset >= 0 ? partition->offset : -1;
        rd_kafka_queue_forward(source->queue, NULL);
        wake_by(chooser, source->queue);
    }
}

static void head_read(struct mt_chooser *chooser, size_t index)
{
    struct source *source = &chooser->sources[index];

    source->head = rd_kafka_consume_queue(source->queue, 0);
    if (source->head == NULL)
        return;
    source->time_ms = chooser->time_of(chooser->self, index, source->head);
    source->since = chooser->taken;
    source->slow = false;
}

/* How long the others wait for a partition whose next message is on its way; and for one that has not been fetched since it was assigned. */
#define COMING_WAIT_MS 100
#define FIRST_WAIT_MS 2000

/*
 * How long the others are to wait for a partition without a head: while the broker has more of it than has been read, by what the last fetch
 * said, or nothing is known of it yet. 0: not at all.
 */
static int64_t patience_ms(const struct mt_chooser *chooser, const struct source *source)
{
    int64_t low, high;

    if (source->head != NULL || source->slow)
        return 0;
    if (rd_kafka_get_watermark_offsets(chooser->consumer, source->topic, source->partition, &low, &high) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        high < 0)
        return FIRST_WAIT_MS;
    return high > (source->next_offset >= 0 ? source->next_offset : low >= 0 ? low : 0) ? COMING_WAIT_MS : 0;
}

/* Reads the heads that are missing. `*out_any`: some head is there; returns how long to wait for the others. */
static int64_t heads_read(struct mt_chooser *chooser, bool *out_any)
{
    int64_t most_ms = 0;

    *out_any = false;
    for (size_t i = 0; i < chooser->source_count; i++) {
        struct source *source = &chooser->sources[i];

        if (source->head == NULL)
            head_read(chooser, i);
        *out_any |= source->head != NULL;
        int64_t wait_ms = patience_ms(chooser, source);
        most_ms = wait_ms > most_ms ? wait_ms : most_ms;
    }
    return most_ms;
}

/* Sleeps until something has come; false when the time is up. */
static bool woken(const struct mt_chooser *chooser, int64_t until_ms)
{
    struct pollfd wake = {.fd = chooser->wake, .events = POLLIN};
    int64_t left_ms = until_ms - mt_steady_ms();
    uint64_t ignored;

    if (left_ms <= 0)
        return false;
    return poll(&wake, 1, (int)left_ms) <= 0 || read(chooser->wake, &ignored, sizeof ignored) > 0;
}

void mt_chooser_look(struct mt_chooser *chooser, int64_t wait_ms)
{
    int64_t until_ms = mt_steady_ms() + wait_ms;
    bool any = false;

    for (;;) {
        bool before = any;
        int64_t more_ms = heads_read(chooser, &any);

        if (any && !before) /* the others' time begins with the first message, however long that took */
            until_ms = mt_steady_ms() + more_ms;
        if ((any && more_ms == 0) || !woken(chooser, until_ms))
            break;
        if (mt_chooser_events(chooser)) /* a rebalance, perhaps: it comes first, and nothing is known of who is slow */
            return;
    }
    for (size_t i = 0; any && i < chooser->source_count; i++)
        chooser->sources[i].slow |= patience_ms(chooser, &chooser->sources[i]) > 0;
}

bool mt_chooser_events(const struct mt_chooser *chooser)
{
    return rd_kafka_queue_length(chooser->events) > 0;
}

rd_kafka_message_t *mt_chooser_take(struct mt_chooser *chooser, size_t *out_source)
{
    struct source *first = NULL;

    for (size_t i = 0; i < chooser->source_count; i++) {
        struct source *source = &chooser->sources[i];

        if (source->head == NULL)
            continue;
        if (chooser->taken - source->since > MT_CHOOSER_PATIENCE) {
            first = source;
            break;
        }
        if (first == NULL || source->time_ms < first->time_ms)
            first = source;
    }
    if (first == NULL)
        return NULL;
    rd_kafka_message_t *message = first->head;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        first->next_offset = message->offset + 1;
    first->head = NULL;
    chooser->taken++;
    *out_source = (size_t)(first - chooser->sources);
    return message;
}

void mt_chooser_next(struct mt_chooser *chooser, size_t source)
{
    head_read(chooser, source);
    if (patience_ms(chooser, &chooser->sources[source]) > 0)
        mt_chooser_look(chooser, 0);
}
