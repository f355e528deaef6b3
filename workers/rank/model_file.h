/*
 * model_file.h: a fitted model as a JSON file that a person can read: per input its bands and their points.
 *
 * Errors are a sentence in `out_error`. MT_IO: the file; MT_BAD_CONFIG: what is in it.
 */
#ifndef MT_MODEL_FILE_H
#define MT_MODEL_FILE_H

#include "graph/model.h"

/* `about` says from what it was fitted. */
MT_MUST_USE enum mt_status mt_model_write(const struct mt_model *model, const char *path, const char *about, char out_error[256]);
MT_MUST_USE enum mt_status mt_model_read(const char *path, struct mt_model *out_model, char out_error[256]);

#endif
