/*
 * redis_told.h: what banks say of accounts (graph/holder.h), in Redis: a string per account, read with its ledger.
 *
 *   {mt:SSS}:d:TOKEN  =  record record ...  (record.h)       {mt:000}:told  there are such
 *
 * Whoever writes the first of these says so under `told`, before; whoever has appended transfers asks for that, after. So of a record and a
 * transfer, whichever is written last is judged, or looked at again, with the other there; and where no bank says anything, nothing is read.
 *
 * Owns     nothing
 * Cost     a short command per account read, once any is told of
 * Threads  one
 * Fails    MT_UNAVAILABLE; MT_BAD_STATE: bytes that are no records
 */
#ifndef MT_REDIS_TOLD_H
#define MT_REDIS_TOLD_H

#include "graph/holder.h"
#include "keys.h"

struct mt_redis_told {
    struct mt_redis *redis;
    const struct mt_keys *keys;
    bool any; /* something is said of some account, as far as is known */
};

/* Asks whether anything is said, and takes the answer: whether that is known only since now. */
void mt_redis_told_send(struct mt_redis_told *told);
MT_MUST_USE enum mt_status mt_redis_told_settle(struct mt_redis_told *told, bool *out_new);

/* Both, where nothing is outstanding. */
MT_MUST_USE enum mt_status mt_redis_told_refresh(struct mt_redis_told *told);

/* Queues a record's append. Returns how many answers will come. */
size_t mt_redis_told_append_send(struct mt_redis_told *told, const struct mt_token *account, const struct mt_holder *record);

/* Asks what is said of one account, and takes the answer in place of `*holders`; of how many bytes it was made. */
void mt_redis_told_read_send(struct mt_redis_told *told, const struct mt_token *account);
MT_MUST_USE enum mt_status mt_redis_told_read_settle(struct mt_redis_told *told, struct mt_holders **holders, size_t *out_size);

/* Asks how many bytes there are: an integer. */
void mt_redis_told_length_send(struct mt_redis_told *told, const struct mt_token *account);

#endif
