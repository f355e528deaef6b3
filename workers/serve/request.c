#include "request.h"

#include "workers/kit/hex.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define URI_MAX 1024
#define HEADERS_MAX 64
#define HEADER_BYTES_MAX ((size_t)16 * 1024)
#define BODY_MAX ((size_t)8 * 1024) /* a reason of 500 bytes, and JSON's ways to spell it */

struct mt_request {
    const char *uri; /* libmicrohttpd's buffer */
    size_t uri_size;
    bool plain; /* nothing in it but what our addresses are made of */
    bool begun, overflow;
    size_t body_size;
    char body[BODY_MAX];
};

static const struct mt_refusal fine = {0, ""}, bad = {400, "bad_request"};

void *mt_request_begin(void *self, const char *uri, struct MHD_Connection *connection)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-.?=&";
    struct mt_request *request = calloc(1, sizeof *request);

    (void)self;
    (void)connection;
    if (request == NULL)
        return NULL;
    request->uri = uri;
    request->uri_size = strlen(uri);
    request->plain = uri[0] == '/' && strspn(uri, plain) == request->uri_size;
    return request;
}

void mt_request_end(void *self, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
    (void)self;
    (void)connection;
    (void)why;
    free(*state);
    *state = NULL;
}

/* A zero byte would end the address for us and not for a proxy: then the version does not follow where the address ends. */
static struct mt_refusal uri_check(const struct mt_request *request, const char *version)
{
    if (request->uri_size > URI_MAX)
        return (struct mt_refusal){414, "uri_too_long"};
    return request->plain && version == request->uri + request->uri_size + 1 ? fine : bad;
}

/* What libmicrohttpd 0.9.75 lets through and a proxy may read otherwise: ambiguous framing, several hosts, names that are none
 * ("Content-Length : 5"), control characters. */
struct headers {
    unsigned count, hosts, lengths, codings;
    size_t bytes;
    bool bad;
};

static enum MHD_Result header_look(void *self, enum MHD_ValueKind kind, const char *name, const char *value)
{
    static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
    struct headers *headers = self;

    (void)kind;
    headers->count++;
    headers->bad |= name[0] == '\0' || name[strspn(name, token)] != '\0';
    headers->bytes += strlen(name) + (value != NULL ? strlen(value) : 0);
    headers->hosts += strcasecmp(name, "Host") == 0;
    headers->lengths += strcasecmp(name, "Content-Length") == 0;
    headers->codings += strcasecmp(name, "Transfer-Encoding") == 0;
    for (const unsigned char *at = (const unsigned char *)(value != NULL ? value : ""); *at != '\0'; at++)
        headers->bad |= *at < 0x20 || *at == 0x7f;
    return MHD_YES;
}

static struct mt_refusal headers_check(struct MHD_Connection *connection, unsigned lengths)
{
    struct headers headers = {0};

    MHD_get_connection_values(connection, MHD_HEADER_KIND, header_look, &headers);
    if (headers.count > HEADERS_MAX || headers.bytes > HEADER_BYTES_MAX)
        return (struct mt_refusal){431, "headers_too_large"};
    if (headers.hosts != 1 || headers.codings > 0 || headers.lengths > lengths || headers.bad)
        return bad;
    return headers.lengths == lengths ? fine : (struct mt_refusal){411, "length_required"};
}

/* --- what only a decision needs ------------------------------------------------------------------------------------- */

/* "127.0.0.1:8080" or "localhost:8080": nothing that a name server decides about. */
static bool host_is_here(const char *host)
{
    size_t name = strcspn(host, ":");

    if (name == 9 && strncasecmp(host, "localhost", 9) == 0)
        return true;
    return name > 0 && strspn(host, "0123456789.") == name;
}

static bool type_is_json(const char *type)
{
    static const char json[] = "application/json";
    size_t size = sizeof json - 1;

    return type != NULL && strncasecmp(type, json, size) == 0 && (type[size] == '\0' || type[size] == ';' || type[size] == ' ');
}

/* No Origin, or http://HOST with the host that was asked. */
static bool origin_is_ours(const char *origin, const char *host)
{
    return origin == NULL || (strncmp(origin, "http://", 7) == 0 && strcasecmp(origin + 7, host) == 0);
}

static bool length_fits(const char *length)
{
    return strspn(length, "0123456789") == strlen(length) && strlen(length) < 10 && strtoul(length, NULL, 10) <= BODY_MAX;
}

static struct mt_refusal decision_check(struct MHD_Connection *connection, bool any_host)
{
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    const char *origin = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Origin");

