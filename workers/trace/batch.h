/*
 * batch.h: what one turn of the worker takes in: transfers, account facts, records of watch lists, and how far it got in each partition.
 */
#ifndef MT_BATCH_H
#define MT_BATCH_H

#include "graph/lists.h"
#include "workers/kit/redis_store.h"

#define MT_TOPICS_MAX 4
#define MT_PARTITIONS_MAX 1024 /* per topic */

/* The next offset to read of one partition, once this batch is done. */
struct mt_position {
    uint16_t topic; /* index into the worker's topics */
    int32_t partition;
    int64_t next_offset;
};

struct mt_facts {
    struct mt_token account;
    struct mt_holder holder;
    char *json; /* into the batch's text */
    size_t json_size;
};

struct mt_batch_turn; /* batch.c */

struct mt_batch {
    struct mt_transfer *transfers;
    struct mt_label_pair *labels;
    size_t count, max;
    struct mt_transfer *spare_transfers; /* room to sort into */
    struct mt_label_pair *spare_labels;
    struct mt_batch_turn *turns;
    struct mt_facts *facts;
    size_t fact_count; /* at most max */
    struct mt_listing *listings;
    size_t listing_count; /* at most max */
    char *text;        /* what facts and listings point into */
    size_t text_used, text_max;
    struct mt_position positions[MT_TOPICS_MAX * MT_PARTITIONS_MAX];
    size_t position_count;
    size_t message_count;
    int64_t newest_ms; /* latest event time in it; INT64_MIN when empty */
};

MT_MUST_USE enum mt_status mt_batch_create(size_t transfer_max, struct mt_batch **out_batch);
void mt_batch_destroy(struct mt_batch *batch); /* NULL is fine */
void mt_batch_clear(struct mt_batch *batch);

/* Puts the transfers in order of event time; those of one time stay in order of arrival. What comes in time order is cheap for the graph. */
void mt_batch_sort(struct mt_batch *batch);

/* Moves the position of a partition to `next_offset`. */
void mt_batch_advance(struct mt_batch *batch, uint16_t topic, int32_t partition, int64_t next_offset);

#endif
