/*
 * join.c: several reports of one transfer become one entry (design 3.2), whatever order they came in.
 *
 *   report a: key U (UETR),  aliases T, E        report b: key T (transaction id)      report c: key E
 *
 * b's key is claimed by a alone, so b joins U; c's key is claimed by a (and by b if b carries it too, but b *is* U), so c joins
 * U. Had two different transfers claimed E, c would stand alone, marked ambiguous. Identities only ever resolve to
 * stronger ones, so resolution ends after at most MT_TRANSFER_ALIAS_MAX steps.
 */
#include "ledger.h"

#include <stdlib.h>

struct claim {
    struct mt_transfer_key weak;   /* the identity claimed, carried as an alias */
    struct mt_transfer_key strong; /* by the transfer of this key */
};

struct claims {
    struct claim *at;
    uint32_t count;
};

static int claim_compare(const void *left, const void *right)
{
    const struct claim *a = left, *b = right;
    int order = mt_key_compare(&a->weak, &b->weak);

    return order != 0 ? order : mt_key_compare(&a->strong, &b->strong);
}

static struct claims claims_gather(const struct mt_ledger *reports, uint32_t sequence_limit, struct mt_arena *arena)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < reports->count; i++)
        count += reports->entries[i].sequence < sequence_limit ? reports->entries[i].alias_count : 0;
    struct claims claims = {.at = MT_ARENA_ARRAY(arena, struct claim, count)};
    for (uint32_t i = 0; i < reports->count; i++) {
        const struct mt_entry *report = &reports->entries[i];

        for (uint8_t a = 0; report->sequence < sequence_limit && a < report->alias_count; a++) {
            struct claim *claim = &claims.at[claims.count++];

            memcpy(claim->weak.bytes, report->detail + 16 * a, 16);
            claim->strong = report->key;
        }
    }
    if (claims.count > 0)
        qsort(claims.at, claims.count, sizeof claims.at[0], claim_compare);
    return claims;
}

static uint32_t claims_lower(const struct claims *claims, const struct mt_transfer_key *weak)
{
    uint32_t low = 0, high = claims->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (mt_key_compare(&claims->at[middle].weak, weak) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The transfer that an identity stands for; itself when nobody or more than one transfer claims it. */
static struct mt_transfer_key resolve(const struct claims *claims, const struct mt_transfer_key *key, uint32_t depth,
                                      bool *out_ambiguous)
{
    struct mt_transfer_key found = *key;
    bool claimed = false;

    for (uint32_t i = claims_lower(claims, key); i < claims->count && mt_key_equal(&claims->at[i].weak, key); i++) {
        bool ignored = false;
        struct mt_transfer_key strong = depth == 0 ? claims->at[i].strong
                                                   : resolve(claims, &claims->at[i].strong, depth - 1, &ignored);
        if (claimed && !mt_key_equal(&strong, &found)) {
            *out_ambiguous = true;
            return *key;
        }
        found = strong;
        claimed = true;
    }
    return found;
}

/* Which report's fields win: the debtor side's, then by content, so that arrival order never shows. */
static int content_compare(const struct mt_entry *a, const struct mt_entry *b)
{
    if (a->creditor_side != b->creditor_side)
        return a->creditor_side ? 1 : -1;
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    if (a->minor != b->minor)
        return a->minor < b->minor ? -1 : 1;
    if (a->currency != b->currency)
        return a->currency < b->currency ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->rail != b->rail)
        return a->rail < b->rail ? -1 : 1;
    if (a->id_size != b->id_size)
        return a->id_size < b->id_size ? -1 : 1;
    int order = memcmp(mt_entry_id(a), mt_entry_id(b), a->id_size);
    if (order != 0 || a->indicator_count != b->indicator_count)
        return order != 0 ? order : a->indicator_count > b->indicator_count ? -1 : 1; /* who carries more tells more */
    return memcmp(a->detail + 16 * a->alias_count, b->detail + 16 * b->alias_count, 16 * (size_t)a->indicator_count);
}

static int group_compare(const void *left, const void *right)
{
    const struct mt_entry *a = left, *b = right;
    int order = mt_key_compare(&a->key, &b->key);

    if (order == 0)
        order = (int)a->outflow - (int)b->outflow;
    return order != 0 ? order : content_compare(a, b);
}

static int entry_compare(const void *left, const void *right)
{
    return mt_entry_compare(left, right);
}

struct mt_ledger mt_ledger_join(const struct mt_ledger *reports, uint32_t sequence_limit, struct mt_arena *arena)
{
    struct mt_entry *entries = MT_ARENA_ARRAY(arena, struct mt_entry, reports->count);
    struct claims claims = claims_gather(reports, sequence_limit, arena);
    uint32_t count = 0, kept = 0;

    for (uint32_t i = 0; i < reports->count; i++) {
        if (reports->entries[i].sequence >= sequence_limit)
            continue;
        struct mt_entry *entry = &entries[count++];

        bool ambiguous = false;

        *entry = reports->entries[i];
        entry->key = resolve(&claims, &entry->key, MT_TRANSFER_ALIAS_MAX, &ambiguous);
        entry->ambiguous = ambiguous;
    }
    if (count > 0)
        qsort(entries, count, sizeof entries[0], group_compare);
    for (uint32_t i = 0; i < count; i++) {
        struct mt_entry *last = kept > 0 ? &entries[kept - 1] : NULL;

        if (last == NULL || !mt_key_equal(&last->key, &entries[i].key) || last->outflow != entries[i].outflow) {
            entries[kept++] = entries[i];
            continue;
        }
        last->conflict |= last->minor != entries[i].minor || last->currency != entries[i].currency;
        last->ambiguous |= entries[i].ambiguous;
        if (entries[i].sequence < last->sequence)
            last->sequence = entries[i].sequence;
    }
    if (kept > 0)
        qsort(entries, kept, sizeof entries[0], entry_compare);
    return (struct mt_ledger){.entries = entries, .count = kept, .joined = true, .holders = reports->holders};
}
