#include "alert.h"

#include "currency.h"
#include "decimal.h"
#include "graph/points.h"
#include "members.h"
#include "print.h"
#include "words.h"

#include <sodium.h>

static const char *const role_names[] = {
    [MT_ROLE_SPINE] = "chain",
    [MT_ROLE_IN] = "paid_in",
    [MT_ROLE_OUT] = "paid_out",
    [MT_ROLE_SIDE] = "side_way",
};

static const char *const link_names[] = {
    [MT_LINK_MAIN] = "chain",
    [MT_LINK_IN] = "paid_in",
    [MT_LINK_OUT] = "paid_out",
    [MT_LINK_REUNION] = "reunion",
};

static const char *const kind_names[] = {
#define KIND_NAME(name, text) [MT_KIND_##name] = text,
    MT_KIND_TABLE(KIND_NAME)
#undef KIND_NAME
};

static const char *const rail_names[] = {
#define RAIL_NAME(name, text) [MT_RAIL_##name] = text,
    MT_RAIL_TABLE(RAIL_NAME)
#undef RAIL_NAME
};

struct writer {
    struct mt_print print;
    const struct mt_finding *finding;
    mt_label_find *label_find;
    void *label_self;
};

static void put_amount(struct mt_print *print, const char *name, int64_t minor, uint16_t currency)
{
    const struct mt_currency *found = mt_currency_of(currency);
    char text[32];

    mt_decimal_print(minor, found != NULL ? found->exponent : 0, text);
    mt_print_format(print, ",\"%s\":\"%s\"", name, text);
}

static void put_key(struct mt_print *print, const char *name, const uint8_t bytes[16])
{
    mt_print_format(print, ",\"%s\":\"", name);
    mt_print_hex(print, bytes, 16);
    mt_print_text(print, "\"");
}

static void put_account(struct writer *writer, const char *name, const struct mt_token *token)
{
    struct mt_label label = {.text = ""};

    writer->label_find(writer->label_self, token, &label);
    mt_print_format(&writer->print, ",\"%s\":{\"token\":\"", name);
    mt_print_hex(&writer->print, token->bytes, sizeof token->bytes);
    mt_print_text(&writer->print, "\",\"label\":");
    mt_print_string(&writer->print, label.text, strlen(label.text));
    mt_print_text(&writer->print, "}");
}

static void put_transfer(struct writer *writer, uint32_t index)
{
    const struct mt_finding_transfer *transfer = &writer->finding->transfers[index];
    const struct mt_currency *currency = mt_currency_of(transfer->currency);
    struct mt_print *print = &writer->print;

    mt_print_format(print, "%s{\"n\":%u,\"role\":\"%s\",\"id\":", index > 0 ? "," : "", index + 1, role_names[transfer->role]);
    mt_print_string(print, transfer->id, transfer->id_size);
    put_key(print, "key", transfer->key.bytes);
    mt_members_time(print, ",\"time\":", transfer->time_ms);
    put_account(writer, "debtor", &transfer->debtor);
    put_account(writer, "creditor", &transfer->creditor);
    put_amount(print, "amount", transfer->minor, transfer->currency);
    mt_print_format(print, ",\"currency\":\"%s\",\"kind\":\"%s\",\"rail\":\"%s\"", currency != NULL ? currency->code : "",
                    kind_names[transfer->kind], rail_names[transfer->rail]);
    if (transfer->conflict)
        mt_print_text(print, ",\"conflict\":true");
    if (transfer->ambiguous)
        mt_print_text(print, ",\"ambiguous\":true");
    mt_print_text(print, "}");
}

static void put_link(struct writer *writer, uint32_t index)
{
    const struct mt_finding_link *link = &writer->finding->links[index];
    const struct mt_finding_transfer *from = &writer->finding->transfers[link->from];
    const struct mt_finding_transfer *to = &writer->finding->transfers[link->to];
    struct mt_print *print = &writer->print;

    mt_print_format(print, "%s{\"from\":%u,\"to\":%u,\"kind\":\"%s\"", index > 0 ? "," : "", link->from + 1, link->to + 1,
                    link_names[link->kind]);
    put_amount(print, "given", link->given, from->currency);
    put_amount(print, "received", link->received, to->currency);
    mt_print_text(print, ",\"stayed_seconds\":");
    mt_print_int(print, (to->time_ms - from->time_ms) / 1000);
    mt_print_text(print, "}");
}

