/*
 * account.h: what a bank knows of an account, version 1 (account.schema.json): topic `accounts`, and CSV by a mapping.
 *
 * Facts hold from `valid_from_ms` on. They are shown beside findings; of them the graph reads when an account was opened and whether a person
 * holds it (graph/holder.h), which weigh in a score.
 */
#ifndef MT_ACCOUNT_FACTS_H
#define MT_ACCOUNT_FACTS_H

#include "event.h"
#include "print.h"

struct mt_account_facts {
    struct mt_event_account account;
    struct mt_text type;      /* "personal", "business", "merchant", "payroll", "utility", "vasp", "atm", ... free words, 1–35 */
    struct mt_text holder;    /* the bank's own stable pseudonym of the holder, up to 64 characters; "" unknown */
    struct mt_text region;    /* ISO 3166-2 or the bank's code, up to 35 characters; "" unknown */
    struct mt_text exit;      /* "", or cash, card_merchant, crypto_exchange, gift_card, abroad */
    int64_t opened_ms;        /* from 1900; 0 unknown */
    int64_t valid_from_ms;
};

/* As mt_event_parse, for the account event. */
MT_MUST_USE enum mt_status mt_account_parse(struct mt_event_parse *parser, const char *bytes, size_t size,
                                            struct mt_account_facts *out_facts, struct mt_reject *out_reject);

/* Checks what is common to every source, as mt_event_check. */
MT_MUST_USE enum mt_status mt_account_check(const struct mt_account_facts *facts, struct mt_reject *out_reject);

/* Writes facts that mt_account_check accepts, as mt_event_print. */
size_t mt_account_print(const struct mt_account_facts *facts, char *out_bytes, size_t capacity);

/* The facts' members alone, "type":... to "valid_from":"...", without the account: for readers who must not see its number. */
void mt_account_members_print(const struct mt_account_facts *facts, struct mt_print *print);
#define MT_ACCOUNT_MEMBERS_MAX 2048 /* bytes, at most */

#endif
