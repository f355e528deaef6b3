/* open.h: how the analyst's commands reach what the workers have found. */
#ifndef MT_ANALYST_OPEN_H
#define MT_ANALYST_OPEN_H

#include "workers/kit/connect.h"

#define MT_ANALYST_TIMEOUT_MS 10000

/* Connected, with the namespace's shard count; NULL after saying why not. */
struct mt_redis *mt_analyst_open(const struct mt_redis_options *options, const char *space, struct mt_keys *out_keys);

#endif
