/*
 * pages.h: what the query server answers, by path, without HTTP: so that it can be tested without a socket.
 *
 *   /v1/alerts?limit=N&skip=N&min_score=N    live findings, newest first
 *   /v1/findings/ID                          one finding, or its end
 *   /v1/health                               Redis, and workers that reported in the last 10 s
 *   /metrics                                 Prometheus text: the workers' counters
 *
 * Bounds   1,000 findings and 8 MiB a page
 */
#ifndef MT_PAGES_H
#define MT_PAGES_H

#include "workers/kit/keys.h"

struct mt_page {
    unsigned status; /* HTTP */
    const char *type;
    char *body; /* malloc'ed */
    size_t size;
};

struct mt_page_query {
    const char *path;
    int64_t limit, skip, score_min;
};

/* Always fills the page; 503 when Redis is away. */
void mt_page_make(struct mt_redis *redis, struct mt_keys *keys, const struct mt_page_query *query, struct mt_page *out_page);

#endif
