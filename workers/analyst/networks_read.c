#include "networks_read.h"

#include "findings_read.h"
#include "schemas/alert_read.h"
#include "workers/kit/hex.h"

#include <jansson.h>
#include <stdlib.h>

/* Fetched in this reading, one after another. */
static bool finding_take(void *self, const char *content, size_t size)
{
    struct mt_networks_read *read = self;
    struct mt_finding *finding = NULL;
    enum mt_status status = mt_alert_read(content, size, mt_label_book_take, &read->labels, &finding);

    MT_ASSERT(read->finding_count < read->finding_max);
    if (status == MT_OK) {
        mt_alert_content_hash(content, size, &read->hashes[read->finding_count]);
        read->findings[read->finding_count++] = finding;
    } else {
        read->unreadable++;
    }
    read->status = status == MT_NO_MEMORY ? status : MT_OK;
    return read->status == MT_OK;
}

/* --- what the last reading had -------------------------------------------------------------------------------------- */

struct held {
    struct mt_transfer_key id;
    uint32_t at; /* in the last reading */
};

static int held_compare(const void *left, const void *right)
{
    return mt_key_compare(&((const struct held *)left)->id, &((const struct held *)right)->id);
}

static struct held *held_sort(const struct mt_networks_read *last)
{
    struct held *held = malloc((last->finding_count + 1) * sizeof *held);

    for (uint32_t i = 0; i < last->finding_count && held != NULL; i++)
        held[i] = (struct held){last->findings[i]->id, i};
    if (held != NULL && last->finding_count > 0)
        qsort(held, last->finding_count, sizeof *held, held_compare);
    return held;
}

/* Takes over what is still the same; the places of the others are moved to the front, and counted. */
static enum mt_status held_take(struct mt_networks_read *last, struct mt_findings_place *places, size_t count, const struct mt_content_hash *hashes,
                                struct mt_networks_read *read, size_t *out_left)
{
    static const struct mt_content_hash none;
    struct held *held = held_sort(last);
    size_t left = 0;

    if (held == NULL)
        return MT_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct held wanted = {.id = places[i].id};
        const struct held *found = last->finding_count > 0 ? bsearch(&wanted, held, last->finding_count, sizeof *held, held_compare) : NULL;

        if (found == NULL || memcmp(&hashes[i], &none, sizeof none) == 0 || memcmp(&hashes[i], &last->hashes[found->at], sizeof none) != 0) {
            places[left++] = places[i];
            continue;
        }
        read->hashes[read->finding_count] = hashes[i];
        read->findings[read->finding_count++] = last->findings[found->at];
        last->findings[found->at] = NULL;
    }
    free(held);
    *out_left = left;
    return MT_OK;
}

static enum mt_status findings_read(struct mt_redis *redis, const struct mt_keys *keys, struct mt_findings_place *places, size_t count,
                                    struct mt_networks_read *last, struct mt_networks_read *read)
{
    struct mt_content_hash *hashes = malloc((count + 1) * sizeof *hashes);
    size_t left = count;
    enum mt_status status = hashes != NULL ? MT_OK : MT_NO_MEMORY;

    read->findings = malloc((count + 1) * sizeof *read->findings);
    read->hashes = malloc((count + 1) * sizeof *read->hashes);
    read->finding_max = count;
    if (read->findings == NULL || read->hashes == NULL)
        status = MT_NO_MEMORY;
    if (status == MT_OK && last->finding_count > 0)
        status = mt_findings_hashes(redis, keys, places, count, hashes);
    if (status == MT_OK && last->finding_count > 0)
        status = held_take(last, places, count, hashes, read, &left);
    if (status == MT_OK)
        status = mt_findings_contents(redis, keys, places, left, finding_take, read);
    free(hashes);
    return status == MT_OK && read->labels.failed ? MT_NO_MEMORY : status == MT_OK ? read->status : status;
}

/* The labels go along with the findings, as long as those of accounts that are gone do not pile up. */
static void labels_hand_on(struct mt_networks_read *last, struct mt_networks_read *read)
{
    if (last->labels.count > MT_NETWORKS_LABELS_HELD)
        mt_networks_read_free(last);
    read->labels = last->labels;
    last->labels = (struct mt_label_book){0};
}

