#include "directory.h"

#include "workers/kit/accounts_file.h"

#include <stdio.h>
#include <stdlib.h>

#define WORD_SIZE (MT_CHANNEL_CLASS_MAX + 1)
#define WORDS_MAX 4096 /* distinct, before they are cut to MT_CLASSES_MAX */

struct fact {
    struct mt_token account;
    int64_t from_ms : 48; /* ±4,000 years */
    uint64_t word : 16;   /* while reading by first sight, then the class */
};

struct mt_directory {
    struct fact *facts; /* by account, then time; of two at one time the larger class holds */
    size_t count, room;
    char words[WORDS_MAX][WORD_SIZE];
    size_t word_count;
    const char *names[MT_CLASSES_MAX + 1];
};

static void word_clean(struct mt_text text, char out_word[WORD_SIZE])
{
    size_t size = text.size < WORD_SIZE - 1 ? text.size : WORD_SIZE - 1;

    for (size_t i = 0; i < size; i++) {
        char c = text.at[i] >= 'A' && text.at[i] <= 'Z' ? (char)(text.at[i] - 'A' + 'a') : text.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';

        out_word[i] = plain ? c : '_';
    }
    out_word[size] = '\0';
}

/* Words are few; WORDS_MAX stands for the rest, which have no class. */
static size_t word_number(struct mt_directory *directory, struct mt_text text)
{
    char word[WORD_SIZE];

    word_clean(text, word);
    for (size_t i = 0; i < directory->word_count; i++) {
        if (strcmp(directory->words[i], word) == 0)
            return i;
    }
    if (directory->word_count == WORDS_MAX)
        return WORDS_MAX;
    memcpy(directory->words[directory->word_count], word, sizeof word);
    return directory->word_count++;
}

enum mt_status mt_directory_create(struct mt_directory **out_directory)
{
    *out_directory = calloc(1, sizeof **out_directory);
    return *out_directory != NULL ? MT_OK : MT_NO_MEMORY;
}

enum mt_status mt_directory_add(struct mt_directory *directory, const struct mt_token *account, const struct mt_account_facts *facts)
{
    if (directory->count == directory->room) {
        size_t room = directory->room == 0 ? 4096 : 2 * directory->room;
        struct fact *larger = realloc(directory->facts, room * sizeof *larger);

        if (larger == NULL)
            return MT_NO_MEMORY;
        directory->facts = larger;
        directory->room = room;
    }
    struct fact *fact = &directory->facts[directory->count++];

    fact->account = *account;
    fact->from_ms = facts->valid_from_ms;
    fact->word = word_number(directory, facts->exit.size > 0 ? facts->exit : facts->type);
    return MT_OK;
}

static int name_compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Classes are numbered by their words, so that the order of rows plays no part. */
static enum mt_status classes_number(struct mt_directory *directory)
{
    const char **sorted = malloc((directory->word_count + 1) * sizeof *sorted);

    if (sorted == NULL)
        return MT_NO_MEMORY;
    for (size_t i = 0; i < directory->word_count; i++)
        sorted[i] = directory->words[i];
    qsort(sorted, directory->word_count, sizeof *sorted, name_compare);
    directory->names[0] = "";
    for (size_t i = 0; i < directory->word_count && i < MT_CLASSES_MAX; i++)
        directory->names[i + 1] = sorted[i];
    uint16_t class_of[WORDS_MAX + 1] = {0};
    for (size_t i = 0; i < directory->word_count && i < MT_CLASSES_MAX; i++)
        class_of[(sorted[i] - directory->words[0]) / WORD_SIZE] = (uint16_t)(i + 1);
    for (size_t i = 0; i < directory->count; i++)
        directory->facts[i].word = class_of[directory->facts[i].word];
    free(sorted);
    return MT_OK;
}

static int fact_compare(const void *left, const void *right)
{
    const struct fact *a = left, *b = right;
    int order = memcmp(a->account.bytes, b->account.bytes, sizeof a->account.bytes);

    if (order != 0)
        return order;
    if (a->from_ms != b->from_ms)
        return a->from_ms < b->from_ms ? -1 : 1;
    return (int)a->word - (int)b->word;
}

enum mt_status mt_directory_end(struct mt_directory *directory)
{
    enum mt_status status = classes_number(directory);

    if (directory->count > 0)
        qsort(directory->facts, directory->count, sizeof *directory->facts, fact_compare);
    return status;
}

/* What rows are added to. */
struct rows {
    const struct mt_secret *secret;
    struct mt_directory *directory;
};

static enum mt_status row_add(void *self, const struct mt_account_facts *facts)
{
    const struct rows *rows = self;
    struct mt_token account;

    mt_account_token(rows->secret, &facts->account, &account);
    return mt_directory_add(rows->directory, &account, facts);
}

enum mt_status mt_directory_read(const char *path, const char *mapping_name, const struct mt_secret *secret, struct mt_directory **out_directory)
{
    struct mt_directory *directory = NULL;
    char error[256] = "";
    uint64_t rejected = 0;
    enum mt_status status = mt_directory_create(&directory);

    if (status == MT_OK)
        status = mt_accounts_file_read(path, mapping_name, row_add, &(struct rows){secret, directory}, &rejected, error);
    if (rejected > 0)
        fprintf(stderr, "%s: %llu rows could not be used\n", path, (unsigned long long)rejected);
    if (status == MT_OK)
        status = mt_directory_end(directory);
    if (status != MT_OK) {
        fprintf(stderr, "%s: %s\n", path, error[0] != '\0' ? error : mt_status_text(status));
        mt_directory_destroy(directory);
        return status;
    }
    *out_directory = directory;
    return MT_OK;
}

void mt_directory_destroy(struct mt_directory *directory)
{
    if (directory == NULL)
        return;
    free(directory->facts);
    free(directory);
}

const char *const *mt_directory_names(const struct mt_directory *directory)
{
    static const char *const none[] = {""};

    return directory != NULL ? (const char *const *)directory->names : none;
}

uint8_t mt_directory_find(void *self, const struct mt_token *account, int64_t time_ms)
{
    const struct mt_directory *directory = self;
    const struct fact wanted = {.account = *account, .from_ms = time_ms, .word = UINT16_MAX};
    size_t low = 0, high = directory->count;

    while (low < high) { /* the first fact behind the time */
        size_t middle = low + (high - low) / 2;

        if (fact_compare(&directory->facts[middle], &wanted) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || !mt_token_equal(&directory->facts[low - 1].account, account))
        return 0;
    return (uint8_t)directory->facts[low - 1].word;
}
