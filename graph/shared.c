#include "shared.h"

#include "change.h"

/* An indicator's ledger at one moment: entries with sequence ≥ `limit` do not exist. */
struct uses {
    struct mt_ledger ledger;
    uint32_t limit;
};

static bool exists(const struct uses *uses, const struct mt_entry *use)
{
    return !use->idle && use->sequence < uses->limit;
}

/* --- counting ------------------------------------------------------------------------------------------------------- */

/* Accounts met in a window, by open addressing; the rule's bound keeps them on the stack. Tokens are MACs: their first 64 bits stand for them. */
#define USERS_SLOTS 512
static_assert(USERS_SLOTS >= 2 * (MT_SHARED_MOST + 2), "the rule's upper bound fits half full");

struct users {
    uint64_t slots[USERS_SLOTS];
    uint32_t count;
};

static void user_add(struct users *users, const struct mt_token *account)
{
    uint64_t hash = mt_token_hash(account);

    hash += hash == 0; /* 0: free */
    uint32_t slot = (uint32_t)(hash >> 7) & (USERS_SLOTS - 1);
    while (users->slots[slot] != 0 && users->slots[slot] != hash)
        slot = (slot + 1) & (USERS_SLOTS - 1);
    users->count += users->slots[slot] == 0;
    users->slots[slot] = hash;
}

/* Accounts but `without` (NULL: all) that used it in [first, end), at most one more than `most`: from the newest back, as far as it decides. */
static uint32_t users_count(const struct uses *uses, const struct mt_token *without, int64_t first_ms, int64_t end_ms, uint32_t most)
{
    struct users users = {0};

    for (uint32_t i = mt_ledger_lower(&uses->ledger, end_ms); i > 0 && uses->ledger.entries[i - 1].time_ms >= first_ms && users.count <= most; i--) {
        const struct mt_entry *use = &uses->ledger.entries[i - 1];

        if (exists(uses, use) && (without == NULL || !mt_token_equal(&use->other, without)))
            user_add(&users, &use->other);
    }
    return users.count;
}

static enum mt_status indicator_count(struct mt_flow *flow, const struct mt_account_day *day, const struct mt_token *indicator, int64_t *shared)
{
    const struct mt_rules *rules = flow->lore.rules;
    struct uses uses = {.limit = MT_SEQUENCE_ALL};
    int64_t end_ms = (day->day + 1) * MT_DAY_MS;

    if (!mt_view_find(flow->view, indicator, &uses.ledger))
        return MT_WANT;
    int64_t count = users_count(&uses, &day->account, end_ms - rules->gather_window_ms, end_ms, (uint32_t)rules->shared_accounts_most);
    if (count <= rules->shared_accounts_most && count > *shared)
        *shared = count;
    return MT_OK;
}

/* Whether an earlier one of today's transfers out carried it too: most carry the same again and again. */
static bool carried_before(const struct mt_ledger *ledger, uint32_t first, uint32_t at, uint32_t sequence_limit, const struct mt_token *indicator)
{
    enum { BACK_MOST = 64 };

    for (uint32_t i = at; i > first && at - i < BACK_MOST; i--) {
        const struct mt_entry *entry = &ledger->entries[i - 1];

        for (uint32_t k = 0; entry->outflow && !entry->idle && entry->sequence < sequence_limit && k < mt_entry_indicator_count(entry); k++) {
            struct mt_token other = mt_entry_indicator(entry, k);

            if (mt_token_equal(&other, indicator))
                return true;
        }
    }
    return false;
}

enum mt_status mt_shared_find(struct mt_flow *flow, const struct mt_account_day *day, const struct mt_ledger *ledger, const struct mt_episode *episode,
                              uint32_t sequence_limit, int64_t *out_shared)
{
    enum mt_status status = MT_OK;
    int64_t shared = 0;

    *out_shared = -1;
    if (!mt_shared_looks(flow->lore.rules))
        return MT_OK;
    for (uint32_t i = episode->today; i < episode->high; i++) {
        const struct mt_entry *entry = &ledger->entries[i];

        for (uint32_t k = 0; entry->outflow && !entry->idle && entry->sequence < sequence_limit && k < mt_entry_indicator_count(entry); k++) {
            struct mt_token indicator = mt_entry_indicator(entry, k);

            if (!carried_before(ledger, episode->today, i, sequence_limit, &indicator) && indicator_count(flow, day, &indicator, &shared) != MT_OK)
                status = MT_WANT; /* go on: all that are missing are asked for at once */
        }
    }
    if (status == MT_OK)
        *out_shared = shared;
    return status;
}

/* --- the gate ------------------------------------------------------------------------------------------------------- */

/* Whether `account` used it in [first, end). */
static bool uses_by(const struct uses *uses, const struct mt_token *account, int64_t first_ms, int64_t end_ms)
{
    for (uint32_t i = mt_ledger_lower(&uses->ledger, end_ms); i > 0 && uses->ledger.entries[i - 1].time_ms >= first_ms; i--) {
        if (exists(uses, &uses->ledger.entries[i - 1]) && mt_token_equal(&uses->ledger.entries[i - 1].other, account))
            return true;
    }
    return false;
}

