/*
 * redis.h: one connection to Redis, pipelined, that tells the caller when the world went away.
 *
 * Commands are queued with send, flushed together, and each answered in order by take. After any error the connection is gone,
 * since a late reply would answer the wrong command: every call then gives MT_UNAVAILABLE until mt_redis_connect() succeeds.
 *
 * Owns     the socket; replies belong to the caller
 * Bounds   the caller's pipelines (this file counts what is outstanding)
 * Threads  one per connection
 * Fails    MT_UNAVAILABLE: wait and connect again. MT_BAD_STATE: the server refuses for good (auth, type, script error)
 */
#ifndef MT_REDIS_H
#define MT_REDIS_H

#include "graph/base.h"

struct mt_redis;
struct redisReply;

struct mt_redis_options {
    const char *address;       /* "host:port" or a socket's path */
    const char *password_file; /* NULL: none */
    int64_t timeout_ms;
    const char *probe_key; /* of who writes: a key never set; connecting asks whether a write to it would be taken. NULL: of who reads */
};

MT_MUST_USE enum mt_status mt_redis_create(const struct mt_redis_options *options, struct mt_redis **out_redis);
void mt_redis_destroy(struct mt_redis *redis); /* NULL is fine */

/* Connects anew, whatever was before: timeout, AUTH and the server's identity are set and read each time. */
MT_MUST_USE enum mt_status mt_redis_connect(struct mt_redis *redis);

/*
 * Connects, trying again every half second until it works or a stop is asked; logs once when it has to wait and once when done. A Redis
 * that is loading, full or read-only is waited for as one that is away; after an answer that waiting does not cure this is MT_BAD_STATE.
 */
MT_MUST_USE enum mt_status mt_redis_connect_wait(struct mt_redis *redis);

/* One argument: any bytes. */
struct mt_redis_word {
    const void *at;
    size_t size;
};

/* Of a literal or an array; a pointer, whose size would be taken for the text's, does not compile. */
#define MT_REDIS_WORD_TEXT(text) ((struct mt_redis_word){(text), sizeof(text) - 1 + 0 * sizeof(char[MT_REDIS_IS_ARRAY(text) ? 1 : -1])})
#define MT_REDIS_IS_ARRAY(text) (!__builtin_types_compatible_p(__typeof__(text), __typeof__(&(text)[0])))

/* Queues a command. Nothing is written before the queue is large or flush is called. */
void mt_redis_send(struct mt_redis *redis, const struct mt_redis_word *words, size_t count);

/* Writes all that is queued, without waiting for answers. */
MT_MUST_USE enum mt_status mt_redis_flush(struct mt_redis *redis);

/* The next answer, or NULL: the connection is gone. An error reply ends the connection and is given as NULL too. */
struct redisReply *mt_redis_take(struct mt_redis *redis);
void mt_redis_free(struct redisReply *reply);

/* Takes `count` answers and frees them, expecting no error. */
MT_MUST_USE enum mt_status mt_redis_skip(struct mt_redis *redis, size_t count);

/* send + flush + take. */
struct redisReply *mt_redis_ask(struct mt_redis *redis, const struct mt_redis_word *words, size_t count);

#endif
