#include "arguments.h"

#include "schemas/event.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t ms;
} units[] = {{"d", MT_DAY_MS}, {"h", MT_HOUR_MS}, {"m", 60000}, {"s", 1000}, {"ms", 1}};

bool mt_duration_parse(const char *text, int64_t *out_ms)
{
    char *end;

    errno = 0;
    long long count = strtoll(text, &end, 10);
    if (end == text || errno != 0 || count < 0)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].name) == 0)
            return !__builtin_mul_overflow(count, units[i].ms, out_ms);
    }
    return false;
}

void mt_duration_print(int64_t duration_ms, char out_text[32])
{
    size_t i = 0;

    while (i + 1 < sizeof units / sizeof units[0] && duration_ms % units[i].ms != 0)
        i++;
    snprintf(out_text, 32, "%" PRId64 "%s", duration_ms / units[i].ms, units[i].name);
}

bool mt_date_parse(const char *text, int64_t *out_day)
{
    enum mt_reject_code ignored;
    char time[32];
    int64_t time_ms;

    *out_day = 0;
    if (strcmp(text, "none") == 0)
        return true;
    int size = snprintf(time, sizeof time, "%sT00:00:00Z", text);
    if (strlen(text) != strlen("2026-11-25") || !mt_time_parse(time, (size_t)size, &time_ms, &ignored))
        return false;
    *out_day = time_ms / MT_DAY_MS;
    return true;
}

void mt_date_print(int64_t day, char out_text[32])
{
    size_t size = day > 0 ? mt_time_print(day * MT_DAY_MS, out_text) : 0;

    if (size > 0)
        out_text[strcspn(out_text, "T")] = '\0';
    else
        snprintf(out_text, 32, "none");
}

static bool count_parse(const char *text, int64_t *out_count)
{
    char *end;

    errno = 0;
    *out_count = strtoll(text, &end, 10);
    return end != text && *end == '\0' && errno == 0;
}

static void value_print(const struct mt_argument *argument, char out_text[64])
{
    const char *text;

    out_text[0] = '\0';
    switch (argument->kind) {
    case MT_ARGUMENT_TEXT:
        text = *(const char *const *)argument->at;
        if (text != NULL)
            snprintf(out_text, 64, " [%s]", text);
        break;
    case MT_ARGUMENT_DURATION: {
        char duration[32];

        mt_duration_print(*(const int64_t *)argument->at, duration);
        snprintf(out_text, 64, " [%s]", duration);
        break;
    }
    case MT_ARGUMENT_DATE: {
        char date[32];

        mt_date_print(*(const int64_t *)argument->at, date);
        snprintf(out_text, 64, " [%s]", date);
        break;
    }
    case MT_ARGUMENT_COUNT:
    case MT_ARGUMENT_PERMILLE:
        snprintf(out_text, 64, " [%" PRId64 "]", *(const int64_t *)argument->at);
        break;
    case MT_ARGUMENT_FLAG:
        break;
    }
}

static const char *placeholder(enum mt_argument_kind kind)
{
    static const char *const names[] = {
        [MT_ARGUMENT_TEXT] = " TEXT",
        [MT_ARGUMENT_COUNT] = " N",
        [MT_ARGUMENT_PERMILLE] = " PERMILLE",
        [MT_ARGUMENT_DURATION] = " TIME",
        [MT_ARGUMENT_DATE] = " DATE",
        [MT_ARGUMENT_FLAG] = "",
    };
    return names[kind];
}

static bool ends_with(const char *text, size_t size, const char *end)
{
    return size > strlen(end) && memcmp(text + size - strlen(end), end, strlen(end)) == 0;
}

/* The rules as arguments; hop_window_ms becomes --hop-window, stream_from_day --stream-from. */
static const char *rule_option_name(const char *field, char out_name[48])
{
    size_t size = strlen(field);

    if (ends_with(field, size, "_ms"))
        size -= strlen("_ms");
    else if (ends_with(field, size, "_day"))
        size -= strlen("_day");
    for (size_t i = 0; i < size; i++)
        out_name[i] = field[i] == '_' ? '-' : field[i];
    out_name[size] = '\0';
    return out_name;
}

