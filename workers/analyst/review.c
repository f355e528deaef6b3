#include "review.h"

#include <jansson.h>
#include <stdlib.h>

const char *const mt_review_state_names[MT_REVIEW_STATE_COUNT] = {
#define STATE_NAME(name, text) [MT_REVIEW_##name] = text,
    MT_REVIEW_STATE_TABLE(STATE_NAME)
#undef STATE_NAME
};

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value != NULL ? value : "";
}

/* MT_REVIEW_STATE_COUNT when it is none. */
static enum mt_review_state state_of(const char *name)
{
    int state = 0;

    while (state < MT_REVIEW_STATE_COUNT && strcmp(mt_review_state_names[state], name) != 0)
        state++;
    return (enum mt_review_state)state;
}

/* --- decisions ------------------------------------------------------------------------------------------------------ */

/* Why a text cannot be kept. It is shown on terminals: no control characters, those of two bytes neither. */
static const char *text_check(const char *at, size_t most)
{
    json_t *utf8 = json_string(at);

    json_decref(utf8);
    if (utf8 == NULL)
        return "text_not_utf8";
    if (strlen(at) > most)
        return "text_too_long";
    for (const unsigned char *c = (const unsigned char *)at; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0))
            return "text_control_character";
    }
    return NULL;
}

static bool is_empty(const char *at)
{
    return at == NULL || at[strspn(at, " ")] == '\0';
}

const char *mt_decision_check(const struct mt_decision *decision)
{
    const bool assigned = decision->state == MT_REVIEW_ASSIGNED;
    const char *wrong = NULL;

    if (!assigned && decision->state != MT_REVIEW_CONFIRMED && decision->state != MT_REVIEW_DISMISSED)
        return "state_unknown";
    if (is_empty(decision->by))
        return "by_missing";
    if (assigned ? is_empty(decision->to) : decision->to != NULL)
        return assigned ? "to_missing" : "to_without_assigned";
    if (!assigned && is_empty(decision->reason))
        return "reason_missing";
    wrong = text_check(decision->by, MT_REVIEW_NAME_MAX);
    if (wrong == NULL && decision->to != NULL)
        wrong = text_check(decision->to, MT_REVIEW_NAME_MAX);
    if (wrong == NULL && decision->reason != NULL)
        wrong = text_check(decision->reason, MT_REVIEW_REASON_MAX);
    return wrong;
}

static const char *member_take(const char *name, const json_t *value, struct mt_decision *decision)
{
    const char *string = json_string_value(value);

    if (string == NULL)
        return "not_a_text";
    if (strcmp(name, "state") == 0)
        decision->state = state_of(string);
    else if (strcmp(name, "by") == 0)
        decision->by = string;
    else if (strcmp(name, "to") == 0)
        decision->to = string;
    else if (strcmp(name, "reason") == 0)
        decision->reason = string;
    else if (strcmp(name, "hash") == 0)
        decision->hash = string;
    else
        return "unknown_field";
    return NULL;
}

/* A decision's object holds no other: so deep is no honest body, and Jansson must not recurse into it. */
static bool is_flat(const char *bytes, size_t size)
{
    size_t openers = 0;

    for (size_t i = 0; i < size; i++)
        openers += (bytes[i] == '{') | (bytes[i] == '[');
    return openers <= 1 + MT_REVIEW_REASON_MAX;
}

const char *mt_decision_read(const char *bytes, size_t size, json_t **out_json, struct mt_decision *out_decision)
{
    struct mt_decision decision = {.state = MT_REVIEW_STATE_COUNT};
    const char *wrong = NULL, *name;
    json_t *value;

    *out_json = is_flat(bytes, size) ? json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!json_is_object(*out_json))
        return "not_json";
    json_object_foreach(*out_json, name, value) {
        wrong = member_take(name, value, &decision);
        if (wrong != NULL)
            return wrong;
    }
    wrong = mt_decision_check(&decision);
    if (wrong == NULL)
        *out_decision = decision;
    return wrong;
}

/* --- records -------------------------------------------------------------------------------------------------------- */

