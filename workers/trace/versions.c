#include "versions.h"

#include "schemas/alert.h"
#include "workers/kit/log.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

#define LABEL_SLOTS ((size_t)1 << 16)
#define NOTE_SIZE 24

/* What Redis has under one key of a spine. */
struct stored {
    uint32_t revision;
    bool live;
    struct mt_content_hash hash;
};

/* One finding to be written or ended. */
struct change {
    uint32_t outcome;
    const struct mt_spot *spot; /* its key is the finding's id */
    uint32_t revision;          /* expected */
    const struct mt_finding *finding;          /* NULL: it ends */
    const struct mt_transfer_key *merged_into; /* NULL: withdrawn */
    const char *content;
    size_t content_size;
    struct mt_content_hash hash;
    const char *alert;
    size_t alert_size;
    bool done;
};

struct label_slot {
    struct mt_token account;
    struct mt_label label;
    bool used;
};

struct mt_versions {
    struct mt_versions_options options;
    struct mt_arena *arena; /* reset by each apply */
    struct label_slot *labels;
    char script[48]; /* SHA-1 in hex */
    struct change *changes;
    size_t change_count;
    struct mt_outbox_entry *outbox;
    size_t outbox_count;
    char *print; /* MT_ALERT_BYTES_MAX */
    struct mt_versions_counters counters;
};

/*
 * KEYS finding, notes, outbox, live listing.  ARGV expected revision, new revision, state, hash, content ("" keeps the last), merged into,
 * detected ms, id, note, outbox field, alert, last time.
 */
static const char write_script[] =
    "local r=redis.call('HGET',KEYS[1],'r') or '0' "
    "if r~=ARGV[1] then return 0 end "
    "redis.call('HSET',KEYS[1],'r',ARGV[2],'s',ARGV[3],'h',ARGV[4],'m',ARGV[6],'d',ARGV[7]) "
    "if ARGV[5]~='' then redis.call('HSET',KEYS[1],'c',ARGV[5]) end "
    "redis.call('HSET',KEYS[2],ARGV[8],ARGV[9]) "
    "redis.call('HSET',KEYS[3],ARGV[10],ARGV[11]) "
    "if ARGV[3]=='live' then redis.call('ZADD',KEYS[4],ARGV[12],ARGV[8]) else redis.call('ZREM',KEYS[4],ARGV[8]) end "
    "return 1";

enum mt_status mt_versions_create(const struct mt_versions_options *options, struct mt_versions **out_versions)
{
    struct mt_versions *versions = calloc(1, sizeof *versions);

    if (versions == NULL)
        return MT_NO_MEMORY;
    versions->options = *options;
    versions->labels = calloc(LABEL_SLOTS, sizeof *versions->labels);
    versions->print = malloc(MT_ALERT_BYTES_MAX);
    if (versions->labels == NULL || versions->print == NULL ||
        mt_arena_create((size_t)2 << 30, &versions->arena) != MT_OK) {
        mt_versions_destroy(versions);
        return MT_NO_MEMORY;
    }
    *out_versions = versions;
    return MT_OK;
}

void mt_versions_destroy(struct mt_versions *versions)
{
    if (versions == NULL)
        return;
    mt_arena_destroy(versions->arena);
    free(versions->labels);
    free(versions->print);
    free(versions);
}

enum mt_status mt_versions_connected(struct mt_versions *versions)
{
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("SCRIPT"), MT_REDIS_WORD_TEXT("LOAD"), MT_REDIS_WORD_TEXT(write_script)};
    redisReply *reply = mt_redis_ask(versions->options.redis, words, 3);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    snprintf(versions->script, sizeof versions->script, "%.40s", reply->str != NULL ? reply->str : "");
    mt_redis_free(reply);
    return MT_OK;
}

/* --- labels --------------------------------------------------------------------------------------------------------- */

static struct label_slot *label_slot(const struct mt_versions *versions, const struct mt_token *account)
{
    return &versions->labels[mt_token_hash(account) & (LABEL_SLOTS - 1)];
}

void mt_versions_label_seen(struct mt_versions *versions, const struct mt_token *account, const struct mt_label *label)
{
    *label_slot(versions, account) = (struct label_slot){.account = *account, .label = *label, .used = true};
}

/* Labels of one finding: two accounts of the same slot must not push each other out while it is printed. */
struct finding_labels {
    struct mt_token *accounts;
    struct mt_label *labels;
    bool *asked; /* of Redis */
    size_t count;
};

