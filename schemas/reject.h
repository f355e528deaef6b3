/*
 * reject.h: how a codec says no, and the checks of text that all sources share.
 *
 * A sentence is made of the code's own words and constants of this program, never of bytes that came in: those may be
 * an account number.
 */
#ifndef MT_REJECT_H
#define MT_REJECT_H

#include "decimal.h"
#include "event.h"

/* Fills the reject; `detail` may be NULL. Returns the status that goes with the code. */
enum mt_status mt_reject_set(struct mt_reject *reject, enum mt_reject_code code, const char *field, const char *detail);

/* The field "debtor.number" of a part and a name; `part` "" gives the name alone. */
enum mt_status mt_reject_part(struct mt_reject *reject, enum mt_reject_code code, const char *part, const char *field);

enum mt_status mt_reject_decimal(struct mt_reject *reject, enum mt_decimal_fault fault, const char *field);

/* Counts characters; false with the code when the text is not UTF-8 or holds a control character. */
bool mt_text_count(struct mt_text text, size_t *out_characters, enum mt_reject_code *out_code);

/* Checks that a text has at most so many characters. */
enum mt_status mt_text_check(struct mt_text text, size_t characters_max, const char *field, struct mt_reject *out_reject);

/* Whether it is a hash as indicators are: so a number in clear, which is shorter, gets no further. */
bool mt_text_is_hash(struct mt_text text);

/* Checks bank, scheme and number of an account, named "PART.bank" in a reject. */
enum mt_status mt_event_account_check(const struct mt_event_account *account, const char *part,
                                      struct mt_reject *out_reject);

#endif
