/*
 * mock_broker TOPIC:PARTITIONS...: librdkafka's mock cluster as a process of its own, for tests that take Kafka away.
 *
 * Prints its address, then obeys the words on standard input, each answered by "ok": `down` (connections are cut, new ones refused), `up`,
 * `refuse TOPIC` (its partition 0 has no leader, so nothing gets into it), `accept TOPIC`. Ends at the end of its input, so that it
 * never outlives the test.
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BROKER 1
#define NOBODY (-1)

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client, (void)level, (void)facility, (void)text;
}

static bool obey(rd_kafka_mock_cluster_t *cluster, const char *word)
{
    char topic[256];
    bool refuse = strcmp(word, "refuse") == 0;

    if (strcmp(word, "down") == 0)
        return rd_kafka_mock_broker_set_down(cluster, BROKER) == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (strcmp(word, "up") == 0)
        return rd_kafka_mock_broker_set_up(cluster, BROKER) == RD_KAFKA_RESP_ERR_NO_ERROR;
    if ((!refuse && strcmp(word, "accept") != 0) || scanf("%255s", topic) != 1)
        return false;
    return rd_kafka_mock_partition_set_leader(cluster, topic, 0, refuse ? NOBODY : BROKER) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static bool topic_make(rd_kafka_mock_cluster_t *cluster, char *topic)
{
    char *colon = strrchr(topic, ':');

    if (colon == NULL)
        return false;
    *colon = '\0';
    return rd_kafka_mock_topic_create(cluster, topic, atoi(colon + 1), 1) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

int main(int argc, char **argv)
{
    char error[256], word[32];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_t *host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    rd_kafka_mock_cluster_t *cluster = host != NULL ? rd_kafka_mock_cluster_new(host, BROKER) : NULL;
    if (cluster == NULL)
        return 1;
    for (int i = 1; i < argc; i++) {
        if (!topic_make(cluster, argv[i]))
            return 2;
    }
    printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
    fflush(stdout);
    while (scanf("%31s", word) == 1) {
        printf("%s\n", obey(cluster, word) ? "ok" : "failed");
        fflush(stdout);
    }
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(host);
    return 0;
}
