#include "redis.h"

#include "log.h"
#include "stop.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define WAIT_US 500000

struct mt_redis {
    struct mt_redis_options options;
    redisContext *context; /* NULL: not connected */
    char *pending;         /* commands formatted and not yet written */
    size_t pending_size;
    size_t pending_max;
    bool refused;      /* the server said something that waiting does not cure */
    char passing[128]; /* what it last said that waiting does cure; empty: nothing since the connection was made */
};

enum mt_status mt_redis_create(const struct mt_redis_options *options, struct mt_redis **out_redis)
{
    struct mt_redis *redis = calloc(1, sizeof *redis);

    if (redis == NULL)
        return MT_NO_MEMORY;
    redis->options = *options;
    *out_redis = redis;
    return MT_OK;
}

static void connection_drop(struct mt_redis *redis)
{
    if (redis->context != NULL)
        redisFree(redis->context);
    redis->context = NULL;
    redis->pending_size = 0;
}

void mt_redis_destroy(struct mt_redis *redis)
{
    if (redis == NULL)
        return;
    connection_drop(redis);
    free(redis->pending);
    free(redis);
}

static redisContext *context_open(const struct mt_redis_options *options)
{
    struct timeval timeout = {options->timeout_ms / 1000, options->timeout_ms % 1000 * 1000};
    const char *colon = strrchr(options->address, ':');
    char host[256];

    if (options->address[0] == '/' || colon == NULL)
        return redisConnectUnixWithTimeout(options->address, timeout);
    snprintf(host, sizeof host, "%.*s", (int)(colon - options->address), options->address);
    return redisConnectWithTimeout(host, atoi(colon + 1), timeout);
}

/* AUTH from the file, read each time so that a rotated password is picked up. */
static enum mt_status authenticate(struct mt_redis *redis)
{
    char password[512] = "";
    FILE *file = fopen(redis->options.password_file, "r");

    if (file == NULL)
        return MT_BAD_CONFIG;
    if (fgets(password, sizeof password, file) == NULL)
        password[0] = '\0';
    fclose(file);
    password[strcspn(password, "\r\n")] = '\0';
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("AUTH"), {password, strlen(password)}};
    struct redisReply *reply = mt_redis_ask(redis, words, 2);
    explicit_bzero(password, sizeof password);
    if (reply == NULL)
        return redis->refused ? MT_BAD_CONFIG : MT_UNAVAILABLE;
    mt_redis_free(reply);
    return MT_OK;
}

/* Does it answer, and would it take a write? Setting an empty range changes nothing, and is refused whenever writes are. */
static enum mt_status probe(struct mt_redis *redis)
{
    const char *key = redis->options.probe_key;
    const struct mt_redis_word ping[] = {MT_REDIS_WORD_TEXT("PING")};
    const struct mt_redis_word write[] = {MT_REDIS_WORD_TEXT("SETRANGE"), {key, key != NULL ? strlen(key) : 0}, MT_REDIS_WORD_TEXT("0"),
                                          MT_REDIS_WORD_TEXT("")};
    struct redisReply *reply = key != NULL ? mt_redis_ask(redis, write, 4) : mt_redis_ask(redis, ping, 1);

    if (reply == NULL)
        return redis->refused ? MT_BAD_STATE : MT_UNAVAILABLE;
    mt_redis_free(reply);
    redis->passing[0] = '\0';
    return MT_OK;
}

enum mt_status mt_redis_connect(struct mt_redis *redis)
{
    struct timeval timeout = {redis->options.timeout_ms / 1000, redis->options.timeout_ms % 1000 * 1000};

    connection_drop(redis);
    redis->refused = false;
    redis->context = context_open(&redis->options);
    if (redis->context == NULL || redis->context->err != 0 || redisSetTimeout(redis->context, timeout) != REDIS_OK) {
        connection_drop(redis);
        return MT_UNAVAILABLE;
    }
    if (redis->context->connection_type == REDIS_CONN_TCP)
        redisEnableKeepAlive(redis->context); /* on a socket it fails, and that ends the connection */
    if (redis->options.password_file != NULL) {
        enum mt_status status = authenticate(redis);

        if (status != MT_OK)
            return status;
    }
    return probe(redis);
}

enum mt_status mt_redis_connect_wait(struct mt_redis *redis)
{
    enum mt_status status = MT_UNAVAILABLE;
    bool waited = false;

