/* moneytrail generate: the stream, its truth and its accounts as CSV. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calendar.h"
#include "generator.h"
#include "option.h"
#include "tariff.h"

#define LINE_MAX_SIZE 256
#define PROGRESS_EVERY 65536

/* What getopt_long returns for the nth option of the table, and for the files. */
enum {
    OPTION_FIRST = 1000,
    OPTION_OUT = 'o',
    OPTION_TRUTH = 't',
    OPTION_NETWORKS = 'n',
    OPTION_ACCOUNTS = 'a',
    OPTION_HELP = 'h'
};

static const struct {
    const char *name;
    enum mt_option_kind kind;
    size_t offset;
    const char *help;
} option_table[] = {
#define OPTION_ROW(name, kind, value, least, most, help)                                                               \
    {#name, MT_OPTION_##kind, offsetof(struct mt_generator_options, name), help},
    MT_GENERATOR_TABLE(OPTION_ROW)
#undef OPTION_ROW
};

#define OPTION_COUNT (sizeof option_table / sizeof option_table[0])

struct request {
    struct mt_generator_options options;
    const char *out;
    const char *truth;
    const char *networks;
    const char *accounts;
    bool help;
};

static const char *const kind_names[MT_KIND_COUNT] = {
#define KIND_NAME(name, text) [MT_KIND_##name] = text,
    MT_KIND_TABLE(KIND_NAME)
#undef KIND_NAME
};

static const char *const rail_names[MT_RAIL_COUNT] = {
#define RAIL_NAME(name, text) [MT_RAIL_##name] = text,
    MT_RAIL_TABLE(RAIL_NAME)
#undef RAIL_NAME
};

/* "illicit_share" as the command line has it: "illicit-share". */
static void option_name(size_t nth, char out_name[32])
{
    size_t i = 0;

    for (; option_table[nth].name[i] != '\0'; i++)
        out_name[i] = option_table[nth].name[i] == '_' ? '-' : option_table[nth].name[i];
    out_name[i] = '\0';
}

static size_t print_digits(char *out, uint64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
    return (size_t)width;
}

static size_t print_date(char *out, int64_t day_number)
{
    struct mt_day day = mt_day_of(day_number);

    print_digits(out, (uint64_t)day.year, 4);
    out[4] = '-';
    print_digits(out + 5, day.month, 2);
    out[7] = '-';
    print_digits(out + 8, day.date, 2);
    return 10;
}

static void print_help(void)
{
    struct mt_generator_options options = mt_generator_options_default();

    printf("Usage: moneytrail generate [OPTION]...\n"
           "Writes a stream of realistic bank transfers with labelled laundering in it, as CSV in time order.\n\n");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char name[32];
        char value[64];

        option_name(i, name);
        mt_option_print(option_table[i].kind, *(int64_t *)((char *)&options + option_table[i].offset), value);
        printf("  --%-15s %s (%s)\n", name, option_table[i].help, value);
    }
    printf("  --%-15s %s\n", "out FILE", "where the transfers go (standard output)");
    printf("  --%-15s %s\n", "truth FILE", "which transfers launder: id,pattern_id,pattern_type,hop");
    printf("  --%-15s %s\n", "networks FILE",
           "the same for all that is labelled: network,pattern,transfer_id,from,to,label,hop");
    printf("  --%-15s %s\n", "accounts FILE", "what the banks know of the accounts");
    printf("  --%-15s %s\n", "help", "this text");
    mt_option_print_words();
}

