/*
 * hubs.h: for which inflows an account is a hub, many at once.
 */
#ifndef MT_HUBS_H
#define MT_HUBS_H

#include "ledger.h"

struct mt_hubs {
    const struct mt_entry **inflows; /* in ledger order; arena memory */
    bool *is_hub;
    uint32_t count;
};

/*
 * Every inflow e (not idle) in [first_ms, last_ms] and whether more than `most` distinct counterparties lie in [e − W, e], among entries
 * with sequence < `sequence_limit`. One window slides over the ledger: O(entries from first − W to last).
 */
struct mt_hubs mt_hubs_find(const struct mt_ledger *ledger, int64_t first_ms, int64_t last_ms, int64_t window_ms,
                            uint32_t sequence_limit, uint32_t most, struct mt_arena *arena);

#endif
