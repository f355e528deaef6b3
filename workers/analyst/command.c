#include "command.h"

#include "finding_tell.h"
#include "finding_text.h"
#include "findings_read.h"
#include "open.h"
#include "workers/kit/arguments.h"
#include "workers/kit/stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    struct mt_redis_options redis;
    const char *space;
    struct mt_findings_filter filter;
    int64_t limit;
    bool json, final;
};

static struct options options_default(void)
{
    return (struct options){.redis = {.address = MT_REDIS_DEFAULT, .timeout_ms = MT_ANALYST_TIMEOUT_MS}, .space = MT_NAMESPACE_DEFAULT, .limit = 50};
}

static bool alert_take(void *self, const char *alert, size_t size)
{
    const struct options *options = self;

    if (options->json)
        printf("%s\n", alert);
    else
        mt_finding_line(stdout, alert, size);
    return !mt_stop_asked();
}

int mt_alerts_main(int argc, char **argv)
{
    struct options options = options_default();
    const struct mt_argument arguments[] = {
        MT_REDIS_ARGUMENTS(options.redis, options.space),
        {"json", MT_ARGUMENT_FLAG, &options.json, 0, 0, "one finding a line, as the alert schema"},
        {"final", MT_ARGUMENT_FLAG, &options.final, 0, 0, "with --json: all of them by id, without revision and detection time"},
        {"min-score", MT_ARGUMENT_COUNT, &options.filter.score_min, 0, 100, "leave out findings below this score"},
        {"limit", MT_ARGUMENT_COUNT, &options.limit, 1, 1000000, "findings listed, newest first"},
    };
    const struct mt_command command = {
        .usage = "moneytrail alerts --redis HOST:PORT [options]",
        .purpose = "Lists what the workers have found, newest first: id, score, kind, first transfer, hops, sums, accounts.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
    };
    struct mt_words words;
    struct mt_keys keys = {0};
    struct mt_findings_place next;
    size_t total = 0;
    int exit_code;

    if (!mt_arguments_read(&command, argc, argv, &words, &exit_code))
        return exit_code;
    struct mt_redis *redis = mt_analyst_open(&options.redis, options.space, &keys);
    if (redis == NULL)
        return 1;
    options.filter.final = options.final;
    options.filter.limit = options.final ? SIZE_MAX : (size_t)options.limit;
    if (!options.json)
        printf("%-12s  %5s  %-10s  %-19s  %2s  %s\n", "id", "score", "kind", "first transfer", "hops", "sums and accounts");
    enum mt_status status = mt_findings_list(redis, &keys, &options.filter, alert_take, &options, &total, &next);
    if (!options.json && status == MT_OK)
        printf("%zu live findings; moneytrail finding ID tells one\n", total);
    mt_redis_destroy(redis);
    return status == MT_OK ? 0 : 1;
}

int mt_finding_main(int argc, char **argv)
{
    struct options options = options_default();
    const struct mt_argument arguments[] = {
        MT_REDIS_ARGUMENTS(options.redis, options.space),
        {"json", MT_ARGUMENT_FLAG, &options.json, 0, 0, "as the alert schema"},
    };
    const struct mt_command command = {
        .usage = "moneytrail finding ID --redis HOST:PORT [--json]",
        .purpose = "Tells one finding: who paid whom, when, how much, how long it stayed, and why it is a chain. ID may be shortened.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .word_least = 1,
        .word_most = 1,
    };
    struct mt_words words;
    struct mt_keys keys = {0};
    char *alert = NULL;
    size_t size = 0;
    int exit_code;

    if (!mt_arguments_read(&command, argc, argv, &words, &exit_code))
        return exit_code;
    struct mt_redis *redis = mt_analyst_open(&options.redis, options.space, &keys);
    if (redis == NULL)
        return 1;
    enum mt_status status = mt_finding_tell(redis, &keys, words.at[0], &alert, &size);
    mt_redis_destroy(redis);
    if (status != MT_OK || alert == NULL) {
        fprintf(stderr, "%s: %s\n", words.at[0], status != MT_OK ? mt_status_text(status) : "no finding, or more than one, has this id");
        return 1;
    }
    if (options.json)
        printf("%s\n", alert);
    else
        mt_finding_text(stdout, alert, size, isatty(STDOUT_FILENO));
    free(alert);
    return 0;
}
