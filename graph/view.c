#include "view.h"

#include <stdlib.h>

#define SLOTS_FIRST 4096

struct slot {
    struct mt_token account;
    struct mt_ledger ledger;         /* reports joined */
    const struct mt_ledger *reports; /* before that, where they had to be; else NULL. Arena memory */
    uint32_t turn;                   /* slot is in use when it is this turn's */
    uint32_t touch : 31; /* of the view's, as much as fits: within a turn enough */
    uint32_t given : 1;
};
static_assert(sizeof(struct slot) == 64, "one cache line each");

struct mt_view {
    struct mt_arena *arena;
    struct slot *slots;
    size_t slot_count; /* a power of two */
    size_t used;
    uint32_t turn;
    struct mt_token *wants;
    size_t want_count;
    size_t want_max;
    struct mt_token *touched; /* grows with the longest spine */
    size_t touched_count;
    size_t touched_max;
    uint32_t touch; /* counts begins; a slot touched in this one is not listed again */
};

static struct slot *slots_make(size_t count)
{
    struct slot *slots = aligned_alloc(sizeof *slots, count * sizeof *slots);

    return slots != NULL ? memset(slots, 0, count * sizeof *slots) : NULL;
}

enum mt_status mt_view_create(struct mt_arena *arena, struct mt_view **out_view)
{
    struct mt_view *view = calloc(1, sizeof *view);

    if (view == NULL)
        return MT_NO_MEMORY;
    view->arena = arena;
    view->turn = 1;
    view->slot_count = SLOTS_FIRST;
    view->want_max = SLOTS_FIRST;
    view->touched_max = SLOTS_FIRST;
    view->slots = slots_make(view->slot_count);
    view->wants = calloc(view->want_max, sizeof *view->wants);
    view->touched = calloc(view->touched_max, sizeof *view->touched);
    if (view->slots == NULL || view->wants == NULL || view->touched == NULL) {
        mt_view_destroy(view);
        return MT_NO_MEMORY;
    }
    *out_view = view;
    return MT_OK;
}

void mt_view_destroy(struct mt_view *view)
{
    if (view == NULL)
        return;
    free(view->slots);
    free(view->wants);
    free(view->touched);
    free(view);
}

void mt_view_reset(struct mt_view *view)
{
    view->turn++;
    view->used = 0;
    view->want_count = 0;
}

static struct slot *slot_find(struct slot *slots, size_t slot_count, uint32_t turn, const struct mt_token *account)
{
    size_t at = (mt_token_hash(account) * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (slot_count - 1);

    while (slots[at].turn == turn && !mt_token_equal(&slots[at].account, account))
        at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

/* Twice the table, half empty again. A turn's work limits keep it small; out of memory here is fatal. */
static void slots_grow(struct mt_view *view)
{
    size_t slot_count = view->slot_count * 2;
    struct slot *slots = slots_make(slot_count);

    MT_ASSERT(slots != NULL);
    for (size_t i = 0; i < view->slot_count; i++) {
        if (view->slots[i].turn == view->turn)
            *slot_find(slots, slot_count, view->turn, &view->slots[i].account) = view->slots[i];
    }
    free(view->slots);
    view->slots = slots;
    view->slot_count = slot_count;
}

static void token_add(struct mt_token **tokens, size_t *count, size_t *max, const struct mt_token *token)
{
    if (*count == *max) {
        *max *= 2;
        *tokens = realloc(*tokens, *max * sizeof **tokens);
        MT_ASSERT(*tokens != NULL);
    }
    (*tokens)[(*count)++] = *token;
}

bool mt_view_find(struct mt_view *view, const struct mt_token *account, struct mt_ledger *out_ledger)
{
    struct slot *slot = slot_find(view->slots, view->slot_count, view->turn, account);

    if (slot->turn == view->turn) {
        if (!slot->given)
            return false;
        if (slot->touch != view->touch) {
            slot->touch = view->touch;
            token_add(&view->touched, &view->touched_count, &view->touched_max, account);
        }
        *out_ledger = slot->ledger;
        return true;
    }
    if (view->used * 2 >= view->slot_count) {
        slots_grow(view);
        slot = slot_find(view->slots, view->slot_count, view->turn, account);
    }
    *slot = (struct slot){.account = *account, .turn = view->turn};
    view->used++;
    token_add(&view->wants, &view->want_count, &view->want_max, account);
    return false;
}

struct mt_ledger mt_view_reports(struct mt_view *view, const struct mt_token *account)
{
    struct slot *slot = slot_find(view->slots, view->slot_count, view->turn, account);

    MT_ASSERT(slot->turn == view->turn);
    MT_ASSERT(slot->given);
    return slot->reports != NULL ? *slot->reports : slot->ledger;
}

const struct mt_token *mt_view_wants(const struct mt_view *view, size_t *out_count)
{
    *out_count = view->want_count;
    return view->wants;
}

static void slot_join(struct mt_view *view, struct slot *slot)
{
    struct mt_ledger *reports = MT_ARENA_ARRAY(view->arena, struct mt_ledger, 1);

    *reports = slot->ledger;
    slot->reports = reports;
    slot->ledger = mt_ledger_join(reports, MT_SEQUENCE_ALL, view->arena);
}

void mt_view_give(struct mt_view *view, const struct mt_ledger *ledgers)
{
    for (size_t i = 0; i < view->want_count; i++) {
        struct slot *slot = slot_find(view->slots, view->slot_count, view->turn, &view->wants[i]);

        MT_ASSERT(slot->turn == view->turn);
        slot->ledger = ledgers[i];
        slot->given = true;
        if (ledgers[i].reports_join)
            slot_join(view, slot);
    }
    view->want_count = 0;
}

void mt_view_touch_begin(struct mt_view *view)
{
    view->touch = (view->touch + 1) & INT32_MAX;
    view->touched_count = 0;
}

const struct mt_token *mt_view_touched(struct mt_view *view, uint32_t *out_count)
{
    struct mt_token *touched = MT_ARENA_ARRAY(view->arena, struct mt_token, view->touched_count);

    memcpy(touched, view->touched, sizeof *touched * view->touched_count);
    *out_count = (uint32_t)view->touched_count;
    return touched;
}

uint32_t mt_view_touch(const struct mt_view *view)
{
    return view->touch;
}
