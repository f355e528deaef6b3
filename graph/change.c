#include "change.h"

#include "draws.h"
#include "hubs.h"

/* An account's ledger just before and just after one report; for most accounts one array seen through two limits. */
struct step {
    struct mt_ledger before, after;
    uint32_t before_limit, after_limit;
    int64_t first_ms, last_ms; /* times at which they differ */
};

void mt_target_add(struct mt_targets *targets, struct mt_arena *arena, const struct mt_hop *hop)
{
    MT_ARENA_ROOM(arena, targets->at, targets->count, targets->max, 64);
    targets->at[targets->count++] = *hop;
}

/* Whether an inflow can already be funding what follows, or an outflow be funded: the other side within the window. */
static bool has_partner(const struct mt_ledger *ledger, const struct mt_entry *entry, uint32_t limit, int64_t window_ms)
{
    const struct mt_entry *first = ledger->entries, *end = ledger->entries + ledger->count;

    if (entry->outflow) {
        for (const struct mt_entry *at = entry; at > first && at[-1].time_ms >= entry->time_ms - window_ms; at--) {
            if (!at[-1].outflow && !at[-1].idle && at[-1].sequence < limit)
                return true;
        }
        return false;
    }
    for (const struct mt_entry *at = entry + 1; at < end && at->time_ms <= entry->time_ms + window_ms; at++) {
        if (at->outflow && !at->idle && at->sequence < limit)
            return true;
    }
    return false;
}

/*
 * True when every inflow whose hub window holds the arrival, from x to x + W, came to a hub without it. More than K counterparties in [s, x],
 * with s ≥ x − W, do that for those up to s + W; the later ones have [x, s + W] behind them, if it holds as many. Costs O(K) in a busy account,
 * so a hub stays cheap.
 */
static bool hub_already(const struct mt_rules *rules, const struct mt_ledger *ledger, const struct mt_entry *entry)
{
    uint32_t most = (uint32_t)rules->hub_counterparties, limit = entry->sequence;
    int64_t x = entry->time_ms, window_ms = rules->hop_window_ms;

    if (ledger->proof == NULL || !mt_ledger_busier(ledger, x - window_ms, x, limit, most))
        return false;
    int64_t sure_ms = ledger->proof->first_ms + window_ms;
    return mt_ledger_lower(ledger, sure_ms + 1) == mt_ledger_lower(ledger, x + window_ms + 1) ||
           mt_ledger_busier(ledger, x, sure_ms, limit, most);
}

/* Links that count: strong, and not cut at a hub. Moves `at` to the next one. */
static const struct mt_link *next_link(const struct mt_links *links, uint32_t *at)
{
    while (*at < links->count && (!links->at[*at].strong || links->at[*at].hub))
        (*at)++;
    return *at < links->count ? &links->at[*at] : NULL;
}

/* The order in which mt_links_find() gives them: by `to`, then from the newest `from`. */
static int link_compare(const struct mt_link *left, const struct mt_link *right)
{
    int order = mt_entry_compare(left->to, right->to);

    return order != 0 ? order : mt_entry_compare(right->from, left->from);
}

bool mt_entry_same(const struct mt_entry *left, const struct mt_entry *right)
{
    return left == right ||
           (left->minor == right->minor && left->currency == right->currency && left->kind == right->kind &&
            left->rail == right->rail && left->detail == right->detail && left->id_size == right->id_size &&
            left->idle == right->idle && left->conflict == right->conflict && left->ambiguous == right->ambiguous);
}

/* All of a link that a finding shows. What else left of e is not shown: it only decides whether the link is strong. */
static bool link_same(const struct mt_link *left, const struct mt_link *right)
{
    return left->given == right->given && left->received == right->received && left->main == right->main &&
           mt_entry_same(left->from, right->from) && mt_entry_same(left->to, right->to);
}

/*
 * Everything that a link of equal time reaches, or is reached from, at its instant: a circle through the link may be cut elsewhere now.
 */
static enum mt_status instant_add(struct mt_flow *flow, const struct mt_hop *start, struct mt_targets *targets)
{
    uint32_t first = targets->count;

    mt_target_add(targets, flow->arena, start);
    for (uint32_t at = first; at < targets->count; at++) {
        for (int forwards = 0; forwards < 2; forwards++) {
            struct mt_hop hop = targets->at[at];
            struct mt_arcs arcs;
            enum mt_status status = forwards ? mt_flow_children_now(flow, &hop, &arcs)
                                             : mt_flow_parents_now(flow, &hop, &arcs);
            if (status != MT_OK)
                return status;
            for (uint32_t i = 0; i < arcs.count; i++) {
                bool known = arcs.at[i].hop.entry->time_ms != start->entry->time_ms;

                for (uint32_t t = first; t < targets->count && !known; t++)
                    known = mt_key_equal(&targets->at[t].entry->key, &arcs.at[i].hop.entry->key);
                if (!known)
                    mt_target_add(targets, flow->arena, &arcs.at[i].hop);
            }
        }
    }
    return MT_OK;
}

