#include "network_print.h"

#include "currency.h"
#include "decimal.h"
#include "members.h"
#include "print.h"

#include <stdlib.h>

const char *const mt_network_role_names[MT_NETWORK_ROLE_COUNT] = {
#define ROLE_NAME(name, text) [MT_NETWORK_##name] = text,
    MT_NETWORK_ROLE_TABLE(ROLE_NAME)
#undef ROLE_NAME
};

uint32_t mt_network_roles(const struct mt_network *network, uint32_t community, uint32_t out_counts[MT_NETWORK_ROLE_COUNT])
{
    uint32_t all = 0;

    memset(out_counts, 0, MT_NETWORK_ROLE_COUNT * sizeof *out_counts);
    for (uint32_t i = 0; i < network->account_count; i++) {
        if (community != MT_NETWORK_NONE && network->accounts[i].community != community)
            continue;
        out_counts[network->accounts[i].role]++;
        all++;
    }
    return all;
}

static void put_key(struct mt_print *print, const char *lead, const uint8_t bytes[16])
{
    mt_print_text(print, lead);
    mt_print_hex(print, bytes, 16);
    mt_print_text(print, "\"");
}

static const char *code_of(uint16_t currency)
{
    const struct mt_currency *found = mt_currency_of(currency);

    return found != NULL ? found->code : "";
}

/* Absent when it does not fit. */
static void put_amount(struct mt_print *print, const char *name, int64_t minor, uint16_t currency)
{
    const struct mt_currency *found = mt_currency_of(currency);
    char text[32];

    if (minor < 0)
        return;
    mt_decimal_print(minor, found != NULL ? found->exponent : 0, text);
    mt_print_format(print, ",\"%s\":\"%s\"", name, text);
}

static void put_roles(struct mt_print *print, const uint32_t counts[MT_NETWORK_ROLE_COUNT])
{
    mt_print_text(print, ",\"roles\":{");
    for (int role = 0; role < MT_NETWORK_ROLE_COUNT; role++)
        mt_print_format(print, "%s\"%s\":%u", role > 0 ? "," : "", mt_network_role_names[role], counts[role]);
    mt_print_text(print, "}");
}

static void put_counts(struct mt_print *print, const struct mt_network *network)
{
    uint32_t counts[MT_NETWORK_ROLE_COUNT];

    mt_network_roles(network, MT_NETWORK_NONE, counts);
    mt_print_format(print, ",\"counts\":{\"findings\":%u,\"transfers\":%u,\"accounts\":%u,\"communities\":%u", network->finding_count,
                    network->transfer_count, network->account_count, network->community_count);
    put_roles(print, counts);
    mt_print_text(print, "}");
}

static void put_money(struct mt_print *print, const struct mt_network_view *view)
{
    mt_print_text(print, ",\"money\":[");
    for (uint32_t i = 0; i < view->money_count; i++) {
        const struct mt_network_money *money = &view->money[i];

        mt_print_format(print, "%s{\"currency\":\"%s\",\"transfers\":%u", i > 0 ? "," : "", code_of(money->currency), money->transfer_count);
        put_amount(print, "entered", money->entered, money->currency);
        put_amount(print, "left", money->left, money->currency);
        put_amount(print, "moved", money->moved, money->currency);
        mt_print_text(print, "}");
    }
    mt_print_text(print, "]");
}

static void put_token(const struct mt_network_tell *tell, struct mt_print *print, const struct mt_token *token)
{
    struct mt_label label = {.text = ""};

    tell->label_find(tell->label_self, token, &label);
    put_key(print, "\"token\":\"", token->bytes);
    mt_print_text(print, ",\"label\":");
    mt_print_string(print, label.text, strlen(label.text));
}

static void put_look(const struct mt_network_tell *tell, struct mt_print *print, const char *why, uint32_t account)
{
    const struct mt_network_view *view = tell->view;
    uint16_t currency = view->money[0].currency;
    const struct mt_network_sum *sum = account != MT_NETWORK_NONE ? mt_network_view_sum(view, account, currency) : NULL;

    if (sum == NULL)
        return;
    mt_print_format(print, ",{\"why\":\"%s\",", why);
    put_token(tell, print, &view->network->accounts[account].account);
    mt_print_format(print, ",\"currency\":\"%s\"", code_of(currency));
    put_amount(print, "in", sum->in, currency);
    put_amount(print, "out", sum->out, currency);
    if (sum->in_last_ms != INT64_MIN)
        mt_members_time(print, ",\"last_in\":", sum->in_last_ms);
    mt_print_text(print, "}");
}

