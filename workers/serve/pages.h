/*
 * pages.h: what the query server answers, by path, without HTTP: so that it can be tested without a socket.
 *
 *   /v1/alerts?limit=N&min_score=N&after=X   live findings, newest first; X is a page's "next", absent on the last one
 *   /v1/findings/ID                          one finding, or its end; with what is known of its accounts
 *   /v1/accounts/TOKEN                       one account (account_page.h)
 *   /v1/networks, /v1/networks/ID            findings grown together (network_page.h)
 *   POST /v1/networks/ID/state               what a person decides about one
 *   /v1/channels, /v1/channels/KEY           ways out that launderers have found (channel_page.h)
 *   POST /v1/channels/KEY/state              what a person decides about one; no other page writes
 *   /v1/health                               Redis, and workers that reported in the last 10 s
 *   /metrics                                 Prometheus text: the workers' counters
 *
 * An account is named by its token, never by its number: addresses are kept in logs and histories.
 *
 * Bounds   1,000 findings and 8 MiB a page
 * Threads  one: the connection to Redis is asked by one page at a time
 */
#ifndef MT_PAGES_H
#define MT_PAGES_H

#include "schemas/print.h"
#include "workers/analyst/findings_read.h"

struct mt_page {
    unsigned status; /* HTTP */
    const char *type;
    char *body; /* malloc'ed */
    size_t size;
    const char *allow; /* of a 405: what the path takes; NULL: GET, HEAD */
};

#define MT_PAGE_LIMIT_MAX 1000

struct mt_pages {
    struct mt_redis *redis;
    struct mt_keys keys;
    struct mt_networks_read *networks; /* as read last (network_page.h); NULL before the first time */
    bool any_host; /* a decision is taken whatever host the request names: there is a proxy in front */
    int64_t away_ms; /* steady clock: when Redis last could not be reached; 0: it can */
};

struct mt_page_query {
    const char *path;
    int64_t limit, score_min, all;
    struct mt_findings_place after;
    bool post;
    const char *body; /* of a POST */
    size_t body_size;
};

/* Always fills the page; 503 when Redis is away. */
void mt_page_make(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page);

/* Whether the path is one of a decision, which takes a POST: /v1/networks/ID/state, /v1/channels/KEY/state. */
bool mt_is_state_path(const char *path);

/* A page that says no: {"error":"CODE"}. */
void mt_page_error(unsigned status, const char *code, struct mt_page *out_page);

/* Closes a JSON object; its malloc'ed buffer becomes the page's, or is freed on MT_NO_MEMORY: more than it holds was printed. */
MT_MUST_USE enum mt_status mt_page_end(struct mt_print *print, struct mt_page *page);

#endif
