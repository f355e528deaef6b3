#include "live.h"

#include "graph/channels.h"
#include "live_keys.h"
#include "schemas/alert_read.h"
#include "workers/analyst/facts_read.h"
#include "workers/analyst/findings_read.h"
#include "workers/kit/ledger_build.h"
#include "workers/kit/stop.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

static size_t round_of(size_t count, size_t at)
{
    return count - at < MT_LIVE_ROUND ? count - at : MT_LIVE_ROUND;
}

/* --- what banks say ------------------------------------------------------------------------------------------------- */

struct fact_taking {
    struct mt_directory *directory;
    const struct mt_token *account;
};

static enum mt_status fact_take(void *self, const struct mt_account_facts *facts)
{
    const struct fact_taking *taking = self;

    return mt_directory_add(taking->directory, taking->account, facts);
}

static enum mt_status facts_round(struct mt_redis *redis, const struct mt_keys *keys, struct mt_event_parse *parser, const struct mt_token *accounts,
                                  size_t count, struct mt_directory *directory)
{
    for (size_t i = 0; i < count; i++)
        mt_facts_send(redis, keys, &accounts[i]);
    enum mt_status status = mt_redis_flush(redis);
    for (size_t i = 0; i < count && status == MT_OK; i++)
        status = mt_facts_take_all(redis, parser, fact_take, &(struct fact_taking){directory, &accounts[i]});
    return status;
}

static enum mt_status directory_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_live_accounts *accounts,
                                     struct mt_directory **out_directory)
{
    struct mt_event_parse *parser = NULL;
    enum mt_status status = mt_directory_create(out_directory);

    if (status == MT_OK)
        status = mt_event_parser_create(&parser);
    for (size_t at = 0; at < accounts->count && status == MT_OK; at += MT_LIVE_ROUND)
        status = facts_round(redis, keys, parser, accounts->at + at, round_of(accounts->count, at), *out_directory);
    mt_event_parser_destroy(parser);
    return status == MT_OK ? mt_directory_end(*out_directory) : status;
}

/* --- findings ------------------------------------------------------------------------------------------------------- */

struct finding_taking {
    const struct mt_rules *rules;
    struct mt_live_read *read;
    enum mt_status status;
};

/* Text inside a JSON string has its quotes escaped, so this is the member. */
static bool member_is(const char *alert, const char *member, int64_t value)
{
    const char *at = strstr(alert, member);

    return at == NULL || strtoll(at + strlen(member), NULL, 10) == value;
}

/* A finding tells the rules by which it is one; tails of another length or window would be compared wrongly, and nobody would see it. */
static bool rules_agree(const char *alert, const struct mt_rules *rules)
{
    if (member_is(alert, "\"chain_links\":", rules->chain_links) && member_is(alert, "\"hop_window_seconds\":", rules->hop_window_ms / 1000))
        return true;
    fprintf(stderr, "the workers have other rules: give the same --hop-window and --chain-links\n");
    return false;
}

static bool finding_take(void *self, const char *alert, size_t size)
{
    struct finding_taking *taking = self;
    struct mt_finding *finding = NULL;
    enum mt_status status = rules_agree(alert, taking->rules) ? mt_alert_read(alert, size, NULL, NULL, &finding) : MT_BAD_CONFIG;

    if (status == MT_OK)
        status = mt_channels_finding(taking->read->channels, finding);
    taking->read->findings += status == MT_OK;
    taking->read->unreadable += status == MT_BAD_EVENT;
    free(finding);
    taking->status = status == MT_BAD_EVENT ? MT_OK : status;
    return taking->status == MT_OK;
}

static enum mt_status findings_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_rules *rules, struct mt_live_read *read)
{
    const struct mt_findings_filter filter = {.final = true, .limit = SIZE_MAX};
    struct finding_taking taking = {.rules = rules, .read = read};
    struct mt_findings_place next;
    size_t total;
    enum mt_status status = mt_findings_list(redis, keys, &filter, finding_take, &taking, &total, &next);

    return status == MT_OK ? taking.status : status;
}

/* --- ledgers -------------------------------------------------------------------------------------------------------- */

struct ledger_taking {
    struct mt_ledger_build *build;
    struct mt_arena *arena;
    struct mt_channels *channels;
};

