/*
 * channel.h: a channel as people and programs read it, version 1 (channel.schema.json).
 *
 * Its id is its signature in words, so it is the same everywhere and says what it is:
 *
 *   exit=card/card/EUR/gift_card
 *   shape=personal>transfer/instant/EUR/personal,transfer/instant/EUR/personal,card/card/EUR/gift_card
 *       the first debtor's class, then kind/rail/currency/class of creditor hop by hop; classes where they are known
 *   full=transfer/instant/EUR/6d,1h:transfer/instant/EUR/6d,15m:card/card/EUR/gift_card/5d
 *       and how long the money had stayed, and the digits of the sum in minor units
 */
#ifndef MT_CHANNEL_H
#define MT_CHANNEL_H

#include "graph/channels.h"
#include "graph/channels_life.h"
#include "print.h"

#define MT_CHANNEL_ID_MAX 384 /* four classes, three hops of at most 57 characters beside */
#define MT_CHANNEL_NAME_MAX 64 /* characters a person may give it, and may have */
#define MT_CHANNEL_TEXT_SIZE (4 * MT_CHANNEL_NAME_MAX + 1) /* of these in UTF-8, terminated */
#define MT_CHANNEL_BYTES_MAX 8192
#define MT_CHANNEL_FINDINGS_SHOWN 32

struct mt_channel_id {
    char text[MT_CHANNEL_ID_MAX];
};

/* The words of the directory's classes: [0] is "", the others are made of a-z, 0-9 and _ . - only, and at most MT_CHANNEL_CLASS_MAX long. */
#define MT_CHANNEL_CLASS_MAX 35

/* BLAKE2b-128 of an id: "key" in JSON, by which addresses name a channel, since they take no id's signs. */
struct mt_channel_key {
    uint8_t bytes[16];
};
struct mt_channel_key mt_channel_key_of(const char *id);

void mt_channel_id_make(const struct mt_channel_sign *sign, const char *const *class_names, struct mt_channel_id *out_id);

struct mt_channel_told {
    const struct mt_channel_sign *sign;
    const char *const *class_names;
    const struct mt_channel_limits *limits;
    const struct mt_channel_figures *figures;
    const struct mt_channel_flow *const *flows; /* of the recent days */
    size_t flow_count;
    int64_t day; /* the last of the recent ones */
    bool is_new; /* on that day */
};

/* What people have made of it. */
struct mt_channel_remark {
    enum mt_channel_state state;
    const char *name;   /* "": none */
    const char *by;     /* "": nobody, or not known */
    int64_t decided_ms; /* goes with `by` */
};

/*
 * What was counted, one JSON object, terminated; and that with what people have made of it, which may be decided later than it was counted. Both
 * return the length, or 0 when `capacity` is too small; MT_CHANNEL_BYTES_MAX is enough for either.
 */
size_t mt_channel_content_print(const struct mt_channel_told *told, char *out_bytes, size_t capacity);
size_t mt_channel_print(const char *content, size_t content_size, const struct mt_channel_remark *remark, char *out_bytes, size_t capacity);

/* "2026-06-21" */
void mt_channel_day_print(int64_t day, char out_text[16]);

#endif
