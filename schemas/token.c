#include "token.h"

#include "moment.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#define ELLIPSIS "\xe2\x80\xa6" /* U+2026 */
#define MASKED_UP_TO 4          /* characters: a number so short is shown by its last two only */

/*
 * What is hashed: fields one after another, each with its length in front, so that no two lists of fields share bytes.
 *
 *   [length 2 LE][bytes] [length 2 LE][bytes] ...
 *
 * The first field says what is hashed ("account", "uetr", ...): no token can be a key, and no identity one of another
 * kind.
 */
struct mac_input {
    uint8_t bytes[1024];
    size_t size;
};

static void push_bytes(struct mac_input *input, const void *bytes, size_t size)
{
    MT_ASSERT(size <= UINT16_MAX);
    MT_ASSERT(input->size + 2 + size <= sizeof input->bytes);
    input->bytes[input->size++] = (uint8_t)size;
    input->bytes[input->size++] = (uint8_t)(size >> 8);
    if (size > 0)
        memcpy(input->bytes + input->size, bytes, size);
    input->size += size;
}

static void push_text(struct mac_input *input, struct mt_text text)
{
    push_bytes(input, text.at, text.size);
}

static void push_word(struct mac_input *input, const char *word)
{
    push_bytes(input, word, strlen(word));
}

/* Little-endian on every machine: tokens of two machines must be equal. */
static void push_int(struct mac_input *input, int64_t value)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)((uint64_t)value >> (8 * i));
    push_bytes(input, bytes, sizeof bytes);
}

static void mac_finish(const struct mac_input *input, const struct mt_secret *secret, uint8_t out_mac[16])
{
    int failed = crypto_generichash(out_mac, 16, input->bytes, input->size, secret->bytes, sizeof secret->bytes);

    MT_ASSERT(failed == 0);
}

/* An IBAN is printed in groups and in either case; other numbers are the bank's own affair and stay as they are. */
static void push_number(struct mac_input *input, const struct mt_event_account *account)
{
    char plain[512];
    size_t size = 0;

    if (account->scheme.size != 4 || memcmp(account->scheme.at, "iban", 4) != 0) {
        push_text(input, account->number);
        return;
    }
    MT_ASSERT(account->number.size <= sizeof plain);
    for (size_t i = 0; i < account->number.size; i++) {
        char byte = account->number.at[i];

        if (byte == ' ' || byte == '-')
            continue;
        plain[size++] = byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
    }
    push_bytes(input, plain, size);
}

void mt_account_token(const struct mt_secret *secret, const struct mt_event_account *account,
                      struct mt_token *out_token)
{
    struct mac_input input;

    input.size = 0;
    push_word(&input, "account");
    push_text(&input, account->bank);
    if (account->scheme.size == 0)
        push_word(&input, "account");
    else
        push_text(&input, account->scheme);
    push_number(&input, account);
    mac_finish(&input, secret, out_token->bytes);
}

void mt_indicator_token(const struct mt_secret *secret, enum mt_indicator kind, struct mt_text hash, struct mt_token *out_token)
{
    struct mac_input input;

    input.size = 0;
    push_word(&input, "indicator");
    push_word(&input, mt_indicator_names[kind]);
    push_text(&input, hash);
    mac_finish(&input, secret, out_token->bytes);
}

static bool text_is(struct mt_text text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.at, word, text.size) == 0;
}

void mt_account_holder(const struct mt_account_facts *facts, struct mt_holder *out_record)
{
    bool person = text_is(facts->type, "personal") || text_is(facts->type, "savings");

    *out_record = (struct mt_holder){
        .since_ms = facts->valid_from_ms,
        .opened_ms = facts->opened_ms,
        .kind = person ? MT_HOLDER_PERSON : MT_HOLDER_FIRM,
    };
}

void mt_listing_tokenise(const struct mt_listing_event *event, const struct mt_secret *secret, char out_text[MT_LISTING_TEXT_MAX],
                         struct mt_listing *out_record)
{
    struct mt_print print = mt_print_into(out_text, MT_LISTING_TEXT_MAX);
    struct mt_listing record = {.since_ms = event->since_ms,
                                .from_ms = event->from_ms,
                                .until_ms = event->until_ms,
                                .state = event->state,
                                .kind = event->kind};
    struct mac_input input;

