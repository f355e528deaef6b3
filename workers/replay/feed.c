#include "feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVENT_BYTES_MAX 8192

struct mt_feed {
    const struct mt_secret *secret;
    enum mt_feed_kind kind;
    struct mt_mapping *mapping;          /* CSV, and then one of the two readers */
    struct mt_reader *transfers;
    struct mt_account_reader *accounts;
    FILE *lines;                         /* JSON lines, and then the parser */
    struct mt_event_parse *parser;
    int64_t line, bytes, bytes_total;    /* of the JSON lines */
    char *row;                           /* one line, and room to see that it is too long */
    char printed[EVENT_BYTES_MAX];
};

#define ROW_MAX (MT_EVENT_BYTES_MAX + 1)

static enum mt_status mapping_open(struct mt_feed *feed, const struct mt_feed_options *options, char out_error[256])
{
    enum mt_status status = mt_mapping_load(options->mapping, &feed->mapping, out_error);

    if (status != MT_OK)
        return status;
    feed->kind = mt_mapping_of_accounts(feed->mapping) ? MT_FEED_ACCOUNTS : MT_FEED_TRANSFERS;
    return feed->kind == MT_FEED_ACCOUNTS ? mt_account_reader_open(feed->mapping, options->file, &feed->accounts, out_error)
                             : mt_reader_open(feed->mapping, options->file, &feed->transfers, out_error);
}

static enum mt_status lines_open(struct mt_feed *feed, const struct mt_feed_options *options, char out_error[256])
{
    struct stat about;

    bool account = strcmp(options->events, "account") == 0, listing = strcmp(options->events, "listing") == 0;
    feed->kind = account ? MT_FEED_ACCOUNTS : listing ? MT_FEED_LISTINGS : MT_FEED_TRANSFERS;
    if (!account && !listing && strcmp(options->events, "transfer") != 0) {
        snprintf(out_error, 256, "--events: transfer, account or listing, not \"%.40s\"", options->events);
        return MT_BAD_CONFIG;
    }
    feed->lines = strcmp(options->file, "-") == 0 ? fdopen(dup(STDIN_FILENO), "r") : fopen(options->file, "r");
    if (feed->lines == NULL || fstat(fileno(feed->lines), &about) != 0) {
        snprintf(out_error, 256, "%.200s: cannot be read", options->file);
        return MT_IO;
    }
    feed->bytes_total = S_ISREG(about.st_mode) ? about.st_size : 0;
    feed->row = malloc(ROW_MAX);
    return feed->row == NULL ? MT_NO_MEMORY : mt_event_parser_create(&feed->parser);
}

enum mt_status mt_feed_open(const struct mt_feed_options *options, struct mt_feed **out_feed, char out_error[256])
{
    struct mt_feed *feed = calloc(1, sizeof *feed);

    if (feed == NULL)
        return MT_NO_MEMORY;
    feed->secret = options->secret;
    enum mt_status status = options->events != NULL ? lines_open(feed, options, out_error) : mapping_open(feed, options, out_error);
    if (status != MT_OK) {
        mt_feed_close(feed);
        return status;
    }
    *out_feed = feed;
    return MT_OK;
}

void mt_feed_close(struct mt_feed *feed)
{
    if (feed == NULL)
        return;
    mt_reader_close(feed->transfers);
    mt_account_reader_close(feed->accounts);
    mt_mapping_destroy(feed->mapping);
    if (feed->lines != NULL)
        fclose(feed->lines);
    mt_event_parser_destroy(feed->parser);
    free(feed->row);
    free(feed);
}

enum mt_feed_kind mt_feed_kind(const struct mt_feed *feed)
{
    return feed->kind;
}

/* The next line that is not empty, without its end; of one over the limit only its first bytes, which the parser then refuses. */
static enum mt_read_result line_read(struct mt_feed *feed, size_t *out_size)
{
    size_t size = 0;
    int byte = 0;

    do {
        size = 0;
        for (byte = getc_unlocked(feed->lines); byte != '\n' && byte != EOF; byte = getc_unlocked(feed->lines)) {
            feed->bytes++;
            if (size < ROW_MAX)
                feed->row[size++] = (char)byte;
        }
        feed->bytes++;
        feed->line++;
        size -= size > 0 && feed->row[size - 1] == '\r';
    } while (size == 0 && byte != EOF);
    *out_size = size;
    if (ferror(feed->lines))
        return MT_READ_ERROR;
    return size > 0 ? MT_READ_EVENT : MT_READ_END;
}

