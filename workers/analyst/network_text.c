#include "network_text.h"

#include "schemas/currency.h"
#include "schemas/decimal.h"

#include <jansson.h>
#include <stdlib.h>

struct writer {
    FILE *out;
    const struct mt_network_text *text;
    const struct mt_network_view *view;
    const struct mt_network *network;
    uint16_t currency; /* the one that most transfers are in: accounts are sorted by their sums in it */
};

static struct writer writer_of(FILE *out, const struct mt_network_text *text)
{
    return (struct writer){out, text, text->view, text->view->network, text->view->money[0].currency};
}

/* "2026-11-25 10:54:00" */
static const char *moment(int64_t time_ms, char out_text[32])
{
    mt_time_print(time_ms, out_text);
    out_text[10] = ' ';
    out_text[19] = '\0';
    return out_text;
}

/* "1200.50 EUR" */
static const char *money(int64_t minor, uint16_t currency, char out_text[48])
{
    const struct mt_currency *found = mt_currency_of(currency);
    char amount[32] = "more than can be counted in";

    if (minor >= 0)
        mt_decimal_print(minor, found != NULL ? found->exponent : 0, amount);
    snprintf(out_text, 48, "%s %s", amount, found != NULL ? found->code : "");
    return out_text;
}

static const char *hex(const uint8_t bytes[16], char out_text[33])
{
    for (size_t i = 0; i < 16; i++)
        snprintf(out_text + 2 * i, 3, "%02x", bytes[i]);
    return out_text;
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* --- one account ---------------------------------------------------------------------------------------------------- */

/* Its label, or the beginning of its token when nothing is known of it. */
static void put_label(const struct writer *writer, const struct mt_token *account)
{
    struct mt_label label = {.text = ""};
    char token[33];

    writer->text->label_find(writer->text->label_self, account, &label);
    if (label.text[0] != '\0')
        fprintf(writer->out, "%s", label.text);
    else
        fprintf(writer->out, "account %.12s", hex(account->bytes, token));
}

static void put_name(const struct writer *writer, uint32_t account)
{
    put_label(writer, &writer->network->accounts[account].account);
}

static void put_sums(const struct writer *writer, uint32_t account)
{
    const struct mt_network_sum *sum = mt_network_view_sums(writer->view, account), *end = writer->view->sums + writer->view->sum_count;
    const struct mt_network_account *of = &writer->network->accounts[account];
    char amount[48];

    for (const struct mt_network_sum *at = sum; at != NULL && at < end && at->account == account; at++) {
        if (at->in != 0)
            fprintf(writer->out, "  in %s", money(at->in, at->currency, amount));
        if (at->out != 0)
            fprintf(writer->out, "  out %s", money(at->out, at->currency, amount));
    }
    if (of->payers > 0)
        fprintf(writer->out, "  %u payer%s", of->payers, plural(of->payers));
    if (of->payees > 0)
        fprintf(writer->out, "  %u payee%s", of->payees, plural(of->payees));
}

static void put_account(const struct writer *writer, uint32_t account)
{
    char token[33];

    fprintf(writer->out, "    ");
    put_name(writer, account);
    put_sums(writer, account);
    fprintf(writer->out, "  [%s]\n", hex(writer->network->accounts[account].account.bytes, token));
}

/* --- accounts of one kind ------------------------------------------------------------------------------------------- */

/* An account and how much it moved. */
struct weighed {
    uint32_t account;
    uint64_t moved;
};

static int weighed_compare(const void *left, const void *right)
{
    const struct weighed *a = left, *b = right;

    if (a->moved != b->moved)
        return a->moved > b->moved ? -1 : 1;
    return (a->account > b->account) - (a->account < b->account);
}

static uint64_t moved_by(const struct writer *writer, uint32_t account)
{
    const struct mt_network_sum *sum = mt_network_view_sum(writer->view, account, writer->currency);

    if (sum == NULL)
        return 0;
    return (uint64_t)sum->in > (uint64_t)sum->out ? (uint64_t)sum->in : (uint64_t)sum->out;
}

/* Accounts that belong together under one heading: `layer` MT_NETWORK_NONE is any. */
struct group {
    enum mt_network_role role;
    uint32_t layer, community;
};

static bool is_in(const struct mt_network_account *account, const struct group *group)
{
    return account->role == group->role && (group->layer == MT_NETWORK_NONE || account->layer == group->layer) &&
           (group->community == MT_NETWORK_NONE || account->community == group->community);
}

static const struct {
    const char *many, *means;
} role_words[] = {
    [MT_NETWORK_SOURCE] = {"sources", "nobody in the network pays them: victims, or where dirty money starts"},
    [MT_NETWORK_COLLECTOR] = {"collectors", "many pay in, one is paid"},
    [MT_NETWORK_MULE] = {"mules", "passed it on"},
    [MT_NETWORK_DISTRIBUTOR] = {"distributors", "one pays in, many are paid"},
    [MT_NETWORK_HUB] = {"hubs", "more counterparties than a person has: the trace ends there"},
    [MT_NETWORK_EXIT] = {"exits", "paid nobody in the network: the last places where the money was seen"},
};

static uint32_t group_fill(const struct writer *writer, const struct group *group, struct weighed *room)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < writer->network->account_count; i++) {
        if (is_in(&writer->network->accounts[i], group))
            room[count++] = (struct weighed){i, moved_by(writer, i)};
    }
    return count;
}

