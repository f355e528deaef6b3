/*
 * oracle_chain.h: what a chain's score is made of, by brute force: the facts of finding.h's tables straight from their words.
 *
 * Shared with the engine: the tables, and what points are made of the facts (signs.h). Not shared: how a fact is found.
 */
#ifndef MT_TEST_ORACLE_CHAIN_H
#define MT_TEST_ORACLE_CHAIN_H

#include "oracle_account.h"

/* All transfers there are, and what funded what. */
struct oracle_world {
    const struct mt_lore *lore;
    const struct mt_finding_transfer *moves;
    uint32_t count;
    const struct oracle_gift *gifts;
    uint32_t gift_count;
};

/* Fills facts, signs (heap memory, the finding's) and score of a chain that has all its other fields. */
void oracle_chain_score(const struct oracle_world *world, struct mt_finding *finding);

#endif
