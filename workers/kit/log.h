/*
 * log.h: one line per event on standard error: time, level, event, key=value; never an account number.
 *
 *   2026-11-25T04:00:00Z info worker_started worker=w1 shards=16
 */
#ifndef MT_LOG_H
#define MT_LOG_H

#include <stdint.h>

/* Values in `format` are printed as given: keep keys stable and values free of account data. */
void mt_log(const char *level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Wall clock and steady clock in ms: workers have clocks, graph/ has none. */
int64_t mt_clock_ms(void);
int64_t mt_steady_ms(void);

#endif
