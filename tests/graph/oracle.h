/*
 * oracle.h: the findings of a set of reports, by brute force, straight from the definition (design D2, D3; accounts: oracle_account.h).
 *
 * No store, no turns, no windows: every account's whole ledger, every link, every path. It shares with the engine only the rules,
 * the rates and the shape of a finding.
 *
 * Owns     what it returns; oracle_free() ends it
 * Cost     O(n^3) at worst; for worlds of a thousand transfers at most
 */
#ifndef MT_TEST_ORACLE_H
#define MT_TEST_ORACLE_H

#include <stdio.h>

#include "graph/finding.h"
#include "graph/links.h"

struct oracle_set {
    struct mt_finding *findings; /* in order of id */
    uint32_t count;
};

/* Adds the listings by which the transfer's debtor side (its means too), or its creditor side, was listed; grows and sorts the finding's. */
void oracle_listings(const struct mt_lists *lists, const struct mt_finding_transfer *move, bool debtor, struct mt_finding *finding);

struct oracle_set oracle_find(const struct mt_lore *lore, const struct mt_transfer *reports, size_t count);
void oracle_free(struct oracle_set *set);

/* One finding as text, all fields; links in order of their ends' keys. */
void oracle_print(FILE *file, const struct mt_finding *finding);

#endif
