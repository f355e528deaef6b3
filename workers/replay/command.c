#include "command.h"

#include "publish.h"
#include "workers/kit/arguments.h"
#include "workers/kit/connect.h"
#include "workers/kit/log.h"
#include "workers/kit/setup.h"
#include "workers/kit/stop.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <unistd.h>

struct options {
    struct mt_kafka_options kafka;
    const char *file, *mapping, *events, *topic, *secret_file, *group;
    int64_t rate_max, shuffle_seed, repeat_every, backlog_max, partitions;
};

static bool options_read(struct options *options, int argc, char **argv, int *out_exit_code)
{
    const struct mt_argument arguments[] = {
        MT_KAFKA_ARGUMENTS(options->kafka),
        {"mapping", MT_ARGUMENT_TEXT, &options->mapping, 0, 0, "how the file's columns are read: a name or a .json file"},
        {"events", MT_ARGUMENT_TEXT, &options->events, 0, 0, "no mapping: the file is canonical events, JSON, one a line; of what: transfer, account or listing"},
        {"topic", MT_ARGUMENT_TEXT, &options->topic, 0, 0, "topic to publish to [" MT_TOPIC_TRANSFERS ", " MT_TOPIC_ACCOUNTS " for account facts, " MT_TOPIC_LISTS " for listings]"},
        {"secret-file", MT_ARGUMENT_TEXT, &options->secret_file, 0, 0, "64 hex digits: message keys are tokens made with it"},
        {"rate", MT_ARGUMENT_COUNT, &options->rate_max, 0, 10000000, "messages a second; 0: as fast as it goes"},
        {"shuffle", MT_ARGUMENT_COUNT, &options->shuffle_seed, 0, INT64_MAX, "seed of a random order (the file is held in memory); 0: file order"},
        {"repeat-every", MT_ARGUMENT_COUNT, &options->repeat_every, 0, 1000000, "send every n-th event twice; 0: never"},
        {"backlog", MT_ARGUMENT_COUNT, &options->backlog_max, 0, 100000000, "wait while the group is this many messages behind; 0: never"},
        {"group", MT_ARGUMENT_TEXT, &options->group, 0, 0, "the consumer group that --backlog watches"},
        {"create-topics", MT_ARGUMENT_COUNT, &options->partitions, 0, 1024, "make the topic with this many partitions if missing; 0: never"},
    };
    const struct mt_command command = {
        .usage = "moneytrail replay FILE (--mapping NAME | --events KIND) --brokers HOST:PORT [options]",
        .purpose = "Publishes a file of transfers, of what a bank knows of its accounts, or of watch list entries, to Kafka as canonical events,\n"
                   "keyed by the account's token (of a transfer: the debtor's; of a listing: its record). Whether rows are transfers or account facts, the mapping says.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .word_least = 1,
        .word_most = 1,
    };
    struct mt_words words;

    if (!mt_arguments_read(&command, argc, argv, &words, out_exit_code))
        return false;
    options->file = words.at[0];
    *out_exit_code = 2;
    if ((options->mapping == NULL) == (options->events == NULL))
        fprintf(stderr, "either --mapping says how FILE is to be read, for example --mapping moneytrail, or --events that it is canonical events\n");
    return (options->mapping == NULL) != (options->events == NULL);
}

static void on_progress(void *self, const struct mt_publish_counters *counters, int64_t bytes, int64_t bytes_total)
{
    int64_t *last_ms = self;
    int64_t now_ms = mt_steady_ms();

    if (!isatty(STDERR_FILENO) || now_ms - *last_ms < 250)
        return;
    *last_ms = now_ms;
    fprintf(stderr, "\r%" PRIu64 " published, %" PRId64 " %%   ", counters->events, bytes_total > 0 ? bytes * 100 / bytes_total : 0);
}

static enum mt_status topic_make(const struct options *options, const char *topic)
{
    rd_kafka_conf_t *conf = mt_kafka_conf(&options->kafka);
    rd_kafka_t *client = conf != NULL ? mt_kafka_producer(conf) : NULL;

    if (client == NULL)
        return MT_BAD_CONFIG;
    enum mt_status status = mt_kafka_topics_create(client, &topic, 1, (int)options->partitions);
    rd_kafka_destroy(client);
    return status;
}

static enum mt_status feed_take(const struct options *options, const struct mt_secret *secret, struct mt_feed **out_feed)
{
    const struct mt_feed_options feed_options = {options->file, options->mapping, options->events, secret};
    char error[256] = "";
    enum mt_status status = mt_feed_open(&feed_options, out_feed, error);

    if (status != MT_OK)
        fprintf(stderr, "%s\n", error);
    return status;
}

static enum mt_status run(const struct options *options)
{
    struct mt_feed *feed = NULL;
    struct mt_publish_counters counters = {0};
    struct mt_secret secret;
    int64_t last_ms = 0;
    enum mt_status status = mt_secret_default(options->secret_file, &secret);

    if (status == MT_OK)
        status = feed_take(options, &secret, &feed);
    static const char *const topics[] = {MT_TOPIC_TRANSFERS, MT_TOPIC_ACCOUNTS, MT_TOPIC_LISTS};
    static const char *const names[] = {"transfers", "account facts", "listings"};
    bool opened = feed != NULL;
    enum mt_feed_kind kind = opened ? mt_feed_kind(feed) : MT_FEED_TRANSFERS;
    const char *topic = options->topic != NULL ? options->topic : topics[kind];
    if (status == MT_OK && options->partitions > 0)
        status = topic_make(options, topic);
    if (status == MT_OK) {
        const struct mt_publish_options publish = {
            .kafka = &options->kafka,
            .topic = topic,
            .rate_max = options->rate_max,
            .shuffle_seed = options->shuffle_seed,
            .repeat_every = options->repeat_every,
            .backlog_max = options->backlog_max,
            .group = options->group,
        };
        status = mt_publish(&publish, feed, on_progress, &last_ms, &counters);
    }
    mt_feed_close(feed);
    explicit_bzero(&secret, sizeof secret);
    if (opened)
        printf("%s%" PRIu64 " %s published in %" PRIu64 " messages to %s, %" PRIu64 " rows rejected\n", isatty(STDERR_FILENO) ? "\r" : "",
               counters.events, names[kind], counters.messages, topic, counters.rejected);
    if (status != MT_OK)
        fprintf(stderr, "replay: %s\n", mt_status_text(status));
    return status;
}

int mt_replay_main(int argc, char **argv)
{
    struct options options = {
        .kafka = {.brokers = MT_BROKERS_DEFAULT},
        .group = "moneytrail",
    };
    int exit_code;

    if (!options_read(&options, argc, argv, &exit_code))
        return exit_code;
    mt_stop_install();
    return run(&options) == MT_OK ? 0 : 1;
}
