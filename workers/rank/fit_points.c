#include "fit_points.h"

#include "graph/points_level.h"
#include "points_rows.h"
#include "schemas/points.h"
#include "workers/kit/stop.h"

#include <stdio.h>

static const char *const names[MT_POINTS_TABLES] = {"account days", "chains"};

static uint32_t percent(uint32_t part, uint32_t whole)
{
    return whole > 0 ? (uint32_t)(((uint64_t)part * 200 + whole) / (2 * (uint64_t)whole)) : 0;
}

static void tally_print(const char *lead, const struct mt_points_tally *tally, uint32_t illicit)
{
    printf("  %-32s %u raised, %u of them right (%u %%), %u %% of all that launder\n", lead, tally->raised, tally->right,
           percent(tally->right, tally->raised), percent(tally->right, illicit));
}

static void report_print(const char *name, const struct mt_points_report *report)
{
    printf("%s: %u launder, %u do not", name, report->illicit, report->honest);
    if (report->unknown > 0)
        printf(", %u without a label", report->unknown);
    printf("\n");
    tally_print("at 65 or more by our points:", &report->before, report->illicit);
    if (report->level == MT_POINTS_LEFT)
        return;
    tally_print("by the new ones:", &report->after, report->illicit);
    if (report->level > MT_POINTS_TOO_FEW)
        tally_print("by such as had not seen them:", &report->unseen, report->illicit);
}

static void warning_print(const char *name, const struct mt_points_report *report, int64_t wished)
{
    switch (report->level) {
    case MT_POINTS_LEFT:
        fprintf(stderr, "%s: %s; their points stay ours\n", name, report->illicit == 0 ? "none launders by these labels" : "none is honest by these labels");
        break;
    case MT_POINTS_TOO_FEW:
        fprintf(stderr, "%s: too few labels (%d of each kind set a level): the points stay near ours, and 65 means what it meant\n", name, MT_POINTS_FEW);
        break;
    case MT_POINTS_BEST:
        fprintf(stderr, "%s: %lld %% right is out of reach with these facts; 65 is where most are right, %u %%\n", name, (long long)wished,
                percent(report->unseen.right, report->unseen.raised));
        break;
    case MT_POINTS_HELD:
        fprintf(stderr, "%s: 65 lies higher than %lld %% right would have it: no more is raised than was, since what was not raised has no label\n", name,
                (long long)wished);
        break;
    default:
        break;
    }
}

/* Both tables; ours where there is nothing to learn from. */
static enum mt_status points_learn(const struct mt_fit_points_options *options, const struct mt_known *known, struct mt_points_rows *rows,
                                   struct mt_points *points, struct mt_points_report reports[MT_POINTS_TABLES])
{
    const struct mt_points_goal goal = {options->precision_percent, options->sample, mt_known_by_alerts(known)};
    enum mt_status status = MT_OK;

    for (int which = 0; which < MT_POINTS_TABLES && status == MT_OK; which++)
        status = mt_points_learn(rows->at[which], rows->count[which], (enum mt_points_of)which, &goal, &points->tables[which], &reports[which]);
    mt_points_list_hold(points);
    mt_points_seal(points);
    return status;
}

static enum mt_status points_write(const struct mt_fit_points_options *options, const struct mt_points *points,
                                   const struct mt_points_report reports[MT_POINTS_TABLES])
{
    char about[256], error[256] = "";

    snprintf(about, sizeof about, "fitted on account days: %u that launder, %u that do not; chains: %u and %u; for %lld %% right from 65 on", reports[0].illicit,
             reports[0].honest, reports[1].illicit, reports[1].honest, (long long)options->precision_percent);
    enum mt_status status = mt_points_write(points, options->points, about, error);
    if (status != MT_OK) {
        fprintf(stderr, "%s: %s\n", options->points, error);
        return status;
    }
    for (int which = 0; which < MT_POINTS_TABLES; which++)
        report_print(names[which], &reports[which]);
    for (int which = 0; which < MT_POINTS_TABLES; which++)
        warning_print(names[which], &reports[which], options->precision_percent);
    printf("%s: points %016llx\n", options->points, (unsigned long long)points->version);
    return MT_OK;
}

static enum mt_status scan_learn(const struct mt_fit_points_options *options, const struct mt_known *known, struct mt_scan *scan)
{
    struct mt_points_report reports[MT_POINTS_TABLES] = {0};
    struct mt_points *points = NULL;
    struct mt_points_rows rows = {0};
    enum mt_status status = mt_points_create(&points);

    if (status == MT_OK)
        status = mt_points_rows_take(scan, known, &rows);
    if (status == MT_OK)
        status = points_learn(options, known, &rows, points, reports);
    if (status == MT_OK && reports[0].level == MT_POINTS_LEFT && reports[1].level == MT_POINTS_LEFT) {
        fprintf(stderr, "%s: of its %zu labels, too little is of findings learnt from: %u that launder, %u that do not\n", options->labels,
                mt_known_count(known), reports[0].illicit + reports[1].illicit, reports[0].honest + reports[1].honest);
        status = MT_BAD_CONFIG;
    }
    if (status == MT_OK)
        status = points_write(options, points, reports);
    mt_points_rows_free(&rows);
    mt_points_destroy(points);
    return status;
}

enum mt_status mt_fit_points(const struct mt_fit_points_options *options, const struct mt_known *known, int64_t until_ms)
{
    struct mt_rules rules = options->common->rules;
    const struct mt_load_options load_options = {
        .rules = &rules,
        .file = options->common->file,
        .mapping = options->common->mapping,
        .rates = options->common->rates,
        .rates_beside = true,
        .lines = options->lines,
        .accounts = options->accounts,
        .accounts_mapping = options->accounts_mapping,
        .lists = options->lists,
        .secret_file = options->common->secret_file,
        .until_ms = until_ms == INT64_MIN ? 0 : until_ms,
    };
    struct mt_load load;

    rules.account_score_least = 0; /* what scores low is to be learnt from too */
    rules.chain_score_least = 0;
    enum mt_status status = mt_load_open(&load_options, &load);
    if (status != MT_OK)
        return status;
    status = mt_load_read(&load, &load_options, NULL);
    if (status == MT_OK && mt_stop_asked()) {
        fprintf(stderr, "stopped\n");
        status = MT_UNAVAILABLE;
    }
    if (status == MT_OK)
        status = scan_learn(options, known, load.scan);
    mt_load_destroy(&load);
    return status;
}
