#include "finding_tell.h"

#include "facts_read.h"
#include "findings_read.h"
#include "workers/kit/hex.h"

#include <jansson.h>
#include <stdlib.h>

/* The finding's accounts, each once, in the order in which its transfers name them. */
struct accounts {
    struct account {
        struct mt_token token;
        const char *label; /* in the alert's tree */
    } * at;
    size_t count;
};

static void account_take(struct accounts *accounts, const json_t *account)
{
    const char *hex = json_string_value(json_object_get(account, "token")), *label = json_string_value(json_object_get(account, "label"));
    struct mt_token token;

    if (hex == NULL || !mt_hex_read(hex, token.bytes))
        return;
    for (size_t i = 0; i < accounts->count; i++) {
        if (mt_token_equal(&accounts->at[i].token, &token))
            return;
    }
    accounts->at[accounts->count++] = (struct account){token, label != NULL ? label : ""};
}

static enum mt_status accounts_of(const json_t *alert, struct accounts *out_accounts)
{
    const json_t *transfers = json_object_get(alert, "transfers");
    size_t count = json_array_size(transfers);

    *out_accounts = (struct accounts){.at = calloc(2 * count + 1, sizeof *out_accounts->at)};
    if (out_accounts->at == NULL)
        return MT_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        account_take(out_accounts, json_object_get(json_array_get(transfers, i), "debtor"));
        account_take(out_accounts, json_object_get(json_array_get(transfers, i), "creditor"));
    }
    return MT_OK;
}

/* What goes before an account's facts: {"token":"...","label":"...", and before the first one the member's name. */
static void lead_print(const struct account *account, bool first, char out_lead[256])
{
    struct mt_print print = mt_print_into(out_lead, 256);

    mt_print_text(&print, first ? ",\"accounts\":[{\"token\":\"" : ",{\"token\":\"");
    mt_print_hex(&print, account->token.bytes, sizeof account->token.bytes);
    mt_print_text(&print, "\",\"label\":");
    mt_print_string(&print, account->label, strlen(account->label));
    mt_print_text(&print, ",");
    mt_print_end(&print);
}

static enum mt_status facts_print(struct mt_redis *redis, const struct mt_keys *keys, const struct accounts *accounts, int64_t at_ms,
                                  struct mt_print *print)
{
    struct mt_event_parse *parser = NULL;
    bool any = false;
    enum mt_status status = mt_event_parser_create(&parser);

    for (size_t i = 0; i < accounts->count && status == MT_OK; i++)
        mt_facts_send(redis, keys, &accounts->at[i].token);
    if (status == MT_OK)
        status = mt_redis_flush(redis);
    for (size_t i = 0; i < accounts->count && status == MT_OK; i++) {
        char lead[256];
        bool known = false;

        lead_print(&accounts->at[i], !any, lead);
        status = mt_facts_take(redis, parser, at_ms, lead, print, &known);
        mt_print_text(print, known ? "}" : "");
        any |= known;
    }
    mt_print_text(print, any ? "]" : "");
    mt_event_parser_destroy(parser);
    return status;
}

/* The time at which the facts are asked: the finding's last transfer. */
static int64_t last_ms_of(const json_t *alert)
{
    const json_t *last = json_object_get(alert, "last_time");
    enum mt_reject_code code;
    int64_t last_ms = INT64_MAX;

    if (last != NULL)
        mt_time_parse(json_string_value(last), json_string_length(last), &last_ms, &code);
    return last_ms;
}

static enum mt_status accounts_splice(struct mt_redis *redis, const struct mt_keys *keys, const struct accounts *accounts, int64_t at_ms,
                                      char **alert, size_t *size)
{
    size_t capacity = *size + accounts->count * (MT_ACCOUNT_MEMBERS_MAX + 256) + 64;
    char *longer = malloc(capacity);
    struct mt_print print = mt_print_into(longer, capacity);

    if (longer == NULL)
        return MT_NO_MEMORY;
    mt_print_bytes(&print, *alert, *size - 1); /* without the closing brace */
    enum mt_status status = facts_print(redis, keys, accounts, at_ms, &print);
    mt_print_text(&print, "}");
    size_t longer_size = mt_print_end(&print);
    MT_ASSERT(longer_size > 0);
    if (status != MT_OK) {
        free(longer);
        return status;
    }
    free(*alert);
    *alert = longer;
    *size = longer_size;
    return MT_OK;
}

enum mt_status mt_finding_accounts_add(struct mt_redis *redis, const struct mt_keys *keys, char **alert, size_t *size)
{
    json_t *tree = json_loadb(*alert, *size, 0, NULL);
    struct accounts accounts;
    enum mt_status status = accounts_of(tree, &accounts);

    if (status == MT_OK && accounts.count > 0)
        status = accounts_splice(redis, keys, &accounts, last_ms_of(tree), alert, size);
    free(accounts.at);
    json_decref(tree);
    return status;
}

enum mt_status mt_finding_tell(struct mt_redis *redis, const struct mt_keys *keys, const char *id, char **out_alert, size_t *out_size)
{
    enum mt_status status = mt_findings_get(redis, keys, id, out_alert, out_size);

    if (status == MT_OK && *out_alert != NULL)
        status = mt_finding_accounts_add(redis, keys, out_alert, out_size);
    if (status != MT_OK) {
        free(*out_alert);
        *out_alert = NULL;
    }
    return status;
}
