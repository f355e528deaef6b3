/*
 * scan.h: a file through the same engine as the workers', with the in-memory store: the reference that they must equal.
 *
 * Owns     the store, the findings, the labels
 * Cost     about 2 µs a transfer, 200 bytes of memory each
 * Threads  one per process (igraph)
 */
#ifndef MT_SCAN_H
#define MT_SCAN_H

#include "graph/episode.h"
#include "graph/findings.h"
#include "graph/stream.h"
#include "labels.h"
#include "schemas/mapping.h"

struct mt_scan;

struct mt_scan_options {
    const struct mt_rules *rules;
    const struct mt_rates *rates; /* may be NULL */
    const struct mt_lines *lines;
    const struct mt_lists *lists; /* may be NULL */
    const struct mt_points *points; /* NULL: ours */
    const struct mt_secret *secret;
    int64_t batch_max;
    int64_t until_ms; /* transfers from then on are left out, as if they had not come; 0: none are */
    bool store_only; /* read and keep the transfers, find nothing: for measures of the whole stream */
};

struct mt_scan_counters {
    uint64_t transfers;
    uint64_t rejected;
    uint64_t rejected_by_code[MT_REJECT_COUNT];
};

MT_MUST_USE enum mt_status mt_scan_create(const struct mt_scan_options *options, struct mt_scan **out_scan);
void mt_scan_destroy(struct mt_scan *scan); /* NULL is fine */

/* Called now and then with bytes read and their total (0 unknown). */
typedef void mt_scan_progress(void *self, const struct mt_scan_counters *counters, int64_t bytes, int64_t bytes_total);

/* Called for each row that could not be used. */
typedef void mt_scan_rejected(void *self, int64_t line, const struct mt_reject *reject, struct mt_text bytes);

/* Called for each finding that a turn looked at, changed or not, when event time had come to `now_ms`. */
typedef void mt_scan_version(void *self, int64_t now_ms, const struct mt_finding *finding);

struct mt_scan_watch {
    void *self;
    mt_scan_progress *progress; /* may be NULL */
    mt_scan_rejected *rejected; /* may be NULL */
    mt_scan_version *version;   /* may be NULL */
    void (*ended)(void *self);  /* load.h: reading is over, for better or worse; may be NULL */
};

/* What a bank says of an account. Before the transfers: what was found already is not looked at again. */
MT_MUST_USE enum mt_status mt_scan_describe(struct mt_scan *scan, const struct mt_token *account, const struct mt_holder *record);

/* Reads to the end of the reader; may be called for several files. Ends early with MT_OK when a stop is asked. */
MT_MUST_USE enum mt_status mt_scan_read(struct mt_scan *scan, struct mt_reader *reader, const struct mt_scan_watch *watch);

/* The live findings, by id. `out_findings` is malloc'ed, its elements borrowed. */
MT_MUST_USE enum mt_status mt_scan_findings(const struct mt_scan *scan, const struct mt_finding ***out_findings, size_t *out_count);

/* Every account's ledger, joined, in order of first sight; borrowed for the call. Ends early with what `each` gives when it is not MT_OK. */
typedef enum mt_status mt_scan_ledger(void *self, const struct mt_token *account, const struct mt_ledger *ledger);
MT_MUST_USE enum mt_status mt_scan_ledgers(struct mt_scan *scan, mt_scan_ledger *each, void *self);

/* One account's day (graph/episode.h), and a transfer that tells it. */
typedef void mt_scan_episode(void *self, const struct mt_entry *entry, const struct mt_episode *episode);

/* Every account's every day, told by its first transfer, by account in order of first sight. */
MT_MUST_USE enum mt_status mt_scan_episodes(struct mt_scan *scan, mt_scan_episode *each, void *self);

/* Every account's every day as it stood when each of its transfers had come, told by that, where a detector may hold: what could be known when. */
MT_MUST_USE enum mt_status mt_scan_looks(struct mt_scan *scan, mt_scan_episode *each, void *self);

/* What was read, as arrays in order of time. To be destroyed by the caller, before the scan. */
MT_MUST_USE enum mt_status mt_scan_stream(const struct mt_scan *scan, struct mt_stream **out_stream);

/* What it thinks with. */
struct mt_lore mt_scan_lore(const struct mt_scan *scan);

struct mt_labels *mt_scan_labels(struct mt_scan *scan);
const struct mt_scan_counters *mt_scan_counters(const struct mt_scan *scan);

#endif
