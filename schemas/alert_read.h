/*
 * alert_read.h: an alert's JSON back into what networks and channels need of the finding: id, score, transfers, spine, hub at the end, stay.
 *
 * What is not in mt_alert_read's list stays zero: links, points, other measures. Fields that are not known here are passed over, so a newer
 * worker's alerts are read too; a finding without a chain (no transfer with role "chain" at its front) has a spine of 0 transfers.
 *
 * Owns     nothing: the finding is the caller's
 * Bounds   MT_ALERT_BYTES_MAX
 * Cost     one Jansson parse: about 10 µs a transfer
 * Fails    MT_BAD_EVENT (no live finding), MT_NO_MEMORY
 */
#ifndef MT_ALERT_READ_H
#define MT_ALERT_READ_H

#include "alert.h"

/* Called for both accounts of each transfer, with what the alert shows people of it. */
typedef void mt_label_take(void *self, const struct mt_token *account, const char *label);

/*
 * Fills id, score, transfer_count, spine_count, branch_count, branch_hidden, round_hops, hub_end, passed_permille and the transfers, in the alert's
 * order; and the median stay, out of the spine's times, since the alert tells it in whole seconds.
 * The finding is one block: free() ends it. `label_take` may be NULL.
 */
MT_MUST_USE enum mt_status mt_alert_read(const char *alert, size_t size, mt_label_take *label_take, void *label_self,
                                         struct mt_finding **out_finding);

#endif
