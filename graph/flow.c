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

/* Whether the account was a hub when the money came. */
static bool hub_for(const struct mt_flow *flow, const struct mt_ledger *ledger, const struct mt_entry *inflow)
{
    int64_t window_ms = flow->lore.rules->hop_window_ms;

    return mt_ledger_busier(ledger, inflow->time_ms - window_ms, inflow->time_ms, MT_SEQUENCE_ALL,
                            (uint32_t)flow->lore.rules->hub_counterparties);
}

static void arc_add(struct mt_arcs *arcs, const struct mt_token *owner, const struct mt_draw *draw)
{
    arcs->at[arcs->count++] = (struct mt_arc){
        .hop = mt_hop_of(owner, draw->other),
        .given = draw->given,
        .received = draw->received,
    };
}

static bool passed(const struct mt_flow *flow, const struct mt_entry *from, int64_t given)
{
    return mt_at_least(given, from->minor, flow->lore.rules->passed_permille);
}

static bool is_best(const struct mt_draws *draws, const struct mt_entry *other)
{
    return draws->best > 0 && draws->at[draws->best - 1].other == other;
}

/* Strong links out of a hop; `now_only`: to transfers of the same time. */
static enum mt_status children(struct mt_flow *flow, const struct mt_hop *hop, bool now_only, struct mt_arcs *out_arcs)
{
    const struct mt_lore *lore = &flow->lore;
    struct mt_ledger ledger;

    *out_arcs = (struct mt_arcs){0};
    if (!mt_view_find(flow->view, &hop->creditor, &ledger))
        return MT_WANT;
    out_arcs->hub = hub_for(flow, &ledger, hop->entry);
    const struct mt_entry *from = mt_hop_entry(hop, &ledger, false);
    if (out_arcs->hub || from == NULL || from->idle)
        return MT_OK;
    struct mt_draws gifts = mt_draws_from(lore, &ledger, from, MT_SEQUENCE_ALL, flow->arena);
    if (!passed(flow, from, gifts.given))
        return MT_OK;
    out_arcs->at = MT_ARENA_ARRAY(flow->arena, struct mt_arc, gifts.count);
    for (uint32_t i = 0; i < gifts.count; i++) {
        const struct mt_draw *gift = &gifts.at[i];

        if ((!now_only || gift->other->time_ms == from->time_ms) &&
            mt_draw_strong(lore->rules, from, gift->other, gift->given, gift->received))
            arc_add(out_arcs, &hop->creditor, gift);
    }
    return MT_OK;
}

/* Strong links into a hop. */
static enum mt_status parents(struct mt_flow *flow, const struct mt_hop *hop, bool now_only, struct mt_arcs *out_arcs)
{
    const struct mt_lore *lore = &flow->lore;
    struct mt_ledger ledger;

    *out_arcs = (struct mt_arcs){0};
    if (!mt_view_find(flow->view, &hop->debtor, &ledger))
        return MT_WANT;
    const struct mt_entry *to = mt_hop_entry(hop, &ledger, true);
    if (to == NULL || to->idle)
        return MT_OK;
    struct mt_draws draws = mt_draws_into(lore, &ledger, to, MT_SEQUENCE_ALL, flow->arena);

    out_arcs->at = MT_ARENA_ARRAY(flow->arena, struct mt_arc, draws.count);
    for (uint32_t i = draws.count; i > 0; i--) { /* they come newest first */
        const struct mt_draw *draw = &draws.at[i - 1];
        const struct mt_entry *from = draw->other;

        if ((now_only && from->time_ms != to->time_ms) || !mt_draw_strong(lore->rules, from, to, draw->given, draw->received))
            continue;
        struct mt_draws gifts = mt_draws_from(lore, &ledger, from, MT_SEQUENCE_ALL, flow->arena);
        if (passed(flow, from, gifts.given) && !hub_for(flow, &ledger, from))
            arc_add(out_arcs, &hop->debtor, draw);
    }
    return MT_OK;
}

/* Takes out the arcs of equal time that a circle cuts. */
static enum mt_status circles_apply(struct mt_flow *flow, const struct mt_hop *hop, bool to_children, struct mt_arcs *arcs)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < arcs->count; i++) {
        const struct mt_arc *arc = &arcs->at[i];
        bool cut = false;

        if (arc->hop.entry->time_ms == hop->entry->time_ms) {
            enum mt_status status = to_children ? mt_circles_cut(flow, hop, &arc->hop, &cut)
                                                : mt_circles_cut(flow, &arc->hop, hop, &cut);
            if (status != MT_OK)
                return status;
        }
        if (!cut)
            arcs->at[kept++] = *arc;
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

/* Whether the draw from→to is the child's side of a main link: e's best, strong, and not cut at a hub. `gifts` are from's. */
static bool is_main_child(const struct mt_flow *flow, const struct mt_ledger *ledger, const struct mt_entry *from,
                          const struct mt_draws *gifts, const struct mt_entry *to)
{
    if (!is_best(gifts, to) || !passed(flow, from, gifts->given))
        return false;
    const struct mt_draw *best = &gifts->at[gifts->best - 1];

    return mt_draw_strong(flow->lore.rules, from, to, best->given, best->received) && !hub_for(flow, ledger, from);
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

static const struct mt_entry *main_child(struct mt_flow *flow, const struct mt_ledger *ledger, const struct mt_entry *from)
{
    struct mt_draws gifts = mt_draws_from(&flow->lore, ledger, from, MT_SEQUENCE_ALL, flow->arena);
    const struct mt_draw *best = gifts.best > 0 ? &gifts.at[gifts.best - 1] : NULL;

    if (best == NULL || !is_main_child(flow, ledger, from, &gifts, best->other) ||
        !mt_draw_is_best_into(&flow->lore, ledger, from, best->received, best->other, MT_SEQUENCE_ALL, flow->arena))
        return NULL;
    return best->other;
}

static const struct mt_entry *main_parent(struct mt_flow *flow, const struct mt_ledger *ledger, const struct mt_entry *to)
{
    struct mt_draw draw = mt_draw_best_into(&flow->lore, ledger, to, MT_SEQUENCE_ALL, flow->arena);
    const struct mt_entry *from = draw.other;

    if (from == NULL || !mt_draw_strong(flow->lore.rules, from, to, draw.given, draw.received))
        return NULL;
    struct mt_draws gifts = mt_draws_from(&flow->lore, ledger, from, MT_SEQUENCE_ALL, flow->arena);
    return is_main_child(flow, ledger, from, &gifts, to) ? from : NULL;
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
    struct mt_arena_mark mark = mt_arena_mark(flow->arena);
    const struct mt_entry *to = main_child(flow, &ledger, from);
    mt_arena_release(flow->arena, mark);
    if (to == NULL)
        return MT_OK;
    *out_child = mt_hop_of(&hop->creditor, to);
    return main_found(flow, hop, out_child, out_found);
}

enum mt_status mt_flow_main_parent(struct mt_flow *flow, const struct mt_hop *hop, struct mt_hop *out_parent, bool *out_found)
{
    struct mt_ledger ledger;

    *out_found = false;
    if (!mt_view_find(flow->view, &hop->debtor, &ledger))
        return MT_WANT;
    const struct mt_entry *to = mt_hop_entry(hop, &ledger, true);
    if (to == NULL || to->idle)
        return MT_OK;
    struct mt_arena_mark mark = mt_arena_mark(flow->arena);
    const struct mt_entry *from = main_parent(flow, &ledger, to);
    mt_arena_release(flow->arena, mark);
    if (from == NULL)
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
