#include "command.h"

#include "collect.h"
#include "tell.h"
#include "workers/kit/arguments.h"
#include "workers/kit/stop.h"

#include <stdlib.h>
#include <string.h>

struct options {
    struct mt_rules rules;
    struct mt_channel_limits limits;
    struct mt_collect_options collect;
    const char *notes, *mark, *as, *name;
    bool json, all;
};

static bool mistake(const char *sentence)
{
    fprintf(stderr, "%s; see --help\n", sentence);
    return false;
}

static enum mt_status refuse(const char *sentence)
{
    mistake(sentence);
    return MT_BAD_CONFIG;
}

/* Either a file is told about, or a channel is marked. */
static bool options_agree(const struct options *options)
{
    if (options->mark == NULL && (options->as != NULL || options->name != NULL))
        return mistake("--as and --name go with --mark");
    if (options->mark != NULL && (options->collect.file != NULL || options->notes == NULL || options->as == NULL))
        return mistake("--mark ID goes with --notes FILE and --as STATE, and without a file of transfers");
    if (options->mark == NULL && (options->collect.file == NULL || options->collect.mapping == NULL))
        return mistake("a file of transfers and --mapping are needed, for example --mapping moneytrail");
    return true;
}

static bool options_read(struct options *options, int argc, char **argv, int *out_exit_code)
{
    const struct mt_argument arguments[] = {
        {"mapping", MT_ARGUMENT_TEXT, &options->collect.mapping, 0, 0, "how the file's columns are read: a name or a .json file"},
        {"accounts", MT_ARGUMENT_TEXT, &options->collect.accounts, 0, 0, "account facts: without them nothing is known of who is paid"},
        {"accounts-mapping", MT_ARGUMENT_TEXT, &options->collect.accounts_mapping, 0, 0, "how their columns are read"},
        {"rates", MT_ARGUMENT_TEXT, &options->collect.rates, 0, 0, "rate table, to follow money across currencies"},
        {"secret-file", MT_ARGUMENT_TEXT, &options->collect.secret_file, 0, 0, "64 hex digits: the key that makes tokens of account numbers"},
        {"alert-score", MT_ARGUMENT_COUNT, &options->collect.score_least, 0, 100, "least score of a flagged flow"},
        {"max-stay", MT_ARGUMENT_DURATION, &options->collect.stay_most_ms, 0, 366 * MT_DAY_MS, "longest median stay of its money on the way"},
        {"min-passed", MT_ARGUMENT_PERMILLE, &options->collect.passed_least, 0, 1000, "least share that its every account passed on"},
#define LIMIT_ARGUMENT(field, option, kind, value, least, most, help) {option, MT_ARGUMENT_##kind, &options->limits.field, least, most, help},
        MT_CHANNEL_LIMITS_TABLE(LIMIT_ARGUMENT)
#undef LIMIT_ARGUMENT
        {"all", MT_ARGUMENT_FLAG, &options->all, 0, 0, "every channel of a flagged flow, also those that are neither new nor remarked"},
        {"json", MT_ARGUMENT_FLAG, &options->json, 0, 0, "one channel a line, as the channel schema"},
        {"notes", MT_ARGUMENT_TEXT, &options->notes, 0, 0, "what people have made of channels: read, and with --mark written"},
        {"mark", MT_ARGUMENT_TEXT, &options->mark, 0, 0, "the id of a channel to make a note of"},
        {"as", MT_ARGUMENT_TEXT, &options->as, 0, 0, "reviewed, then named, then watched; or honest, and then reviewed again"},
        {"name", MT_ARGUMENT_TEXT, &options->name, 0, 0, "what to call it: needed once, to be named"},
    };
    const struct mt_command command = {
        .usage = "moneytrail channels FILE --mapping NAME [--accounts FILE] [options]\n"
                 "moneytrail channels --notes FILE --mark ID --as STATE [--name TEXT]",
        .purpose = "Tells which ways out launderers have found: channels whose share in flagged flows rose beyond chance.",
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

static enum mt_status channels_run(const struct options *options)
{
    struct mt_channels *channels = NULL;
    struct mt_directory *directory = NULL;
    struct mt_notebook notebook = {0};
    struct mt_channel_report *reports = NULL;
    size_t report_count = 0;
    enum mt_status status = mt_notebook_read(options->notes, &notebook);

    if (status == MT_OK)
        status = mt_channels_collect(&options->collect, &channels, &directory);
    if (status == MT_OK)
        status = mt_channels_judge(channels, &options->limits, &reports, &report_count);
    if (status == MT_OK) {
        const struct mt_tell_options tell = {&options->limits, &notebook, mt_directory_names(directory), options->json, options->all};

        status = mt_channels_tell(stdout, &tell, channels, reports, report_count);
    }
    free(reports);
    mt_channels_destroy(channels);
    mt_directory_destroy(directory);
    mt_notebook_free(&notebook);
    return status;
}

static bool name_good(const char *name)
{
    size_t characters = 0;

    for (const char *at = name; *at != '\0'; at++) {
        if ((unsigned char)*at < 32 || *at == 127)
            return false;
        characters += ((unsigned char)*at & 0xc0) != 0x80;
    }
    return characters >= 1 && characters <= MT_CHANNEL_NAME_MAX && strlen(name) <= 4 * MT_CHANNEL_NAME_MAX;
}

/* Moves a channel to a state, and names it. A channel that is in no notes yet has been seen: else nobody knew its id. */
static enum mt_status note_change(const struct options *options, struct mt_notebook *notebook)
{
    enum mt_channel_state to;

    if (strlen(options->mark) >= MT_CHANNEL_ID_MAX || strpbrk(options->mark, "\t\n") != NULL || strchr(options->mark, '=') == NULL)
        return refuse("--mark takes a channel's id as it was told");
    if (options->name != NULL && !name_good(options->name))
        return refuse("--name takes up to 64 printable characters");
    if (mt_notebook_find(notebook, options->mark) == NULL && mt_notebook_add(notebook, options->mark) != MT_OK)
        return MT_NO_MEMORY;
    struct mt_note *note = mt_notebook_find(notebook, options->mark);
    if (!mt_channel_state_find(options->as, &to) || !mt_channel_may_become(note->state, to)) {
        fprintf(stderr, "%s is %s and cannot become %s\n", options->mark, mt_channel_state_name(note->state), options->as);
        return MT_BAD_CONFIG;
    }
    if (options->name != NULL)
        memcpy(note->name, options->name, strlen(options->name) + 1);
    if (to == MT_CHANNEL_NAMED && note->name[0] == '\0')
        return refuse("to be named it needs a --name");
    note->state = to;
    return MT_OK;
}

static enum mt_status mark_run(const struct options *options)
{
    struct mt_notebook notebook = {0};
    enum mt_status status = mt_notebook_read(options->notes, &notebook);

    if (status == MT_OK)
        status = note_change(options, &notebook);
    if (status == MT_OK)
        status = mt_notebook_write(&notebook, options->notes);
    mt_notebook_free(&notebook);
    return status;
}

int mt_channels_main(int argc, char **argv)
{
    struct options options = {
        .rules = mt_rules_default(),
        .limits = mt_channel_limits_default(),
        .collect = {.accounts_mapping = "moneytrail-accounts", .stay_most_ms = 4 * MT_HOUR_MS, .passed_least = 800},
    };
    int exit_code;

    if (!options_read(&options, argc, argv, &exit_code))
        return exit_code;
    mt_stop_install();
    return (options.mark != NULL ? mark_run(&options) : channels_run(&options)) == MT_OK ? 0 : 1;
}
