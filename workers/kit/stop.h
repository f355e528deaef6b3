/*
 * stop.h: Ctrl-C and SIGTERM ask the process to finish what it is doing; a second one ends it at once.
 */
#ifndef MT_STOP_H
#define MT_STOP_H

#include <stdbool.h>

/* Installs the handlers and ignores SIGPIPE, which hiredis 0.14 would die of. Once, first thing in a long-running command. */
void mt_stop_install(void);

bool mt_stop_asked(void);

#endif
