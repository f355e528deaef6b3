#include "command.h"

#include "worker.h"
#include "schemas/lines.h"
#include "schemas/points.h"
#include "workers/kit/arguments.h"
#include "workers/kit/connect.h"
#include "workers/kit/log.h"
#include "workers/kit/setup.h"
#include "workers/kit/stop.h"

#include <stdio.h>
#include <unistd.h>

struct options {
    struct mt_kafka_options kafka;
    struct mt_redis_options redis;
    struct mt_rules rules;
    const char *space, *name, *group, *secret_file, *rates_file, *rates_mapping, *lines_file, *points_file;
    const char *transfers, *accounts, *lists, *alerts, *rejected;
    int64_t shards, batch_max, looks_max, looks_waiting_max, lateness_ms, retention_ms, partitions;
};

/* What an account's day is told by must still be there when a late transfer makes it be told again. */
static bool retention_reaches(const struct options *options, int *out_exit_code)
{
    if (options->rules.detectors == 0 || options->retention_ms >= options->rules.gather_window_ms + options->rules.history_ms)
        return true;
    fprintf(stderr, "--retention must be at least --gather-window and --history together, %lld days; or --detectors 0\n",
            (long long)((options->rules.gather_window_ms + options->rules.history_ms) / MT_DAY_MS));
    *out_exit_code = 2;
    return false;
}

static bool options_read(struct options *options, int argc, char **argv, int *out_exit_code)
{
    const struct mt_argument arguments[] = {
        MT_KAFKA_ARGUMENTS(options->kafka),
        MT_REDIS_ARGUMENTS(options->redis, options->space),
        {"name", MT_ARGUMENT_TEXT, &options->name, 0, 0, "this worker's name in logs and metrics"},
        {"group", MT_ARGUMENT_TEXT, &options->group, 0, 0, "Kafka consumer group"},
        {"secret-file", MT_ARGUMENT_TEXT, &options->secret_file, 0, 0, "64 hex digits: the key that makes tokens of account numbers"},
        {"rates", MT_ARGUMENT_TEXT, &options->rates_file, 0, 0, "rate table (CSV: currency,value or date,currency,value)"},
        {"rates-mapping", MT_ARGUMENT_TEXT, &options->rates_mapping, 0, 0, "mapping whose names for currencies the table uses"},
        {"lines", MT_ARGUMENT_TEXT, &options->lines_file, 0, 0, "reporting lines in place of ours (CSV: currency,line,par)"},
        {"points", MT_ARGUMENT_TEXT, &options->points_file, 0, 0, "what signs are worth in place of ours: a file of moneytrail fit --points"},
        {"topic", MT_ARGUMENT_TEXT, &options->transfers, 0, 0, "topic of transfers"},
        {"accounts-topic", MT_ARGUMENT_TEXT, &options->accounts, 0, 0, "topic of what banks know of accounts"},
        {"lists-topic", MT_ARGUMENT_TEXT, &options->lists, 0, 0, "topic of entries of watch lists"},
        {"alerts-topic", MT_ARGUMENT_TEXT, &options->alerts, 0, 0, "topic for versions of findings"},
        {"rejected-topic", MT_ARGUMENT_TEXT, &options->rejected, 0, 0, "topic for input that could not be used"},
        {"create-topics", MT_ARGUMENT_COUNT, &options->partitions, 0, 1024, "make missing topics with this many partitions; 0: never"},
        {"shards", MT_ARGUMENT_COUNT, &options->shards, 1, MT_SHARDS_MAX, "hash tags of the namespace; fixed by its first worker"},
        {"batch", MT_ARGUMENT_COUNT, &options->batch_max, 1, 100000, "most messages in one turn"},
        {"looks", MT_ARGUMENT_COUNT, &options->looks_max, 1, 1000000, "most chains and account days looked at in one turn; the rest is put on a to-do list"},
        {"looks-waiting", MT_ARGUMENT_COUNT, &options->looks_waiting_max, 1, 10000000, "most looks on the to-do list before input waits for them"},
        {"lateness", MT_ARGUMENT_DURATION, &options->lateness_ms, 0, 3660 * MT_DAY_MS, "later transfers are counted as too late"},
        {"retention", MT_ARGUMENT_DURATION, &options->retention_ms, MT_HOUR_MS, 3660 * MT_DAY_MS, "how long ledgers are kept"},
    };
    const struct mt_command command = {
        .usage = "moneytrail trace-worker --brokers HOST:PORT --redis HOST:PORT [options]",
        .purpose = "Consumes transfers, keeps the account graph in Redis, flags mule chains, round trips and account days. Run as many as there are\n"
                   "cores to spare: they share the topic's partitions. Stops after the batch in hand on Ctrl-C or SIGTERM.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .takes_rules = true,
        .rules = &options->rules,
    };
    struct mt_words words;

    return mt_arguments_read(&command, argc, argv, &words, out_exit_code) && retention_reaches(options, out_exit_code);
}

