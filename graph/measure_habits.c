#include "measure.h"

#include <math.h>
#include <stdlib.h>

#define KINDS_MAX (MT_KIND_COUNT * MT_RAIL_COUNT)
static_assert(KINDS_MAX <= 64, "kinds are bits of a word");

/* Sums of one account so far, in order, for maximum and median. */
struct sums {
    double *at;
    uint32_t count, max;
};

static bool sums_add(struct sums *sums, double worth)
{
    uint32_t low = 0, high = sums->count;

    if (sums->count == sums->max) {
        uint32_t max = sums->max == 0 ? 8 : 2 * sums->max;
        double *at = realloc(sums->at, max * sizeof *at);

        if (at == NULL)
            return false;
        sums->at = at;
        sums->max = max;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (sums->at[middle] <= worth)
            low = middle + 1;
        else
            high = middle;
    }
    memmove(sums->at + low + 1, sums->at + low, (sums->count - low) * sizeof *sums->at);
    sums->at[low] = worth;
    sums->count++;
    return true;
}

/* Bounded, so that one absurd sum does not make all others alike. */
static double log_ratio(double worth, double usual)
{
    if (usual <= 0)
        return 0;
    double value = log(worth / usual);
    return value < -4 ? -4 : value > 6 ? 6 : value;
}

static double sums_max(const struct sums *sums)
{
    return sums->count > 0 ? sums->at[sums->count - 1] : 0;
}

static double sums_median(const struct sums *sums)
{
    return sums->count > 0 ? sums->at[sums->count / 2] : 0;
}

/* How many of the sums so far are smaller: a binary indexed tree over all sums by rank (Fenwick 1994). */
struct ranks {
    double *sorted;
    uint32_t sorted_count;
    uint32_t *tree; /* one per kind, and one for all */
    uint32_t counts[KINDS_MAX + 1];
};

static int double_compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static bool ranks_create(struct ranks *ranks, const struct mt_prefix *prefix)
{
    ranks->sorted = malloc(((size_t)prefix->limit + 1) * sizeof *ranks->sorted);
    ranks->tree = calloc(((size_t)prefix->limit + 2) * (prefix->stream->kind_count + 1), sizeof *ranks->tree);
    if (ranks->sorted == NULL || ranks->tree == NULL)
        return false;
    memcpy(ranks->sorted, prefix->stream->worth, prefix->limit * sizeof *ranks->sorted);
    qsort(ranks->sorted, prefix->limit, sizeof *ranks->sorted, double_compare);
    ranks->sorted_count = prefix->limit;
    return true;
}

