/*
 * networks_read.h: the networks of the live findings in Redis, with what people decided about them.
 *
 * Networks are kept nowhere: they are a function of the live findings, and are grown anew from them at each reading. So nothing of theirs can be stale,
 * and the reading is bounded: the newest `findings_max` findings by last transfer. Behind that limit lie older ones, and a network that
 * reaches back to them looks smaller than it is; `findings.complete` says so in every answer.
 *
 * Owns     what it read, until mt_networks_read_free()
 * Who reads again and again hands the last reading on: findings whose content is still the same are taken over from it, and only the others are fetched
 * and parsed.
 *
 * Bounds   findings_max findings of about 10 KiB; labels of MT_NETWORKS_LABELS_HELD accounts handed on
 * Cost     one round trip per 64 findings and about 0.2 ms of processor a finding (Jansson), so about a second for 5,000; handed on: about 10 µs
 * Threads  igraph's one; mt_graph_start() first
 * Fails    MT_UNAVAILABLE, MT_NO_MEMORY
 */
#ifndef MT_NETWORKS_READ_H
#define MT_NETWORKS_READ_H

#include "label_book.h"
#include "reviews_store.h"
#include "schemas/network_print.h"

#define MT_NETWORKS_FINDINGS_DEFAULT 5000
#define MT_NETWORKS_LABELS_HELD 1000000

struct mt_networks_read {
    struct mt_finding **findings;
    struct mt_content_hash *hashes; /* of the findings' contents */
    size_t finding_count, finding_max;
    size_t unreadable; /* alerts that were no findings: left out, and said */
    size_t live_count; /* findings in Redis, read or not */
    size_t left;       /* live findings that the limit left out */
    enum mt_status status; /* of the callback */
    struct mt_label_book labels;
    struct mt_networks networks;
    struct mt_reviews reviews;
};

/* `take_last`: a reading before in the same namespace, or NULL; it is empty afterwards, whatever happens. */
MT_MUST_USE enum mt_status mt_networks_read(struct mt_redis *redis, const struct mt_keys *keys, size_t findings_max, struct mt_networks_read *take_last,
                                            struct mt_networks_read *out_read);
void mt_networks_read_free(struct mt_networks_read *read); /* a zeroed one is fine */

/* How the findings' ids, or any later findings', name a network. */
enum mt_network_found { MT_NETWORK_FOUND, MT_NETWORK_UNKNOWN, MT_NETWORK_SEVERAL };

/*
 * The network of an id: 32 hex digits, or its first 6 or more. It may be the id of any finding of the network, or of any transfer in it, so that an id
 * which was the network's once still leads to it.
 */
enum mt_network_found mt_networks_name(const struct mt_networks_read *read, const char *id, uint32_t *out_network);

/* One network with its state, ready to be told. */
struct mt_network_page {
    struct mt_network_view view;
    struct mt_review review;
};

MT_MUST_USE enum mt_status mt_network_page_make(const struct mt_networks_read *read, uint32_t network, struct mt_network_page *out_page);
void mt_network_page_free(struct mt_network_page *page);

/* The network as JSON (network.schema.json), whole or as a line of a list; 0 when it does not fit. */
size_t mt_network_page_print(struct mt_networks_read *read, const struct mt_network_page *page, bool listed, char *out_bytes, size_t capacity);

/*
 * Which networks a list shows, best score first: from the place behind `after` on, dismissed ones only when `all`, up to `limit`.
 */
struct mt_networks_filter {
    bool all;
    int64_t score_min;
    size_t limit;
    bool after; /* behind this score and id */
    uint8_t after_score;
    struct mt_transfer_key after_id;
};

struct mt_networks_listed {
    size_t shown, silenced; /* silenced: dismissed and left out, among those looked at */
    bool more;              /* the list goes on behind the last one shown */
    uint8_t last_score;
    struct mt_transfer_key last_id;
};

/* Called for each; return false to stop: that one is not counted as shown. */
typedef bool mt_network_take(void *self, struct mt_networks_read *read, const struct mt_network_page *page);

MT_MUST_USE enum mt_status mt_networks_list(struct mt_networks_read *read, const struct mt_networks_filter *filter, mt_network_take *take, void *self,
                                            struct mt_networks_listed *out_listed);

/*
 * Writes a decision about a network as it was read. *out_wrong: a code when it was refused ("network_changed": it is not any more what `hash` says), and
 * nothing is written then; NULL: it is done.
 */
MT_MUST_USE enum mt_status mt_network_decide(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_networks_read *read, uint32_t network,
                                             const struct mt_decision *decision, int64_t now_ms, const char **out_wrong);

#endif
