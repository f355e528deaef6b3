/*
 * ceiling.c: the worker against the best possible loop, on the same stream in the same run (design D6).
 *
 *   bench_ceiling MONEYTRAIL [TRANSFERS] [RUNS] [hub]    $KAFKA_BOOTSTRAP: a real broker; else the embedded one
 *
 * `hub`: one account takes part in every twentieth transfer.
 *
 * The ceiling consumes, parses, tokenises, appends to both ledgers and reads the payer's ledger, pipelined as the worker is, and
 * thinks nothing. The worker is the real process, with everything on. Each run takes a fresh Redis; runs alternate, and the medians are
 * compared. Time counts from the first batch done to the last.
 */
#include "redis_private.h"
#include "workers/demo/broker.h"
#include "schemas/currency.h"
#include "workers/generate/generator.h"
#include "workers/kit/connect.h"
#include "workers/kit/log.h"
#include "workers/trace/intake.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PARTITIONS 32 /* the embedded broker holds 5 MB in each */
#define RUNS_MAX 15
#define BATCH 2000
#define SHARDS 16
#define HUB_EVERY 20
#define TEXT(string) ((struct mt_text){(string), strlen(string)})

struct stream {
    const char *brokers;
    const char *topic;
    const char *accounts_topic;
    size_t count;
    bool hub;
    char secret_path[96];
    struct mt_secret secret;
};

static void event_of(const struct mt_generated *generated, const struct mt_currency *currency, struct mt_event *out_event)
{
    *out_event = (struct mt_event){
        .debtor = {.bank = TEXT(generated->debtor_bank), .number = TEXT(generated->debtor)},
        .creditor = {.bank = TEXT(generated->creditor_bank), .number = TEXT(generated->creditor)},
        .transaction_id = TEXT(generated->id),
        .time_ms = generated->movement.time_ms,
        .amount = {generated->movement.minor, currency->numeric},
        .kind = generated->movement.kind,
        .rail = generated->movement.rail,
    };
}

/* Every twentieth transfer goes into the hub or, by turns, comes out of it. */
static void hub_plant(struct mt_event *event, size_t index)
{
    struct mt_event_account *side = index / HUB_EVERY % 2 == 0 ? &event->creditor : &event->debtor;

    if (index % HUB_EVERY == 0)
        *side = (struct mt_event_account){.bank = TEXT("HUB"), .number = TEXT("1")};
}