static void put_group(const struct writer *writer, const struct group *group, struct weighed *room, uint32_t count)
{
    qsort(room, count, sizeof *room, weighed_compare);
    fprintf(writer->out, "  %s", role_words[group->role].many);
    if (group->layer != MT_NETWORK_NONE)
        fprintf(writer->out, " of layer %u", group->layer);
    fprintf(writer->out, " (%u): %s\n", count, role_words[group->role].means);
    for (uint32_t i = 0; i < count && i < writer->text->show; i++)
        put_account(writer, room[i].account);
    if (count > writer->text->show)
        fprintf(writer->out, "    and %u more with less money; --show N shows more\n", count - writer->text->show);
}

static uint32_t layers_of(const struct mt_network *network)
{
    return network->account_count > 0 ? network->accounts[network->account_count - 1].layer + 1 : 0;
}

/* Layer by layer; those behind the first layers that are shown are counted. */
static void put_mules(const struct writer *writer, uint32_t community, struct weighed *room)
{
    uint32_t shown = 0, hidden = 0;

    for (uint32_t layer = 0; layer < layers_of(writer->network); layer++) {
        const struct group group = {MT_NETWORK_MULE, layer, community};
        uint32_t count = group_fill(writer, &group, room);

        if (count > 0 && shown < writer->text->show) {
            put_group(writer, &group, room, count);
            shown++;
        } else {
            hidden += count;
        }
    }
    if (hidden > 0)
        fprintf(writer->out, "  and %u mule%s of later layers; --show N shows more\n", hidden, plural(hidden));
}

/* In the order in which the money goes. */
static void put_accounts(const struct writer *writer, uint32_t community, struct weighed *room)
{
    static const enum mt_network_role order[] = {MT_NETWORK_SOURCE, MT_NETWORK_COLLECTOR, MT_NETWORK_MULE, MT_NETWORK_DISTRIBUTOR, MT_NETWORK_HUB,
                                                 MT_NETWORK_EXIT};

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const struct group group = {order[i], MT_NETWORK_NONE, community};
        uint32_t count = order[i] != MT_NETWORK_MULE ? group_fill(writer, &group, room) : 0;

        if (order[i] == MT_NETWORK_MULE)
            put_mules(writer, community, room);
        else if (count > 0)
            put_group(writer, &group, room, count);
    }
}

/* --- communities ---------------------------------------------------------------------------------------------------- */

static void put_roles(const struct writer *writer, uint32_t community)
{
    uint32_t counts[MT_NETWORK_ROLE_COUNT];
    const char *between = "";

    mt_network_roles(writer->network, community, counts);
    for (int role = 0; role < MT_NETWORK_ROLE_COUNT; role++) {
        if (counts[role] == 0)
            continue;
        fprintf(writer->out, "%s%u %.*s", between, counts[role],
                (int)strlen(role_words[role].many) - (counts[role] == 1), role_words[role].many);
        between = ", ";
    }
}

