#include "oracle_merge.h"

#include <stdlib.h>

struct root {
    struct mt_transfer_key key;
    bool ambiguous;
};

struct reports {
    const struct mt_transfer *at;
    size_t count;
};

static bool lists_alias(const struct mt_transfer *report, const struct mt_transfer_key *key)
{
    for (uint8_t i = 0; i < report->alias_count; i++)
        if (mt_key_equal(&report->aliases[i], key))
            return true;
    return false;
}

/* The transfer that reports under `key` speak of: the one stronger transfer that claims the key, if it is exactly one. */
static struct root root_of(struct reports all, const struct mt_transfer_key *key)
{
    struct root root = {.key = *key};
    bool claimed = false;

    for (size_t i = 0; i < all.count; i++)
        if (mt_key_equal(&all.at[i].key, key) && !all.at[i].weak)
            return root;
    for (size_t i = 0; i < all.count; i++) {
        struct mt_transfer_key owner;

        if (!lists_alias(&all.at[i], key))
            continue;
        owner = root_of(all, &all.at[i].key).key;
        if (claimed && !mt_key_equal(&owner, &root.key))
            return (struct root){.key = *key, .ambiguous = true};
        root.key = owner;
        claimed = true;
    }
    return root;
}

static int compare_int(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

/* Which of two reports of one transfer speaks first: the debtor's side, then by what they say. */
static int compare_reports(const struct mt_transfer *left, const struct mt_transfer *right)
{
    int order = compare_int(left->side, right->side);

    order = order != 0 ? order : compare_int(left->time_ms, right->time_ms);
    order = order != 0 ? order : compare_int(left->amount.minor, right->amount.minor);
    order = order != 0 ? order : compare_int(left->amount.currency, right->amount.currency);
    order = order != 0 ? order : compare_int(left->kind, right->kind);
    order = order != 0 ? order : compare_int(left->rail, right->rail);
    order = order != 0 ? order : compare_int(left->id_size, right->id_size);
    order = order != 0 ? order : memcmp(left->id, right->id, left->id_size);
    order = order != 0 ? order : compare_int(right->indicator_count, left->indicator_count);
    return order != 0 ? order : memcmp(left->indicators, right->indicators, left->indicator_count * sizeof left->indicators[0]);
}

/* The reports that spoke for the transfers of the last merge, for what a finding's transfer does not say. */
static struct {
    struct mt_transfer_key key;
    struct mt_transfer report;
} told[4096];
static size_t told_count;
static bool telling;
static struct reports last;

const struct mt_transfer *oracle_report(const struct mt_transfer_key *key)
{
    for (size_t i = 0; i < told_count; i++)
        if (mt_key_equal(&told[i].key, key))
            return &told[i].report;
    MT_ASSERT(false);
    return NULL;
}

static struct mt_finding_transfer merge_under(struct reports all, const struct root *roots, size_t first)
{
    const struct mt_transfer *best = &all.at[first];
    struct mt_finding_transfer move = {.key = roots[first].key, .debtor = best->debtor, .creditor = best->creditor};

    for (size_t i = first; i < all.count; i++) {
        if (!mt_key_equal(&roots[i].key, &move.key))
            continue;
        if (all.at[i].amount.minor != all.at[first].amount.minor || all.at[i].amount.currency != all.at[first].amount.currency)
            move.conflict = 1;
        move.ambiguous = move.ambiguous || roots[i].ambiguous;
        if (compare_reports(&all.at[i], best) < 0)
            best = &all.at[i];
    }
    if (told_count < sizeof told / sizeof told[0] && telling) {
        told[told_count].key = move.key;
        told[told_count++].report = *best;
    }
    move.time_ms = best->time_ms;
    move.minor = best->amount.minor;
    move.currency = best->amount.currency;
    move.kind = best->kind;
    move.rail = best->rail;
    move.id_size = best->id_size;
    memcpy(move.id, best->id, best->id_size);
    return move;
}

static int compare_moves(const void *left, const void *right)
{
    const struct mt_finding_transfer *a = left;
    const struct mt_finding_transfer *b = right;

    return a->time_ms != b->time_ms ? (a->time_ms > b->time_ms) - (a->time_ms < b->time_ms) : mt_key_compare(&a->key, &b->key);
}

static struct mt_finding_transfer *merge(const struct mt_transfer *reports, size_t count, uint32_t *out_count)
{
    struct reports all = {.at = reports, .count = count};
    struct root *roots = calloc(count + 1, sizeof *roots);
    struct mt_finding_transfer *moves = calloc(count + 1, sizeof *moves);
    uint32_t made = 0;

    for (size_t i = 0; i < count; i++)
        roots[i] = root_of(all, &reports[i].key);
    for (size_t i = 0; i < count; i++) {
        bool known = false;

        for (uint32_t m = 0; m < made; m++)
            known = known || mt_key_equal(&moves[m].key, &roots[i].key);
        if (!known)
            moves[made++] = merge_under(all, roots, i);
    }
    free(roots);
    qsort(moves, made, sizeof *moves, compare_moves);
    *out_count = made;
    return moves;
}

struct mt_finding_transfer *oracle_merge(const struct mt_transfer *reports, size_t count, uint32_t *out_count)
{
    told_count = 0;
    telling = true;
    last = (struct reports){reports, count};
    return merge(reports, count, out_count);
}

struct mt_finding_transfer *oracle_uses(const struct mt_token *indicator, uint32_t *out_count)
{
    struct mt_transfer *reports = calloc(last.count + 1, sizeof *reports);
    size_t count = 0;

    for (size_t i = 0; i < last.count; i++)
        for (uint8_t k = 0; k < last.at[i].indicator_count; k++)
            if (mt_token_equal(&last.at[i].indicators[k], indicator))
                reports[count++] = last.at[i];
    telling = false;
    struct mt_finding_transfer *moves = merge(reports, count, out_count);
    free(reports);
    return moves;
}
