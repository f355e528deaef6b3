/*
 * ledger.h: one account's transfers, in and out, in the account's order: (time, inflow before outflow, key).
 *
 * A store keeps *reports* in the order in which they were appended; most transfers have one. Where several reports speak of one
 * transfer (both banks, or an alias), the store says so (`reports_join`) and mt_ledger_join() makes of any prefix of the
 * append order what the account's ledger was then. That prefix is what lets each arrival know exactly which
 * links it changed (change.h), however many workers append at once.
 *
 *   reports by append order:  #0 #1 #2 #3 ...        `sequence` of an entry: the report that brought it
 *   entries by ledger order:  t1,in  t1,out  t2,in ...
 */
#ifndef MT_LEDGER_H
#define MT_LEDGER_H

#include "arena.h"
#include "holder.h"
#include "transfer.h"

#define MT_SEQUENCE_ALL UINT32_MAX

struct mt_entry {
    struct mt_transfer_key key;
    struct mt_token other; /* the counterparty; the account itself for a self transfer */
    int64_t minor;
    const uint8_t *detail; /* alias_count keys, indicator_count tokens, then id_size bytes of the bank's id; held by the store */
    int64_t time_ms : 48;  /* as in a record; to the year 6429 */
    uint64_t currency : 16;
    uint32_t sequence;     /* append order within this ledger, from 0 */
    uint8_t kind : 4;
    uint8_t rail : 4;
    uint8_t id_size;
    uint8_t alias_count : 4;
    uint8_t indicator_count : 4;
    bool outflow : 1;
    bool idle : 1;          /* a self transfer or a return: funds nothing and is funded by nothing */
    bool self : 1;          /* debtor and creditor are this account */
    bool creditor_side : 1; /* the creditor bank's report */
    bool weak : 1;
    bool conflict : 1;      /* reports differ in amount or currency */
    bool ambiguous : 1;     /* its identity is claimed by two different transfers, so it stands alone */
    bool of_indicator : 1;  /* stands in an indicator's ledger: `other` made the transfer with it */
};
static_assert(sizeof(struct mt_entry) == 64, "entries are many: one cache line each, no padding");
static_assert(MT_TRANSFER_ALIAS_MAX < 16 && MT_INDICATOR_COUNT < 16, "their counts share a byte");
static_assert(MT_KIND_COUNT <= 16 && MT_RAIL_COUNT <= 16, "a kind and a rail share a byte");

/*
 * The last proof that an account is busy: more than `most` counterparties among entries of sequence < `sequence_limit` in
 * [first_ms, last_ms]. Ledgers only grow, so a proof never becomes wrong; it spares counting a hub again at every transfer.
 */
struct mt_busy_proof {
    int64_t first_ms;
    int64_t last_ms; /* < first_ms: no proof yet */
    uint32_t sequence_limit;
    uint32_t most;
};

#define MT_BUSY_PROOF_NONE ((struct mt_busy_proof){.first_ms = 0, .last_ms = -1})

struct mt_ledger {
    const struct mt_entry *entries; /* borrowed from the store until its next append */
    uint32_t count;
    bool reports_join;           /* entries are reports that must go through mt_ledger_join() first */
    bool joined;                 /* they went through it */
    struct mt_busy_proof *proof; /* the store's memory for this account; NULL: none kept */
    const struct mt_holders *holders; /* what its bank says of it; borrowed likewise; NULL: nothing */
};

/*
 * An indicator (a device, a phone number, ...) has a ledger too, under its token, as if it were an account that paid the debtors: whose
 * transfers out it was used for, in order of time; of self transfers nothing is noted. It is appended to, read, kept and forgotten as accounts' ledgers are.
 */
static inline uint8_t mt_indicators_noted(const struct mt_transfer *transfer)
{
    return mt_token_equal(&transfer->debtor, &transfer->creditor) ? 0 : transfer->indicator_count;
}

void mt_entry_make_indicator(const struct mt_transfer *transfer, struct mt_entry *out_entry);

/* The entry one account's side of a transfer makes; sequence and detail are left to the store. */
void mt_entry_make(const struct mt_transfer *transfer, bool outflow, struct mt_entry *out_entry);

/* Whether an entry is this very report: all that it says, its source apart. Then it need not be kept twice. */
bool mt_entry_reports(const struct mt_entry *entry, const struct mt_transfer *transfer, bool outflow);

/* The bank's id for the transfer: `id_size` bytes behind the aliases and indicators, not terminated. */
static inline const char *mt_entry_id(const struct mt_entry *entry)
{
    return (const char *)entry->detail + 16 * (size_t)(entry->alias_count + entry->indicator_count);
}

/* The indicators that the transfer carried. */
static inline uint32_t mt_entry_indicator_count(const struct mt_entry *entry)
{
    return entry->indicator_count;
}

static inline struct mt_token mt_entry_indicator(const struct mt_entry *entry, uint32_t index)
{
    struct mt_token token;

    memcpy(token.bytes, entry->detail + 16 * (entry->alias_count + (size_t)index), sizeof token.bytes);
    return token;
}

/* Ledger order; 0 only for the same key on the same side at the same time. */
static inline int mt_entry_compare(const struct mt_entry *left, const struct mt_entry *right)
{
    if (left->time_ms != right->time_ms)
        return left->time_ms < right->time_ms ? -1 : 1;
    if (left->outflow != right->outflow)
        return left->outflow ? 1 : -1;
    return mt_key_compare(&left->key, &right->key);
}

/* Whether more than `most` of the entries before index `high` have time ≥ `first_ms`. O(1): a nearer entry, which is more likely in the cache,
 * says no for most. */
static inline bool mt_ledger_more(const struct mt_ledger *ledger, uint32_t high, int64_t first_ms, uint32_t most)
{
    return high > most && ledger->entries[high - most / 8 - 1].time_ms >= first_ms && ledger->entries[high - most - 1].time_ms >= first_ms;
}

/* Index of the first entry with time ≥ `time_ms`. O(log n). */
uint32_t mt_ledger_lower(const struct mt_ledger *ledger, int64_t time_ms);

/* The entry of that key, side and time, or NULL. O(log n). Not for ledgers whose reports must be joined. */
const struct mt_entry *mt_ledger_find(const struct mt_ledger *ledger, const struct mt_transfer_key *key, int64_t time_ms,
                                      bool outflow);

/*
 * The ledger as it was when the reports with sequence < `sequence_limit` had been appended: reports of one transfer merged
 * (debtor side's fields first; ties by content, never by order of arrival), weak identities resolved to the one stronger
 * transfer that claims them, `conflict` and `ambiguous` marked. O(n log n), memory from the arena.
 */
struct mt_ledger mt_ledger_join(const struct mt_ledger *reports, uint32_t sequence_limit, struct mt_arena *arena);

/*
 * Whether more than `most` distinct counterparties (the account itself not counted) appear in [first_ms, last_ms], among
 * entries with sequence < `sequence_limit`. Counts from the newest, stops as soon as it knows: O(entries seen), or O(1) with a proof.
 */
bool mt_ledger_busier(const struct mt_ledger *ledger, int64_t first_ms, int64_t last_ms, uint32_t sequence_limit,
                      uint32_t most);

#endif