static void put_community(const struct writer *writer, uint32_t community, struct weighed *room)
{
    uint32_t counts[MT_NETWORK_ROLE_COUNT], accounts = mt_network_roles(writer->network, community, counts);

    fprintf(writer->out, "\n  community %u of 0 to %u: %u account%s: ", community, writer->network->community_count - 1, accounts, plural(accounts));
    put_roles(writer, community);
    fprintf(writer->out, "\n");
    put_accounts(writer, community, room);
}

/* Largest first; those behind the limit are counted. */
static void put_communities(const struct writer *writer, struct weighed *room)
{
    uint32_t count = writer->network->community_count, shown = count < MT_NETWORK_TEXT_COMMUNITIES ? count : MT_NETWORK_TEXT_COMMUNITIES;
    struct weighed *order = calloc(count, sizeof *order);
    uint64_t hidden = 0;

    if (order == NULL)
        return;
    for (uint32_t i = 0; i < count; i++)
        order[i].account = i;
    for (uint32_t i = 0; i < writer->network->account_count; i++)
        order[writer->network->accounts[i].community].moved++;
    qsort(order, count, sizeof *order, weighed_compare);
    for (uint32_t i = 0; i < shown; i++)
        put_community(writer, order[i].account, room);
    for (uint32_t i = shown; i < count; i++)
        hidden += order[i].moved;
    if (hidden > 0)
        fprintf(writer->out, "\n  and %u smaller communities with %llu accounts; --community N tells one of 0 to %u\n", count - shown,
                (unsigned long long)hidden, count - 1);
    free(order);
}

/* --- the head ------------------------------------------------------------------------------------------------------- */

static const char *member(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value != NULL ? value : "";
}

static void put_decision(FILE *out, const json_t *decision)
{
    fprintf(out, "%s by %s at %.19s", member(decision, "state"), member(decision, "by"), member(decision, "time"));
    if (member(decision, "to")[0] != '\0')
        fprintf(out, ", to %s", member(decision, "to"));
    if (member(decision, "reason")[0] != '\0')
        fprintf(out, ": %s", member(decision, "reason"));
    fprintf(out, "\n");
}

static void put_review(const struct writer *writer)
{
    const struct mt_review *review = writer->text->review;
    const json_t *history;

    if (review == NULL || review->record == NULL)
        return;
    fprintf(writer->out, "  ");
    put_decision(writer->out, review->record);
    if (review->findings_new + review->transfers_new > 0)
        fprintf(writer->out, "  since then %u transfer%s and %u finding%s are new or have changed\n", review->transfers_new, plural(review->transfers_new),
                review->findings_new, plural(review->findings_new));
    history = json_object_get(review->record, "history");
    for (size_t i = 0; i < json_array_size(history); i++) {
        fprintf(writer->out, "  before: ");
        put_decision(writer->out, json_array_get(history, i));
    }
}

static void put_head(const struct writer *writer)
{
    const struct mt_network *network = writer->network;
    char id[33], first[32], last[32];

    fprintf(writer->out, "%s%s%s  network  score %u of 100", writer->text->colour ? "\033[1m" : "", hex(network->id.bytes, id),
            writer->text->colour ? "\033[0m" : "", network->score);
    if (writer->text->review != NULL)
        fprintf(writer->out, "  %s", mt_review_state_names[writer->text->review->state]);
    fprintf(writer->out, "\n");
    put_review(writer);
    fprintf(writer->out, "  %u finding%s, %u transfers between %u accounts, from %s to %s\n", network->finding_count, plural(network->finding_count),
            network->transfer_count, network->account_count, moment(network->first_ms, first), moment(network->last_ms, last));
    fprintf(writer->out, "  ");
    put_roles(writer, MT_NETWORK_NONE);
    fprintf(writer->out, "\n");
}