    if (event->kind == MT_SUBJECT_ACCOUNT)
        mt_account_token(secret, &event->party, &record.subject);
    else
        mt_indicator_token(secret, (enum mt_indicator)event->kind, event->hash, &record.subject);
    input.size = 0;
    push_word(&input, "listing");
    push_text(&input, event->list);
    push_text(&input, event->entry);
    push_bytes(&input, record.subject.bytes, sizeof record.subject.bytes);
    mac_finish(&input, secret, record.entry.bytes);
    mt_listing_members_print(event, &print);
    record.text = out_text;
    record.text_size = (uint16_t)mt_print_end(&print);
    MT_ASSERT(record.text_size > 0);
    *out_record = record;
}

/* Where the last `count` characters of valid UTF-8 begin. */
static size_t tail_from(struct mt_text text, size_t count)
{
    size_t from = text.size;

    while (from > 0 && count > 0) {
        from--;
        if (((unsigned char)text.at[from] & 0xc0) != 0x80)
            count--;
    }
    return from;
}

void mt_account_label(const struct mt_event_account *account, struct mt_label *out_label)
{
    enum { GAP_SIZE = sizeof " " ELLIPSIS - 1 };
    size_t from = tail_from(account->number, 4);

    if (tail_from(account->number, MASKED_UP_TO) == 0)
        from = tail_from(account->number, 2);
    size_t tail_size = account->number.size - from;
    size_t bank_size = account->bank.size;
    size_t bank_size_max = sizeof out_label->text - 1 - GAP_SIZE - tail_size;

    if (bank_size > bank_size_max) {
        bank_size = bank_size_max;
        while (bank_size > 0 && ((unsigned char)account->bank.at[bank_size] & 0xc0) == 0x80)
            bank_size--;
    }
    memcpy(out_label->text, account->bank.at, bank_size);
    memcpy(out_label->text + bank_size, " " ELLIPSIS, GAP_SIZE);
    memcpy(out_label->text + bank_size + GAP_SIZE, account->number.at + from, tail_size);
    out_label->text[bank_size + GAP_SIZE + tail_size] = '\0';
}

/* Finishes an identity with the two accounts, as the transfer's key or, when it has one already, as an alias. */
static void identity_add(struct mac_input *input, const struct mt_secret *secret, struct mt_transfer *transfer,
                         bool *first)
{
    struct mt_transfer_key key;

    push_bytes(input, transfer->debtor.bytes, sizeof transfer->debtor.bytes);
    push_bytes(input, transfer->creditor.bytes, sizeof transfer->creditor.bytes);
    mac_finish(input, secret, key.bytes);
    if (*first)
        transfer->key = key;
    else
        transfer->aliases[transfer->alias_count++] = key;
    *first = false;
}

static void identities_fill(const struct mt_event *event, const struct mt_secret *secret, struct mt_transfer *transfer)
{
    struct mac_input input;
    bool first = true;

    if (event->uetr.size > 0) {
        input.size = 0;
        push_word(&input, "uetr");
        push_text(&input, event->uetr);
        identity_add(&input, secret, transfer, &first);
    }
    transfer->weak = event->uetr.size == 0 && (event->transaction_id.size > 0 || event->end_to_end_id.size > 0);
    if (event->transaction_id.size > 0) {
        input.size = 0;
        push_word(&input, "transaction");
        push_text(&input, event->debtor.bank);
        push_text(&input, event->transaction_id);
        identity_add(&input, secret, transfer, &first);
    }
    if (event->end_to_end_id.size > 0) {
        input.size = 0;
        push_word(&input, "end_to_end");
        push_text(&input, event->debtor.bank);
        push_text(&input, event->end_to_end_id);
        push_int(&input, event->amount.minor);
        push_int(&input, event->amount.currency);
        push_int(&input, event->time_ms / MT_DAY_MS);
        identity_add(&input, secret, transfer, &first);
    }
    if (first) {
        input.size = 0;
        push_word(&input, "row");
        push_text(&input, event->file);
        push_int(&input, event->row);
        identity_add(&input, secret, transfer, &first);
    }
}

