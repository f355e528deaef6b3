#include "outbox.h"

#include "workers/kit/log.h"
#include "workers/kit/stop.h"

#include <hiredis/hiredis.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

#define STOP_WAIT_MS 3000

/* Which outbox entry a produced alert is: travels with the message and comes back with its delivery report. */
struct ticket {
    struct mt_transfer_key id;
    uint32_t revision;
};

struct mt_outbox {
    struct mt_outbox_options options;
    rd_kafka_t *producer;
    struct ticket *delivered;
    size_t delivered_count, delivered_max;
    size_t rejects_underway;
    bool failed;
};

/* A rejected record has no ticket. */
static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    struct mt_outbox *outbox = opaque;
    struct ticket *ticket = message->_private;

    (void)producer;
    if (message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
        /* At the end: an alert is still in Redis, a rejected message is not marked done. */
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        mt_log("error", "not_delivered", "topic=%s error=\"%s\"", rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err));
        outbox->failed = true;
    } else if (ticket == NULL) {
        outbox->rejects_underway--;
    } else {
        if (outbox->delivered_count == outbox->delivered_max) {
            outbox->delivered_max = outbox->delivered_max == 0 ? 256 : 2 * outbox->delivered_max;
            outbox->delivered = realloc(outbox->delivered, outbox->delivered_max * sizeof *outbox->delivered);
            MT_ASSERT(outbox->delivered != NULL);
        }
        outbox->delivered[outbox->delivered_count++] = *ticket;
    }
    free(ticket);
}

enum mt_status mt_outbox_create(const struct mt_outbox_options *options, struct mt_outbox **out_outbox)
{
    struct mt_outbox *outbox = calloc(1, sizeof *outbox);
    rd_kafka_conf_t *conf = mt_kafka_conf(options->kafka);

    if (outbox == NULL || conf == NULL) {
        free(outbox);
        return MT_BAD_CONFIG;
    }
    outbox->options = *options;
    rd_kafka_conf_set_opaque(conf, outbox);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    outbox->producer = mt_kafka_producer(conf);
    if (outbox->producer == NULL) {
        free(outbox);
        return MT_BAD_CONFIG;
    }
    *out_outbox = outbox;
    return MT_OK;
}

void mt_outbox_destroy(struct mt_outbox *outbox, int flush_ms)
{
    if (outbox == NULL)
        return;
    if (rd_kafka_flush(outbox->producer, flush_ms) != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_purge(outbox->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(outbox->producer, 0);
    rd_kafka_destroy(outbox->producer);
    free(outbox->delivered);
    free(outbox);
}

/*
 * A full queue is back-pressure: wait for room, never drop. After a stop was asked nothing is waited for: an alert stays in Redis, and a
 * rejected record that was never sent keeps its message from being marked done.
 */
static void produce(struct mt_outbox *outbox, const char *topic, const void *key, size_t key_size, const void *value,
                    size_t size, struct ticket *take_ticket)
{
    for (;;) {
        rd_kafka_resp_err_t error =
            rd_kafka_producev(outbox->producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                              RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_VALUE((void *)(uintptr_t)value, size),
                              RD_KAFKA_V_OPAQUE(take_ticket), RD_KAFKA_V_END);

        if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
            return;
        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            mt_log("error", "not_produced", "topic=%s error=\"%s\"", topic, rd_kafka_err2str(error));
            outbox->failed = true;
        }
        if (outbox->failed || mt_stop_asked()) {
            free(take_ticket);
            return;
        }
        rd_kafka_poll(outbox->producer, 100);
        mt_kafka_watch(outbox->producer);
    }
}

void mt_outbox_alert(struct mt_outbox *outbox, const struct mt_outbox_entry *entry)
{
    struct ticket *ticket = malloc(sizeof *ticket);
    char key[33];

    MT_ASSERT(ticket != NULL);
    *ticket = (struct ticket){entry->id, entry->revision};
    for (size_t i = 0; i < 16; i++)
        snprintf(key + 2 * i, 3, "%02x", entry->id.bytes[i]);
    produce(outbox, outbox->options.alerts_topic, key, 32, entry->alert, entry->alert_size, ticket);
}

static void shard_sweep(struct mt_outbox *outbox, const redisReply *reply, size_t *count)
{
    for (size_t i = 0; i + 1 < reply->elements; i += 2) {
        const redisReply *field = reply->element[i], *alert = reply->element[i + 1];
        struct mt_outbox_entry entry = {.alert = alert->str, .alert_size = (size_t)alert->len};

        if (field->len < 18)
            continue;
        memcpy(entry.id.bytes, field->str, 16);
        entry.revision = (uint32_t)strtoul(field->str + 17, NULL, 10);
        mt_outbox_alert(outbox, &entry);
        (*count)++;
    }
}

enum mt_status mt_outbox_sweep(struct mt_outbox *outbox, struct mt_redis *redis, size_t *out_count)
{
    *out_count = 0;
    for (uint32_t shard = 0; shard < outbox->options.keys->shard_count; shard++) {
        struct mt_key_text key = mt_keys_shard_of(outbox->options.keys, shard, "o");
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGETALL"), MT_KEY_WORD(key)};
        redisReply *reply = mt_redis_ask(redis, words, 2);

        if (reply == NULL)
            return MT_UNAVAILABLE;
        shard_sweep(outbox, reply, out_count);
        mt_redis_free(reply);
    }
    return MT_OK;
}

void mt_outbox_reject(struct mt_outbox *outbox, const char *record, size_t size)
{
    outbox->rejects_underway++;
    produce(outbox, outbox->options.rejected_topic, NULL, 0, record, size, NULL);
}

enum mt_status mt_outbox_rejects_settle(struct mt_outbox *outbox)
{
    int64_t give_up_ms = INT64_MAX;

    while (outbox->rejects_underway > 0 && !outbox->failed) {
        if (mt_stop_asked() && give_up_ms == INT64_MAX)
            give_up_ms = mt_steady_ms() + STOP_WAIT_MS;
        if (mt_steady_ms() > give_up_ms)
            return MT_UNAVAILABLE;
        rd_kafka_poll(outbox->producer, 50);
        mt_kafka_watch(outbox->producer);
    }
    return outbox->failed ? MT_BAD_STATE : MT_OK;
}

size_t mt_outbox_delivered_send(struct mt_outbox *outbox, struct mt_redis *redis)
{
    const struct mt_keys *keys = outbox->options.keys;

    rd_kafka_poll(outbox->producer, 0);
    for (size_t i = 0; i < outbox->delivered_count; i++) {
        const struct ticket *ticket = &outbox->delivered[i];
        struct mt_key_text key = mt_keys_shard_of(keys, mt_keys_shard(keys, ticket->id.bytes), "o");
        char field[48];

        memcpy(field, ticket->id.bytes, 16);
        int size = 16 + snprintf(field + 16, sizeof field - 16, ":%u", ticket->revision);
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HDEL"), MT_KEY_WORD(key), {field, (size_t)size}};
        mt_redis_send(redis, words, 3);
    }
    size_t answers = outbox->delivered_count;
    outbox->delivered_count = 0;
    return answers;
}

bool mt_outbox_failed(const struct mt_outbox *outbox)
{
    return outbox->failed || rd_kafka_fatal_error(outbox->producer, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_t *mt_outbox_producer(struct mt_outbox *outbox)
{
    return outbox->producer;
}
