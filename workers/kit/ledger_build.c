#include "ledger_build.h"

#include "record.h"

#include <stdlib.h>

/* Bytes stay where they are, since entries point into them: a full chunk is followed by another, never moved. */
struct chunk {
    struct chunk *older;
    size_t size, max;
    uint8_t bytes[];
};

/* Keys and aliases seen are noted in an open-addressed table, so that repeats and joining reports are noticed as they come. */
struct mt_ledger_build {
    struct mt_token owner;
    struct chunk *chunk; /* the newest */
    size_t byte_count;   /* over all chunks */
    uint64_t generation; /* times compacted */
    uint8_t head[MT_LEDGER_HEAD];
    struct mt_entry *entries;
    uint32_t count, max;
    uint32_t reports; /* records accepted so far: the next sequence */
    bool reports_join;
    struct mt_busy_proof proof;
    struct identity {
        uint64_t hash;
        uint8_t state; /* 0 free, 1 key, 2 alias */
    } * identities;
    uint32_t identity_count, identity_slots;
};

#define FIRST 32
#define CHUNK_FIRST 2048

static struct chunk *chunk_create(size_t max, struct chunk *older)
{
    struct chunk *chunk = malloc(sizeof *chunk + max);

    if (chunk != NULL)
        *chunk = (struct chunk){.older = older, .max = max};
    return chunk;
}

enum mt_status mt_ledger_build_create(struct mt_ledger_build **out_build)
{
    struct mt_ledger_build *build = calloc(1, sizeof *build);

    if (build == NULL)
        return MT_NO_MEMORY;
    build->max = FIRST;
    build->identity_slots = 4 * FIRST;
    build->entries = calloc(build->max, sizeof *build->entries);
    build->chunk = chunk_create(CHUNK_FIRST, NULL);
    build->identities = calloc(build->identity_slots, sizeof *build->identities);
    if (build->entries == NULL || build->chunk == NULL || build->identities == NULL) {
        mt_ledger_build_destroy(build);
        return MT_NO_MEMORY;
    }
    *out_build = build;
    return MT_OK;
}

void mt_ledger_build_destroy(struct mt_ledger_build *build)
{
    if (build == NULL)
        return;
    while (build->chunk != NULL) {
        struct chunk *older = build->chunk->older;

        free(build->chunk);
        build->chunk = older;
    }
    free(build->entries);
    free(build->identities);
    free(build);
}

void mt_ledger_build_reset(struct mt_ledger_build *build, const struct mt_token *owner)
{
    build->owner = *owner;
    while (build->chunk->older != NULL) {
        struct chunk *older = build->chunk->older;

        build->chunk->older = older->older;
        free(older);
    }
    build->chunk->size = 0;
    build->byte_count = 0;
    build->count = 0;
    build->reports = 0;
    build->reports_join = false;
    build->proof = MT_BUSY_PROOF_NONE;
    build->generation = 0;
    if (build->identity_count > 0)
        memset(build->identities, 0, build->identity_slots * sizeof *build->identities);
    build->identity_count = 0;
}

static struct identity *identity_slot(const struct mt_ledger_build *build, uint64_t hash)
{
    uint32_t slot = (uint32_t)(hash >> 32) & (build->identity_slots - 1);

    while (build->identities[slot].state != 0 && build->identities[slot].hash != hash)
        slot = (slot + 1) & (build->identity_slots - 1);
    return &build->identities[slot];
}

static void identities_grow(struct mt_ledger_build *build)
{
    struct identity *old = build->identities;
    uint32_t old_slots = build->identity_slots;

    build->identity_slots *= 2;
    build->identities = calloc(build->identity_slots, sizeof *build->identities);
    MT_ASSERT(build->identities != NULL);
    for (uint32_t i = 0; i < old_slots; i++) {
        if (old[i].state != 0)
            *identity_slot(build, old[i].hash) = old[i];
    }
    free(old);
}

/* Notes an identity; what it was before. A clash of 64-bit hashes only makes the ledger go through the join, which changes nothing. */
static uint8_t identity_note(struct mt_ledger_build *build, const struct mt_transfer_key *key, uint8_t state)
{
    if (2 * build->identity_count >= build->identity_slots)
        identities_grow(build);
    struct identity *identity = identity_slot(build, mt_key_hash(key));
    uint8_t before = identity->state;

    build->identity_count += before == 0;
    identity->hash = mt_key_hash(key);
    identity->state |= state;
    return before;
}

static bool same_report(const struct mt_entry *left, const struct mt_entry *right)
{
    size_t detail_size = 16 * (size_t)(left->alias_count + left->indicator_count) + left->id_size;

    return mt_entry_compare(left, right) == 0 && left->minor == right->minor && left->currency == right->currency &&
           left->creditor_side == right->creditor_side && left->kind == right->kind && left->rail == right->rail &&
           left->weak == right->weak && mt_token_equal(&left->other, &right->other) && left->id_size == right->id_size &&
           left->alias_count == right->alias_count && left->indicator_count == right->indicator_count &&
           memcmp(left->detail, right->detail, detail_size) == 0;
}

