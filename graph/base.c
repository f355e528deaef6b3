#include "base.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    const char *text;
    enum mt_action action;
} status_table[] = {
#define MT_STATUS_ROW(name, action, text) [MT_##name] = {#name, text, MT_##action},
    MT_STATUS_TABLE(MT_STATUS_ROW)
#undef MT_STATUS_ROW
};

const char *mt_status_name(enum mt_status status)
{
    return status_table[status].name;
}

const char *mt_status_text(enum mt_status status)
{
    return status_table[status].text;
}

enum mt_action mt_status_action(enum mt_status status)
{
    return status_table[status].action;
}

_Noreturn void mt_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}
