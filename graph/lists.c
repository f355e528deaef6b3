#include "lists.h"

#include <stdlib.h>

#define SLOTS_FIRST 1024u
#define TEXT_BLOCK ((size_t)64 << 10)

/* Records of one subject hang together, in order of (entry, since). 0: no next one. */
struct node {
    struct mt_listing record;
    uint32_t next; /* number + 1 */
};

struct text_block {
    struct text_block *older;
    char bytes[TEXT_BLOCK];
};

struct mt_lists {
    struct node *nodes;
    uint32_t count, max;
    uint32_t *slots; /* by subject: its first node's number + 1; 0: free */
    uint32_t slot_count;
    uint32_t subject_count;
    struct text_block *texts;
    size_t text_used;
};

enum mt_status mt_lists_create(struct mt_lists **out_lists)
{
    struct mt_lists *lists = calloc(1, sizeof *lists);

    if (lists == NULL)
        return MT_NO_MEMORY;
    lists->slot_count = SLOTS_FIRST;
    lists->max = SLOTS_FIRST / 2;
    lists->slots = calloc(lists->slot_count, sizeof *lists->slots);
    lists->nodes = calloc(lists->max, sizeof *lists->nodes);
    if (lists->slots == NULL || lists->nodes == NULL) {
        mt_lists_destroy(lists);
        return MT_NO_MEMORY;
    }
    *out_lists = lists;
    return MT_OK;
}

static void texts_free(struct mt_lists *lists)
{
    while (lists->texts != NULL) {
        struct text_block *older = lists->texts->older;

        free(lists->texts);
        lists->texts = older;
    }
}

void mt_lists_clear(struct mt_lists *lists)
{
    texts_free(lists);
    memset(lists->slots, 0, lists->slot_count * sizeof *lists->slots);
    lists->count = 0;
    lists->subject_count = 0;
}

void mt_lists_destroy(struct mt_lists *lists)
{
    if (lists == NULL)
        return;
    texts_free(lists);
    free(lists->nodes);
    free(lists->slots);
    free(lists);
}

uint32_t mt_lists_count(const struct mt_lists *lists)
{
    return lists != NULL ? lists->count : 0;
}

static uint32_t *slot_of(const struct mt_lists *lists, const struct mt_token *subject)
{
    uint32_t slot = (uint32_t)mt_token_hash(subject) & (lists->slot_count - 1);

    while (lists->slots[slot] != 0 && !mt_token_equal(&lists->nodes[lists->slots[slot] - 1].record.subject, subject))
        slot = (slot + 1) & (lists->slot_count - 1);
    return &lists->slots[slot];
}

static bool slots_grow(struct mt_lists *lists)
{
    uint32_t *old = lists->slots, old_count = lists->slot_count;
    uint32_t *slots = calloc(2 * (size_t)old_count, sizeof *slots);

    if (slots == NULL)
        return false;
    lists->slots = slots;
    lists->slot_count = 2 * old_count;
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i] != 0)
            *slot_of(lists, &lists->nodes[old[i] - 1].record.subject) = old[i];
    }
    free(old);
    return true;
}

static bool room_make(struct mt_lists *lists)
{
    if (lists->count == lists->max) {
        struct node *nodes = realloc(lists->nodes, 2 * (size_t)lists->max * sizeof *nodes);

        if (nodes == NULL)
            return false;
        lists->nodes = nodes;
        lists->max *= 2;
    }
    return 2 * lists->subject_count < lists->slot_count || slots_grow(lists);
}

static const char *text_keep(struct mt_lists *lists, const char *text, uint16_t size)
{
    if (lists->texts == NULL || lists->text_used + size > TEXT_BLOCK) {
        struct text_block *block = malloc(sizeof *block);

        if (block == NULL)
            return NULL;
        block->older = lists->texts;
        lists->texts = block;
        lists->text_used = 0;
    }
    char *kept = lists->texts->bytes + lists->text_used;

    if (size > 0)
        memcpy(kept, text, size);
    lists->text_used += size;
    return kept;
}
static_assert(MT_LISTING_TEXT_MAX <= TEXT_BLOCK, "a text fits a block");

