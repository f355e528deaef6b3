#include "channels_chance.h"
#include "channels_table.h"

#include <stdlib.h>

/* The budget is for so many days; it is spent evenly, since a stream has no end. */
#define BUDGET_DAYS 30

struct mt_channel_limits mt_channel_limits_default(void)
{
    return (struct mt_channel_limits){
#define LIMIT_DEFAULT(name, option, kind, value, least, most, help) .name = value,
        MT_CHANNEL_LIMITS_TABLE(LIMIT_DEFAULT)
#undef LIMIT_DEFAULT
    };
}

uint64_t mt_channels_between(const struct mt_channels *channels, const uint64_t *row, int64_t first_day, int64_t last_day)
{
    if (first_day < channels->first_day)
        first_day = channels->first_day;
    if (last_day > channels->last_day)
        last_day = channels->last_day;
    if (last_day < first_day)
        return 0;
    return row[last_day - channels->first_day + 1] - row[first_day - channels->first_day];
}

static int int64_compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static int token_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct mt_token));
}

static uint64_t distinct_count(struct mt_token *tokens, size_t count)
{
    uint64_t distinct = count > 0;

    qsort(tokens, count, sizeof *tokens, token_compare);
    for (size_t i = 1; i < count; i++)
        distinct += !mt_token_equal(&tokens[i - 1], &tokens[i]);
    return distinct;
}

/* Accounts, victims and medians of so many flows, at least one. */
static enum mt_status flows_measure(const struct mt_channel_flow *const *flows, size_t count, struct mt_channel_figures *figures)
{
    struct mt_token *tokens = malloc(count * sizeof *tokens);
    int64_t *numbers = malloc(count * sizeof *numbers);

    if (tokens != NULL && numbers != NULL) {
        for (size_t i = 0; i < count; i++)
            tokens[i] = flows[i]->account;
        figures->accounts = distinct_count(tokens, count);
        for (size_t i = 0; i < count; i++)
            tokens[i] = flows[i]->victim;
        figures->victims = distinct_count(tokens, count);
        for (size_t i = 0; i < count; i++)
            numbers[i] = flows[i]->stay_ms;
        qsort(numbers, count, sizeof *numbers, int64_compare);
        figures->stay_ms = numbers[count / 2];
        for (size_t i = 0; i < count; i++)
            numbers[i] = flows[i]->passed_permille;
        qsort(numbers, count, sizeof *numbers, int64_compare);
        figures->passed_permille = numbers[count / 2];
    }
    bool good = tokens != NULL && numbers != NULL;
    free(tokens);
    free(numbers);
    return good ? MT_OK : MT_NO_MEMORY;
}

/* Counts and chances: all but what the single flows must be looked at for. */
static struct mt_channel_figures figures_count(const struct mt_channels *channels, const struct mt_channel_limits *limits, size_t channel,
                                               int64_t day)
{
    uint8_t grain = channels->signs[channel].grain;
    const uint64_t *flagged = &channels->flagged[channel * (channels->day_count + 1)];
    const uint64_t *ordinary = &channels->ordinary[channel * (channels->day_count + 1)];
    int64_t recent = day - limits->recent_days + 1, past = recent - limits->past_days;
    struct mt_channel_figures figures = {
        .flagged = mt_channels_between(channels, flagged, recent, day),
        .flagged_all = mt_channels_between(channels, channels->flagged_all[grain], recent, day),
        .past = mt_channels_between(channels, flagged, past, recent - 1),
        .past_all = mt_channels_between(channels, channels->flagged_all[grain], past, recent - 1),
        .ordinary = mt_channels_between(channels, ordinary, recent, day),
        .ordinary_all = mt_channels_between(channels, channels->ordinary_all[grain], recent, day),
        .enough_past = past >= channels->first_day,
    };
    const struct mt_chance_share share = {figures.flagged, figures.flagged_all};

    if (figures.enough_past)
        figures.chance_past = mt_chance_rise(share, (struct mt_chance_share){figures.past, figures.past_all}, limits->past_lift);
    if (figures.chance_past < 0)
        figures.chance_ordinary =
            mt_chance_rise(share, (struct mt_chance_share){figures.ordinary, figures.ordinary_all}, limits->ordinary_lift);
    return figures;
}

enum mt_status mt_channels_look(struct mt_channels *channels, const struct mt_channel_limits *limits, size_t channel, int64_t day,
                                struct mt_channel_figures *out_figures)
{
    struct mt_channel_figures figures = figures_count(channels, limits, channel, day);
    size_t count, first = 0;
    const struct mt_channel_flow *const *flows = mt_channels_flows(channels, channel, &count);