    if (redis->refused)
        return MT_BAD_STATE;
    if (redis->passing[0] == '\0')
        status = mt_redis_connect(redis);
    /* A server that just said "full" or the like still takes connections: to go on at once would be a busy loop. */
    while (status == MT_UNAVAILABLE && !mt_stop_asked()) {
        if (!waited)
            mt_log("warn", "redis_away", "address=%s waiting=true answer=\"%s\"", redis->options.address, redis->passing);
        waited = true;
        usleep(WAIT_US);
        status = mt_redis_connect(redis);
    }
    if (status == MT_OK && waited)
        mt_log("info", "redis_back", "address=%s", redis->options.address);
    return status;
}

static void pending_put(struct mt_redis *redis, const void *bytes, size_t size)
{
    if (redis->pending_size + size > redis->pending_max) {
        while (redis->pending_size + size > redis->pending_max)
            redis->pending_max = redis->pending_max == 0 ? 65536 : 2 * redis->pending_max;
        redis->pending = realloc(redis->pending, redis->pending_max);
        MT_ASSERT(redis->pending != NULL);
    }
    memcpy(redis->pending + redis->pending_size, bytes, size);
    redis->pending_size += size;
}

/* "*3\r\n" or "$16\r\n" */
static void pending_put_count(struct mt_redis *redis, char mark, size_t count)
{
    char digits[24];
    size_t at = sizeof digits;

    digits[--at] = '\n';
    digits[--at] = '\r';
    do {
        digits[--at] = (char)('0' + count % 10);
        count /= 10;
    } while (count > 0);
    digits[--at] = mark;
    pending_put(redis, digits + at, sizeof digits - at);
}

void mt_redis_send(struct mt_redis *redis, const struct mt_redis_word *words, size_t count)
{
    pending_put_count(redis, '*', count);
    for (size_t i = 0; i < count; i++) {
        pending_put_count(redis, '$', words[i].size);
        pending_put(redis, words[i].at, words[i].size);
        pending_put(redis, "\r\n", 2);
    }
}

enum mt_status mt_redis_flush(struct mt_redis *redis)
{
    size_t written = 0;

    if (redis->context == NULL || redis->context->err != 0) {
        connection_drop(redis);
        return MT_UNAVAILABLE;
    }
    while (written < redis->pending_size) {
        ssize_t size = write(redis->context->fd, redis->pending + written, redis->pending_size - written);

        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0) {
            connection_drop(redis);
            return MT_UNAVAILABLE;
        }
        written += (size_t)size;
    }
    redis->pending_size = 0;
    return MT_OK;
}

/* Errors that pass: the server is loading, failing over, full or busy, or lost our scripts, which a new connection brings along. */
static bool error_passes(const char *text)
{
    static const char *const passing[] = {"LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "NOREPLICAS", "READONLY",
                                          "OOM", "MISCONF", "NOSCRIPT", "ERR max number of clients"};

    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        if (strncmp(text, passing[i], strlen(passing[i])) == 0)
            return true;
    }
    return false;
}

struct redisReply *mt_redis_take(struct mt_redis *redis)
{
    void *reply = NULL;

    if (redis->context == NULL)
        return NULL;
    do {
        if (redisGetReply(redis->context, &reply) != REDIS_OK) {
            bool interrupted = redis->context->err == REDIS_ERR_IO && errno == EINTR;

            if (interrupted) {
                redis->context->err = 0;
                continue;
            }
            connection_drop(redis);
            return NULL;
        }
    } while (reply == NULL);
    redisReply *answer = reply;
    if (answer->type != REDIS_REPLY_ERROR)
        return answer;
    redis->refused = !error_passes(answer->str);
    if (redis->refused)
        mt_log("error", "redis_refused", "answer=\"%.80s\"", answer->str);
    else
        snprintf(redis->passing, sizeof redis->passing, "%.80s", answer->str);
    freeReplyObject(answer);
    connection_drop(redis);
    return NULL;
}

void mt_redis_free(struct redisReply *reply)
{
    if (reply != NULL)
        freeReplyObject(reply);
}

enum mt_status mt_redis_skip(struct mt_redis *redis, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct redisReply *reply = mt_redis_take(redis);

        if (reply == NULL)
            return redis->refused ? MT_BAD_STATE : MT_UNAVAILABLE;
        mt_redis_free(reply);
    }
    return MT_OK;
}

struct redisReply *mt_redis_ask(struct mt_redis *redis, const struct mt_redis_word *words, size_t count)
{
    mt_redis_send(redis, words, count);
    if (mt_redis_flush(redis) != MT_OK)
        return NULL;
    return mt_redis_take(redis);
}
