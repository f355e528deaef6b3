/*
 * account_page.h: /v1/accounts/TOKEN: what is known of one account, by its token alone.
 *
 *   {"v":1,"token":"...","label":"BANK …1234","as_of":"...",
 *    "facts":{"type":"personal","region":"...","opened":"...","valid_from":"..."},        what its bank says of it as of now; absent when nothing
 *    "transfers":{"complete":true,"in":[{"currency":"EUR","count":3,"amount":"120.00","counterparties":2,
 *                 "first_time":"...","last_time":"..."}],"out":[...]},                    by currency; amount absent when it does not fit
 *    "findings":{"newest":[{"id":"...","kind":"mule_chain","score":61,"first_time":"...","last_time":"...","hops":3}],"count":1,"complete":true}}
 *
 * `hops` is 0 where the finding is an account's day. `complete` false: a limit was reached (account_read.h, findings_read.h) and there is more than is told. At most 100 findings are listed.
 */
#ifndef MT_ACCOUNT_PAGE_H
#define MT_ACCOUNT_PAGE_H

#include "workers/kit/keys.h"

#define MT_ACCOUNT_PAGE_MAX ((size_t)256 * 1024)

/* Prints the page into MT_ACCOUNT_PAGE_MAX bytes. *out_size 0: nothing at all is known of it. Fails: MT_UNAVAILABLE, MT_BAD_STATE, MT_NO_MEMORY. */
MT_MUST_USE enum mt_status mt_account_page_print(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account,
                                                 int64_t now_ms, char *out_bytes, size_t *out_size);

#endif
