/*
 * flow.h: the flow graph: transfers as vertices, strong links as edges; looked at, never stored.
 *
 * A hop is a transfer together with both its accounts; an arc is a strong link seen from one end. Links of a hub transfer are cut
 * (the hop then ends at a hub), and so are those that a circle of equal times needs cut (circle.c), so the flow graph is a DAG.
 *
 * Owns     the circles decided this turn
 * Bounds   the turn's arena
 * Cost     O(entries from the transfer to the last of its links), per link found
 * Threads  none
 * Fails    MT_WANT: a ledger is missing; begin again when it has been read
 */
#ifndef MT_FLOW_H
#define MT_FLOW_H

#include "links.h"
#include "view.h"

struct mt_hop {
    const struct mt_entry *entry; /* from either side's ledger; key, time, amount, id are the same in both */
    struct mt_token debtor;
    struct mt_token creditor;
};

struct mt_arc {
    struct mt_hop hop; /* the other end */
    int64_t given;
    int64_t received;
};

struct mt_arcs {
    struct mt_arc *at; /* in ledger order of the other end: (time, key); arena memory */
    uint32_t count;
    bool hub; /* children only: the creditor is a hub for this transfer */
};

struct mt_circles;

struct mt_flow {
    struct mt_lore lore;
    struct mt_view *view;
    struct mt_arena *arena;
    struct mt_circles *circles;
};

MT_MUST_USE enum mt_status mt_flow_create(const struct mt_lore *lore, struct mt_view *view, struct mt_arena *arena,
                                          struct mt_flow **out_flow);
void mt_flow_destroy(struct mt_flow *flow); /* NULL is fine */
void mt_flow_reset(struct mt_flow *flow);

/* The hop that an entry of `owner`'s ledger is. */
struct mt_hop mt_hop_of(const struct mt_token *owner, const struct mt_entry *entry);

/* The hop's entry in one of its two accounts' ledgers as it is now, or NULL. O(1) when the hop was found there, else O(log n). */
const struct mt_entry *mt_hop_entry(const struct mt_hop *hop, const struct mt_ledger *ledger, bool outflow);

/* All transfers this one strongly funded / was strongly funded by. */
MT_MUST_USE enum mt_status mt_flow_children(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs);
MT_MUST_USE enum mt_status mt_flow_parents(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs);

/* Of these only the main link, by draws.h: what a walk along a spine needs. `out_found` false: none. */
MT_MUST_USE enum mt_status mt_flow_main_child(struct mt_flow *flow, const struct mt_hop *hop, struct mt_hop *out_child, bool *out_found);
MT_MUST_USE enum mt_status mt_flow_main_parent(struct mt_flow *flow, const struct mt_hop *hop, struct mt_hop *out_parent,
                                               bool *out_found);

/* All, of the same time only and before circles are cut: what circle.c and the gate walk. */
MT_MUST_USE enum mt_status mt_flow_children_now(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs);
MT_MUST_USE enum mt_status mt_flow_parents_now(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs);

#endif
