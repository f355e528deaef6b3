#include "network_page.h"

#include "workers/analyst/networks_read.h"
#include "workers/kit/log.h"

#include <jansson.h>
#include <stdlib.h>

#define LIST_BYTES_MAX ((size_t)8 << 20)
#define PREFIX "/v1/networks/"
#define SUFFIX "/state"

/* pages->networks as they are now. */
static enum mt_status networks_read(struct mt_pages *pages)
{
    struct mt_networks_read read;

    if (pages->networks == NULL)
        pages->networks = calloc(1, sizeof *pages->networks);
    if (pages->networks == NULL)
        return MT_NO_MEMORY;
    enum mt_status status = mt_networks_read(pages->redis, &pages->keys, MT_NETWORKS_FINDINGS_DEFAULT, pages->networks, &read);
    if (status == MT_OK)
        *pages->networks = read;
    return status;
}

void mt_networks_page_end(struct mt_pages *pages)
{
    if (pages->networks != NULL)
        mt_networks_read_free(pages->networks);
    free(pages->networks);
    pages->networks = NULL;
}

static void put_findings(struct mt_print *print, const struct mt_networks_read *read)
{
    mt_print_format(print, ",\"findings\":{\"read\":%zu,\"live\":%zu,\"complete\":%s}", read->finding_count, read->live_count,
                    read->left + read->unreadable == 0 ? "true" : "false");
}

/* --- the list ------------------------------------------------------------------------------------------------------- */

struct listing {
    struct mt_print print;
    size_t count;
};

/* Room is kept for a whole network and for the list's end, so that none is cut. */
static bool network_take(void *self, struct mt_networks_read *read, const struct mt_network_page *page)
{
    struct listing *listing = self;
    struct mt_print *print = &listing->print;

    if (print->capacity - print->size < MT_NETWORK_LISTED_BYTES_MAX + 1024)
        return false;
    mt_print_text(print, listing->count > 0 ? "," : "");
    size_t size = mt_network_page_print(read, page, true, print->at + print->size, MT_NETWORK_LISTED_BYTES_MAX);
    MT_ASSERT(size > 0);
    print->size += size;
    listing->count++;
    return true;
}

static struct mt_networks_filter filter_of(const struct mt_page_query *query)
{
    return (struct mt_networks_filter){
        .all = query->all != 0,
        .score_min = query->score_min,
        .limit = (size_t)query->limit,
        .after = query->after.live,
        .after_score = (uint8_t)(query->after.last_ms < 100 ? query->after.last_ms : 100),
        .after_id = query->after.id,
    };
}

static enum mt_status list_print(struct mt_networks_read *read, const struct mt_page_query *query, struct listing *listing)
{
    const struct mt_networks_filter filter = filter_of(query);
    struct mt_networks_listed listed;

    mt_print_text(&listing->print, "{\"networks\":[");
    enum mt_status status = mt_networks_list(read, &filter, network_take, listing, &listed);
    if (status != MT_OK)
        return status;
    mt_print_format(&listing->print, "],\"count\":%zu,\"total\":%u,\"silenced\":%zu", listed.shown, read->networks.count, listed.silenced);
    put_findings(&listing->print, read);
    if (listed.more) {
        mt_print_format(&listing->print, ",\"next\":\"%u-", listed.last_score);
        mt_print_hex(&listing->print, listed.last_id.bytes, sizeof listed.last_id.bytes);
        mt_print_text(&listing->print, "\"");
    }
    return MT_OK;
}

enum mt_status mt_networks_page(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page)
{
    char *body = malloc(LIST_BYTES_MAX);
    struct listing listing = {.print = mt_print_into(body, LIST_BYTES_MAX)};
    enum mt_status status = body != NULL ? networks_read(pages) : MT_NO_MEMORY;

    if (status == MT_OK)
        status = list_print(pages->networks, query, &listing);
    if (status == MT_OK)
        return mt_page_end(&listing.print, out_page);
    free(body);
    return status;
}

