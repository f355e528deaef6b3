#include "kafka.h"

#include "log.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>

#define ASK_MS 200     /* for an answer from a broker that may be away */
#define CREATE_MS 2000 /* for topics to be made; then they are asked for again */

void mt_kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[256];

    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) {
        mt_log("error", "kafka_property", "name=%s error=\"%s\"", name, error);
        MT_ASSERT(!"a property of ours was refused");
    }
}

/* Connection trouble is said once by the worker; librdkafka would repeat it for each broker and try. */
static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    if (level <= 3 && strcmp(facility, "FAIL") != 0 && strcmp(facility, "ERROR") != 0)
        mt_log("warn", "kafka", "facility=%s text=\"%.200s\"", facility, text);
}

/*
 * librdkafka tells each client, and again with each try, when it has no connection left; that may be an idle one closed by the broker. So that
 * is a doubt only, and a question settles it. Nothing is ever told when a broker is back: it is asked for.
 */
static enum { KAFKA_HERE, KAFKA_DOUBTED, KAFKA_AWAY } presence;

static void on_error(rd_kafka_t *client, int error, const char *reason, void *opaque)
{
    (void)client;
    (void)opaque;
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && presence == KAFKA_HERE)
        presence = KAFKA_DOUBTED;
    else if (error == RD_KAFKA_RESP_ERR__FATAL)
        mt_log("error", "kafka_fatal", "reason=\"%.200s\"", reason);
}

void mt_kafka_watch(rd_kafka_t *client)
{
    const struct rd_kafka_metadata *metadata;

    if (presence == KAFKA_HERE)
        return;
    if (rd_kafka_metadata(client, 0, NULL, &metadata, ASK_MS) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_metadata_destroy(metadata);
        if (presence == KAFKA_AWAY)
            mt_log("info", "kafka_back", "waiting=false");
        presence = KAFKA_HERE;
    } else if (presence == KAFKA_DOUBTED) {
        mt_log("warn", "kafka_away", "waiting=true");
        presence = KAFKA_AWAY;
    }
}

static bool file_read(rd_kafka_conf_t *conf, const char *path)
{
    char line[1024], error[256];
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        mt_log("error", "kafka_config", "file=%s error=\"cannot be read\"", path);
        return false;
    }
    bool good = true;
    while (good && fgets(line, sizeof line, file) != NULL) {
        char *equals = strchr(line, '=');

        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        if (equals == NULL) {
            mt_log("error", "kafka_config", "file=%s error=\"a line without =\"", path);
            good = false;
            break;
        }
        *equals = '\0';
        good = rd_kafka_conf_set(conf, line, equals + 1, error, sizeof error) == RD_KAFKA_CONF_OK;
        if (!good)
            mt_log("error", "kafka_config", "file=%s property=%s error=\"%s\"", path, line, error);
    }
    fclose(file);
    return good;
}

rd_kafka_conf_t *mt_kafka_conf(const struct mt_kafka_options *options)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    mt_kafka_set(conf, "bootstrap.servers", options->brokers);
    mt_kafka_set(conf, "client.id", "moneytrail");
    mt_kafka_set(conf, "message.max.bytes", "8388608");
    mt_kafka_set(conf, "socket.nagle.disable", "true");
    mt_kafka_set(conf, "reconnect.backoff.max.ms", "2000");
    mt_kafka_set(conf, "topic.metadata.refresh.interval.ms", "10000");
    if (options->config_file != NULL && !file_read(conf, options->config_file)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    return conf;
}

static rd_kafka_t *client_create(rd_kafka_type_t type, rd_kafka_conf_t *take_conf)
{
    char error[256];
    rd_kafka_t *client = rd_kafka_new(type, take_conf, error, sizeof error);

    if (client == NULL) {
        rd_kafka_conf_destroy(take_conf);
        mt_log("error", "kafka_client", "error=\"%s\"", error);
    }
    return client;
}

