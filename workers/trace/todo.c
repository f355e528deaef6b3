#include "todo.h"

#include "workers/kit/log.h"

#include <hiredis/hiredis.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define MEMBERS_MAX 64 /* in one command */
#define STAMP_SIZE 8
#define MEMBER_SIZE 49

/*
 * A list's member:
 *   0        16            32       40     41       49
 *   [key     ][debtor      ][time   ][alone][stamp  ]
 */
struct member {
    uint8_t bytes[MEMBER_SIZE];
};
static_assert(sizeof(struct member) == MEMBER_SIZE, "no padding");
static_assert(16 + 16 + 8 + 1 + STAMP_SIZE == MEMBER_SIZE, "as drawn");

struct taken {
    struct member member;
    int32_t partition;
    bool stays;
};

struct mt_todo {
    struct mt_redis *redis;
    struct mt_keys keys;
    bool marked[MT_PARTITIONS_MAX]; /* lists that may hold something */
    size_t marked_count;
    uint32_t shard; /* of all marked lists, those in earlier shards are empty */
    size_t count;
    uint64_t put_count;
    struct taken taken[MT_TODO_TAKE];
    struct mt_left left[MT_TODO_TAKE]; /* the same, read */
    size_t taken_count;

};

enum mt_status mt_todo_create(struct mt_redis *redis, const struct mt_keys *keys, struct mt_todo **out_todo)
{
    struct mt_todo *todo = calloc(1, sizeof *todo);

    if (todo == NULL)
        return MT_NO_MEMORY;
    todo->redis = redis;
    todo->keys = *keys;
    *out_todo = todo;
    return MT_OK;
}

void mt_todo_destroy(struct mt_todo *todo)
{
    free(todo);
}

static void mark(struct mt_todo *todo, int32_t partition)
{
    MT_ASSERT(partition >= 0 && partition < MT_PARTITIONS_MAX);
    todo->marked_count += !todo->marked[partition];
    todo->marked[partition] = true;
}

void mt_todo_look(struct mt_todo *todo, int32_t partition)
{
    mark(todo, partition);
    todo->shard = 0;
}

size_t mt_todo_count(const struct mt_todo *todo)
{
    return todo->count;
}

bool mt_todo_any(const struct mt_todo *todo)
{
    return todo->marked_count > 0;
}

uint64_t mt_todo_put_count(const struct mt_todo *todo)
{
    return todo->put_count;
}

static struct mt_key_text list_key(const struct mt_todo *todo, uint32_t shard, int32_t partition)
{
    char name[24];

    snprintf(name, sizeof name, "todo:%d", partition);
    return mt_keys_shard_of(&todo->keys, shard, name);
}

static void member_write(const struct mt_left *left, const uint8_t stamp[STAMP_SIZE], struct member *out_member)
{
    memcpy(out_member->bytes, left->spot.key.bytes, 16);
    memcpy(out_member->bytes + 16, left->spot.debtor.bytes, 16);
    memcpy(out_member->bytes + 32, &left->spot.time_ms, 8);
    out_member->bytes[40] = left->alone;
    memcpy(out_member->bytes + 41, stamp, STAMP_SIZE);
}

static void member_read(const struct member *member, struct mt_left *out_left)
{
    *out_left = (struct mt_left){.alone = member->bytes[40] != 0};
    memcpy(out_left->spot.key.bytes, member->bytes, 16);
    memcpy(out_left->spot.debtor.bytes, member->bytes + 16, 16);
    memcpy(&out_left->spot.time_ms, member->bytes + 32, 8);
}

/* --- put ------------------------------------------------------------------------------------------------------------ */

/* One list's command in one shard. */
static void add_send(struct mt_todo *todo, uint32_t shard, int32_t partition, const struct member *members, size_t count, const char *now)
{
    struct mt_key_text key = list_key(todo, shard, partition);
    struct mt_redis_word words[2 + 2 * MEMBERS_MAX] = {MT_REDIS_WORD_TEXT("ZADD"), MT_KEY_WORD(key)};

    for (size_t i = 0; i < count; i++) {
        words[2 + 2 * i] = (struct mt_redis_word){now, strlen(now)};
        words[3 + 2 * i] = (struct mt_redis_word){members[i].bytes, MEMBER_SIZE};
    }
    mt_redis_send(todo->redis, words, 2 + 2 * count);
}

