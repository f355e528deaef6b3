/* What the tests of schemas/ share: texts, whole files, folders of examples. */
#ifndef MT_TESTS_SCHEMAS_SUPPORT_H
#define MT_TESTS_SCHEMAS_SUPPORT_H

#include "schemas/account.h"
#include "schemas/listing.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline struct mt_text text_of(const char *text)
{
    return (struct mt_text){.at = text, .size = strlen(text)};
}

/* Runs the suite of one test program; the exit status. */
int suite_run(Suite *suite);

/* The whole file, to be freed; the test fails when it cannot be read. */
char *file_read(const char *path, size_t *out_size);

/* Calls `visit` for every .json of the folder, in name order; the count. */
int folder_visit(const char *folder, void (*visit)(const char *name, const char *bytes, size_t size));

/* Outputs before a call, and whether a failed call left them alone. */
void event_fill(struct mt_event *event);
bool event_untouched(const struct mt_event *event);

/* A valid event, its texts constant. */
struct mt_event event_sample(void);

#endif