enum mt_status mt_networks_read(struct mt_redis *redis, const struct mt_keys *keys, size_t findings_max, struct mt_networks_read *take_last,
                                struct mt_networks_read *out_read)
{
    struct mt_networks_read nothing = {0}, read = {0}, *last = take_last != NULL ? take_last : &nothing;
    struct mt_findings_place *places = NULL;
    size_t count = 0;
    enum mt_status status = mt_findings_places(redis, keys, findings_max, &places, &count, &read.live_count);

    read.left = read.live_count - count;
    labels_hand_on(last, &read);
    if (status == MT_OK)
        status = findings_read(redis, keys, places, count, last, &read);
    free(places);
    mt_networks_read_free(last);
    if (status == MT_OK)
        status = mt_networks_find((const struct mt_finding *const *)read.findings, read.finding_count, &read.networks);
    if (status == MT_OK)
        status = mt_reviews_read(redis, keys, (const struct mt_finding *const *)read.findings, &read.networks, &read.reviews);
    if (status != MT_OK) {
        mt_networks_read_free(&read);
        return status;
    }
    *out_read = read;
    return MT_OK;
}

void mt_networks_read_free(struct mt_networks_read *read)
{
    mt_reviews_free(&read->reviews);
    mt_networks_destroy(&read->networks);
    mt_label_book_free(&read->labels);
    for (size_t i = 0; i < read->finding_count; i++)
        free(read->findings[i]);
    free(read->findings);
    free(read->hashes);
    *read = (struct mt_networks_read){0};
}

/* --- names ---------------------------------------------------------------------------------------------------------- */

/* The first `digits` hex digits of a key, as bytes with the rest zero, and whether a key begins with them. */
struct prefix {
    uint8_t bytes[16];
    size_t digits;
};

static bool begins(const struct mt_transfer_key *key, const struct prefix *prefix)
{
    size_t whole = prefix->digits / 2;

    if (memcmp(key->bytes, prefix->bytes, whole) != 0)
        return false;
    return prefix->digits % 2 == 0 || key->bytes[whole] >> 4 == prefix->bytes[whole] >> 4;
}

enum depth { BY_NETWORK, BY_FINDING, BY_TRANSFER, DEPTHS };

static bool network_has(const struct mt_networks_read *read, const struct mt_network *network, const struct prefix *prefix, enum depth depth)
{
    bool found = depth == BY_NETWORK && begins(&network->id, prefix);

    for (uint32_t f = 0; f < network->finding_count && !found && depth != BY_NETWORK; f++) {
        const struct mt_finding *finding = read->findings[network->findings[f]];

        found = depth == BY_FINDING && begins(&finding->id, prefix);
        for (uint32_t t = 0; t < finding->transfer_count && !found && depth == BY_TRANSFER; t++)
            found = begins(&finding->transfers[t].key, prefix);
    }
    return found;
}

enum mt_network_found mt_networks_name(const struct mt_networks_read *read, const char *id, uint32_t *out_network)
{
    struct prefix prefix = {.digits = strlen(id)};
    uint32_t fits = 0;

    if (prefix.digits < 6 || prefix.digits > 32 || !mt_hex_prefix_read(id, prefix.digits, prefix.bytes))
        return MT_NETWORK_UNKNOWN;
    for (int depth = BY_NETWORK; depth < DEPTHS && fits == 0; depth++) {
        for (uint32_t n = 0; n < read->networks.count; n++) {
            if (!network_has(read, &read->networks.at[n], &prefix, (enum depth)depth))
                continue;
            *out_network = n;
            fits++;
        }
    }
    return fits == 1 ? MT_NETWORK_FOUND : fits == 0 ? MT_NETWORK_UNKNOWN : MT_NETWORK_SEVERAL;
}

/* --- pages ---------------------------------------------------------------------------------------------------------- */

enum mt_status mt_network_page_make(const struct mt_networks_read *read, uint32_t network, struct mt_network_page *out_page)
{
    struct mt_network_page page = {0};
    enum mt_status status = mt_network_view_make((const struct mt_finding *const *)read->findings, &read->networks.at[network], &page.view);

    if (status != MT_OK)
        return status;
    mt_review_judge(json_incref(mt_reviews_of(&read->reviews, network)), &page.view, &page.review);
    *out_page = page;
    return MT_OK;
}

