#include "trace.h"

#include "account.h"
#include "change.h"
#include "relist.h"
#include "shared.h"

#include <stdlib.h>

/* One side of one transfer, waiting for the gate. */
struct side {
    uint32_t transfer;
    bool outflow;
};

/* The keys of spines looked at this turn, so that each is looked at once. */
struct key_set {
    struct mt_transfer_key *keys;
    uint32_t *turns; /* slot is in use when it is this turn's */
    size_t slot_count;
    size_t used;
};

struct mt_trace {
    struct mt_rules rules;
    struct mt_arena *arena;
    struct mt_view *view;
    struct mt_flow *flow;
    struct key_set seen;
    uint32_t turn;
    int64_t horizon_ms;
    const struct mt_transfer *transfers;
    struct side *sides;
    size_t side_count;
    struct mt_targets targets;
    struct mt_account_days days;
    struct mt_relists relists;
    struct mt_targets neighbours; /* parts next to those of the targets, across a cut */
    struct mt_outcome *outcomes;
    size_t outcome_count, outcome_max;
    size_t looks_max;
    size_t waiting; /* looks begun in this step whose ledgers are wanted */
    struct key_set put_off; /* keys of what is left */
    struct mt_left *left;
    size_t left_count, left_max;
};

#define SEEN_FIRST 4096
#define PUT_OFF_FIRST 64
#define ARENA_BYTES_DEFAULT ((size_t)4 << 30)

static enum mt_status seen_create(struct key_set *seen, size_t slot_count)
{
    seen->slot_count = slot_count;
    seen->used = 0;
    seen->keys = calloc(slot_count, sizeof *seen->keys);
    seen->turns = calloc(slot_count, sizeof *seen->turns);
    return seen->keys != NULL && seen->turns != NULL ? MT_OK : MT_NO_MEMORY;
}

static bool seen_find(const struct key_set *seen, uint32_t turn, const struct mt_transfer_key *key, size_t *out_slot)
{
    size_t slot = mt_key_hash(key) & (seen->slot_count - 1);

    while (seen->turns[slot] == turn && !mt_key_equal(&seen->keys[slot], key))
        slot = (slot + 1) & (seen->slot_count - 1);
    *out_slot = slot;
    return seen->turns[slot] == turn;
}

static void seen_add(struct key_set *seen, uint32_t turn, const struct mt_transfer_key *key)
{
    size_t slot;

    if (seen->used * 2 >= seen->slot_count) {
        struct key_set larger;

        MT_ASSERT(seen_create(&larger, seen->slot_count * 2) == MT_OK);
        for (size_t i = 0; i < seen->slot_count; i++) {
            if (seen->turns[i] == turn)
                seen_add(&larger, turn, &seen->keys[i]);
        }
        free(seen->keys);
        free(seen->turns);
        *seen = larger;
    }
    if (seen_find(seen, turn, key, &slot))
        return;
    seen->keys[slot] = *key;
    seen->turns[slot] = turn;
    seen->used++;
}

enum mt_status mt_trace_create(const struct mt_trace_options *options, struct mt_trace **out_trace)
{
    size_t byte_max = options->arena_bytes_max > 0 ? options->arena_bytes_max : ARENA_BYTES_DEFAULT;
    struct mt_trace *trace = calloc(1, sizeof *trace);

    if (trace == NULL)
        return MT_NO_MEMORY;
    trace->rules = *options->rules;
    trace->looks_max = options->looks_max > 0 ? options->looks_max : SIZE_MAX;
    const struct mt_lore lore = {.rules = &trace->rules, .rates = options->rates, .lines = options->lines, .lists = options->lists, .points = options->points};
    if (mt_arena_create(byte_max, &trace->arena) != MT_OK || mt_view_create(trace->arena, &trace->view) != MT_OK ||
        mt_flow_create(&lore, trace->view, trace->arena, &trace->flow) != MT_OK ||
        seen_create(&trace->seen, SEEN_FIRST) != MT_OK || seen_create(&trace->put_off, PUT_OFF_FIRST) != MT_OK) {
        mt_trace_destroy(trace);
        return MT_NO_MEMORY;
    }
    *out_trace = trace;
    return MT_OK;
}

void mt_trace_destroy(struct mt_trace *trace)
{
    if (trace == NULL)
        return;
    free(trace->seen.keys);
    free(trace->seen.turns);
    free(trace->put_off.keys);
    free(trace->put_off.turns);
    mt_flow_destroy(trace->flow);
    mt_view_destroy(trace->view);
    mt_arena_destroy(trace->arena);
    free(trace);
}