static uint32_t ranks_of(const struct ranks *ranks, double worth)
{
    uint32_t low = 0, high = ranks->sorted_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (ranks->sorted[middle] < worth)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* −ln of the share so far that is at least as large; then counts this one. */
static float ranks_take(struct ranks *ranks, int which, uint32_t rank)
{
    uint32_t *tree = ranks->tree + (size_t)which * (ranks->sorted_count + 2), smaller = 0, total = ranks->counts[which]++;

    for (uint32_t i = rank; i > 0; i -= i & -i)
        smaller += tree[i];
    for (uint32_t i = rank + 1; i <= ranks->sorted_count; i += i & -i)
        tree[i]++;
    return total == 0 ? 0 : (float)-log((double)(total - smaller + 1) / (total + 2));
}

struct account {
    struct sums out, in;
    uint32_t outs, payees, ins, payers;
    uint32_t touched;
    int64_t first_ms;
    uint64_t kinds;  /* bits of the kinds it has paid by */
    bool seen;
};

struct habits {
    const struct mt_prefix *prefix;
    struct account *accounts;
    struct ranks ranks;
    uint32_t kind_counts[KINDS_MAX];
};

static void novelty_fill(const struct habits *habits, uint32_t at, float *measures)
{
    const struct mt_stream *stream = habits->prefix->stream;
    const struct account *debtor = &habits->accounts[stream->debtor[at]], *creditor = &habits->accounts[stream->creditor[at]];

    if (!mt_is_new(stream, at))
        return;
    measures[MT_MEASURE_payee_surprise] = (float)-log((debtor->payees + 1.0) / (debtor->outs + 2.0));
    measures[MT_MEASURE_payer_surprise] = (float)-log((creditor->payers + 1.0) / (creditor->ins + 2.0));
}

static void own_fill(const struct habits *habits, uint32_t at, float *measures)
{
    const struct mt_stream *stream = habits->prefix->stream;
    const struct account *debtor = &habits->accounts[stream->debtor[at]], *creditor = &habits->accounts[stream->creditor[at]];
    double worth = stream->worth[at];

    measures[MT_MEASURE_out_max] = (float)log_ratio(worth, sums_max(&debtor->out));
    measures[MT_MEASURE_out_median] = (float)log_ratio(worth, sums_median(&debtor->out));
    measures[MT_MEASURE_in_max] = (float)log_ratio(worth, sums_max(&creditor->in));
    measures[MT_MEASURE_in_median] = (float)log_ratio(worth, sums_median(&creditor->in));
    measures[MT_MEASURE_debtor_max] = (float)log_ratio(worth, fmax(sums_max(&debtor->out), sums_max(&debtor->in)));
    measures[MT_MEASURE_creditor_max] = (float)log_ratio(worth, fmax(sums_max(&creditor->out), sums_max(&creditor->in)));
}

/* Transfers of the account in the day before, either way, against its daily mean. */
static float burst(const struct habits *habits, uint32_t account_number, int64_t now_ms)
{
    const struct mt_stream *stream = habits->prefix->stream;
    const struct account *account = &habits->accounts[account_number];
    uint32_t day = 0;

    for (int side = 0; side < 2; side++) {
        const struct mt_stream_lists *lists = side == 0 ? &stream->out : &stream->in;
        uint32_t so_far = lists->first[account_number] + (side == 0 ? account->outs : account->ins);

        day += so_far - mt_stream_from(stream, lists, account_number, now_ms - MT_DAY_MS);
    }
    double age_days = (double)(now_ms - account->first_ms) / (double)MT_DAY_MS;
    return (float)log((day + 1.0) / (account->touched / fmax(age_days, 1) + 1));
}

static bool account_touch(struct habits *habits, uint32_t number, bool out, bool is_new, double worth)
{
    struct account *account = &habits->accounts[number];

    account->touched++;
    *(out ? &account->outs : &account->ins) += 1;
    *(out ? &account->payees : &account->payers) += is_new;
    return habits->prefix->stream->hub[number] || sums_add(out ? &account->out : &account->in, worth);
}

static void first_seen(struct account *account, int64_t time_ms)
{
    if (!account->seen)
        account->first_ms = time_ms;
    account->seen = true;
}

static bool habits_step(struct habits *habits, uint32_t at)
{
    const struct mt_stream *stream = habits->prefix->stream;
    struct account *debtor = &habits->accounts[stream->debtor[at]], *creditor = &habits->accounts[stream->creditor[at]];
    float *measures = habits->prefix->measures[at].at;
    uint32_t rank = ranks_of(&habits->ranks, stream->worth[at]);
    uint8_t kind = stream->kind[at];

    first_seen(debtor, stream->time_ms[at]);
    first_seen(creditor, stream->time_ms[at]);
    novelty_fill(habits, at, measures);
    own_fill(habits, at, measures);
    measures[MT_MEASURE_among_all] = ranks_take(&habits->ranks, (int)stream->kind_count, rank);
    measures[MT_MEASURE_among_kind] = ranks_take(&habits->ranks, kind, rank);
    measures[MT_MEASURE_kind_rare] = (float)-log((habits->kind_counts[kind]++ + 1.0) / (at + 2.0));
    measures[MT_MEASURE_kind_new] = (debtor->kinds >> kind & 1) == 0;
    debtor->kinds |= UINT64_C(1) << kind;
    measures[MT_MEASURE_debtor_burst] = stream->hub[stream->debtor[at]] ? 0 : burst(habits, stream->debtor[at], stream->time_ms[at]);
    measures[MT_MEASURE_creditor_burst] = stream->hub[stream->creditor[at]] ? 0 : burst(habits, stream->creditor[at], stream->time_ms[at]);
    return account_touch(habits, stream->debtor[at], true, mt_is_new(stream, at), stream->worth[at]) &&
           account_touch(habits, stream->creditor[at], false, mt_is_new(stream, at), stream->worth[at]);
}

/* Transfers between the two, this way, within 30 days on either side. */
static float pair_around(const struct mt_prefix *prefix, uint32_t at)
{
    const struct mt_stream *stream = prefix->stream;
    const struct mt_stream_lists *out = &stream->out;
    uint32_t first = out->first[stream->debtor[at]], last = out->first[stream->debtor[at] + 1], count = 0;

    for (uint32_t p = out->place[at]; p > first && stream->time_ms[out->at[p - 1]] >= stream->time_ms[at] - 30 * MT_DAY_MS; p--)
        count += stream->creditor[out->at[p - 1]] == stream->creditor[at];
    for (uint32_t p = out->place[at] + 1;
         p < last && out->at[p] < prefix->limit && stream->time_ms[out->at[p]] <= stream->time_ms[at] + 30 * MT_DAY_MS; p++)
        count += stream->creditor[out->at[p]] == stream->creditor[at];
    return (float)log1p(count);
}

enum mt_status mt_measure_habits(const struct mt_prefix *prefix)
{
    struct habits habits = {.prefix = prefix};
    uint32_t account_count = prefix->stream->account_count;

    habits.accounts = calloc((size_t)account_count + 1, sizeof *habits.accounts);
    bool good = habits.accounts != NULL && ranks_create(&habits.ranks, prefix);
    for (uint32_t i = 0; i < prefix->limit && good; i++) {
        good = habits_step(&habits, i);
        prefix->measures[i].at[MT_MEASURE_pair_around] = pair_around(prefix, i);
    }
    for (uint32_t a = 0; a < account_count && habits.accounts != NULL; a++) {
        free(habits.accounts[a].out.at);
        free(habits.accounts[a].in.at);
    }
    free(habits.accounts);
    free(habits.ranks.sorted);
    free(habits.ranks.tree);
    return good ? MT_OK : MT_NO_MEMORY;
}
