#include "memory_store.h"

#include "entry_pool.h"

#include <stdlib.h>

#define DETAIL_BLOCK ((size_t)1 << 20)
#define TABLE_FIRST ((size_t)1 << 12)

struct account {
    struct mt_token token;
    struct mt_entry *entries; /* reports in ledger order */
    struct mt_holders *holders; /* NULL: nothing is said of it */
    uint32_t count;
    uint32_t max : 31;
    uint32_t reports_join : 1;
    struct mt_busy_proof proof;
};
static_assert(sizeof(struct account) == 64, "one cache line each");

struct detail_block {
    struct detail_block *next;
    uint8_t bytes[DETAIL_BLOCK];
};

/*
 * An identity seen: of a report, or claimed by one as an alias. Two reports meet when one's key is here already. Its first bits stand for the
 * key, the last two say what it was seen as: a clash only makes two ledgers go through the join, which changes nothing. 0: free.
 */
#define IDENTITY_KEY 1u
#define IDENTITY_ALIAS 2u
#define IDENTITY_BITS 3u

struct mt_memory_store {
    struct account *accounts; /* dense, in order of first sight */
    size_t account_count, account_max;
    uint64_t *slots; /* the upper half of the token's hash, then account + 1; 0: free */
    size_t slot_count;
    uint64_t *identities;
    size_t identity_count, identity_slots;
    struct mt_entry_pool *pool;
    struct detail_block *details;
    size_t detail_used;
    size_t report_count;
    struct mt_memory_store *indicators; /* their ledgers, apart: accounts are counted and walked. NULL before the first */
};

enum mt_status mt_memory_store_create(struct mt_memory_store **out_store)
{
    struct mt_memory_store *store = calloc(1, sizeof *store);

    if (store == NULL)
        return MT_NO_MEMORY;
    store->account_max = TABLE_FIRST / 2;
    store->slot_count = TABLE_FIRST;
    store->identity_slots = TABLE_FIRST;
    store->accounts = aligned_alloc(sizeof *store->accounts, store->account_max * sizeof *store->accounts);
    store->slots = calloc(store->slot_count, sizeof *store->slots);
    store->identities = calloc(store->identity_slots, sizeof *store->identities);
    if (store->accounts == NULL || store->slots == NULL || store->identities == NULL || mt_entry_pool_create(&store->pool) != MT_OK) {
        mt_memory_store_destroy(store);
        return MT_NO_MEMORY;
    }
    *out_store = store;
    return MT_OK;
}

void mt_memory_store_destroy(struct mt_memory_store *store)
{
    if (store == NULL)
        return;
    mt_memory_store_destroy(store->indicators);
    for (size_t i = 0; i < store->account_count; i++)
        free(store->accounts[i].holders);
    mt_entry_pool_destroy(store->pool);
    while (store->details != NULL) {
        struct detail_block *next = store->details->next;

        free(store->details);
        store->details = next;
    }
    free(store->accounts);
    free(store->slots);
    free(store->identities);
    free(store);
}

size_t mt_memory_store_count(const struct mt_memory_store *store)
{
    return store->report_count;
}

static struct mt_ledger account_ledger(struct account *account)
{
    return (struct mt_ledger){
        .entries = account->entries,
        .count = account->count,
        .reports_join = account->reports_join,
        .proof = &account->proof,
        .holders = account->holders,
    };
}

bool mt_memory_store_account(const struct mt_memory_store *store, size_t index, struct mt_token *out_account,
                             struct mt_ledger *out_ledger)
{
    if (index >= store->account_count)
        return false;
    struct account *account = &store->accounts[index];

    *out_account = account->token;
    *out_ledger = account_ledger(account);
    return true;
}

/* Whether a slot is taken by an account other than this one, as far as the slot itself tells: most questions need no look at the account. */
static bool slot_is_other(uint64_t slot, uint64_t hash)
{
    return slot != 0 && slot >> 32 != hash >> 32;
}

static struct account *slot_account(const struct mt_memory_store *store, uint64_t slot)
{
    return slot != 0 ? &store->accounts[(uint32_t)slot - 1] : NULL;
}

static uint64_t *slot_first(const struct mt_memory_store *store, const struct mt_token *token)
{
    return &store->slots[mt_token_hash(token) & (store->slot_count - 1)];
}

