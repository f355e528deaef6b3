/*
 * kept.h: what a count came to, kept in Redis for whoever asks later: a count reads every ledger, which is not for every question.
 *
 *   channels        reports: channels that were new, as on that day
 *   channels-now    channels with flagged flows of the recent days, and remarked ones: as of the last day
 *   channels:DAY    flows of a day, flagged and ordinary: of each channel, and at each grain of all
 *   channel-count   when it was counted, and of which days
 *
 * Everything that is counted anew is overwritten, never added to; so a count may break off anywhere, be made twice or by two processes. A day's
 * counts are replaced in one step, the reports with channel-count in another, the last one.
 *
 * A report outlives the ledgers that it came from: one of a day that can no longer be judged stays, and its channel is not new a second time. One of
 * a day that is judged again (late transfers, a finding withdrawn) is what the judge says now, or gone.
 *
 * Bounds   about 1 KiB a channel; days go MT_KEPT_DAYS after they were last counted
 * Fails    MT_UNAVAILABLE, MT_BAD_STATE, MT_NO_MEMORY
 */
#ifndef MT_CHANNELS_KEPT_H
#define MT_CHANNELS_KEPT_H

#include "notebook.h"
#include "told.h"
#include "workers/kit/keys.h"

#define MT_KEPT_DAYS 400

/* When, and of which days. */
struct mt_kept_count {
    int64_t counted_ms;
    int64_t first_day, last_day; /* counted; none: last < first */
    int64_t judged_from;         /* the first of them that has all of its past */
};

struct mt_kept_write {
    struct mt_telling telling;
    const struct mt_notebook *notebook;
    const struct mt_channel_report *reports;
    size_t report_count;
    int64_t now_ms;
};

MT_MUST_USE enum mt_status mt_kept_write(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_kept_write *write);

/* counted_ms 0: nothing has ever been counted. */
MT_MUST_USE enum mt_status mt_kept_count_read(struct mt_redis *redis, const struct mt_keys *keys, struct mt_kept_count *out_count);

/* A channel as it is to be told: a report, or (watched, or never new) as of the last day. */
struct mt_kept_channel {
    struct mt_channel_key key;
    const char *id; /* borrowed from the reading, as the content is */
    const char *content;
    size_t content_size;
    const struct mt_note *note; /* NULL: none */
    enum mt_channel_state state;
    bool is_new;
    int64_t day;
};

struct mt_kept {
    struct mt_kept_count count;
    struct mt_kept_channel *channels; /* new ones first, then by day, latest first, then by key */
    size_t channel_count;
    struct mt_notebook notebook;
    struct redisReply *replies[2];
};

/* With `all` also those that are neither new nor remarked, else these are not read. */
MT_MUST_USE enum mt_status mt_kept_read(struct mt_redis *redis, const struct mt_keys *keys, bool all, struct mt_kept *out_kept);
void mt_kept_free(struct mt_kept *kept); /* a zeroed one is fine */

/* In the order of a reading. */
int mt_kept_compare(const struct mt_kept_channel *left, const struct mt_kept_channel *right);

size_t mt_kept_print(const struct mt_kept_channel *channel, char out_bytes[MT_CHANNEL_BYTES_MAX]);

/* A channel's days up to the last one counted, oldest first: "days":[{"day":...}]; those that nobody counted are left out. */
MT_MUST_USE enum mt_status mt_kept_days_print(struct mt_redis *redis, const struct mt_keys *keys, const char *id, int64_t last_day,
                                              struct mt_print *print);

#endif
