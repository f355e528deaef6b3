#include "pages.h"

#include "account_page.h"
#include "channel_page.h"
#include "health.h"
#include "network_page.h"
#include "schemas/print.h"
#include "workers/analyst/finding_tell.h"
#include "workers/analyst/findings_read.h"
#include "workers/channels/kept.h"
#include "workers/kit/hex.h"
#include "workers/kit/log.h"
#include "workers/kit/settings.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>

#define PAGE_BYTES_MAX ((size_t)8 << 20)
#define METRICS_BYTES_MAX ((size_t)1 << 20)
#define AWAY_PAUSE_MS 500 /* so long after a failure it is not tried again: many callers must not wait for the timeout one after another */

static const char json_type[] = "application/json";

static void page_text(struct mt_page *page, unsigned status, const char *type, const char *body)
{
    *page = (struct mt_page){.status = status, .type = type, .body = strdup(body), .size = strlen(body)};
}

void mt_page_error(unsigned status, const char *code, struct mt_page *out_page)
{
    char body[128];
    struct mt_print print = mt_print_into(body, sizeof body);

    mt_print_format(&print, "{\"error\":\"%s\"}\n", code);
    mt_print_end(&print);
    page_text(out_page, status, json_type, body);
}

enum mt_status mt_page_end(struct mt_print *print, struct mt_page *page)
{
    mt_print_text(print, "}\n");
    size_t size = mt_print_end(print);
    if (size == 0) {
        free(print->at);
        return MT_NO_MEMORY;
    }
    *page = (struct mt_page){.status = 200, .type = json_type, .body = print->at, .size = size};
    return MT_OK;
}

bool mt_is_state_path(const char *path)
{
    static const char *const prefixes[] = {"/v1/networks/", "/v1/channels/"};
    static const char suffix[] = "/state";
    size_t size = strlen(path);

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t prefix = strlen(prefixes[i]);

        if (strncmp(path, prefixes[i], prefix) == 0 && size >= prefix + sizeof suffix - 1 && strcmp(path + size - (sizeof suffix - 1), suffix) == 0)
            return true;
    }
    return false;
}

/* What a page says when Redis did not give what it needs. */
static void page_failed(enum mt_status status, struct mt_page *page)
{
    if (status == MT_UNAVAILABLE)
        mt_page_error(503, "redis_away", page);
    else if (status == MT_NO_MEMORY)
        mt_page_error(503, "no_memory", page);
    else
        mt_page_error(500, "bad_state", page);
}

struct listing {
    struct mt_print print;
    size_t count;
};

static bool listing_take(void *self, const char *alert, size_t size)
{
    struct listing *listing = self;

    if (size + 256 > listing->print.capacity - listing->print.size)
        return false;
    mt_print_text(&listing->print, listing->count++ > 0 ? "," : "");
    mt_print_bytes(&listing->print, alert, size);
    return true;
}

/* What `after` takes: time of the last transfer in ms, and the id. */
static void put_next(struct mt_print *print, const struct mt_findings_place *next)
{
    mt_print_format(print, ",\"next\":\"%lld-", (long long)next->last_ms);
    mt_print_hex(print, next->id.bytes, sizeof next->id.bytes);
    mt_print_text(print, "\"");
}

static void page_alerts(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *page)
{
    const struct mt_findings_filter filter = {
        .score_min = query->score_min,
        .after = query->after,
        .limit = (size_t)query->limit,
    };
    char *body = malloc(PAGE_BYTES_MAX);
    struct listing listing = {.print = mt_print_into(body, PAGE_BYTES_MAX)};
    struct mt_findings_place next;
    size_t total = 0;

    if (body == NULL) {
        page_failed(MT_NO_MEMORY, page);
        return;
    }
    mt_print_text(&listing.print, "{\"alerts\":[");
    enum mt_status status = mt_findings_list(pages->redis, &pages->keys, &filter, listing_take, &listing, &total, &next);
    mt_print_format(&listing.print, "],\"count\":%zu,\"total\":%zu", listing.count, total);
    if (status == MT_OK && next.live)
        put_next(&listing.print, &next);
    mt_print_text(&listing.print, "}\n");
    size_t size = mt_print_end(&listing.print);
    if (status != MT_OK || size == 0) {
        free(body);
        page_failed(status != MT_OK ? status : MT_NO_MEMORY, page);
        return;
    }
    *page = (struct mt_page){.status = 200, .type = json_type, .body = body, .size = size};
}