/* The remainder is dealt out to the lists in runs of one command each. */
enum mt_status mt_todo_put(struct mt_todo *todo, const int32_t *partitions, size_t partition_count, const struct mt_left *left, size_t count)
{
    uint8_t stamp[STAMP_SIZE];
    size_t answers = 0;
    char now[24];

    MT_ASSERT(partition_count > 0);
    randombytes_buf(stamp, sizeof stamp);
    snprintf(now, sizeof now, "%lld", (long long)mt_clock_ms());
    for (size_t from = 0; from < count; from += MEMBERS_MAX) {
        size_t part = count - from < MEMBERS_MAX ? count - from : MEMBERS_MAX;
        int32_t partition = partitions[from / MEMBERS_MAX % partition_count];
        struct member members[MEMBERS_MAX];

        for (size_t i = 0; i < part; i++)
            member_write(&left[from + i], stamp, &members[i]);
        for (uint32_t shard = 0; shard < todo->keys.shard_count; shard++)
            add_send(todo, shard, partition, members, part, now);
        answers += todo->keys.shard_count;
        mark(todo, partition);
    }
    todo->count += count;
    todo->put_count += count;
    if (answers > 0 && mt_redis_flush(todo->redis) != MT_OK)
        return MT_UNAVAILABLE;
    return mt_redis_skip(todo->redis, answers);
}

/* --- take ----------------------------------------------------------------------------------------------------------- */

