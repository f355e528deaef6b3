#include "finding.h"

#include <stdlib.h>

struct mt_finding *mt_finding_copy(const struct mt_finding *finding)
{
    size_t transfers_size = sizeof *finding->transfers * finding->transfer_count;
    size_t links_size = sizeof *finding->links * finding->link_count;
    size_t signs_size = sizeof *finding->signs * finding->sign_count;
    size_t listings_size = sizeof *finding->listings * finding->listing_count;
    struct mt_finding *copy = malloc(sizeof *copy + transfers_size + links_size + signs_size + listings_size);

    if (copy == NULL)
        return NULL;
    *copy = *finding;
    copy->transfers = (struct mt_finding_transfer *)(copy + 1);
    copy->links = (struct mt_finding_link *)((char *)copy->transfers + transfers_size);
    copy->signs = (struct mt_finding_sign *)((char *)copy->links + links_size);
    copy->listings = (struct mt_finding_listing *)((char *)copy->signs + signs_size);
    memcpy(copy->transfers, finding->transfers, transfers_size);
    if (links_size > 0)
        memcpy(copy->links, finding->links, links_size);
    if (signs_size > 0)
        memcpy(copy->signs, finding->signs, signs_size);
    if (listings_size > 0)
        memcpy(copy->listings, finding->listings, listings_size);
    return copy;
}

/* An absent array may have no address. */
static bool same(const void *left, const void *right, size_t size)
{
    return size == 0 || memcmp(left, right, size) == 0;
}

bool mt_finding_equal(const struct mt_finding *left, const struct mt_finding *right)
{
    return memcmp(left, right, offsetof(struct mt_finding, transfers)) == 0 &&
           memcmp(left->transfers, right->transfers, sizeof *left->transfers * left->transfer_count) == 0 &&
           same(left->links, right->links, sizeof *left->links * left->link_count) &&
           same(left->signs, right->signs, sizeof *left->signs * left->sign_count) &&
           same(left->listings, right->listings, sizeof *left->listings * left->listing_count);
}

int64_t mt_finding_last_ms(const struct mt_finding *finding)
{
    uint32_t count = finding->type == MT_FINDING_CHAIN ? finding->spine_count : finding->transfer_count;

    return finding->transfers[count - 1].time_ms;
}
