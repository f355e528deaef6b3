/*
 * channels_sign.h: the signature of a way out: what the last transfers of a flow have in common with others', accounts and exact sums left out.
 *
 *   exit    the last transfer alone: kind, rail, currency, and its creditor's class: what it is a way out to, else its type, when the directory
 *           says it
 *   shape   the last transfers, as many as the shortest chain has (3, or 2 if one link makes a chain), each as at exit grain, and the first
 *           debtor's class; a currency that differs from hop to hop is a corridor
 *   full    the same, and in which band each sum lies and how long the money had stayed before it moved on
 *
 * However long the flow: its tail is the way out, and only tails of one length can be compared. The domain's further
 * parts of a signature (merchant category, device) and the account's age are not in event version 1.
 *
 * Owns     nothing: plain values, zeroed where unused, so equal signatures are equal bytes
 */
#ifndef MT_CHANNELS_SIGN_H
#define MT_CHANNELS_SIGN_H

#include "finding.h"
#include "rules.h"

#define MT_CHANNEL_HOPS 3 /* at most */

#define MT_CHANNEL_GRAIN_TABLE(X) X(EXIT, "exit") X(SHAPE, "shape") X(FULL, "full")

enum mt_channel_grain {
#define MT_CHANNEL_GRAIN_ENUM(name, text) MT_CHANNEL_##name,
    MT_CHANNEL_GRAIN_TABLE(MT_CHANNEL_GRAIN_ENUM)
#undef MT_CHANNEL_GRAIN_ENUM
    MT_CHANNEL_GRAIN_COUNT
};

/* How long money stayed: up to a quarter of an hour, an hour (28 % and 53 % of mule money have left by then: RUSI 2025), four, a day, longer. */
#define MT_STAY_TABLE(X)                                                                                       \
    X(NONE, "", 0) X(15M, "15m", 15 * MT_MINUTE_MS) X(1H, "1h", MT_HOUR_MS) X(4H, "4h", 4 * MT_HOUR_MS)         \
    X(24H, "24h", 24 * MT_HOUR_MS) X(LONGER, "longer", INT64_MAX)
#define MT_MINUTE_MS INT64_C(60000)

enum mt_stay {
#define MT_STAY_ENUM(name, text, most_ms) MT_STAY_##name,
    MT_STAY_TABLE(MT_STAY_ENUM)
#undef MT_STAY_ENUM
    MT_STAY_COUNT
};

struct mt_channel_hop {
    uint8_t kind;   /* enum mt_kind */
    uint8_t rail;   /* enum mt_rail */
    uint8_t class;  /* of the creditor; 0: not known */
    uint8_t stay;   /* enum mt_stay, before this hop; full grain only, none before the first */
    uint8_t digits; /* of the sum in minor units; full grain only */
    uint8_t from;   /* class of the debtor: of the first of several hops only, since the others' debtors were paid by the hop before */
    uint16_t currency;
};

struct mt_channel_sign {
    uint8_t grain; /* enum mt_channel_grain */
    uint8_t hop_count;
    uint8_t pad[6];
    struct mt_channel_hop hops[MT_CHANNEL_HOPS]; /* the last is the way out */
};
static_assert(sizeof(struct mt_channel_sign) == 32, "compared and hashed as bytes");

/* What a directory says of an account at a time: a class, 0 when it says nothing. */
typedef uint8_t mt_class_find(void *self, const struct mt_token *account, int64_t time_ms);

#define MT_CLASSES_MAX 255

struct mt_classes {
    void *self;
    mt_class_find *find; /* NULL: there is no directory, and no class is known */
};

uint8_t mt_class_of(const struct mt_classes *classes, const struct mt_token *account, int64_t time_ms);

/* One hop with its band of the sum; stay and first debtor are not filled. */
struct mt_channel_hop mt_channel_hop_of(uint8_t kind, uint8_t rail, uint8_t class, struct mt_money amount);

/* The band of a stay; never MT_STAY_NONE. */
uint8_t mt_stay_of(int64_t stay_ms);

/* The signature at a grain of so many hops at full grain (2 to MT_CHANNEL_HOPS), the last one the way out. */
struct mt_channel_sign mt_channel_sign_make(const struct mt_channel_hop *hops, uint8_t hop_count, enum mt_channel_grain grain);

/* The last hops of a finding's spine, at full grain. False when it has fewer. */
bool mt_channel_tail(const struct mt_finding *finding, const struct mt_classes *classes, uint8_t hop_count, struct mt_channel_hop *out_hops);

#endif
