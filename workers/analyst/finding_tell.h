/*
 * finding_tell.h: a finding with what is known of its accounts: what the query server's page and `moneytrail finding` show.
 *
 * Facts stand beside a finding, as they held at its last transfer; they are no part of its content, so no version is compared by them.
 *
 * Fails    MT_UNAVAILABLE, MT_NO_MEMORY
 */
#ifndef MT_FINDING_TELL_H
#define MT_FINDING_TELL_H

#include "workers/kit/keys.h"

/* As mt_findings_get, and `accounts` at the alert's end when anything is known of one. */
MT_MUST_USE enum mt_status mt_finding_tell(struct mt_redis *redis, const struct mt_keys *keys, const char *id, char **out_alert,
                                           size_t *out_size);

/* Adds `accounts` to a live alert (malloc'ed; replaced). An ended one, or one of whose accounts nothing is known, stays as it is. */
MT_MUST_USE enum mt_status mt_finding_accounts_add(struct mt_redis *redis, const struct mt_keys *keys, char **alert, size_t *size);

#endif
