/*
 * transfer.h: one movement of money between two accounts, as the graph knows it.
 *
 * Accounts and transfers are 128-bit keyed MACs made at the edge (schemas/token.h); nothing in graph/ ever
 * sees an account number. Money is an integer of minor units with its currency (ISO 4217 numeric, or one of
 * the table's own codes above 999).
 */
#ifndef MT_TRANSFER_H
#define MT_TRANSFER_H

#include <string.h>

#include "base.h"

#define MT_TRANSFER_ID_MAX 70   /* bytes of the bank's own id kept for people; longer ids are rejected at the edge */
#define MT_TRANSFER_ALIAS_MAX 2 /* weaker identities a report may carry beside its strongest */

struct mt_token {
    uint8_t bytes[16];
};

struct mt_transfer_key {
    uint8_t bytes[16];
};

struct mt_money {
    int64_t minor;
    uint16_t currency;
};

#define MT_KIND_TABLE(X) \
    X(TRANSFER, "transfer") X(CARD, "card") X(CASH_IN, "cash_in") X(CASH_OUT, "cash_out") X(FEE, "fee") X(RETURN, "return")

enum mt_kind {
#define MT_KIND_ENUM(name, text) MT_KIND_##name,
    MT_KIND_TABLE(MT_KIND_ENUM)
#undef MT_KIND_ENUM
    MT_KIND_COUNT
};

#define MT_RAIL_TABLE(X)                                                                                     \
    X(UNKNOWN, "unknown") X(INSTANT, "instant") X(ACH, "ach") X(WIRE, "wire") X(CARD, "card") X(CASH, "cash") \
    X(CHEQUE, "cheque") X(WALLET, "wallet") X(CRYPTO, "crypto") X(BOOK, "book")

enum mt_rail {
#define MT_RAIL_ENUM(name, text) MT_RAIL_##name,
    MT_RAIL_TABLE(MT_RAIL_ENUM)
#undef MT_RAIL_ENUM
    MT_RAIL_COUNT
};

/* What a transfer may carry of how its debtor made it, as hashes: the device, the phone number, the network address, the alias used. */
#define MT_INDICATOR_TABLE(X) X(DEVICE, "device") X(PHONE, "phone") X(NETWORK, "network") X(ALIAS, "alias")

enum mt_indicator {
#define MT_INDICATOR_ENUM(name, text) MT_INDICATOR_##name,
    MT_INDICATOR_TABLE(MT_INDICATOR_ENUM)
#undef MT_INDICATOR_ENUM
    MT_INDICATOR_COUNT
};

/* Which bank's report this is. The debtor side's fields win when both sides report (design 3.2). */
enum mt_side { MT_SIDE_DEBTOR, MT_SIDE_CREDITOR };

/* Where the report was read: for reading the original again, never part of a result. */
struct mt_source {
    uint16_t topic; /* 0: a file read by scan; else an index given by the worker */
    uint16_t partition;
    int64_t offset;
};

/* One report of one transfer. */
struct mt_transfer {
    struct mt_transfer_key key; /* MAC of the strongest identity and of both accounts */
    struct mt_transfer_key aliases[MT_TRANSFER_ALIAS_MAX];
    struct mt_token debtor;
    struct mt_token creditor;
    int64_t time_ms; /* event time, UTC, since 1970 */
    struct mt_money amount;
    struct mt_source source;
    uint8_t kind; /* enum mt_kind */
    uint8_t rail; /* enum mt_rail */
    uint8_t side; /* enum mt_side */
    uint8_t alias_count;
    uint8_t indicator_count;
    bool weak; /* the strongest identity it carries may be another report's weaker one */
    uint8_t id_size;
    char id[MT_TRANSFER_ID_MAX]; /* the bank's id, or "row:N"; not terminated */
    struct mt_token indicators[MT_INDICATOR_COUNT]; /* tokens of those carried, in the order of their kinds; the rest is not looked at */
};

static inline int mt_key_compare(const struct mt_transfer_key *left, const struct mt_transfer_key *right)
{
    return memcmp(left->bytes, right->bytes, sizeof left->bytes);
}

static inline bool mt_key_equal(const struct mt_transfer_key *left, const struct mt_transfer_key *right)
{
    return mt_key_compare(left, right) == 0;
}

static inline bool mt_token_equal(const struct mt_token *left, const struct mt_token *right)
{
    return memcmp(left->bytes, right->bytes, sizeof left->bytes) == 0;
}

/* A well-spread 64-bit hash of a MAC: its own first bytes, which are uniform already. */
static inline uint64_t mt_token_hash(const struct mt_token *token)
{
    uint64_t hash;

    memcpy(&hash, token->bytes, sizeof hash);
    return hash;
}

static inline uint64_t mt_key_hash(const struct mt_transfer_key *key)
{
    uint64_t hash;

    memcpy(&hash, key->bytes, sizeof hash);
    return hash;
}

#endif
