#include <stdlib.h>

#include "graph/signs.h"
#include "oracle.h"

static void print_key(FILE *file, const struct mt_transfer_key *key)
{
    fprintf(file, "%02x%02x#%u", key->bytes[0], key->bytes[1], key->bytes[14] * 256u + key->bytes[15]);
}

static const struct mt_finding *sorted_finding;

static int compare_links(const void *left, const void *right)
{
    const struct mt_finding_link *a = left;
    const struct mt_finding_link *b = right;
    const struct mt_finding_transfer *all = sorted_finding->transfers;
    int order = mt_key_compare(&all[a->from].key, &all[b->from].key);

    return order != 0 ? order : mt_key_compare(&all[a->to].key, &all[b->to].key);
}

static void print_links(FILE *file, const struct mt_finding *finding)
{
    static const char *const kinds[] = {"main", "in", "out", "reunion"};
    struct mt_finding_link *links = malloc((finding->link_count + 1) * sizeof *links);

    if (finding->link_count > 0)
        memcpy(links, finding->links, finding->link_count * sizeof *links);
    sorted_finding = finding;
    qsort(links, finding->link_count, sizeof *links, compare_links);
    for (uint32_t i = 0; i < finding->link_count; i++) {
        fprintf(file, "  %s ", kinds[links[i].kind]);
        print_key(file, &finding->transfers[links[i].from].key);
        fprintf(file, " > ");
        print_key(file, &finding->transfers[links[i].to].key);
        fprintf(file, " given %lld received %lld\n", (long long)links[i].given, (long long)links[i].received);
    }
    free(links);
}

static void print_transfer(FILE *file, const struct mt_finding_transfer *transfer)
{
    static const char *const roles[] = {"spine", "in", "out", "side"};

    fprintf(file, "  %s ", roles[transfer->role]);
    print_key(file, &transfer->key);
    fprintf(file, " %c>%c t%lld %lld cur%u kind%u rail%u%s%s %.*s\n", 'a' + transfer->debtor.bytes[15] % 26,
            'a' + transfer->creditor.bytes[15] % 26, (long long)transfer->time_ms, (long long)transfer->minor, transfer->currency,
            transfer->kind, transfer->rail, transfer->conflict ? " conflict" : "", transfer->ambiguous ? " ambiguous" : "",
            transfer->id_size, transfer->id);
}

static void print_signs(FILE *file, const struct mt_finding *finding)
{
    fprintf(file, " score %u", finding->score);
    for (uint32_t i = 0; i < finding->sign_count; i++)
        fprintf(file, " %s %lld/%lld with %lld/%lld %+d", mt_sign_code(finding->signs[i].sign), (long long)finding->signs[i].measured.value,
                (long long)finding->signs[i].measured.limit, (long long)finding->signs[i].with.value, (long long)finding->signs[i].with.limit,
                finding->signs[i].points);
}

static void print_listings(FILE *file, const struct mt_finding *finding)
{
    for (uint32_t i = 0; i < finding->listing_count; i++)
        fprintf(file, " on %02x%02x %.*s", finding->listings[i].subject.bytes[0], finding->listings[i].subject.bytes[1],
                finding->listings[i].text_size, finding->listings[i].text);
    fprintf(file, " and %u", finding->listing_hidden);
}

/* Those that reach no limit as well. */
static void print_facts(FILE *file, const struct mt_finding *finding)
{
    fprintf(file, "  facts");
    for (int fact = 0; fact < MT_CHAIN_FACT_COUNT; fact++)
        fprintf(file, " %lld", (long long)finding->facts[fact]);
    fprintf(file, "\n");
}

static void print_account(FILE *file, const struct mt_finding *finding)
{
    fprintf(file, "account %c ", 'a' + finding->account.bytes[15] % 26);
    print_key(file, &finding->id);
    fprintf(file, ": day %lld cur%u in %lld out %lld transfers %u hidden %u", (long long)(finding->day_ms / MT_DAY_MS),
            finding->currency, (long long)finding->money_in, (long long)finding->money_out, finding->branch_count, finding->branch_hidden);
    print_signs(file, finding);
    print_listings(file, finding);
    fprintf(file, "\n");
    for (uint32_t i = 0; i < finding->transfer_count; i++)
        print_transfer(file, &finding->transfers[i]);
}

void oracle_print(FILE *file, const struct mt_finding *finding)
{
    if (finding->type == MT_FINDING_ACCOUNT) {
        print_account(file, finding);
        return;
    }
    fprintf(file, "finding ");
    print_key(file, &finding->id);
    fprintf(file, ": spine %u branches %u hidden %u%s", finding->spine_count, finding->branch_count, finding->branch_hidden,
            finding->hub_end ? " hub_end" : "");
    fprintf(file, "%s%s", finding->horizon ? " horizon" : "", finding->walk_cut ? " walk_cut" : "");
    if (finding->round_hops > 0)
        fprintf(file, " round %u-%u hops %u%s", finding->round_from, finding->round_to, finding->round_hops,
                finding->round_by_branch ? " by branch" : "");
    if (finding->continues_before) {
        fprintf(file, " before ");
        print_key(file, &finding->before);
    }
    if (finding->continues_after) {
        fprintf(file, " after ");
        print_key(file, &finding->after);
    }
    fprintf(file, " passed %lld dwell %lld carried %lld %lld", (long long)finding->passed_permille,
            (long long)finding->dwell_median_ms, (long long)finding->carried_minor, (long long)finding->carried_permille);
    print_signs(file, finding);
    print_listings(file, finding);
    fprintf(file, "\n");
    print_facts(file, finding);
    for (uint32_t i = 0; i < finding->transfer_count; i++)
        print_transfer(file, &finding->transfers[i]);
    print_links(file, finding);
}
