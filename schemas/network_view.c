#include "network_view.h"

#include <sodium.h>
#include <stdlib.h>

static int transfer_by_key(const void *left, const void *right)
{
    const struct mt_finding_transfer *a = *(const struct mt_finding_transfer *const *)left, *b = *(const struct mt_finding_transfer *const *)right;

    return mt_key_compare(&a->key, &b->key);
}

static int transfer_by_time(const void *left, const void *right)
{
    const struct mt_finding_transfer *a = *(const struct mt_finding_transfer *const *)left, *b = *(const struct mt_finding_transfer *const *)right;

    return a->time_ms != b->time_ms ? (a->time_ms > b->time_ms ? 1 : -1) : transfer_by_key(left, right);
}

/*
 * Each transfer once. Findings read at different moments may tell one transfer differently for a moment; then any of them does, but the same one each
 * time: of equal keys the one with the later time, then the larger amount.
 */
static int transfer_choose(const void *left, const void *right)
{
    const struct mt_finding_transfer *a = *(const struct mt_finding_transfer *const *)left, *b = *(const struct mt_finding_transfer *const *)right;
    int order = transfer_by_key(left, right);

    if (order == 0 && a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? 1 : -1;
    if (order == 0 && a->minor != b->minor)
        return a->minor < b->minor ? 1 : -1;
    return order;
}

static enum mt_status transfers_fill(struct mt_network_view *view)
{
    const struct mt_network *network = view->network;
    size_t max = 0, all = 0;

    for (uint32_t i = 0; i < network->finding_count; i++)
        max += view->findings[network->findings[i]]->transfer_count;
    view->transfers = malloc((max + 1) * sizeof *view->transfers);
    if (view->transfers == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < network->finding_count; i++) {
        const struct mt_finding *finding = view->findings[network->findings[i]];

        for (uint32_t t = 0; t < finding->transfer_count; t++)
            view->transfers[all++] = &finding->transfers[t];
    }
    qsort(view->transfers, all, sizeof *view->transfers, transfer_choose);
    for (size_t i = 0; i < all; i++) {
        if (i == 0 || !mt_key_equal(&view->transfers[view->transfer_count - 1]->key, &view->transfers[i]->key))
            view->transfers[view->transfer_count++] = view->transfers[i];
    }
    qsort(view->transfers, view->transfer_count, sizeof *view->transfers, transfer_by_time);
    return MT_OK;
}

/* --- parts ---------------------------------------------------------------------------------------------------------- */

static int part_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct mt_network_part));
}

static struct mt_network_part part_of(const void *bytes, size_t size)
{
    uint8_t hash[16];
    struct mt_network_part part;

    crypto_generichash(hash, sizeof hash, bytes, size, NULL, 0);
    memcpy(part.bytes, hash, sizeof part.bytes);
    return part;
}

static struct mt_network_part transfer_part(const struct mt_finding_transfer *transfer)
{
    uint8_t bytes[34];

    memcpy(bytes, transfer->key.bytes, 16);
    for (int i = 0; i < 8; i++) {
        bytes[16 + i] = (uint8_t)((uint64_t)transfer->time_ms >> 8 * i);
        bytes[24 + i] = (uint8_t)((uint64_t)transfer->minor >> 8 * i);
    }
    bytes[32] = (uint8_t)transfer->currency;
    bytes[33] = (uint8_t)(transfer->currency >> 8);
    return part_of(bytes, sizeof bytes);
}

/* Branches that are not shown are no transfers here, so that there are more of them is told by the finding. */
static struct mt_network_part finding_part(const struct mt_finding *finding)
{
    uint8_t bytes[20];

    memcpy(bytes, finding->id.bytes, 16);
    for (int i = 0; i < 4; i++)
        bytes[16 + i] = (uint8_t)(finding->branch_hidden >> 8 * i);
    return part_of(bytes, sizeof bytes);
}

static enum mt_status parts_fill(struct mt_network_view *view)
{
    uint32_t finding_count = view->network->finding_count, count = finding_count + view->transfer_count;