rd_kafka_t *mt_kafka_producer(rd_kafka_conf_t *take_conf)
{
    mt_kafka_set(take_conf, "enable.idempotence", "true");
    mt_kafka_set(take_conf, "message.timeout.ms", "0");
    mt_kafka_set(take_conf, "partitioner", "murmur2_random");
    mt_kafka_set(take_conf, "linger.ms", "5");
    mt_kafka_set(take_conf, "compression.codec", "lz4");
    return client_create(RD_KAFKA_PRODUCER, take_conf);
}

rd_kafka_t *mt_kafka_consumer(rd_kafka_conf_t *take_conf, const char *group)
{
    mt_kafka_set(take_conf, "group.id", group);
    mt_kafka_set(take_conf, "enable.auto.commit", "false");
    mt_kafka_set(take_conf, "enable.auto.offset.store", "false");
    mt_kafka_set(take_conf, "auto.offset.reset", "error");
    mt_kafka_set(take_conf, "check.crcs", "true");
    mt_kafka_set(take_conf, "partition.assignment.strategy", "range");
    mt_kafka_set(take_conf, "session.timeout.ms", "6000");
    mt_kafka_set(take_conf, "heartbeat.interval.ms", "1000");
    mt_kafka_set(take_conf, "fetch.wait.max.ms", "20");
    mt_kafka_set(take_conf, "fetch.message.max.bytes", "4259840");
    mt_kafka_set(take_conf, "queued.min.messages", "20000");
    mt_kafka_set(take_conf, "queued.max.messages.kbytes", "32768");
    rd_kafka_t *client = client_create(RD_KAFKA_CONSUMER, take_conf);
    if (client != NULL)
        rd_kafka_poll_set_consumer(client);
    return client;
}

static enum mt_status topics_result(rd_kafka_event_t *event)
{
    size_t count = 0;

    if (event == NULL || rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return MT_UNAVAILABLE;
    const rd_kafka_topic_result_t **results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);

        if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            mt_log("error", "topic_create", "topic=%s error=\"%s\"", rd_kafka_topic_result_name(results[i]), rd_kafka_err2str(error));
            return MT_UNAVAILABLE;
        }
    }
    return MT_OK;
}

enum mt_status mt_kafka_topics_create(rd_kafka_t *client, const char *const *topics, size_t count, int partitions)
{
    rd_kafka_NewTopic_t *wanted[16];
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    char error[256];

    MT_ASSERT(count <= sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < count; i++) {
        wanted[i] = rd_kafka_NewTopic_new(topics[i], partitions, -1, error, sizeof error);
        MT_ASSERT(wanted[i] != NULL);
        rd_kafka_NewTopic_set_config(wanted[i], "max.message.bytes", strstr(topics[i], "rejected") != NULL ? "8388608" : "4259840");
    }
    rd_kafka_CreateTopics(client, wanted, count, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, CREATE_MS);
    enum mt_status status = topics_result(event);
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy_array(wanted, count);
    rd_kafka_queue_destroy(queue);
    return status;
}

enum mt_status mt_kafka_partition_count(rd_kafka_t *client, const char *topic, int32_t *out_count)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    enum mt_status status = MT_UNAVAILABLE;

    if (handle == NULL)
        return MT_UNAVAILABLE;
    if (rd_kafka_metadata(client, 0, handle, &metadata, 5000) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR &&
            metadata->topics[0].partition_cnt > 0) {
            *out_count = metadata->topics[0].partition_cnt;
            status = MT_OK;
        }
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(handle);
    return status;
}

enum mt_status mt_kafka_end_offset(rd_kafka_t *client, const char *topic, int32_t partition, int64_t *out_offset)
{
    int64_t low, high;

    if (rd_kafka_query_watermark_offsets(client, topic, partition, &low, &high, 5000) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return MT_UNAVAILABLE;
    *out_offset = high;
    return MT_OK;
}