static void label_find(void *self, const struct mt_token *account, struct mt_label *out_label)
{
    const struct finding_labels *labels = self;

    for (size_t i = 0; i < labels->count; i++) {
        if (mt_token_equal(&labels->accounts[i], account)) {
            *out_label = labels->labels[i];
            return;
        }
    }
}

/* Every account of the finding once, and its label: from the cache, else asked of Redis. */
static void labels_send(struct mt_versions *versions, const struct mt_finding *finding, struct finding_labels *out_labels)
{
    size_t max = 2 * (size_t)finding->transfer_count, count = 0;
    struct mt_token *accounts = MT_ARENA_ARRAY(versions->arena, struct mt_token, max);
    struct mt_label *labels = MT_ARENA_ARRAY(versions->arena, struct mt_label, max);
    bool *asked = MT_ARENA_ARRAY(versions->arena, bool, max);

    for (size_t i = 0; i < max; i++) {
        const struct mt_finding_transfer *transfer = &finding->transfers[i / 2];
        const struct mt_token *account = i % 2 == 0 ? &transfer->debtor : &transfer->creditor;
        const struct label_slot *slot = label_slot(versions, account);
        size_t known = 0;

        while (known < count && !mt_token_equal(&accounts[known], account))
            known++;
        if (known < count)
            continue;
        accounts[count] = *account;
        asked[count] = !slot->used || !mt_token_equal(&slot->account, account);
        if (asked[count]) {
            struct mt_key_text key = mt_keys_of(versions->options.keys, 'a', account->bytes);
            const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("GET"), MT_KEY_WORD(key)};

            mt_redis_send(versions->options.redis, words, 2);
        } else {
            labels[count] = slot->label;
        }
        count++;
    }
    *out_labels = (struct finding_labels){accounts, labels, asked, count};
}

static enum mt_status labels_take(struct mt_versions *versions, const struct finding_labels *labels)
{
    for (size_t i = 0; i < labels->count; i++) {
        if (!labels->asked[i])
            continue;
        redisReply *reply = mt_redis_take(versions->options.redis);
        if (reply == NULL)
            return MT_UNAVAILABLE;
        snprintf(labels->labels[i].text, sizeof labels->labels[i].text, "%.*s", reply->type == REDIS_REPLY_STRING ? (int)reply->len : 0,
                 reply->type == REDIS_REPLY_STRING ? reply->str : "");
        mt_redis_free(reply);
        mt_versions_label_seen(versions, &labels->accounts[i], &labels->labels[i]);
    }
    return MT_OK;
}

/* --- what is stored ------------------------------------------------------------------------------------------------- */

static void stored_send(struct mt_versions *versions, const struct mt_transfer_key *id)
{
    struct mt_key_text key = mt_keys_of(versions->options.keys, 'f', id->bytes);
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HMGET"), MT_KEY_WORD(key), MT_REDIS_WORD_TEXT("r"),
                                          MT_REDIS_WORD_TEXT("s"), MT_REDIS_WORD_TEXT("h")};

    mt_redis_send(versions->options.redis, words, 5);
}

static enum mt_status stored_take(struct mt_versions *versions, struct stored *out_stored)
{
    redisReply *reply = mt_redis_take(versions->options.redis);

    if (reply == NULL)
        return MT_UNAVAILABLE;
    *out_stored = (struct stored){0};
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 3 && reply->element[0]->type == REDIS_REPLY_STRING) {
        const redisReply *state = reply->element[1], *hash = reply->element[2];

        out_stored->revision = (uint32_t)strtoul(reply->element[0]->str, NULL, 10);
        out_stored->live = state->type == REDIS_REPLY_STRING && strcmp(state->str, "live") == 0;
        if (hash->type == REDIS_REPLY_STRING && hash->len == sizeof out_stored->hash.bytes)
            memcpy(out_stored->hash.bytes, hash->str, sizeof out_stored->hash.bytes);
    }
    mt_redis_free(reply);
    return MT_OK;
}

static const char *keep(struct mt_versions *versions, size_t size)
{
    char *kept = mt_arena_take(versions->arena, size + 1);

    MT_ASSERT(size > 0);
    memcpy(kept, versions->print, size + 1);
    return kept;
}

/* Prints a live change's content. */
static void change_print(struct mt_versions *versions, struct finding_labels *labels, struct change *change)
{
    change->content_size = mt_alert_content_print(change->finding, versions->options.lore, label_find, labels, versions->print,
                                                  MT_ALERT_BYTES_MAX);
    change->content = keep(versions, change->content_size);
    mt_alert_content_hash(change->content, change->content_size, &change->hash);
}

