#include "networks_command.h"

#include "graph/analysis.h"
#include "network_text.h"
#include "networks_read.h"
#include "open.h"
#include "workers/kit/arguments.h"
#include "workers/kit/log.h"
#include "workers/kit/stop.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    struct mt_redis_options redis;
    const char *space;
    const char *assign, *confirm, *dismiss, *by, *hash, *community_text;
    struct mt_networks_filter filter;
    int64_t limit, findings, show, community;
    bool json;
    char *line; /* MT_NETWORK_BYTES_MAX */
};

static struct options options_default(void)
{
    return (struct options){
        .redis = {.address = MT_REDIS_DEFAULT, .timeout_ms = MT_ANALYST_TIMEOUT_MS},
        .space = MT_NAMESPACE_DEFAULT,
        .limit = 50,
        .findings = MT_NETWORKS_FINDINGS_DEFAULT,
        .show = 10,
        .community = -1,
    };
}

#define FINDINGS_ARGUMENT(options) \
    {"findings", MT_ARGUMENT_COUNT, &(options).findings, 1, 1000000, "live findings read, newest first: networks that reach back further look smaller"}

/* Reads, with the buffer for what is printed; false after saying why not. */
static bool read_all(struct options *options, struct mt_redis *redis, const struct mt_keys *keys, struct mt_networks_read *out_read)
{
    enum mt_status status = MT_NO_MEMORY;

    options->line = malloc(MT_NETWORK_BYTES_MAX);
    if (options->line != NULL)
        status = mt_networks_read(redis, keys, (size_t)options->findings, NULL, out_read);
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->redis.address, mt_status_text(status));
    return status == MT_OK;
}

/* What a reader must know of the answer's limits. */
static void limits_tell(FILE *out, const struct mt_networks_read *read)
{
    if (read->left > 0)
        fprintf(out, "%zu of %zu live findings were read, the newest; networks that reach back further look smaller; --findings N reads more\n",
                read->finding_count + read->unreadable, read->live_count);
    if (read->unreadable > 0)
        fprintf(out, "%zu findings could not be read and are left out\n", read->unreadable);
}

static struct mt_network_text text_of(const struct options *options, struct mt_networks_read *read, const struct mt_network_page *page)
{
    return (struct mt_network_text){
        .view = &page->view,
        .review = &page->review,
        .label_find = mt_label_book_find,
        .label_self = &read->labels,
        .show = (uint32_t)options->show,
        .community = options->community < 0 ? MT_NETWORK_NONE : (uint32_t)options->community,
        .colour = isatty(STDOUT_FILENO),
    };
}

/* --- networks ------------------------------------------------------------------------------------------------------- */

static bool network_take(void *self, struct mt_networks_read *read, const struct mt_network_page *page)
{
    const struct options *options = self;
    const struct mt_network_text text = text_of(options, read, page);

    if (!options->json)
        mt_network_line(stdout, &text);
    else if (mt_network_page_print(read, page, true, options->line, MT_NETWORK_LISTED_BYTES_MAX) > 0)
        printf("%s\n", options->line);
    return !mt_stop_asked();
}

static int networks_list(struct options *options, struct mt_networks_read *read)
{
    FILE *aside = options->json ? stderr : stdout;
    struct mt_networks_listed listed;

    options->filter.limit = (size_t)options->limit;
    if (!options->json)
        mt_network_line_head(stdout);
    enum mt_status status = mt_networks_list(read, &options->filter, network_take, options, &listed);
    if (status != MT_OK) {
        fprintf(stderr, "%s\n", mt_status_text(status));
        return 1;
    }
    if (!options->json)
        printf("%u networks of %zu findings; moneytrail network ID tells one\n", read->networks.count, read->finding_count);
    if (listed.more)
        fprintf(aside, "more follow; --limit N lists more\n");
    if (listed.silenced > 0)
        fprintf(aside, "%zu dismissed and unchanged since: not shown; --all shows them\n", listed.silenced);
    limits_tell(aside, read);
    return 0;
}

int mt_networks_main(int argc, char **argv)
{
    struct options options = options_default();
    const struct mt_argument arguments[] = {
        MT_REDIS_ARGUMENTS(options.redis, options.space),
        {"json", MT_ARGUMENT_FLAG, &options.json, 0, 0, "one network a line, as the network schema, its first accounts only"},
        {"all", MT_ARGUMENT_FLAG, &options.filter.all, 0, 0, "dismissed ones too"},
        {"min-score", MT_ARGUMENT_COUNT, &options.filter.score_min, 0, 100, "leave out networks below this score"},
        {"limit", MT_ARGUMENT_COUNT, &options.limit, 1, 1000000, "networks listed, best score first"},
        FINDINGS_ARGUMENT(options),
    };
    const struct mt_command command = {
        .usage = "moneytrail networks --redis HOST:PORT [options]",
        .purpose = "Lists the networks that findings have grown into by sharing transfers, best score first, with what people decided about them.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
    };
    struct mt_networks_read read = {0};
    struct mt_keys keys = {0};
    struct mt_words words;
    int exit_code;

    if (!mt_arguments_read(&command, argc, argv, &words, &exit_code))
        return exit_code;
    struct mt_redis *redis = mt_analyst_open(&options.redis, options.space, &keys);
    if (redis == NULL)
        return 1;
    mt_graph_start();
    exit_code = read_all(&options, redis, &keys, &read) ? networks_list(&options, &read) : 1;
    mt_networks_read_free(&read);
    free(options.line);
    mt_redis_destroy(redis);
    return exit_code;
}

