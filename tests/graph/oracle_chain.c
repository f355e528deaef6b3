#include "oracle_chain.h"

#include "graph/chain_facts.h"
#include "graph/signs.h"

#include <stdlib.h>

/* Transfers from one account to another in [since, before), returns left out. */
static int64_t dealings(const struct oracle_world *world, const struct mt_token *from, const struct mt_token *to, int64_t since, int64_t before)
{
    int64_t count = 0;

    for (uint32_t i = 0; i < world->count; i++) {
        const struct mt_finding_transfer *move = &world->moves[i];

        count += move->kind != MT_KIND_RETURN && mt_token_equal(&move->debtor, from) && mt_token_equal(&move->creditor, to) && move->time_ms >= since &&
                 move->time_ms < before;
    }
    return count;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void middle_tell(const struct oracle_world *world, const struct mt_finding_transfer *in, const struct mt_finding_transfer *out, bool first,
                        int64_t *told)
{
    int64_t facts[MT_FACT_COUNT], reach = world->lore->rules->gather_window_ms + world->lore->rules->history_ms;

    oracle_facts(world->lore, world->moves, world->count, world->gifts, world->gift_count, &out->debtor, out->time_ms + 1, facts);
    for (uint32_t s = 0; s < mt_chain_source_count; s++) {
        int64_t fact = facts[mt_chain_sources[s].fact], *kept = &told[mt_chain_sources[s].chain_fact];

        if (first)
            *kept = fact;
        else
            *kept = mt_chain_sources[s].least ? -larger(-fact, -*kept) : larger(fact, *kept);
    }
    told[MT_CHAIN_known_payer] = larger(told[MT_CHAIN_known_payer], dealings(world, &in->debtor, &in->creditor, in->time_ms - reach, in->time_ms));
    told[MT_CHAIN_known_payee] = larger(told[MT_CHAIN_known_payee], dealings(world, &out->debtor, &out->creditor, out->time_ms - reach, out->time_ms));
    told[MT_CHAIN_paid_back] = larger(told[MT_CHAIN_paid_back], dealings(world, &out->creditor, &out->debtor, out->time_ms - reach, out->time_ms));
}

void oracle_chain_score(const struct oracle_world *world, struct mt_finding *finding)
{
    int64_t *told = finding->facts, instant = 0, night = 0, least = INT64_MAX;

    for (uint32_t i = 0; i < finding->spine_count; i++) {
        const struct mt_finding_transfer *move = &finding->transfers[i];
        int64_t size = oracle_size(world->lore, move);

        instant += move->rail == MT_RAIL_INSTANT ? 1000 : 0;
        night += oracle_night(world->lore->rules, move->time_ms) ? 1000 : 0;
        least = size < least ? size : least;
        told[MT_CHAIN_batches] += move->rail == MT_RAIL_ACH;
        told[MT_CHAIN_cards] += move->kind == MT_KIND_CARD;
        told[MT_CHAIN_amount] = larger(told[MT_CHAIN_amount], size);
        struct mt_finding alone = {0};

        oracle_listings(world->lore->lists, move, true, &alone);
        oracle_listings(world->lore->lists, move, false, &alone);
        told[MT_CHAIN_listed] += alone.listing_count > 0;
        free(alone.listings);
        oracle_listings(world->lore->lists, move, true, finding);
        oracle_listings(world->lore->lists, move, false, finding);
        if (i > 0)
            middle_tell(world, move - 1, move, i == 1, told);
    }
    told[MT_CHAIN_hops] = finding->spine_count;
    told[MT_CHAIN_dwell_minutes] = finding->dwell_median_ms / 60000;
    told[MT_CHAIN_passed] = finding->passed_permille;
    told[MT_CHAIN_carried] = finding->carried_permille;
    told[MT_CHAIN_round_hops] = finding->round_hops;
    told[MT_CHAIN_branches] = finding->branch_count;
    told[MT_CHAIN_least_amount] = least;
    told[MT_CHAIN_night] = night / finding->spine_count;
    told[MT_CHAIN_instant] = instant / finding->spine_count;
    struct mt_signs signs = {.at = calloc(MT_SIGNS_MAX, sizeof *signs.at)};
    mt_signs_marks(&signs, &mt_chain_marks, finding->facts);
    finding->signs = signs.at;
    finding->sign_count = signs.count;
    finding->score = mt_signs_score(&signs);
}