void mt_trace_begin(struct mt_trace *trace, const struct mt_transfer *transfers, size_t count, int64_t horizon_ms)
{
    mt_arena_reset(trace->arena);
    mt_view_reset(trace->view);
    mt_flow_reset(trace->flow);
    trace->turn++;
    trace->seen.used = 0;
    trace->horizon_ms = horizon_ms;
    trace->transfers = transfers;
    trace->sides = MT_ARENA_ARRAY(trace->arena, struct side, 2 * count);
    trace->side_count = 2 * count;
    trace->targets = (struct mt_targets){0};
    trace->days = (struct mt_account_days){0};
    trace->relists = (struct mt_relists){0};
    trace->neighbours = (struct mt_targets){0};
    trace->outcomes = NULL;
    trace->outcome_count = 0;
    trace->outcome_max = 0;
    trace->put_off.used = 0;
    trace->left = NULL;
    trace->left_count = 0;
    trace->left_max = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct mt_ledger ignored;

        trace->sides[2 * i] = (struct side){.transfer = i, .outflow = true};
        trace->sides[2 * i + 1] = (struct side){.transfer = i, .outflow = false};
        mt_view_find(trace->view, &transfers[i].debtor, &ignored);
        mt_view_find(trace->view, &transfers[i].creditor, &ignored);
        for (uint8_t k = 0; k < transfers[i].indicator_count && mt_shared_looks(&trace->rules); k++)
            mt_view_find(trace->view, &transfers[i].indicators[k], &ignored);
    }
}

void mt_trace_look_left(struct mt_trace *trace, const struct mt_left *left)
{
    const struct mt_spot *spot = &left->spot;
    struct mt_account_day day;

    if (mt_account_of_spot(spot, &day)) {
        mt_account_day_add(&trace->days, trace->arena, &day);
        return;
    }
    struct mt_entry *entry = MT_ARENA_ARRAY(trace->arena, struct mt_entry, 1);
    *entry = (struct mt_entry){.key = spot->key, .time_ms = spot->time_ms, .outflow = true};
    /* The creditor is the debtor as far as is known. */
    mt_target_add(left->alone ? &trace->neighbours : &trace->targets, trace->arena,
                  &(struct mt_hop){.entry = entry, .debtor = spot->debtor, .creditor = spot->debtor});
}

void mt_trace_look(struct mt_trace *trace, const struct mt_spot *spot)
{
    mt_trace_look_left(trace, &(struct mt_left){.spot = *spot});
}

/* Its subject's ledger is asked for with the turn's first ones. */
static void relist(struct mt_trace *trace, const struct mt_relist *record)
{
    struct mt_ledger ignored;

    mt_relist_add(&trace->relists, trace->arena, record);
    mt_view_find(trace->view, &record->subject, &ignored);
}

void mt_trace_relist(struct mt_trace *trace, const struct mt_listing *record)
{
    relist(trace, &(struct mt_relist){record->subject, record->since_ms, record->kind});
}

void mt_trace_describe(struct mt_trace *trace, const struct mt_token *account, int64_t since_ms)
{
    relist(trace, &(struct mt_relist){*account, since_ms, MT_SUBJECT_HOLDER});
}

const struct mt_token *mt_trace_wants(const struct mt_trace *trace, size_t *out_count)
{
    return mt_view_wants(trace->view, out_count);
}

void mt_trace_give(struct mt_trace *trace, const struct mt_ledger *ledgers)
{
    mt_view_give(trace->view, ledgers);
}

static const struct mt_token *side_account(const struct mt_trace *trace, const struct side *side)
{
    const struct mt_transfer *transfer = &trace->transfers[side->transfer];

    return side->outflow ? &transfer->debtor : &transfer->creditor;
}

/* The gate over all sides not yet through it; those that want a ledger stay for the next step. */
static enum mt_status gate_step(struct mt_trace *trace)
{
    size_t kept = 0;

    for (size_t i = 0; i < trace->side_count; i++) {
        const struct side side = trace->sides[i];
        const struct mt_transfer *transfer = &trace->transfers[side.transfer];
        const struct mt_token *account = side_account(trace, &side);
        enum mt_status status = mt_change_find(trace->flow, account, transfer, side.outflow, &trace->targets);

        struct mt_account_days at_start = trace->days;
        if (status == MT_OK)
            status = mt_account_change(trace->flow, account, transfer, side.outflow, &trace->days);
        if (status == MT_OK && side.outflow && transfer->indicator_count > 0)
            status = mt_shared_change(trace->flow, transfer, &trace->days);
        if (status == MT_WANT) /* what it added is added again next time */
            trace->days = at_start;
        if (status == MT_WANT)
            trace->sides[kept++] = side;
        else if (status != MT_OK)
            return status;
    }
    trace->side_count = kept;
    return kept > 0 ? MT_WANT : MT_OK;
}

