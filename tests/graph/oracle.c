#include "oracle.h"

#include <stdlib.h>

#include "oracle_account.h"
#include "oracle_chain.h"
#include "oracle_merge.h"

struct funding {
    uint32_t from;
    uint32_t to;
    int64_t given;
    int64_t received;
    bool strong;
    bool cut;
    bool main;
};

struct oracle {
    const struct mt_lore *lore;
    struct mt_finding_transfer *moves; /* merged transfers, in order of (time, key) */
    uint32_t count;
    struct funding *links;
    uint32_t link_count;
    uint32_t link_max;
    int64_t *passed; /* by transfer */
    bool *hub;       /* by transfer: its creditor is a hub for it */
    uint32_t *next;  /* by transfer: the main link's other end, or NONE */
    uint32_t *previous;
};

#define NONE UINT32_MAX

static bool is_idle(const struct mt_finding_transfer *move)
{
    return move->kind == MT_KIND_RETURN || mt_token_equal(&move->debtor, &move->creditor);
}

static void link_add(struct oracle *oracle, uint32_t from, uint32_t to, int64_t given, int64_t received)
{
    if (oracle->link_count == oracle->link_max) {
        oracle->link_max = oracle->link_max == 0 ? 64 : oracle->link_max * 2;
        oracle->links = realloc(oracle->links, oracle->link_max * sizeof *oracle->links);
        MT_ASSERT(oracle->links != NULL);
    }
    oracle->links[oracle->link_count++] = (struct funding){.from = from, .to = to, .given = given, .received = received};
    oracle->passed[from] += given;
}

/* One outflow takes from the newest inflow that still has money and is at most W old, then from the next. */
static void fund(struct oracle *oracle, uint32_t out, int64_t *left)
{
    const struct mt_finding_transfer *f = &oracle->moves[out];
    const struct mt_rates *rates = oracle->lore->rates;
    int64_t need = f->minor;

    for (uint32_t in = oracle->count; in-- > 0 && need > 0;) {
        const struct mt_finding_transfer *e = &oracle->moves[in];
        int64_t given = left[in];
        int64_t worth;

        if (is_idle(e) || !mt_token_equal(&e->creditor, &f->debtor) || e->time_ms > f->time_ms ||
            f->time_ms - e->time_ms > oracle->lore->rules->hop_window_ms || left[in] == 0)
            continue;
        worth = mt_rates_convert(rates, f->time_ms, left[in], e->currency, f->currency);
        if (worth <= 0)
            continue;
        if (worth > need) {
            given = mt_rates_convert(rates, f->time_ms, need, f->currency, e->currency);
            given = given < left[in] ? given : left[in];
            worth = need;
        }
        if (given <= 0)
            continue;
        link_add(oracle, in, out, given, worth);
        left[in] -= given;
        need -= worth;
    }
}

/* moves[] is in order of (time, key), so its outflows are in the order of each account's ledger. */
static void fund_all(struct oracle *oracle)
{
    int64_t *left = calloc(oracle->count + 1, sizeof *left);

    for (uint32_t i = 0; i < oracle->count; i++)
        left[i] = oracle->moves[i].minor;
    for (uint32_t i = 0; i < oracle->count; i++)
        if (!is_idle(&oracle->moves[i]))
            fund(oracle, i, left);
    free(left);
}

/* More than K distinct counterparties of the creditor between e − W and e. */
static bool is_hub(const struct oracle *oracle, const struct mt_finding_transfer *e)
{
    const struct mt_token *owner = &e->creditor;
    struct mt_token *seen = calloc(oracle->count + 1, sizeof *seen);
    int64_t window = oracle->lore->rules->hop_window_ms;
    int64_t distinct = 0;

    for (uint32_t i = 0; i < oracle->count; i++) {
        const struct mt_finding_transfer *g = &oracle->moves[i];
        bool out = mt_token_equal(&g->debtor, owner);
        bool in = mt_token_equal(&g->creditor, owner);
        const struct mt_token *other = out ? &g->creditor : &g->debtor;
        bool known = false;

        if (out == in || g->time_ms < e->time_ms - window || g->time_ms > e->time_ms)
            continue;
        for (int64_t s = 0; s < distinct; s++)
            known = known || mt_token_equal(&seen[s], other);
        if (!known)
            seen[distinct++] = *other;
    }
    free(seen);
    return distinct > oracle->lore->rules->hub_counterparties;
}

