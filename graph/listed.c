#include "listed.h"

#include <stdlib.h>

/* The debtor's, where the entry is a transfer out of it. */
static bool indicator_listed(const struct mt_lists *lists, const struct mt_entry *entry)
{
    for (uint32_t i = 0; i < mt_entry_indicator_count(entry); i++) {
        struct mt_token indicator = mt_entry_indicator(entry, i);

        if (mt_lists_hold(lists, &indicator, entry->time_ms))
            return true;
    }
    return false;
}

bool mt_listed_self(const struct mt_lists *lists, const struct mt_token *account, const struct mt_entry *entry)
{
    return mt_lists_count(lists) > 0 && !entry->idle &&
           (mt_lists_hold(lists, account, entry->time_ms) || (entry->outflow && indicator_listed(lists, entry)));
}

bool mt_listed_other(const struct mt_lists *lists, const struct mt_entry *entry)
{
    return mt_lists_count(lists) > 0 && !entry->idle &&
           (mt_lists_hold(lists, &entry->other, entry->time_ms) || (!entry->outflow && indicator_listed(lists, entry)));
}

/* A sum in a currency of which no size is known counts, however small it may be: who is listed matters more than how much. */
static bool counts(const struct mt_lore *lore, const struct mt_entry *entry)
{
    return mt_lines_of(lore->lines, entry->currency)->par_cents == 0 ||
           mt_lines_size(lore->lines, entry->currency, entry->minor) >= lore->rules->listed_sum_least;
}

bool mt_listed_dealing(const struct mt_lore *lore, const struct mt_entry *entry)
{
    return mt_lists_count(lore->lists) > 0 && counts(lore, entry) && mt_listed_other(lore->lists, entry);
}

static void listing_add(struct mt_listings *listings, const struct mt_listing *record, struct mt_arena *arena)
{
    for (uint32_t i = 0; i < listings->count; i++) {
        const struct mt_finding_listing *known = &listings->at[i];

        if (mt_token_equal(&known->subject, &record->subject) && known->text_size == record->text_size &&
            memcmp(known->text, record->text, record->text_size) == 0)
            return;
    }
    MT_ARENA_ROOM(arena, listings->at, listings->count, listings->max, 8);
    struct mt_finding_listing *put = &listings->at[listings->count++];
    memset(put, 0, sizeof *put);
    put->subject = record->subject;
    put->text = record->text;
    put->text_size = record->text_size;
    put->kind = record->kind;
}

static void subject_add(struct mt_listings *listings, const struct mt_lists *lists, const struct mt_token *subject, int64_t at_ms,
                        struct mt_arena *arena)
{
    for (const struct mt_listing *record = mt_lists_next(lists, subject, at_ms, NULL); record != NULL;
         record = mt_lists_next(lists, subject, at_ms, record))
        listing_add(listings, record, arena);
}

void mt_listings_add(struct mt_listings *listings, const struct mt_lists *lists, const struct mt_token *account, const struct mt_entry *entry,
                     bool self, struct mt_arena *arena)
{
    if (mt_lists_count(lists) == 0 || entry->idle)
        return;
    subject_add(listings, lists, self ? account : &entry->other, entry->time_ms, arena);
    for (uint32_t i = 0; self == entry->outflow && i < mt_entry_indicator_count(entry); i++) {
        struct mt_token indicator = mt_entry_indicator(entry, i);

        subject_add(listings, lists, &indicator, entry->time_ms, arena);
    }
}

static int listing_compare(const void *left, const void *right)
{
    const struct mt_finding_listing *a = left, *b = right;
    int order = memcmp(a->subject.bytes, b->subject.bytes, sizeof a->subject.bytes);
    size_t shorter = a->text_size < b->text_size ? a->text_size : b->text_size;

    if (order == 0)
        order = memcmp(a->text, b->text, shorter);
    return order != 0 ? order : (a->text_size > b->text_size) - (a->text_size < b->text_size);
}

void mt_listings_put(struct mt_listings *listings, struct mt_finding *finding)
{
    uint32_t most = MT_FINDING_LISTINGS_MAX;

    if (listings->count > 1)
        qsort(listings->at, listings->count, sizeof *listings->at, listing_compare);
    finding->listings = listings->at;
    finding->listing_count = listings->count < most ? listings->count : most;
    finding->listing_hidden = listings->count - finding->listing_count;
}
