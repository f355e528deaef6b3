/*
 * listed.h: which transfers of an account have to do with a watch list (lists.h), and which listings a finding tells.
 *
 * A transfer is judged at its own event time. Its debtor, its creditor and what it carries may be listed; an indicator is the debtor's: for the
 * debtor it counts as the account itself, for the creditor as its counterparty.
 *
 * Cost     nothing to speak of where there are no lists; else a look-up or two per entry
 * Threads  any
 */
#ifndef MT_LISTED_H
#define MT_LISTED_H

#include "finding.h"
#include "links.h"
#include "lists.h"

/* Whether the account was listed when it moved the money, or what it moved it with. Idle entries (returns, self transfers) never count. */
bool mt_listed_self(const struct mt_lists *lists, const struct mt_token *account, const struct mt_entry *entry);

/* Whether the counterparty was, or what it moved the money with. */
bool mt_listed_other(const struct mt_lists *lists, const struct mt_entry *entry);

/* Whether a dealing with a listed party counts: of the size listed_sum_least, or in a currency without sizes (lines.h). */
bool mt_listed_dealing(const struct mt_lore *lore, const struct mt_entry *entry);

/* Listings being gathered, each once. Arena memory. */
struct mt_listings {
    struct mt_finding_listing *at;
    uint32_t count;
    uint32_t max;
};

/* Adds those by which either side of the account's entry, or an indicator of it, was listed; `self`: the account's own alone, or the other's. */
void mt_listings_add(struct mt_listings *listings, const struct mt_lists *lists, const struct mt_token *account, const struct mt_entry *entry,
                     bool self, struct mt_arena *arena);

/* Puts them into the finding in order of (subject, text), MT_FINDING_LISTINGS_MAX at most; the rest are counted. */
void mt_listings_put(struct mt_listings *listings, struct mt_finding *finding);

#endif