/* Whether link a has the better claim than b to be the main one: more money, then the earlier other end, then its smaller key. */
static bool better_child(const struct funding *a, const struct funding *b)
{
    return a->given != b->given ? a->given > b->given : a->to < b->to;
}

static bool better_parent(const struct funding *a, const struct funding *b)
{
    return a->received != b->received ? a->received > b->received : a->from < b->from;
}

static void decide_links(struct oracle *oracle)
{
    const struct mt_rules *rules = oracle->lore->rules;
    uint32_t *child = malloc((oracle->count + 1) * sizeof *child);
    uint32_t *parent = malloc((oracle->count + 1) * sizeof *parent);

    for (uint32_t i = 0; i < oracle->count; i++)
        child[i] = parent[i] = NONE;
    for (uint32_t i = 0; i < oracle->link_count; i++) {
        const struct funding *link = &oracle->links[i];

        if (child[link->from] == NONE || better_child(link, &oracle->links[child[link->from]]))
            child[link->from] = i;
        if (parent[link->to] == NONE || better_parent(link, &oracle->links[parent[link->to]]))
            parent[link->to] = i;
    }
    for (uint32_t i = 0; i < oracle->link_count; i++) {
        struct funding *link = &oracle->links[i];
        int64_t e = oracle->moves[link->from].minor;
        int64_t f = oracle->moves[link->to].minor;

        link->strong = mt_at_least(oracle->passed[link->from], e, rules->passed_permille) &&
                       (mt_at_least(link->given, e, rules->strong_permille) ||
                        mt_at_least(link->received, f, rules->strong_permille));
        link->cut = oracle->hub[link->from];
        link->main = link->strong && child[link->from] == i && parent[link->to] == i;
    }
    free(child);
    free(parent);
}

/* One pass over the transfers [first, last) of one time: cuts each connected set once. True: something was cut. */
static bool cut_circles_once(struct oracle *oracle, uint32_t first, uint32_t last)
{
    uint32_t n = last - first;
    bool *reach = calloc((size_t)n * n, sizeof *reach);
    bool any = false;

    for (uint32_t i = 0; i < oracle->link_count; i++) {
        const struct funding *link = &oracle->links[i];

        if (link->strong && !link->cut && link->from >= first && link->from < last && link->to >= first && link->to < last)
            reach[(link->from - first) * n + link->to - first] = true;
    }
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; reach[i * n + k] && j < n; j++)
                reach[i * n + j] = reach[i * n + j] || reach[k * n + j];
    for (uint32_t i = 0; i < oracle->link_count; i++) {
        struct funding *link = &oracle->links[i];
        uint32_t from = link->from - first;
        uint32_t to = link->to - first;
        bool smallest = true;

        if (!link->strong || link->cut || link->from < first || link->from >= last || link->to < first || link->to >= last ||
            !reach[to * n + from])
            continue;
        for (uint32_t j = 0; j < to; j++) /* equal times, so order is key order */
            smallest = smallest && !(reach[to * n + j] && reach[j * n + to]);
        if (smallest)
            link->cut = any = true;
    }
    free(reach);
    return any;
}

static void cut_circles(struct oracle *oracle)
{
    for (uint32_t first = 0, last; first < oracle->count; first = last) {
        last = first + 1;
        while (last < oracle->count && oracle->moves[last].time_ms == oracle->moves[first].time_ms)
            last++;
        while (last - first > 1 && cut_circles_once(oracle, first, last))
            ;
    }
}

static void join_main(struct oracle *oracle)
{
    for (uint32_t i = 0; i < oracle->count; i++)
        oracle->next[i] = oracle->previous[i] = NONE;
    for (uint32_t i = 0; i < oracle->link_count; i++) {
        const struct funding *link = &oracle->links[i];

        if (!link->main || link->cut)
            continue;
        MT_ASSERT(oracle->next[link->from] == NONE);
        MT_ASSERT(oracle->previous[link->to] == NONE);
        oracle->next[link->from] = link->to;
        oracle->previous[link->to] = link->from;
    }
}

/* Whether the path is cut before its transfer `at`: the smallest key among itself, the 64 before and the 64 after. */
static bool cut_before(const struct oracle *oracle, const uint32_t *path, uint32_t count, uint32_t at)
{
    if (at < 64 || at + 64 >= count)
        return false;
    for (uint32_t i = at - 64; i <= at + 64; i++)
        if (i != at && mt_key_compare(&oracle->moves[path[i]].key, &oracle->moves[path[at]].key) < 0)
            return false;
    return true;
}