/* A walk along a spine begins with both ledgers of its target: wanted for all that a turn looks at, at once, before the first walk. */
static enum mt_status targets_want(struct mt_trace *trace)
{
    enum mt_status status = MT_OK;

    for (uint32_t i = 0; i < trace->targets.count && i < trace->looks_max; i++) {
        const struct mt_hop *target = &trace->targets.at[i];
        struct mt_ledger ignored;

        if (!mt_view_find(trace->view, &target->debtor, &ignored) || !mt_view_find(trace->view, &target->creditor, &ignored))
            status = MT_WANT;
    }
    return status;
}

/* The transfer as the debtor's ledger has it now. A report that joined since may have moved it in time, or ended it. */
static enum mt_status target_resolve(struct mt_trace *trace, const struct mt_hop *target, const struct mt_entry **out_entry)
{
    struct mt_ledger ledger;

    if (!mt_view_find(trace->view, &target->debtor, &ledger))
        return MT_WANT;
    *out_entry = mt_hop_entry(target, &ledger, true);
    for (uint32_t i = 0; *out_entry == NULL && i < ledger.count; i++) {
        if (ledger.entries[i].outflow && mt_key_equal(&ledger.entries[i].key, &target->entry->key))
            *out_entry = &ledger.entries[i];
    }
    return MT_OK;
}

static void outcome_add(struct mt_trace *trace, const struct mt_outcome *outcome)
{
    MT_ARENA_ROOM(trace->arena, trace->outcomes, trace->outcome_count, trace->outcome_max, 64);
    trace->outcomes[trace->outcome_count++] = *outcome;
    for (uint32_t i = 0; i < outcome->spot_count; i++)
        seen_add(&trace->seen, trace->turn, &outcome->spots[i].key);
}

/* --- looks ----------------------------------------------------------------------------------------------------------- */

/* Whether another look may begin: those whose ledgers are wanted count already. */
static bool look_free(const struct mt_trace *trace)
{
    return trace->outcome_count + trace->waiting < trace->looks_max;
}

static void left_add(struct mt_trace *trace, const struct mt_spot *spot, bool alone)
{
    size_t slot;

    if (seen_find(&trace->seen, trace->turn, &spot->key, &slot) || seen_find(&trace->put_off, trace->turn, &spot->key, &slot))
        return;
    MT_ARENA_ROOM(trace->arena, trace->left, trace->left_count, trace->left_max, 64);
    trace->left[trace->left_count] = (struct mt_left){.alone = alone};
    trace->left[trace->left_count++].spot = *spot;
    seen_add(&trace->put_off, trace->turn, &spot->key);
}

static void targets_leave(struct mt_trace *trace, struct mt_targets *targets, bool alone)
{
    for (uint32_t i = 0; i < targets->count; i++) {
        const struct mt_hop *hop = &targets->at[i];

        left_add(trace, &(struct mt_spot){hop->entry->key, hop->debtor, hop->entry->time_ms}, alone);
    }
    targets->count = 0;
}

static void days_leave(struct mt_trace *trace)
{
    for (uint32_t i = 0; i < trace->days.count; i++) {
        struct mt_spot spot = mt_account_spot(&trace->days.at[i]);

        left_add(trace, &spot, false);
    }
    trace->days.count = 0;
}

/* Looks at one target's spine. A transfer that is no longer there leaves an outcome without a finding under its key. */
static enum mt_status target_look(struct mt_trace *trace, const struct mt_hop *target)
{
    const struct mt_entry *entry = NULL;
    struct mt_outcome outcome;
    size_t slot;

    if (seen_find(&trace->seen, trace->turn, &target->entry->key, &slot))
        return MT_OK;
    mt_view_touch_begin(trace->view);
    enum mt_status status = target_resolve(trace, target, &entry);
    if (status != MT_OK)
        return status;
    if (entry == NULL) {
        struct mt_spot *spot = MT_ARENA_ARRAY(trace->arena, struct mt_spot, 1);

        *spot = (struct mt_spot){target->entry->key, target->debtor, target->entry->time_ms};
        outcome = (struct mt_outcome){.spots = spot, .spot_count = 1};
    } else {
        struct mt_hop hop = mt_hop_of(&target->debtor, entry);

        status = mt_chain_find(trace->flow, &hop, trace->horizon_ms, &outcome);
        if (status != MT_OK)
            return status;
    }
    outcome.accounts = mt_view_touched(trace->view, &outcome.account_count);
    outcome_add(trace, &outcome);
    return MT_OK;
}