static uint64_t *account_slot(const struct mt_memory_store *store, const struct mt_token *token)
{
    uint64_t hash = mt_token_hash(token);
    size_t slot = hash & (store->slot_count - 1);

    while (slot_is_other(store->slots[slot], hash) ||
           (store->slots[slot] != 0 && !mt_token_equal(&slot_account(store, store->slots[slot])->token, token)))
        slot = (slot + 1) & (store->slot_count - 1);
    return &store->slots[slot];
}

static uint64_t slot_of_account(const struct mt_memory_store *store, size_t index)
{
    return mt_token_hash(&store->accounts[index].token) >> 32 << 32 | (index + 1);
}

static bool accounts_grow(struct mt_memory_store *store)
{
    struct account *accounts = aligned_alloc(sizeof *accounts, 2 * store->account_max * sizeof *accounts);
    uint64_t *slots = calloc(2 * store->slot_count, sizeof *slots);

    if (accounts == NULL || slots == NULL) {
        free(accounts);
        free(slots);
        return false;
    }
    mt_large_pages(accounts, 2 * store->account_max * sizeof *accounts);
    mt_large_pages(slots, 2 * store->slot_count * sizeof *slots);
    memcpy(accounts, store->accounts, store->account_count * sizeof *accounts);
    free(store->accounts);
    free(store->slots);
    store->accounts = accounts;
    store->slots = slots;
    store->slot_count *= 2;
    store->account_max *= 2;
    for (size_t i = 0; i < store->account_count; i++)
        *account_slot(store, &store->accounts[i].token) = slot_of_account(store, i);
    return true;
}

/* The account's number, made up at its first sight; false without memory. */
static bool account_take(struct mt_memory_store *store, const struct mt_token *token, uint32_t *out_index)
{
    uint64_t *slot = account_slot(store, token);

    if (*slot == 0) {
        if (store->account_count == store->account_max) {
            if (!accounts_grow(store))
                return false;
            slot = account_slot(store, token);
        }
        store->accounts[store->account_count] = (struct account){.token = *token, .proof = MT_BUSY_PROOF_NONE};
        *slot = slot_of_account(store, store->account_count++);
    }
    *out_index = (uint32_t)*slot - 1;
    return true;
}

/* The last entry is compared with, the one after it is written. Inline, as gcc 12 drops calls of a function that does nothing but prefetch. */
static inline __attribute__((always_inline)) void end_prefetch(const struct account *account)
{
    const struct mt_entry *end = account->entries + account->count;

    if (account->count > 0)
        __builtin_prefetch(end - 1);
    if (account->count < account->max)
        __builtin_prefetch(end, 1);
}

static uint64_t *identity_first(const struct mt_memory_store *store, uint64_t hash)
{
    return &store->identities[hash / (IDENTITY_BITS + 1) & (store->identity_slots - 1)];
}

static uint64_t *identity_slot(const struct mt_memory_store *store, uint64_t hash)
{
    uint64_t *slot = identity_first(store, hash);

    while (*slot != 0 && (*slot ^ hash) > IDENTITY_BITS)
        slot = slot + 1 < store->identities + store->identity_slots ? slot + 1 : store->identities;
    return slot;
}

/* Notes an identity; returns what it was noted as before, or -1 without memory. */
static int identity_note(struct mt_memory_store *store, const struct mt_transfer_key *key, uint32_t state)
{
    if (store->identity_count * 4 >= store->identity_slots * 3) {
        uint64_t *old = store->identities;
        size_t old_slots = store->identity_slots;
        uint64_t *larger = calloc(old_slots * 2, sizeof *larger);

        if (larger == NULL)
            return -1;
        mt_large_pages(larger, old_slots * 2 * sizeof *larger);
        store->identities = larger;
        store->identity_slots = old_slots * 2;
        for (size_t i = 0; i < old_slots; i++) {
            if (old[i] != 0)
                *identity_slot(store, old[i]) = old[i];
        }
        free(old);
    }
    uint64_t *identity = identity_slot(store, mt_key_hash(key));
    int before = (int)(*identity & IDENTITY_BITS);

    store->identity_count += before == 0;
    *identity |= (mt_key_hash(key) & ~(uint64_t)IDENTITY_BITS) | state;
    return before;
}

