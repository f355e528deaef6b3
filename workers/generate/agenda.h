/*
 * agenda.h: what is still to happen, earliest first: a binary heap of slot numbers over caller's storage.
 *
 * Owns     its heap and the list of free slots
 * Bounds   slot_max entries, fixed at creation; a full agenda refuses
 * Cost     add and remove O(log entries)
 * Threads  none
 * Fails    MT_NO_MEMORY at creation only
 */
#ifndef MT_GENERATE_AGENDA_H
#define MT_GENERATE_AGENDA_H

#include "graph/base.h"

struct mt_agenda_entry {
    int64_t time_ms;
    uint64_t order; /* of adding: decides between equal times */
    uint32_t slot;
};

struct mt_agenda {
    struct mt_agenda_entry *heap;
    uint32_t *free_slots;
    uint64_t added;
    uint32_t count;
    uint32_t slot_max;
};

#define MT_AGENDA_NEVER INT64_MAX

MT_MUST_USE enum mt_status mt_agenda_init(struct mt_agenda *agenda, uint32_t slot_max);
void mt_agenda_fini(struct mt_agenda *agenda);

/* Takes a slot for an entry at that time; false when all are in use. */
bool mt_agenda_add(struct mt_agenda *agenda, int64_t time_ms, uint32_t *out_slot);

/* When the earliest entry is due; MT_AGENDA_NEVER when there is none. */
static inline int64_t mt_agenda_next(const struct mt_agenda *agenda)
{
    return agenda->count == 0 ? MT_AGENDA_NEVER : agenda->heap[0].time_ms;
}

/* The earliest entry's slot; the agenda is not empty. */
static inline uint32_t mt_agenda_first(const struct mt_agenda *agenda)
{
    MT_ASSERT(agenda->count > 0);
    return agenda->heap[0].slot;
}

void mt_agenda_remove_first(struct mt_agenda *agenda);

/* The earliest entry keeps its slot and is due again at a later time. */
void mt_agenda_postpone_first(struct mt_agenda *agenda, int64_t time_ms);

#endif