    view->parts = malloc((count + 1) * sizeof *view->parts);
    if (view->parts == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < finding_count; i++)
        view->parts[i] = finding_part(view->findings[view->network->findings[i]]);
    for (uint32_t i = 0; i < view->transfer_count; i++)
        view->parts[finding_count + i] = transfer_part(view->transfers[i]);
    qsort(view->parts, finding_count, sizeof *view->parts, part_compare);
    qsort(view->parts + finding_count, view->transfer_count, sizeof *view->parts, part_compare);
    crypto_generichash(view->hash.bytes, sizeof view->hash.bytes, (const unsigned char *)view->parts, count * sizeof *view->parts, NULL, 0);
    return MT_OK;
}

/* --- sums ----------------------------------------------------------------------------------------------------------- */

/* Where an account stands in the network, found by its token. */
struct place {
    struct mt_token token;
    uint32_t account;
};

static int place_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct mt_token));
}

static struct place *places_make(const struct mt_network *network)
{
    struct place *places = malloc((network->account_count + 1) * sizeof *places);

    for (uint32_t i = 0; i < network->account_count && places != NULL; i++)
        places[i] = (struct place){network->accounts[i].account, i};
    if (places != NULL)
        qsort(places, network->account_count, sizeof *places, place_compare);
    return places;
}

static uint32_t place_find(const struct place *places, uint32_t count, const struct mt_token *token)
{
    const struct place *found = bsearch(token, places, count, sizeof *places, place_compare);

    MT_ASSERT(found != NULL);
    return found->account;
}

static void add(int64_t *sum, int64_t minor)
{
    if (*sum < 0 || minor < 0 || __builtin_add_overflow(*sum, minor, sum))
        *sum = -1;
}

static int sum_compare(const void *left, const void *right)
{
    const struct mt_network_sum *a = left, *b = right;

    if (a->account != b->account)
        return a->account < b->account ? -1 : 1;
    return (a->currency > b->currency) - (a->currency < b->currency);
}

static void sums_unite(struct mt_network_view *view, uint32_t all)
{
    struct mt_network_sum *sums = view->sums;

    qsort(sums, all, sizeof *sums, sum_compare);
    for (uint32_t i = 0; i < all; i++) {
        if (view->sum_count == 0 || sum_compare(&sums[view->sum_count - 1], &sums[i]) != 0) {
            sums[view->sum_count++] = sums[i];
            continue;
        }
        struct mt_network_sum *sum = &sums[view->sum_count - 1];
        int64_t in = sums[i].in, out = sums[i].out, in_last_ms = sums[i].in_last_ms;

        add(&sum->in, in);
        add(&sum->out, out);
        sum->in_last_ms = in_last_ms > sum->in_last_ms ? in_last_ms : sum->in_last_ms;
    }
}

static struct mt_network_money *money_of(struct mt_network_view *view, uint16_t currency)
{
    for (uint32_t i = 0; i < view->money_count; i++) {
        if (view->money[i].currency == currency)
            return &view->money[i];
    }
    view->money[view->money_count] = (struct mt_network_money){.currency = currency};
    return &view->money[view->money_count++];
}

static void transfer_sum(struct mt_network_view *view, const struct mt_finding_transfer *transfer, uint32_t from, uint32_t to, struct mt_network_sum *sums)
{
    const struct mt_network_account *accounts = view->network->accounts;
    struct mt_network_money *money = money_of(view, transfer->currency);

    sums[0] = (struct mt_network_sum){.account = from, .currency = transfer->currency, .out = transfer->minor, .in_last_ms = INT64_MIN};
    sums[1] = (struct mt_network_sum){.account = to, .currency = transfer->currency, .in = transfer->minor, .in_last_ms = transfer->time_ms};
    money->transfer_count++;
    add(&money->moved, transfer->minor);
    if (accounts[from].payers == 0)
        add(&money->entered, transfer->minor);
    if (accounts[to].payees == 0)
        add(&money->left, transfer->minor);
}

