#include "keys.h"

#include <stdio.h>

/* The last byte, so that shards and the hash tables that use the first bytes do not go hand in hand. */
uint32_t mt_keys_shard(const struct mt_keys *keys, const uint8_t id[16])
{
    return id[15] % keys->shard_count;
}

struct mt_key_text mt_keys_of(const struct mt_keys *keys, char kind, const uint8_t id[16])
{
    uint32_t shard = mt_keys_shard(keys, id);
    size_t space = strlen(keys->space);
    struct mt_key_text key;
    char *at = key.at;

    *at++ = '{';
    memcpy(at, keys->space, space);
    at += space;
    *at++ = ':';
    *at++ = (char)('0' + shard / 100 % 10);
    *at++ = (char)('0' + shard / 10 % 10);
    *at++ = (char)('0' + shard % 10);
    *at++ = '}';
    *at++ = ':';
    *at++ = kind;
    *at++ = ':';
    memcpy(at, id, 16);
    key.size = (size_t)(at - key.at) + 16;
    return key;
}

struct mt_key_text mt_keys_shard_of(const struct mt_keys *keys, uint32_t shard, const char *name)
{
    struct mt_key_text key;

    key.size = (size_t)snprintf(key.at, sizeof key.at, "{%s:%03u}:%s", keys->space, shard, name);
    return key;
}

struct mt_key_text mt_keys_global(const struct mt_keys *keys, const char *name)
{
    struct mt_key_text key;

    key.size = (size_t)snprintf(key.at, sizeof key.at, "%s:%s", keys->space, name);
    return key;
}