/* False when the command line is wrong; the reason is then on standard error. */
static bool parse_arguments(int argc, char **argv, struct request *out_request)
{
    char names[OPTION_COUNT][32];
    struct option options[OPTION_COUNT + 6] = {{0}};
    int code;

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        option_name(i, names[i]);
        options[i] = (struct option){names[i], required_argument, NULL, OPTION_FIRST + (int)i};
    }
    options[OPTION_COUNT] = (struct option){"out", required_argument, NULL, OPTION_OUT};
    options[OPTION_COUNT + 1] = (struct option){"truth", required_argument, NULL, OPTION_TRUTH};
    options[OPTION_COUNT + 2] = (struct option){"accounts", required_argument, NULL, OPTION_ACCOUNTS};
    options[OPTION_COUNT + 3] = (struct option){"networks", required_argument, NULL, OPTION_NETWORKS};
    options[OPTION_COUNT + 4] = (struct option){"help", no_argument, NULL, OPTION_HELP};
    optind = 0; /* getopt may have read another command line in this process */
    while ((code = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (code == OPTION_HELP) {
            out_request->help = true;
        } else if (code == OPTION_OUT) {
            out_request->out = optarg;
        } else if (code == OPTION_TRUTH) {
            out_request->truth = optarg;
        } else if (code == OPTION_NETWORKS) {
            out_request->networks = optarg;
        } else if (code == OPTION_ACCOUNTS) {
            out_request->accounts = optarg;
        } else if (code >= OPTION_FIRST) {
            size_t nth = (size_t)(code - OPTION_FIRST);
            int64_t *field = (int64_t *)((char *)&out_request->options + option_table[nth].offset);

            if (!mt_option_parse(option_table[nth].kind, optarg, field)) {
                fprintf(stderr, "moneytrail generate: --%s: cannot read '%s'\n", names[nth], optarg);
                return false;
            }
        } else {
            return false;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "moneytrail generate: unexpected argument '%s'\n", argv[optind]);
        return false;
    }
    return true;
}

static size_t print_time(char *out, int64_t time_ms)
{
    int64_t of_day = time_ms % MT_MS_DAY;
    size_t size = print_date(out, time_ms / MT_MS_DAY);

    out[size++] = 'T';
    size += print_digits(out + size, (uint64_t)(of_day / MT_MS_HOUR), 2);
    out[size++] = ':';
    size += print_digits(out + size, (uint64_t)(of_day / MT_MS_MINUTE % 60), 2);
    out[size++] = ':';
    size += print_digits(out + size, (uint64_t)(of_day / MT_MS_SECOND % 60), 2);
    if (of_day % 1000 != 0) {
        out[size++] = '.';
        size += print_digits(out + size, (uint64_t)(of_day % 1000), 3);
    }
    out[size++] = 'Z';
    return size;
}

static size_t print_amount(char *out, int64_t minor, uint8_t exponent)
{
    uint64_t unit = exponent == 2 ? 100 : 1;
    uint64_t whole = (uint64_t)minor / unit;
    int width = 1;
    size_t size;

    MT_ASSERT(exponent == 0 || exponent == 2);
    for (uint64_t rest = whole; rest >= 10; rest /= 10)
        width++;
    size = print_digits(out, whole, width);
    if (exponent == 2) {
        out[size++] = '.';
        size += print_digits(out + size, (uint64_t)minor % unit, 2);
    }
    return size;
}

static size_t print_field(char *out, const char *text)
{
    size_t size = strlen(text);

    memcpy(out, text, size);
    out[size] = ',';
    return size + 1;
}

static bool write_transfer(FILE *file, const struct mt_generated *generated)
{
    char line[LINE_MAX_SIZE];
    size_t size = print_field(line, generated->id);

    size += print_time(line + size, generated->movement.time_ms);
    line[size++] = ',';
    size += print_field(line + size, generated->debtor_bank);
    size += print_field(line + size, generated->debtor);
    size += print_field(line + size, generated->creditor_bank);
    size += print_field(line + size, generated->creditor);
    size += print_amount(line + size, generated->movement.minor, generated->exponent);
    line[size++] = ',';
    size += print_field(line + size, generated->currency);
    size += print_field(line + size, kind_names[generated->movement.kind]);
    size += print_field(line + size, rail_names[generated->movement.rail]);
    line[size - 1] = '\n';
    MT_ASSERT(size <= sizeof line);
    return fwrite(line, 1, size, file) == size;
}

static bool write_account(FILE *file, const struct mt_generated_account *account)
{
    char opened[32];
    char valid_from[32];

    opened[print_time(opened, account->opened_ms)] = '\0';
    valid_from[print_time(valid_from, account->valid_from_ms)] = '\0';
    return fprintf(file, "%s,%s,%s,%s,%s,%s,%s,%s\n", account->bank, account->number, account->type, opened,
                   account->holder, account->region, account->exit, valid_from) > 0;
}

static bool write_accounts(const struct mt_generator *generator, FILE *file)
{
    uint32_t count = mt_generator_account_count(generator);
    bool good = fputs("bank,number,type,opened,holder,region,exit,valid_from\n", file) >= 0;

    for (uint32_t i = 0; i < count && good; i++) {
        struct mt_generated_account account;

        mt_generator_account(generator, i, &account);
        good = write_account(file, &account);
    }
    return good;
}

static void show_progress(uint64_t written, int64_t wanted)
{
    fprintf(stderr, "\r%" PRIu64 " of about %" PRId64 " transfers", written, wanted);
}