static void put_measured(struct mt_print *print, const char *code, const char *text, const struct mt_measured *measured)
{
    static const char *const relations[] = {[MT_AT_LEAST] = "at_least", [MT_BELOW] = "below", [MT_AT_MOST] = "at_most", [MT_ABOVE] = "above"};

    mt_print_format(print, "\"code\":\"%s\",\"text\":\"%s\",\"measured\":%lld,\"%s\":%lld", code, text, (long long)measured->value,
                    relations[measured->relation], (long long)measured->limit);
}

static void put_signs(struct writer *writer)
{
    const struct mt_finding *finding = writer->finding;

    mt_print_text(&writer->print, ",\"signs\":[");
    for (uint32_t i = 0; i < finding->sign_count; i++) {
        const struct mt_finding_sign *sign = &finding->signs[i];

        mt_print_text(&writer->print, i > 0 ? ",{" : "{");
        put_measured(&writer->print, mt_sign_code(sign->sign), mt_sign_text(sign->sign), &sign->measured);
        if (mt_sign_with_code(sign->sign) != NULL) {
            mt_print_text(&writer->print, ",\"with\":{");
            put_measured(&writer->print, mt_sign_with_code(sign->sign), mt_sign_with_text(sign->sign), &sign->with);
            mt_print_text(&writer->print, "}");
        }
        mt_print_format(&writer->print, ",\"points\":%d}", sign->points);
    }
    mt_print_text(&writer->print, "]");
}

/* The listings that it stands on; absent when there are none. Their texts are JSON members already (listing.h). */
static void put_listings(struct writer *writer)
{
    const struct mt_finding *finding = writer->finding;
    struct mt_print *print = &writer->print;

    if (finding->listing_count == 0)
        return;
    mt_print_text(print, ",\"listings\":[");
    for (uint32_t i = 0; i < finding->listing_count; i++) {
        const struct mt_finding_listing *listing = &finding->listings[i];

        mt_print_format(print, "%s{\"subject\":\"%s\"", i > 0 ? "," : "",
                        listing->kind == MT_SUBJECT_ACCOUNT ? "account" : mt_indicator_names[listing->kind]);
        put_key(print, "token", listing->subject.bytes);
        mt_print_text(print, ",");
        mt_print_bytes(print, listing->text, listing->text_size);
        mt_print_text(print, "}");
    }
    mt_print_format(print, "],\"listings_hidden\":%u", finding->listing_hidden);
}

static void put_measures(struct writer *writer)
{
    const struct mt_finding *finding = writer->finding;
    const struct mt_finding_transfer *first = &finding->transfers[0], *last = &finding->transfers[finding->spine_count - 1];
    const struct mt_currency *currency = mt_currency_of(first->currency);
    struct mt_print *print = &writer->print;

    mt_members_time(print, ",\"first_time\":", first->time_ms);
    mt_members_time(print, ",\"last_time\":", last->time_ms);
    mt_print_format(print, ",\"hops\":%u,\"currency\":\"%s\"", finding->spine_count, currency != NULL ? currency->code : "");
    put_amount(print, "first_amount", first->minor, first->currency);
    put_amount(print, "last_amount", last->minor, last->currency);
    put_amount(print, "carried", finding->carried_minor, first->currency);
    mt_print_format(print, ",\"carried_permille\":%lld,\"passed_permille\":%lld,\"stayed_median_seconds\":%lld",
                    (long long)finding->carried_permille, (long long)finding->passed_permille,
                    (long long)finding->dwell_median_ms / 1000);
    if (finding->round_hops > 0) {
        mt_print_format(print, ",\"round_trip\":{\"from\":%u,\"to\":%u,\"hops\":%u,\"by_branch\":%s", finding->round_from + 1,
                        finding->round_to + 1, finding->round_hops, finding->round_by_branch ? "true" : "false");
        put_account(writer, "account", &finding->transfers[finding->round_from].debtor);
        mt_print_text(print, "}");
    }
    mt_print_format(print, ",\"branches\":{\"count\":%u,\"hidden\":%u}", finding->branch_count, finding->branch_hidden);
}

