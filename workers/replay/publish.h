/*
 * publish.h: a feed's events onto a topic, keyed by account, optionally shuffled, sent twice, or held back to what the consumers have
 * taken.
 *
 * Owns     a producer; with shuffle, the whole file in memory
 * Threads  one
 * Fails    MT_IO, MT_UNAVAILABLE (the broker refused a message)
 */
#ifndef MT_PUBLISH_H
#define MT_PUBLISH_H

#include "feed.h"
#include "workers/kit/kafka.h"

struct mt_publish_options {
    const struct mt_kafka_options *kafka;
    const char *topic;
    int64_t rate_max;               /* events a second; 0: as fast as it goes */
    int64_t shuffle_seed;           /* 0: file order */
    int64_t repeat_every;           /* every n-th event is sent twice; 0: never */
    int64_t backlog_max;            /* messages unconsumed by `group` at most; 0: no limit */
    const char *group;
};

struct mt_publish_counters {
    uint64_t events;   /* published, repeats not counted */
    uint64_t messages; /* published */
    uint64_t rejected; /* rows that are no events */
};

typedef void mt_publish_progress(void *self, const struct mt_publish_counters *counters, int64_t bytes, int64_t bytes_total);

/* Publishes to the end of the feed, waits for every acknowledgement. Ends early when a stop is asked. */
MT_MUST_USE enum mt_status mt_publish(const struct mt_publish_options *options, struct mt_feed *feed,
                                      mt_publish_progress *progress, void *progress_self, struct mt_publish_counters *out_counters);

#endif