static enum mt_status link_ends_add(struct mt_flow *flow, const struct mt_token *account, const struct mt_link *link,
                                    struct mt_targets *targets)
{
    struct mt_hop from = mt_hop_of(account, link->from), to = mt_hop_of(account, link->to);

    if (link->from->time_ms == link->to->time_ms) {
        enum mt_status status = instant_add(flow, &from, targets);

        return status == MT_OK ? instant_add(flow, &to, targets) : status;
    }
    mt_target_add(targets, flow->arena, &from);
    mt_target_add(targets, flow->arena, &to);
    return MT_OK;
}

static enum mt_status links_differ(struct mt_flow *flow, const struct mt_token *account, const struct step *step,
                                   struct mt_targets *targets)
{
    int64_t window_ms = flow->lore.rules->hop_window_ms;
    int64_t first_ms = step->first_ms - window_ms, last_ms = step->last_ms + window_ms;
    struct mt_links before = mt_links_find(&flow->lore, &step->before, first_ms, last_ms, step->before_limit, flow->arena);
    struct mt_links after = mt_links_find(&flow->lore, &step->after, first_ms, last_ms, step->after_limit, flow->arena);
    uint32_t b = 0, a = 0;

    for (;;) {
        const struct mt_link *was = next_link(&before, &b), *is = next_link(&after, &a);
        enum mt_status status = MT_OK;

        if (was == NULL && is == NULL)
            return MT_OK;
        int order = was == NULL ? 1 : is == NULL ? -1 : link_compare(was, is);
        if (order < 0 || (order == 0 && !link_same(was, is)))
            status = link_ends_add(flow, account, was, targets);
        if (status == MT_OK && (order > 0 || (order == 0 && !link_same(was, is))))
            status = link_ends_add(flow, account, is, targets);
        if (status != MT_OK)
            return status;
        b += order <= 0;
        a += order >= 0;
    }
}

/* A chain that ends in this account shows whether it came to a hub: inflows for which that turned are targets too. */
static void hubs_differ(struct mt_flow *flow, const struct mt_token *account, const struct step *step, struct mt_targets *targets)
{
    uint32_t most = (uint32_t)flow->lore.rules->hub_counterparties, b = 0, a = 0;
    int64_t window_ms = flow->lore.rules->hop_window_ms, first_ms = step->first_ms, last_ms = step->last_ms + window_ms;

    if (!mt_ledger_busier(&step->after, first_ms - window_ms, last_ms, step->after_limit, most) &&
        !mt_ledger_busier(&step->before, first_ms - window_ms, last_ms, step->before_limit, most))
        return;
    struct mt_hubs before = mt_hubs_find(&step->before, first_ms, last_ms, window_ms, step->before_limit, most, flow->arena);
    struct mt_hubs after = mt_hubs_find(&step->after, first_ms, last_ms, window_ms, step->after_limit, most, flow->arena);
    while (a < after.count) {
        int order = b < before.count ? mt_entry_compare(before.inflows[b], after.inflows[a]) : 1;

        if (order >= 0 && after.is_hub[a] != (order == 0 && before.is_hub[b])) {
            struct mt_hop hop = mt_hop_of(account, after.inflows[a]);

            mt_target_add(targets, flow->arena, &hop);
        }
        b += order <= 0;
        a += order >= 0;
    }
}

bool mt_report_find(const struct mt_ledger *reports, const struct mt_transfer *transfer, bool outflow, uint32_t *out_sequence)
{
    bool found = false;

    *out_sequence = 0;
    for (uint32_t i = mt_ledger_lower(reports, transfer->time_ms);
         i < reports->count && reports->entries[i].time_ms == transfer->time_ms; i++) {
        const struct mt_entry *report = &reports->entries[i];

        if (mt_entry_reports(report, transfer, outflow) && (!found || report->sequence < *out_sequence)) {
            *out_sequence = report->sequence;
            found = true;
        }
    }
    return found;
}

static void widen(struct step *step, const struct mt_entry *entry)
{
    step->first_ms = entry->time_ms < step->first_ms ? entry->time_ms : step->first_ms;
    step->last_ms = entry->time_ms > step->last_ms ? entry->time_ms : step->last_ms;
}