/* What was not followed and why; absent when nothing was cut. */
static void put_cuts(struct writer *writer)
{
    const struct mt_finding *finding = writer->finding;
    struct mt_print *print = &writer->print;

    mt_print_format(print, ",\"cuts\":{\"hub_end\":%s,\"retention\":%s,\"walk_limit\":%s", finding->hub_end ? "true" : "false",
                    finding->horizon ? "true" : "false", finding->walk_cut ? "true" : "false");
    if (finding->continues_before)
        put_key(print, "continues_before", finding->before.bytes);
    if (finding->continues_after)
        put_key(print, "continues_after", finding->after.bytes);
    mt_print_text(print, "}");
}

/* --- an account's day ------------------------------------------------------------------------------------------------ */

static void put_account_measures(struct writer *writer)
{
    const struct mt_finding *finding = writer->finding;
    const struct mt_currency *currency = mt_currency_of(finding->currency);
    struct mt_print *print = &writer->print;
    char day[32];

    mt_time_print(finding->day_ms, day);
    put_account(writer, "account", &finding->account);
    mt_print_format(print, ",\"day\":\"%.10s\"", day);
    mt_members_time(print, ",\"first_time\":", finding->transfers[0].time_ms);
    mt_members_time(print, ",\"last_time\":", mt_finding_last_ms(finding));
    mt_print_format(print, ",\"currency\":\"%s\"", currency != NULL ? currency->code : "");
    put_amount(print, "money_in", finding->money_in, finding->currency);
    put_amount(print, "money_out", finding->money_out, finding->currency);
    mt_print_format(print, ",\"shown\":{\"count\":%u,\"hidden\":%u}", finding->branch_count, finding->branch_hidden);
}

/* Which table of lines and pars, and which points, the finding stands on: names for their content. */
static void put_versions(struct mt_print *print, const struct mt_lore *lore)
{
    mt_print_format(print, ",\"lines\":\"%016llx\",\"points\":\"%016llx\"", (unsigned long long)lore->lines->version,
                    (unsigned long long)mt_points_version(lore->points));
}

static void put_account_limits(struct writer *writer, const struct mt_lore *lore)
{
    const struct mt_rules *rules = lore->rules;
    struct mt_print *print = &writer->print;
    uint16_t currency = writer->finding->currency;

    mt_print_format(print, ",\"limits\":{\"gather_window_seconds\":%lld,\"history_seconds\":%lld,\"hop_window_seconds\":%lld,"
                           "\"passed_permille\":%lld,\"hub_counterparties\":%lld,\"sum_least\":%lld,\"score_least\":%lld",
                    (long long)rules->gather_window_ms / 1000, (long long)rules->history_ms / 1000, (long long)rules->hop_window_ms / 1000,
                    (long long)rules->passed_permille, (long long)rules->hub_counterparties, (long long)rules->account_sum_least,
                    (long long)rules->account_score_least);
    if (mt_lines_of(lore->lines, currency)->line_minor > 0)
        put_amount(print, "reporting_line", mt_lines_of(lore->lines, currency)->line_minor, currency);
    put_versions(print, lore);
    mt_print_text(print, "}");
}

static void put_account_finding(struct writer *writer, const struct mt_lore *lore)
{
    put_signs(writer);
    put_listings(writer);
    put_account_measures(writer);
    put_account_limits(writer, lore);
}

/* --- either ---------------------------------------------------------------------------------------------------------- */

const char *mt_alert_kind(const struct mt_finding *finding)
{
    if (finding->type == MT_FINDING_ACCOUNT)
        return mt_sign_code(finding->signs[0].sign);
    return finding->round_hops > 0 ? "round_trip" : "mule_chain";
}