    if (MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, NULL, NULL) > 0)
        return (struct mt_refusal){400, "bad_parameter"};
    if (!any_host && (!host_is_here(host) || !origin_is_ours(origin, host)))
        return (struct mt_refusal){403, "other_site"};
    if (!type_is_json(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Type")))
        return (struct mt_refusal){415, "only_json"};
    if (!length_fits(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length")))
        return (struct mt_refusal){413, "body_too_large"};
    return fine;
}

void mt_request_body_add(struct mt_request *request, const char *bytes, size_t size)
{
    if (size > BODY_MAX - request->body_size) {
        request->overflow = true;
        return;
    }
    if (size > 0)
        memcpy(request->body + request->body_size, bytes, size);
    request->body_size += size;
}

bool mt_request_body(const struct mt_request *request, struct mt_page_query *query)
{
    query->body = request->body;
    query->body_size = request->body_size;
    return !request->overflow;
}

bool mt_request_is_new(struct mt_request *request)
{
    bool is_new = !request->begun;

    request->begun = true;
    return is_new;
}

/* --- parameters ----------------------------------------------------------------------------------------------------- */

struct parameter {
    const char *name;
    int64_t *at;
    int64_t least, most;
    struct mt_findings_place *place; /* a place in the listing, and no number */
    bool given;
};

struct parameters {
    struct parameter at[4];
    bool bad;
};

/* Digits only, up to `end`: no sign, no space, no second spelling of a number. */
static bool digits_read(const char *text, char end, int64_t *out_number)
{
    size_t size = text != NULL ? strspn(text, "0123456789") : 0;

    if (size == 0 || size > 15 || text[size] != end)
        return false;
    *out_number = strtoll(text, NULL, 10);
    return true;
}

/* "1795598940500-31313131313131313131313131313131" */
static bool place_read(const char *text, struct mt_findings_place *out_place)
{
    out_place->live = digits_read(text, '-', &out_place->last_ms) && mt_hex_read(strchr(text, '-') + 1, out_place->id.bytes);
    return out_place->live;
}

static bool value_read(const char *text, struct parameter *parameter)
{
    if (parameter->place != NULL)
        return place_read(text, parameter->place);
    return digits_read(text, '\0', parameter->at) && *parameter->at >= parameter->least && *parameter->at <= parameter->most;
}

static enum MHD_Result parameter_take(void *self, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct parameters *parameters = self;
    bool good = false;

    (void)kind;
    for (size_t i = 0; i < sizeof parameters->at / sizeof parameters->at[0]; i++) {
        struct parameter *parameter = &parameters->at[i];

        if (parameter->name[0] == '\0' || strcmp(parameter->name, name) != 0)
            continue; /* one that this path does not take has no name */
        good = !parameter->given && value_read(value, parameter);
        parameter->given = true;
    }
    parameters->bad |= !good;
    return MHD_YES;
}

/* Networks and channels have some that their lists leave out. */
static bool path_has_all(const char *path)
{
    return strcmp(path, "/v1/networks") == 0 || strcmp(path, "/v1/channels") == 0;
}

/* An unknown one and one given twice are refused: a mistyped filter must not look like an answer. */
static struct mt_refusal parameters_check(struct MHD_Connection *connection, struct mt_page_query *query)
{
    const bool scored = strncmp(query->path, "/v1/channels", 12) != 0;
    struct parameters parameters = {.at = {
                                        {.name = "limit", .at = &query->limit, .least = 1, .most = MT_PAGE_LIMIT_MAX},
                                        {.name = scored ? "min_score" : "", .at = &query->score_min, .least = 0, .most = 100},
                                        {.name = "after", .place = &query->after},
                                        {.name = path_has_all(query->path) ? "all" : "", .at = &query->all, .most = 1},
                                    }};

    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, parameter_take, &parameters);
    return parameters.bad ? (struct mt_refusal){400, "bad_parameter"} : fine;
}

struct mt_refusal mt_request_check(const struct mt_request *request, struct MHD_Connection *connection, const char *method, const char *version,
                                   bool any_host, struct mt_page_query *query)
{
    struct mt_refusal refusal = uri_check(request, version);
    const bool decides = mt_is_state_path(query->path), reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

    query->post = decides && strcmp(method, "POST") == 0;
    if (refusal.status == 0 && decides && !query->post)
        refusal = (struct mt_refusal){405, "only_post"};
    if (refusal.status == 0 && !decides && !reads)
        refusal = (struct mt_refusal){405, "only_get"};
    if (refusal.status == 0)
        refusal = headers_check(connection, query->post ? 1 : 0);
    if (refusal.status == 0 && query->post)
        return decision_check(connection, any_host);
    return refusal.status == 0 ? parameters_check(connection, query) : refusal;
}
