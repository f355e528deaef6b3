/*
 * live.h: the channels of what the workers have in Redis: live findings, de-duplicated ledgers, account facts. As collect.h does it for a file, and
 * with the same result for the same stream, however many workers took it in, in whatever order and how often.
 *
 *   keys ─► accounts ─► facts ─► directory ─┐
 *   live findings ──────────────────────────┼─► graph/channels.h
 *   ledgers, joined ────────────────────────┘
 *
 * Only reads. While workers go on the newest day is a mixture of moments; `over_only` leaves it out.
 *
 * Bounds   ledgers are read one round of MT_LIVE_ROUND at a time, a hub's whole; besides what graph/channels.h holds, 40 bytes an account
 * Cost     every ledger once, 193 bytes a transfer and side over the wire
 * Fails    MT_UNAVAILABLE, also when a stop is asked; MT_BAD_STATE (bytes that are no ledger), MT_BAD_CONFIG (other rules than the workers'), MT_NO_MEMORY: the reason is then
 *          on standard error
 */
#ifndef MT_CHANNELS_LIVE_H
#define MT_CHANNELS_LIVE_H

#include "directory.h"
#include "workers/kit/keys.h"

#define MT_LIVE_ROUND 64

struct mt_live_options {
    const struct mt_rules *rules;                    /* the workers' */
    int64_t score_least, stay_most_ms, passed_least; /* of a flagged flow (graph/channels.h) */
    int64_t retention_ms;                            /* the workers': what is older is no longer whole */
    bool over_only;
};

struct mt_live_read {
    struct mt_channels *channels; /* counted */
    struct mt_directory *directory;
    size_t findings, unreadable, accounts;
};

MT_MUST_USE enum mt_status mt_live_read(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_live_options *options,
                                        struct mt_live_read *out_read);
void mt_live_read_free(struct mt_live_read *read); /* a zeroed one is fine */

#endif
