/*
 * points.h: what signs are worth (graph/points.h) as a JSON file that a person can read: points.schema.json.
 *
 * One line a mark and a pair. Marks, pairs and the steps' limits are told so that the points can be read, and must be ours, in our order: a file of
 * another version of the tables is refused, not half understood. `version` names the content; findings say it (limits.points).
 *
 * Fails: MT_IO, MT_BAD_CONFIG, MT_NO_MEMORY; `out_error` says what of the file.
 */
#ifndef MT_SCHEMAS_POINTS_H
#define MT_SCHEMAS_POINTS_H

#include "graph/points.h"

/* `path` NULL: ours. */
MT_MUST_USE enum mt_status mt_points_load(const char *path, struct mt_points **out_points, char out_error[256]);

/* `about` says from what they were fitted, 500 bytes at most. */
MT_MUST_USE enum mt_status mt_points_write(const struct mt_points *points, const char *path, const char *about, char out_error[256]);

#endif
