/*
 * oracle_account.h: every account's every day by brute force: the facts of graph/episode.h straight from their words, over all transfers.
 *
 * Shared with the engine: the table of facts and what is made of them (mt_signs_find, mt_account_key). Not shared: how a fact is found.
 */
#ifndef MT_TEST_ORACLE_ACCOUNT_H
#define MT_TEST_ORACLE_ACCOUNT_H

#include "graph/episode.h"
#include "oracle.h"

/* One transfer funded another with so much. */
struct oracle_gift {
    uint32_t from;
    uint32_t to;
    int64_t given;    /* in the currency of `from` */
    int64_t received; /* in that of `to` */
};

/* One record of what a bank says of an account. */
struct oracle_told {
    struct mt_token account;
    struct mt_holder record;
};

/* What banks say, for all that is asked after it; borrowed. */
void oracle_tell(const struct oracle_told *told, uint32_t count);

/* Whether an hour of the night has this moment in it: the hours are counted off one by one. */
bool oracle_night(const struct mt_rules *rules, int64_t time_ms);

/* Adds the accounts' findings to the set, which has room for two of each move. `moves` are in order of (time, key). */
void oracle_accounts(const struct mt_lore *lore, const struct mt_finding_transfer *moves, uint32_t count, const struct oracle_gift *gifts,
                     uint32_t gift_count, struct oracle_set *set);

/* The facts of graph/episode.h of one account when the day ends before `end_ms`: all 0 when it moved nothing that day, or is a hub. */
void oracle_facts(const struct mt_lore *lore, const struct mt_finding_transfer *moves, uint32_t count, const struct oracle_gift *gifts,
                  uint32_t gift_count, const struct mt_token *account, int64_t end_ms, int64_t facts[MT_FACT_COUNT]);

/* A transfer's size (graph/lines.h), from the table's plain numbers. */
int64_t oracle_size(const struct mt_lore *lore, const struct mt_finding_transfer *move);

#endif