static uint32_t place_of(const uint32_t *list, uint32_t count, uint32_t move)
{
    for (uint32_t i = 0; i < count; i++)
        if (list[i] == move)
            return i;
    return NONE;
}

static bool shown_link(const struct oracle *oracle, uint32_t i)
{
    return oracle->links[i].strong && !oracle->links[i].cut;
}

static bool linked(const struct oracle *oracle, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < oracle->link_count; i++)
        if (shown_link(oracle, i) && oracle->links[i].from == from && oracle->links[i].to == to)
            return true;
    return false;
}

static void round_offer(struct mt_finding *finding, uint32_t from, uint32_t to, uint32_t hops, bool by_branch)
{
    if (hops < 2 || hops <= finding->round_hops)
        return;
    finding->round_from = from;
    finding->round_to = to;
    finding->round_hops = hops;
    finding->round_by_branch = by_branch;
}

/* The longest way back to an account that was left, the earliest of them; a branch out of the spine only if longer. list[] is the
 * spine and then all branches, shown or not. */
static void find_round(const struct oracle *oracle, const uint32_t *list, uint32_t all, struct mt_finding *finding)
{
    for (uint32_t from = 0; from < finding->spine_count; from++)
        for (uint32_t to = from; to < finding->spine_count; to++)
            if (mt_token_equal(&oracle->moves[list[from]].debtor, &oracle->moves[list[to]].creditor))
                round_offer(finding, from, to, to - from + 1, false);
    for (uint32_t branch = finding->spine_count; branch < all; branch++)
        for (uint32_t to = 0; to < finding->spine_count; to++)
            for (uint32_t from = 0; linked(oracle, list[to], list[branch]) && from <= to; from++)
                if (mt_token_equal(&oracle->moves[list[from]].debtor, &oracle->moves[list[branch]].creditor))
                    round_offer(finding, from, to, to - from + 2, true);
}

