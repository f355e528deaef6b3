#include "points_rows.h"

#include "graph/account.h"

#include <stdlib.h>
#include <string.h>

/* A finding and its row. */
struct item {
    const struct mt_finding *finding;
    struct mt_points_row *row;
};

/* Account days by account and day, and what their facts are found with. */
struct days {
    struct mt_lore lore;
    struct mt_arena *arena;
    struct item *items;
    uint32_t count;
};

static int64_t last_ms(const struct mt_finding *finding)
{
    return finding->type == MT_FINDING_CHAIN ? finding->transfers[finding->spine_count - 1].time_ms : mt_finding_last_ms(finding);
}

static int time_compare(const void *left, const void *right)
{
    const struct mt_finding *a = *(const struct mt_finding *const *)left, *b = *(const struct mt_finding *const *)right;

    if (last_ms(a) != last_ms(b))
        return last_ms(a) < last_ms(b) ? -1 : 1;
    return mt_key_compare(&a->id, &b->id);
}

static int day_compare(const void *left, const void *right)
{
    const struct mt_finding *a = ((const struct item *)left)->finding, *b = ((const struct item *)right)->finding;
    int order = memcmp(&a->account, &b->account, sizeof a->account);

    return order != 0 ? order : (a->day_ms > b->day_ms) - (a->day_ms < b->day_ms);
}

static uint8_t truth_of(const struct mt_finding *finding, const struct mt_known *known)
{
    uint32_t count = finding->type == MT_FINDING_CHAIN ? finding->spine_count : finding->transfer_count, illicit = 0, honest = 0;

    for (uint32_t t = 0; t < count; t++) {
        enum mt_known_as as = mt_known_of(known, finding->transfers[t].id, finding->transfers[t].id_size);

        illicit += as == MT_KNOWN_ILLICIT;
        honest += as == MT_KNOWN_HONEST;
    }
    if (illicit > 0 && 2 * illicit >= count)
        return MT_ROW_ILLICIT;
    return !mt_known_by_alerts(known) || 2 * honest >= count ? MT_ROW_HONEST : MT_ROW_UNKNOWN;
}

static int16_t detectors_points(const struct mt_finding *finding)
{
    int points = 0;

    for (uint32_t s = 0; s < finding->sign_count; s++)
        points += finding->signs[s].sign < MT_SIGN_ACCOUNT ? finding->signs[s].points : 0;
    return (int16_t)points;
}

/* All but an account day's steps, whose facts a finding does not keep. */
static void row_fill(struct mt_points_row *row, const struct mt_finding *finding, const struct mt_known *known)
{
    row->last_ms = last_ms(finding);
    row->truth = truth_of(finding, known);
    if (finding->type == MT_FINDING_CHAIN)
        mt_points_steps(mt_points_marks(NULL, MT_POINTS_CHAIN), finding->facts, row->steps);
    else
        row->fixed = detectors_points(finding);
}

/* The first day of the account, or where it would be. */
static uint32_t days_lower(const struct days *days, const struct mt_token *account)
{
    uint32_t low = 0, high = days->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (memcmp(&days->items[middle].finding->account, account, sizeof *account) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum mt_status days_visit(void *self, const struct mt_token *account, const struct mt_ledger *ledger)
{
    const struct days *days = self;

    for (uint32_t d = days_lower(days, account); d < days->count && mt_token_equal(&days->items[d].finding->account, account); d++) {
        struct mt_episode episode;

        mt_arena_reset(days->arena);
        MT_ASSERT(mt_episode_find(&days->lore, account, ledger, days->items[d].finding->day_ms + MT_DAY_MS, MT_SEQUENCE_ALL, days->arena, &episode));
        mt_points_steps(mt_points_marks(NULL, MT_POINTS_ACCOUNT), episode.facts, days->items[d].row->steps);
    }
    return MT_OK;
}

static enum mt_status days_fill(struct mt_scan *scan, struct item *items, uint32_t count)
{
    struct days days = {.lore = mt_scan_lore(scan), .items = items, .count = count};

    if (mt_arena_create((size_t)1 << 32, &days.arena) != MT_OK)
        return MT_NO_MEMORY;
    if (count > 0)
        qsort(items, count, sizeof *items, day_compare);
    enum mt_status status = mt_scan_ledgers(scan, days_visit, &days);
    mt_arena_destroy(days.arena);
    return status;
}

static enum mt_status rows_fill(struct mt_scan *scan, const struct mt_finding *const *findings, size_t count, const struct mt_known *known,
                                struct mt_points_rows *rows)
{
    struct item *items = calloc(count + 1, sizeof *items);

    for (int which = 0; which < MT_POINTS_TABLES; which++)
        rows->at[which] = calloc(count + 1, sizeof *rows->at[which]);
    enum mt_status status = items == NULL || rows->at[0] == NULL || rows->at[1] == NULL ? MT_NO_MEMORY : MT_OK;
    for (size_t i = 0; status == MT_OK && i < count; i++) {
        enum mt_points_of which = findings[i]->type == MT_FINDING_CHAIN ? MT_POINTS_CHAIN : MT_POINTS_ACCOUNT;
        struct mt_points_row *row = &rows->at[which][rows->count[which]++];

        row_fill(row, findings[i], known);
        if (which == MT_POINTS_ACCOUNT)
            items[rows->count[which] - 1] = (struct item){findings[i], row};
    }
    if (status == MT_OK)
        status = days_fill(scan, items, rows->count[MT_POINTS_ACCOUNT]);
    free(items);
    return status;
}

enum mt_status mt_points_rows_take(struct mt_scan *scan, const struct mt_known *known, struct mt_points_rows *out_rows)
{
    const struct mt_finding **findings;
    size_t count;
    enum mt_status status = mt_scan_findings(scan, &findings, &count);

    *out_rows = (struct mt_points_rows){0};
    if (status != MT_OK)
        return status;
    qsort(findings, count, sizeof *findings, time_compare);
    status = rows_fill(scan, findings, count, known, out_rows);
    free(findings);
    return status;
}

void mt_points_rows_free(struct mt_points_rows *rows)
{
    for (int which = 0; which < MT_POINTS_TABLES; which++)
        free(rows->at[which]);
    *rows = (struct mt_points_rows){0};
}
