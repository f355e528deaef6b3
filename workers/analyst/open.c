#include "open.h"

#include "workers/kit/settings.h"
#include "workers/kit/stop.h"

#include <stdio.h>

struct mt_redis *mt_analyst_open(const struct mt_redis_options *options, const char *space, struct mt_keys *out_keys)
{
    struct mt_redis *redis = NULL;

    mt_stop_install();
    if (!mt_namespace_take(space, out_keys) || mt_redis_create(options, &redis) != MT_OK)
        return NULL;
    enum mt_status status = mt_redis_connect(redis);
    if (status == MT_OK)
        status = mt_settings_read(redis, out_keys);
    if (status == MT_OK)
        return redis;
    fprintf(stderr, "%s: %s\n", options->address, status == MT_BAD_STATE ? "no worker has used this namespace yet" : mt_status_text(status));
    mt_redis_destroy(redis);
    return NULL;
}
