/*
 * notebook.h: what people have made of channels, in a file: one a line, id, state and name with tabs between, by id.
 *
 * The file is written anew beside itself and renamed, so a reader never sees half of one. Two people who write at one moment: the later one wins.
 *
 * Bounds   MT_NOTES_MAX lines
 * Fails    MT_IO, MT_BAD_CONFIG (a line that is no note), MT_NO_MEMORY; the reason is then on standard error
 */
#ifndef MT_CHANNELS_NOTEBOOK_H
#define MT_CHANNELS_NOTEBOOK_H

#include "note.h"

#define MT_NOTES_MAX 100000

struct mt_notebook {
    struct mt_note *notes; /* by id */
    size_t count;
};

/* A file that is not there is an empty notebook; so is a NULL path. */
MT_MUST_USE enum mt_status mt_notebook_read(const char *path, struct mt_notebook *out_notebook);
MT_MUST_USE enum mt_status mt_notebook_write(const struct mt_notebook *notebook, const char *path);
void mt_notebook_free(struct mt_notebook *notebook);

/* The note of a channel, or NULL. */
struct mt_note *mt_notebook_find(const struct mt_notebook *notebook, const char *id);

/* Adds a note. Its id is none of the notebook's. */
MT_MUST_USE enum mt_status mt_notebook_add(struct mt_notebook *notebook, const struct mt_note *note);

/* Makes a notebook of notes (malloc'ed, its own from then on) in any order, each id once. */
void mt_notebook_of(struct mt_note *take_notes, size_t count, struct mt_notebook *out_notebook);

#endif