/* --- network -------------------------------------------------------------------------------------------------------- */

static const char *found_text(enum mt_network_found found)
{
    return found == MT_NETWORK_SEVERAL ? "more than one network has this id; give more digits" : "no network has this id: the first 6 to 32 hex digits";
}

static bool community_take(struct options *options)
{
    const char *digits = options->community_text;

    if (digits == NULL)
        return true;
    if (digits[0] == '\0' || strlen(digits) > 9 || digits[strspn(digits, "0123456789")] != '\0') {
        fprintf(stderr, "--community: \"%s\" is not a number from 0 on\n", digits);
        return false;
    }
    options->community = strtol(digits, NULL, 10);
    return true;
}

static int network_show(const struct options *options, struct mt_networks_read *read, uint32_t network)
{
    struct mt_network_page page;
    int exit_code = 0;

    if (options->community >= (int64_t)read->networks.at[network].community_count) {
        fprintf(stderr, "--community: this network has %u, numbered from 0\n", read->networks.at[network].community_count);
        return 2;
    }
    enum mt_status status = mt_network_page_make(read, network, &page);
    if (status != MT_OK) {
        fprintf(stderr, "%s\n", mt_status_text(status));
        return 1;
    }
    const struct mt_network_text text = text_of(options, read, &page);
    if (!options->json)
        mt_network_text(stdout, &text);
    else if (mt_network_page_print(read, &page, false, options->line, MT_NETWORK_BYTES_MAX) > 0)
        printf("%s\n", options->line);
    else
        exit_code = 1;
    mt_network_page_free(&page);
    limits_tell(options->json ? stderr : stdout, read);
    return exit_code;
}

/* False after a mistake, which has been explained. *out_given: whether anything is to be decided. */
static bool decision_take(const struct options *options, struct mt_decision *out_decision, bool *out_given)
{
    int given = (options->assign != NULL) + (options->confirm != NULL) + (options->dismiss != NULL);

    *out_given = given == 1;
    *out_decision = (struct mt_decision){
        .state = options->assign != NULL    ? MT_REVIEW_ASSIGNED
                 : options->confirm != NULL ? MT_REVIEW_CONFIRMED
                                            : MT_REVIEW_DISMISSED,
        .by = options->by != NULL ? options->by : getenv("USER"),
        .to = options->assign,
        .reason = options->confirm != NULL ? options->confirm : options->dismiss,
        .hash = options->hash,
    };
    if (given > 1)
        fprintf(stderr, "--assign, --confirm and --dismiss: one of them\n");
    if (given == 0 && (options->by != NULL || options->hash != NULL))
        fprintf(stderr, "--by and --hash go with --assign, --confirm or --dismiss\n");
    if (given > 1 || (given == 0 && (options->by != NULL || options->hash != NULL)))
        return false;
    if (given == 1 && out_decision->by == NULL) {
        fprintf(stderr, "--by NAME: who decides\n");
        return false;
    }
    return true;
}

static const char *wrong_text(const char *code)
{
    static const struct {
        const char *code, *text;
    } texts[] = {
        {"network_changed", "the network has changed since: look at it again"},
        {"hash_malformed", "--hash: 32 hex digits, as the network's JSON has them"},
        {"by_missing", "--by: who decides"},
        {"to_missing", "--assign: a name"},
        {"reason_missing", "a reason is needed"},
        {"text_not_utf8", "names and reasons are UTF-8"},
        {"text_too_long", "at most 64 bytes a name and 500 a reason"},
        {"text_control_character", "no control characters in names and reasons"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i].code, code) == 0)
            return texts[i].text;
    }
    return code;
}

static int network_decide(const struct options *options, struct mt_redis *redis, const struct mt_keys *keys, const struct mt_networks_read *read,
                          uint32_t network, const struct mt_decision *decision)
{
    const char *wrong = NULL;
    enum mt_status status = mt_network_decide(redis, keys, read, network, decision, mt_clock_ms(), &wrong);

    if (status == MT_OK && wrong == NULL)
        return 0;
    fprintf(stderr, "%s: %s\n", status != MT_OK ? options->redis.address : "not done", status != MT_OK ? mt_status_text(status) : wrong_text(wrong));
    return 1;
}

