#include "command.h"

#include "collect.h"
#include "notes_store.h"
#include "tell.h"
#include "watch.h"
#include "workers/analyst/open.h"
#include "workers/kit/arguments.h"
#include "workers/kit/log.h"
#include "workers/kit/stop.h"

#include <stdlib.h>
#include <string.h>

struct options {
    struct mt_rules rules;
    struct mt_channel_limits limits;
    struct mt_collect_options collect;
    struct mt_redis_options redis; /* address NULL: a file */
    struct mt_kafka_options kafka;
    int64_t retention_ms, watch_ms, partitions;
    const char *space, *topic;
    const char *notes, *mark, *as, *name, *by;
    bool json, all;
};

static bool mistake(const char *sentence)
{
    fprintf(stderr, "%s; see --help\n", sentence);
    return false;
}

static bool file_options_agree(const struct options *options)
{
    const bool reaches = options->redis.password_file != NULL || strcmp(options->space, MT_NAMESPACE_DEFAULT) != 0;

    if (reaches || options->retention_ms != 0 || options->watch_ms != 0)
        return mistake("--retention, --watch, --redis-password-file and --namespace go with --redis");
    if (options->mark == NULL && (options->collect.file == NULL || options->collect.mapping == NULL))
        return mistake("a file of transfers and --mapping are needed, for example --mapping moneytrail; or --redis");
    if (options->mark != NULL && (options->collect.file != NULL || options->notes == NULL || options->as == NULL || options->by != NULL))
        return mistake("--mark ID goes with --as STATE and --notes FILE, without a file of transfers and --by; or with --redis");
    return true;
}

static bool redis_options_agree(const struct options *options)
{
    if (options->collect.file != NULL || options->collect.mapping != NULL || options->collect.accounts != NULL || options->collect.rates != NULL ||
        options->collect.lines != NULL || options->collect.points != NULL || options->collect.secret_file != NULL || options->notes != NULL)
        return mistake("--redis has transfers, accounts and notes: no file, --mapping, --accounts, --rates, --lines, --points, --secret-file or --notes with it");
    if (options->mark != NULL && (options->as == NULL || options->watch_ms != 0))
        return mistake("--mark ID goes with --as STATE, and without --watch");
    if (options->watch_ms != 0 && (options->json || options->all))
        return mistake("--watch tells nothing here: the query server does, and the topic");
    return true;
}

static bool options_agree(const struct options *options)
{
    const bool published = options->kafka.brokers != NULL;

    if (options->mark == NULL && (options->as != NULL || options->name != NULL || options->by != NULL))
        return mistake("--as, --name and --by go with --mark");
    if (published ? options->watch_ms == 0 : options->kafka.config_file != NULL || options->topic != NULL || options->partitions != 0)
        return mistake("--brokers goes with --watch, and --kafka-config, --channels-topic, --create-topics with --brokers");
    return options->redis.address == NULL ? file_options_agree(options) : redis_options_agree(options);
}

