/* command.h: moneytrail trace-worker: consume transfers and flag chains, until stopped. */
#ifndef MT_TRACE_COMMAND_H
#define MT_TRACE_COMMAND_H

int mt_trace_worker_main(int argc, char **argv);

#endif