    while (first < count && flows[first]->day <= day - limits->recent_days)
        first++;
    if (figures.flagged > 0) {
        MT_ASSERT(first + figures.flagged <= count);
        enum mt_status status = flows_measure(&flows[first], figures.flagged, &figures);

        if (status != MT_OK)
            return status;
    }
    *out_figures = figures;
    return MT_OK;
}

bool mt_channel_grave(const struct mt_channel_limits *limits, const struct mt_channel_figures *figures)
{
    return figures->accounts >= (uint64_t)limits->accounts_least && figures->victims >= (uint64_t)limits->victims_least &&
           figures->stay_ms <= limits->median_stay_ms;
}

/* One day's hypotheses of one grain, by chance. */
struct hypothesis {
    int64_t chance;
    size_t channel;
};

static int hypothesis_compare(const void *left, const void *right)
{
    const struct hypothesis *a = left, *b = right;

    if (a->chance != b->chance)
        return a->chance < b->chance ? -1 : 1;
    return (a->channel > b->channel) - (a->channel < b->channel);
}

struct court {
    struct mt_channels *channels;
    const struct mt_channel_limits *limits;
    struct hypothesis *hypotheses;
    int64_t *chances;
    bool *reported; /* by channel */
    struct mt_channel_report *reports;
    size_t report_count;
};

/* Every channel that had a flagged flow now or in the past is asked about: that its share did not rise. */
static size_t hypotheses_fill(struct court *court, uint8_t grain, int64_t day)
{
    size_t count = 0;

    for (size_t channel = 0; channel < court->channels->sign_count; channel++) {
        if (court->channels->signs[channel].grain != grain)
            continue;
        const struct mt_channel_figures figures = figures_count(court->channels, court->limits, channel, day);
        int64_t chance = figures.chance_past > figures.chance_ordinary ? figures.chance_past : figures.chance_ordinary;

        if (figures.flagged + figures.past > 0)
            court->hypotheses[count++] = (struct hypothesis){chance, channel};
    }
    qsort(court->hypotheses, count, sizeof *court->hypotheses, hypothesis_compare);
    for (size_t i = 0; i < count; i++)
        court->chances[i] = court->hypotheses[i].chance;
    return count;
}

static int channel_compare(const void *left, const void *right)
{
    const struct hypothesis *a = left, *b = right;

    return (a->channel > b->channel) - (a->channel < b->channel);
}

static enum mt_status day_judge(struct court *court, uint8_t grain, int64_t day)
{
    size_t count = hypotheses_fill(court, grain, day);
    size_t found = mt_chance_discoveries(court->chances, count, (uint64_t)court->limits->false_rate * 1000, BUDGET_DAYS * MT_CHANNEL_GRAIN_COUNT);

    qsort(court->hypotheses, found, sizeof *court->hypotheses, channel_compare);
    for (size_t i = 0; i < found; i++) {
        struct mt_channel_report report = {.channel = court->hypotheses[i].channel, .day = day};

        if (court->reported[report.channel])
            continue;
        enum mt_status status = mt_channels_look(court->channels, court->limits, report.channel, day, &report.figures);
        if (status != MT_OK)
            return status;
        if (!mt_channel_grave(court->limits, &report.figures))
            continue;
        court->reported[report.channel] = true;
        court->reports[court->report_count++] = report;
    }
    return MT_OK;
}

enum mt_status mt_channels_judge(struct mt_channels *channels, const struct mt_channel_limits *limits,
                                 struct mt_channel_report **out_reports, size_t *out_count)
{
    size_t room = channels->sign_count + 1;
    struct court court = {
        .channels = channels,
        .limits = limits,
        .hypotheses = malloc(room * sizeof *court.hypotheses),
        .chances = malloc(room * sizeof *court.chances),
        .reported = calloc(room, sizeof *court.reported),
        .reports = malloc(room * sizeof *court.reports),
    };
    bool good = court.hypotheses != NULL && court.chances != NULL && court.reported != NULL && court.reports != NULL;
    enum mt_status status = good ? MT_OK : MT_NO_MEMORY;

    for (int64_t day = channels->first_day; day <= channels->last_day && status == MT_OK; day++) {
        for (uint8_t grain = 0; grain < MT_CHANNEL_GRAIN_COUNT && status == MT_OK; grain++)
            status = day_judge(&court, grain, day);
    }
    free(court.hypotheses);
    free(court.chances);
    free(court.reported);
    if (status != MT_OK) {
        free(court.reports);
        return status;
    }
    *out_reports = court.reports;
    *out_count = court.report_count;
    return MT_OK;
}