static bool options_read(struct options *options, int argc, char **argv, int *out_exit_code)
{
    const struct mt_argument arguments[] = {
        {"mapping", MT_ARGUMENT_TEXT, &options->collect.mapping, 0, 0, "how the file's columns are read: a name or a .json file"},
        {"accounts", MT_ARGUMENT_TEXT, &options->collect.accounts, 0, 0, "account facts: without them nothing is known of who is paid"},
        {"accounts-mapping", MT_ARGUMENT_TEXT, &options->collect.accounts_mapping, 0, 0, "how their columns are read"},
        {"rates", MT_ARGUMENT_TEXT, &options->collect.rates, 0, 0, "rate table, to follow money across currencies"},
        {"lines", MT_ARGUMENT_TEXT, &options->collect.lines, 0, 0, "reporting lines in place of ours (CSV: currency,line,par)"},
        {"points", MT_ARGUMENT_TEXT, &options->collect.points, 0, 0, "what signs are worth in place of ours: a file of moneytrail fit --points"},
        {"secret-file", MT_ARGUMENT_TEXT, &options->collect.secret_file, 0, 0, "64 hex digits: the key that makes tokens of account numbers"},
        MT_REDIS_ARGUMENTS(options->redis, options->space),
        {"retention", MT_ARGUMENT_DURATION, &options->retention_ms, 0, 3660 * MT_DAY_MS, "of --redis: the workers'; 0d stands for 60d"},
        {"watch", MT_ARGUMENT_DURATION, &options->watch_ms, 0, 366 * MT_DAY_MS,
         "of --redis: count days that are over so often, and keep the answer for the query server; 0d: count all days once, and print"},
        MT_KAFKA_ARGUMENTS(options->kafka),
        {"channels-topic", MT_ARGUMENT_TEXT, &options->topic, 0, 0, "of --brokers: topic for new and changed channels [" MT_TOPIC_CHANNELS "]"},
        {"create-topics", MT_ARGUMENT_COUNT, &options->partitions, 0, 1024, "make that topic with this many partitions if missing; 0: never"},
        {"alert-score", MT_ARGUMENT_COUNT, &options->collect.score_least, 0, 100, "least score of a flagged flow"},
        {"max-stay", MT_ARGUMENT_DURATION, &options->collect.stay_most_ms, 0, 366 * MT_DAY_MS, "longest median stay of its money on the way"},
        {"min-passed", MT_ARGUMENT_PERMILLE, &options->collect.passed_least, 0, 1000, "least share that its every account passed on"},
#define LIMIT_ARGUMENT(field, option, kind, value, least, most, help) {option, MT_ARGUMENT_##kind, &options->limits.field, least, most, help},
        MT_CHANNEL_LIMITS_TABLE(LIMIT_ARGUMENT)
#undef LIMIT_ARGUMENT
        {"all", MT_ARGUMENT_FLAG, &options->all, 0, 0, "every channel of a flagged flow, also those that are neither new nor remarked"},
        {"json", MT_ARGUMENT_FLAG, &options->json, 0, 0, "one channel a line, as the channel schema"},
        {"notes", MT_ARGUMENT_TEXT, &options->notes, 0, 0, "what people have made of a file's channels: read, and with --mark written"},
        {"mark", MT_ARGUMENT_TEXT, &options->mark, 0, 0, "the id of a channel to make a note of"},
        {"as", MT_ARGUMENT_TEXT, &options->as, 0, 0, "reviewed, then named, then watched; or honest, and then reviewed again"},
        {"name", MT_ARGUMENT_TEXT, &options->name, 0, 0, "what to call it: needed once, to be named"},
        {"by", MT_ARGUMENT_TEXT, &options->by, 0, 0, "of --redis: who decides [$USER]"},
    };
    const struct mt_command command = {
        .usage = "moneytrail channels FILE --mapping NAME [--accounts FILE] [options]\n"
                 "moneytrail channels --redis HOST:PORT [options]\n"
                 "moneytrail channels --redis HOST:PORT --watch 1h [--brokers HOST:PORT] [options]\n"
                 "moneytrail channels --notes FILE|--redis HOST:PORT --mark ID --as STATE [--name TEXT]",
        .purpose = "Tells which ways out launderers have found: channels whose share in flagged flows rose beyond chance; in a file, or in what\n"
                   "workers have in Redis. With --watch it goes on beside the workers.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .takes_rules = true,
        .rules = &options->rules,
        .word_most = 1,
    };
    struct mt_words words;

    if (!mt_arguments_read(&command, argc, argv, &words, out_exit_code))
        return false;
    options->collect.file = words.count > 0 ? words.at[0] : NULL;
    options->collect.rules = &options->rules;
    *out_exit_code = 2;
    return options_agree(options);
}

static enum mt_status judge_and_tell(const struct options *options, const struct mt_telling *telling, const struct mt_notebook *notebook)
{
    const struct mt_tell_options tell = {*telling, notebook, options->json, options->all};
    struct mt_channel_report *reports = NULL;
    size_t report_count = 0;
    enum mt_status status = mt_channels_judge(telling->channels, &options->limits, &reports, &report_count);

    if (status == MT_OK)
        status = mt_channels_tell(stdout, &tell, reports, report_count);
    free(reports);
    return status;
}

static enum mt_status file_run(const struct options *options)
{
    struct mt_channels *channels = NULL;
    struct mt_directory *directory = NULL;
    struct mt_notebook notebook = {0};
    enum mt_status status = mt_notebook_read(options->notes, &notebook);

    if (status == MT_OK)
        status = mt_channels_collect(&options->collect, &channels, &directory);
    if (status == MT_OK)
        status = judge_and_tell(options, &(struct mt_telling){channels, &options->limits, mt_directory_names(directory)}, &notebook);
    mt_channels_destroy(channels);
    mt_directory_destroy(directory);
    mt_notebook_free(&notebook);
    return status;
}

/* --- Redis ---------------------------------------------------------------------------------------------------------- */

static struct mt_live_options live_options(const struct options *options, bool over_only)
{
    return (struct mt_live_options){
        .rules = &options->rules,
        .score_least = options->collect.score_least,
        .stay_most_ms = options->collect.stay_most_ms,
        .passed_least = options->collect.passed_least,
        .retention_ms = options->retention_ms != 0 ? options->retention_ms : 60 * MT_DAY_MS,
        .over_only = over_only,
    };
}

static enum mt_status redis_tell(const struct options *options, struct mt_redis *redis, const struct mt_keys *keys)
{
    const struct mt_live_options live = live_options(options, false);
    struct mt_notebook notebook = {0};
    struct mt_live_read read = {0};
    enum mt_status status = mt_notes_read(redis, keys, &notebook);

