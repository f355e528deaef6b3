/*
 * report.h: a worker's counters, put into Redis once a second for the query server's health and metrics pages.
 */
#ifndef MT_REPORT_H
#define MT_REPORT_H

#include "intake.h"
#include "versions.h"

struct mt_report;

/* What is finished: its findings are written, but for looks that wait on the to-do list. What is only decoded or appended does not count yet. */
struct mt_work_done {
    uint64_t messages;
    uint64_t transfers;
    uint64_t facts;
    uint64_t listings; /* records of watch lists */
    uint64_t late; /* transfers later than the lateness */
    uint64_t looks_put_off; /* put on the to-do list, since the start */
    uint64_t looks_to_do;   /* on it now, as far as the worker knows: nothing is finished before this is 0 */
};

MT_MUST_USE enum mt_status mt_report_create(const char *name, const struct mt_keys *keys, struct mt_report **out_report);
void mt_report_destroy(struct mt_report *report); /* NULL is fine */

/* Queues the counters when a second has passed since the last time; returns the number of answers to skip. */
size_t mt_report_send(struct mt_report *report, struct mt_redis *redis, const struct mt_intake *intake,
                      const struct mt_redis_store *store, const struct mt_versions *versions, const struct mt_work_done *done);

#endif
