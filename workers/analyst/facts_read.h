/*
 * facts_read.h: what an account's bank says of it, as of a time, out of Redis and without the account's number.
 *
 * Several accounts are asked in one round: sends, a flush by the caller, then a take for each send in the same order.
 *
 * Fails    MT_UNAVAILABLE
 */
#ifndef MT_FACTS_READ_H
#define MT_FACTS_READ_H

#include "schemas/account.h"
#include "workers/kit/keys.h"

void mt_facts_send(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account);

/*
 * Prints the members of the facts that hold at `at_ms` (account.h), `lead` before them. *out_known false, and nothing printed, when the bank
 * has said nothing that holds then.
 */
MT_MUST_USE enum mt_status mt_facts_take(struct mt_redis *redis, struct mt_event_parse *parser, int64_t at_ms, const char *lead,
                                         struct mt_print *print, bool *out_known);

/* Called for each of an account's facts, in no order; borrowed for the call. */
typedef enum mt_status mt_facts_each(void *self, const struct mt_account_facts *facts);

/* Instead of mt_facts_take: all of them, whenever they hold. Ends early with what `each` gives when it is not MT_OK. */
MT_MUST_USE enum mt_status mt_facts_take_all(struct mt_redis *redis, struct mt_event_parse *parser, mt_facts_each *each, void *self);

#endif