static void change_add(struct mt_versions *versions, const struct change *change)
{
    versions->changes[versions->change_count++] = *change;
}

/* Which findings outcome `index` changes, given what is stored under its keys. */
static void changes_of(struct mt_versions *versions, const struct mt_outcome *outcome, uint32_t index, const struct stored *stored,
                       struct finding_labels *labels)
{
    const struct mt_finding *finding = outcome->finding;

    if (finding != NULL) {
        struct change change = {.outcome = index, .spot = &outcome->spots[0], .revision = stored[0].revision, .finding = finding};

        change_print(versions, labels, &change);
        if (!stored[0].live || memcmp(stored[0].hash.bytes, change.hash.bytes, sizeof change.hash.bytes) != 0)
            change_add(versions, &change);
    }
    for (uint32_t k = finding != NULL ? 1 : 0; k < outcome->spot_count; k++) {
        if (stored[k].live)
            change_add(versions, &(struct change){.outcome = index,
                                                  .spot = &outcome->spots[k],
                                                  .revision = stored[k].revision,
                                                  .merged_into = finding != NULL ? &outcome->spots[0].key : NULL});
    }
}

/* What is stored under the keys of one outcome, in the order asked. */
static enum mt_status answers_take(struct mt_versions *versions, const struct mt_outcome *outcome, struct stored *stored,
                                   const struct finding_labels *labels)
{
    enum mt_status status = MT_OK;

    for (uint32_t k = 0; k < outcome->spot_count && status == MT_OK; k++)
        status = stored_take(versions, &stored[k]);
    return status == MT_OK && outcome->finding != NULL ? labels_take(versions, labels) : status;
}

/* All questions about all outcomes go in one round. */
static enum mt_status changes_find(struct mt_versions *versions, const struct mt_outcome *outcomes, size_t count)
{
    struct finding_labels *labels = MT_ARENA_ARRAY(versions->arena, struct finding_labels, count);
    size_t key_total = 0, at = 0;
    enum mt_status status = MT_OK;

    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < outcomes[i].spot_count; k++)
            stored_send(versions, &outcomes[i].spots[k].key);
        if (outcomes[i].finding != NULL)
            labels_send(versions, outcomes[i].finding, &labels[i]);
        key_total += outcomes[i].spot_count;
    }
    struct stored *stored = MT_ARENA_ARRAY(versions->arena, struct stored, key_total);
    versions->changes = MT_ARENA_ARRAY(versions->arena, struct change, key_total);
    versions->change_count = 0;
    if (mt_redis_flush(versions->options.redis) != MT_OK)
        return MT_UNAVAILABLE;
    for (size_t i = 0; i < count && status == MT_OK; i++) {
        status = answers_take(versions, &outcomes[i], &stored[at], &labels[i]);
        if (status == MT_OK)
            changes_of(versions, &outcomes[i], (uint32_t)i, &stored[at], &labels[i]);
        at += outcomes[i].spot_count;
    }
    return status;
}

/* --- writing -------------------------------------------------------------------------------------------------------- */

/* Whether a ledger of an outcome with changes (of any, when all are noted), or what is said of its account, or the watch lists, has grown; those are marked to be looked at again. */
static enum mt_status grown_check(struct mt_versions *versions, const struct mt_outcome *outcomes, size_t count, bool noted,
                                  bool *again)
{
    bool *asked = MT_ARENA_ARRAY(versions->arena, bool, count);

    bool lists_grown = false, told_new = false;

    memset(asked, noted, count * sizeof *asked);
    mt_redis_lists_grown_send(versions->options.lists);
    mt_redis_told_send(mt_redis_store_told(versions->options.store));
    for (size_t c = 0; c < versions->change_count; c++)
        asked[versions->changes[c].outcome] = true;
    for (size_t i = 0; i < count; i++) {
        if (asked[i])
            mt_redis_store_grown_send(versions->options.store, outcomes[i].accounts, outcomes[i].account_count);
    }
    if (mt_redis_flush(versions->options.redis) != MT_OK || mt_redis_lists_grown_settle(versions->options.lists, &lists_grown) != MT_OK ||
        mt_redis_told_settle(mt_redis_store_told(versions->options.store), &told_new) != MT_OK)
        return MT_UNAVAILABLE;
    for (size_t i = 0; i < count; i++) {
        bool grown = false;

        if (!asked[i])
            continue;
        if (mt_redis_store_grown_settle(versions->options.store, outcomes[i].account_count, &grown) != MT_OK)
            return MT_UNAVAILABLE;
        again[i] |= grown || lists_grown || told_new;
    }
    return MT_OK;
}