static void page_finding(struct mt_pages *pages, const char *id, struct mt_page *page)
{
    char *alert = NULL;
    size_t size = 0;
    enum mt_status status = mt_finding_tell(pages->redis, &pages->keys, id, &alert, &size);

    if (status != MT_OK)
        page_failed(status, page);
    else if (alert == NULL)
        mt_page_error(404, "no_such_finding", page);
    else
        *page = (struct mt_page){.status = 200, .type = json_type, .body = alert, .size = size};
}

static void page_account(struct mt_pages *pages, const char *hex, struct mt_page *page)
{
    struct mt_token token;
    char *body = mt_hex_read(hex, token.bytes) ? malloc(MT_ACCOUNT_PAGE_MAX) : NULL;
    size_t size = 0;
    enum mt_status status = MT_OK;

    if (body != NULL)
        status = mt_account_page_print(pages->redis, &pages->keys, &token, mt_clock_ms(), body, &size);
    if (status == MT_OK && size > 0) {
        *page = (struct mt_page){.status = 200, .type = json_type, .body = body, .size = size};
        return;
    }
    free(body);
    if (status != MT_OK)
        page_failed(status, page);
    else
        mt_page_error(404, "no_such_account", page);
}

/* The same members whatever is the matter, so that a probe need not guess. */
static void page_health(struct mt_pages *pages, bool redis, struct mt_page *page)
{
    struct mt_health health = {.trouble = MT_TROUBLE_REDIS_AWAY};
    char body[256];
    struct mt_print print = mt_print_into(body, sizeof body);

    if (redis)
        health = mt_health_read(pages->redis, &pages->keys, NULL);
    bool ready = health.trouble == MT_TROUBLE_NONE;
    mt_print_format(&print, "{\"live\":true,\"ready\":%s,\"redis\":%s,\"workers_reporting\":%lld", ready ? "true" : "false",
                    health.trouble == MT_TROUBLE_REDIS_AWAY ? "false" : "true", health.workers);
    if (!ready)
        mt_print_format(&print, ",\"error\":\"%s\"", mt_trouble_code(health.trouble));
    mt_print_text(&print, "}\n");
    mt_print_end(&print);
    page_text(page, ready ? 200 : 503, json_type, body);
}

/* Workers by when they last reported, newest first, up to 64. */
static redisReply *workers_ask(struct mt_redis *redis, const struct mt_keys *keys)
{
    struct mt_key_text key = mt_keys_global(keys, "workers");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("ZREVRANGE"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT("0"), MT_REDIS_WORD_TEXT("63")};

    return mt_redis_ask(redis, words, 4);
}

static void worker_metrics(struct mt_redis *redis, const struct mt_keys *keys, const redisReply *name, struct mt_print *print)
{
    char text[96];
    struct mt_print key_print = mt_print_into(text, sizeof text);

    mt_print_format(&key_print, "worker:%.40s", name->str);
    mt_print_end(&key_print);
    struct mt_key_text key = mt_keys_global(keys, text);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGETALL"), MT_KEY_WORD(key)};
    redisReply *reply = mt_redis_ask(redis, words, 2);
    for (size_t i = 0; reply != NULL && i + 1 < reply->elements; i += 2) {
        mt_print_format(print, "moneytrail_%s{worker=", reply->element[i]->str);
        mt_print_string(print, name->str, (size_t)name->len);
        mt_print_format(print, "} %s\n", reply->element[i + 1]->str);
    }
    mt_redis_free(reply);
}

/* Nothing before the first count. */
static void channels_metrics(struct mt_redis *redis, const struct mt_keys *keys, struct mt_print *print)
{
    struct mt_kept_count count;

    if (mt_kept_count_read(redis, keys, &count) == MT_OK && count.counted_ms != 0)
        mt_print_format(print, "moneytrail_channels_age_seconds %lld\n", (long long)(mt_clock_ms() - count.counted_ms) / 1000);
}

static void page_metrics(struct mt_pages *pages, struct mt_page *page)
{
    redisReply *workers = workers_ask(pages->redis, &pages->keys);
    char *body = malloc(METRICS_BYTES_MAX);
    struct mt_print print = mt_print_into(body, METRICS_BYTES_MAX);

    for (size_t i = 0; workers != NULL && body != NULL && i < workers->elements; i++)
        worker_metrics(pages->redis, &pages->keys, workers->element[i], &print);
    if (workers != NULL && body != NULL)
        channels_metrics(pages->redis, &pages->keys, &print);
    if (workers == NULL || body == NULL) {
        free(body);
        page_failed(body == NULL ? MT_NO_MEMORY : MT_UNAVAILABLE, page);
    } else {
        *page = (struct mt_page){.status = 200, .type = "text/plain; version=0.0.4", .body = body, .size = mt_print_end(&print)};
    }
    mt_redis_free(workers);
}

