/*
 * notes_store.h: what people have made of channels, in Redis (keys.h: channel-notes), beside the findings: one record a channel, with the decisions
 * that it replaced.
 *
 *   {"state":"named","name":"gift cards","by":"anna","time":1783600000000,"earlier":[{...},...]}        newest first, at most MT_NOTE_EARLIER_MAX
 *
 * A decision is written only if the record is still the one that it was made on: of two people who decide at once the later one's is checked against
 * the earlier one's.
 *
 * Bounds   MT_NOTES_MAX channels
 * Fails    MT_UNAVAILABLE, MT_NO_MEMORY
 */
#ifndef MT_CHANNELS_NOTES_STORE_H
#define MT_CHANNELS_NOTES_STORE_H

#include "notebook.h"
#include "workers/kit/keys.h"

#define MT_NOTE_EARLIER_MAX 20

/* All of them; a record that is none is left out, as if nobody had decided. */
MT_MUST_USE enum mt_status mt_notes_read(struct mt_redis *redis, const struct mt_keys *keys, struct mt_notebook *out_notebook);

/* Decides about a channel, which is "seen" if nobody has. *out_wrong: MT_NOTE_FINE, or why nothing was written. *out_note is what holds now. */
MT_MUST_USE enum mt_status mt_notes_decide(struct mt_redis *redis, const struct mt_keys *keys, const char *id, const struct mt_note_change *change,
                                           struct mt_note *out_note, enum mt_note_wrong *out_wrong);

#endif
