#include "finding_text.h"

#include <jansson.h>
#include <string.h>

/* Signs told one by one, and those that a finding may have. */
#define SIGNS_TOLD 12
#define SIGNS_MOST 256

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value != NULL ? value : "";
}

static long long number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

/* "2026-11-25T10:54:00Z" as "2026-11-25 10:54:00". */
static const char *moment(const json_t *object, const char *name, char out_text[24])
{
    snprintf(out_text, 20, "%s", text(object, name));
    if (strlen(out_text) > 10)
        out_text[10] = ' ';
    return out_text;
}

static const char *duration(long long seconds, char out_text[32])
{
    if (seconds < 60)
        snprintf(out_text, 32, "%lld s", seconds);
    else if (seconds < 3600)
        snprintf(out_text, 32, "%lld min", seconds / 60);
    else if (seconds < 48 * 3600)
        snprintf(out_text, 32, "%lld h %lld min", seconds / 3600, seconds / 60 % 60);
    else
        snprintf(out_text, 32, "%lld d %lld h", seconds / 86400, seconds / 3600 % 24);
    return out_text;
}

static const char *label(const json_t *transfer, const char *side)
{
    return text(json_object_get(transfer, side), "label");
}

/* How long what arrived by transfer n stayed before the chain's next transfer; −1 for the last. */
static long long stayed(const json_t *finding, long long n)
{
    const json_t *links = json_object_get(finding, "links");

    for (size_t i = 0; i < json_array_size(links); i++) {
        const json_t *link = json_array_get(links, i);

        if (number(link, "from") == n && strcmp(text(link, "kind"), "chain") == 0)
            return number(link, "stayed_seconds");
    }
    return -1;
}

static void transfer_print(FILE *out, const json_t *finding, const json_t *transfer)
{
    char when[24], how_long[32];
    long long seconds = stayed(finding, number(transfer, "n"));
    bool chain = strcmp(text(transfer, "role"), "chain") == 0;

    fprintf(out, "  %-8s %s  %-22s -> %-22s %14s %s", chain ? "" : text(transfer, "role"), moment(transfer, "time", when),
            label(transfer, "debtor"), label(transfer, "creditor"), text(transfer, "amount"), text(transfer, "currency"));
    if (chain && seconds >= 0)
        fprintf(out, "  stayed %s", duration(seconds, how_long));
    fprintf(out, "  [%s]%s%s\n", text(transfer, "id"), json_is_true(json_object_get(transfer, "conflict")) ? " reports differ" : "",
            json_is_true(json_object_get(transfer, "ambiguous")) ? " ambiguous identity" : "");
}

/* "gather_scatter" as "gather scatter". */
static const char *kind_words(const json_t *finding, char out_text[32])
{
    snprintf(out_text, 32, "%s", text(finding, "kind"));
    for (char *at = out_text; *at != '\0'; at++)
        *at = *at == '_' ? ' ' : *at;
    return out_text;
}

static bool is_account(const json_t *finding)
{
    return json_object_get(finding, "account") != NULL;
}

/* "stayed_briefly 12 (at most 15)" */
static void measured_print(FILE *out, const json_t *sign)
{
    static const char *const relations[][2] = {{"at_least", "at least"}, {"below", "below"}, {"at_most", "at most"}, {"above", "above"}};

    fprintf(out, "%s %lld", text(sign, "code"), number(sign, "measured"));
    for (size_t r = 0; r < sizeof relations / sizeof relations[0]; r++) {
        if (json_object_get(sign, relations[r][0]) != NULL)
            fprintf(out, " (%s %lld)", relations[r][1], number(sign, relations[r][0]));
    }
}

static void sign_print(FILE *out, const json_t *sign)
{
    const json_t *with = json_object_get(sign, "with");

    if (strcmp(text(sign, "code"), "start") == 0) { /* nothing was measured */
        fprintf(out, "       %+3lld  %s\n", number(sign, "points"), text(sign, "text"));
        return;
    }
    fprintf(out, "       %+3lld  ", number(sign, "points"));
    measured_print(out, sign);
    if (with != NULL) {
        fprintf(out, " with ");
        measured_print(out, with);
    }
    fprintf(out, ": %s%s%s\n", text(sign, "text"), with != NULL ? "; " : "", with != NULL ? text(with, "text") : "");
}