/* After a decision the network is read anew: what is shown is what others see now. */
static int network_run(struct options *options, struct mt_redis *redis, const struct mt_keys *keys, const char *id, const struct mt_decision *decision)
{
    struct mt_networks_read read = {0};
    uint32_t network = 0;

    if (!read_all(options, redis, keys, &read))
        return 1;
    enum mt_network_found found = mt_networks_name(&read, id, &network);
    int exit_code = found == MT_NETWORK_FOUND ? 0 : 1;
    if (found != MT_NETWORK_FOUND)
        fprintf(stderr, "%s: %s\n", id, found_text(found));
    if (found != MT_NETWORK_FOUND && read.left > 0)
        limits_tell(stderr, &read);
    if (exit_code == 0)
        exit_code = decision != NULL ? network_decide(options, redis, keys, &read, network, decision) : network_show(options, &read, network);
    mt_networks_read_free(&read);
    free(options->line);
    options->line = NULL;
    return exit_code;
}

int mt_network_main(int argc, char **argv)
{
    struct options options = options_default();
    const struct mt_argument arguments[] = {
        MT_REDIS_ARGUMENTS(options.redis, options.space),
        {"assign", MT_ARGUMENT_TEXT, &options.assign, 0, 0, "decide: NAME looks at it"},
        {"confirm", MT_ARGUMENT_TEXT, &options.confirm, 0, 0, "decide: it is what it looks like; TEXT is the reason"},
        {"dismiss", MT_ARGUMENT_TEXT, &options.dismiss, 0, 0, "decide: it is harmless; TEXT is the reason. Lists leave it out until it grows or changes"},
        {"by", MT_ARGUMENT_TEXT, &options.by, 0, 0, "who decides [$USER]"},
        {"hash", MT_ARGUMENT_TEXT, &options.hash, 0, 0, "decide only if the network still has this hash (its JSON has it)"},
        {"json", MT_ARGUMENT_FLAG, &options.json, 0, 0, "as the network schema, with all accounts"},
        {"show", MT_ARGUMENT_COUNT, &options.show, 1, 1000000, "accounts told of each kind, those with the most money first; and layers of mules"},
        {"community", MT_ARGUMENT_TEXT, &options.community_text, 0, 0, "of a large network, the part of this number alone"},
        FINDINGS_ARGUMENT(options),
    };
    const struct mt_command command = {
        .usage = "moneytrail network ID --redis HOST:PORT [--assign NAME | --confirm REASON | --dismiss REASON] [options]",
        .purpose = "Tells one network: sources, mules by layer, collectors, distributors, exits, money, what to look at first; or decides about it.\n"
                   "ID may be shortened, and may be that of any finding or transfer in it.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
        .word_least = 1,
        .word_most = 1,
    };
    struct mt_decision decision;
    struct mt_keys keys = {0};
    struct mt_words words;
    bool given;
    int exit_code;

    if (!mt_arguments_read(&command, argc, argv, &words, &exit_code))
        return exit_code;
    if (!community_take(&options) || !decision_take(&options, &decision, &given))
        return 2;
    struct mt_redis *redis = mt_analyst_open(&options.redis, options.space, &keys);
    if (redis == NULL)
        return 1;
    mt_graph_start();
    exit_code = given ? network_run(&options, redis, &keys, words.at[0], &decision) : 0;
    if (exit_code == 0)
        exit_code = network_run(&options, redis, &keys, words.at[0], NULL);
    mt_redis_destroy(redis);
    return exit_code;
}

/* --- labels --------------------------------------------------------------------------------------------------------- */

struct labels {
    char *line;
    int64_t left;
    bool cut;
};

static bool label_take(void *self, const struct json_t *record)
{
    struct labels *labels = self;

    if (mt_review_label_print(record, labels->line, MT_NETWORK_BYTES_MAX) == 0)
        return true;
    labels->cut = labels->left == 0;
    if (labels->cut)
        return false;
    printf("%s\n", labels->line);
    labels->left--;
    return !mt_stop_asked();
}

int mt_labels_main(int argc, char **argv)
{
    struct options options = options_default();
    const struct mt_argument arguments[] = {
        MT_REDIS_ARGUMENTS(options.redis, options.space),
        {"limit", MT_ARGUMENT_COUNT, &options.limit, 1, 100000000, "labels printed"},
    };
    const struct mt_command command = {
        .usage = "moneytrail labels --redis HOST:PORT [--limit N]",
        .purpose = "Prints what people confirmed and dismissed, one JSON a line (label.schema.json): network, state, reason, and the findings and transfers\n"
                   "that it had when it was decided about, whatever joined it since.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
    };
    struct mt_keys keys = {0};
    struct mt_words words;
    int exit_code;

    options.limit = 100000;
    if (!mt_arguments_read(&command, argc, argv, &words, &exit_code))
        return exit_code;
    struct mt_redis *redis = mt_analyst_open(&options.redis, options.space, &keys);
    if (redis == NULL)
        return 1;
    struct labels labels = {.line = malloc(MT_NETWORK_BYTES_MAX), .left = options.limit};
    enum mt_status status = labels.line != NULL ? mt_reviews_visit(redis, &keys, label_take, &labels) : MT_NO_MEMORY;
    if (labels.cut)
        fprintf(stderr, "more follow; --limit N prints more\n");
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options.redis.address, mt_status_text(status));
    free(labels.line);
    mt_redis_destroy(redis);
    return status == MT_OK ? 0 : 1;
}