void mt_network_page_free(struct mt_network_page *page)
{
    mt_review_free(&page->review);
    mt_network_view_free(&page->view);
}

/* A name, a reason and the rest of a decision, with all that JSON adds to them. */
#define REVIEW_BYTES_MAX ((MT_REVIEW_HISTORY_MAX + 1) * (2 * (MT_REVIEW_REASON_MAX + 2 * MT_REVIEW_NAME_MAX) + 256))

size_t mt_network_page_print(struct mt_networks_read *read, const struct mt_network_page *page, bool listed, char *out_bytes, size_t capacity)
{
    char members[REVIEW_BYTES_MAX];
    struct mt_print review = mt_print_into(members, sizeof members);
    const struct mt_network_tell tell = {
        .view = &page->view,
        .label_find = mt_label_book_find,
        .label_self = &read->labels,
        .review = members,
        .findings_most = listed ? MT_NETWORK_LISTED_FINDINGS : UINT32_MAX,
        .communities_most = listed ? MT_NETWORK_LISTED_COMMUNITIES : UINT32_MAX,
        .accounts_most = listed ? MT_NETWORK_LISTED_ACCOUNTS : UINT32_MAX,
        .shapes_most = listed ? MT_NETWORK_LISTED_SHAPES : UINT32_MAX,
    };

    mt_review_print(&page->review, &review);
    return mt_print_end(&review) > 0 ? mt_network_print(&tell, out_bytes, capacity) : 0;
}

/* --- lists ---------------------------------------------------------------------------------------------------------- */

static bool is_behind(const struct mt_network *network, const struct mt_networks_filter *filter)
{
    if (!filter->after)
        return true;
    if (network->score != filter->after_score)
        return network->score < filter->after_score;
    return mt_key_compare(&network->id, &filter->after_id) > 0;
}

/* One more network of the list, or not; `more` ends it: this one is behind the last one shown. */
static void network_list(struct mt_networks_read *read, const struct mt_network_page *page, const struct mt_networks_filter *filter,
                         mt_network_take *take, void *self, struct mt_networks_listed *listed)
{
    if (page->review.state == MT_REVIEW_DISMISSED && !filter->all) {
        listed->silenced++;
        return;
    }
    listed->more = listed->shown == filter->limit || !take(self, read, page);
    if (listed->more)
        return;
    listed->shown++;
    listed->last_score = page->view.network->score;
    listed->last_id = page->view.network->id;
}

enum mt_status mt_networks_list(struct mt_networks_read *read, const struct mt_networks_filter *filter, mt_network_take *take, void *self,
                                struct mt_networks_listed *out_listed)
{
    enum mt_status status = MT_OK;

    *out_listed = (struct mt_networks_listed){0};
    for (uint32_t n = 0; n < read->networks.count && status == MT_OK && !out_listed->more; n++) {
        struct mt_network_page page;

        if (read->networks.at[n].score < filter->score_min)
            break; /* they come by score */
        if (!is_behind(&read->networks.at[n], filter))
            continue;
        status = mt_network_page_make(read, n, &page);
        if (status != MT_OK)
            break;
        network_list(read, &page, filter, take, self, out_listed);
        mt_network_page_free(&page);
    }
    return status;
}

/* --- decisions ------------------------------------------------------------------------------------------------------ */

enum mt_status mt_network_decide(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_networks_read *read, uint32_t network,
                                 const struct mt_decision *decision, int64_t now_ms, const char **out_wrong)
{
    struct mt_network_view view = {0};
    uint8_t hash[16];

    *out_wrong = mt_decision_check(decision);
    if (*out_wrong == NULL && decision->hash != NULL && !mt_hex_read(decision->hash, hash))
        *out_wrong = "hash_malformed";
    if (*out_wrong != NULL)
        return MT_OK;
    enum mt_status status = mt_network_view_make((const struct mt_finding *const *)read->findings, &read->networks.at[network], &view);
    if (status != MT_OK)
        return status;
    if (decision->hash != NULL && memcmp(hash, view.hash.bytes, sizeof hash) != 0)
        *out_wrong = "network_changed";
    else
        status = mt_reviews_write(redis, keys, &read->reviews, network, &view, decision, now_ms);
    mt_network_view_free(&view);
    return status;
}