static long long weight_of(const json_t *sign)
{
    long long points = number(sign, "points");

    return points < 0 ? -points : points;
}

/* The signs that weigh most; the rest as one sum. */
static void signs_print(FILE *out, const json_t *finding)
{
    const json_t *signs = json_object_get(finding, "signs");
    size_t count = json_array_size(signs) < SIGNS_MOST ? json_array_size(signs) : SIGNS_MOST, shown = 0;
    long long rest = 0;
    bool told[SIGNS_MOST] = {false};

    for (; shown < count && shown < SIGNS_TOLD; shown++) {
        size_t heaviest = count;

        for (size_t i = 0; i < count; i++) {
            if (!told[i] && (heaviest == count || weight_of(json_array_get(signs, i)) > weight_of(json_array_get(signs, heaviest))))
                heaviest = i;
        }
        told[heaviest] = true;
        sign_print(out, json_array_get(signs, heaviest));
    }
    for (size_t i = 0; i < count; i++)
        rest += told[i] ? 0 : number(json_array_get(signs, i), "points");
    if (shown < count)
        fprintf(out, "       %+3lld  %zu lesser signs together (--json has all)\n", rest, count - shown);
}

/* Who was on which list, on what basis, until when, and where that can be appealed. */
static void listings_print(FILE *out, const json_t *finding)
{
    const json_t *listings = json_object_get(finding, "listings");

    for (size_t i = 0; i < json_array_size(listings); i++) {
        const json_t *listing = json_array_get(listings, i);

        fprintf(out, "  on a list: %s %.8s… on %s (%s, set by %s, %s) from %.10s until %.10s: %s; appeal: %s\n", text(listing, "subject"),
                text(listing, "token"), text(listing, "list"), text(listing, "entry"), text(listing, "authority"), text(listing, "level"),
                text(listing, "from"), text(listing, "until"), text(listing, "basis"), text(listing, "appeal"));
    }
    if (number(finding, "listings_hidden") > 0)
        fprintf(out, "  %lld more listings are not shown\n", number(finding, "listings_hidden"));
}

/* What an account did by the end of a day. */
static void account_why_print(FILE *out, const json_t *finding)
{
    const json_t *shown = json_object_get(finding, "shown");

    fprintf(out, "  why: %s, up to %s: %s %s in, %s %s out within %lld days\n", text(json_object_get(finding, "account"), "label"), text(finding, "day"),
            text(finding, "money_in"), text(finding, "currency"), text(finding, "money_out"), text(finding, "currency"),
            number(json_object_get(finding, "limits"), "gather_window_seconds") / 86400);
    signs_print(out, finding);
    listings_print(out, finding);
    if (number(shown, "hidden") > 0)
        fprintf(out, "  %lld more transfers are not shown\n", number(shown, "hidden"));
}

static void chain_why_print(FILE *out, const json_t *finding)
{
    const json_t *limits = json_object_get(finding, "limits");
    char how_long[32], window[32];

    fprintf(out, "  why: %lld transfers in a row; at least %lld.%lld %% was passed on (limit %lld.%lld %%); stayed %s at the median (limit %s);\n"
                 "       %s of %s %s can have come all the way\n",
            number(finding, "hops"), number(finding, "passed_permille") / 10, number(finding, "passed_permille") % 10,
            number(limits, "passed_permille") / 10, number(limits, "passed_permille") % 10,
            duration(number(finding, "stayed_median_seconds"), how_long), duration(number(limits, "hop_window_seconds"), window),
            text(finding, "carried"), text(finding, "first_amount"), text(finding, "currency"));
    signs_print(out, finding);
    listings_print(out, finding);
}

static void cuts_print(FILE *out, const json_t *finding)
{
    const json_t *cuts = json_object_get(finding, "cuts"), *branches = json_object_get(finding, "branches");

    if (json_is_true(json_object_get(cuts, "hub_end")))
        fprintf(out, "  the trace ends at a hub: its account has more counterparties than a person's\n");
    if (json_is_true(json_object_get(cuts, "retention")))
        fprintf(out, "  earlier transfers are out of retention\n");
    if (json_is_true(json_object_get(cuts, "walk_limit")))
        fprintf(out, "  the walk reached its limit; more may follow\n");
    if (json_object_get(cuts, "continues_before") != NULL)
        fprintf(out, "  continues a longer chain: before it comes transfer %s\n", text(cuts, "continues_before"));
    if (json_object_get(cuts, "continues_after") != NULL)
        fprintf(out, "  is continued by transfer %s\n", text(cuts, "continues_after"));
    if (number(branches, "hidden") > 0)
        fprintf(out, "  %lld more branches are not shown\n", number(branches, "hidden"));
}

