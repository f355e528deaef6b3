#include "command.h"

#include "graph/analysis.h"
#include "network_page.h"
#include "request.h"
#include "workers/kit/arguments.h"
#include "workers/kit/connect.h"
#include "workers/kit/stop.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * One request a connection. libmicrohttpd 0.9.75 loses a header that is folded, so a body could hide from us that a proxy sees: what follows a request
 * must never be taken for the next one.
 */
static enum MHD_Result answer(struct MHD_Connection *connection, const struct mt_page *page)
{
    struct MHD_Response *response = page->body != NULL ? MHD_create_response_from_buffer(page->size, page->body, MHD_RESPMEM_MUST_FREE) : NULL;

    if (response == NULL) {
        free(page->body);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", page->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (page->status == 503)
        MHD_add_response_header(response, "Retry-After", "1");
    if (page->status == 405)
        MHD_add_response_header(response, "Allow", page->allow != NULL ? page->allow : "GET, HEAD");
    MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result result = MHD_queue_response(connection, page->status, response);
    MHD_destroy_response(response);
    return result;
}

/* Checks the headers once. True: there is more to come, the body of a decision, or a part of it has been taken. */
static bool request_goes_on(struct mt_request *request, struct MHD_Connection *connection, const char *method, const char *version, bool any_host,
                            const char *upload, size_t *upload_size, struct mt_page_query *query, struct mt_refusal *out_refusal)
{
    *out_refusal = (struct mt_refusal){0};
    if (mt_request_is_new(request)) {
        *out_refusal = mt_request_check(request, connection, method, version, any_host, query);
        return out_refusal->status == 0 && query->post;
    }
    query->post = true;
    if (*upload_size == 0 && !mt_request_body(request, query))
        *out_refusal = (struct mt_refusal){413, "body_too_large"};
    bool more = *upload_size > 0;
    mt_request_body_add(request, upload, *upload_size);
    *upload_size = 0;
    return more;
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **state)
{
    struct mt_page_query query = {.path = path, .limit = 50};
    struct mt_request *request = *state;
    struct mt_pages *pages = self;
    struct mt_refusal refusal;
    struct mt_page page;

    if (request == NULL)
        return MHD_NO;
    if (request_goes_on(request, connection, method, version, pages->any_host, upload, upload_size, &query, &refusal))
        return MHD_YES;
    if (refusal.status != 0)
        mt_page_error(refusal.status, refusal.code, &page);
    else
        mt_page_make(pages, &query, &page);
    if (refusal.status == 405 && mt_is_state_path(path))
        page.allow = "POST";
    return answer(connection, &page);
}

/* libmicrohttpd's own words name what a client sent: not for a log. */
static void on_log(void *self, const char *format, va_list arguments)
{
    (void)self;
    (void)format;
    (void)arguments;
}

struct options {
    struct mt_redis_options redis;
    const char *space, *listen, *address_file;
    bool insecure;
};

/* HOST:PORT into an address; only loopback without --insecure-no-auth, since there is no authentication. */
static bool listen_read(const struct options *options, struct sockaddr_in *out_address)
{
    char host[64], *end;
    const char *colon = strrchr(options->listen, ':');

    if (colon == NULL || colon - options->listen >= (long)sizeof host) {
        fprintf(stderr, "--listen: HOST:PORT\n");
        return false;
    }
    snprintf(host, sizeof host, "%.*s", (int)(colon - options->listen), options->listen);
    long port = strtol(colon + 1, &end, 10);
    *out_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, host, &out_address->sin_addr) != 1 || end == colon + 1 || *end != '\0' || port < 0 || port > 65535) {
        fprintf(stderr, "--listen: \"%s\" is not an IPv4 address and port\n", options->listen);
        return false;
    }
    if (ntohl(out_address->sin_addr.s_addr) >> 24 != 127 && !options->insecure) {
        fprintf(stderr, "--listen: there is no authentication: outside loopback only with --insecure-no-auth, behind a proxy that asks for one\n");
        return false;
    }
    return true;
}

static bool address_tell(const struct options *options, struct MHD_Daemon *daemon, const struct sockaddr_in *address)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    char host[64], text[96], part[512];

    inet_ntop(AF_INET, &address->sin_addr, host, sizeof host);
    snprintf(text, sizeof text, "%s:%u", host, info != NULL ? info->port : 0);
    printf("listening on http://%s\n", text);
    fflush(stdout);
    if (options->address_file == NULL)
        return true;
    snprintf(part, sizeof part, "%s.part", options->address_file);
    FILE *file = fopen(part, "w");
    return file != NULL && fprintf(file, "%s\n", text) > 0 && fclose(file) == 0 && rename(part, options->address_file) == 0;
}

/* Strictness is request.h's: what libmicrohttpd 0.9.75 refuses by itself while it reads headers it answers with two heads. */
static struct MHD_Daemon *daemon_start(struct mt_pages *pages, const struct sockaddr_in *address)
{
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, pages, MHD_OPTION_EXTERNAL_LOGGER, on_log,
                            NULL, MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_URI_LOG_CALLBACK, mt_request_begin, NULL,
                            MHD_OPTION_NOTIFY_COMPLETED, mt_request_end, NULL,
                            MHD_OPTION_CONNECTION_LIMIT, 256u, MHD_OPTION_CONNECTION_TIMEOUT, 10u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            (size_t)65536, MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_END);
}

static int run(const struct options *options)
{
    struct mt_pages pages = {.keys = {.shard_count = 1}, .any_host = options->insecure};
    struct sockaddr_in address;

    if (!mt_namespace_take(options->space, &pages.keys) || !listen_read(options, &address) || mt_redis_create(&options->redis, &pages.redis) != MT_OK)
        return 2;
    struct MHD_Daemon *daemon = daemon_start(&pages, &address);
    if (daemon == NULL) {
        fprintf(stderr, "--listen %s: cannot listen there\n", options->listen);
        mt_redis_destroy(pages.redis);
        return 1;
    }
    bool good = address_tell(options, daemon, &address);
    while (good && !mt_stop_asked())
        usleep(100000);
    MHD_stop_daemon(daemon);
    mt_networks_page_end(&pages);
    mt_redis_destroy(pages.redis);
    return good ? 0 : 1;
}

int mt_serve_main(int argc, char **argv)
{
    struct options options = {
        .redis = {.address = MT_REDIS_DEFAULT, .timeout_ms = 2000}, .space = MT_NAMESPACE_DEFAULT, .listen = MT_LISTEN_DEFAULT};
    const struct mt_argument arguments[] = {
        MT_REDIS_ARGUMENTS(options.redis, options.space),
        {"listen", MT_ARGUMENT_TEXT, &options.listen, 0, 0, "address and port; port 0 takes a free one"},
        {"address-file", MT_ARGUMENT_TEXT, &options.address_file, 0, 0, "write the address to this file"},
        {"insecure-no-auth", MT_ARGUMENT_FLAG, &options.insecure, 0, 0, "allow an address outside loopback"},
    };
    const struct mt_command command = {
        .usage = "moneytrail serve --redis HOST:PORT [--listen 127.0.0.1:8080]",
        .purpose = "Answers queries over HTTP: alerts, findings, networks, channels, accounts, health, metrics; one request a\n"
                   "connection. It takes decisions about networks and channels.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
    };
    struct mt_words words;
    int exit_code;

    if (!mt_arguments_read(&command, argc, argv, &words, &exit_code))
        return exit_code;
    mt_stop_install();
    mt_graph_start();
    return run(&options);
}
