/*
 * versions.h: what a turn's outcomes make of the findings in Redis, by compare-and-set on their revisions (design 3.3).
 *
 *   1  read revision and state under every key of each spine; nothing to change: done
 *   2  have the ledgers looked at, or the watch lists, grown since they were read?      yes: look again
 *   3  write the finding, its outbox entry and an unchecked note in one step     somebody was faster: look again
 *   4  end the other findings under the spine's keys: merged into it, or withdrawn
 *   5  have they grown by now?     yes: look again (the note stays)     no: remove the note
 *
 * Grown: by another worker's appends. What this worker appends while it thinks is its own next batch, whose gate compares each ledger without
 * and with each of its records (change.h): wherever the older result differs from the newer one, it looks again and writes after this one. Nor is
 * that lost in a crash, since the next batch is not marked done before it was thought about: whoever reads it again looks again.
 *
 * So a result that is older than what another worker wrote either fails at 3 or is corrected after 5, and a crash in between leaves the
 * note, which every start evaluates first.
 *
 * Owns     buffers for contents
 * Threads  one
 * Fails    MT_UNAVAILABLE: begin the turn again after connecting
 */
#ifndef MT_VERSIONS_H
#define MT_VERSIONS_H

#include "graph/chain.h"
#include "workers/kit/redis_lists.h"
#include "workers/kit/redis_store.h"

struct mt_versions;

struct mt_versions_options {
    struct mt_redis *redis;
    struct mt_redis_store *store;
    struct mt_redis_lists *lists;
    const struct mt_keys *keys;
    const struct mt_lore *lore; /* what a finding states of what it stands on */
};

/* An alert written to the outbox this turn. */
struct mt_outbox_entry {
    struct mt_transfer_key id;
    uint32_t revision;
    const char *alert; /* borrowed until the next apply */
    size_t alert_size;
};

struct mt_versions_counters {
    uint64_t written;
    uint64_t withdrawn;
    uint64_t merged;
    uint64_t looked_again;
};

MT_MUST_USE enum mt_status mt_versions_create(const struct mt_versions_options *options, struct mt_versions **out_versions);
void mt_versions_destroy(struct mt_versions *versions); /* NULL is fine */

/* Loads the script on a new connection. */
MT_MUST_USE enum mt_status mt_versions_connected(struct mt_versions *versions);

/* Labels seen while decoding spare a read later. */
void mt_versions_label_seen(struct mt_versions *versions, const struct mt_token *account, const struct mt_label *label);

/*
 * Applies the outcomes. `out_again[i]` says that outcome i must be looked at again, in a turn of its own over all its spots, which is then
 * `noted`: those may have notes from before, which go when their outcome stands. The entries written to the outbox are
 * listed until the next apply.
 */
MT_MUST_USE enum mt_status mt_versions_apply(struct mt_versions *versions, const struct mt_outcome *outcomes, size_t count, bool noted,
                                             bool *out_again);
const struct mt_outbox_entry *mt_versions_outbox(const struct mt_versions *versions, size_t *out_count);

/* The notes left by a crash, as targets: calls `look` for each. */
typedef void mt_note_look(void *self, const struct mt_spot *spot);
MT_MUST_USE enum mt_status mt_versions_notes(struct mt_versions *versions, mt_note_look *look, void *self, size_t *out_count);

struct mt_versions_counters mt_versions_counters(const struct mt_versions *versions);

#endif