/* Adds (account, day) of all but the debtor that used it on the day. */
static void day_add(struct mt_flow *flow, const struct uses *uses, const struct mt_token *debtor, int64_t day, struct mt_account_days *days)
{
    int64_t end_ms = (day + 1) * MT_DAY_MS;
    uint32_t added = days->count;

    for (uint32_t i = mt_ledger_lower(&uses->ledger, end_ms); i > 0 && uses->ledger.entries[i - 1].time_ms >= end_ms - MT_DAY_MS; i--) {
        const struct mt_entry *use = &uses->ledger.entries[i - 1];
        bool again = use->idle || mt_token_equal(&use->other, debtor);

        for (uint32_t k = added; k < days->count && !again; k++)
            again = mt_token_equal(&days->at[k].account, &use->other);
        if (!again)
            mt_account_day_add(days, flow->arena, &(struct mt_account_day){use->other, day});
    }
}

/* One of the days on which the indicator may have been used, and in whose gather window the debtor's use may have come or gone. */
static void day_change(struct mt_flow *flow, const struct uses *before, const struct uses *after, const struct mt_token *debtor, int64_t day,
                       struct mt_account_days *days)
{
    const struct mt_rules *rules = flow->lore.rules;
    int64_t end_ms = (day + 1) * MT_DAY_MS, first_ms = end_ms - rules->gather_window_ms;
    uint32_t most = (uint32_t)rules->shared_accounts_most + 1; /* more than so many: public for each of them */

    if (users_count(after, NULL, first_ms, end_ms, (uint32_t)rules->shared_accounts) <= rules->shared_accounts &&
        users_count(before, NULL, first_ms, end_ms, (uint32_t)rules->shared_accounts) <= rules->shared_accounts)
        return;
    if (users_count(before, NULL, first_ms, end_ms, most) > most && users_count(after, NULL, first_ms, end_ms, most) > most)
        return;
    if (uses_by(before, debtor, first_ms, end_ms) == uses_by(after, debtor, first_ms, end_ms))
        return;
    day_add(flow, after, debtor, day, days);
    if (before->ledger.entries != after->ledger.entries)
        day_add(flow, before, debtor, day, days);
}

/* The debtor's days of use are changed by its own ledger's step; here it is about the others'. */
static void uses_compare(struct mt_flow *flow, const struct uses *before, const struct uses *after, const struct mt_token *debtor, int64_t first_ms,
                         int64_t last_ms, struct mt_account_days *days)
{
    int64_t last_day = mt_day_of_time(last_ms + flow->lore.rules->gather_window_ms), newest = INT64_MIN;

    if (after->ledger.count > 0)
        newest = after->ledger.entries[after->ledger.count - 1].time_ms;
    if (before->ledger.count > 0 && before->ledger.entries[before->ledger.count - 1].time_ms > newest)
        newest = before->ledger.entries[before->ledger.count - 1].time_ms;
    for (int64_t day = mt_day_of_time(first_ms); day <= last_day && day * MT_DAY_MS <= newest; day++)
        day_change(flow, before, after, debtor, day, days);
}

static enum mt_status indicator_change(struct mt_flow *flow, const struct mt_transfer *transfer, const struct mt_token *indicator,
                                       struct mt_account_days *days)
{
    struct uses before, after;
    struct mt_ledger ledger;
    uint32_t sequence;

    if (!mt_view_find(flow->view, indicator, &ledger))
        return MT_WANT;
    struct mt_ledger reports = mt_view_reports(flow->view, indicator);
    if (!mt_report_find(&reports, transfer, true, &sequence))
        return MT_OK;
    int64_t first_ms = transfer->time_ms, last_ms = transfer->time_ms;
    if (reports.reports_join) {
        before = (struct uses){mt_ledger_join(&reports, sequence, flow->arena), MT_SEQUENCE_ALL};
        after = (struct uses){mt_ledger_join(&reports, sequence + 1, flow->arena), MT_SEQUENCE_ALL};
        if (!mt_ledgers_differ(&before.ledger, &after.ledger, &first_ms, &last_ms))
            return MT_OK;
    } else {
        before = (struct uses){ledger, sequence};
        after = (struct uses){ledger, sequence + 1};
    }
    uses_compare(flow, &before, &after, &transfer->debtor, first_ms, last_ms, days);
    return MT_OK;
}

enum mt_status mt_shared_change(struct mt_flow *flow, const struct mt_transfer *transfer, struct mt_account_days *days)
{
    struct mt_account_days at_start = *days;
    enum mt_status status = MT_OK;

    for (uint8_t i = 0; i < transfer->indicator_count && mt_shared_looks(flow->lore.rules); i++) {
        if (indicator_change(flow, transfer, &transfer->indicators[i], days) != MT_OK)
            status = MT_WANT;
    }
    if (status != MT_OK)
        *days = at_start;
    return status;
}
