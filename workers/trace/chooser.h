/*
 * chooser.h: which partition's message comes next: the one that happened first.
 *
 * A worker that catches up reads long runs of each partition, and would see one partition's Friday before another's Monday. Every transfer would then
 * come late for the graph: more to think about, and alerts that are taken back a moment later. So each partition's queue is read by itself,
 * and of the messages at their heads the one with the smallest event time is taken (as Kafka Streams chooses its records, KIP-353).
 * Only the order of reading changes, never the result.
 *
 * Owns     a reference to each assigned partition's queue and the message at its head
 * Bounds   one message per partition; a head is passed over at most MT_CHOOSER_PATIENCE times
 * Cost     O(partitions) per message
 * Threads  one, the consumer's
 */
#ifndef MT_CHOOSER_H
#define MT_CHOOSER_H

#include "graph/base.h"

struct rd_kafka_s;
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;
struct mt_chooser;

/* A partition whose clock runs ahead must not wait for ever. */
#define MT_CHOOSER_PATIENCE 20000

/* Event time of a message that has come to the head of partition number `source`; INT64_MIN: it is to be taken at once. */
typedef int64_t mt_chooser_time_fn(void *self, size_t source, const struct rd_kafka_message_s *message);

MT_MUST_USE enum mt_status mt_chooser_create(struct rd_kafka_s *consumer, mt_chooser_time_fn *time_of, void *self,
                                             struct mt_chooser **out_chooser);
/* Before the consumer is closed. NULL is fine. */
void mt_chooser_destroy(struct mt_chooser *chooser);

/* Reads these partitions from now on, just assigned at the offsets that stand in the list; drops what it held of others. NULL: none.
 * A NULL chooser is fine. */
void mt_chooser_assign(struct mt_chooser *chooser, const struct rd_kafka_topic_partition_list_s *partitions);

/*
 * Sees what has come. Waits up to `wait_ms` for a first message; when there is one, about the time of a fetch for partitions of which more is known
 * to come, and up to two seconds for those not yet fetched since they were assigned. Serves no callbacks: rd_kafka_consumer_poll() does, whose events also end the wait.
 */
void mt_chooser_look(struct mt_chooser *chooser, int64_t wait_ms);

/* Whether the consumer's own queue holds something: events, and messages of a partition that were fetched before mt_chooser_assign(). */
bool mt_chooser_events(const struct mt_chooser *chooser);

/* Takes the earliest message there is, to be destroyed by the caller, and the number of its partition; NULL: none is at hand. */
struct rd_kafka_message_s *mt_chooser_take(struct mt_chooser *chooser, size_t *out_source);

/* Reads the next head of a partition whose message has been dealt with; waits as mt_chooser_look() when it is on its way. */
void mt_chooser_next(struct mt_chooser *chooser, size_t source);

#endif
