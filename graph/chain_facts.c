#include "chain_facts.h"

#include "episode.h"
#include "listed.h"

const struct mt_chain_source mt_chain_sources[] = {
#define SOURCE(field, fact, reduce, text) {MT_CHAIN_##field, MT_FACT_##fact, reduce},
#define LEAST true
#define MOST false
    MT_CHAIN_MIDDLE_TABLE(SOURCE)
#undef LEAST
#undef MOST
#undef SOURCE
};
const uint32_t mt_chain_source_count = sizeof mt_chain_sources / sizeof mt_chain_sources[0];

/* Its transfers that have to do with a watch list, and with which entries. */
static void lists_fill(struct mt_flow *flow, const struct mt_spine *spine, struct mt_finding *finding)
{
    const struct mt_lists *lists = flow->lore.lists;
    struct mt_listings listings = {0};

    for (uint32_t i = 0; i < spine->count && mt_lists_count(lists) > 0; i++) {
        struct mt_entry entry = *spine->hops[i].entry; /* seen from its debtor */

        entry.other = spine->hops[i].creditor;
        entry.outflow = true;
        finding->facts[MT_CHAIN_listed] += mt_listed_self(lists, &spine->hops[i].debtor, &entry) || mt_listed_other(lists, &entry);
        mt_listings_add(&listings, lists, &spine->hops[i].debtor, &entry, true, flow->arena);
        mt_listings_add(&listings, lists, &spine->hops[i].debtor, &entry, false, flow->arena);
    }
    mt_listings_put(&listings, finding);
}

/* What the chain shows by itself. */
static void own_fill(const struct mt_lore *lore, const struct mt_spine *spine, struct mt_finding *finding)
{
    int64_t *facts = finding->facts;
    int64_t instant = 0, night = 0;

    facts[MT_CHAIN_hops] = spine->count;
    facts[MT_CHAIN_dwell_minutes] = finding->dwell_median_ms / 60000;
    facts[MT_CHAIN_passed] = finding->passed_permille;
    facts[MT_CHAIN_carried] = finding->carried_permille;
    facts[MT_CHAIN_round_hops] = finding->round_hops;
    facts[MT_CHAIN_branches] = finding->branch_count;
    facts[MT_CHAIN_least_amount] = INT64_MAX;
    for (uint32_t i = 0; i < spine->count; i++) {
        const struct mt_entry *entry = spine->hops[i].entry;
        int64_t size = mt_lines_size(lore->lines, entry->currency, entry->minor);

        instant += entry->rail == MT_RAIL_INSTANT;
        night += mt_episode_night(lore->rules, entry->time_ms);
        facts[MT_CHAIN_batches] += entry->rail == MT_RAIL_ACH;
        facts[MT_CHAIN_cards] += entry->kind == MT_KIND_CARD;
        facts[MT_CHAIN_amount] = size > facts[MT_CHAIN_amount] ? size : facts[MT_CHAIN_amount];
        facts[MT_CHAIN_least_amount] = size < facts[MT_CHAIN_least_amount] ? size : facts[MT_CHAIN_least_amount];
    }
    facts[MT_CHAIN_instant] = instant * 1000 / spine->count;
    facts[MT_CHAIN_night] = night * 1000 / spine->count;
}

/* Transfers with one party in [since, before): in and out. */
static void dealings(const struct mt_ledger *ledger, const struct mt_token *other, int64_t since_ms, int64_t before_ms, int64_t out_counts[2])
{
    out_counts[0] = out_counts[1] = 0;
    for (uint32_t i = mt_ledger_lower(ledger, since_ms); i < ledger->count && ledger->entries[i].time_ms < before_ms; i++) {
        const struct mt_entry *entry = &ledger->entries[i];

        if (mt_token_equal(&entry->other, other))
            out_counts[entry->outflow] += !entry->idle;
    }
}

static void most_keep(int64_t *most, int64_t value)
{
    *most = value > *most ? value : *most;
}

/* The account that hops[at − 1] paid and hops[at] left. */
static enum mt_status middle_fill(struct mt_flow *flow, const struct mt_spine *spine, uint32_t at, struct mt_finding *finding)
{
    const struct mt_rules *rules = flow->lore.rules;
    const struct mt_hop *in = &spine->hops[at - 1], *out = &spine->hops[at];
    int64_t reach_ms = rules->gather_window_ms + rules->history_ms, out_ms = out->entry->time_ms, *facts = finding->facts;
    struct mt_episode episode;
    struct mt_ledger ledger;

    if (!mt_view_find(flow->view, &out->debtor, &ledger))
        return MT_WANT;
    struct mt_arena_mark mark = mt_arena_mark(flow->arena);
    bool found = mt_episode_find(&flow->lore, &out->debtor, &ledger, out_ms + 1, MT_SEQUENCE_ALL, flow->arena, &episode);
    MT_ASSERT(found); /* the transfer out is in it */
    for (uint32_t s = 0; s < mt_chain_source_count; s++) {
        const struct mt_chain_source *source = &mt_chain_sources[s];
        int64_t fact = episode.facts[source->fact], *kept = &facts[source->chain_fact];

        if (at == 1 || (source->least ? fact < *kept : fact > *kept))
            *kept = fact;
    }
    mt_arena_release(flow->arena, mark);
    int64_t payer[2], payee[2];
    dealings(&ledger, &in->debtor, in->entry->time_ms - reach_ms, in->entry->time_ms, payer);
    dealings(&ledger, &out->creditor, out_ms - reach_ms, out_ms, payee);
    most_keep(&facts[MT_CHAIN_known_payer], payer[0]);
    most_keep(&facts[MT_CHAIN_known_payee], payee[1]);
    most_keep(&facts[MT_CHAIN_paid_back], payee[0]);
    return MT_OK;
}

enum mt_status mt_chain_facts_fill(struct mt_flow *flow, const struct mt_spine *spine, struct mt_finding *finding)
{
    enum mt_status status = MT_OK;

    memset(finding->facts, 0, sizeof finding->facts);
    own_fill(&flow->lore, spine, finding);
    lists_fill(flow, spine, finding);
    for (uint32_t i = 1; i < spine->count && status == MT_OK; i++)
        status = middle_fill(flow, spine, i, finding);
    return status;
}
