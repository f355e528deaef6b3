#include "relist.h"

#include "episode.h"

void mt_relist_add(struct mt_relists *relists, struct mt_arena *arena, const struct mt_relist *record)
{
    MT_ARENA_ROOM(arena, relists->at, relists->count, relists->max, 16);
    relists->at[relists->count++] = *record;
}

/*
 * The part of the subject's ledger that the record may bear on: from its `since` on, since an earlier record of the entry may have said more. An
 * indicator's ledger may have other times for its transfers than the debtors' have, where reports join: all of it.
 */
struct reach {
    struct mt_ledger ledger;
    uint32_t first, last; /* entries [first, last) */
};

static bool reach_find(struct mt_flow *flow, const struct mt_relist *record, int64_t horizon_ms, struct reach *out_reach)
{
    const struct mt_rules *rules = flow->lore.rules;
    int64_t known_ms = horizon_ms == INT64_MIN ? INT64_MIN : horizon_ms + rules->gather_window_ms + rules->history_ms;

    if (!mt_view_find(flow->view, &record->subject, &out_reach->ledger))
        return false;
    int64_t since_ms = record->kind == MT_SUBJECT_HOLDER ? mt_day_of_time(record->since_ms) * MT_DAY_MS : record->since_ms; /* its day has it too */
    int64_t first_ms = record->kind >= MT_SUBJECT_ACCOUNT && since_ms > known_ms ? since_ms : known_ms;
    out_reach->first = mt_ledger_lower(&out_reach->ledger, first_ms);
    out_reach->last = out_reach->ledger.count;
    return true;
}

/* The days in whose gather window the moment lies. */
static void days_add(struct mt_flow *flow, const struct mt_token *account, int64_t time_ms, struct mt_account_days *days)
{
    int64_t first = mt_day_of_time(time_ms), window_ms = flow->lore.rules->gather_window_ms;

    for (int64_t day = first; (day + 1) * MT_DAY_MS - window_ms <= time_ms; day++)
        mt_account_day_add(days, flow->arena, &(struct mt_account_day){*account, day});
}

static void hop_add(struct mt_flow *flow, const struct mt_hop *hop, struct mt_targets *targets, struct mt_account_days *days)
{
    mt_target_add(targets, flow->arena, hop);
    if (flow->lore.rules->detectors == 0)
        return;
    days_add(flow, &hop->debtor, hop->entry->time_ms, days);
    days_add(flow, &hop->creditor, hop->entry->time_ms, days);
}

/* An indicator's ledger has the debtors; the creditor stands in theirs. False: one is missing. */
static bool debtors_here(struct mt_flow *flow, const struct reach *reach)
{
    bool here = true;

    for (uint32_t i = reach->first; i < reach->last; i++) {
        struct mt_ledger ignored;

        here = (!reach->ledger.entries[i].of_indicator || mt_view_find(flow->view, &reach->ledger.entries[i].other, &ignored)) && here;
    }
    return here;
}

static bool carries(const struct mt_entry *entry, const struct mt_token *indicator)
{
    for (uint32_t i = 0; i < mt_entry_indicator_count(entry); i++) {
        struct mt_token carried = mt_entry_indicator(entry, i);

        if (mt_token_equal(&carried, indicator))
            return true;
    }
    return false;
}

/* Where reports join, they may do so otherwise in the debtor's ledger, which has more of them: then all that carries the indicator there is taken. */
static void debtor_add(struct mt_flow *flow, const struct mt_token *indicator, const struct mt_entry *use, struct mt_targets *targets,
                       struct mt_account_days *days)
{
    struct mt_ledger ledger;
    bool found = mt_view_find(flow->view, &use->other, &ledger);

    MT_ASSERT(found);
    bool joins = mt_view_reports(flow->view, &use->other).reports_join;
    const struct mt_entry *entry = joins ? NULL : mt_ledger_find(&ledger, &use->key, use->time_ms, true);
    for (uint32_t i = 0; i < ledger.count && joins; i++) {
        if (!ledger.entries[i].outflow || ledger.entries[i].idle || !carries(&ledger.entries[i], indicator))
            continue;
        struct mt_hop hop = mt_hop_of(&use->other, &ledger.entries[i]);

        hop_add(flow, &hop, targets, days);
    }
    if (entry != NULL) {
        struct mt_hop hop = mt_hop_of(&use->other, entry);

        hop_add(flow, &hop, targets, days);
    }
}

/* The transfer's spine, and the account's own day. */
static void own_add(struct mt_flow *flow, const struct mt_hop *hop, const struct mt_token *account, struct mt_targets *targets,
                    struct mt_account_days *days)
{
    mt_target_add(targets, flow->arena, hop);
    if (flow->lore.rules->detectors != 0)
        mt_account_day_add(days, flow->arena, &(struct mt_account_day){*account, mt_day_of_time(hop->entry->time_ms)});
}

static enum mt_status record_look(struct mt_flow *flow, const struct mt_relist *record, int64_t horizon_ms, struct mt_targets *targets,
                                  struct mt_account_days *days)
{
    struct reach reach;

    if (!reach_find(flow, record, horizon_ms, &reach) || !debtors_here(flow, &reach))
        return MT_WANT;
    for (uint32_t i = reach.first; i < reach.last; i++) {
        const struct mt_entry *entry = &reach.ledger.entries[i];

        if (entry->of_indicator) {
            debtor_add(flow, &record->subject, entry, targets, days);
            continue;
        }
        struct mt_hop hop = mt_hop_of(&record->subject, entry);

        if (!entry->idle && record->kind == MT_SUBJECT_HOLDER)
            own_add(flow, &hop, &record->subject, targets, days);
        else if (!entry->idle)
            hop_add(flow, &hop, targets, days);
    }
    return MT_OK;
}

enum mt_status mt_relists_step(struct mt_flow *flow, struct mt_relists *relists, int64_t horizon_ms, struct mt_targets *targets,
                               struct mt_account_days *days)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < relists->count; i++) {
        if (record_look(flow, &relists->at[i], horizon_ms, targets, days) == MT_WANT)
            relists->at[kept++] = relists->at[i];
    }
    relists->count = kept;
    return kept > 0 ? MT_WANT : MT_OK;
}