static int place_compare(const struct mt_listing *left, const struct mt_listing *right)
{
    int order = mt_key_compare(&left->entry, &right->entry);

    return order != 0 ? order : (left->since_ms > right->since_ms) - (left->since_ms < right->since_ms);
}

/* Whether a record stands in place of another of the same place. */
static bool stands_for(const struct mt_listing *record, const struct mt_listing *other)
{
    if (record->state != other->state)
        return record->state > other->state;
    size_t shorter = record->text_size < other->text_size ? record->text_size : other->text_size;
    int order = shorter > 0 ? memcmp(record->text, other->text, shorter) : 0;
    if (order != 0)
        return order > 0;
    if (record->text_size != other->text_size)
        return record->text_size > other->text_size;
    return record->until_ms != other->until_ms ? record->until_ms < other->until_ms : record->from_ms > other->from_ms;
}

/* The link that points to the first record of the subject not before this one. */
static uint32_t *place_find(const struct mt_lists *lists, const struct mt_listing *record)
{
    uint32_t *link = slot_of(lists, &record->subject);

    while (*link != 0 && place_compare(&lists->nodes[*link - 1].record, record) < 0)
        link = &lists->nodes[*link - 1].next;
    return link;
}

bool mt_lists_stand(const struct mt_lists *lists, const struct mt_listing *record)
{
    const uint32_t *link = place_find(lists, record);

    return *link != 0 && place_compare(&lists->nodes[*link - 1].record, record) == 0 && !stands_for(record, &lists->nodes[*link - 1].record);
}

enum mt_status mt_lists_add(struct mt_lists *lists, const struct mt_listing *record, bool *out_changed)
{
    MT_ASSERT(record->text_size <= MT_LISTING_TEXT_MAX);
    uint32_t *link = place_find(lists, record);
    bool replaces = *link != 0 && place_compare(&lists->nodes[*link - 1].record, record) == 0;

    *out_changed = !mt_lists_stand(lists, record);
    if (!*out_changed)
        return MT_OK;
    if (!replaces && lists->count >= MT_LISTINGS_MAX)
        return MT_BAD_STATE;
    const char *text = text_keep(lists, record->text, record->text_size);
    if (text == NULL || (!replaces && !room_make(lists)))
        return MT_NO_MEMORY;
    link = place_find(lists, record); /* room may have moved it */
    struct node *node = replaces ? &lists->nodes[*link - 1] : &lists->nodes[lists->count];
    uint32_t next = replaces ? node->next : *link;
    if (!replaces) {
        lists->subject_count += *slot_of(lists, &record->subject) == 0;
        *link = ++lists->count;
    }
    *node = (struct node){.record = *record, .next = next};
    node->record.text = text;
    return MT_OK;
}

static bool holds(const struct mt_listing *record, int64_t at_ms)
{
    return record->state == MT_LISTING_ACTIVE && record->from_ms <= at_ms && at_ms < record->until_ms;
}

const struct mt_listing *mt_lists_next(const struct mt_lists *lists, const struct mt_token *subject, int64_t at_ms, const struct mt_listing *after)
{
    const struct mt_listing *last = NULL; /* of the entry at hand, the newest record not after the time */

    if (lists == NULL || lists->count == 0)
        return NULL;
    for (uint32_t at = *slot_of(lists, subject); at != 0; at = lists->nodes[at - 1].next) {
        const struct mt_listing *record = &lists->nodes[at - 1].record;

        if (after != NULL && mt_key_compare(&record->entry, &after->entry) <= 0)
            continue;
        if (last != NULL && !mt_key_equal(&last->entry, &record->entry)) {
            if (holds(last, at_ms))
                return last;
            last = NULL;
        }
        if (record->since_ms <= at_ms)
            last = record;
    }
    return last != NULL && holds(last, at_ms) ? last : NULL;
}