/* Where money only goes round nothing came in, and where all of it went on nothing stopped. */
static void put_money(const struct writer *writer)
{
    char amount[48];

    for (uint32_t i = 0; i < writer->view->money_count; i++) {
        const struct mt_network_money *at = &writer->view->money[i];

        fprintf(writer->out, "  money: ");
        if (at->entered != 0)
            fprintf(writer->out, "%s came in at its sources; ", money(at->entered, at->currency, amount));
        if (at->left != 0)
            fprintf(writer->out, "%s arrived where nobody passed it on; ", money(at->left, at->currency, amount));
        fprintf(writer->out, "%s in all %u transfer%s together\n", money(at->moved, at->currency, amount), at->transfer_count,
                plural(at->transfer_count));
    }
}

static void put_look_first(const struct writer *writer)
{
    const struct mt_network_view *view = writer->view;
    const struct mt_finding *best = view->findings[view->best_finding];
    char id[33], when[32];

    fprintf(writer->out, "  look first at\n    finding %.12s, score %u: moneytrail finding %.12s\n", hex(best->id.bytes, id), best->score, id);
    if (view->through != MT_NETWORK_NONE) {
        fprintf(writer->out, "    ");
        put_name(writer, view->through);
        fprintf(writer->out, ", through which most passed:");
        put_sums(writer, view->through);
        fprintf(writer->out, "\n");
    }
    if (view->last_stop != MT_NETWORK_NONE) {
        fprintf(writer->out, "    ");
        put_name(writer, view->last_stop);
        fprintf(writer->out, ", where most arrived and did not go on, last at %s:",
                moment(mt_network_view_sum(view, view->last_stop, writer->currency)->in_last_ms, when));
        put_sums(writer, view->last_stop);
        fprintf(writer->out, "\n");
    }
}

static void put_findings(const struct writer *writer)
{
    const struct mt_network *network = writer->network;
    char id[33];

    fprintf(writer->out, "  findings:");
    for (uint32_t i = 0; i < network->finding_count && i < writer->text->show; i++) {
        const struct mt_finding *finding = writer->view->findings[network->findings[i]];

        fprintf(writer->out, "%s %.12s (score %u)", i > 0 ? "," : "", hex(finding->id.bytes, id), finding->score);
    }
    if (network->finding_count > writer->text->show)
        fprintf(writer->out, ", and %u more; --show N shows more", network->finding_count - writer->text->show);
    fprintf(writer->out, "\n");
}

/* --- shapes --------------------------------------------------------------------------------------------------------- */

/* "A, B and 3 more > C": the layers, from the source's side. */
static void put_layers(const struct writer *writer, const struct mt_shape *shape)
{
    uint32_t at = 0;

    fprintf(writer->out, "      ");
    for (uint32_t layer = 0; layer < shape->layer_count; layer++) {
        uint32_t size = shape->layer_sizes[layer], shown = size < writer->text->show ? size : writer->text->show;

        for (uint32_t i = 0; i < shown; i++) {
            fprintf(writer->out, "%s", i > 0 ? ", " : layer > 0 ? "  >  " : "");
            put_label(writer, &shape->accounts[at + i].account);
        }
        if (size > shown)
            fprintf(writer->out, " and %u more", size - shown);
        at += size;
    }
    fprintf(writer->out, "\n");
}

static void put_shape_money(const struct writer *writer, const struct mt_shape *shape)
{
    char first[32], last[32], entered[48], arrived[48];

    fprintf(writer->out, "      %u transfers, %u ways, from %s to %s", shape->transfer_count, shape->way_count, moment(shape->first_ms, first),
            moment(shape->last_ms, last));
    for (uint32_t i = 0; i < shape->money_count; i++)
        fprintf(writer->out, "; %s paid in, %s arrived", money(shape->money[i].entered, shape->money[i].currency, entered),
                money(shape->money[i].arrived, shape->money[i].currency, arrived));
    fprintf(writer->out, "\n");
}

