#include "labels.h"

#include <stdlib.h>

struct slot {
    struct mt_token token;
    char *text; /* NULL: free */
};

struct mt_labels {
    struct slot *slots;
    size_t slot_count; /* a power of two */
    size_t count;
};

#define SLOTS_FIRST ((size_t)4096)

enum mt_status mt_labels_create(struct mt_labels **out_labels)
{
    struct mt_labels *labels = calloc(1, sizeof *labels);

    if (labels == NULL)
        return MT_NO_MEMORY;
    labels->slot_count = SLOTS_FIRST;
    labels->slots = calloc(labels->slot_count, sizeof *labels->slots);
    if (labels->slots == NULL) {
        free(labels);
        return MT_NO_MEMORY;
    }
    *out_labels = labels;
    return MT_OK;
}

void mt_labels_destroy(struct mt_labels *labels)
{
    if (labels == NULL)
        return;
    for (size_t i = 0; i < labels->slot_count; i++)
        free(labels->slots[i].text);
    free(labels->slots);
    free(labels);
}

static struct slot *slot_of(const struct mt_labels *labels, const struct mt_token *token)
{
    size_t at = mt_token_hash(token) & (labels->slot_count - 1);

    while (labels->slots[at].text != NULL && !mt_token_equal(&labels->slots[at].token, token))
        at = (at + 1) & (labels->slot_count - 1);
    return &labels->slots[at];
}

static enum mt_status grow(struct mt_labels *labels)
{
    struct mt_labels larger = {.slot_count = 2 * labels->slot_count, .count = labels->count};

    larger.slots = calloc(larger.slot_count, sizeof *larger.slots);
    if (larger.slots == NULL)
        return MT_NO_MEMORY;
    for (size_t i = 0; i < labels->slot_count; i++) {
        if (labels->slots[i].text != NULL)
            *slot_of(&larger, &labels->slots[i].token) = labels->slots[i];
    }
    free(labels->slots);
    *labels = larger;
    return MT_OK;
}

enum mt_status mt_labels_add(struct mt_labels *labels, const struct mt_token *token, const struct mt_event_account *account)
{
    struct slot *slot = slot_of(labels, token);
    struct mt_label label;

    if (slot->text != NULL)
        return MT_OK;
    if (2 * labels->count >= labels->slot_count) {
        if (grow(labels) != MT_OK)
            return MT_NO_MEMORY;
        slot = slot_of(labels, token);
    }
    mt_account_label(account, &label);
    slot->text = strdup(label.text);
    if (slot->text == NULL)
        return MT_NO_MEMORY;
    slot->token = *token;
    labels->count++;
    return MT_OK;
}

void mt_labels_find(void *self, const struct mt_token *token, struct mt_label *out_label)
{
    const struct mt_labels *labels = self;
    const struct slot *slot = slot_of(labels, token);

    out_label->text[0] = '\0';
    if (slot->text != NULL)
        memcpy(out_label->text, slot->text, strlen(slot->text) + 1);
}

size_t mt_labels_count(const struct mt_labels *labels)
{
    return labels->count;
}
