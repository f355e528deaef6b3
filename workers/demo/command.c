#include "command.h"

#include "broker.h"
#include "children.h"
#include "planted.h"
#include "workers/analyst/finding_tell.h"
#include "workers/analyst/finding_text.h"
#include "workers/kit/arguments.h"
#include "workers/kit/connect.h"
#include "workers/kit/log.h"
#include "workers/kit/settings.h"
#include "workers/kit/setup.h"
#include "workers/kit/stop.h"
#include "workers/replay/publish.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <unistd.h>

#define PARTITIONS 4
#define BACKLOG_MAX 8000 /* of about 400 bytes: the mock broker holds 5 MB per partition */
#define WAIT_MAX_MS 120000
#define SAMPLE_DAY 20605 /* first of the sample stream: 2026-06-01 */

struct options {
    struct mt_rules rules;
    const char *file, *mapping, *brokers, *rates, *lines, *points;
    int64_t transfers, chains, round_trips, seed, workers, show;
    bool once, keep;
};

struct demo {
    const struct options *options;
    struct mt_children children;
    struct mt_broker *broker;
    struct mt_redis *redis;
    char self[512];
    char socket[192], secret[192], sample[192], accounts[192], truth[192], findings[192], address[192];
    char rules[MT_RULE_COUNT][80];
    uint64_t published, published_before; /* messages, in all and by the files before this one */
    int64_t last_ms;
};

static bool options_read(struct options *options, int argc, char **argv, int *out_exit_code)
{
    const struct mt_argument arguments[] = {
        {"once", MT_ARGUMENT_FLAG, &options->once, 0, 0, "stop everything and exit when the findings have been shown"},
        {"mapping", MT_ARGUMENT_TEXT, &options->mapping, 0, 0, "how FILE's columns are read: a name or a .json file"},
        {"rates", MT_ARGUMENT_TEXT, &options->rates, 0, 0, "rate table for FILE"},
        {"lines", MT_ARGUMENT_TEXT, &options->lines, 0, 0, "reporting lines in place of ours (CSV: currency,line,par)"},
        {"points", MT_ARGUMENT_TEXT, &options->points, 0, 0, "what signs are worth in place of ours: a file of moneytrail fit --points"},
        {"brokers", MT_ARGUMENT_TEXT, &options->brokers, 0, 0, "a real Kafka instead of the embedded broker"},
        {"workers", MT_ARGUMENT_COUNT, &options->workers, 1, 8, "trace-workers"},
        {"transfers", MT_ARGUMENT_COUNT, &options->transfers, 1000, 100000000, "size of the sample stream"},
        {"chains", MT_ARGUMENT_COUNT, &options->chains, 0, 10000, "mule chains planted in it"},
        {"round-trips", MT_ARGUMENT_COUNT, &options->round_trips, 0, 10000, "round trips planted in it"},
        {"seed", MT_ARGUMENT_COUNT, &options->seed, 0, INT64_MAX, "seed of the sample stream"},
        {"show", MT_ARGUMENT_COUNT, &options->show, 0, 1000, "findings shown in full"},
        {"keep", MT_ARGUMENT_FLAG, &options->keep, 0, 0, "keep the folder with the logs"},
    };
    const struct mt_command command = {
        .usage = "moneytrail demo [FILE --mapping NAME] [--once] [options]",
        .purpose = "The whole system on this machine, for trying out: an embedded Kafka (librdkafka's mock cluster), a private\n"
                   "redis-server, trace-workers and the query server; a sample stream, or your own file, goes through it.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .takes_rules = true,
        .rules = &options->rules,
        .word_most = 1,
    };
    struct mt_words words;

    if (!mt_arguments_read(&command, argc, argv, &words, out_exit_code))
        return false;
    options->file = words.count > 0 ? words.at[0] : NULL;
    if (options->file == NULL && options->rules.stream_from_day == 0)
        options->rules.stream_from_day = SAMPLE_DAY;
    if (options->file == NULL || options->mapping != NULL)
        return true;
    fprintf(stderr, "--mapping says how FILE is to be read, for example --mapping moneytrail\n");
    *out_exit_code = 2;
    return false;
}

/* --- the parts ------------------------------------------------------------------------------------------------------ */