    if (status == MT_OK)
        status = mt_live_read(redis, keys, &live, &read);
    if (status == MT_OK && read.unreadable > 0)
        fprintf(stderr, "%zu findings could not be read and are left out\n", read.unreadable);
    if (status == MT_OK)
        status = judge_and_tell(options, &(struct mt_telling){read.channels, &options->limits, mt_directory_names(read.directory)}, &notebook);
    mt_live_read_free(&read);
    mt_notebook_free(&notebook);
    return status;
}

static enum mt_status wrong_tell(const struct options *options, const struct mt_note *note, enum mt_note_wrong wrong)
{
    fprintf(stderr, "%s is %s and cannot become %s: %s\n", options->mark, mt_channel_state_name(note->state), options->as, mt_note_wrong_text(wrong));
    return MT_BAD_CONFIG;
}

static bool mark_good(const char *id)
{
    return strlen(id) < MT_CHANNEL_ID_MAX && strpbrk(id, "\t\n") == NULL && strchr(id, '=') != NULL;
}

static enum mt_status redis_mark(const struct options *options, struct mt_redis *redis, const struct mt_keys *keys)
{
    const struct mt_note_change change = {options->as, options->name, options->by != NULL ? options->by : getenv("USER"), mt_clock_ms()};
    enum mt_note_wrong wrong = MT_NOTE_FINE;
    struct mt_note note;
    enum mt_status status = mt_notes_decide(redis, keys, options->mark, &change, &note, &wrong);

    return status == MT_OK && wrong != MT_NOTE_FINE ? wrong_tell(options, &note, wrong) : status;
}

static enum mt_status redis_run(const struct options *options)
{
    struct mt_keys keys = {0};
    struct mt_redis *redis = mt_analyst_open(&options->redis, options->space, &keys);

    if (redis == NULL)
        return MT_UNAVAILABLE;
    enum mt_status status = options->mark != NULL ? redis_mark(options, redis, &keys) : redis_tell(options, redis, &keys);
    if (status == MT_UNAVAILABLE)
        fprintf(stderr, "%s: %s\n", options->redis.address, mt_status_text(status));
    mt_redis_destroy(redis);
    return status;
}

static enum mt_status watch_run(const struct options *options)
{
    const struct mt_watch_options watch = {
        .redis = options->redis,
        .space = options->space,
        .live = live_options(options, true),
        .limits = &options->limits,
        .every_ms = options->watch_ms,
        .kafka = options->kafka,
        .topic = options->topic != NULL ? options->topic : MT_TOPIC_CHANNELS,
        .partitions = options->partitions,
    };

    return mt_channels_watch(&watch);
}

/* --- notes ---------------------------------------------------------------------------------------------------------- */

/* A channel that is in no notes yet has been seen: else nobody knew its id. */
static enum mt_status notebook_change(const struct options *options, struct mt_notebook *notebook)
{
    const struct mt_note_change change = {.state = options->as, .name = options->name};
    struct mt_note fresh = mt_note_seen(options->mark), *note = mt_notebook_find(notebook, options->mark);
    const bool is_known = note != NULL;
    enum mt_note_wrong wrong = mt_note_change(is_known ? note : &fresh, &change);

    if (wrong != MT_NOTE_FINE)
        return wrong_tell(options, is_known ? note : &fresh, wrong);
    return is_known ? MT_OK : mt_notebook_add(notebook, &fresh);
}

static enum mt_status notebook_mark(const struct options *options)
{
    struct mt_notebook notebook = {0};
    enum mt_status status = mt_notebook_read(options->notes, &notebook);

    if (status == MT_OK)
        status = notebook_change(options, &notebook);
    if (status == MT_OK)
        status = mt_notebook_write(&notebook, options->notes);
    mt_notebook_free(&notebook);
    return status;
}

static enum mt_status run(const struct options *options)
{
    if (options->mark != NULL && !mark_good(options->mark)) {
        mistake("--mark takes a channel's id as it was told");
        return MT_BAD_CONFIG;
    }
    if (options->redis.address == NULL)
        return options->mark != NULL ? notebook_mark(options) : file_run(options);
    return options->watch_ms != 0 ? watch_run(options) : redis_run(options);
}

int mt_channels_main(int argc, char **argv)
{
    struct options options = {
        .rules = mt_rules_default(),
        .limits = mt_channel_limits_default(),
        .collect = {.accounts_mapping = "moneytrail-accounts", .stay_most_ms = 4 * MT_HOUR_MS, .passed_least = 800},
        .redis = {.timeout_ms = 60000},
        .space = MT_NAMESPACE_DEFAULT,
    };
    int exit_code;

    if (!options_read(&options, argc, argv, &exit_code))
        return exit_code;
    mt_stop_install();
    return run(&options) == MT_OK ? 0 : 1;
}
