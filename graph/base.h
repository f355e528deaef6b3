/*
 * base.h: the words every file here starts from: status, assertion, must-use.
 *
 * A status says what happened *and* what a worker does about it, so the poll loop switches on four actions
 * and never on the whole list.
 */
#ifndef MT_BASE_H
#define MT_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MT_MUST_USE __attribute__((warn_unused_result))

/* What the caller does about a status. */
enum mt_action {
    MT_DONE,  /* go on */
    MT_RETRY, /* the world is away: wait and do the same again */
    MT_PARK,  /* this input is bad: keep its bytes with the reason, go on */
    MT_STOP,  /* nothing sensible is left to do: say why and end the process */
};

#define MT_STATUS_TABLE(X)                                                          \
    X(OK, DONE, "done")                                                             \
    X(WANT, RETRY, "a ledger is needed that has not been read yet")                 \
    X(UNAVAILABLE, RETRY, "the server did not answer")                              \
    X(TOO_LARGE, PARK, "larger than the stated limit")                              \
    X(BAD_EVENT, PARK, "event breaks its schema")                                   \
    X(BAD_CONFIG, STOP, "an option, mapping or table is wrong")                     \
    X(BAD_STATE, STOP, "stored state does not fit this program or these options")   \
    X(IO, STOP, "a file could not be read or written")                              \
    X(NO_MEMORY, STOP, "memory could not be had")

enum mt_status {
#define MT_STATUS_ENUM(name, action, text) MT_##name,
    MT_STATUS_TABLE(MT_STATUS_ENUM)
#undef MT_STATUS_ENUM
};

/* The status's own name ("BAD_EVENT"), its sentence and its action. Constant strings. */
const char *mt_status_name(enum mt_status status);
const char *mt_status_text(enum mt_status status);
enum mt_action mt_status_action(enum mt_status status);

/* Stays on in release builds: a wrong result is worse than a stopped worker. */
#define MT_ASSERT(condition) ((condition) ? (void)0 : mt_assert_failed(#condition, __FILE__, __LINE__))
_Noreturn void mt_assert_failed(const char *condition, const char *file, int line);

#endif