static bool write_truth(FILE *file, const struct mt_generated *generated)
{
    const struct mt_movement *movement = &generated->movement;

    return fprintf(file, "%s,%u,%s,%u\n", generated->id, (unsigned)movement->pattern_id,
                   mt_pattern_name((enum mt_pattern)movement->pattern), (unsigned)movement->hop) > 0;
}

static bool write_network(FILE *file, const struct mt_generated *generated, enum mt_truth label)
{
    const struct mt_movement *movement = &generated->movement;

    return fprintf(file, "%u,%s,%s,%s,%s,%s,%u\n", (unsigned)movement->pattern_id,
                   mt_pattern_name((enum mt_pattern)movement->pattern), generated->id, generated->debtor,
                   generated->creditor, label == MT_TRUTH_ILLICIT ? "illicit" : "honest", (unsigned)movement->hop) > 0;
}

/* NULL files are not wanted. */
static bool write_stream(struct mt_generator *generator, int64_t wanted, FILE *file, FILE *truth, FILE *networks)
{
    bool shows = isatty(STDERR_FILENO) && file != stdout;
    struct mt_generated generated;
    bool good = fputs("id,time,debtor_bank,debtor,creditor_bank,creditor,amount,currency,kind,rail\n", file) >= 0;

    if (truth != NULL)
        good = good && fputs("id,pattern_id,pattern_type,hop\n", truth) >= 0;
    if (networks != NULL)
        good = good && fputs("network,pattern,transfer_id,from,to,label,hop\n", networks) >= 0;
    while (good && mt_generator_next(generator, &generated)) {
        const struct mt_movement *movement = &generated.movement;
        enum mt_truth label = mt_pattern_truth((enum mt_pattern)movement->pattern);

        good = write_transfer(file, &generated);
        if (truth != NULL && label == MT_TRUTH_ILLICIT)
            good = good && write_truth(truth, &generated);
        if (networks != NULL && label != MT_TRUTH_NONE)
            good = good && write_network(networks, &generated, label);
        if (shows && movement->sequence % PROGRESS_EVERY == 0)
            show_progress(movement->sequence, wanted);
    }
    if (shows)
        fputs("\r\033[K", stderr);
    return good;
}

/* NULL path: no file. False when it cannot be opened; the reason is then on standard error. */
static bool open_output(const char *path, FILE **out_file)
{
    FILE *file = NULL;

    if (path != NULL) {
        file = fopen(path, "we");
        if (file == NULL) {
            fprintf(stderr, "moneytrail generate: %s: %s\n", path, strerror(errno));
            return false;
        }
    }
    *out_file = file;
    return true;
}

/* False when what was written did not all arrive. */
static bool close_output(FILE *file)
{
    bool good;

    if (file == NULL)
        return true;
    good = fflush(file) == 0 && ferror(file) == 0;
    if (file == stdout)
        return good;
    return fclose(file) == 0 && good;
}

static bool run(struct mt_generator *generator, const struct request *request)
{
    FILE *out = NULL;
    FILE *truth = NULL;
    FILE *networks = NULL;
    FILE *accounts = NULL;
    bool good = open_output(request->out, &out) && open_output(request->truth, &truth) &&
                open_output(request->networks, &networks) && open_output(request->accounts, &accounts);

    if (good && out == NULL)
        out = stdout;
    if (good && accounts != NULL)
        good = write_accounts(generator, accounts);
    good = good && write_stream(generator, request->options.transfers, out, truth, networks);
    good = close_output(accounts) && good;
    good = close_output(truth) && good;
    good = close_output(networks) && good;
    return close_output(out) && good;
}

int mt_generate_main(int argc, char **argv)
{
    struct request request = {.options = mt_generator_options_default()};
    struct mt_generator *generator = NULL;
    char error[128] = "";
    bool good;

    if (!parse_arguments(argc, argv, &request)) {
        fputs("Try 'moneytrail generate --help'.\n", stderr);
        return 2;
    }
    if (request.help) {
        print_help();
        return 0;
    }
    if (mt_generator_create(&request.options, &generator, error) != MT_OK) {
        fprintf(stderr, "moneytrail generate: %s\n", error);
        return 2;
    }
    good = run(generator, &request);
    mt_generator_destroy(generator);
    if (!good)
        fputs("moneytrail generate: not everything could be written\n", stderr);
    return good ? 0 : 1;
}