/* --- one network ---------------------------------------------------------------------------------------------------- */

static enum mt_status network_print(struct mt_networks_read *read, uint32_t network, struct mt_page *out_page)
{
    struct mt_network_page page;
    enum mt_status status = mt_network_page_make(read, network, &page);
    char *body = status == MT_OK ? malloc(MT_NETWORK_BYTES_MAX + 1024) : NULL;
    struct mt_print print = mt_print_into(body, MT_NETWORK_BYTES_MAX + 1024);

    if (status != MT_OK)
        return status;
    if (body == NULL) {
        mt_network_page_free(&page);
        return MT_NO_MEMORY;
    }
    mt_print_text(&print, "{\"network\":");
    size_t size = mt_network_page_print(read, &page, false, print.at + print.size, MT_NETWORK_BYTES_MAX);
    print.full = size == 0;
    print.size += size;
    mt_network_page_free(&page);
    put_findings(&print, read);
    return mt_page_end(&print, out_page);
}

/* Reads, and finds the network: *out_found false, and a page that says so, when there is none. */
static enum mt_status network_find(struct mt_pages *pages, const char *id, uint32_t *out_network, bool *out_found, struct mt_page *page)
{
    enum mt_status status = networks_read(pages);
    enum mt_network_found found = status == MT_OK ? mt_networks_name(pages->networks, id, out_network) : MT_NETWORK_UNKNOWN;

    *out_found = found == MT_NETWORK_FOUND;
    if (status == MT_OK && found == MT_NETWORK_UNKNOWN)
        mt_page_error(404, "no_such_network", page);
    if (status == MT_OK && found == MT_NETWORK_SEVERAL)
        mt_page_error(404, "several_networks", page);
    return status;
}

enum mt_status mt_network_page(struct mt_pages *pages, const char *id, struct mt_page *out_page)
{
    uint32_t network = 0;
    bool found = false;
    enum mt_status status = network_find(pages, id, &network, &found, out_page);

    return found ? network_print(pages->networks, network, out_page) : status;
}

/* --- decisions ------------------------------------------------------------------------------------------------------ */

/* The path's ID, terminated; false when it cannot be one. */
static bool id_of(const char *path, char out_id[64])
{
    size_t size = strlen(path), rest = sizeof PREFIX - 1 + sizeof SUFFIX - 1;

    if (size <= rest || size - rest >= 64)
        return false;
    memcpy(out_id, path + sizeof PREFIX - 1, size - rest);
    out_id[size - rest] = '\0';
    return true;
}

static void wrong_page(const char *wrong, struct mt_page *page)
{
    mt_page_error(strcmp(wrong, "network_changed") == 0 ? 409 : 400, wrong, page);
}

static enum mt_status decide(struct mt_pages *pages, const char *id, const struct mt_decision *decision, struct mt_page *page, bool *out_done)
{
    uint32_t network = 0;
    bool found = false;
    const char *wrong = NULL;
    enum mt_status status = network_find(pages, id, &network, &found, page);

    if (found)
        status = mt_network_decide(pages->redis, &pages->keys, pages->networks, network, decision, mt_clock_ms(), &wrong);
    if (status == MT_OK && wrong != NULL)
        wrong_page(wrong, page);
    *out_done = found && status == MT_OK && wrong == NULL;
    return status;
}

/* What is answered is read again: it is what others see now. */
enum mt_status mt_network_state_page(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page)
{
    struct mt_decision decision;
    json_t *json = NULL;
    char id[64];
    bool done = false;
    enum mt_status status = MT_OK;
    const char *wrong = mt_decision_read(query->body, query->body_size, &json, &decision);

    if (wrong != NULL)
        wrong_page(wrong, out_page);
    else if (!id_of(query->path, id))
        mt_page_error(404, "no_such_network", out_page);
    else
        status = decide(pages, id, &decision, out_page, &done);
    json_decref(json);
    return done ? mt_network_page(pages, id, out_page) : status;
}
