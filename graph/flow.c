#include "flow.h"

#include "circle.h"

#include <stdlib.h>

enum mt_status mt_flow_create(const struct mt_lore *lore, struct mt_view *view, struct mt_arena *arena,
                              struct mt_flow **out_flow)
{
    struct mt_flow *flow = calloc(1, sizeof *flow);

    if (flow == NULL)
        return MT_NO_MEMORY;
    *flow = (struct mt_flow){.lore = *lore, .view = view, .arena = arena};
    if (mt_circles_create(&flow->circles) != MT_OK) {
        free(flow);
        return MT_NO_MEMORY;
    }
    *out_flow = flow;
    return MT_OK;
}

void mt_flow_destroy(struct mt_flow *flow)
{
    if (flow == NULL)
        return;
    mt_circles_destroy(flow->circles);
    free(flow);
}

void mt_flow_reset(struct mt_flow *flow)
{
    mt_circles_reset(flow->circles);
}

struct mt_hop mt_hop_of(const struct mt_token *owner, const struct mt_entry *entry)
{
    return (struct mt_hop){
        .entry = entry,
        .debtor = entry->outflow ? *owner : entry->other,
        .creditor = entry->outflow ? entry->other : *owner,
    };
}

static void arc_add(struct mt_arcs *arcs, const struct mt_token *owner, const struct mt_entry *other,
                    const struct mt_link *link)
{
    arcs->at[arcs->count++] = (struct mt_arc){
        .hop = mt_hop_of(owner, other),
        .given = link->given,
        .received = link->received,
        .main = link->main,
    };
    if (link->main)
        arcs->main = arcs->count;
}

static bool around_hub(const struct mt_flow *flow, const struct mt_ledger *ledger, int64_t first_ms, int64_t last_ms)
{
    return mt_ledger_busier(ledger, first_ms, last_ms, MT_SEQUENCE_ALL,
                            (uint32_t)flow->lore.rules->hub_counterparties);
}

/* Strong links out of a hop; `now_only`: to transfers of the same time. */
static enum mt_status children(struct mt_flow *flow, const struct mt_hop *hop, bool now_only, struct mt_arcs *out_arcs)
{
    int64_t time_ms = hop->entry->time_ms, window_ms = flow->lore.rules->hop_window_ms;
    struct mt_ledger ledger;

    *out_arcs = (struct mt_arcs){0};
    if (!mt_view_find(flow->view, &hop->creditor, &ledger))
        return MT_WANT;
    out_arcs->hub = around_hub(flow, &ledger, time_ms - window_ms, time_ms + window_ms);
    if (out_arcs->hub || hop->entry->idle)
        return MT_OK;
    struct mt_links links = mt_links_find(&flow->lore, &ledger, time_ms, time_ms, MT_SEQUENCE_ALL, flow->arena);

    out_arcs->at = MT_ARENA_ARRAY(flow->arena, struct mt_arc, links.count);
    for (uint32_t i = 0; i < links.count; i++) {
        const struct mt_link *link = &links.at[i];

        if (link->strong && mt_key_equal(&link->from->key, &hop->entry->key) &&
            (!now_only || link->to->time_ms == time_ms))
            arc_add(out_arcs, &hop->creditor, link->to, link);
    }
    return MT_OK;
}

static int arc_compare(const void *left, const void *right)
{
    return mt_entry_compare(((const struct mt_arc *)left)->hop.entry, ((const struct mt_arc *)right)->hop.entry);
}

/* Strong links into a hop. When the debtor is a hub over the whole of [f − W, f], it is one for every e in it: nothing to look for. */
static enum mt_status parents(struct mt_flow *flow, const struct mt_hop *hop, bool now_only, struct mt_arcs *out_arcs)
{
    int64_t time_ms = hop->entry->time_ms, window_ms = flow->lore.rules->hop_window_ms;
    int64_t first_ms = now_only ? time_ms : time_ms - window_ms;
    struct mt_ledger ledger;

    *out_arcs = (struct mt_arcs){0};
    if (!mt_view_find(flow->view, &hop->debtor, &ledger))
        return MT_WANT;
    if (hop->entry->idle || around_hub(flow, &ledger, time_ms - window_ms, time_ms))
        return MT_OK;
    struct mt_links links = mt_links_find(&flow->lore, &ledger, first_ms, time_ms, MT_SEQUENCE_ALL, flow->arena);

    out_arcs->at = MT_ARENA_ARRAY(flow->arena, struct mt_arc, links.count);
    for (uint32_t i = 0; i < links.count; i++) {
        const struct mt_link *link = &links.at[i];

        if (link->strong && !link->hub && mt_key_equal(&link->to->key, &hop->entry->key))
            arc_add(out_arcs, &hop->debtor, link->from, link);
    }
    if (out_arcs->count > 1) {
        qsort(out_arcs->at, out_arcs->count, sizeof out_arcs->at[0], arc_compare);
        for (uint32_t i = 0; i < out_arcs->count; i++)
            out_arcs->main = out_arcs->at[i].main ? i + 1 : out_arcs->main;
    }
    return MT_OK;
}

/* Takes out the arcs of equal time that a circle cuts. */
static enum mt_status circles_apply(struct mt_flow *flow, const struct mt_hop *hop, bool to_children, struct mt_arcs *arcs)
{
    uint32_t kept = 0;

    arcs->main = 0;
    for (uint32_t i = 0; i < arcs->count; i++) {
        const struct mt_arc *arc = &arcs->at[i];
        bool cut = false;

        if (arc->hop.entry->time_ms == hop->entry->time_ms) {
            enum mt_status status = to_children ? mt_circles_cut(flow, hop, &arc->hop, &cut)
                                                : mt_circles_cut(flow, &arc->hop, hop, &cut);
            if (status != MT_OK)
                return status;
        }
        if (cut)
            continue;
        arcs->at[kept++] = *arc;
        if (arc->main)
            arcs->main = kept;
    }
    arcs->count = kept;
    return MT_OK;
}

enum mt_status mt_flow_children(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs)
{
    enum mt_status status = children(flow, hop, false, out_arcs);

    return status == MT_OK ? circles_apply(flow, hop, true, out_arcs) : status;
}

enum mt_status mt_flow_parents(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs)
{
    enum mt_status status = parents(flow, hop, false, out_arcs);

    return status == MT_OK ? circles_apply(flow, hop, false, out_arcs) : status;
}

enum mt_status mt_flow_children_now(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs)
{
    return children(flow, hop, true, out_arcs);
}

enum mt_status mt_flow_parents_now(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs)
{
    return parents(flow, hop, true, out_arcs);
}
