/*
 * findings_read.h: findings out of Redis, for the commands and the query server.
 *
 * Owns     nothing; alerts handed to a callback are borrowed for the call
 * Bounds   the caller's limit
 * Fails    MT_UNAVAILABLE, MT_BAD_STATE (no such namespace)
 */
#ifndef MT_FINDINGS_READ_H
#define MT_FINDINGS_READ_H

#include "workers/kit/keys.h"

/* Called for each live finding, newest last transfer first. Return false to stop. */
typedef bool mt_finding_take(void *self, const char *alert, size_t size);

/* A place in the listing: behind this finding. It stays right when findings come and go; `live` false: the beginning, or the end. */
struct mt_findings_place {
    struct mt_transfer_key id;
    int64_t last_ms;
    bool live;
};

struct mt_findings_filter {
    bool final;        /* bare content, by id, without revision and detection time (the final set, design D11) */
    int64_t score_min;
    struct mt_findings_place after; /* not with `final` */
    size_t limit; /* at least 1 */
};

/*
 * `out_total`: how many live findings there are, whatever the filter. `out_next`: where to go on, if the listing stopped before its end. Cost: one
 * round trip per 64 findings from `after` on, those below the score too.
 */
MT_MUST_USE enum mt_status mt_findings_list(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_findings_filter *filter,
                                            mt_finding_take *take, void *self, size_t *out_total,
                                            struct mt_findings_place *out_next);

/*
 * The newest live findings, newest last transfer first, at most `limit`; malloc'ed. For who wants to read only what is new to them: which content
 * each has (zeros: none, or it ended meanwhile), in one round trip per MT_FINDINGS_ROUND, and the contents of some.
 */
#define MT_FINDINGS_ROUND 1024
struct mt_content_hash;
MT_MUST_USE enum mt_status mt_findings_places(struct mt_redis *redis, const struct mt_keys *keys, size_t limit, struct mt_findings_place **out_places,
                                              size_t *out_count, size_t *out_total);
MT_MUST_USE enum mt_status mt_findings_hashes(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_findings_place *places, size_t count,
                                              struct mt_content_hash *out_hashes);
MT_MUST_USE enum mt_status mt_findings_contents(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_findings_place *places, size_t count,
                                                mt_finding_take *take, void *self);

/* How many findings mt_findings_of() looks through. There is no index from accounts to findings: most are asked about never. */
#define MT_FINDINGS_SEARCH_MAX 5000

/*
 * The live findings that show the account, newest last transfer first, as bare content; only those whose last transfer is not before `since_ms`
 * (the account's first transfer). *out_complete false: there were more than MT_FINDINGS_SEARCH_MAX to look through, and the older ones were
 * left out. Cost: one round trip per 64 findings looked through.
 */
MT_MUST_USE enum mt_status mt_findings_of(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account,
                                          int64_t since_ms, mt_finding_take *take, void *self, bool *out_complete);

/*
 * One finding by id: 32 hex digits, or the first 6 or more of a live one if they fit only one. The alert is malloc'ed; NULL when there is none.
 * An ended finding gives its short alert (withdrawn, or merged into another).
 */
MT_MUST_USE enum mt_status mt_findings_get(struct mt_redis *redis, const struct mt_keys *keys, const char *id, char **out_alert,
                                           size_t *out_size);

#endif
