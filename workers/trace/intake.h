/*
 * intake.h: from Kafka to a batch: poll, decode, tokenise; what does not fit goes to the rejected topic with its bytes.
 *
 * Offsets start where Redis' markers say (design D9), set in the assignment callback over a connection of its own, since a poll may
 * come while the data connection has answers outstanding.
 *
 * Owns     the consumer and the parser
 * Bounds   a batch's transfer_max; the consumer's queue
 * Threads  one, the worker's
 */
#ifndef MT_INTAKE_H
#define MT_INTAKE_H

#include "batch.h"
#include "outbox.h"

struct mt_intake;

enum mt_intake_topic { MT_INTAKE_TRANSFERS, MT_INTAKE_ACCOUNTS, MT_INTAKE_LISTS, MT_INTAKE_TOPICS };

struct mt_intake_options {
    const struct mt_kafka_options *kafka;
    const struct mt_redis_options *redis;
    const struct mt_keys *keys;
    const struct mt_secret *secret;
    struct mt_outbox *outbox; /* takes the rejected */
    const char *group;
    const char *const *topics; /* by enum mt_intake_topic */
    size_t topic_count;
};

struct mt_intake_counters {
    uint64_t rejected[MT_REJECT_COUNT];
    uint64_t rebalances;
};

MT_MUST_USE enum mt_status mt_intake_create(const struct mt_intake_options *options, struct mt_intake **out_intake);
/* Leaves the group, within a deadline. NULL is fine. */
void mt_intake_destroy(struct mt_intake *intake);

/*
 * Fills an empty batch with what is there. Waits up to `wait_ms` for a first message; for a second only as chooser.h says. MT_UNAVAILABLE: a partition's
 * start could not be read; MT_BAD_STATE: Kafka no longer has what the markers point to.
 */
MT_MUST_USE enum mt_status mt_intake_fill(struct mt_intake *intake, struct mt_batch *batch, int64_t wait_ms);

/* Reads the markers again and goes back to them: Redis may have lost what came after. */
MT_MUST_USE enum mt_status mt_intake_rewind(struct mt_intake *intake);

/* Tells Kafka how far we are, for lag monitors only; does not wait. */
void mt_intake_commit(struct mt_intake *intake, const struct mt_position *positions, size_t count);

/* Partitions assigned now; and those of the transfers' topic among them: returns their number, at most MT_PARTITIONS_MAX. */
size_t mt_intake_assigned(const struct mt_intake *intake);
size_t mt_intake_transfer_partitions(const struct mt_intake *intake, int32_t out_partitions[MT_PARTITIONS_MAX]);

const struct mt_intake_counters *mt_intake_counters(const struct mt_intake *intake);

#endif
