#include "connect.h"

#include <ctype.h>
#include <stdio.h>

bool mt_namespace_take(const char *space, struct mt_keys *out_keys)
{
    size_t size = strlen(space);
    bool good = size > 0 && size <= MT_NAMESPACE_MAX;

    for (size_t i = 0; i < size && good; i++)
        good = isalnum((unsigned char)space[i]) || space[i] == '-' || space[i] == '_';
    if (!good) {
        fprintf(stderr, "--namespace: 1 to %d letters, digits, - or _\n", MT_NAMESPACE_MAX);
        return false;
    }
    memcpy(out_keys->space, space, size + 1);
    return true;
}
