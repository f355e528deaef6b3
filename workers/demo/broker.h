/*
 * broker.h: librdkafka's mock cluster in this process, for trying out: it keeps about 5 MB per partition and silently drops what is
 * older, so the demo never lets its consumers fall far behind, and counts at the end.
 */
#ifndef MT_BROKER_H
#define MT_BROKER_H

#include "graph/base.h"

struct mt_broker;

MT_MUST_USE enum mt_status mt_broker_start(const char *const *topics, size_t topic_count, int partitions, struct mt_broker **out_broker);
void mt_broker_stop(struct mt_broker *broker); /* NULL is fine */

/* "127.0.0.1:PORT"; borrowed. */
const char *mt_broker_address(const struct mt_broker *broker);

#endif
