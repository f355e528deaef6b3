/*
 * children.h: the processes a demo starts, each with its output in a file of the demo's folder; all of them end with it.
 */
#ifndef MT_CHILDREN_H
#define MT_CHILDREN_H

#include "graph/base.h"

#define MT_CHILDREN_MAX 16

struct mt_children {
    struct mt_child {
        int pid;
        char name[24];
    } at[MT_CHILDREN_MAX];
    size_t count;
    char folder[128];
};

/* A new private folder under $TMPDIR or /tmp. */
MT_MUST_USE enum mt_status mt_children_open(struct mt_children *children);

/* Starts `argv` (searched in PATH), output to FOLDER/NAME.log. The child is told to end when this process does. */
MT_MUST_USE enum mt_status mt_children_start(struct mt_children *children, const char *name, const char *const *argv);

/* The name of a child that has ended by itself, or NULL. */
const char *mt_children_ended(struct mt_children *children);

/* Says on standard error that one which should not has ended. */
void mt_children_blame(const struct mt_children *children, const char *name);

/* Whether any has ended by itself; says which. */
bool mt_children_failed(struct mt_children *children);

/*
 * Stops all, last started first: SIGTERM, after ten seconds SIGKILL; then removes the folder unless `keep`. False, said and the folder kept, when one
 * crashed or would not end.
 */
bool mt_children_close(struct mt_children *children, bool keep);

#endif