static int compare_time(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* The least share of a spine transfer that its strong links passed on, the last one apart; the median of the dwells. */
static void measure(const struct oracle *oracle, const uint32_t *path, struct mt_finding *finding)
{
    uint32_t main_count = finding->spine_count - 1;
    int64_t *dwell = calloc(main_count + 1, sizeof *dwell);

    finding->passed_permille = 1000;
    for (uint32_t i = 0; i < main_count; i++) {
        int64_t passed = 0;
        int64_t share;

        for (uint32_t l = 0; l < oracle->link_count; l++)
            passed += shown_link(oracle, l) && oracle->links[l].from == path[i] ? oracle->links[l].given : 0;
        share = (int64_t)((__int128)passed * 1000 / oracle->moves[path[i]].minor);
        finding->passed_permille = share < finding->passed_permille ? share : finding->passed_permille;
        dwell[i] = oracle->moves[path[i + 1]].time_ms - oracle->moves[path[i]].time_ms;
    }
    qsort(dwell, main_count, sizeof *dwell, compare_time);
    finding->dwell_median_ms = dwell[main_count / 2];
    free(dwell);
}

/* A link's width: what was given, in the currency of the first transfer. */
static int64_t width_of(const struct oracle *oracle, const struct mt_finding *finding, const struct mt_finding_link *link)
{
    const struct mt_finding_transfer *from = &finding->transfers[link->from];
    int64_t width = mt_rates_convert(oracle->lore->rates, finding->transfers[link->to].time_ms, link->given, from->currency, finding->transfers[0].currency);

    return width > 0 ? width : 0;
}

/* The widest way from the first to the last spine transfer, by relaxing every link as often as there are transfers. */
static void carry(const struct oracle *oracle, struct mt_finding *finding)
{
    int64_t *widest = calloc(finding->transfer_count, sizeof *widest);

    widest[0] = finding->transfers[0].minor;
    for (uint32_t round = 0; round < finding->transfer_count; round++)
        for (uint32_t i = 0; i < finding->link_count; i++) {
            const struct mt_finding_link *link = &finding->links[i];
            int64_t width = width_of(oracle, finding, link);

            width = width < widest[link->from] ? width : widest[link->from];
            if (width > widest[link->to])
                widest[link->to] = width;
        }
    finding->carried_minor = widest[finding->spine_count - 1];
    finding->carried_permille = (int64_t)((__int128)finding->carried_minor * 1000 / finding->transfers[0].minor);
    free(widest);
}

/* Lists the branches after the spine: list[0 .. count) is the spine on entry; the new count is returned. */
static uint32_t list_branches(const struct oracle *oracle, uint32_t *list, uint32_t count, uint8_t *role)
{
    uint32_t all = count;

    memset(role, MT_ROLE_SPINE, oracle->count);
    for (uint32_t move = 0; move < oracle->count; move++) { /* in order of (time, key) */
        bool in = false;
        bool out = false;

        if (place_of(list, count, move) != NONE)
            continue;
        for (uint32_t i = 0; i < oracle->link_count; i++) {
            if (!shown_link(oracle, i))
                continue;
            in = in || (oracle->links[i].from == move && place_of(list, count, oracle->links[i].to) != NONE);
            out = out || (oracle->links[i].to == move && place_of(list, count, oracle->links[i].from) != NONE);
        }
        if (!in && !out)
            continue;
        role[all] = in && out ? MT_ROLE_SIDE : in ? MT_ROLE_IN : MT_ROLE_OUT;
        list[all++] = move;
    }
    return all;
}

static void list_links(const struct oracle *oracle, const uint32_t *list, struct mt_finding *finding)
{
    for (uint32_t i = 0; i < oracle->link_count; i++) {
        uint32_t from = place_of(list, finding->transfer_count, oracle->links[i].from);
        uint32_t to = place_of(list, finding->transfer_count, oracle->links[i].to);
        enum mt_link_kind kind;

        if (!shown_link(oracle, i) || from == NONE || to == NONE ||
            (from >= finding->spine_count && to >= finding->spine_count))
            continue;
        kind = from >= finding->spine_count ? MT_LINK_IN
               : to >= finding->spine_count ? MT_LINK_OUT
               : to == from + 1             ? MT_LINK_MAIN
                                            : MT_LINK_REUNION;
        finding->links[finding->link_count++] = (struct mt_finding_link){.from = from,
                                                                         .to = to,
                                                                         .given = oracle->links[i].given,
                                                                         .received = oracle->links[i].received,
                                                                         .kind = (uint8_t)kind};
    }
}

/* The finding of one part of a path: path[first .. last). */
static struct mt_finding make_finding(const struct oracle *oracle, const uint32_t *path, uint32_t count, uint32_t first,
                                      uint32_t last)
{
    struct mt_finding finding = {.spine_count = last - first, .id = oracle->moves[path[first]].key};
    uint32_t *list = malloc((oracle->count + 1) * sizeof *list);
    uint8_t *role = calloc(oracle->count + 1, 1);
    uint32_t all;

    memcpy(list, path + first, finding.spine_count * sizeof *list);
    all = list_branches(oracle, list, finding.spine_count, role);
    finding.branch_count = all - finding.spine_count;
    if (finding.branch_count > oracle->lore->rules->branch_show)
        finding.branch_hidden = finding.branch_count - (uint32_t)oracle->lore->rules->branch_show;
    finding.transfer_count = all - finding.branch_hidden;
    finding.transfers = calloc(finding.transfer_count, sizeof *finding.transfers);
    for (uint32_t i = 0; i < finding.transfer_count; i++) {
        finding.transfers[i] = oracle->moves[list[i]];
        finding.transfers[i].role = role[i];
    }
    finding.links = calloc(oracle->link_count + 1, sizeof *finding.links);
    list_links(oracle, list, &finding);
    find_round(oracle, list, all, &finding);
    measure(oracle, path + first, &finding);
    carry(oracle, &finding);
    finding.hub_end = oracle->hub[path[last - 1]];
    finding.continues_before = first > 0;
    finding.continues_after = last < count;
    if (first > 0)
        finding.before = oracle->moves[path[first - 1]].key;
    if (last < count)
        finding.after = oracle->moves[path[last]].key;
    free(list);
    free(role);
    return finding;
}

static int compare_findings(const void *left, const void *right)
{
    return mt_key_compare(&((const struct mt_finding *)left)->id, &((const struct mt_finding *)right)->id);
}

static int compare_listings(const void *left, const void *right)
{
    const struct mt_finding_listing *a = left, *b = right;
    int order = memcmp(&a->subject, &b->subject, sizeof a->subject);

    if (order == 0)
        order = strncmp(a->text, b->text, a->text_size < b->text_size ? a->text_size : b->text_size);
    return order != 0 ? order : (int)a->text_size - (int)b->text_size;
}

static void listings_of(const struct mt_lists *lists, const struct mt_token *subject, int64_t time_ms, struct mt_finding *finding)
{
    for (const struct mt_listing *record = mt_lists_next(lists, subject, time_ms, NULL); record != NULL;
         record = mt_lists_next(lists, subject, time_ms, record)) {
        struct mt_finding_listing listing = {.subject = *subject, .text = record->text, .text_size = record->text_size, .kind = record->kind};
        bool again = false;

        for (uint32_t i = 0; i < finding->listing_count; i++)
            again = again || compare_listings(&finding->listings[i], &listing) == 0;
        if (again)
            continue;
        finding->listings = realloc(finding->listings, (finding->listing_count + 1) * sizeof listing);
        finding->listings[finding->listing_count++] = listing;
    }
}

void oracle_listings(const struct mt_lists *lists, const struct mt_finding_transfer *move, bool debtor, struct mt_finding *finding)
{
    if (mt_lists_count(lists) == 0)
        return;
    const struct mt_transfer *report = oracle_report(&move->key);

    listings_of(lists, debtor ? &move->debtor : &move->creditor, move->time_ms, finding);
    for (uint8_t i = 0; debtor && i < report->indicator_count; i++)
        listings_of(lists, &report->indicators[i], move->time_ms, finding);
    if (finding->listing_count > 1)
        qsort(finding->listings, finding->listing_count, sizeof *finding->listings, compare_listings);
}

static void free_finding(struct mt_finding *finding)
{
    free(finding->listings);
    free(finding->transfers);
    free(finding->links);
    free(finding->signs);
}

/* Keeps the finding when its score reaches the level. */
static void set_add(const struct oracle_world *world, struct mt_finding finding, struct oracle_set *set)
{
    oracle_chain_score(world, &finding);
    if (finding.score >= world->lore->rules->chain_score_least)
        set->findings[set->count++] = finding;
    else
        free_finding(&finding);
}

static struct oracle_set find_chains(const struct oracle *oracle, const struct oracle_world *world)
{
    struct oracle_set set = {.findings = calloc(3 * (size_t)oracle->count + 1, sizeof *set.findings)};
    uint32_t *path = malloc((oracle->count + 1) * sizeof *path);

    for (uint32_t start = 0; start < oracle->count; start++) {
        uint32_t count = 0;

        if (oracle->previous[start] != NONE)
            continue;
        for (uint32_t move = start; move != NONE; move = oracle->next[move])
            path[count++] = move;
        for (uint32_t first = 0, last; first < count; first = last) {
            last = first + 1;
            while (last < count && !cut_before(oracle, path, count, last))
                last++;
            if (last - first - 1 >= oracle->lore->rules->chain_links)
                set_add(world, make_finding(oracle, path, count, first, last), &set);
        }
    }
    free(path);
    return set;
}

static struct oracle_set find_all(const struct oracle *oracle)
{
    struct oracle_gift *gifts = calloc(oracle->link_count + 1, sizeof *gifts);
    const struct oracle_world world = {oracle->lore, oracle->moves, oracle->count, gifts, oracle->link_count};

    for (uint32_t i = 0; i < oracle->link_count; i++)
        gifts[i] = (struct oracle_gift){oracle->links[i].from, oracle->links[i].to, oracle->links[i].given, oracle->links[i].received};
    struct oracle_set set = find_chains(oracle, &world);
    oracle_accounts(oracle->lore, oracle->moves, oracle->count, gifts, oracle->link_count, &set);
    free(gifts);
    return set;
}

struct oracle_set oracle_find(const struct mt_lore *lore, const struct mt_transfer *reports, size_t count)
{
    struct oracle oracle = {.lore = lore};
    struct oracle_set set;

    oracle.moves = oracle_merge(reports, count, &oracle.count);
    oracle.passed = calloc(oracle.count + 1, sizeof *oracle.passed);
    oracle.hub = calloc(oracle.count + 1, sizeof *oracle.hub);
    oracle.next = calloc(oracle.count + 1, sizeof *oracle.next);
    oracle.previous = calloc(oracle.count + 1, sizeof *oracle.previous);
    fund_all(&oracle);
    for (uint32_t i = 0; i < oracle.count; i++)
        oracle.hub[i] = !is_idle(&oracle.moves[i]) && is_hub(&oracle, &oracle.moves[i]);
    decide_links(&oracle);
    cut_circles(&oracle);
    join_main(&oracle);
    set = find_all(&oracle);
    qsort(set.findings, set.count, sizeof *set.findings, compare_findings);
    free(oracle.moves);
    free(oracle.passed);
    free(oracle.hub);
    free(oracle.next);
    free(oracle.previous);
    free(oracle.links);
    return set;
}

void oracle_free(struct oracle_set *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        free_finding(&set->findings[i]);
    free(set->findings);
    *set = (struct oracle_set){0};
}