static enum mt_status rates_take(const struct options *options, struct mt_mapping **out_mapping, struct mt_rates **out_rates)
{
    char error[256] = "";
    enum mt_status status = MT_OK;

    if (options->rates_mapping != NULL)
        status = mt_mapping_load(options->rates_mapping, out_mapping, error);
    if (status == MT_OK && options->rates_file != NULL)
        status = mt_rates_load(options->rates_file, *out_mapping, out_rates, error);
    if (status != MT_OK)
        mt_log("error", "rates", "file=%s error=\"%s\"", options->rates_file != NULL ? options->rates_file : "", error);
    return status;
}

static enum mt_status lines_take(const struct options *options, const struct mt_rates *rates, struct mt_lines **out_lines)
{
    char error[256] = "";
    enum mt_status status = mt_lines_load(options->lines_file, rates, options->rules.account_sum_least, out_lines, error);

    if (status != MT_OK)
        mt_log("error", "lines", "file=%s error=\"%s\"", options->lines_file != NULL ? options->lines_file : "", error);
    return status;
}

static enum mt_status points_take(const struct options *options, struct mt_points **out_points)
{
    char error[256] = "";
    enum mt_status status = mt_points_load(options->points_file, out_points, error);

    if (status != MT_OK)
        mt_log("error", "points", "file=%s error=\"%s\"", options->points_file != NULL ? options->points_file : "", error);
    return status;
}

static enum mt_status run(const struct options *options)
{
    struct mt_mapping *mapping = NULL;
    struct mt_rates *rates = NULL;
    struct mt_lines *lines = NULL;
    struct mt_points *points = NULL;
    struct mt_worker *worker = NULL;
    struct mt_secret secret;
    struct mt_fingerprint fingerprint;
    struct mt_keys keys = {.shard_count = (uint32_t)options->shards};
    enum mt_status status = mt_namespace_take(options->space, &keys) ? MT_OK : MT_BAD_CONFIG;

    if (status == MT_OK)
        status = rates_take(options, &mapping, &rates);
    if (status == MT_OK)
        status = lines_take(options, rates, &lines);
    if (status == MT_OK)
        status = points_take(options, &points);
    if (status == MT_OK) {
        status = mt_secret_default(options->secret_file, &secret);
        if (status != MT_OK)
            mt_log("error", "secret", "file=%s error=\"%s\"", options->secret_file != NULL ? options->secret_file : "default",
                   "not readable as 64 hex digits");
    }
    if (status == MT_OK) {
        mt_fingerprint_make(&options->rules, options->rates_file, lines, points, &secret, &fingerprint);
        const struct mt_worker_options worker_options = {
            .name = options->name,
            .kafka = &options->kafka,
            .redis = &options->redis,
            .keys = &keys,
            .rules = &options->rules,
            .rates = rates,
            .lines = lines,
            .points = points,
            .secret = &secret,
            .fingerprint = &fingerprint,
            .group = options->group,
            .transfers_topic = options->transfers,
            .accounts_topic = options->accounts,
            .lists_topic = options->lists,
            .alerts_topic = options->alerts,
            .rejected_topic = options->rejected,
            .batch_max = options->batch_max,
            .looks_max = options->looks_max,
            .looks_waiting_max = options->looks_waiting_max,
            .lateness_ms = options->lateness_ms,
            .retention_ms = options->retention_ms,
            .partitions = options->partitions,
        };
        status = mt_worker_create(&worker_options, &worker);
    }
    if (status == MT_OK)
        status = mt_worker_run(worker);
    if (status == MT_UNAVAILABLE && mt_stop_asked())
        status = MT_OK; /* stopped while it waited for Redis or Kafka at its start */
    mt_worker_destroy(worker);
    mt_lines_destroy(lines);
    mt_points_destroy(points);
    mt_rates_destroy(rates);
    mt_mapping_destroy(mapping);
    explicit_bzero(&secret, sizeof secret);
    return status;
}

int mt_trace_worker_main(int argc, char **argv)
{
    char name[64];
    struct options options = {
        .kafka = {.brokers = MT_BROKERS_DEFAULT},
        .redis = {.address = MT_REDIS_DEFAULT, .timeout_ms = 10000},
        .rules = mt_rules_default(),
        .space = MT_NAMESPACE_DEFAULT,
        .name = name,
        .group = "moneytrail",
        .transfers = MT_TOPIC_TRANSFERS,
        .accounts = MT_TOPIC_ACCOUNTS,
        .lists = MT_TOPIC_LISTS,
        .alerts = MT_TOPIC_ALERTS,
        .rejected = MT_TOPIC_REJECTED,
        .shards = 16,
        .batch_max = 2000,
        .looks_max = 20000,
        .looks_waiting_max = 100000,
        .lateness_ms = MT_DAY_MS,
        .retention_ms = 60 * MT_DAY_MS,
    };
    int exit_code;

    snprintf(name, sizeof name, "worker-%ld", (long)getpid());
    if (!options_read(&options, argc, argv, &exit_code))
        return exit_code;
    mt_stop_install();
    return run(&options) == MT_OK ? 0 : 1;
}
