#include "links.h"

#include "draws.h"

struct inflow {
    uint32_t index; /* into the ledger */
    int64_t left;   /* minor units not yet given */
};

/* One pass of last-in-first-out over entries [low, high). */
struct funding {
    const struct mt_lore *lore;
    const struct mt_entry *entries;
    struct inflow *stack;
    uint32_t depth;
    struct mt_link *links;
    uint32_t link_count;
    uint32_t link_max;
};

static void link_add(struct funding *funding, const struct mt_entry *from, const struct mt_entry *to, int64_t given,
                     int64_t received)
{
    MT_ASSERT(funding->link_count < funding->link_max);
    funding->links[funding->link_count++] = (struct mt_link){.from = from, .to = to, .given = given, .received = received};
}

/* Takes f's amount from the stack, newest first. An inflow without a rate, or worth nothing in f's currency, is passed over and
 * kept, so the stack is walked from the top and closed up once. */
static void outflow_take(struct funding *funding, const struct mt_entry *to)
{
    const struct mt_rates *rates = funding->lore->rates;
    int64_t oldest_ms = to->time_ms - funding->lore->rules->hop_window_ms;
    int64_t need = to->minor;
    uint32_t at = funding->depth;
    uint32_t emptied = 0;

    while (at > 0 && need > 0) {
        struct inflow *inflow = &funding->stack[at - 1];
        const struct mt_entry *from = &funding->entries[inflow->index];
        int64_t given, received;

        if (from->time_ms < oldest_ms)
            break;
        mt_draw_split(rates, from, to, inflow->left, need, &given, &received);
        if (given > 0) {
            link_add(funding, from, to, given, received);
            inflow->left -= given;
            need -= received;
            emptied += inflow->left == 0;
        }
        at--;
    }
    if (emptied == 0)
        return;
    uint32_t kept = at;
    for (uint32_t i = at; i < funding->depth; i++) {
        if (funding->stack[i].left > 0)
            funding->stack[kept++] = funding->stack[i];
    }
    funding->depth = kept;
}

/* An outflow can add one link per inflow it empties and one more, and passes over only inflows of other currencies. */
static uint32_t links_bound(const struct mt_entry *entries, uint32_t low, uint32_t high, uint32_t *out_inflows)
{
    uint32_t inflows = 0, outflows = 0;

    for (uint32_t i = low; i < high; i++) {
        inflows += !entries[i].outflow;
        outflows += entries[i].outflow;
    }
    *out_inflows = inflows;
    return inflows + outflows;
}

static void funding_run(struct funding *funding, uint32_t low, uint32_t high, uint32_t sequence_limit)
{
    for (uint32_t i = low; i < high; i++) {
        const struct mt_entry *entry = &funding->entries[i];

        if (entry->idle || entry->sequence >= sequence_limit)
            continue;
        if (entry->outflow)
            outflow_take(funding, entry);
        else
            funding->stack[funding->depth++] = (struct inflow){.index = i, .left = entry->minor};
    }
}

/* Per entry of the slice: what left of e, and the best link of each end. */
struct tally {
    int64_t passed;
    uint32_t best; /* link index + 1; e: its main child, f: its main parent */
};

/* The better of the best so far (0: none yet, else index + 1) and link `index`, by what it gave and then by the child. */
static uint32_t better_child(const struct mt_link *links, uint32_t best, uint32_t index)
{
    if (best == 0 || links[index].given > links[best - 1].given)
        return index + 1;
    return links[index].given == links[best - 1].given && mt_draw_earlier(links[index].to, links[best - 1].to) ? index + 1 : best;
}

static uint32_t better_parent(const struct mt_link *links, uint32_t best, uint32_t index)
{
    if (best == 0 || links[index].received > links[best - 1].received)
        return index + 1;
    return links[index].received == links[best - 1].received && mt_draw_earlier(links[index].from, links[best - 1].from)
               ? index + 1
               : best;
}

static void tally_links(const struct funding *funding, uint32_t low, struct tally *tally)
{
    for (uint32_t i = 0; i < funding->link_count; i++) {
        const struct mt_link *link = &funding->links[i];
        struct tally *child = &tally[link->from - funding->entries - low];
        struct tally *parent = &tally[link->to - funding->entries - low];

        child->passed += link->given;
        child->best = better_child(funding->links, child->best, i);
        parent->best = better_parent(funding->links, parent->best, i);
    }
}

static void link_decide(const struct mt_rules *rules, struct mt_link *link, const struct tally *from,
                        const struct tally *to, uint32_t index)
{
    link->passed = from->passed;
    link->strong = mt_at_least(link->passed, link->from->minor, rules->passed_permille) &&
                   (mt_at_least(link->given, link->from->minor, rules->strong_permille) ||
                    mt_at_least(link->received, link->to->minor, rules->strong_permille));
    link->main = link->strong && from->best == index + 1 && to->best == index + 1;
}

/* Marks hubs, newest answer remembered: links of one e are often neighbours. */
static void hubs_mark(const struct mt_lore *lore, const struct mt_ledger *ledger, struct mt_links *links,
                      uint32_t sequence_limit)
{
    const struct mt_entry *last = NULL;
    int64_t window_ms = lore->rules->hop_window_ms;
    bool hub = false;

    for (uint32_t i = 0; i < links->count; i++) {
        struct mt_link *link = &links->at[i];

        if (!link->strong)
            continue;
        if (link->from != last) {
            last = link->from;
            hub = mt_ledger_busier(ledger, last->time_ms - window_ms, last->time_ms, sequence_limit,
                                   (uint32_t)lore->rules->hub_counterparties);
        }
        link->hub = hub;
        link->main = link->main && !hub;
    }
}

struct mt_links mt_links_find(const struct mt_lore *lore, const struct mt_ledger *ledger, int64_t first_ms, int64_t last_ms,
                              uint32_t sequence_limit, struct mt_arena *arena)
{
    int64_t window_ms = lore->rules->hop_window_ms;
    uint32_t low = mt_ledger_lower(ledger, first_ms - window_ms);
    uint32_t high = low, inflows;

    while (high < ledger->count && ledger->entries[high].time_ms <= last_ms + window_ms)
        high++;
    uint32_t bound = links_bound(ledger->entries, low, high, &inflows);
    struct funding funding = {
        .lore = lore,
        .entries = ledger->entries,
        .stack = MT_ARENA_ARRAY(arena, struct inflow, inflows),
        .links = MT_ARENA_ARRAY(arena, struct mt_link, bound),
        .link_max = bound,
    };
    funding_run(&funding, low, high, sequence_limit);
    if (funding.link_count == 0)
        return (struct mt_links){0};

    struct tally *tally = MT_ARENA_ARRAY(arena, struct tally, high - low);
    memset(tally, 0, sizeof *tally * (high - low));
    tally_links(&funding, low, tally);

    struct mt_links links = {.at = funding.links};
    for (uint32_t i = 0; i < funding.link_count; i++) {
        struct mt_link *link = &funding.links[i];

        link_decide(lore->rules, link, &tally[link->from - ledger->entries - low],
                    &tally[link->to - ledger->entries - low], i);
        if (link->from->time_ms >= first_ms && link->from->time_ms <= last_ms)
            links.at[links.count++] = *link;
    }
    hubs_mark(lore, ledger, &links, sequence_limit);
    return links;
}
