#include "account_page.h"

#include "schemas/currency.h"
#include "schemas/decimal.h"
#include "schemas/members.h"
#include "schemas/print.h"
#include "workers/analyst/account_read.h"
#include "workers/analyst/facts_read.h"
#include "workers/analyst/findings_read.h"

#include <jansson.h>

#define FINDINGS_SHOWN 100

static void put_sum(struct mt_print *print, const struct mt_account_sum *sum, bool first)
{
    const struct mt_currency *currency = mt_currency_of(sum->currency);
    char amount[32];

    mt_print_format(print, "%s{\"currency\":\"%s\",\"count\":%llu", first ? "" : ",", currency != NULL ? currency->code : "",
                    (unsigned long long)sum->count);
    if (sum->minor >= 0) {
        mt_decimal_print(sum->minor, currency != NULL ? currency->exponent : 0, amount);
        mt_print_format(print, ",\"amount\":\"%s\"", amount);
    }
    mt_print_format(print, ",\"counterparties\":%llu", (unsigned long long)sum->counterparties);
    mt_members_time(print, ",\"first_time\":", sum->first_ms);
    mt_members_time(print, ",\"last_time\":", sum->last_ms);
    mt_print_text(print, "}");
}

static void put_direction(struct mt_print *print, const char *name, const struct mt_account_sums *sums, bool outflow)
{
    bool first = true;

    mt_print_format(print, ",\"%s\":[", name);
    for (size_t i = 0; i < sums->count; i++) {
        if (sums->at[i].outflow != outflow)
            continue;
        put_sum(print, &sums->at[i], first);
        first = false;
    }
    mt_print_text(print, "]");
}

static enum mt_status put_facts(struct mt_print *print, struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account,
                                int64_t now_ms, bool *out_known)
{
    struct mt_event_parse *parser = NULL;
    enum mt_status status = mt_event_parser_create(&parser);

    if (status != MT_OK)
        return status;
    mt_facts_send(redis, keys, account);
    status = mt_redis_flush(redis);
    if (status == MT_OK)
        status = mt_facts_take(redis, parser, now_ms, ",\"facts\":{", print, out_known);
    mt_print_text(print, *out_known ? "}" : "");
    mt_event_parser_destroy(parser);
    return status;
}

struct shown {
    struct mt_print *print;
    size_t count;
};

/* Of a finding what a list needs; the finding itself has a page. */
static bool finding_put(void *self, const char *alert, size_t size)
{
    static const char *const members[] = {"id", "kind", "score", "first_time", "last_time", "hops"};
    struct shown *shown = self;
    json_t *finding = shown->count++ < FINDINGS_SHOWN ? json_loadb(alert, size, 0, NULL) : NULL;

    for (size_t i = 0; i < sizeof members / sizeof members[0] && finding != NULL; i++) {
        const json_t *member = json_object_get(finding, members[i]);

        mt_print_format(shown->print, "%s\"%s\":", i > 0 ? "," : shown->count > 1 ? ",{" : "{", members[i]);
        if (json_is_string(member))
            mt_print_string(shown->print, json_string_value(member), json_string_length(member));
        else
            mt_print_int(shown->print, json_integer_value(member));
    }
    mt_print_text(shown->print, finding != NULL ? "}" : "");
    json_decref(finding);
    return true;
}

static enum mt_status put_findings(struct mt_print *print, struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account,
                                   int64_t since_ms, size_t *out_count)
{
    struct shown shown = {.print = print};
    bool complete = true;

    mt_print_text(print, ",\"findings\":{\"newest\":[");
    enum mt_status status = mt_findings_of(redis, keys, account, since_ms, finding_put, &shown, &complete);
    mt_print_format(print, "],\"count\":%zu,\"complete\":%s}", shown.count, complete ? "true" : "false");
    *out_count = shown.count;
    return status;
}

static void put_head(struct mt_print *print, const struct mt_token *account, const struct mt_label *label, int64_t now_ms)
{
    mt_print_text(print, "{\"v\":1,\"token\":\"");
    mt_print_hex(print, account->bytes, sizeof account->bytes);
    mt_print_text(print, "\",\"label\":");
    mt_print_string(print, label->text, strlen(label->text));
    mt_members_time(print, ",\"as_of\":", now_ms);
}

static void put_transfers(struct mt_print *print, const struct mt_account_sums *sums)
{
    mt_print_format(print, ",\"transfers\":{\"complete\":%s", sums->complete ? "true" : "false");
    put_direction(print, "in", sums, false);
    put_direction(print, "out", sums, true);
    mt_print_text(print, "}");
}

enum mt_status mt_account_page_print(struct mt_redis *redis, const struct mt_keys *keys, const struct mt_token *account, int64_t now_ms,
                                     char *out_bytes, size_t *out_size)
{
    struct mt_print print = mt_print_into(out_bytes, MT_ACCOUNT_PAGE_MAX);
    struct mt_account_sums sums = {0};
    struct mt_label label = {.text = ""};
    bool known = false;
    size_t findings = 0;
    enum mt_status status = mt_account_label_read(redis, keys, account, &label);

    if (status == MT_OK)
        status = mt_account_sums_read(redis, keys, account, &sums);
    put_head(&print, account, &label, now_ms);
    if (status == MT_OK)
        status = put_facts(&print, redis, keys, account, now_ms, &known);
    put_transfers(&print, &sums);
    if (status == MT_OK)
        status = put_findings(&print, redis, keys, account, sums.since_ms, &findings);
    mt_print_text(&print, "}\n");
    *out_size = known || sums.count > 0 || findings > 0 || label.text[0] != '\0' ? mt_print_end(&print) : 0;
    mt_account_sums_free(&sums);
    return status;
}