/* A ledger that is gone meanwhile is an empty one. */
static enum mt_status ledger_take(const struct ledger_taking *taking, const struct mt_token *account, const redisReply *reply)
{
    mt_ledger_build_reset(taking->build, account);
    if (reply->type == REDIS_REPLY_STRING && mt_ledger_build_add(taking->build, reply->str, (size_t)reply->len) != MT_OK)
        return MT_BAD_STATE;
    struct mt_ledger ledger = mt_ledger_build_ledger(taking->build);
    if (ledger.count > 0 && ledger.entries[0].of_indicator)
        return MT_OK; /* no account's */

    mt_arena_reset(taking->arena);
    if (ledger.reports_join)
        ledger = mt_ledger_join(&ledger, MT_SEQUENCE_ALL, taking->arena);
    return mt_channels_ledger(taking->channels, account, &ledger);
}

static enum mt_status ledgers_round(struct mt_redis *redis, const struct mt_keys *keys, const struct ledger_taking *taking,
                                    const struct mt_token *accounts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct mt_key_text key = mt_keys_of(keys, 'l', accounts[i].bytes);
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("GET"), MT_KEY_WORD(key)};

        mt_redis_send(redis, words, 2);
    }
    enum mt_status status = mt_redis_flush(redis);
    for (size_t i = 0; i < count && status == MT_OK; i++) {
        redisReply *reply = mt_redis_take(redis);

        status = reply != NULL ? ledger_take(taking, &accounts[i], reply) : MT_UNAVAILABLE;
        mt_redis_free(reply);
    }
    return status;
}

static enum mt_status ledgers_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_live_accounts *accounts,
                                   struct mt_channels *channels)
{
    struct ledger_taking taking = {.channels = channels};
    enum mt_status status = mt_ledger_build_create(&taking.build);

    if (status == MT_OK)
        status = mt_arena_create((size_t)1 << 32, &taking.arena);
    for (size_t at = 0; at < accounts->count && status == MT_OK; at += MT_LIVE_ROUND)
        status = mt_stop_asked() ? MT_UNAVAILABLE : ledgers_round(redis, keys, &taking, accounts->at + at, round_of(accounts->count, at));
    if (status == MT_BAD_STATE)
        fprintf(stderr, "a ledger in Redis holds bytes that are no ledger\n");
    mt_ledger_build_destroy(taking.build);
    mt_arena_destroy(taking.arena);
    return status;
}

/* --- all of it ------------------------------------------------------------------------------------------------------ */

/* Ledgers are whole from the retention's edge on, which lies within a day; and what is not over may be two days behind the newest transfer. */
static int64_t days_whole(int64_t retention_ms)
{
    int64_t days = retention_ms / MT_DAY_MS - 2;

    return days < 1 ? 1 : days > MT_CHANNEL_DAYS_MAX ? MT_CHANNEL_DAYS_MAX : days;
}

static enum mt_status channels_create(const struct mt_live_options *options, struct mt_live_read *read)
{
    const struct mt_channels_options channels_options = {
        .rules = options->rules,
        .classes = {read->directory, mt_directory_find},
        .score_least = options->score_least,
        .stay_most_ms = options->stay_most_ms,
        .passed_least = options->passed_least,
        .days_most = days_whole(options->retention_ms),
        .over_only = options->over_only,
    };

    return mt_channels_create(&channels_options, &read->channels);
}

enum mt_status mt_live_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_live_options *options, struct mt_live_read *out_read)
{
    struct mt_live_read read = {0};
    struct mt_live_keys found = {0};
    enum mt_status status = mt_live_keys_read(redis, keys, &found);

    read.accounts = found.ledgers.count;
    if (status == MT_OK)
        status = directory_read(redis, keys, &found.facts, &read.directory);
    if (status == MT_OK)
        status = channels_create(options, &read);
    if (status == MT_OK)
        status = findings_read(redis, keys, options->rules, &read);
    if (status == MT_OK)
        status = ledgers_read(redis, keys, &found.ledgers, read.channels);
    if (status == MT_OK)
        status = mt_channels_count(read.channels);
    mt_live_keys_free(&found);
    if (status != MT_OK) {
        mt_live_read_free(&read);
        return status;
    }
    *out_read = read;
    return MT_OK;
}

void mt_live_read_free(struct mt_live_read *read)
{
    mt_channels_destroy(read->channels);
    mt_directory_destroy(read->directory);
    *read = (struct mt_live_read){0};
}