static size_t rules_fill(struct mt_rules *rules, struct mt_argument out_arguments[MT_RULE_COUNT], char names[MT_RULE_COUNT][48])
{
    size_t count = 0;

#define RULE_ARGUMENT(field, kind_, value, least_, most_, help_)                                                      \
    out_arguments[count] = (struct mt_argument){rule_option_name(#field, names[count]), MT_ARGUMENT_##kind_, &rules->field, \
                                                least_, most_, help_};                                                \
    count++;
    MT_RULES_TABLE(RULE_ARGUMENT)
#undef RULE_ARGUMENT
    return count;
}

static void rule_print(const char *name, enum mt_argument_kind kind, int64_t value, char out_option[80])
{
    char date[32];

    if (kind == MT_ARGUMENT_DATE) {
        mt_date_print(value, date);
        snprintf(out_option, 80, "--%s=%s", name, date);
    } else {
        snprintf(out_option, 80, "--%s=%" PRId64 "%s", name, value, kind == MT_ARGUMENT_DURATION ? "ms" : "");
    }
}

void mt_rules_print(const struct mt_rules *rules, char out_options[MT_RULE_COUNT][80])
{
    size_t at = 0;
    char name[48];

#define RULE_PRINT(field, kind_, value, least_, most_, help_) \
    rule_print(rule_option_name(#field, name), MT_ARGUMENT_##kind_, rules->field, out_options[at++]);
    MT_RULES_TABLE(RULE_PRINT)
#undef RULE_PRINT
}

static void help_lines(const struct mt_argument *arguments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char left[64], value[64];

        snprintf(left, sizeof left, "--%s%s", arguments[i].name, placeholder(arguments[i].kind));
        value_print(&arguments[i], value);
        printf("  %-28s %s%s\n", left, arguments[i].help, value);
    }
}

static void help_print(const struct mt_command *command, const struct mt_argument *rules)
{
    printf("%s\n\n%s\n\n", command->usage, command->purpose);
    help_lines(command->arguments, command->argument_count);
    printf("  %-28s %s\n", "--help", "this page");
    if (command->takes_rules) {
        printf("\nRules (part of what a finding is; the same everywhere or results differ):\n");
        help_lines(rules, MT_RULE_COUNT);
    }
}

static bool value_read(const struct mt_argument *argument, const char *text)
{
    int64_t number = 0;
    bool good = true;

    switch (argument->kind) {
    case MT_ARGUMENT_TEXT:
        *(const char **)argument->at = text;
        return true;
    case MT_ARGUMENT_FLAG:
        *(bool *)argument->at = true;
        return true;
    case MT_ARGUMENT_DURATION:
        good = mt_duration_parse(text, &number);
        break;
    case MT_ARGUMENT_DATE:
        good = mt_date_parse(text, &number);
        break;
    case MT_ARGUMENT_COUNT:
    case MT_ARGUMENT_PERMILLE:
        good = count_parse(text, &number);
        break;
    }
    if (good && number >= argument->least && number <= argument->most) {
        *(int64_t *)argument->at = number;
        return true;
    }
    char least[32], most[32];
    bool duration = argument->kind == MT_ARGUMENT_DURATION, date = argument->kind == MT_ARGUMENT_DATE;

    snprintf(least, sizeof least, "%" PRId64, argument->least);
    snprintf(most, sizeof most, "%" PRId64, argument->most);
    if (duration) {
        mt_duration_print(argument->least, least);
        mt_duration_print(argument->most, most);
    }
    if (date) {
        mt_date_print(argument->least + 1, least);
        mt_date_print(argument->most, most);
    }
    fprintf(stderr, "--%s: \"%s\" is not a %s between %s and %s\n", argument->name, text,
            duration ? "time (like 48h or 90d)" : date ? "date (like 2026-11-25)" : "number", least, most);
    return false;
}

static const struct mt_argument *argument_find(const struct mt_argument *arguments, size_t count, const char *name, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(arguments[i].name) == size && memcmp(arguments[i].name, name, size) == 0)
            return &arguments[i];
    }
    return NULL;
}

/* One "--name value", "--name=value" or "--flag". Returns how many words it took, 0 on a mistake. */
static int option_read(const struct mt_command *command, const struct mt_argument *rules, int left, char **argv)
{
    const char *name = argv[0] + 2;
    const char *equals = strchr(name, '=');
    size_t size = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const struct mt_argument *argument = argument_find(command->arguments, command->argument_count, name, size);

    if (argument == NULL && command->takes_rules)
        argument = argument_find(rules, MT_RULE_COUNT, name, size);
    if (argument == NULL) {
        fprintf(stderr, "unknown option %s; see --help\n", argv[0]);
        return 0;
    }
    if (argument->kind == MT_ARGUMENT_FLAG || equals != NULL)
        return value_read(argument, equals != NULL ? equals + 1 : "") ? 1 : 0;
    if (left < 2) {
        fprintf(stderr, "%s needs a value; see --help\n", argv[0]);
        return 0;
    }
    return value_read(argument, argv[1]) ? 2 : 0;
}

bool mt_arguments_read(const struct mt_command *command, int argc, char **argv, struct mt_words *out_words, int *out_exit_code)
{
    struct mt_argument rules[MT_RULE_COUNT];
    char rule_names[MT_RULE_COUNT][48];
    struct mt_words words = {0};

    if (command->takes_rules)
        rules_fill(command->rules, rules, rule_names);
    *out_exit_code = 2;
    for (int i = 1; i < argc;) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            help_print(command, rules);
            *out_exit_code = 0;
            return false;
        }
        if (strncmp(argv[i], "--", 2) == 0) {
            int taken = option_read(command, rules, argc - i, argv + i);

            if (taken == 0)
                return false;
            i += taken;
            continue;
        }
        if (words.count == command->word_most || words.count == MT_WORDS_MAX) {
            fprintf(stderr, "unexpected \"%s\"; see --help\n", argv[i]);
            return false;
        }
        words.at[words.count++] = argv[i++];
    }
    if (words.count < command->word_least) {
        fprintf(stderr, "usage: %s\n", command->usage);
        return false;
    }
    *out_words = words;
    return true;
}
