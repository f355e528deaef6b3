#include "finding.h"

#include <stdlib.h>

struct mt_finding *mt_finding_copy(const struct mt_finding *finding)
{
    size_t transfers_size = sizeof *finding->transfers * finding->transfer_count;
    size_t links_size = sizeof *finding->links * finding->link_count;
    struct mt_finding *copy = malloc(sizeof *copy + transfers_size + links_size);

    if (copy == NULL)
        return NULL;
    *copy = *finding;
    copy->transfers = (struct mt_finding_transfer *)(copy + 1);
    copy->links = (struct mt_finding_link *)((char *)copy->transfers + transfers_size);
    memcpy(copy->transfers, finding->transfers, transfers_size);
    if (links_size > 0)
        memcpy(copy->links, finding->links, links_size);
    return copy;
}

bool mt_finding_equal(const struct mt_finding *left, const struct mt_finding *right)
{
    return memcmp(left, right, offsetof(struct mt_finding, transfers)) == 0 &&
           memcmp(left->transfers, right->transfers, sizeof *left->transfers * left->transfer_count) == 0 &&
           memcmp(left->links, right->links, sizeof *left->links * left->link_count) == 0;
}
