/*
 * settings.h: what all workers of a namespace must agree on, kept in Redis and checked at every start.
 *
 * Layout, shard count, and the fingerprint of rules, rates, lines, points and secret: workers with different ones would write findings that
 * contradict each other. The first one to come sets them.
 */
#ifndef MT_SETTINGS_H
#define MT_SETTINGS_H

#include "keys.h"
#include "setup.h"

#define MT_LAYOUT "account-string/1"

/* Sets or checks; writes the namespace's shard count into `keys`. MT_BAD_STATE after saying what differs. */
MT_MUST_USE enum mt_status mt_settings_agree(struct mt_redis *redis, struct mt_keys *keys, const struct mt_fingerprint *fingerprint);

/* For readers (serve, alerts): the shard count of the namespace. MT_BAD_STATE when no worker has ever set it. */
MT_MUST_USE enum mt_status mt_settings_read(struct mt_redis *redis, struct mt_keys *keys);

#endif