static void put_look_first(const struct mt_network_tell *tell, struct mt_print *print)
{
    const struct mt_network_view *view = tell->view;

    put_key(print, ",\"look_first\":[{\"why\":\"best_finding\",\"finding\":\"", view->findings[view->best_finding]->id.bytes);
    mt_print_text(print, "}");
    put_look(tell, print, "most_through", view->through);
    put_look(tell, print, "most_stopped", view->last_stop);
    mt_print_text(print, "]");
}

static void put_findings(const struct mt_network_tell *tell, struct mt_print *print)
{
    const struct mt_network *network = tell->view->network;
    uint32_t shown = network->finding_count < tell->findings_most ? network->finding_count : tell->findings_most;

    mt_print_text(print, ",\"findings\":[");
    for (uint32_t i = 0; i < shown; i++) {
        const struct mt_finding *finding = tell->view->findings[network->findings[i]];

        put_key(print, i > 0 ? ",{\"id\":\"" : "{\"id\":\"", finding->id.bytes);
        mt_print_format(print, ",\"score\":%u}", finding->score);
    }
    mt_print_format(print, "],\"findings_hidden\":%u", network->finding_count - shown);
}

static void put_communities(const struct mt_network_tell *tell, struct mt_print *print)
{
    const struct mt_network *network = tell->view->network;
    uint32_t counts[MT_NETWORK_ROLE_COUNT];
    uint32_t shown = network->community_count < tell->communities_most ? network->community_count : tell->communities_most;

    if (network->community_count < 2)
        return;
    mt_print_text(print, ",\"communities\":[");
    for (uint32_t i = 0; i < shown; i++) {
        uint32_t accounts = mt_network_roles(network, i, counts);

        mt_print_format(print, "%s{\"community\":%u,\"accounts\":%u", i > 0 ? "," : "", i, accounts);
        put_roles(print, counts);
        mt_print_text(print, "}");
    }
    mt_print_format(print, "],\"communities_hidden\":%u", network->community_count - shown);
}

static void put_sums(const struct mt_network_view *view, struct mt_print *print, uint32_t account)
{
    const struct mt_network_sum *sum = mt_network_view_sums(view, account), *end = view->sums + view->sum_count;

    mt_print_text(print, ",\"sums\":[");
    for (bool first = true; sum != NULL && sum < end && sum->account == account; sum++, first = false) {
        mt_print_format(print, "%s{\"currency\":\"%s\"", first ? "" : ",", code_of(sum->currency));
        put_amount(print, "in", sum->in, sum->currency);
        put_amount(print, "out", sum->out, sum->currency);
        mt_print_text(print, "}");
    }
    mt_print_text(print, "]");
}

static void put_account(const struct mt_network_tell *tell, struct mt_print *print, uint32_t at)
{
    const struct mt_network *network = tell->view->network;
    const struct mt_network_account *account = &network->accounts[at];

    mt_print_text(print, at > 0 ? ",{" : "{");
    put_token(tell, print, &account->account);
    mt_print_format(print, ",\"role\":\"%s\",\"layer\":%u,\"payers\":%u,\"payees\":%u", mt_network_role_names[account->role], account->layer,
                    account->payers, account->payees);
    if (network->community_count > 1)
        mt_print_format(print, ",\"community\":%u", account->community);
    put_sums(tell->view, print, at);
    mt_print_text(print, "}");
}

/* --- shapes --------------------------------------------------------------------------------------------------------- */

/* Layer by layer, of each so many that all together are about the most. */
static void put_layers(const struct mt_network_tell *tell, struct mt_print *print, const struct mt_shape *shape)
{
    uint32_t at = 0, most = tell->accounts_most / shape->layer_count;

    mt_print_text(print, ",\"layers\":[");
    for (uint32_t layer = 0; layer < shape->layer_count; layer++) {
        uint32_t shown = shape->layer_sizes[layer] < most ? shape->layer_sizes[layer] : most;

        mt_print_format(print, "%s{\"accounts\":[", layer > 0 ? "," : "");
        for (uint32_t i = 0; i < shown; i++) {
            mt_print_text(print, i > 0 ? ",{" : "{");
            put_token(tell, print, &shape->accounts[at + i].account);
            mt_print_text(print, "}");
        }
        mt_print_format(print, "],\"accounts_hidden\":%u}", shape->layer_sizes[layer] - shown);
        at += shape->layer_sizes[layer];
    }
    mt_print_text(print, "]");
}