static enum mt_status redis_start(struct demo *demo)
{
    const char *const argv[] = {"redis-server", "--port", "0", "--unixsocket", demo->socket, "--unixsocketperm", "700", "--save", "",
                                "--appendonly", "no", "--dir", demo->children.folder, "--maxmemory-policy", "noeviction", NULL};
    const struct mt_redis_options options = {.address = demo->socket, .timeout_ms = 10000};
    enum mt_status status = mt_children_start(&demo->children, "redis", argv);

    if (status == MT_OK)
        status = mt_redis_create(&options, &demo->redis);
    for (int i = 0; i < 250 && status == MT_OK; i++) {
        if (mt_redis_connect(demo->redis) == MT_OK)
            return MT_OK;
        if (mt_children_ended(&demo->children) != NULL) {
            fprintf(stderr, "redis-server did not start; its words are in %s/redis.log\n", demo->children.folder);
            return MT_UNAVAILABLE;
        }
        usleep(20000);
    }
    return status == MT_OK ? MT_UNAVAILABLE : status;
}

static const char *brokers(const struct demo *demo)
{
    return demo->options->brokers != NULL ? demo->options->brokers : mt_broker_address(demo->broker);
}

static enum mt_status kafka_start(struct demo *demo)
{
    static const char *const topics[] = {MT_TOPIC_TRANSFERS, MT_TOPIC_ACCOUNTS, MT_TOPIC_LISTS, MT_TOPIC_ALERTS, MT_TOPIC_REJECTED, MT_TOPIC_CHANNELS};

    if (demo->options->brokers == NULL)
        return mt_broker_start(topics, 5, PARTITIONS, &demo->broker);
    const struct mt_kafka_options options = {.brokers = demo->options->brokers};
    rd_kafka_conf_t *conf = mt_kafka_conf(&options);
    rd_kafka_t *client = conf != NULL ? mt_kafka_producer(conf) : NULL;
    if (client == NULL)
        return MT_BAD_CONFIG;
    enum mt_status status = mt_kafka_topics_create(client, topics, 5, PARTITIONS);
    rd_kafka_destroy(client);
    return status;
}

static enum mt_status worker_start(struct demo *demo, int number)
{
    const struct options *options = demo->options;
    const char *argv[24 + MT_RULE_COUNT] = {demo->self, "trace-worker", "--brokers", brokers(demo), "--redis", demo->socket, "--secret-file",
                            demo->secret, "--retention", "3660d", "--lateness", "3660d", "--name"};
    const char *const files[][2] = {{"--rates", options->rates}, {"--rates-mapping", options->rates != NULL ? options->mapping : NULL},
                                    {"--lines", options->lines}, {"--points", options->points}};
    char name[24];
    size_t at = 13;

    snprintf(name, sizeof name, "worker-%d", number);
    argv[at++] = name;
    for (size_t i = 0; i < MT_RULE_COUNT; i++)
        argv[at++] = demo->rules[i];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i][1] == NULL)
            continue;
        argv[at++] = files[i][0];
        argv[at++] = files[i][1];
    }
    MT_ASSERT(at < sizeof argv / sizeof argv[0]);
    return mt_children_start(&demo->children, name, argv);
}

static enum mt_status channels_start(struct demo *demo)
{
    const char *argv[11 + MT_RULE_COUNT] = {demo->self, "channels", "--redis", demo->socket, "--watch", "30s", "--retention", "3660d",
                                            "--brokers", brokers(demo)};

    for (size_t i = 0; i < MT_RULE_COUNT; i++)
        argv[10 + i] = demo->rules[i];
    return mt_children_start(&demo->children, "channels", argv);
}

static enum mt_status serve_start(struct demo *demo)
{
    const char *const argv[] = {demo->self, "serve", "--listen", "127.0.0.1:0", "--redis", demo->socket, "--address-file", demo->address, NULL};

    return mt_children_start(&demo->children, "serve", argv);
}

static enum mt_status command_run(struct demo *demo, const char *name, const char *const *argv)
{
    enum mt_status status = mt_children_start(&demo->children, name, argv);
    const char *ended = NULL;

    while (status == MT_OK && ended == NULL && !mt_stop_asked()) {
        usleep(5000);
        ended = mt_children_ended(&demo->children);
    }
    if (ended != NULL && strcmp(ended, name) != 0) {
        mt_children_blame(&demo->children, ended);
        return MT_UNAVAILABLE;
    }
    demo->children.count -= ended != NULL;
    return status;
}

