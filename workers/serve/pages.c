#include "pages.h"

#include "schemas/print.h"
#include "workers/analyst/findings_read.h"
#include "workers/kit/log.h"
#include "workers/kit/settings.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>

#define PAGE_BYTES_MAX ((size_t)8 << 20)
#define FINDINGS_MAX 1000
#define REPORT_AGE_MAX_MS 10000

static const char json_type[] = "application/json";

static void page_text(struct mt_page *page, unsigned status, const char *type, const char *body)
{
    *page = (struct mt_page){.status = status, .type = type, .body = strdup(body), .size = strlen(body)};
}

static void page_error(struct mt_page *page, unsigned status, const char *code)
{
    char body[128];
    struct mt_print print = mt_print_into(body, sizeof body);

    mt_print_format(&print, "{\"error\":\"%s\"}\n", code);
    mt_print_end(&print);
    page_text(page, status, json_type, body);
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

static void page_alerts(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_page_query *query, struct mt_page *page)
{
    const struct mt_findings_filter filter = {
        .score_min = query->score_min,
        .skip = (size_t)query->skip,
        .limit = query->limit > FINDINGS_MAX ? FINDINGS_MAX : (size_t)query->limit,
    };
    char *body = malloc(PAGE_BYTES_MAX);
    struct listing listing = {.print = mt_print_into(body, PAGE_BYTES_MAX)};
    size_t total = 0;

    if (body == NULL) {
        page_error(page, 503, "no_memory");
        return;
    }
    mt_print_text(&listing.print, "{\"alerts\":[");
    enum mt_status status = mt_findings_list(redis, keys, &filter, listing_take, &listing, &total);
    mt_print_format(&listing.print, "],\"count\":%zu,\"next_skip\":%zu,\"total\":%zu}\n", listing.count, filter.skip + listing.count, total);
    size_t size = mt_print_end(&listing.print);
    if (status != MT_OK || size == 0) {
        free(body);
        page_error(page, 503, "redis_away");
        return;
    }
    *page = (struct mt_page){.status = 200, .type = json_type, .body = body, .size = size};
}

static void page_finding(struct mt_redis *redis, const struct mt_keys *keys, const char *id, struct mt_page *page)
{
    char *alert = NULL;
    size_t size = 0;

    if (mt_findings_get(redis, keys, id, &alert, &size) != MT_OK)
        page_error(page, 503, "redis_away");
    else if (alert == NULL)
        page_error(page, 404, "no_such_finding");
    else
        *page = (struct mt_page){.status = 200, .type = json_type, .body = alert, .size = size};
}

/* Workers by when they last reported, newest first, up to 64. */
static redisReply *workers_ask(struct mt_redis *redis, const struct mt_keys *keys)
{
    struct mt_key_text key = mt_keys_global(keys, "workers");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("ZREVRANGE"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT("0"), MT_REDIS_WORD_TEXT("63"),
                                          MT_REDIS_WORD_TEXT("WITHSCORES")};

    return mt_redis_ask(redis, words, 5);
}

static void page_health(struct mt_redis *redis, const struct mt_keys *keys, struct mt_page *page)
{
    redisReply *reply = workers_ask(redis, keys);
    size_t reporting = 0;
    char body[128];

    if (reply == NULL) {
        page_error(page, 503, "redis_away");
        return;
    }
    for (size_t i = 1; i < reply->elements; i += 2)
        reporting += mt_clock_ms() - strtoll(reply->element[i]->str, NULL, 10) < REPORT_AGE_MAX_MS;
    mt_redis_free(reply);
    struct mt_print print = mt_print_into(body, sizeof body);
    mt_print_format(&print, "{\"live\":true,\"ready\":%s,\"redis\":true,\"workers_reporting\":%zu}\n", reporting > 0 ? "true" : "false", reporting);
    mt_print_end(&print);
    page_text(page, reporting > 0 ? 200 : 503, json_type, body);
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

static void page_metrics(struct mt_redis *redis, const struct mt_keys *keys, struct mt_page *page)
{
    redisReply *workers = workers_ask(redis, keys);
    char *body = malloc(1 << 20);
    struct mt_print print = mt_print_into(body, 1 << 20);

    for (size_t i = 0; workers != NULL && body != NULL && i < workers->elements; i += 2)
        worker_metrics(redis, keys, workers->element[i], &print);
    if (workers == NULL || body == NULL) {
        free(body);
        page_error(page, 503, "redis_away");
    } else {
        *page = (struct mt_page){.status = 200, .type = "text/plain; version=0.0.4", .body = body, .size = mt_print_end(&print)};
    }
    mt_redis_free(workers);
}

void mt_page_make(struct mt_redis *redis, struct mt_keys *keys, const struct mt_page_query *query, struct mt_page *out_page)
{
    const char findings[] = "/v1/findings/";
    enum mt_status status = mt_settings_read(redis, keys);

    if (status == MT_UNAVAILABLE && mt_redis_connect(redis) == MT_OK)
        status = mt_settings_read(redis, keys);
    if (strcmp(query->path, "/") == 0)
        page_text(out_page, 200, "text/plain; charset=utf-8",
                  "moneytrail query server\n\n/v1/alerts?limit=N&skip=N&min_score=N   live findings, newest first\n"
                  "/v1/findings/ID                          one finding\n/v1/health                               redis and workers\n"
                  "/metrics                                 Prometheus\n");
    else if (status == MT_UNAVAILABLE)
        page_error(out_page, 503, "redis_away");
    else if (status != MT_OK)
        page_error(out_page, 503, "no_worker_yet");
    else if (strcmp(query->path, "/v1/alerts") == 0)
        page_alerts(redis, keys, query, out_page);
    else if (strncmp(query->path, findings, sizeof findings - 1) == 0)
        page_finding(redis, keys, query->path + sizeof findings - 1, out_page);
    else if (strcmp(query->path, "/v1/health") == 0)
        page_health(redis, keys, out_page);
    else if (strcmp(query->path, "/metrics") == 0)
        page_metrics(redis, keys, out_page);
    else
        page_error(out_page, 404, "no_such_page");
}
