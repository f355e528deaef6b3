/*
 * points_rows.h: a scan's findings as rows to learn points from: the steps that their facts reach, and what labels say of their transfers.
 *
 * A finding launders when at least half of what it claims does: of a chain its own transfers, of an account's day all that it shows. With decisions
 * on alerts it is honest when at least half is of something dismissed, and else nothing is known of it; with a truth file it is honest else.
 * The scan is to have both least scores at 0, so that what scored low is a finding too.
 *
 * Owns     the rows, by table, in order of time
 * Cost     an episode per account's day that is a finding
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_POINTS_ROWS_H
#define MT_POINTS_ROWS_H

#include "graph/points_fit.h"
#include "labels_file.h"
#include "workers/scan/scan.h"

struct mt_points_rows {
    struct mt_points_row *at[MT_POINTS_TABLES];
    uint32_t count[MT_POINTS_TABLES];
};

/* To be freed by the caller, also on failure. */
MT_MUST_USE enum mt_status mt_points_rows_take(struct mt_scan *scan, const struct mt_known *known, struct mt_points_rows *out_rows);
void mt_points_rows_free(struct mt_points_rows *rows);

#endif