/* Entries that a joining report changed, moved or ended: they are targets, and their times widen the step. */
static void joined_differ(struct mt_flow *flow, const struct mt_token *account, struct step *step, struct mt_targets *targets)
{
    uint32_t b = 0, a = 0;

    while (b < step->before.count || a < step->after.count) {
        const struct mt_entry *was = b < step->before.count ? &step->before.entries[b] : NULL;
        const struct mt_entry *is = a < step->after.count ? &step->after.entries[a] : NULL;
        int order = was == NULL ? 1 : is == NULL ? -1 : mt_entry_compare(was, is);

        if (order < 0 || (order == 0 && !mt_entry_same(was, is))) {
            struct mt_hop hop = mt_hop_of(account, was);

            widen(step, was);
            mt_target_add(targets, flow->arena, &hop);
        }
        if (order > 0) {
            struct mt_hop hop = mt_hop_of(account, is);

            widen(step, is);
            mt_target_add(targets, flow->arena, &hop);
        }
        b += order <= 0;
        a += order >= 0;
    }
}

/* An arrival that touches no link can still turn a hub, which cuts links; without either, links need not be compared. */
static enum mt_status step_differ(struct mt_flow *flow, const struct mt_token *account, const struct step *step, bool may_link,
                                  struct mt_targets *targets)
{
    struct mt_targets at_start = *targets;

    hubs_differ(flow, account, step, targets);
    if (!may_link && targets->count == at_start.count)
        return MT_OK;
    enum mt_status status = links_differ(flow, account, step, targets);
    if (status != MT_OK)
        *targets = at_start;
    return status;
}

/*
 * What an account in a chain's middle had done before the money left it is part of the chain's score (chain_facts.h): transfers out that were
 * there before, from the step's first time to E + H (or a day and W) after its last, are targets when a chain may pass through them. In time order there are none.
 */
static void outflows_after_add(struct mt_flow *flow, const struct mt_token *account, const struct step *step, struct mt_targets *targets)
{
    const struct mt_rules *rules = flow->lore.rules;
    int64_t reach_ms = rules->gather_window_ms + rules->history_ms, funded_ms = MT_DAY_MS + rules->hop_window_ms;
    int64_t last_ms = step->last_ms + (reach_ms > funded_ms ? reach_ms : funded_ms);
    const struct mt_ledger *ledger = &step->before;
    bool any = false;

    for (uint32_t i = ledger->count; i > 0 && ledger->entries[i - 1].time_ms >= step->first_ms && !any; i--) { /* in time order: the last one alone */
        const struct mt_entry *entry = &ledger->entries[i - 1];

        any = entry->time_ms <= last_ms && entry->outflow && !entry->idle && entry->sequence < step->before_limit;
    }
    if (!any)
        return;
    struct mt_links links = mt_links_find(&flow->lore, ledger, step->first_ms - rules->hop_window_ms, last_ms, step->before_limit, flow->arena);
    uint32_t at = 0;
    for (const struct mt_link *link = next_link(&links, &at); link != NULL; at++, link = next_link(&links, &at)) {
        struct mt_hop hop = mt_hop_of(account, link->to);

        if (link->main && link->to->time_ms >= step->first_ms)
            mt_target_add(targets, flow->arena, &hop);
    }
}

static enum mt_status change_joined(struct mt_flow *flow, const struct mt_token *account, const struct mt_transfer *transfer,
                                    bool outflow, struct mt_targets *targets)
{
    struct mt_ledger reports = mt_view_reports(flow->view, account);
    struct mt_targets at_start = *targets;
    uint32_t sequence;

    if (!mt_report_find(&reports, transfer, outflow, &sequence))
        return MT_OK;
    struct step step = {
        .before = mt_ledger_join(&reports, sequence, flow->arena),
        .after = mt_ledger_join(&reports, sequence + 1, flow->arena),
        .before_limit = MT_SEQUENCE_ALL,
        .after_limit = MT_SEQUENCE_ALL,
        .first_ms = transfer->time_ms,
        .last_ms = transfer->time_ms,
    };
    joined_differ(flow, account, &step, targets);
    bool differs = targets->count > at_start.count;
    enum mt_status status = step_differ(flow, account, &step, true, targets);
    if (status != MT_OK)
        *targets = at_start;
    else if (differs)
        outflows_after_add(flow, account, &step, targets);
    return status;
}

/* Whether every entry after this one came after it: then nothing that was there before is reordered by it. */
static bool is_newest(const struct mt_ledger *ledger, const struct mt_entry *entry, int64_t last_ms)
{
    for (const struct mt_entry *at = entry + 1; at < ledger->entries + ledger->count && at->time_ms <= last_ms; at++) {
        if (at->sequence < entry->sequence)
            return false;
    }
    return true;
}

static enum mt_status ends_add(struct mt_flow *flow, const struct mt_token *account, const struct mt_entry *from, const struct mt_entry *to,
                               struct mt_targets *targets)
{
    return link_ends_add(flow, account, &(struct mt_link){.from = from, .to = to}, targets);
}

