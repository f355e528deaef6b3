/*
 * request.h: which requests are answered at all, decided before any page is made.
 *
 * The pages' addresses and parameters are plain ASCII, so nothing is decoded: an address with anything else in it is refused as it came, and
 * what it could have meant is no question.
 *
 * Bounds   1 KiB of address, 64 headers, 16 KiB of them
 * Threads  libmicrohttpd's
 */
#ifndef MT_REQUEST_H
#define MT_REQUEST_H

#include "pages.h"

#include <microhttpd.h>

/* Why a request is refused; status 0: it is not. */
struct mt_refusal {
    unsigned status;
    const char *code;
};

/* libmicrohttpd's MHD_OPTION_URI_LOG_CALLBACK: looks at the address before it is decoded; the verdict becomes the request's state. */
void *mt_request_uri(void *self, const char *uri, struct MHD_Connection *connection);

/*
 * Whether this is the call that answers: libmicrohttpd asks twice, and an answer to the first ends the connection. So refusals are answered at
 * once, pages the second time.
 */
bool mt_request_complete(void **state);

/* Checks method, headers and parameters; fills the query's parameters. `state` is what mt_request_uri() gave. */
struct mt_refusal mt_request_check(struct MHD_Connection *connection, const char *method, const void *state, struct mt_page_query *query);

#endif