static void entry_add(struct mt_ledger_build *build, const struct mt_entry *entry)
{
    uint8_t before = identity_note(build, &entry->key, 1);
    uint32_t at = build->count;

    while (at > 0 && mt_entry_compare(&build->entries[at - 1], entry) > 0)
        at--;
    for (uint32_t i = at; before != 0 && i > 0 && mt_entry_compare(&build->entries[i - 1], entry) == 0; i--) {
        if (same_report(&build->entries[i - 1], entry))
            return;
    }
    build->reports_join |= before != 0;
    for (uint8_t i = 0; i < entry->alias_count; i++) {
        struct mt_transfer_key alias;

        memcpy(alias.bytes, entry->detail + 16 * (size_t)i, 16);
        build->reports_join |= (identity_note(build, &alias, 2) & 1) != 0;
    }
    if (build->count == build->max) {
        build->max *= 2;
        build->entries = realloc(build->entries, build->max * sizeof *build->entries);
        MT_ASSERT(build->entries != NULL);
    }
    memmove(&build->entries[at + 1], &build->entries[at], sizeof *entry * (build->count - at));
    build->entries[at] = *entry;
    build->entries[at].sequence = build->reports++;
    build->count++;
}

static uint8_t *bytes_keep(struct mt_ledger_build *build, const void *bytes, size_t size)
{
    if (build->chunk->size + size > build->chunk->max) {
        size_t max = 2 * build->chunk->max > size ? 2 * build->chunk->max : size;

        build->chunk = chunk_create(max, build->chunk);
        MT_ASSERT(build->chunk != NULL);
    }
    uint8_t *kept = build->chunk->bytes + build->chunk->size;
    memcpy(kept, bytes, size);
    build->chunk->size += size;
    for (size_t i = 0; i < size && build->byte_count + i < sizeof build->head; i++)
        build->head[build->byte_count + i] = kept[i];
    build->byte_count += size;
    return kept;
}

enum mt_status mt_ledger_build_add(struct mt_ledger_build *build, const void *bytes, size_t size)
{
    const uint8_t *at = bytes_keep(build, bytes, size), *end = at + size;

    while (at < end) {
        struct mt_entry entry;
        bool header;
        size_t record = mt_record_read(at, (size_t)(end - at), &build->owner, &entry, &header);

        if (record == 0)
            return MT_BAD_STATE;
        if (header)
            memcpy(&build->generation, at + 1, sizeof build->generation);
        else
            entry_add(build, &entry);
        at += record;
    }
    return MT_OK;
}

struct mt_ledger mt_ledger_build_ledger(struct mt_ledger_build *build)
{
    return (struct mt_ledger){.entries = build->entries, .count = build->count, .reports_join = build->reports_join, .proof = &build->proof};
}

size_t mt_ledger_build_size(const struct mt_ledger_build *build)
{
    return build->byte_count;
}

const uint8_t *mt_ledger_build_head(const struct mt_ledger_build *build)
{
    return build->head;
}

static int sequence_compare(const void *left, const void *right)
{
    const struct mt_entry *a = *(const struct mt_entry *const *)left, *b = *(const struct mt_entry *const *)right;

    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

size_t mt_ledger_build_compact(const struct mt_ledger_build *build, int64_t horizon_ms, uint8_t **out_bytes)
{
    struct mt_ledger ledger = {.entries = build->entries, .count = build->count};
    uint32_t old = mt_ledger_lower(&ledger, horizon_ms), kept = build->count - old;
    uint64_t generation = build->generation + 1;

    if (old < kept)
        return 0;
    const struct mt_entry **entries = malloc((kept + 1) * sizeof(const struct mt_entry *));
    uint8_t *bytes = malloc(MT_RECORD_HEADER + (size_t)kept * MT_RECORD_MAX);
    if (entries == NULL || bytes == NULL) {
        free(entries);
        free(bytes);
        return 0;
    }
    for (uint32_t i = 0; i < kept; i++)
        entries[i] = &build->entries[old + i];
    qsort(entries, kept, sizeof *entries, sequence_compare);
    bytes[0] = MT_RECORD_HEADER;
    memcpy(bytes + 1, &generation, sizeof generation);
    size_t size = MT_RECORD_HEADER;
    for (uint32_t i = 0; i < kept; i++) {
        const uint8_t *record = entries[i]->detail - MT_RECORD_FIXED;

        memcpy(bytes + size, record, record[0]);
        size += record[0];
    }
    free(entries);
    *out_bytes = bytes;
    return size;
}

size_t mt_ledger_build_memory(const struct mt_ledger_build *build)
{
    return build->byte_count + build->max * sizeof *build->entries + build->identity_slots * sizeof *build->identities;
}