static bool stream_publish(struct stream *stream)
{
    const struct mt_kafka_options kafka = {.brokers = stream->brokers};
    const char *topics[] = {stream->topic, stream->accounts_topic, MT_TOPIC_ALERTS, MT_TOPIC_REJECTED};
    struct mt_generator_options options = mt_generator_options_default();
    struct mt_generator *generator;
    struct mt_generated generated;
    char error[128];
    rd_kafka_conf_t *conf = mt_kafka_conf(&kafka);

    options.transfers = (int64_t)stream->count;
    rd_kafka_t *producer = mt_kafka_producer(conf);
    if (producer == NULL || mt_generator_create(&options, &generator, error) != MT_OK)
        return false;
    bool good = getenv("KAFKA_BOOTSTRAP") == NULL || mt_kafka_topics_create(producer, topics, 4, PARTITIONS) == MT_OK;
    size_t count = 0;
    while (good && count < stream->count && mt_generator_next(generator, &generated)) {
        const struct mt_currency *currency = mt_currency_find(generated.currency, strlen(generated.currency));
        struct mt_event event;
        char bytes[4096];

        event_of(&generated, currency, &event);
        if (stream->hub)
            hub_plant(&event, count);
        size_t size = mt_event_print(&event, bytes, sizeof bytes);
        while (rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(stream->topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                 RD_KAFKA_V_KEY(generated.debtor, strlen(generated.debtor)), RD_KAFKA_V_VALUE(bytes, size),
                                 RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(producer, 50);
        rd_kafka_poll(producer, 0);
        count++;
    }
    good = good && rd_kafka_flush(producer, 60000) == RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_destroy(producer);
    mt_generator_destroy(generator);
    stream->count = count;
    return good;
}

/* --- the ceiling ---------------------------------------------------------------------------------------------------- */

static enum mt_status payers_read(struct mt_redis *redis, struct mt_redis_store *store, struct mt_intake *intake,
                                  const struct mt_batch *batch, struct mt_batch *fill)
{
    static struct mt_token payers[BATCH];
    static struct mt_ledger ledgers[BATCH];

    for (size_t i = 0; i < batch->count; i++)
        payers[i] = batch->transfers[i].debtor;
    mt_redis_store_read_send(store, payers, batch->count);
    enum mt_status status = mt_redis_flush(redis);
    if (status == MT_OK)
        status = mt_intake_fill(intake, fill, 0);
    return status == MT_OK ? mt_redis_store_read_settle(store, ledgers) : status;
}

/* Transfers a second, or −1. */
static double ceiling_run(const struct stream *stream, const struct mt_redis_private *server, int run)
{
    const struct mt_kafka_options kafka = {.brokers = stream->brokers};
    const struct mt_redis_options redis_options = {.address = server->socket, .timeout_ms = 60000};
    const struct mt_keys keys = {.space = "mt", .shard_count = SHARDS};
    const struct mt_redis_store_options store_options = {.ledger_ttl_ms = 60 * INT64_C(86400000), .cache_bytes_max = (size_t)512 << 20};
    const struct mt_outbox_options outbox_options = {&kafka, &keys, MT_TOPIC_ALERTS, MT_TOPIC_REJECTED};
    const char *topics[] = {stream->topic, stream->accounts_topic};
    struct mt_redis *redis = mt_redis_private_connect(server);
    struct mt_redis_store *store;
    struct mt_outbox *outbox;
    struct mt_intake *intake;
    struct mt_batch *batches[2], *pending = NULL;
    char group[48];
    size_t done = 0, first = 0;
    double start = 0;

    snprintf(group, sizeof group, "ceiling-%d-%d", (int)getpid(), run);
    if (redis == NULL || mt_redis_store_create(redis, &keys, &store_options, &store) != MT_OK || mt_outbox_create(&outbox_options, &outbox) != MT_OK)
        return -1;
    const struct mt_intake_options intake_options = {&kafka, &redis_options, &keys, &stream->secret, outbox, group, topics, 2};
    if (mt_intake_create(&intake_options, &intake) != MT_OK || mt_batch_create(BATCH, &batches[0]) != MT_OK ||
        mt_batch_create(BATCH, &batches[1]) != MT_OK)
        return -1;
    enum mt_status status = MT_OK;
    for (int side = 0; status == MT_OK && done < stream->count; side = !side) {
        struct mt_batch *fresh = batches[side];

        mt_batch_clear(fresh);
        if (pending == NULL) {
            status = mt_intake_fill(intake, fresh, 100);
        } else {
            status = mt_redis_store_append_settle(store);
            if (status == MT_OK)
                status = payers_read(redis, store, intake, pending, fresh);
            done += pending->count;
            mt_redis_store_turn_end(store);
        }
        if (first == 0 && done > 0) {
            first = done;
            start = (double)mt_steady_ms();
        }
        if (status == MT_OK && fresh->count > 0) {
            mt_redis_store_append_send(store, fresh->transfers, fresh->labels, fresh->count, mt_clock_ms());
            status = mt_redis_flush(redis);
        }
        pending = fresh->count > 0 ? fresh : NULL;
    }
    double elapsed = ((double)mt_steady_ms() - start) / 1000;
    mt_intake_destroy(intake);
    mt_outbox_destroy(outbox, 1000);
    mt_redis_store_destroy(store);
    mt_batch_destroy(batches[0]);
    mt_batch_destroy(batches[1]);
    mt_redis_destroy(redis);
    return status == MT_OK ? (double)(done - first) / elapsed : -1;
}

/* --- the worker ----------------------------------------------------------------------------------------------------- */

static int worker_start(const char *program, const struct stream *stream, const struct mt_redis_private *server, int run)
{
    char group[48];
    int pid = fork();

    if (pid != 0)
        return pid;
    snprintf(group, sizeof group, "worker-%d-%d", (int)getppid(), run);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int log = open("/dev/null", O_WRONLY);
    dup2(log, STDERR_FILENO);
    dup2(log, STDOUT_FILENO);
    execl(program, program, "trace-worker", "--brokers", stream->brokers, "--redis", server->socket, "--secret-file", stream->secret_path, "--topic",
          stream->topic, "--accounts-topic", stream->accounts_topic, "--group", group, "--name", "bench", "--retention", "3660d", (char *)NULL);
    _exit(127);
}

/* Messages marked done, over all partitions. */
static size_t marked(struct mt_redis *redis, const struct mt_keys *keys)
{
    struct mt_key_text key = mt_keys_shard_of(keys, 0, "m");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HVALS"), MT_KEY_WORD(key)};
    redisReply *reply = mt_redis_ask(redis, words, 2);
    size_t sum = 0;

    for (size_t i = 0; reply != NULL && i < reply->elements; i++)
        sum += strtoull(reply->element[i]->str, NULL, 10);
    mt_redis_free(reply);
    return sum;
}

static double worker_run(const char *program, const struct stream *stream, const struct mt_redis_private *server, int run)
{
    const struct mt_keys keys = {.space = "mt", .shard_count = SHARDS};
    struct mt_redis *redis = mt_redis_private_connect(server);
    int pid = redis != NULL ? worker_start(program, stream, server, run) : -1;
    size_t first = 0, done = 0;
    double start = 0;

    while (pid > 0 && done < stream->count && waitpid(pid, NULL, WNOHANG) == 0) {
        done = marked(redis, &keys);
        if (first == 0 && done > 0) {
            first = done;
            start = (double)mt_steady_ms();
        }
        usleep(5000);
    }
    double elapsed = ((double)mt_steady_ms() - start) / 1000;
    if (pid > 0) {
        kill(pid, SIGTERM);
        waitpid(pid, NULL, 0);
    }
    mt_redis_destroy(redis);
    return done >= stream->count ? (double)(done - first) / elapsed : -1;
}

static int double_compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, double_compare);
    return values[count / 2];
}