static int money_compare(const void *left, const void *right)
{
    const struct mt_network_money *a = left, *b = right;

    if (a->transfer_count != b->transfer_count)
        return a->transfer_count > b->transfer_count ? -1 : 1;
    return (a->currency > b->currency) - (a->currency < b->currency);
}

static enum mt_status sums_fill(struct mt_network_view *view)
{
    const struct mt_network *network = view->network;
    struct place *places = places_make(network);
    uint32_t all = 0;

    view->sums = malloc((2 * (size_t)view->transfer_count + 1) * sizeof *view->sums);
    view->money = malloc(((size_t)view->transfer_count + 1) * sizeof *view->money);
    if (places == NULL || view->sums == NULL || view->money == NULL) {
        free(places);
        return MT_NO_MEMORY;
    }
    for (uint32_t i = 0; i < view->transfer_count; i++, all += 2) {
        const struct mt_finding_transfer *transfer = view->transfers[i];

        transfer_sum(view, transfer, place_find(places, network->account_count, &transfer->debtor),
                     place_find(places, network->account_count, &transfer->creditor), view->sums + all);
    }
    free(places);
    sums_unite(view, all);
    qsort(view->money, view->money_count, sizeof *view->money, money_compare);
    return MT_OK;
}

const struct mt_network_sum *mt_network_view_sums(const struct mt_network_view *view, uint32_t account)
{
    uint32_t low = 0, high = view->sum_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (view->sums[middle].account < account)
            low = middle + 1;
        else
            high = middle;
    }
    return low < view->sum_count && view->sums[low].account == account ? &view->sums[low] : NULL;
}

const struct mt_network_sum *mt_network_view_sum(const struct mt_network_view *view, uint32_t account, uint16_t currency)
{
    const struct mt_network_sum *sum = mt_network_view_sums(view, account), *end = view->sums + view->sum_count;

    for (; sum != NULL && sum < end && sum->account == account; sum++) {
        if (sum->currency == currency)
            return sum;
    }
    return NULL;
}

/* --- what to look at first ------------------------------------------------------------------------------------------ */

/* A sum that does not fit is larger than all that do. */
static uint64_t size_of(int64_t sum)
{
    return (uint64_t)sum;
}

static void account_weigh(struct mt_network_view *view, const struct mt_network_sum *sum, uint64_t *most_through, uint64_t *most_left)
{
    uint64_t in = size_of(sum->in), out = size_of(sum->out), through = in < out ? in : out;

    if (through > *most_through) {
        *most_through = through;
        view->through = sum->account;
    }
    if (view->network->accounts[sum->account].payees == 0 && in > *most_left) {
        *most_left = in;
        view->last_stop = sum->account;
    }
}

static void first_looks(struct mt_network_view *view)
{
    uint64_t most_through = 0, most_left = 0;
    uint8_t best = 0;

    view->best_finding = view->through = view->last_stop = MT_NETWORK_NONE;
    for (uint32_t i = 0; i < view->network->finding_count; i++) {
        uint32_t at = view->network->findings[i];

        if (view->best_finding != MT_NETWORK_NONE && view->findings[at]->score <= best)
            continue;
        best = view->findings[at]->score;
        view->best_finding = at;
    }
    for (uint32_t i = 0; i < view->sum_count; i++) {
        if (view->sums[i].currency == view->money[0].currency)
            account_weigh(view, &view->sums[i], &most_through, &most_left);
    }
}

enum mt_status mt_network_view_make(const struct mt_finding *const *findings, const struct mt_network *network, struct mt_network_view *out_view)
{
    struct mt_network_view view = {.findings = findings, .network = network};
    enum mt_status status = transfers_fill(&view);

    if (status == MT_OK)
        status = parts_fill(&view);
    if (status == MT_OK)
        status = sums_fill(&view);
    if (status != MT_OK) {
        mt_network_view_free(&view);
        return status;
    }
    first_looks(&view);
    *out_view = view;
    return MT_OK;
}

void mt_network_view_free(struct mt_network_view *view)
{
    free(view->transfers);
    free(view->sums);
    free(view->money);
    free(view->parts);
    *view = (struct mt_network_view){0};
}
