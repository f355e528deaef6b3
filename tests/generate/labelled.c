#include "labelled.h"

#include <check.h>
#include <stdlib.h>

struct mt_generator *create(const struct mt_generator_options *options)
{
    struct mt_generator *generator = NULL;
    char error[128] = "";
    enum mt_status status = mt_generator_create(options, &generator, error);

    ck_assert_msg(status == MT_OK, "%s", error);
    return generator;
}

static int compare_network(const void *left, const void *right)
{
    const struct mt_movement *a = left;
    const struct mt_movement *b = right;

    if (a->pattern_id != b->pattern_id)
        return a->pattern_id < b->pattern_id ? -1 : 1;
    return a->sequence < b->sequence ? -1 : 1;
}

struct labelled collect(struct mt_generator *generator)
{
    struct labelled labelled = {.movements = NULL};
    struct mt_movement movement;
    size_t room = 0;

    while (mt_generator_step(generator, &movement)) {
        labelled.all++;
        ck_assert_int_eq(movement.pattern_id == 0, movement.pattern == MT_PATTERN_NONE);
        if (movement.pattern_id == 0)
            continue;
        if (labelled.count == room) {
            room = room == 0 ? 4096 : room * 2;
            labelled.movements = realloc(labelled.movements, room * sizeof *labelled.movements);
            ck_assert_ptr_nonnull(labelled.movements);
        }
        labelled.movements[labelled.count++] = movement;
    }
    qsort(labelled.movements, labelled.count, sizeof *labelled.movements, compare_network);
    return labelled;
}

size_t network_end(const struct labelled *labelled, size_t begin)
{
    size_t end = begin;

    while (end < labelled->count && labelled->movements[end].pattern_id == labelled->movements[begin].pattern_id)
        end++;
    return end;
}