static enum mt_status sample_make(struct demo *demo)
{
    char transfers[24], chains[24], round_trips[24], seed[24], start[32];
    const char *const argv[] = {demo->self, "generate", "--transfers", transfers, "--chains", chains, "--round-trips", round_trips, "--seed",
                                seed, "--start", start, "--out", demo->sample, "--truth", demo->truth, "--accounts", demo->accounts, NULL};

    snprintf(transfers, sizeof transfers, "%" PRId64, demo->options->transfers);
    snprintf(chains, sizeof chains, "%" PRId64, demo->options->chains);
    snprintf(round_trips, sizeof round_trips, "%" PRId64, demo->options->round_trips);
    snprintf(seed, sizeof seed, "%" PRId64, demo->options->seed);
    mt_date_print(SAMPLE_DAY, start);
    return command_run(demo, "generate", argv);
}

static enum mt_status start(struct demo *demo)
{
    ssize_t size = readlink("/proc/self/exe", demo->self, sizeof demo->self - 1);
    enum mt_status status = size > 0 ? mt_children_open(&demo->children) : MT_IO;
    struct mt_secret secret;

    if (status != MT_OK)
        return status;
    demo->self[size] = '\0';
    snprintf(demo->socket, sizeof demo->socket, "%s/redis.sock", demo->children.folder);
    snprintf(demo->secret, sizeof demo->secret, "%s/secret.key", demo->children.folder);
    snprintf(demo->sample, sizeof demo->sample, "%s/sample.csv", demo->children.folder);
    snprintf(demo->accounts, sizeof demo->accounts, "%s/accounts.csv", demo->children.folder);
    snprintf(demo->truth, sizeof demo->truth, "%s/truth.csv", demo->children.folder);
    snprintf(demo->findings, sizeof demo->findings, "%s/findings.log", demo->children.folder);
    snprintf(demo->address, sizeof demo->address, "%s/address", demo->children.folder);
    mt_rules_print(&demo->options->rules, demo->rules);
    status = mt_secret_load(demo->secret, true, &secret);
    if (status == MT_OK)
        status = kafka_start(demo);
    if (status == MT_OK)
        status = redis_start(demo);
    for (int i = 1; i <= demo->options->workers && status == MT_OK; i++)
        status = worker_start(demo, i);
    if (status == MT_OK)
        status = channels_start(demo);
    if (status == MT_OK)
        status = serve_start(demo);
    return status;
}

/* --- the job -------------------------------------------------------------------------------------------------------- */

/* Sum of one counter over the workers. */
static int64_t counter_sum(struct demo *demo, const char *field)
{
    int64_t sum = 0;

    for (int i = 1; i <= demo->options->workers; i++) {
        char key[64];
        int size = snprintf(key, sizeof key, MT_NAMESPACE_DEFAULT ":worker:worker-%d", i);
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGET"), {key, (size_t)size}, {field, strlen(field)}};
        redisReply *reply = mt_redis_ask(demo->redis, words, 3);

        if (reply != NULL && reply->type == REDIS_REPLY_STRING)
            sum += strtoll(reply->str, NULL, 10);
        mt_redis_free(reply);
    }
    return sum;
}

static void progress_print(struct demo *demo, bool last)
{
    int64_t now_ms = mt_steady_ms();
    bool terminal = isatty(STDOUT_FILENO);

    if (!last && now_ms - demo->last_ms < (terminal ? 300 : 5000))
        return;
    demo->last_ms = now_ms;
    printf("%spublished %" PRIu64 ", consumed %" PRId64 ", findings written %" PRId64 "%s", terminal ? "\r" : "  ", demo->published,
           counter_sum(demo, "messages"), counter_sum(demo, "findings_written"), terminal && !last ? "   " : "\n");
    fflush(stdout);
}

static void on_progress(void *self, const struct mt_publish_counters *counters, int64_t bytes, int64_t bytes_total)
{
    struct demo *demo = self;

    (void)bytes;
    (void)bytes_total;
    demo->published = demo->published_before + counters->messages;
    progress_print(demo, false);
}

/* Adds to what was published before. */
static enum mt_status file_publish(struct demo *demo, const char *file, const char *mapping)
{
    const struct options *options = demo->options;
    const struct mt_kafka_options kafka = {.brokers = brokers(demo)};
    struct mt_publish_counters counters = {0};
    struct mt_feed *feed = NULL;
    struct mt_secret secret;
    char error[256] = "";
    enum mt_status status = mt_secret_load(demo->secret, false, &secret);
    const struct mt_feed_options feed_options = {.file = file, .mapping = mapping, .secret = &secret};

