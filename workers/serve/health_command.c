#include "command.h"

#include "health.h"
#include "workers/channels/kept.h"
#include "workers/kit/arguments.h"
#include "workers/kit/connect.h"
#include "workers/kit/log.h"

#include <stdio.h>
#include <unistd.h>

struct options {
    struct mt_redis_options redis;
    const char *space, *worker, *server;
    int64_t pid;
};

/* The words of a process's command line. */
struct process {
    char text[16384];
    const char *words[256];
    size_t count;
};

static bool process_read(int64_t pid, struct process *out_process)
{
    char path[64];

    *out_process = (struct process){0};
    snprintf(path, sizeof path, "/proc/%lld/cmdline", (long long)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    size_t size = fread(out_process->text, 1, sizeof out_process->text - 1, file);
    fclose(file);
    for (size_t at = 0; at < size && out_process->count < 256; at += strlen(out_process->text + at) + 1)
        out_process->words[out_process->count++] = out_process->text + at;
    return out_process->count > 1;
}

/* The value of --NAME VALUE or --NAME=VALUE, the last one given; else `otherwise`. */
static const char *option_of(const struct process *process, const char *name, const char *otherwise)
{
    size_t size = strlen(name);
    const char *value = otherwise;

    for (size_t i = 2; i < process->count; i++) {
        const char *word = process->words[i];

        if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, name, size) != 0)
            continue;
        if (word[2 + size] == '=')
            value = word + 2 + size + 1;
        else if (word[2 + size] == '\0' && i + 1 < process->count)
            value = process->words[i + 1];
    }
    return value;
}

/* Where a query server listens: what it wrote into its address file, since with port 0 only it knows. */
static const char *listen_of(const struct process *process, char out_address[64])
{
    const char *path = option_of(process, "address-file", NULL);
    FILE *file = path != NULL ? fopen(path, "r") : NULL;
    bool good = file != NULL && fgets(out_address, 64, file) != NULL;

    if (file != NULL)
        fclose(file);
    if (!good)
        return option_of(process, "listen", MT_LISTEN_DEFAULT);
    out_address[strcspn(out_address, "\n")] = '\0';
    return out_address;
}

static int tell(const struct options *options, const struct mt_health *health)
{
    if (health->trouble == MT_TROUBLE_NONE && options->worker != NULL)
        printf("ready: Redis answers, worker %s reports\n", options->worker);
    else if (health->trouble == MT_TROUBLE_NONE)
        printf("ready: Redis answers, workers reporting: %lld\n", health->workers);
    else if (health->trouble == MT_TROUBLE_NO_WORKER && options->worker != NULL)
        printf("not ready: worker %s has not reported in the last 10 s\n", options->worker);
    else
        printf("not ready: %s\n", mt_trouble_text(health->trouble));
    return health->trouble == MT_TROUBLE_NONE ? 0 : 1;
}

static int redis_look(const struct options *options)
{
    struct mt_health health = {.trouble = MT_TROUBLE_REDIS_AWAY};
    struct mt_redis *redis = NULL;
    struct mt_keys keys = {0};

    if (!mt_namespace_take(options->space, &keys) || mt_redis_create(&options->redis, &redis) != MT_OK)
        return 2;
    if (mt_redis_connect(redis) == MT_OK)
        health = mt_health_read(redis, &keys, options->worker);
    mt_redis_destroy(redis);
    return tell(options, &health);
}

static int server_look(const struct options *options)
{
    struct mt_health health = mt_health_ask(options->server, options->redis.timeout_ms);

    return tell(options, &health);
}

/* A count may take its time, and more when it waits for others: so many of them, and so long. */
#define WATCH_COUNTS 2
#define WATCH_WAIT_MS (10 * INT64_C(60000))

/* `channels --watch`: it does its work when the answer is not much older than it is meant to be. */
static int watch_tell(const char *every, const struct mt_kept_count *count)
{
    int64_t every_ms = 0, age_ms = mt_clock_ms() - count->counted_ms;

    if (count->counted_ms == 0 || !mt_duration_parse(every, &every_ms)) {
        printf("not ready: no channels have been counted yet\n");
        return 1;
    }
    const bool good = age_ms <= WATCH_COUNTS * every_ms + WATCH_WAIT_MS;
    printf("%sready: channels were counted %lld s ago\n", good ? "" : "not ", (long long)age_ms / 1000);
    return good ? 0 : 1;
}

static int watch_look(const struct options *options, const char *every)
{
    struct mt_kept_count count = {0};
    struct mt_redis *redis = NULL;
    struct mt_keys keys = {0};

    if (!mt_namespace_take(options->space, &keys) || mt_redis_create(&options->redis, &redis) != MT_OK)
        return 2;
    bool there = mt_redis_connect(redis) == MT_OK && mt_kept_count_read(redis, &keys, &count) == MT_OK;
    mt_redis_destroy(redis);
    if (there)
        return watch_tell(every, &count);
    printf("not ready: %s\n", mt_trouble_text(MT_TROUBLE_REDIS_AWAY));
    return 1;
}

/* What the process was started with says what to ask: the container's health check need not repeat it. */
static int process_look(struct options *options)
{
    struct process process;
    char name[32], address[64];

    if (!process_read(options->pid, &process)) {
        printf("not ready: there is no process %lld\n", (long long)options->pid);
        return 1;
    }
    options->redis.address = option_of(&process, "redis", options->redis.address);
    options->redis.password_file = option_of(&process, "redis-password-file", options->redis.password_file);
    options->space = option_of(&process, "namespace", options->space);
    if (strcmp(process.words[1], "serve") == 0) {
        options->server = listen_of(&process, address);
        return server_look(options);
    }
    if (strcmp(process.words[1], "trace-worker") == 0) {
        snprintf(name, sizeof name, "worker-%lld", (long long)options->pid);
        options->worker = option_of(&process, "name", name);
        return redis_look(options);
    }
    if (strcmp(process.words[1], "channels") == 0 && option_of(&process, "watch", NULL) != NULL)
        return watch_look(options, option_of(&process, "watch", NULL));
    printf("ready: %s is no service\n", process.words[1]);
    return 0;
}

int mt_health_main(int argc, char **argv)
{
    struct options options = {.redis = {.address = MT_REDIS_DEFAULT, .timeout_ms = 2000}, .space = MT_NAMESPACE_DEFAULT};
    const struct mt_argument arguments[] = {
        MT_REDIS_ARGUMENTS(options.redis, options.space),
        {"worker", MT_ARGUMENT_TEXT, &options.worker, 0, 0, "only this worker counts; else any"},
        {"server", MT_ARGUMENT_TEXT, &options.server, 0, 0, "ask the query server at this address, not Redis"},
        {"pid", MT_ARGUMENT_COUNT, &options.pid, 0, INT32_MAX, "ask for the trace-worker, serve or channels --watch with this process id, as it was started; 0: none"},
    };
    const struct mt_command command = {
        .usage = "moneytrail health [--redis HOST:PORT [--worker NAME] | --server HOST:PORT | --pid PID]",
        .purpose = "Says in one line whether Redis answers and workers report. Exit 0: ready; 1: not.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
    };
    struct mt_words words;
    int exit_code;

    if (!mt_arguments_read(&command, argc, argv, &words, &exit_code))
        return exit_code;
    if (options.pid > 0)
        return process_look(&options);
    return options.server != NULL ? server_look(&options) : redis_look(&options);
}