static void put_limits(struct mt_print *print, const struct mt_lore *lore)
{
    const struct mt_rules *rules = lore->rules;

    mt_print_format(print, ",\"limits\":{\"hop_window_seconds\":%lld,\"strong_permille\":%lld,\"passed_permille\":%lld,"
                           "\"chain_links\":%lld,\"hub_counterparties\":%lld,\"gather_window_seconds\":%lld,\"history_seconds\":%lld,\"score_least\":%lld",
                    (long long)rules->hop_window_ms / 1000, (long long)rules->strong_permille, (long long)rules->passed_permille,
                    (long long)rules->chain_links, (long long)rules->hub_counterparties, (long long)rules->gather_window_ms / 1000,
                    (long long)rules->history_ms / 1000, (long long)rules->chain_score_least);
    put_versions(print, lore);
    mt_print_text(print, "}");
}

static void put_chain_finding(struct writer *writer, const struct mt_lore *lore)
{
    put_signs(writer);
    put_listings(writer);
    put_measures(writer);
    put_cuts(writer);
    put_limits(&writer->print, lore);
}

static void put_links(struct writer *writer)
{
    mt_print_text(&writer->print, ",\"links\":[");
    for (uint32_t i = 0; i < writer->finding->link_count; i++)
        put_link(writer, i);
    mt_print_text(&writer->print, "]");
}

size_t mt_alert_content_print(const struct mt_finding *finding, const struct mt_lore *lore, mt_label_find *label_find,
                              void *label_self, char *out_bytes, size_t capacity)
{
    struct writer writer = {
        .print = mt_print_into(out_bytes, capacity),
        .finding = finding,
        .label_find = label_find,
        .label_self = label_self,
    };
    struct mt_print *print = &writer.print;

    mt_print_text(print, "{\"v\":1");
    put_key(print, "id", finding->id.bytes);
    mt_print_format(print, ",\"state\":\"live\",\"kind\":\"%s\",\"rule\":\"%s\",\"score\":%u", mt_alert_kind(finding),
                    finding->type == MT_FINDING_ACCOUNT ? MT_RULES_ACCOUNT_VERSION : MT_RULES_VERSION, finding->score);
    if (finding->type == MT_FINDING_ACCOUNT)
        put_account_finding(&writer, lore);
    else
        put_chain_finding(&writer, lore);
    mt_print_text(print, ",\"transfers\":[");
    for (uint32_t i = 0; i < finding->transfer_count; i++)
        put_transfer(&writer, i);
    mt_print_text(print, "]");
    if (finding->type == MT_FINDING_CHAIN)
        put_links(&writer);
    mt_print_text(print, "}");
    return mt_print_end(print);
}

void mt_alert_content_hash(const char *content, size_t content_size, struct mt_content_hash *out_hash)
{
    crypto_generichash(out_hash->bytes, sizeof out_hash->bytes, (const unsigned char *)content, content_size, NULL, 0);
}

/* Everything after {"v":1 goes behind the version's own fields. */
#define CONTENT_HEAD "{\"v\":1"

static void put_version(struct mt_print *print, uint32_t revision, int64_t detected_ms)
{
    mt_print_text(print, CONTENT_HEAD ",\"revision\":");
    mt_print_int(print, revision);
    mt_members_time(print, ",\"detected\":", detected_ms);
}

size_t mt_alert_print(const char *content, size_t content_size, uint32_t revision, int64_t detected_ms, char *out_bytes,
                      size_t capacity)
{
    struct mt_print print = mt_print_into(out_bytes, capacity);
    size_t head = sizeof CONTENT_HEAD - 1;
    struct mt_content_hash hash;

    MT_ASSERT(content_size > head);
    put_version(&print, revision, detected_ms);
    mt_alert_content_hash(content, content_size, &hash);
    put_key(&print, "content_hash", hash.bytes);
    mt_print_bytes(&print, content + head, content_size - head);
    return mt_print_end(&print);
}

size_t mt_alert_end_print(const struct mt_transfer_key *id, const struct mt_transfer_key *merged_into, uint32_t revision,
                          int64_t detected_ms, char *out_bytes, size_t capacity)
{
    struct mt_print print = mt_print_into(out_bytes, capacity);

    put_version(&print, revision, detected_ms);
    put_key(&print, "id", id->bytes);
    mt_print_format(&print, ",\"state\":\"%s\"", merged_into != NULL ? "merged" : "withdrawn");
    if (merged_into != NULL)
        put_key(&print, "merged_into", merged_into->bytes);
    mt_print_text(&print, "}");
    return mt_print_end(&print);
}