    if (status == MT_OK)
        status = mt_feed_open(&feed_options, &feed, error);
    if (status != MT_OK)
        fprintf(stderr, "%s\n", error);
    if (status == MT_OK) {
        const struct mt_publish_options publish_options = {
            .kafka = &kafka,
            .topic = mt_feed_kind(feed) == MT_FEED_ACCOUNTS ? MT_TOPIC_ACCOUNTS : MT_TOPIC_TRANSFERS,
            .backlog_max = options->brokers == NULL ? BACKLOG_MAX : 0,
            .group = "moneytrail",
        };
        status = mt_publish(&publish_options, feed, on_progress, demo, &counters);
    }
    mt_feed_close(feed);
    demo->published_before += counters.messages;
    demo->published = demo->published_before;
    return status;
}

/* Account facts go first, so that they are there when the findings are shown. */
static enum mt_status publish(struct demo *demo)
{
    const struct options *options = demo->options;

    if (mt_stop_asked()) /* the sample may not have been made */
        return MT_OK;
    if (options->file != NULL)
        return file_publish(demo, options->file, options->mapping);
    enum mt_status status = file_publish(demo, demo->accounts, "moneytrail-accounts");
    return status == MT_OK ? file_publish(demo, demo->sample, "moneytrail") : status;
}

/* Waits until the workers have counted everything that was published, and nothing of it is on a to-do list. */
static enum mt_status consumed_wait(struct demo *demo)
{
    int64_t deadline_ms = mt_steady_ms() + WAIT_MAX_MS, consumed = 0, to_do_before = 0;

    while (!mt_stop_asked()) {
        int64_t now = counter_sum(demo, "messages"), to_do = counter_sum(demo, "looks_to_do");

        if (mt_children_failed(&demo->children))
            return MT_UNAVAILABLE;
        if (now >= (int64_t)demo->published && to_do == 0)
            break;
        if (now > consumed || to_do != to_do_before)
            deadline_ms = mt_steady_ms() + WAIT_MAX_MS;
        consumed = now;
        to_do_before = to_do;
        if (mt_steady_ms() > deadline_ms) {
            fprintf(stderr, "published %" PRIu64 " but only %" PRId64 " were consumed: the broker dropped some\n", demo->published, now);
            return MT_UNAVAILABLE;
        }
        progress_print(demo, false);
        usleep(100000);
    }
    progress_print(demo, true);
    return MT_OK;
}

/* --- what a person sees --------------------------------------------------------------------------------------------- */

static enum mt_status findings_fetch(struct demo *demo)
{
    const char *const argv[] = {demo->self, "alerts", "--json", "--final", "--redis", demo->socket, NULL};

    return command_run(demo, "findings", argv);
}

struct shown {
    char *line;
    long score;
};

static int shown_compare(const void *left, const void *right)
{
    const struct shown *a = left, *b = right;

    return a->score != b->score ? (a->score < b->score) - (a->score > b->score) : strcmp(a->line, b->line);
}

/* The finding with what is known of its accounts. */
static enum mt_status shown_print(struct demo *demo, struct shown *shown)
{
    struct mt_keys keys;
    size_t size = strlen(shown->line);
    enum mt_status status = mt_namespace_take(MT_NAMESPACE_DEFAULT, &keys) ? mt_settings_read(demo->redis, &keys) : MT_BAD_CONFIG;

    if (status == MT_OK)
        status = mt_finding_accounts_add(demo->redis, &keys, &shown->line, &size);
    if (status == MT_OK)
        mt_finding_text(stdout, shown->line, size, isatty(STDOUT_FILENO));
    return status;
}

static enum mt_status findings_show(struct demo *demo)
{
    FILE *file = fopen(demo->findings, "r");
    struct shown *shown = NULL;
    size_t count = 0, size = 0;
    char *line = NULL;
    enum mt_status status = MT_OK;