/* What its bank says of an account, and the token that names it; of the time it was opened the date. */
static void account_print(FILE *out, const json_t *account)
{
    fprintf(out, "  account  %-22s %s", text(account, "label"), text(account, "type"));
    if (text(account, "opened")[0] != '\0')
        fprintf(out, ", opened %.10s", text(account, "opened"));
    if (text(account, "region")[0] != '\0')
        fprintf(out, ", %s", text(account, "region"));
    if (text(account, "holder")[0] != '\0')
        fprintf(out, ", holder %s", text(account, "holder"));
    if (text(account, "exit")[0] != '\0')
        fprintf(out, ", way out: %s", text(account, "exit"));
    fprintf(out, "  [%s]\n", text(account, "token"));
}

bool mt_finding_text(FILE *out, const char *json, size_t size, bool colour)
{
    json_t *finding = json_loadb(json, size, 0, NULL);
    const json_t *transfers = json_object_get(finding, "transfers"), *round = json_object_get(finding, "round_trip"),
                 *accounts = json_object_get(finding, "accounts");
    char kind[32];

    if (finding == NULL || json_array_size(transfers) == 0) {
        if (finding != NULL)
            fprintf(out, "%s  %s %s\n", text(finding, "id"), text(finding, "state"), text(finding, "merged_into"));
        json_decref(finding);
        return false;
    }
    fprintf(out, "%s%s%s  %s  score %lld of 100\n", colour ? "\033[1m" : "", text(finding, "id"), colour ? "\033[0m" : "",
            kind_words(finding, kind), number(finding, "score"));
    for (size_t i = 0; i < json_array_size(transfers); i++)
        transfer_print(out, finding, json_array_get(transfers, i));
    for (size_t i = 0; i < json_array_size(accounts); i++)
        account_print(out, json_array_get(accounts, i));
    if (round != NULL)
        fprintf(out, "  came back to %s after %lld transfers%s\n", text(json_object_get(round, "account"), "label"), number(round, "hops"),
                json_is_true(json_object_get(round, "by_branch")) ? ", by a branch" : "");
    if (is_account(finding)) {
        account_why_print(out, finding);
    } else {
        chain_why_print(out, finding);
        cuts_print(out, finding);
    }
    fprintf(out, "\n");
    json_decref(finding);
    return true;
}

static void account_line(FILE *out, const json_t *finding)
{
    fprintf(out, "%.12s  %3lld  %-17s  %s  %2lld  %12s -> %12s %s  %s\n", text(finding, "id"), number(finding, "score"), text(finding, "kind"),
            text(finding, "day"), number(json_object_get(finding, "shown"), "count"), text(finding, "money_in"), text(finding, "money_out"),
            text(finding, "currency"), text(json_object_get(finding, "account"), "label"));
}

bool mt_finding_line(FILE *out, const char *json, size_t size)
{
    json_t *finding = json_loadb(json, size, 0, NULL);
    const json_t *transfers = json_object_get(finding, "transfers");
    char when[24];

    if (finding == NULL || json_array_size(transfers) == 0) {
        json_decref(finding);
        return false;
    }
    if (is_account(finding)) {
        account_line(out, finding);
        json_decref(finding);
        return true;
    }
    fprintf(out, "%.12s  %3lld  %-10s  %s  %2lld  %12s -> %12s %s  %s", text(finding, "id"), number(finding, "score"), text(finding, "kind"),
            moment(finding, "first_time", when), number(finding, "hops"), text(finding, "first_amount"), text(finding, "last_amount"),
            text(finding, "currency"), label(json_array_get(transfers, 0), "debtor"));
    for (long long i = 0; i < number(finding, "hops"); i++)
        fprintf(out, " > %s", label(json_array_get(transfers, (size_t)i), "creditor"));
    fprintf(out, "\n");
    json_decref(finding);
    return true;
}