static void list_ask(struct mt_todo *todo, int32_t partition)
{
    struct mt_key_text key = list_key(todo, todo->shard, partition);
    char last[24];
    int size = snprintf(last, sizeof last, "%d", MT_TODO_TAKE - 1);
    const struct mt_redis_word range[] = {MT_REDIS_WORD_TEXT("ZRANGE"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT("0"), {last, (size_t)size}};
    const struct mt_redis_word card[] = {MT_REDIS_WORD_TEXT("ZCARD"), MT_KEY_WORD(key)};

    mt_redis_send(todo->redis, range, 4);
    mt_redis_send(todo->redis, card, 2);
}

static enum mt_status list_take(struct mt_todo *todo, int32_t partition)
{
    redisReply *range = mt_redis_take(todo->redis), *card = range != NULL ? mt_redis_take(todo->redis) : NULL;
    enum mt_status status = card == NULL ? MT_UNAVAILABLE : range->type == REDIS_REPLY_ARRAY ? MT_OK : MT_BAD_STATE;

    for (size_t i = 0; status == MT_OK && i < range->elements && todo->taken_count < MT_TODO_TAKE; i++) {
        struct taken *taken = &todo->taken[todo->taken_count];

        if (range->element[i]->len != MEMBER_SIZE) {
            status = MT_BAD_STATE; /* not ours: looking past it would lose work unseen */
            break;
        }
        *taken = (struct taken){.partition = partition};
        memcpy(taken->member.bytes, range->element[i]->str, MEMBER_SIZE);
        member_read(&taken->member, &todo->left[todo->taken_count++]);
    }
    todo->count += card != NULL ? (size_t)card->integer : 0;
    mt_redis_free(card);
    mt_redis_free(range);
    return status;
}

/* All marked lists of the shard at hand, in one round. */
static enum mt_status shard_take(struct mt_todo *todo)
{
    enum mt_status status = MT_OK;

    todo->taken_count = 0;
    todo->count = 0;
    for (int32_t p = 0; p < MT_PARTITIONS_MAX; p++) {
        if (todo->marked[p])
            list_ask(todo, p);
    }
    if (mt_redis_flush(todo->redis) != MT_OK)
        return MT_UNAVAILABLE;
    for (int32_t p = 0; p < MT_PARTITIONS_MAX && status == MT_OK; p++) {
        if (todo->marked[p])
            status = list_take(todo, p);
    }
    return status;
}

enum mt_status mt_todo_take(struct mt_todo *todo, const struct mt_left **out_left, size_t *out_count)
{
    enum mt_status status = MT_OK;

    todo->taken_count = 0;
    while (status == MT_OK && todo->marked_count > 0 && todo->taken_count == 0) {
        status = shard_take(todo);
        if (status != MT_OK || todo->taken_count > 0 || ++todo->shard < todo->keys.shard_count)
            continue;
        memset(todo->marked, 0, sizeof todo->marked); /* empty everywhere */
        todo->marked_count = 0;
        todo->shard = 0;
    }
    *out_left = todo->left;
    *out_count = todo->taken_count;
    return status;
}

/* --- settle --------------------------------------------------------------------------------------------------------- */

static int left_compare(const void *left, const void *right)
{
    return mt_key_compare(&((const struct mt_left *)left)->spot.key, &((const struct mt_left *)right)->spot.key);
}

static void remove_send(struct mt_todo *todo, uint32_t shard, int32_t partition, const struct taken *const *gone, size_t count)
{
    struct mt_key_text key = list_key(todo, shard, partition);
    struct mt_redis_word words[2 + MEMBERS_MAX] = {MT_REDIS_WORD_TEXT("ZREM"), MT_KEY_WORD(key)};

    for (size_t i = 0; i < count; i++)
        words[2 + i] = (struct mt_redis_word){gone[i]->member.bytes, MEMBER_SIZE};
    mt_redis_send(todo->redis, words, 2 + count);
}

/* Removes those that do not stay from all shards. Entries of one list lie next to each other. */
static enum mt_status gone_remove(struct mt_todo *todo)
{
    const struct taken *gone[MEMBERS_MAX];
    size_t count = 0, answers = 0;

    for (size_t i = 0; i <= todo->taken_count; i++) {
        const struct taken *taken = i < todo->taken_count ? &todo->taken[i] : NULL;

        if (count > 0 && (taken == NULL || count == MEMBERS_MAX || taken->partition != gone[0]->partition)) {
            for (uint32_t shard = 0; shard < todo->keys.shard_count; shard++)
                remove_send(todo, shard, gone[0]->partition, gone, count);
            answers += todo->keys.shard_count;
            count = 0;
        }
        if (taken == NULL || taken->stays)
            continue;
        gone[count++] = taken;
        todo->count -= todo->count > 0;
    }
    todo->taken_count = 0;
    if (answers > 0 && mt_redis_flush(todo->redis) != MT_OK)
        return MT_UNAVAILABLE;
    return mt_redis_skip(todo->redis, answers);
}

enum mt_status mt_todo_settle(struct mt_todo *todo, const struct mt_left *left, size_t count)
{
    struct mt_left *fresh = malloc((count + 1) * sizeof *fresh);
    bool *known = calloc(count + 1, sizeof *known);
    enum mt_status status = fresh == NULL || known == NULL ? MT_NO_MEMORY : MT_OK;
    size_t fresh_count = 0;

    if (status == MT_OK && count > 0) {
        memcpy(fresh, left, count * sizeof *fresh);
        qsort(fresh, count, sizeof *fresh, left_compare);
    }
    for (size_t i = 0; status == MT_OK && count > 0 && i < todo->taken_count; i++) {
        const struct mt_left *at = bsearch(&todo->left[i], fresh, count, sizeof *fresh, left_compare);

        todo->taken[i].stays = at != NULL;
        if (at != NULL)
            known[at - fresh] = true;
    }
    for (size_t i = 0; status == MT_OK && i < count; i++) {
        if (!known[i])
            fresh[fresh_count++] = fresh[i];
    }
    if (status == MT_OK && fresh_count > 0 && todo->taken_count > 0)
        status = mt_todo_put(todo, &todo->taken[0].partition, 1, fresh, fresh_count);
    if (status == MT_OK)
        status = gone_remove(todo);
    free(known);
    free(fresh);
    return status;
}