static json_t *hex(const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *at = bytes;
    char *hex_text = malloc(2 * size + 1);

    if (hex_text == NULL)
        return NULL;
    for (size_t i = 0; i < size; i++) {
        hex_text[2 * i] = digits[at[i] >> 4];
        hex_text[2 * i + 1] = digits[at[i] & 15];
    }
    json_t *json = json_stringn_nocheck(hex_text, 2 * size);
    free(hex_text);
    return json;
}

static json_t *time_text(int64_t time_ms)
{
    char at[32];

    mt_time_print(time_ms, at);
    return json_string(at);
}

static void put_findings(json_t *record, const struct mt_network_view *view)
{
    json_t *findings = json_array();

    for (uint32_t i = 0; i < view->network->finding_count; i++)
        json_array_append_new(findings, hex(view->findings[view->network->findings[i]]->id.bytes, 16));
    json_object_set_new(record, "findings", findings);
}

static void put_transfers(json_t *record, const struct mt_network_view *view)
{
    json_t *transfers = json_array();

    for (uint32_t i = 0; i < view->transfer_count; i++) {
        json_t *transfer = json_object();

        json_object_set_new(transfer, "key", hex(view->transfers[i]->key.bytes, 16));
        json_object_set_new(transfer, "id", json_stringn(view->transfers[i]->id, view->transfers[i]->id_size));
        json_array_append_new(transfers, transfer);
    }
    json_object_set_new(record, "transfers", transfers);
}

/* What an earlier decision leaves in the history. */
static void history_add(json_t *history, const json_t *decision)
{
    static const char *const kept[] = {"network", "state", "by", "time", "to", "reason"};
    json_t *line = json_object();

    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (json_object_get(decision, kept[i]) != NULL)
            json_object_set(line, kept[i], json_object_get(decision, kept[i]));
    }
    if (json_array_size(history) < MT_REVIEW_HISTORY_MAX)
        json_array_append_new(history, line);
    else
        json_decref(line);
}

/* Newest first; of networks that have joined, one after another. */
static void put_history(json_t *record, const json_t *const *earlier, size_t earlier_count)
{
    json_t *history = json_array();

    for (size_t i = 0; i < earlier_count; i++) {
        const json_t *older = json_object_get(earlier[i], "history");

        history_add(history, earlier[i]);
        for (size_t h = 0; h < json_array_size(older); h++)
            history_add(history, json_array_get(older, h));
    }
    json_object_set_new(record, "history", history);
}

/* Jansson's setters say nothing when memory is out: then a member is not there. */
static json_t *whole_or_none(json_t *record)
{
    static const char *const needed[] = {"network", "by", "time", "hash", "findings", "transfers", "finding_parts", "transfer_parts", "history"};

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (json_object_get(record, needed[i]) != NULL)
            continue;
        json_decref(record);
        return NULL;
    }
    return record;
}

json_t *mt_review_record(const struct mt_network_view *view, const struct mt_decision *decision, int64_t now_ms, const json_t *const *earlier,
                         size_t earlier_count)
{
    size_t finding_count = view->network->finding_count;
    json_t *record = json_object();

    if (record == NULL)
        return NULL;
    json_object_set_new(record, "v", json_integer(1));
    json_object_set_new(record, "network", hex(view->network->id.bytes, 16));
    json_object_set_new(record, "state", json_string(mt_review_state_names[decision->state]));
    json_object_set_new(record, "by", json_string(decision->by));
    json_object_set_new(record, "time", time_text(now_ms));
    if (decision->to != NULL)
        json_object_set_new(record, "to", json_string(decision->to));
    if (decision->reason != NULL)
        json_object_set_new(record, "reason", json_string(decision->reason));
    json_object_set_new(record, "score", json_integer(view->network->score));
    json_object_set_new(record, "hash", hex(view->hash.bytes, sizeof view->hash.bytes));
    put_findings(record, view);
    put_transfers(record, view);
    json_object_set_new(record, "finding_parts", hex(view->parts, finding_count * sizeof *view->parts));
    json_object_set_new(record, "transfer_parts", hex(view->parts + finding_count, view->transfer_count * sizeof *view->parts));
    put_history(record, earlier, earlier_count);
    return whole_or_none(record);
}

