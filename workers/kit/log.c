#include "log.h"

#include "schemas/event.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

int64_t mt_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t mt_steady_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void mt_log(const char *level, const char *event, const char *format, ...)
{
    char line[1024], time_text[32];
    va_list arguments;

    mt_time_print(mt_clock_ms() / 1000 * 1000, time_text);
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s %s %s %s\n", time_text, level, event, line);
}
