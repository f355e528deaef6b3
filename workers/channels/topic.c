#include "topic.h"

#include "workers/kit/log.h"

#include <hiredis/hiredis.h>
#include <librdkafka/rdkafka.h>
#include <sodium.h>
#include <stdlib.h>

#define ROUND_MAX 10000 /* messages under way: far below the producer's queue */

/* A hash of what a reader of the topic was told. */
struct version {
    uint8_t bytes[16];
};

/* Travels with the message and comes back with its delivery report. */
struct ticket {
    struct mt_channel_key key;
    struct version version;
    bool gone;
};

struct mt_topic {
    rd_kafka_t *producer;
    char name[256];
    struct ticket *delivered; /* ROUND_MAX */
    size_t delivered_count, underway;
    bool failed;
};

/* --- Kafka ---------------------------------------------------------------------------------------------------------- */

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    struct mt_topic *topic = opaque;
    struct ticket *ticket = message->_private;

    (void)producer;
    topic->underway--;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        MT_ASSERT(topic->delivered_count < ROUND_MAX);
        topic->delivered[topic->delivered_count++] = *ticket;
    } else if (message->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE && message->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
        mt_log("error", "not_delivered", "topic=%s error=\"%s\"", topic->name, rd_kafka_err2str(message->err));
        topic->failed = true;
    }
    free(ticket);
}

enum mt_status mt_topic_create(const struct mt_kafka_options *kafka, const char *name, struct mt_topic **out_topic)
{
    struct mt_topic *topic = calloc(1, sizeof *topic);
    rd_kafka_conf_t *conf = topic != NULL ? mt_kafka_conf(kafka) : NULL;

    if (conf == NULL || strlen(name) >= sizeof topic->name) {
        if (conf != NULL)
            rd_kafka_conf_destroy(conf);
        free(topic);
        return MT_BAD_CONFIG;
    }
    memcpy(topic->name, name, strlen(name) + 1);
    rd_kafka_conf_set_opaque(conf, topic);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    topic->delivered = calloc(ROUND_MAX, sizeof *topic->delivered);
    topic->producer = topic->delivered != NULL ? mt_kafka_producer(conf) : NULL;
    if (topic->producer == NULL) {
        free(topic->delivered);
        free(topic);
        return MT_BAD_CONFIG;
    }
    *out_topic = topic;
    return MT_OK;
}

