#include "flow.h"

#include "circle.h"
#include "draws.h"

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

const struct mt_entry *mt_hop_entry(const struct mt_hop *hop, const struct mt_ledger *ledger, bool outflow)
{
    uintptr_t at = (uintptr_t)hop->entry, first = (uintptr_t)ledger->entries;

    if (at >= first && at < first + ledger->count * sizeof *ledger->entries && hop->entry->outflow == outflow)
        return hop->entry;
    return mt_ledger_find(ledger, &hop->entry->key, hop->entry->time_ms, outflow);
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

static bool hub_for(const struct mt_flow *flow, const struct mt_ledger *ledger, const struct mt_entry *inflow)
{
    int64_t window_ms = flow->lore.rules->hop_window_ms;

    return around_hub(flow, ledger, inflow->time_ms - window_ms, inflow->time_ms + window_ms);
}

/* Whether the draw from→to of this account is a main link but for circles; `gifts` are from's. */
static bool is_main(const struct mt_flow *flow, const struct mt_ledger *ledger, const struct mt_entry *from, const struct mt_draws *gifts,
                    const struct mt_entry *to)
{
    const struct mt_rules *rules = flow->lore.rules;
    const struct mt_draw *best = gifts->best > 0 ? &gifts->at[gifts->best - 1] : NULL;

    return best != NULL && best->other == to && mt_at_least(gifts->given, from->minor, rules->passed_permille) &&
           (mt_at_least(best->given, from->minor, rules->strong_permille) ||
            mt_at_least(best->received, to->minor, rules->strong_permille)) &&
           !hub_for(flow, ledger, from);
}

static enum mt_status main_found(struct mt_flow *flow, const struct mt_hop *from, const struct mt_hop *to, bool *out_found)
{
    bool cut = false;
    enum mt_status status = MT_OK;

    if (from->entry->time_ms == to->entry->time_ms)
        status = mt_circles_cut(flow, from, to, &cut);
    *out_found = status == MT_OK && !cut;
    return status;
}

enum mt_status mt_flow_main_child(struct mt_flow *flow, const struct mt_hop *hop, struct mt_hop *out_child, bool *out_found)
{
    struct mt_ledger ledger;

    *out_found = false;
    if (!mt_view_find(flow->view, &hop->creditor, &ledger))
        return MT_WANT;
    const struct mt_entry *from = mt_hop_entry(hop, &ledger, false);
    if (from == NULL || from->idle)
        return MT_OK;
    struct mt_draws gifts = mt_draws_from(&flow->lore, &ledger, from, MT_SEQUENCE_ALL, flow->arena);
    const struct mt_entry *to = gifts.best > 0 ? gifts.at[gifts.best - 1].other : NULL;
    if (to == NULL || !is_main(flow, &ledger, from, &gifts, to))
        return MT_OK;
    struct mt_draws draws = mt_draws_into(&flow->lore, &ledger, to, MT_SEQUENCE_ALL, flow->arena);
    if (draws.best == 0 || draws.at[draws.best - 1].other != from)
        return MT_OK;
    *out_child = mt_hop_of(&hop->creditor, to);
    return main_found(flow, hop, out_child, out_found);
}

enum mt_status mt_flow_main_parent(struct mt_flow *flow, const struct mt_hop *hop, struct mt_hop *out_parent, bool *out_found)
{
    int64_t window_ms = flow->lore.rules->hop_window_ms;
    struct mt_ledger ledger;

    *out_found = false;
    if (!mt_view_find(flow->view, &hop->debtor, &ledger))
        return MT_WANT;
    const struct mt_entry *to = mt_hop_entry(hop, &ledger, true);
    if (to == NULL || to->idle || around_hub(flow, &ledger, to->time_ms - window_ms, to->time_ms))
        return MT_OK;
    struct mt_draws draws = mt_draws_into(&flow->lore, &ledger, to, MT_SEQUENCE_ALL, flow->arena);
    if (draws.best == 0)
        return MT_OK;
    const struct mt_entry *from = draws.at[draws.best - 1].other;
    struct mt_draws gifts = mt_draws_from(&flow->lore, &ledger, from, MT_SEQUENCE_ALL, flow->arena);
    if (!is_main(flow, &ledger, from, &gifts, to))
        return MT_OK;
    *out_parent = mt_hop_of(&hop->debtor, from);
    return main_found(flow, out_parent, hop, out_found);
}

enum mt_status mt_flow_children_now(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs)
{
    return children(flow, hop, true, out_arcs);
}

enum mt_status mt_flow_parents_now(struct mt_flow *flow, const struct mt_hop *hop, struct mt_arcs *out_arcs)
{
    return parents(flow, hop, true, out_arcs);
}