static void write_send(struct mt_versions *versions, struct change *change)
{
    const struct mt_keys *keys = versions->options.keys;
    const struct mt_transfer_key *id = &change->spot->key;
    uint32_t shard = mt_keys_shard(keys, id->bytes);
    struct mt_key_text finding = mt_keys_of(keys, 'f', id->bytes), notes = mt_keys_shard_of(keys, shard, "u"),
                       outbox = mt_keys_shard_of(keys, shard, "o"), live = mt_keys_shard_of(keys, shard, "live");
    char expected[16], revision[16], detected[24], last[24], field[48];
    uint8_t note[NOTE_SIZE];
    int64_t now_ms = mt_clock_ms();
    bool ends = change->finding == NULL;
    const char *state = !ends ? "live" : change->merged_into != NULL ? "merged" : "withdrawn";

    change->alert_size = ends ? mt_alert_end_print(id, change->merged_into, change->revision + 1, now_ms, versions->print,
                                                   MT_ALERT_BYTES_MAX)
                              : mt_alert_print(change->content, change->content_size, change->revision + 1, now_ms, versions->print,
                                               MT_ALERT_BYTES_MAX);
    change->alert = keep(versions, change->alert_size);
    memcpy(note, change->spot->debtor.bytes, 16);
    memcpy(note + 16, &change->spot->time_ms, 8);
    snprintf(expected, sizeof expected, "%u", change->revision);
    snprintf(revision, sizeof revision, "%u", change->revision + 1);
    snprintf(detected, sizeof detected, "%lld", (long long)now_ms);
    snprintf(last, sizeof last, "%lld",
             ends ? 0LL : (long long)mt_finding_last_ms(change->finding));
    memcpy(field, id->bytes, 16);
    int field_size = 16 + snprintf(field + 16, sizeof field - 16, ":%u", change->revision + 1);
    const struct mt_redis_word words[] = {
        MT_REDIS_WORD_TEXT("EVALSHA"), {versions->script, strlen(versions->script)}, MT_REDIS_WORD_TEXT("4"),
        MT_KEY_WORD(finding), MT_KEY_WORD(notes), MT_KEY_WORD(outbox), MT_KEY_WORD(live),
        {expected, strlen(expected)}, {revision, strlen(revision)}, {state, strlen(state)},
        {change->hash.bytes, sizeof change->hash.bytes}, {change->content != NULL ? change->content : "", change->content_size},
        {change->merged_into != NULL ? change->merged_into->bytes : (const uint8_t *)"", change->merged_into != NULL ? 16u : 0u},
        {detected, strlen(detected)}, {id->bytes, 16}, {note, sizeof note}, {field, (size_t)field_size},
        {change->alert, change->alert_size}, {last, strlen(last)},
    };

    mt_redis_send(versions->options.redis, words, sizeof words / sizeof words[0]);
}

/* Writes the live changes, or ends the others; a lost race marks the outcome. */
static enum mt_status changes_write(struct mt_versions *versions, bool ends, bool *again)
{
    for (size_t c = 0; c < versions->change_count; c++) {
        struct change *change = &versions->changes[c];

        if ((change->finding == NULL) == ends && !again[change->outcome])
            write_send(versions, change);
    }
    if (mt_redis_flush(versions->options.redis) != MT_OK)
        return MT_UNAVAILABLE;
    bool *lost = MT_ARENA_ARRAY(versions->arena, bool, versions->change_count);
    for (size_t c = 0; c < versions->change_count; c++) {
        struct change *change = &versions->changes[c];

        lost[c] = false;
        if ((change->finding == NULL) != ends || again[change->outcome])
            continue;
        redisReply *reply = mt_redis_take(versions->options.redis);
        if (reply == NULL)
            return MT_UNAVAILABLE;
        change->done = reply->integer == 1;
        lost[c] = !change->done;
        mt_redis_free(reply);
        versions->counters.written += change->done && !ends;
        versions->counters.merged += change->done && ends && change->merged_into != NULL;
        versions->counters.withdrawn += change->done && ends && change->merged_into == NULL;
        if (change->done)
            versions->outbox[versions->outbox_count++] =
                (struct mt_outbox_entry){change->spot->key, change->revision + 1, change->alert, change->alert_size};
    }
    for (size_t c = 0; c < versions->change_count; c++)
        again[versions->changes[c].outcome] |= lost[c];
    return MT_OK;
}

