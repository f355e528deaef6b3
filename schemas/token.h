/*
 * token.h: from a bank's event to the graph's transfer: account numbers become keyed MACs at the edge.
 *
 * token = BLAKE2b-128(key, "account" ␟ bank ␟ scheme ␟ normalised number); a transfer's key = BLAKE2b-128(key, kind of
 * identity ␟ identity ␟ debtor token ␟ creditor token). Normalised: upper case for iban, spaces and hyphens removed for iban;
 * else as given. Fields are length-prefixed, so no two inputs share bytes (RFC 7693; libsodium's crypto_generichash).
 */
#ifndef MT_TOKEN_H
#define MT_TOKEN_H

#include "account.h"
#include "event.h"
#include "graph/holder.h"
#include "listing.h"

struct mt_secret {
    uint8_t bytes[32];
};

/* What a person may see of an account until clear numbers are kept apart: "BANK …1234"; of four characters or fewer, two. */
struct mt_label {
    char text[48];
};

/* Reads a secret file: 64 hex digits, or makes it (mode 0400) when `create` and it is absent. MT_IO, MT_BAD_CONFIG. */
MT_MUST_USE enum mt_status mt_secret_load(const char *path, bool create, struct mt_secret *out_secret);

void mt_account_token(const struct mt_secret *secret, const struct mt_event_account *account,
                      struct mt_token *out_token);
/* An indicator's token: BLAKE2b-128(key, "indicator" ␟ its kind's word ␟ hash). */
void mt_indicator_token(const struct mt_secret *secret, enum mt_indicator kind, struct mt_text hash, struct mt_token *out_token);
void mt_account_label(const struct mt_event_account *account, struct mt_label *out_label);

/*
 * Fills every field of the transfer but `source`. Identities, strongest first: UETR; debtor bank + transaction id; debtor bank +
 * end-to-end id + amount + UTC date; file + row. Weaker identities that the report also carries become aliases, but file and
 * row never: they are used only when there is nothing else. `weak` is set when the strongest is a transaction id or an end-to-end
 * id: another report may carry it beside a stronger one. The id kept for people is the transaction id, else the end-to-end id, else the
 * UETR, else "row:N". Cost: three short BLAKE2b. The event must have passed mt_event_check.
 */
void mt_event_tokenise(const struct mt_event *event, const struct mt_secret *secret, struct mt_transfer *out_transfer);

/* What of an account's facts the graph reads (graph/holder.h). */
void mt_account_holder(const struct mt_account_facts *facts, struct mt_holder *out_record);

/* Fills a record of graph/lists.h, its text in `out_text`. The listing must have passed mt_listing_check. */
void mt_listing_tokenise(const struct mt_listing_event *event, const struct mt_secret *secret, char out_text[MT_LISTING_TEXT_MAX],
                         struct mt_listing *out_record);

#endif