/* --- the state of today --------------------------------------------------------------------------------------------- */

/* How many of these parts the record has not. Both are sorted, and hex digits sort as the bytes do. */
static uint32_t parts_new(const struct mt_network_part *parts, uint32_t count, const json_t *known)
{
    const char *at = json_string_value(known);
    size_t left = json_string_length(known) / 16;
    uint32_t missing = 0;

    for (uint32_t i = 0; i < count; i++) {
        char digits[17];

        for (size_t b = 0; b < 8; b++)
            snprintf(digits + 2 * b, 3, "%02x", parts[i].bytes[b]);
        while (left > 0 && memcmp(at, digits, 16) < 0) {
            at += 16;
            left--;
        }
        missing += left == 0 || memcmp(at, digits, 16) != 0;
    }
    return missing;
}

static void news_count(const struct mt_network_view *view, struct mt_review *review)
{
    char hash[33];

    for (size_t i = 0; i < 16; i++)
        snprintf(hash + 2 * i, 3, "%02x", view->hash.bytes[i]);
    if (strcmp(hash, text(review->record, "hash")) == 0)
        return;
    review->findings_new = parts_new(view->parts, view->network->finding_count, json_object_get(review->record, "finding_parts"));
    review->transfers_new = parts_new(view->parts + view->network->finding_count, view->transfer_count, json_object_get(review->record, "transfer_parts"));
}

void mt_review_judge(json_t *take_record, const struct mt_network_view *view, struct mt_review *out_review)
{
    enum mt_review_state decided = take_record != NULL ? state_of(text(take_record, "state")) : MT_REVIEW_NEW;

    *out_review = (struct mt_review){.state = decided < MT_REVIEW_STATE_COUNT ? decided : MT_REVIEW_NEW, .record = take_record};
    if (take_record != NULL)
        news_count(view, out_review);
    if (out_review->state == MT_REVIEW_DISMISSED && out_review->findings_new + out_review->transfers_new > 0)
        out_review->state = MT_REVIEW_REOPENED;
}

void mt_review_free(struct mt_review *review)
{
    json_decref(review->record);
    *review = (struct mt_review){0};
}

/* --- print ---------------------------------------------------------------------------------------------------------- */

static void put_texts(struct mt_print *print, const json_t *decision, const char *lead)
{
    static const char *const names[] = {"network", "state", "by", "time", "to", "reason", "hash"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const json_t *value = json_object_get(decision, names[i]);

        if (!json_is_string(value))
            continue;
        mt_print_format(print, "%s\"%s\":", lead, names[i]);
        mt_print_string(print, json_string_value(value), json_string_length(value));
        lead = ",";
    }
}

void mt_review_print(const struct mt_review *review, struct mt_print *print)
{
    const json_t *history = json_object_get(review->record, "history");

    mt_print_format(print, "\"state\":\"%s\"", mt_review_state_names[review->state]);
    if (review->record == NULL)
        return;
    mt_print_text(print, ",\"review\":");
    put_texts(print, review->record, "{");
    mt_print_format(print, ",\"findings_new\":%u,\"transfers_new\":%u,\"history\":[", review->findings_new, review->transfers_new);
    for (size_t i = 0; i < json_array_size(history); i++) {
        put_texts(print, json_array_get(history, i), i > 0 ? ",{" : "{");
        mt_print_text(print, "}");
    }
    mt_print_text(print, "]}");
}

size_t mt_review_label_print(const json_t *record, char *out_bytes, size_t capacity)
{
    static const char *const names[] = {"v", "network", "state", "reason", "by", "time", "score", "hash", "findings", "transfers"};
    enum mt_review_state state = state_of(text(record, "state"));
    json_t *label = json_object();

    if (label == NULL || (state != MT_REVIEW_CONFIRMED && state != MT_REVIEW_DISMISSED)) {
        json_decref(label);
        return 0;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        json_object_set(label, names[i], json_object_get(record, names[i]));
    size_t size = json_dumpb(label, out_bytes, capacity, JSON_COMPACT);
    json_decref(label);
    if (size == 0 || size >= capacity)
        return 0;
    out_bytes[size] = '\0';
    return size;
}
