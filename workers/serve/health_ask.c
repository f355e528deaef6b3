/* health_ask.c: GET /v1/health of a query server, with nothing but sockets: it runs in a container without curl. */
#include "health.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ANSWER_MAX 4096

/* "127.0.0.1:8080"; a server that listens on every address is asked on loopback. */
static bool address_read(const char *text, struct sockaddr_in *out_address)
{
    char host[64];
    const char *colon = strrchr(text, ':');

    if (colon == NULL || colon - text >= (long)sizeof host)
        return false;
    snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    *out_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10))};
    if (inet_pton(AF_INET, host, &out_address->sin_addr) != 1)
        return false;
    if (out_address->sin_addr.s_addr == htonl(INADDR_ANY))
        out_address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return out_address->sin_port != 0;
}

static int connection_open(const char *text, int64_t timeout_ms)
{
    struct timeval timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
    struct sockaddr_in address;
    int fd = address_read(text, &address) ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* The whole answer, terminated; false when there is none. */
static bool answer_read(int fd, char out_answer[ANSWER_MAX])
{
    static const char request[] = "GET /v1/health HTTP/1.1\r\nHost: health\r\nConnection: close\r\n\r\n";
    size_t size = 0;
    ssize_t got = send(fd, request, sizeof request - 1, MSG_NOSIGNAL);

    while (got > 0 && size < ANSWER_MAX - 1) {
        got = recv(fd, out_answer + size, ANSWER_MAX - 1 - size, 0);
        size += got > 0 ? (size_t)got : 0;
    }
    out_answer[size] = '\0';
    return size > 0;
}

/* {"ready":true,"workers_reporting":2} or {"error":"redis_away"}, behind the headers. */
static struct mt_health body_read(const char *answer)
{
    struct mt_health health = {.trouble = MT_TROUBLE_NO_SERVER};
    const char *body = strstr(answer, "\r\n\r\n");
    json_t *said = body != NULL ? json_loads(body + 4, 0, NULL) : NULL;
    const char *error = json_string_value(json_object_get(said, "error"));

    health.workers = json_integer_value(json_object_get(said, "workers_reporting"));
    if (json_is_true(json_object_get(said, "ready")))
        health.trouble = MT_TROUBLE_NONE;
    else if (error != NULL)
        health.trouble = mt_trouble_find(error);
    json_decref(said);
    return health;
}

struct mt_health mt_health_ask(const char *address, int64_t timeout_ms)
{
    struct mt_health health = {.trouble = MT_TROUBLE_NO_SERVER};
    char answer[ANSWER_MAX];
    int fd = connection_open(address, timeout_ms);

    if (fd < 0)
        return health;
    if (answer_read(fd, answer))
        health = body_read(answer);
    close(fd);
    return health;
}