static void transfer_put(struct mt_feed *feed, const struct mt_event *event, struct mt_feed_event *out_event)
{
    mt_account_token(feed->secret, &event->debtor, &out_event->account);
    out_event->size = mt_event_print(event, feed->printed, sizeof feed->printed);
}

static void facts_put(struct mt_feed *feed, const struct mt_account_facts *facts, struct mt_feed_event *out_event)
{
    mt_account_token(feed->secret, &facts->account, &out_event->account);
    out_event->size = mt_account_print(facts, feed->printed, sizeof feed->printed);
}

/* Keyed by record, not by subject: a compacted topic keeps all that was said of an entry. */
static void listing_put(struct mt_feed *feed, const struct mt_listing_event *event, struct mt_feed_event *out_event)
{
    char text[MT_LISTING_TEXT_MAX];
    struct mt_listing record;

    mt_listing_tokenise(event, feed->secret, text, &record);
    memcpy(out_event->account.bytes, record.entry.bytes, sizeof record.entry.bytes);
    for (size_t i = 0; i < sizeof record.since_ms; i++)
        out_event->account.bytes[i] ^= (uint8_t)((uint64_t)record.since_ms >> (8 * i));
    out_event->size = mt_listing_print(event, feed->printed, sizeof feed->printed);
}

static enum mt_read_result listing_next(struct mt_feed *feed, struct mt_feed_event *out_event, struct mt_reject *out_reject)
{
    struct mt_listing_event event;
    size_t size;
    enum mt_read_result result = line_read(feed, &size);

    if (result == MT_READ_EVENT && mt_listing_parse(feed->parser, feed->row, size, &event, out_reject) != MT_OK)
        result = MT_READ_REJECT;
    if (result == MT_READ_EVENT)
        listing_put(feed, &event, out_event);
    return result;
}

static enum mt_read_result transfer_next(struct mt_feed *feed, struct mt_feed_event *out_event, struct mt_reject *out_reject)
{
    struct mt_event event;
    size_t size;
    enum mt_read_result result = feed->lines == NULL ? mt_reader_next(feed->transfers, &event, out_reject) : line_read(feed, &size);

    if (result == MT_READ_EVENT && feed->lines != NULL && mt_event_parse(feed->parser, feed->row, size, &event, out_reject) != MT_OK)
        result = MT_READ_REJECT;
    if (result == MT_READ_EVENT)
        transfer_put(feed, &event, out_event);
    return result;
}

static enum mt_read_result facts_next(struct mt_feed *feed, struct mt_feed_event *out_event, struct mt_reject *out_reject)
{
    struct mt_account_facts facts;
    size_t size;
    enum mt_read_result result = feed->lines == NULL ? mt_account_reader_next(feed->accounts, &facts, out_reject) : line_read(feed, &size);

    if (result == MT_READ_EVENT && feed->lines != NULL && mt_account_parse(feed->parser, feed->row, size, &facts, out_reject) != MT_OK)
        result = MT_READ_REJECT;
    if (result == MT_READ_EVENT)
        facts_put(feed, &facts, out_event);
    return result;
}

enum mt_read_result mt_feed_next(struct mt_feed *feed, struct mt_feed_event *out_event, struct mt_reject *out_reject, int64_t *out_line)
{
    enum mt_read_result result = feed->kind == MT_FEED_ACCOUNTS   ? facts_next(feed, out_event, out_reject)
                                 : feed->kind == MT_FEED_LISTINGS ? listing_next(feed, out_event, out_reject)
                                                                  : transfer_next(feed, out_event, out_reject);

    *out_line = feed->line;
    if (result == MT_READ_REJECT && feed->transfers != NULL)
        mt_reader_row(feed->transfers, out_line);
    if (result == MT_READ_REJECT && feed->accounts != NULL)
        mt_account_reader_row(feed->accounts, out_line);
    if (result == MT_READ_EVENT) {
        MT_ASSERT(out_event->size > 0);
        out_event->bytes = feed->printed;
    }
    return result;
}

void mt_feed_progress(const struct mt_feed *feed, int64_t *out_bytes, int64_t *out_bytes_total)
{
    if (feed->lines != NULL) {
        *out_bytes = feed->bytes;
        *out_bytes_total = feed->bytes_total;
    } else if (feed->kind == MT_FEED_ACCOUNTS) {
        mt_account_reader_progress(feed->accounts, out_bytes, out_bytes_total);
    } else {
        mt_reader_progress(feed->transfers, out_bytes, out_bytes_total);
    }
}