static void page_help(struct mt_page *page)
{
    page_text(page, 200, "text/plain; charset=utf-8",
              "moneytrail query server\n\n/v1/alerts?limit=N&min_score=N&after=X   live findings, newest first; X is a page's \"next\"\n"
              "/v1/findings/ID                          one finding\n/v1/accounts/TOKEN                       one account\n"
              "/v1/networks?limit=N&min_score=N&all=1&after=X   networks, best score first; all=1: dismissed ones too\n"
              "/v1/networks/ID                          one network\nPOST /v1/networks/ID/state               assign, confirm or dismiss it\n"
              "/v1/channels?limit=N&all=1&after=X       ways out that launderers have found; all=1: honest and unremarked ones too\n"
              "/v1/channels/KEY                         one channel, with its days\n"
              "POST /v1/channels/KEY/state              reviewed, named, watched; or honest\n"
              "/v1/health                               redis and workers\n/metrics                                 Prometheus\n");
}

/* Whether Redis answers; connects anew when it did not. */
static bool redis_there(struct mt_pages *pages, enum mt_status *out_settings)
{
    *out_settings = MT_UNAVAILABLE;
    if (pages->away_ms != 0 && mt_steady_ms() - pages->away_ms < AWAY_PAUSE_MS)
        return false;
    *out_settings = mt_settings_read(pages->redis, &pages->keys);
    if (*out_settings == MT_UNAVAILABLE && mt_redis_connect(pages->redis) == MT_OK)
        *out_settings = mt_settings_read(pages->redis, &pages->keys);
    pages->away_ms = *out_settings == MT_UNAVAILABLE ? mt_steady_ms() : 0;
    return pages->away_ms == 0;
}

/* What follows the prefix in the path, or NULL. */
static const char *path_after(const char *path, const char *prefix)
{
    size_t size = strlen(prefix);

    return strncmp(path, prefix, size) == 0 ? path + size : NULL;
}

static void page_networks(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *page)
{
    const char *id = path_after(query->path, "/v1/networks/");
    enum mt_status status = MT_OK;

    if (query->post)
        status = mt_network_state_page(pages, query, page);
    else if (id != NULL)
        status = mt_network_page(pages, id, page);
    else
        status = mt_networks_page(pages, query, page);
    if (status != MT_OK)
        page_failed(status, page);
}

static void page_channels(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *page)
{
    const char *key = path_after(query->path, "/v1/channels/");
    enum mt_status status = MT_OK;

    if (query->post)
        status = mt_channel_state_page(pages, query, page);
    else if (key != NULL)
        status = mt_channel_page(pages, key, page);
    else
        status = mt_channels_page(pages, query, page);
    if (status != MT_OK)
        page_failed(status, page);
}

static void page_from_redis(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *page)
{
    const char *id = path_after(query->path, "/v1/findings/"), *token = path_after(query->path, "/v1/accounts/");

    if (strcmp(query->path, "/v1/alerts") == 0)
        page_alerts(pages, query, page);
    else if (id != NULL)
        page_finding(pages, id, page);
    else if (token != NULL)
        page_account(pages, token, page);
    else if (strcmp(query->path, "/v1/networks") == 0 || path_after(query->path, "/v1/networks/") != NULL)
        page_networks(pages, query, page);
    else if (strcmp(query->path, "/v1/channels") == 0 || path_after(query->path, "/v1/channels/") != NULL)
        page_channels(pages, query, page);
    else if (strcmp(query->path, "/metrics") == 0)
        page_metrics(pages, page);
    else
        mt_page_error(404, "no_such_page", page);
}

void mt_page_make(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page)
{
    enum mt_status settings = MT_OK;

    if (strcmp(query->path, "/") == 0)
        page_help(out_page);
    else if (strcmp(query->path, "/v1/health") == 0)
        page_health(pages, redis_there(pages, &settings), out_page);
    else if (!redis_there(pages, &settings))
        mt_page_error(503, mt_trouble_code(MT_TROUBLE_REDIS_AWAY), out_page);
    else if (settings != MT_OK)
        mt_page_error(503, mt_trouble_code(MT_TROUBLE_NO_WORKER_YET), out_page);
    else
        page_from_redis(pages, query, out_page);
}