static void note_remove_send(struct mt_versions *versions, const struct mt_transfer_key *id)
{
    const struct mt_keys *keys = versions->options.keys;
    struct mt_key_text notes = mt_keys_shard_of(keys, mt_keys_shard(keys, id->bytes), "u");
    const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HDEL"), MT_KEY_WORD(notes), {id->bytes, 16}};

    mt_redis_send(versions->options.redis, words, 3);
}

/* Notes of what this call wrote, and, when the outcomes were noted before, of all their transfers. */
static enum mt_status notes_remove(struct mt_versions *versions, const struct mt_outcome *outcomes, size_t count, bool noted,
                                   const bool *again)
{
    size_t sent = 0;

    for (size_t c = 0; c < versions->change_count && !noted; c++) {
        if (versions->changes[c].done && !again[versions->changes[c].outcome]) {
            note_remove_send(versions, &versions->changes[c].spot->key);
            sent++;
        }
    }
    for (size_t i = 0; i < count && noted; i++) {
        for (uint32_t k = 0; k < outcomes[i].spot_count && !again[i]; k++) {
            note_remove_send(versions, &outcomes[i].spots[k].key);
            sent++;
        }
    }
    if (sent > 0 && mt_redis_flush(versions->options.redis) != MT_OK)
        return MT_UNAVAILABLE;
    return mt_redis_skip(versions->options.redis, sent);
}

enum mt_status mt_versions_apply(struct mt_versions *versions, const struct mt_outcome *outcomes, size_t count, bool noted,
                                 bool *out_again)
{
    mt_arena_reset(versions->arena);
    versions->outbox_count = 0;
    memset(out_again, 0, count * sizeof *out_again);
    if (count == 0)
        return MT_OK;
    enum mt_status status = changes_find(versions, outcomes, count);
    if (status != MT_OK || (versions->change_count == 0 && !noted))
        return status;
    versions->outbox = MT_ARENA_ARRAY(versions->arena, struct mt_outbox_entry, versions->change_count);
    status = grown_check(versions, outcomes, count, noted, out_again);
    if (status == MT_OK)
        status = changes_write(versions, false, out_again);
    if (status == MT_OK)
        status = changes_write(versions, true, out_again);
    if (status == MT_OK)
        status = grown_check(versions, outcomes, count, noted, out_again);
    if (status == MT_OK)
        status = notes_remove(versions, outcomes, count, noted, out_again);
    for (size_t i = 0; i < count; i++)
        versions->counters.looked_again += out_again[i];
    return status;
}

const struct mt_outbox_entry *mt_versions_outbox(const struct mt_versions *versions, size_t *out_count)
{
    *out_count = versions->outbox_count;
    return versions->outbox;
}

static void notes_look(const redisReply *reply, mt_note_look *look, void *self, size_t *count)
{
    for (size_t i = 0; i + 1 < reply->elements; i += 2) {
        const redisReply *id = reply->element[i], *note = reply->element[i + 1];
        struct mt_spot spot;

        if (id->len != 16 || note->len != NOTE_SIZE)
            continue;
        memcpy(spot.key.bytes, id->str, 16);
        memcpy(spot.debtor.bytes, note->str, 16);
        memcpy(&spot.time_ms, note->str + 16, 8);
        look(self, &spot);
        (*count)++;
    }
}

enum mt_status mt_versions_notes(struct mt_versions *versions, mt_note_look *look, void *self, size_t *out_count)
{
    *out_count = 0;
    for (uint32_t shard = 0; shard < versions->options.keys->shard_count; shard++) {
        struct mt_key_text notes = mt_keys_shard_of(versions->options.keys, shard, "u");
        const struct mt_redis_word words[] = {MT_REDIS_WORD_TEXT("HGETALL"), MT_KEY_WORD(notes)};
        redisReply *reply = mt_redis_ask(versions->options.redis, words, 2);

        if (reply == NULL)
            return MT_UNAVAILABLE;
        notes_look(reply, look, self, out_count);
        mt_redis_free(reply);
    }
    return MT_OK;
}

struct mt_versions_counters mt_versions_counters(const struct mt_versions *versions)
{
    return versions->counters;
}
