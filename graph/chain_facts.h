/*
 * chain_facts.h: what is measured of a chain: of itself, and of each account in its middle at the moment the money left it.
 *
 * Those accounts' facts are an episode's (episode.h) that ends with the transfer out: so nothing later changes them. A late transfer changes those
 * of every transfer out of the account in the E + H after it (change.h looks at these again).
 *
 * Cost     O(entries in H + E) per account in the middle
 * Fails    MT_WANT
 */
#ifndef MT_CHAIN_FACTS_H
#define MT_CHAIN_FACTS_H

#include "finding.h"
#include "spine.h"

/* Fills the finding's facts from its other fields, the spine and the ledgers of the accounts in its middle. */
MT_MUST_USE enum mt_status mt_chain_facts_fill(struct mt_flow *flow, const struct mt_spine *spine, struct mt_finding *finding);

/* Of an account in the middle, which fact of an episode a chain's fact is the least or the most of. The tables' row by row. */
struct mt_chain_source {
    uint8_t chain_fact; /* enum mt_chain_fact */
    uint8_t fact;       /* enum mt_fact */
    bool least;
};
extern const struct mt_chain_source mt_chain_sources[];
extern const uint32_t mt_chain_source_count;

#endif
