/*
 * chain.h: from a transfer to the finding it belongs to, if its spine is a chain.
 */
#ifndef MT_CHAIN_H
#define MT_CHAIN_H

#include "finding.h"
#include "spine.h"

/* Enough of a transfer to find it again: its key, and where and when the debtor's ledger has it. */
struct mt_spot {
    struct mt_transfer_key key;
    struct mt_token debtor;
    int64_t time_ms;
};

/* What looking at one transfer's spine said. Arena memory. */
struct mt_outcome {
    const struct mt_spot *spots; /* the spine's transfers, or an account's day: every live finding under one of them is superseded */
    uint32_t spot_count;
    const struct mt_finding *finding; /* NULL: none */
    const struct mt_token *accounts;  /* the ledgers looked at */
    uint32_t account_count;
    const struct mt_hop *before; /* where the spine is cut: the neighbour parts' nearest transfers, else NULL */
    const struct mt_hop *after;
};

/* A hop as a finding shows it, in an enum mt_role. */
void mt_hop_show(const struct mt_hop *hop, uint8_t role, struct mt_finding_transfer *out_transfer);

/* Fills all of the outcome but the accounts. Fails: MT_WANT, MT_NO_MEMORY (igraph). */
MT_MUST_USE enum mt_status mt_chain_find(struct mt_flow *flow, const struct mt_hop *hop, int64_t horizon_ms,
                                         struct mt_outcome *out_outcome);

#endif