static void put_shape_money(struct mt_print *print, const struct mt_shape *shape)
{
    mt_print_text(print, ",\"money\":[");
    for (uint32_t i = 0; i < shape->money_count; i++) {
        const struct mt_shape_money *money = &shape->money[i];

        mt_print_format(print, "%s{\"currency\":\"%s\",\"transfers\":%u", i > 0 ? "," : "", code_of(money->currency), money->transfer_count);
        put_amount(print, "entered", money->entered, money->currency);
        put_amount(print, "arrived", money->arrived, money->currency);
        mt_print_text(print, "}");
    }
    mt_print_text(print, "]");
}

static void put_shape(const struct mt_network_tell *tell, struct mt_print *print, const struct mt_network_shape *part)
{
    const struct mt_shape *shape = part->shape;
    char text[MT_SHAPE_TEXT_MAX];

    mt_shape_text(shape, text);
    mt_print_format(print, "{\"shape\":\"%s\",\"text\":\"%s\",\"ways\":%u,\"transfers\":%u,\"transfers_here\":%u", shape->kind->name, text, shape->way_count,
                    shape->transfer_count, part->transfer_count);
    mt_members_time(print, ",\"first_time\":", shape->first_ms);
    mt_members_time(print, ",\"last_time\":", shape->last_ms);
    put_shape_money(print, shape);
    put_layers(tell, print, shape);
    mt_print_text(print, ",\"networks\":[");
    for (uint32_t i = 0; i < part->other_count && i < tell->findings_most; i++)
        put_key(print, i > 0 ? ",\"" : "\"", part->others[i].bytes);
    mt_print_format(print, "],\"networks_hidden\":%u}", part->other_count > tell->findings_most ? part->other_count - tell->findings_most : 0);
}

/* What ends the object after the shapes when no account fits. */
#define SHAPES_END_BYTES 256

/* The shape that would take more than half of the room that was there is taken back, and with it all that come after. */
static void put_shapes(const struct mt_network_tell *tell, struct mt_print *print)
{
    const struct mt_network *network = tell->view->network;
    uint32_t most = network->shape_count < tell->shapes_most ? network->shape_count : tell->shapes_most, shown = 0;
    size_t limit = print->size + (print->capacity - print->size) / 2;

    mt_print_text(print, ",\"shapes\":[");
    for (; shown < most && !print->full; shown++) {
        size_t before = print->size;

        mt_print_text(print, shown > 0 ? "," : "");
        put_shape(tell, print, &network->shapes[shown]);
        if (!print->full && print->size <= limit && print->capacity - print->size > SHAPES_END_BYTES)
            continue;
        print->size = before;
        print->full = false;
        break;
    }
    mt_print_format(print, "],\"shapes_hidden\":%u", network->shape_count - shown);
    mt_print_format(print, ",\"shapes_search\":{\"complete\":%s,\"busy_accounts\":%u}", network->shapes_cut ? "false" : "true",
                    network->shapes_busy);
}

/* --- all ------------------------------------------------------------------------------------------------------------ */

/* What ends the object after the accounts. */
#define END_BYTES 64

/* The account that does not fit is taken back, and with it all that come after. */
static void put_accounts(const struct mt_network_tell *tell, struct mt_print *print)
{
    const struct mt_network *network = tell->view->network;
    uint32_t most = network->account_count < tell->accounts_most ? network->account_count : tell->accounts_most, shown = 0;

    mt_print_text(print, ",\"accounts\":[");
    for (; shown < most && !print->full; shown++) {
        size_t before = print->size;

        put_account(tell, print, shown);
        if (!print->full && print->capacity - print->size > END_BYTES)
            continue;
        print->size = before;
        print->full = false;
        break;
    }
    mt_print_format(print, "],\"accounts_hidden\":%u", network->account_count - shown);
}

size_t mt_network_print(const struct mt_network_tell *tell, char *out_bytes, size_t capacity)
{
    const struct mt_network_view *view = tell->view;
    struct mt_print print = mt_print_into(out_bytes, capacity);

    put_key(&print, "{\"v\":1,\"id\":\"", view->network->id.bytes);
    mt_print_format(&print, ",\"score\":%u", view->network->score);
    put_key(&print, ",\"hash\":\"", view->hash.bytes);
    if (tell->review != NULL) {
        mt_print_text(&print, ",");
        mt_print_text(&print, tell->review);
    }
    mt_members_time(&print, ",\"first_time\":", view->network->first_ms);
    mt_members_time(&print, ",\"last_time\":", view->network->last_ms);
    put_counts(&print, view->network);
    put_money(&print, view);
    put_look_first(tell, &print);
    put_findings(tell, &print);
    put_communities(tell, &print);
    put_shapes(tell, &print);
    put_accounts(tell, &print);
    mt_print_text(&print, "}");
    return mt_print_end(&print);
}
