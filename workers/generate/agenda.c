#include "agenda.h"

#include <stdlib.h>

enum mt_status mt_agenda_init(struct mt_agenda *agenda, uint32_t slot_max)
{
    struct mt_agenda_entry *heap = malloc(sizeof *heap * slot_max);
    uint32_t *free_slots = malloc(sizeof *free_slots * slot_max);

    if (heap == NULL || free_slots == NULL) {
        free(heap);
        free(free_slots);
        return MT_NO_MEMORY;
    }
    for (uint32_t i = 0; i < slot_max; i++)
        free_slots[i] = slot_max - 1 - i;
    *agenda = (struct mt_agenda){.heap = heap, .free_slots = free_slots, .slot_max = slot_max};
    return MT_OK;
}

void mt_agenda_fini(struct mt_agenda *agenda)
{
    free(agenda->heap);
    free(agenda->free_slots);
    *agenda = (struct mt_agenda){0};
}

static bool comes_before(const struct mt_agenda_entry *left, const struct mt_agenda_entry *right)
{
    return left->time_ms < right->time_ms || (left->time_ms == right->time_ms && left->order < right->order);
}

static void sink_first(struct mt_agenda *agenda)
{
    struct mt_agenda_entry entry = agenda->heap[0];
    uint32_t at = 0;

    for (uint32_t child = 1; child < agenda->count; child = 2 * at + 1) {
        if (child + 1 < agenda->count && comes_before(&agenda->heap[child + 1], &agenda->heap[child]))
            child++;
        if (!comes_before(&agenda->heap[child], &entry))
            break;
        agenda->heap[at] = agenda->heap[child];
        at = child;
    }
    agenda->heap[at] = entry;
}

bool mt_agenda_add(struct mt_agenda *agenda, int64_t time_ms, uint32_t *out_slot)
{
    struct mt_agenda_entry entry = {.time_ms = time_ms, .order = agenda->added};
    uint32_t at = agenda->count;

    if (agenda->count == agenda->slot_max)
        return false;
    entry.slot = agenda->free_slots[agenda->slot_max - agenda->count - 1];
    agenda->added++;
    agenda->count++;
    while (at > 0 && comes_before(&entry, &agenda->heap[(at - 1) / 2])) {
        agenda->heap[at] = agenda->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    agenda->heap[at] = entry;
    *out_slot = entry.slot;
    return true;
}

void mt_agenda_remove_first(struct mt_agenda *agenda)
{
    MT_ASSERT(agenda->count > 0);
    agenda->free_slots[agenda->slot_max - agenda->count] = agenda->heap[0].slot;
    agenda->count--;
    if (agenda->count > 0) {
        agenda->heap[0] = agenda->heap[agenda->count];
        sink_first(agenda);
    }
}

void mt_agenda_postpone_first(struct mt_agenda *agenda, int64_t time_ms)
{
    MT_ASSERT(agenda->count > 0);
    MT_ASSERT(time_ms >= agenda->heap[0].time_ms);
    agenda->heap[0].time_ms = time_ms;
    agenda->heap[0].order = agenda->added++;
    sink_first(agenda);
}
