#include "command.h"

#include "pages.h"
#include "workers/kit/arguments.h"
#include "workers/kit/connect.h"
#include "workers/kit/log.h"
#include "workers/kit/stop.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct server {
    struct mt_redis *redis;
    struct mt_keys keys;
};

/* What libmicrohttpd 0.9.75 lets through and a proxy may read otherwise: ambiguous framing, several hosts, control characters. */
struct headers {
    unsigned hosts, lengths, encodings;
    bool bad;
};

static enum MHD_Result header_look(void *self, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct headers *headers = self;

    (void)kind;
    headers->hosts += strcasecmp(name, "Host") == 0;
    headers->lengths += strcasecmp(name, "Content-Length") == 0;
    headers->encodings += strcasecmp(name, "Transfer-Encoding") == 0;
    for (const unsigned char *at = (const unsigned char *)(value != NULL ? value : ""); *at != '\0'; at++)
        headers->bad |= *at < 0x20 || *at == 0x7f;
    return MHD_YES;
}

static bool request_sound(struct MHD_Connection *connection)
{
    struct headers headers = {0};

    MHD_get_connection_values(connection, MHD_HEADER_KIND, header_look, &headers);
    return headers.hosts == 1 && headers.lengths + headers.encodings == 0 && !headers.bad;
}

/* A query value as a number in bounds, or `otherwise`; false when it is there and is none. */
static bool number_read(struct MHD_Connection *connection, const char *name, int64_t otherwise, int64_t most, int64_t *out_number)
{
    const char *text = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
    char *end;

    *out_number = otherwise;
    if (text == NULL)
        return true;
    *out_number = strtoll(text, &end, 10);
    return end != text && *end == '\0' && *out_number >= 0 && *out_number <= most;
}

static enum MHD_Result answer(struct MHD_Connection *connection, const struct mt_page *page)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(page->size, page->body, MHD_RESPMEM_MUST_FREE);

    if (response == NULL) {
        free(page->body);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", page->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (page->status == 503)
        MHD_add_response_header(response, "Retry-After", "1");
    if (page->status == 400)
        MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result result = MHD_queue_response(connection, page->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *body)
{
    const struct mt_page page = {.status = status, .type = "application/json", .body = strdup(body), .size = strlen(body)};

    return answer(connection, &page);
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **state)
{
    struct server *server = self;
    struct mt_page_query query = {.path = path};
    struct mt_page page;

    (void)version;
    (void)upload;
    (void)upload_size;
    (void)state;
    if (!request_sound(connection))
        return refuse(connection, 400, "{\"error\":\"bad_request\"}\n");
    if (strcmp(method, "GET") != 0)
        return refuse(connection, 405, "{\"error\":\"only_get\"}\n");
    if (!number_read(connection, "limit", 50, 1000, &query.limit) || !number_read(connection, "skip", 0, 1000000000, &query.skip) ||
        !number_read(connection, "min_score", 0, 100, &query.score_min))
        return refuse(connection, 400, "{\"error\":\"bad_parameter\"}\n");
    mt_page_make(server->redis, &server->keys, &query, &page);
    return answer(connection, &page);
}

struct options {
    struct mt_redis_options redis;
    const char *space, *listen, *address_file;
    bool insecure;
};

/* HOST:PORT into an address; only loopback without --insecure-no-auth, since there is no authentication. */
static bool listen_read(const struct options *options, struct sockaddr_in *out_address)
{
    char host[64];
    const char *colon = strrchr(options->listen, ':');

    if (colon == NULL || colon - options->listen >= (long)sizeof host) {
        fprintf(stderr, "--listen: HOST:PORT\n");
        return false;
    }
    snprintf(host, sizeof host, "%.*s", (int)(colon - options->listen), options->listen);
    long port = strtol(colon + 1, NULL, 10);
    *out_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, host, &out_address->sin_addr) != 1 || port < 0 || port > 65535) {
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

static int run(const struct options *options)
{
    struct server server = {.keys = {.shard_count = 1}};
    struct sockaddr_in address;

    if (!mt_namespace_take(options->space, &server.keys) || !listen_read(options, &address) || mt_redis_create(&options->redis, &server.redis) != MT_OK)
        return 2;
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, &server, MHD_OPTION_SOCK_ADDR, &address,
                         MHD_OPTION_CONNECTION_LIMIT, 256u, MHD_OPTION_CONNECTION_TIMEOUT, 10u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                         (size_t)32768, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (daemon == NULL) {
        fprintf(stderr, "--listen %s: cannot listen there\n", options->listen);
        mt_redis_destroy(server.redis);
        return 1;
    }
    bool good = address_tell(options, daemon, &address);
    while (good && !mt_stop_asked())
        usleep(100000);
    MHD_stop_daemon(daemon);
    mt_redis_destroy(server.redis);
    return good ? 0 : 1;
}

int mt_serve_main(int argc, char **argv)
{
    struct options options = {
        .redis = {.address = MT_REDIS_DEFAULT, .timeout_ms = 5000}, .space = MT_NAMESPACE_DEFAULT, .listen = "127.0.0.1:8080"};
    const struct mt_argument arguments[] = {
        MT_REDIS_ARGUMENTS(options.redis, options.space),
        {"listen", MT_ARGUMENT_TEXT, &options.listen, 0, 0, "address and port; port 0 takes a free one"},
        {"address-file", MT_ARGUMENT_TEXT, &options.address_file, 0, 0, "write the address to this file"},
        {"insecure-no-auth", MT_ARGUMENT_FLAG, &options.insecure, 0, 0, "allow an address outside loopback"},
    };
    const struct mt_command command = {
        .usage = "moneytrail serve --redis HOST:PORT [--listen 127.0.0.1:8080]",
        .purpose = "Answers queries over HTTP: alerts, findings, health, metrics. GET only.",
        .arguments = arguments,
        .argument_count = sizeof arguments / sizeof arguments[0],
    };
    struct mt_words words;
    int exit_code;

    if (!mt_arguments_read(&command, argc, argv, &words, &exit_code))
        return exit_code;
    mt_stop_install();
    return run(&options);
}