/*
 * A link that changes may move a cut up to 64 transfers away, on either side, and cuts are at least 65 apart: what it changes lies
 * in its own part or in one of the two next to it.
 */
static void neighbours_add(struct mt_trace *trace, size_t outcome_first)
{
    for (size_t i = outcome_first; i < trace->outcome_count; i++) {
        if (trace->outcomes[i].before != NULL)
            mt_target_add(&trace->neighbours, trace->arena, trace->outcomes[i].before);
        if (trace->outcomes[i].after != NULL)
            mt_target_add(&trace->neighbours, trace->arena, trace->outcomes[i].after);
    }
}

/* Those that want a ledger, or for which no look is free, stay. */
static enum mt_status targets_step(struct mt_trace *trace, struct mt_targets *targets)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < targets->count; i++) {
        struct mt_arena_mark mark = mt_arena_mark(trace->arena);
        struct mt_hop target = targets->at[i];
        bool free_look = look_free(trace);
        enum mt_status status = free_look ? target_look(trace, &target) : MT_WANT;

        if (status == MT_WANT) {
            mt_arena_release(trace->arena, mark);
            targets->at[kept++] = target;
            trace->waiting += free_look;
        } else if (status != MT_OK) {
            return status;
        }
    }
    targets->count = kept;
    return MT_OK;
}

static enum mt_status day_look(struct mt_trace *trace, const struct mt_account_day *day)
{
    struct mt_transfer_key key = mt_account_key(day);
    struct mt_outcome outcome;
    size_t slot;

    if (seen_find(&trace->seen, trace->turn, &key, &slot))
        return MT_OK;
    mt_view_touch_begin(trace->view);
    enum mt_status status = mt_account_find(trace->flow, day, &outcome);
    if (status != MT_OK)
        return status;
    outcome.accounts = mt_view_touched(trace->view, &outcome.account_count);
    outcome_add(trace, &outcome);
    return MT_OK;
}

static enum mt_status days_step(struct mt_trace *trace)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < trace->days.count; i++) {
        bool free_look = look_free(trace);
        enum mt_status status = free_look ? day_look(trace, &trace->days.at[i]) : MT_WANT;

        if (status == MT_WANT) {
            trace->days.at[kept++] = trace->days.at[i];
            trace->waiting += free_look;
        } else if (status != MT_OK) {
            return status;
        }
    }
    trace->days.count = kept;
    return MT_OK;
}

enum mt_status mt_trace_step(struct mt_trace *trace)
{
    bool at_gate = trace->side_count > 0;
    enum mt_status status = gate_step(trace);
    size_t outcome_first = trace->outcome_count;

    if (status == MT_OK)
        status = mt_relists_step(trace->flow, &trace->relists, trace->horizon_ms, &trace->targets, &trace->days);
    if (status == MT_OK && at_gate)
        status = targets_want(trace);
    if (status != MT_OK)
        return status;
    trace->waiting = 0;
    status = days_step(trace);
    if (status == MT_OK)
        status = targets_step(trace, &trace->targets);
    if (status != MT_OK)
        return status;
    neighbours_add(trace, outcome_first);
    if (trace->waiting == 0) { /* what stayed found no look free */
        days_leave(trace);
        targets_leave(trace, &trace->targets, false);
    }
    if (trace->targets.count == 0)
        status = targets_step(trace, &trace->neighbours);
    if (status == MT_OK && trace->waiting == 0)
        targets_leave(trace, &trace->neighbours, true);
    return status == MT_OK && trace->waiting > 0 ? MT_WANT : status;
}

const struct mt_outcome *mt_trace_outcomes(const struct mt_trace *trace, size_t *out_count)
{
    *out_count = trace->outcome_count;
    return trace->outcomes;
}

const struct mt_left *mt_trace_left(const struct mt_trace *trace, size_t *out_count)
{
    *out_count = trace->left_count;
    return trace->left;
}

enum mt_status mt_trace_turn(struct mt_trace *trace, const struct mt_store *store, const struct mt_transfer *transfers, size_t count)
{
    enum mt_status status = store->append(store->self, transfers, count);

    mt_trace_begin(trace, transfers, count, INT64_MIN);
    while (status == MT_OK || status == MT_WANT) {
        size_t want_count;
        const struct mt_token *wants = mt_trace_wants(trace, &want_count);

        if (want_count > 0) {
            struct mt_ledger *ledgers = MT_ARENA_ARRAY(trace->arena, struct mt_ledger, want_count);

            status = store->read(store->self, wants, want_count, ledgers);
            if (status != MT_OK)
                return status;
            mt_trace_give(trace, ledgers);
        }
        status = mt_trace_step(trace);
        if (status != MT_WANT)
            return status;
    }
    return status;
}
