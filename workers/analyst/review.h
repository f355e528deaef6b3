/*
 * review.h: what people decide about networks: the decision, the record that is kept of it, and the state that follows from it today.
 *
 *   new ──► assigned ──► confirmed        A person moves a network to assigned, confirmed or dismissed, from any state and as often as needed.
 *     └────────┴───────► dismissed ──► reopened        Nobody reopens: a dismissed network that today holds a finding or transfer which it did not
 *                                                      hold then, or another amount or time, reads as reopened.
 *
 * A network that only lost something stays dismissed: what is left was looked at. So a finding that is withdrawn, and one that falls out of a
 * bounded reading, wake nobody.
 *
 * Confirmed and dismissed are labels; one that is assigned again is being looked at anew, and is none until it is decided.
 *
 * Owns     a review owns its record, until mt_review_free()
 * Bounds   names of MT_REVIEW_NAME_MAX bytes, reasons of MT_REVIEW_REASON_MAX, MT_REVIEW_HISTORY_MAX earlier decisions
 */
#ifndef MT_REVIEW_H
#define MT_REVIEW_H

#include "schemas/network_view.h"
#include "schemas/print.h"

#define MT_REVIEW_NAME_MAX 64
#define MT_REVIEW_REASON_MAX 500
#define MT_REVIEW_HISTORY_MAX 20

#define MT_REVIEW_STATE_TABLE(X) \
    X(NEW, "new") X(ASSIGNED, "assigned") X(CONFIRMED, "confirmed") X(DISMISSED, "dismissed") X(REOPENED, "reopened")

enum mt_review_state {
#define MT_REVIEW_STATE_ENUM(name, text) MT_REVIEW_##name,
    MT_REVIEW_STATE_TABLE(MT_REVIEW_STATE_ENUM)
#undef MT_REVIEW_STATE_ENUM
    MT_REVIEW_STATE_COUNT
};

extern const char *const mt_review_state_names[MT_REVIEW_STATE_COUNT];

/* Views into the caller's texts. */
struct mt_decision {
    enum mt_review_state state; /* assigned, confirmed or dismissed */
    const char *by;             /* who decides */
    const char *to;             /* assigned: to whom; else NULL */
    const char *reason;         /* confirmed and dismissed: why; may be NULL when assigned */
    const char *hash;           /* the network's hash as it was looked at: the decision holds for nothing else; NULL: whatever it is now */
};

/* NULL when the decision can be recorded, else a code that says what is wrong ("reason_missing"). */
const char *mt_decision_check(const struct mt_decision *decision);

/* A decision out of a request's JSON. `out_json` (to be json_decref'd, also on failure) holds its texts. NULL or a code as above. */
struct json_t;
const char *mt_decision_read(const char *bytes, size_t size, struct json_t **out_json, struct mt_decision *out_decision);

/* One decision as it is kept. */
struct mt_review {
    enum mt_review_state state; /* as of now */
    struct json_t *record;      /* NULL: nobody has decided */
    uint32_t findings_new, transfers_new; /* since the decision: new, or changed */
};

void mt_review_free(struct mt_review *review);

/* The record of a decision about the network as it is now; `earlier` (may be NULL): the records that it replaces, newest first. NULL without memory. */
struct json_t *mt_review_record(const struct mt_network_view *view, const struct mt_decision *decision, int64_t now_ms,
                                const struct json_t *const *earlier, size_t earlier_count);

/* The state that a record means for the network as it is now. `take_record` NULL: new. */
void mt_review_judge(struct json_t *take_record, const struct mt_network_view *view, struct mt_review *out_review);

/* "state":"reopened","review":{...}: members of the network's JSON; only the state when nobody has decided. */
void mt_review_print(const struct mt_review *review, struct mt_print *print);

/* A confirmed or dismissed record as a label, one line; 0 when it is no label or does not fit. */
size_t mt_review_label_print(const struct json_t *record, char *out_bytes, size_t capacity);

#endif
