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

struct mt_request;

/* libmicrohttpd's MHD_OPTION_URI_LOG_CALLBACK: looks at the address before it is decoded. Gives the request, its state from then on; NULL without
 * memory. */
void *mt_request_begin(void *self, const char *uri, struct MHD_Connection *connection);

/* libmicrohttpd's MHD_OPTION_NOTIFY_COMPLETED. */
void mt_request_end(void *self, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why);

/* Checks address, method, headers and parameters, and fills the query's parameters. `version` lies behind the address, as libmicrohttpd gives it. */
struct mt_refusal mt_request_check(const struct mt_request *request, struct MHD_Connection *connection, const char *method, const char *version,
                                   struct mt_page_query *query);

#endif
