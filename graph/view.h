/*
 * view.h: the ledgers read so far this turn, and the list of those still wanted.
 *
 * Thinking is written as if every ledger were at hand. Where one is missing, mt_view_find() notes it and says false, the
 * caller gives up with MT_WANT, the shell reads all noted accounts in one round, and the thought is begun again.
 *
 * Owns     a table of borrowed ledgers; joined ones live in the turn's arena
 * Bounds   grows with the accounts touched in a turn
 * Cost     find O(1)
 * Threads  none
 */
#ifndef MT_VIEW_H
#define MT_VIEW_H

#include "ledger.h"

struct mt_view;

MT_MUST_USE enum mt_status mt_view_create(struct mt_arena *arena, struct mt_view **out_view);
void mt_view_destroy(struct mt_view *view); /* NULL is fine */

/* Forgets every ledger and want. */
void mt_view_reset(struct mt_view *view);

/* The account's ledger, reports joined; false when it is not here yet, and noted as wanted. Entries are borrowed until reset. */
bool mt_view_find(struct mt_view *view, const struct mt_token *account, struct mt_ledger *out_ledger);

/* The ledger as the store gave it: reports, not joined. Only after mt_view_find() found it. */
struct mt_ledger mt_view_reports(struct mt_view *view, const struct mt_token *account);

/* The accounts wanted since the last give, each once; borrowed until the next find. */
const struct mt_token *mt_view_wants(const struct mt_view *view, size_t *out_count);

/* Which accounts were found between a begin and now, mostly once each; arena memory. */
void mt_view_touch_begin(struct mt_view *view);
const struct mt_token *mt_view_touched(struct mt_view *view, uint32_t *out_count);

/* The number of the last begin: what was remembered under an earlier one must be found again to be touched. */
uint32_t mt_view_touch(const struct mt_view *view);

/* Answers all wants, in their order. */
void mt_view_give(struct mt_view *view, const struct mt_ledger *ledgers);

#endif
