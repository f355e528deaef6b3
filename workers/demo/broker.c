#include "broker.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>

struct mt_broker {
    rd_kafka_t *host; /* the mock lives in a client handle */
    rd_kafka_mock_cluster_t *cluster;
};

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    (void)level;
    (void)facility;
    (void)text;
}

enum mt_status mt_broker_start(const char *const *topics, size_t topic_count, int partitions, struct mt_broker **out_broker)
{
    struct mt_broker *broker = calloc(1, sizeof *broker);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char error[256];

    if (broker == NULL)
        return MT_NO_MEMORY;
    rd_kafka_conf_set_log_cb(conf, on_log);
    broker->host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (broker->host == NULL)
        rd_kafka_conf_destroy(conf);
    else
        broker->cluster = rd_kafka_mock_cluster_new(broker->host, 1);
    bool good = broker->cluster != NULL;
    for (size_t i = 0; i < topic_count && good; i++)
        good = rd_kafka_mock_topic_create(broker->cluster, topics[i], partitions, 1) == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (!good) {
        mt_broker_stop(broker);
        return MT_NO_MEMORY;
    }
    *out_broker = broker;
    return MT_OK;
}

void mt_broker_stop(struct mt_broker *broker)
{
    if (broker == NULL)
        return;
    if (broker->cluster != NULL)
        rd_kafka_mock_cluster_destroy(broker->cluster);
    if (broker->host != NULL)
        rd_kafka_destroy(broker->host);
    free(broker);
}

const char *mt_broker_address(const struct mt_broker *broker)
{
    return rd_kafka_mock_cluster_bootstraps(broker->cluster);
}