/*
 * The newest outflow only takes what earlier ones left: of each inflow e that it draws on, it adds a link, may lift e over ρ, and may
 * become e's main child in place of another. Everything that may differ is a target; one too many costs a look.
 */
static enum mt_status newest_outflow(struct mt_flow *flow, const struct mt_token *account, const struct mt_ledger *ledger,
                                     const struct mt_entry *entry, struct mt_targets *targets)
{
    const struct mt_rules *rules = flow->lore.rules;
    int64_t window_ms = rules->hop_window_ms;
    uint32_t limit = entry->sequence + 1, most = (uint32_t)rules->hub_counterparties;
    struct mt_draws draws = mt_draws_into(&flow->lore, ledger, entry, limit, flow->arena);
    enum mt_status status = MT_OK;

    for (uint32_t d = 0; d < draws.count && status == MT_OK; d++) {
        const struct mt_draw *draw = &draws.at[d];
        const struct mt_entry *from = draw->other;

        if (!mt_at_least(draw->before + draw->given, from->minor, rules->passed_permille) ||
            mt_ledger_busier(ledger, from->time_ms - window_ms, from->time_ms, entry->sequence, most))
            continue;
        struct mt_draws gifts = mt_draws_from(&flow->lore, ledger, from, limit, flow->arena);
        bool lifted = !mt_at_least(draw->before, from->minor, rules->passed_permille);
        bool new_best = gifts.best > 0 && gifts.at[gifts.best - 1].other == entry;
        for (uint32_t g = 0; g < gifts.count && status == MT_OK; g++) {
            const struct mt_draw *gift = &gifts.at[g];
            bool strong = mt_draw_strong(rules, from, gift->other, gift->given, gift->received);

            if (strong && (lifted || new_best || gift->other == entry))
                status = ends_add(flow, account, from, gift->other, targets);
        }
    }
    return status;
}

static enum mt_status change_newest(struct mt_flow *flow, const struct mt_token *account, const struct mt_ledger *ledger,
                                    const struct mt_entry *entry, struct mt_targets *targets)
{
    struct mt_targets at_start = *targets;
    enum mt_status status = newest_outflow(flow, account, ledger, entry, targets);

    if (status != MT_OK)
        *targets = at_start;
    return status;
}

/* Whether an inflow of the same instant came before it: its hub window holds the newest entry too. */
static bool shares_instant(const struct mt_ledger *ledger, const struct mt_entry *entry)
{
    for (const struct mt_entry *at = entry; at > ledger->entries && at[-1].time_ms == entry->time_ms; at--) {
        if (!at[-1].outflow && !at[-1].idle && at[-1].sequence < entry->sequence)
            return true;
    }
    return false;
}

/* The links that a plain arrival changed. One that is the newest and alone at its instant is in no inflow's hub window: most end there. */
static enum mt_status change_plain(struct mt_flow *flow, const struct mt_token *account, const struct step *step, const struct mt_entry *entry,
                                   struct mt_targets *targets)
{
    const struct mt_rules *rules = flow->lore.rules;
    const struct mt_ledger *ledger = &step->after;
    int64_t window_ms = rules->hop_window_ms;
    bool may_link = !entry->idle && has_partner(ledger, entry, entry->sequence, window_ms);
    bool newest = is_newest(ledger, entry, entry->time_ms + 2 * window_ms);
    bool may_turn_hub = (!newest || shares_instant(ledger, entry)) &&
                        mt_ledger_more(ledger, ledger->count, entry->time_ms - window_ms, (uint32_t)rules->hub_counterparties);

    if (newest && !may_turn_hub)
        return entry->outflow && may_link ? change_newest(flow, account, ledger, entry, targets) : MT_OK;
    if (!may_link && (!may_turn_hub || hub_already(rules, ledger, entry)))
        return MT_OK;
    return step_differ(flow, account, step, may_link, targets);
}

enum mt_status mt_change_find(struct mt_flow *flow, const struct mt_token *account, const struct mt_transfer *transfer,
                              bool outflow, struct mt_targets *targets)
{
    struct mt_ledger ledger;

    if (!mt_view_find(flow->view, account, &ledger))
        return MT_WANT;
    if (ledger.joined)
        return change_joined(flow, account, transfer, outflow, targets);
    const struct mt_entry *entry = mt_ledger_find(&ledger, &transfer->key, transfer->time_ms, outflow);
    if (entry == NULL || entry->self)
        return MT_OK;
    const struct step step = {
        .before = ledger,
        .after = ledger,
        .before_limit = entry->sequence,
        .after_limit = entry->sequence + 1,
        .first_ms = entry->time_ms,
        .last_ms = entry->time_ms,
    };
    enum mt_status status = change_plain(flow, account, &step, entry, targets);
    if (status == MT_OK)
        outflows_after_add(flow, account, &step, targets);
    return status;
}