    if (file == NULL)
        return MT_IO;
    while (getline(&line, &size, file) > 0) {
        const char *score = strstr(line, "\"score\":");

        shown = realloc(shown, (count + 1) * sizeof *shown);
        MT_ASSERT(shown != NULL);
        shown[count++] = (struct shown){strndup(line, strcspn(line, "\n")), score != NULL ? strtol(score + 8, NULL, 10) : 0};
    }
    free(line);
    fclose(file);
    if (count > 0)
        qsort(shown, count, sizeof *shown, shown_compare);
    printf("\nThe %zu of highest score among %zu findings:\n\n", count < (size_t)demo->options->show ? count : (size_t)demo->options->show, count);
    for (size_t i = 0; i < count; i++) {
        if ((int64_t)i < demo->options->show && status == MT_OK)
            status = shown_print(demo, &shown[i]);
        free(shown[i].line);
    }
    free(shown);
    return status;
}

static enum mt_status result_show(struct demo *demo)
{
    enum mt_status status = findings_fetch(demo);

    if (status == MT_OK && !mt_stop_asked())
        status = findings_show(demo);
    if (status != MT_OK || demo->options->file != NULL || mt_stop_asked())
        return status;
    printf("\n");
    return mt_planted_compare(demo->truth, demo->findings, stdout);
}

static void address_show(struct demo *demo)
{
    char address[128] = "";
    FILE *file = NULL;

    for (int i = 0; i < 100 && file == NULL; i++) {
        file = fopen(demo->address, "r");
        if (file == NULL)
            usleep(50000);
    }
    if (file != NULL && fgets(address, sizeof address, file) == NULL)
        address[0] = '\0';
    if (file != NULL)
        fclose(file);
    address[strcspn(address, "\r\n")] = '\0';
    printf("\nquery server   http://%s   (/v1/alerts, /v1/findings/ID, /v1/channels, /v1/accounts/TOKEN, /v1/health, /metrics)\n", address);
    printf("Kafka          %s   (publish to topics " MT_TOPIC_TRANSFERS ", " MT_TOPIC_ACCOUNTS ")\n", brokers(demo));
    printf("Redis          %s\n", demo->socket);
    printf("one finding    %s finding ID --redis %s\n", demo->self, demo->socket);
    fflush(stdout);
}

static enum mt_status run(struct demo *demo)
{
    printf("starting %s, redis-server, %" PRId64 " trace-workers, query server ...\n",
           demo->options->brokers != NULL ? "with your Kafka" : "the embedded broker (for trying out)", demo->options->workers);
    fflush(stdout);
    enum mt_status status = start(demo);
    if (status == MT_OK && demo->options->file == NULL)
        status = sample_make(demo);
    if (status == MT_OK)
        status = publish(demo);
    if (status == MT_OK)
        status = consumed_wait(demo);
    if (status == MT_OK)
        status = result_show(demo);
    if (status != MT_OK || mt_stop_asked())
        return status;
    address_show(demo);
    if (demo->options->once) {
        printf("\nAll of it stops now; without --once it keeps running for your queries.\n");
        return MT_OK;
    }
    printf("\nRunning; Ctrl-C stops everything.\n");
    fflush(stdout);
    while (!mt_stop_asked()) {
        if (mt_children_failed(&demo->children))
            return MT_UNAVAILABLE;
        usleep(200000);
    }
    return MT_OK;
}

int mt_demo_main(int argc, char **argv)
{
    struct options options = {
        .rules = mt_rules_default(),
        .transfers = 60000,
        .chains = 6,
        .round_trips = 4,
        .seed = 1,
        .workers = 2,
        .show = 5,
    };
    struct demo *demo = calloc(1, sizeof *demo);
    int exit_code;

    if (demo == NULL)
        return 1;
    if (!options_read(&options, argc, argv, &exit_code)) {
        free(demo);
        return exit_code;
    }
    mt_stop_install();
    demo->options = &options;
    enum mt_status status = run(demo);
    if (mt_stop_asked())
        status = MT_OK; /* what was stopped midway is no failure, and leaves nothing to look at */
    if (status != MT_OK)
        fprintf(stderr, "demo: %s\n", mt_status_text(status));
    bool keep = options.keep || status != MT_OK;
    if (!mt_children_close(&demo->children, keep))
        status = MT_BAD_STATE;
    mt_redis_destroy(demo->redis);
    mt_broker_stop(demo->broker);
    if (keep && demo->children.folder[0] != '\0')
        printf("logs kept in %s\n", demo->children.folder);
    free(demo);
    return status == MT_OK ? 0 : 1;
}
