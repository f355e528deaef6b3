#include "facts.h"

#include <inttypes.h>
#include <stdlib.h>

/* An account is told by one of its transfers that day and the side that it has in it: account numbers go into no file. */
static void episode_print(void *self, const struct mt_entry *entry, const struct mt_episode *episode)
{
    FILE *out = self;

    fprintf(out, "%.*s,%s,%" PRId64 ",%d", entry->id_size, mt_entry_id(entry),
            entry->outflow ? "debtor" : "creditor", mt_day_of_time(episode->end_ms - 1), episode->hub);
    for (int fact = 0; fact < MT_FACT_COUNT; fact++)
        fprintf(out, ",%" PRId64, episode->facts[fact]);
    fputc('\n', out);
}

static void ids_print(FILE *out, const struct mt_finding *finding, uint32_t count)
{
    for (uint32_t t = 0; t < count; t++)
        fprintf(out, "%s%.*s", t > 0 ? " " : "", finding->transfers[t].id_size, finding->transfers[t].id);
}

void mt_scan_version_print(FILE *out, int64_t now_ms, const struct mt_finding *finding)
{
    fprintf(out, "%" PRId64 ",", now_ms);
    for (size_t i = 0; i < sizeof finding->id.bytes; i++)
        fprintf(out, "%02x", finding->id.bytes[i]);
    fprintf(out, ",%u,", finding->score);
    ids_print(out, finding, finding->type == MT_FINDING_CHAIN ? finding->spine_count : finding->transfer_count);
    fputc('\n', out);
}

static void chain_print(FILE *out, const struct mt_finding *chain)
{
    ids_print(out, chain, chain->spine_count);
    for (int fact = 0; fact < MT_CHAIN_FACT_COUNT; fact++)
        fprintf(out, ",%" PRId64, chain->facts[fact]);
    fputc('\n', out);
}

enum mt_status mt_scan_chains_write(struct mt_scan *scan, FILE *out)
{
    const struct mt_finding **findings;
    size_t count;
    enum mt_status status = mt_scan_findings(scan, &findings, &count);

    if (status != MT_OK)
        return status;
#define FACT_NAME(field, text) "," #field
#define MIDDLE_NAME(field, fact, reduce, text) "," #field
    fprintf(out, "transfers" MT_CHAIN_OWN_TABLE(FACT_NAME) MT_CHAIN_MIDDLE_TABLE(MIDDLE_NAME) "\n");
#undef FACT_NAME
#undef MIDDLE_NAME
    for (size_t i = 0; i < count; i++) {
        if (findings[i]->type == MT_FINDING_CHAIN)
            chain_print(out, findings[i]);
    }
    free(findings);
    return MT_OK;
}

static void episodes_head(FILE *out)
{
#define FACT_NAME(field, text) "," #field
    fprintf(out, "transfer,side,day,hub" MT_FACT_TABLE(FACT_NAME) "\n");
#undef FACT_NAME
}

enum mt_status mt_scan_episodes_write(struct mt_scan *scan, FILE *out)
{
    episodes_head(out);
    return mt_scan_episodes(scan, episode_print, out);
}

enum mt_status mt_scan_looks_write(struct mt_scan *scan, FILE *out)
{
    episodes_head(out);
    return mt_scan_looks(scan, episode_print, out);
}