static const uint8_t *detail_keep(struct mt_memory_store *store, const struct mt_transfer *transfer)
{
    size_t aliases_size = 16 * (size_t)transfer->alias_count, indicators_size = 16 * (size_t)transfer->indicator_count;
    size_t size = aliases_size + indicators_size + transfer->id_size;

    if (store->details == NULL || store->detail_used + size > DETAIL_BLOCK) {
        struct detail_block *block = malloc(sizeof *block);

        if (block == NULL)
            return NULL;
        block->next = store->details;
        store->details = block;
        store->detail_used = 0;
    }
    uint8_t *detail = store->details->bytes + store->detail_used;
    memcpy(detail, transfer->aliases, aliases_size);
    memcpy(detail + aliases_size, transfer->indicators, indicators_size);
    memcpy(detail + aliases_size + indicators_size, transfer->id, transfer->id_size);
    store->detail_used += size;
    return detail;
}

/* The same report again. Only looked for when the key was seen before. */
static bool report_known(const struct account *account, const struct mt_transfer *transfer)
{
    struct mt_ledger ledger = {.entries = account->entries, .count = account->count};

    for (uint32_t i = mt_ledger_lower(&ledger, transfer->time_ms);
         i < ledger.count && ledger.entries[i].time_ms == transfer->time_ms; i++) {
        if (mt_entry_reports(&ledger.entries[i], transfer, true))
            return true;
    }
    return false;
}

static enum mt_status entry_insert(struct mt_memory_store *store, struct account *account, const struct mt_entry *entry)
{
    if (account->count == account->max) {
        struct mt_entry *entries = mt_entry_pool_double(store->pool, account->entries, account->max);

        if (entries == NULL)
            return MT_NO_MEMORY;
        account->entries = entries;
        account->max = (account->max == 0 ? MT_ENTRIES_FIRST : 2 * account->max) & INT32_MAX;
    }
    uint32_t at = account->count;

    while (at > 0 && mt_entry_compare(&account->entries[at - 1], entry) > 0)
        at--;
    memmove(&account->entries[at + 1], &account->entries[at], sizeof *entry * (account->count - at));
    account->entries[at] = *entry;
    account->entries[at].sequence = account->count++;
    return MT_OK;
}

static enum mt_status side_append(struct mt_memory_store *store, struct account *account, const struct mt_transfer *transfer, bool outflow,
                                  const uint8_t *detail, bool meets)
{
    struct mt_entry entry;

    mt_entry_make(transfer, outflow, &entry);
    entry.detail = detail;
    account->reports_join |= meets;
    return entry_insert(store, account, &entry);
}

static enum mt_status indicators_append(struct mt_memory_store *store, const struct mt_transfer *transfer, const uint8_t *detail, bool meets)
{
    enum mt_status status = MT_OK;

    if (store->indicators == NULL)
        status = mt_memory_store_create(&store->indicators);
    for (uint8_t i = 0; i < mt_indicators_noted(transfer) && status == MT_OK; i++) {
        struct mt_entry entry;
        uint32_t index;

        if (!account_take(store->indicators, &transfer->indicators[i], &index))
            return MT_NO_MEMORY;
        struct account *indicator = &store->indicators->accounts[index];
        mt_entry_make_indicator(transfer, &entry);
        entry.detail = detail;
        indicator->reports_join |= meets;
        status = entry_insert(store->indicators, indicator, &entry);
    }
    return status;
}

/* A transfer's accounts, by number: the array of accounts may move while a batch is appended. */
struct sides {
    uint32_t debtor, creditor;
};

static enum mt_status transfer_append(struct mt_memory_store *store, const struct mt_transfer *transfer, const struct sides *sides)
{
    struct account *debtor = &store->accounts[sides->debtor], *creditor = &store->accounts[sides->creditor];
    int before = identity_note(store, &transfer->key, IDENTITY_KEY);
    bool meets = before != 0;
    bool failed = before < 0;

    if (before > 0 && (before & IDENTITY_KEY) != 0 && report_known(debtor, transfer))
        return MT_OK;
    for (uint8_t i = 0; i < transfer->alias_count; i++) {
        int alias = identity_note(store, &transfer->aliases[i], IDENTITY_ALIAS);

        meets |= alias > 0 && (alias & IDENTITY_KEY) != 0;
        failed |= alias < 0;
    }
    const uint8_t *detail = failed ? NULL : detail_keep(store, transfer);
    if (detail == NULL)
        return MT_NO_MEMORY;
    store->report_count++;
    enum mt_status status = side_append(store, debtor, transfer, true, detail, meets);
    if (status == MT_OK && creditor != debtor)
        status = side_append(store, creditor, transfer, false, detail, meets);
    if (status == MT_OK && mt_indicators_noted(transfer) > 0)
        status = indicators_append(store, transfer, detail, meets);
    return status;
}