void mt_topic_destroy(struct mt_topic *topic)
{
    if (topic == NULL)
        return;
    rd_kafka_purge(topic->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(topic->producer, 0);
    rd_kafka_destroy(topic->producer);
    free(topic->delivered);
    free(topic);
}

rd_kafka_t *mt_topic_producer(struct mt_topic *topic)
{
    return topic->producer;
}

bool mt_topic_failed(const struct mt_topic *topic)
{
    return topic->failed || rd_kafka_fatal_error(topic->producer, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* `value` NULL: gone. What the producer does not take is left for a later turn. */
static void produce(struct mt_topic *topic, const struct ticket *ticket, const char *value, size_t size)
{
    struct ticket *copy = malloc(sizeof *copy);
    char key[33];
    struct mt_print print = mt_print_into(key, sizeof key);

    MT_ASSERT(copy != NULL);
    *copy = *ticket;
    mt_print_hex(&print, ticket->key.bytes, sizeof ticket->key.bytes);
    mt_print_end(&print);
    rd_kafka_resp_err_t error = rd_kafka_producev(topic->producer, RD_KAFKA_V_TOPIC(topic->name), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                                  RD_KAFKA_V_KEY(key, 32), RD_KAFKA_V_VALUE((void *)(uintptr_t)value, size), RD_KAFKA_V_OPAQUE(copy),
                                                  RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        topic->underway++;
        return;
    }
    free(copy);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return;
    mt_log("error", "not_produced", "topic=%s error=\"%s\"", topic->name, rd_kafka_err2str(error));
    topic->failed = true;
}

/* --- what was sent -------------------------------------------------------------------------------------------------- */

static struct mt_key_text sent_key(const struct mt_keys *keys)
{
    return mt_keys_shard_of(keys, 0, "channels-sent");
}

static enum mt_status delivered_mark(struct mt_topic *topic, struct mt_redis *redis, const struct mt_keys *keys)
{
    const struct mt_key_text key = sent_key(keys);

    if (topic->delivered_count == 0)
        return MT_OK;
    for (size_t i = 0; i < topic->delivered_count; i++) {
        const struct ticket *ticket = &topic->delivered[i];
        const struct mt_redis_word set[] = {MT_REDIS_WORD_TEXT("HSET"), MT_KEY_WORD(key), {ticket->key.bytes, 16}, {ticket->version.bytes, 16}};
        const struct mt_redis_word del[] = {MT_REDIS_WORD_TEXT("HDEL"), MT_KEY_WORD(key), {ticket->key.bytes, 16}};

        mt_redis_send(redis, ticket->gone ? del : set, ticket->gone ? 3 : 4);
    }
    enum mt_status status = mt_redis_flush(redis);
    if (status == MT_OK)
        status = mt_redis_skip(redis, topic->delivered_count);
    if (status == MT_OK)
        topic->delivered_count = 0;
    return status;
}

static int sent_compare(const void *left, const void *right)
{
    return memcmp(((const struct ticket *)left)->key.bytes, ((const struct ticket *)right)->key.bytes, 16);
}

/* By key; malloc'ed. All are held to be gone until they are seen. */
static enum mt_status sent_read(struct mt_redis *redis, const struct mt_keys *keys, struct ticket **out_sent, size_t *out_count)
{
    const struct mt_key_text key = sent_key(keys);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGETALL"), MT_KEY_WORD(key)};
    redisReply *reply = mt_redis_ask(redis, words, 2);
    size_t count = 0;

    if (reply == NULL)
        return MT_UNAVAILABLE;
    struct ticket *sent = calloc(reply->elements / 2 + 1, sizeof *sent);
    for (size_t i = 0; sent != NULL && i + 1 < reply->elements; i += 2) {
        if (reply->element[i]->len != 16 || reply->element[i + 1]->len != 16)
            continue;
        memcpy(sent[count].key.bytes, reply->element[i]->str, 16);
        memcpy(sent[count].version.bytes, reply->element[i + 1]->str, 16);
        sent[count++].gone = true;
    }
    mt_redis_free(reply);
    if (count > 0)
        qsort(sent, count, sizeof *sent, sent_compare);
    *out_sent = sent;
    *out_count = count;
    return sent != NULL ? MT_OK : MT_NO_MEMORY;
}

/* --- what is to be sent --------------------------------------------------------------------------------------------- */

/* Of an honest channel only who decided and when: its counts are not told any more. */
static struct version version_of(const struct mt_kept_channel *channel, const char *bytes, size_t size)
{
    char remark[MT_CHANNEL_BYTES_MAX];
    struct version version;

    if (channel->state == MT_CHANNEL_HONEST) {
        const struct mt_channel_remark honest = mt_note_remark(channel->note, channel->is_new);

        size = mt_channel_print("{\"v\":1}", 7, &honest, remark, sizeof remark);
        bytes = remark;
    }
    crypto_generichash(version.bytes, sizeof version.bytes, (const unsigned char *)bytes, size, NULL, 0);
    return version;
}

static void channel_look(struct mt_topic *topic, const struct mt_kept_channel *channel, struct ticket *sent, size_t sent_count)
{
    char bytes[MT_CHANNEL_BYTES_MAX];
    size_t size = mt_kept_print(channel, bytes);
    const struct ticket ticket = {.key = channel->key, .version = version_of(channel, bytes, size)};
    struct ticket *before = sent_count > 0 ? bsearch(&ticket, sent, sent_count, sizeof *sent, sent_compare) : NULL;

    MT_ASSERT(size > 0);
    if (before != NULL)
        before->gone = false;
    if (before != NULL && memcmp(&before->version, &ticket.version, sizeof ticket.version) == 0)
        return;
    if (topic->underway < ROUND_MAX)
        produce(topic, &ticket, bytes, size);
}

/* Channels that are told: new or remarked. What was sent and is none of them is told no more. */
static void channels_look(struct mt_topic *topic, const struct mt_kept *kept, struct ticket *sent, size_t sent_count)
{
    for (size_t i = 0; i < kept->channel_count && !topic->failed; i++) {
        if (kept->channels[i].state != MT_CHANNEL_UNREMARKED)
            channel_look(topic, &kept->channels[i], sent, sent_count);
    }
    for (size_t i = 0; i < sent_count && !topic->failed; i++) {
        if (sent[i].gone && topic->underway < ROUND_MAX)
            produce(topic, &sent[i], NULL, 0);
    }
}

enum mt_status mt_topic_settle(struct mt_topic *topic, struct mt_redis *redis, const struct mt_keys *keys, int wait_ms)
{
    rd_kafka_flush(topic->producer, wait_ms);
    return delivered_mark(topic, redis, keys);
}

enum mt_status mt_topic_turn(struct mt_topic *topic, struct mt_redis *redis, const struct mt_keys *keys)
{
    struct mt_kept kept = {0};
    struct ticket *sent = NULL;
    size_t sent_count = 0;

    rd_kafka_poll(topic->producer, 0);
    mt_kafka_watch(topic->producer);
    enum mt_status status = delivered_mark(topic, redis, keys);
    if (status != MT_OK || topic->underway > 0)
        return status;
    status = mt_kept_read(redis, keys, false, &kept);
    if (status == MT_OK && kept.count.counted_ms != 0)
        status = sent_read(redis, keys, &sent, &sent_count);
    if (status == MT_OK && kept.count.counted_ms != 0)
        channels_look(topic, &kept, sent, sent_count);
    free(sent);
    mt_kept_free(&kept);
    return status;
}
