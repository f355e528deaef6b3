#include "notebook.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_SIZE 1024

static int note_compare(const void *left, const void *right)
{
    return strcmp(((const struct mt_note *)left)->id.text, ((const struct mt_note *)right)->id.text);
}

struct mt_note *mt_notebook_find(const struct mt_notebook *notebook, const char *id)
{
    struct mt_note wanted;

    if (strlen(id) >= sizeof wanted.id.text || notebook->count == 0)
        return NULL;
    memcpy(wanted.id.text, id, strlen(id) + 1);
    return bsearch(&wanted, notebook->notes, notebook->count, sizeof wanted, note_compare);
}

void mt_notebook_of(struct mt_note *take_notes, size_t count, struct mt_notebook *out_notebook)
{
    if (count > 0)
        qsort(take_notes, count, sizeof *take_notes, note_compare);
    *out_notebook = (struct mt_notebook){take_notes, count};
}

enum mt_status mt_notebook_add(struct mt_notebook *notebook, const struct mt_note *note)
{
    struct mt_note *notes = notebook->count < MT_NOTES_MAX ? realloc(notebook->notes, (notebook->count + 1) * sizeof *notes) : NULL;

    if (notes == NULL) {
        fprintf(stderr, "notes: no room for more than %zu\n", notebook->count);
        return MT_NO_MEMORY;
    }
    notes[notebook->count] = *note;
    mt_notebook_of(notes, notebook->count + 1, notebook);
    return MT_OK;
}

/* "id\tstate\tname\n" */
static enum mt_status line_take(struct mt_notebook *notebook, char *line)
{
    char *state_text = strchr(line, '\t'), *name = state_text != NULL ? strchr(state_text + 1, '\t') : NULL, *end = strchr(line, '\n');
    enum mt_channel_state state;

    if (name == NULL || end == NULL)
        return MT_BAD_CONFIG;
    *state_text++ = *name++ = *end = '\0';
    if (line[0] == '\0' || strlen(line) >= MT_CHANNEL_ID_MAX || strlen(name) >= MT_CHANNEL_TEXT_SIZE ||
        !mt_channel_state_find(state_text, &state) || state == MT_CHANNEL_UNREMARKED || mt_notebook_find(notebook, line) != NULL)
        return MT_BAD_CONFIG;
    struct mt_note note = mt_note_seen(line);
    note.state = state;
    memcpy(note.name, name, strlen(name) + 1);
    return mt_notebook_add(notebook, &note);
}

enum mt_status mt_notebook_read(const char *path, struct mt_notebook *out_notebook)
{
    struct mt_notebook notebook = {0};
    FILE *file = path != NULL ? fopen(path, "re") : NULL;
    enum mt_status status = MT_OK;
    char line[LINE_MAX_SIZE];
    size_t number = 0;

    if (path != NULL && file == NULL && errno != ENOENT) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return MT_IO;
    }
    while (file != NULL && status == MT_OK && fgets(line, sizeof line, file) != NULL) {
        number++;
        status = line_take(&notebook, line);
    }
    if (status == MT_BAD_CONFIG)
        fprintf(stderr, "%s: line %zu is not a channel's id, state and name with tabs between, each id once\n", path, number);
    if (file != NULL && (ferror(file) != 0) + (fclose(file) != 0) > 0 && status == MT_OK)
        status = MT_IO;
    if (status != MT_OK) {
        mt_notebook_free(&notebook);
        return status;
    }
    *out_notebook = notebook;
    return MT_OK;
}

static bool notes_print(const struct mt_notebook *notebook, const char *path)
{
    FILE *file = fopen(path, "we");
    bool good = file != NULL;

    for (size_t i = 0; i < notebook->count && good; i++) {
        const struct mt_note *note = &notebook->notes[i];

        good = fprintf(file, "%s\t%s\t%s\n", note->id.text, mt_channel_state_name(note->state), note->name) > 0;
    }
    good = good && fflush(file) == 0 && fsync(fileno(file)) == 0;
    return (file == NULL || fclose(file) == 0) && good;
}

enum mt_status mt_notebook_write(const struct mt_notebook *notebook, const char *path)
{
    char beside[4096];
    int size = snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());

    if (size > 0 && (size_t)size < sizeof beside && notes_print(notebook, beside) && rename(beside, path) == 0)
        return MT_OK;
    fprintf(stderr, "%s: cannot be written: %s\n", path, strerror(errno));
    if (size > 0 && (size_t)size < sizeof beside)
        unlink(beside);
    return MT_IO;
}

void mt_notebook_free(struct mt_notebook *notebook)
{
    free(notebook->notes);
    *notebook = (struct mt_notebook){0};
}