static double cpu_seconds(int who)
{
    struct rusage usage;

    getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* One side once, on a Redis of its own. Transfers a second, or −1; tells the CPU a transfer cost here and in Redis, which is steadier than the clock. */
static double side_run(const char *program, const struct stream *stream, int run)
{
    int who = program == NULL ? RUSAGE_SELF : RUSAGE_CHILDREN;
    struct mt_redis_private server;

    if (mt_redis_private_start(&server) != MT_OK)
        return -1;
    double own = cpu_seconds(who);
    double rate = program == NULL ? ceiling_run(stream, &server, run) : worker_run(program, stream, &server, run);
    own = cpu_seconds(who) - own;
    double redis = cpu_seconds(RUSAGE_CHILDREN);
    mt_redis_private_stop(&server);
    redis = cpu_seconds(RUSAGE_CHILDREN) - redis;
    printf("  %s %.0f/s (CPU %.1f us, in Redis %.1f us)", program == NULL ? "ceiling" : "worker", rate, own * 1e6 / (double)stream->count,
           redis * 1e6 / (double)stream->count);
    return rate;
}

static int compare(const char *program, const struct stream *stream, int runs)
{
    double ceiling[RUNS_MAX], worker[RUNS_MAX];

    for (int run = 0; run < runs; run++) {
        printf("  run %d:", run + 1);
        ceiling[run] = side_run(NULL, stream, run);
        worker[run] = side_run(program, stream, run);
        printf("\n");
        fflush(stdout);
        if (ceiling[run] <= 0 || worker[run] <= 0)
            return 1;
    }
    double best = median(ceiling, runs), ours = median(worker, runs);
    printf("ceiling (%s): worker %.0f transfers/s of %.0f = %.2f of the ceiling (required 0.60), medians of %d runs, %zu transfers%s\n",
           getenv("KAFKA_BOOTSTRAP") != NULL ? "real Kafka" : "embedded broker", ours, best, ours / best, runs, stream->count,
           stream->hub ? ", a hub in 5 % of them" : "");
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const topics[] = {"transfers", "accounts", MT_TOPIC_ALERTS, MT_TOPIC_REJECTED};
    struct stream stream = {.topic = "transfers", .accounts_topic = "accounts", .count = argc > 2 ? strtoull(argv[2], NULL, 10) : 200000};
    int runs = argc > 3 ? atoi(argv[3]) : 3;
    stream.hub = argc > 4 && strcmp(argv[4], "hub") == 0;
    struct mt_broker *broker = NULL;
    char topic[48];

    if (argc < 2 || runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: bench_ceiling MONEYTRAIL [TRANSFERS] [RUNS up to %d] [hub]\n", RUNS_MAX);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    stream.brokers = getenv("KAFKA_BOOTSTRAP");
    if (stream.brokers != NULL) { /* a topic of this run's own */
        snprintf(topic, sizeof topic, "transfers-%d", (int)getpid());
        stream.topic = topic;
    } else {
        if (mt_broker_start(topics, 4, PARTITIONS, &broker) != MT_OK)
            return 1;
        stream.brokers = mt_broker_address(broker);
    }
    snprintf(stream.secret_path, sizeof stream.secret_path, "/tmp/moneytrail-bench-%d.key", (int)getpid());
    int exit_code = 1;
    if (mt_secret_load(stream.secret_path, true, &stream.secret) == MT_OK && stream_publish(&stream))
        exit_code = compare(argv[1], &stream, runs);
    unlink(stream.secret_path);
    mt_broker_stop(broker);
    return exit_code;
}