static void id_fill(const struct mt_event *event, struct mt_transfer *transfer)
{
    struct mt_text id = event->transaction_id;
    char row[32];

    if (id.size == 0)
        id = event->end_to_end_id;
    if (id.size == 0)
        id = event->uetr;
    if (id.size == 0) {
        id.size = (size_t)snprintf(row, sizeof row, "row:%lld", (long long)event->row);
        id.at = row;
    }
    MT_ASSERT(id.size <= sizeof transfer->id);
    memcpy(transfer->id, id.at, id.size);
    transfer->id_size = (uint8_t)id.size;
}

void mt_event_tokenise(const struct mt_event *event, const struct mt_secret *secret, struct mt_transfer *out_transfer)
{
    struct mt_transfer transfer = {
        .time_ms = event->time_ms,
        .amount = event->amount,
        .source = out_transfer->source,
        .kind = event->kind,
        .rail = event->rail,
        .side = event->side,
    };

    mt_account_token(secret, &event->debtor, &transfer.debtor);
    mt_account_token(secret, &event->creditor, &transfer.creditor);
    identities_fill(event, secret, &transfer);
    id_fill(event, &transfer);
    for (int i = 0; i < MT_INDICATOR_COUNT; i++) {
        if (event->indicators[i].size > 0)
            mt_indicator_token(secret, (enum mt_indicator)i, event->indicators[i], &transfer.indicators[transfer.indicator_count++]);
    }
    *out_transfer = transfer;
}

static enum mt_status secret_read(const char *path, struct mt_secret *out_secret)
{
    enum { DIGITS = 2 * sizeof out_secret->bytes };
    char text[DIGITS + 2];
    struct mt_secret secret;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return MT_IO;
    ssize_t size = read(file, text, sizeof text);

    close(file);
    if (size < 0)
        return MT_IO;
    if (size == DIGITS + 1 && text[DIGITS] == '\n')
        size = DIGITS;
    size_t read_size = 0;
    bool good = size == DIGITS &&
                sodium_hex2bin(secret.bytes, sizeof secret.bytes, text, DIGITS, NULL, &read_size, NULL) == 0 &&
                read_size == sizeof secret.bytes;

    if (good)
        *out_secret = secret;
    sodium_memzero(text, sizeof text);
    sodium_memzero(&secret, sizeof secret);
    return good ? MT_OK : MT_BAD_CONFIG;
}

/* Writes a new secret under a name of its own, then links it: of two processes that begin at once, both use the first
 * one's. */
static enum mt_status secret_make(const char *path)
{
    enum { DIGITS = 2 * sizeof(struct mt_secret) };
    char temporary[4096];
    char text[DIGITS + 1];
    struct mt_secret secret;
    int size = snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());

    if (size < 0 || (size_t)size >= sizeof temporary)
        return MT_IO;
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);

    if (file < 0)
        return MT_IO;
    randombytes_buf(secret.bytes, sizeof secret.bytes);
    sodium_bin2hex(text, sizeof text, secret.bytes, sizeof secret.bytes);
    text[DIGITS] = '\n';
    bool good = write(file, text, sizeof text) == (ssize_t)sizeof text && fsync(file) == 0;

    good = close(file) == 0 && good;
    good = good && (link(temporary, path) == 0 || errno == EEXIST);
    unlink(temporary);
    sodium_memzero(text, sizeof text);
    sodium_memzero(&secret, sizeof secret);
    return good ? MT_OK : MT_IO;
}

enum mt_status mt_secret_load(const char *path, bool create, struct mt_secret *out_secret)
{
    if (sodium_init() < 0)
        return MT_IO;
    if (create && access(path, F_OK) != 0 && errno == ENOENT) {
        enum mt_status status = secret_make(path);

        if (status != MT_OK)
            return status;
    }
    return secret_read(path, out_secret);
}