/* Where the rest of it is, when this network has a part of it only. */
static void put_others(const struct writer *writer, const struct mt_network_shape *part)
{
    char id[33];

    if (part->other_count == 0)
        return;
    fprintf(writer->out, "      %u of these transfers here, the rest in network%s", part->transfer_count, plural(part->other_count));
    for (uint32_t i = 0; i < part->other_count && i < writer->text->show; i++)
        fprintf(writer->out, "%s %.12s", i > 0 ? "," : "", hex(part->others[i].bytes, id));
    if (part->other_count > writer->text->show)
        fprintf(writer->out, " and %u more", part->other_count - writer->text->show);
    fprintf(writer->out, "\n");
}

static void put_shapes(const struct writer *writer)
{
    const struct mt_network *network = writer->network;
    char text[MT_SHAPE_TEXT_MAX];

    if (network->shape_count > 0)
        fprintf(writer->out, "  shapes (%u): what several of its accounts do together\n", network->shape_count);
    for (uint32_t i = 0; i < network->shape_count && i < writer->text->show; i++) {
        mt_shape_text(network->shapes[i].shape, text);
        fprintf(writer->out, "    %s: %s\n", network->shapes[i].shape->kind->name, text);
        put_layers(writer, network->shapes[i].shape);
        put_shape_money(writer, network->shapes[i].shape);
        put_others(writer, &network->shapes[i]);
    }
    if (network->shape_count > writer->text->show)
        fprintf(writer->out, "    and %u more; --show N shows more\n", network->shape_count - writer->text->show);
    if (network->shapes_cut)
        fprintf(writer->out, "  shapes were not looked for to the end: there were too many claims\n");
}

/* "layered_stack, 2 scatter_gather": a network's shapes by kind, in their order; nothing when there are none. */
static void put_shape_names(FILE *out, const struct mt_network *network)
{
    for (uint32_t first = 0, last = 0; first < network->shape_count; first = last) {
        const struct mt_shape_kind *kind = network->shapes[first].shape->kind;

        while (last < network->shape_count && network->shapes[last].shape->kind == kind)
            last++;
        fprintf(out, "%s", first > 0 ? ", " : "  ");
        if (last - first > 1)
            fprintf(out, "%u ", last - first);
        fprintf(out, "%s", kind->name);
    }
}

void mt_network_text(FILE *out, const struct mt_network_text *text)
{
    const struct writer writer = writer_of(out, text);
    struct weighed *room = malloc((writer.network->account_count + 1) * sizeof *room);

    put_head(&writer);
    put_money(&writer);
    put_look_first(&writer);
    put_findings(&writer);
    put_shapes(&writer);
    if (room == NULL)
        fprintf(out, "  no memory for its accounts\n");
    else if (text->community != MT_NETWORK_NONE)
        put_community(&writer, text->community, room);
    else if (writer.network->community_count > 1)
        put_communities(&writer, room);
    else
        put_accounts(&writer, MT_NETWORK_NONE, room);
    fprintf(out, "\n");
    free(room);
}

void mt_network_line_head(FILE *out)
{
    fprintf(out, "%-12s  %5s  %-9s  %8s  %9s  %8s  %-19s  %-19s  %s\n", "id", "score", "state", "findings", "transfers", "accounts", "first transfer",
            "last transfer", "came in, did not go on; shapes");
}

void mt_network_line(FILE *out, const struct mt_network_text *text)
{
    const struct writer writer = writer_of(out, text);
    const struct mt_network *network = writer.network;
    char id[33], first[32], last[32], entered[48], left[48];

    fprintf(out, "%.12s  %5u  %-9s  %8u  %9u  %8u  %s  %s  %s, %s%s", hex(network->id.bytes, id), network->score,
            text->review != NULL ? mt_review_state_names[text->review->state] : "", network->finding_count, network->transfer_count,
            network->account_count, moment(network->first_ms, first), moment(network->last_ms, last),
            money(text->view->money[0].entered, writer.currency, entered), money(text->view->money[0].left, writer.currency, left),
            text->view->money_count > 1 ? " and other currencies" : "");
    put_shape_names(out, network);
    fprintf(out, "\n");
}
