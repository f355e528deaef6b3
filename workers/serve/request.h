/*
 * request.h: which requests are answered at all, decided before any page is made.
 *
 * The pages' addresses and parameters are plain ASCII, so nothing is decoded: an address with anything else in it is refused as it came, and
 * what it could have meant is no question.
 *
 * Nobody logs in here, so a page of another site, open in the analyst's browser, must not decide anything: a decision comes as application/json,
 * which such a page may not send; with no Origin but our own; and to a host that is an address or "localhost", so that a name which another site
 * points to this machine does not count as our own (not with --insecure-no-auth: then a proxy is in front).
 *
 * Bounds   1 KiB of address, 64 headers, 16 KiB of them, 8 KiB of body
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

/* Takes what has come of the body. */
void mt_request_body_add(struct mt_request *request, const char *bytes, size_t size);

/* Fills the query's body: borrowed until the request ends. False when more came than is taken. */
bool mt_request_body(const struct mt_request *request, struct mt_page_query *query);

/* True the first time: libmicrohttpd calls once with the headers, then with the body. */
bool mt_request_is_new(struct mt_request *request);

/* Checks address, method, headers and parameters, and fills the query's parameters. `version` lies behind the address, as libmicrohttpd gives it. */
struct mt_refusal mt_request_check(const struct mt_request *request, struct MHD_Connection *connection, const char *method, const char *version,
                                   bool any_host, struct mt_page_query *query);

#endif