/*
 * Most of a large store is not in the processor's cache, and each transfer touches a handful of far places. They are asked for many at a time, in
 * stages, as each stage's address is what the one before fetched: slot, account, end of its entries. A prefetch waits until its page is found,
 * so they stand close together, where the processor works on several at once.
 */
#define BLOCK 64

/* The account that a token's slot most likely stands for; NULL: none. Reads no account. */
static const struct account *account_guess(const struct mt_memory_store *store, const struct mt_token *token)
{
    uint64_t hash = mt_token_hash(token);
    size_t slot = hash & (store->slot_count - 1);

    while (slot_is_other(store->slots[slot], hash))
        slot = (slot + 1) & (store->slot_count - 1);
    return slot_account(store, store->slots[slot]);
}

static enum mt_status block_append(struct mt_memory_store *store, const struct mt_transfer *transfers, size_t count)
{
    struct sides sides[BLOCK];
    enum mt_status status = MT_OK;

    for (size_t i = 0; i < count; i++) {
        __builtin_prefetch(identity_first(store, mt_key_hash(&transfers[i].key)), 1);
        __builtin_prefetch(slot_first(store, &transfers[i].debtor));
        __builtin_prefetch(slot_first(store, &transfers[i].creditor));
    }
    for (size_t i = 0; i < count; i++) {
        __builtin_prefetch(account_guess(store, &transfers[i].debtor));
        __builtin_prefetch(account_guess(store, &transfers[i].creditor));
    }
    for (size_t i = 0; i < count; i++) {
        if (!account_take(store, &transfers[i].debtor, &sides[i].debtor) || !account_take(store, &transfers[i].creditor, &sides[i].creditor))
            return MT_NO_MEMORY;
        end_prefetch(&store->accounts[sides[i].debtor]);
        end_prefetch(&store->accounts[sides[i].creditor]);
    }
    for (size_t i = 0; i < count && status == MT_OK; i++)
        status = transfer_append(store, &transfers[i], &sides[i]);
    return status;
}

static enum mt_status store_append(void *self, const struct mt_transfer *transfers, size_t count)
{
    enum mt_status status = MT_OK;

    for (size_t at = 0; at < count && status == MT_OK; at += BLOCK)
        status = block_append(self, transfers + at, count - at < BLOCK ? count - at : BLOCK);
    return status;
}

enum mt_status mt_memory_store_describe(struct mt_memory_store *store, const struct mt_token *token, const struct mt_holder *record)
{
    uint32_t index;

    if (!account_take(store, token, &index))
        return MT_NO_MEMORY;
    return mt_holders_add(&store->accounts[index].holders, record);
}

/* So many of the last entries are what is read of most ledgers. */
#define READ_FIRST 9

static void block_read(const struct mt_memory_store *store, const struct mt_token *tokens, size_t count, struct mt_ledger *out_ledgers)
{
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(slot_first(store, &tokens[i]));
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(account_guess(store, &tokens[i]));
    for (size_t i = 0; i < count; i++) {
        struct account *account = slot_account(store, *account_slot(store, &tokens[i]));

        if (account == NULL && store->indicators != NULL)
            account = slot_account(store->indicators, *account_slot(store->indicators, &tokens[i]));
        out_ledgers[i] = (struct mt_ledger){0};
        if (account == NULL)
            continue;
        out_ledgers[i] = account_ledger(account);
        for (uint32_t e = 1; e <= READ_FIRST && e <= account->count; e++)
            __builtin_prefetch(&account->entries[account->count - e]);
    }
}

static enum mt_status store_read(void *self, const struct mt_token *accounts, size_t count, struct mt_ledger *out_ledgers)
{
    for (size_t at = 0; at < count; at += BLOCK)
        block_read(self, accounts + at, count - at < BLOCK ? count - at : BLOCK, out_ledgers + at);
    return MT_OK;
}

struct mt_store mt_memory_store_as_store(struct mt_memory_store *store)
{
    return (struct mt_store){.self = store, .append = store_append, .read = store_read};
}
