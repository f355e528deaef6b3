#include "channels_table.h"

#include "episode.h"

#include <stdlib.h>

#define STEPS_FIRST ((size_t)4096)

enum mt_status mt_channels_create(const struct mt_channels_options *options, struct mt_channels **out_channels)
{
    struct mt_channels *channels = calloc(1, sizeof *channels);

    if (channels == NULL)
        return MT_NO_MEMORY;
    channels->options = *options;
    channels->hop_count = options->rules->chain_links + 1 < MT_CHANNEL_HOPS ? 2 : MT_CHANNEL_HOPS;
    channels->step_slots = STEPS_FIRST;
    channels->steps = calloc(channels->step_slots, sizeof *channels->steps);
    if (channels->steps == NULL) {
        free(channels);
        return MT_NO_MEMORY;
    }
    channels->first_day = 0;
    channels->last_day = -1;
    *out_channels = channels;
    return MT_OK;
}

void mt_channels_destroy(struct mt_channels *channels)
{
    if (channels == NULL)
        return;
    for (int grain = 0; grain < MT_CHANNEL_GRAIN_COUNT; grain++) {
        free(channels->flagged_all[grain]);
        free(channels->ordinary_all[grain]);
    }
    free(channels->flagged);
    free(channels->ordinary);
    free(channels->channel_first);
    free(channels->by_channel);
    free(channels->signs);
    free(channels->flow_signs);
    free(channels->flows);
    free(channels->steps);
    free(channels);
}

static struct mt_channel_step *step_slot(struct mt_channel_step *steps, size_t slots, uint64_t key)
{
    size_t at = key & (slots - 1);

    while (steps[at].key != 0 && steps[at].key != key)
        at = (at + 1) & (slots - 1);
    return &steps[at];
}

static enum mt_status steps_grow(struct mt_channels *channels)
{
    size_t slots = 2 * channels->step_slots;
    struct mt_channel_step *steps = calloc(slots, sizeof *steps);

    if (steps == NULL)
        return MT_NO_MEMORY;
    for (size_t i = 0; i < channels->step_slots; i++) {
        if (channels->steps[i].key != 0)
            *step_slot(steps, slots, channels->steps[i].key) = channels->steps[i];
    }
    free(channels->steps);
    channels->steps = steps;
    channels->step_slots = slots;
    return MT_OK;
}

/* Never 0, which is a free slot and no transfer before. */
static uint64_t step_key(const struct mt_transfer_key *key)
{
    uint64_t hash = mt_key_hash(key);

    return hash == 0 ? 1 : hash;
}

/* The ways out that an account has taken on a day. More than these are counted each time: it is a hub's day, and one in millions. */
struct ways {
    struct mt_channel_hop at[64];
    size_t count;
    int64_t day;
};

static bool way_again(struct ways *ways, struct mt_channel_hop hop, int64_t day)
{
    if (day != ways->day)
        *ways = (struct ways){.day = day};
    hop.digits = 0;
    for (size_t i = 0; i < ways->count; i++) {
        if (memcmp(&ways->at[i], &hop, sizeof hop) == 0)
            return true;
    }
    if (ways->count < sizeof ways->at / sizeof ways->at[0])
        ways->at[ways->count++] = hop;
    return false;
}

static enum mt_status step_add(struct mt_channels *channels, const struct mt_token *account, const struct mt_entry *entry,
                               const struct mt_entry *last_in, struct ways *ways)
{
    uint8_t class = mt_class_of(&channels->options.classes, &entry->other, entry->time_ms);
    struct mt_channel_hop hop = mt_channel_hop_of(entry->kind, entry->rail, class, (struct mt_money){entry->minor, entry->currency});

    if (4 * (channels->step_count + 1) > 3 * channels->step_slots && steps_grow(channels) != MT_OK)
        return MT_NO_MEMORY;
    struct mt_channel_step *step = step_slot(channels->steps, channels->step_slots, step_key(&entry->key));
    channels->step_count += step->key == 0;
    *step = (struct mt_channel_step){
        .key = step_key(&entry->key),
        .before = last_in != NULL && entry->time_ms - last_in->time_ms <= channels->options.rules->hop_window_ms ? step_key(&last_in->key) : 0,
        .time_ms = entry->time_ms,
        .again = way_again(ways, hop, mt_day_of_time(entry->time_ms)),
        .hop = hop,
    };
    step->hop.from = mt_class_of(&channels->options.classes, account, entry->time_ms);
    return MT_OK;
}

enum mt_status mt_channels_ledger(struct mt_channels *channels, const struct mt_token *account, const struct mt_ledger *ledger)
{
    const struct mt_entry *last_in = NULL;
    struct ways ways = {.day = INT64_MIN};
    enum mt_status status = MT_OK;

    MT_ASSERT(!ledger->reports_join);
    for (uint32_t i = 0; i < ledger->count && status == MT_OK; i++) {
        const struct mt_entry *entry = &ledger->entries[i];

        if (entry->idle)
            continue;
        if (entry->outflow)
            status = step_add(channels, account, entry, last_in, &ways);
        else
            last_in = entry;
    }
    return status;
}

static enum mt_status flows_grow(struct mt_channels *channels)
{
    size_t room = channels->flow_room == 0 ? 256 : 2 * channels->flow_room;
    struct mt_channel_flow *flows = realloc(channels->flows, room * sizeof *flows);

    if (flows != NULL)
        channels->flows = flows;
    struct mt_channel_sign(*signs)[MT_CHANNEL_GRAIN_COUNT] = realloc(channels->flow_signs, room * sizeof *signs);
    if (signs != NULL)
        channels->flow_signs = signs;
    if (flows == NULL || signs == NULL)
        return MT_NO_MEMORY;
    channels->flow_room = room;
    return MT_OK;
}

static bool is_flagged(const struct mt_channels_options *options, const struct mt_finding *finding)
{
    return finding->score >= options->score_least && finding->dwell_median_ms <= options->stay_most_ms &&
           finding->passed_permille >= options->passed_least;
}

enum mt_status mt_channels_finding(struct mt_channels *channels, const struct mt_finding *finding)
{
    struct mt_channel_hop hops[MT_CHANNEL_HOPS];

    if (!is_flagged(&channels->options, finding) || !mt_channel_tail(finding, &channels->options.classes, channels->hop_count, hops))
        return MT_OK;
    if (channels->flow_count == channels->flow_room && flows_grow(channels) != MT_OK)
        return MT_NO_MEMORY;
    const struct mt_finding_transfer *last = &finding->transfers[finding->spine_count - 1];
    size_t flow = channels->flow_count++;

    channels->flows[flow] = (struct mt_channel_flow){
        .finding = finding->id,
        .victim = finding->transfers[0].debtor,
        .account = last->debtor,
        .day = mt_day_of_time(last->time_ms),
        .stay_ms = finding->dwell_median_ms,
        .passed_permille = finding->passed_permille,
    };
    for (int grain = 0; grain < MT_CHANNEL_GRAIN_COUNT; grain++)
        channels->flow_signs[flow][grain] = mt_channel_sign_make(hops, channels->hop_count, (enum mt_channel_grain)grain);
    return MT_OK;
}

static int sign_compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct mt_channel_sign));
}

/* Index of a signature that some flagged flow has; sign_count when none has it. */
static size_t sign_find(const struct mt_channels *channels, const struct mt_channel_sign *sign)
{
    const struct mt_channel_sign *found = bsearch(sign, channels->signs, channels->sign_count, sizeof *sign, sign_compare);

    return found != NULL ? (size_t)(found - channels->signs) : channels->sign_count;
}

static enum mt_status signs_sort(struct mt_channels *channels)
{
    size_t count = channels->flow_count * MT_CHANNEL_GRAIN_COUNT, distinct = 0;

    channels->signs = malloc((count + 1) * sizeof *channels->signs);
    if (channels->signs == NULL)
        return MT_NO_MEMORY;
    if (count > 0) {
        memcpy(channels->signs, channels->flow_signs, count * sizeof *channels->signs);
        qsort(channels->signs, count, sizeof *channels->signs, sign_compare);
    }
    for (size_t i = 0; i < count; i++) {
        if (distinct == 0 || sign_compare(&channels->signs[distinct - 1], &channels->signs[i]) != 0)
            channels->signs[distinct++] = channels->signs[i];
    }
    channels->sign_count = distinct;
    for (size_t i = 0; i < channels->flow_count; i++) {
        for (int grain = 0; grain < MT_CHANNEL_GRAIN_COUNT; grain++)
            channels->flows[i].channels[grain] = (uint32_t)sign_find(channels, &channels->flow_signs[i][grain]);
    }
    return MT_OK;
}

static int flow_compare(const void *left, const void *right)
{
    const struct mt_channel_flow *a = left, *b = right;

    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return mt_key_compare(&a->finding, &b->finding);
}

static enum mt_status flows_sort(struct mt_channels *channels)
{
    size_t *first = calloc(channels->sign_count + 2, sizeof *first);
    const struct mt_channel_flow **by_channel = malloc((channels->flow_count * MT_CHANNEL_GRAIN_COUNT + 1) * sizeof *by_channel);

    channels->channel_first = first;
    channels->by_channel = by_channel;
    if (first == NULL || by_channel == NULL)
        return MT_NO_MEMORY;
    if (channels->flow_count > 0)
        qsort(channels->flows, channels->flow_count, sizeof *channels->flows, flow_compare);
    for (size_t i = 0; i < channels->flow_count; i++) {
        for (int grain = 0; grain < MT_CHANNEL_GRAIN_COUNT; grain++)
            first[channels->flows[i].channels[grain] + 2]++;
    }
    for (size_t i = 2; i < channels->sign_count + 2; i++)
        first[i] += first[i - 1];
    for (size_t i = 0; i < channels->flow_count; i++) { /* filling moves each channel's beginning on to its end: the next one's beginning */
        for (int grain = 0; grain < MT_CHANNEL_GRAIN_COUNT; grain++)
            by_channel[first[channels->flows[i].channels[grain] + 1]++] = &channels->flows[i];
    }
    return MT_OK;
}

/* The last day that is over: the share of MT_CHANNEL_OVER_SHARE came after it; first_day - 1 when none is. */
static enum mt_status day_over_find(struct mt_channels *channels)
{
    size_t *counts = calloc((size_t)(channels->last_day - channels->first_day + 1), sizeof *counts);
    size_t after = 0;
    int64_t day = channels->last_day;

    if (counts == NULL)
        return MT_NO_MEMORY;
    for (size_t i = 0; i < channels->step_slots; i++) {
        if (channels->steps[i].key != 0)
            counts[mt_day_of_time(channels->steps[i].time_ms) - channels->first_day]++;
    }
    for (; day >= channels->first_day && after * MT_CHANNEL_OVER_SHARE < channels->step_count; day--)
        after += counts[day - channels->first_day];
    free(counts);
    channels->last_day = day;
    return MT_OK;
}

static enum mt_status days_find(struct mt_channels *channels)
{
    enum mt_status status = MT_OK;
    bool any = false;

    for (size_t i = 0; i < channels->step_slots; i++) {
        if (channels->steps[i].key == 0)
            continue;
        int64_t day = mt_day_of_time(channels->steps[i].time_ms);

        channels->first_day = !any || day < channels->first_day ? day : channels->first_day;
        channels->last_day = !any || day > channels->last_day ? day : channels->last_day;
        any = true;
    }
    if (any && channels->options.over_only)
        status = day_over_find(channels);
    if (channels->last_day - channels->first_day >= channels->options.days_most)
        channels->first_day = channels->last_day - channels->options.days_most + 1;
    channels->day_count = (size_t)(channels->last_day - channels->first_day + 1);
    return status;
}

static bool day_counts(const struct mt_channels *channels, int64_t day)
{
    return day >= channels->first_day && day <= channels->last_day;
}

/* A flow on another day has nothing to be compared with: too old, not over, or its ledgers are no longer kept. */
static void flows_choose(struct mt_channels *channels)
{
    size_t kept = 0;

    for (size_t i = 0; i < channels->flow_count; i++) {
        if (!day_counts(channels, channels->flows[i].day))
            continue;
        channels->flows[kept] = channels->flows[i];
        memmove(channels->flow_signs[kept++], channels->flow_signs[i], sizeof *channels->flow_signs);
    }
    channels->flow_count = kept;
}

static enum mt_status rows_take(struct mt_channels *channels)
{
    size_t width = channels->day_count + 1;
    bool good;

    channels->flagged = calloc((channels->sign_count + 1) * width, sizeof *channels->flagged);
    channels->ordinary = calloc((channels->sign_count + 1) * width, sizeof *channels->ordinary);
    good = channels->flagged != NULL && channels->ordinary != NULL;
    for (int grain = 0; grain < MT_CHANNEL_GRAIN_COUNT; grain++) {
        channels->flagged_all[grain] = calloc(width, sizeof(uint64_t));
        channels->ordinary_all[grain] = calloc(width, sizeof(uint64_t));
        good = good && channels->flagged_all[grain] != NULL && channels->ordinary_all[grain] != NULL;
    }
    return good ? MT_OK : MT_NO_MEMORY;
}

static void ordinary_add(struct mt_channels *channels, const struct mt_channel_hop *hops, enum mt_channel_grain grain, size_t day)
{
    const struct mt_channel_sign sign = mt_channel_sign_make(hops, channels->hop_count, grain);
    size_t channel = sign_find(channels, &sign);

    channels->ordinary_all[grain][day + 1]++;
    if (channel < channels->sign_count)
        channels->ordinary[channel * (channels->day_count + 1) + day + 1]++;
}

/* One ordinary flow: the transfer, and the money before it as far as a signature reaches. */
static void step_count(struct mt_channels *channels, const struct mt_channel_step *step)
{
    struct mt_channel_hop hops[MT_CHANNEL_HOPS] = {0};
    size_t day = (size_t)(mt_day_of_time(step->time_ms) - channels->first_day);
    int at = channels->hop_count - 1;

    for (;; at--) {
        hops[at] = step->hop;
        if (at == 0 || step->before == 0)
            break;
        const struct mt_channel_step *before = step_slot(channels->steps, channels->step_slots, step->before);

        if (before->key == 0) /* its ledger was not given: the money came from outside */
            break;
        hops[at].stay = mt_stay_of(step->time_ms - before->time_ms);
        step = before;
    }
    ordinary_add(channels, hops, MT_CHANNEL_EXIT, day);
    if (at > 0)
        return;
    ordinary_add(channels, hops, MT_CHANNEL_SHAPE, day);
    ordinary_add(channels, hops, MT_CHANNEL_FULL, day);
}

static void flows_count(struct mt_channels *channels)
{
    size_t width = channels->day_count + 1;

    for (size_t i = 0; i < channels->flow_count; i++) {
        size_t day = (size_t)(channels->flows[i].day - channels->first_day);

        for (int grain = 0; grain < MT_CHANNEL_GRAIN_COUNT; grain++) {
            channels->flagged[channels->flows[i].channels[grain] * width + day + 1]++;
            channels->flagged_all[grain][day + 1]++;
        }
    }
}

/* Flagged flows are not ordinary; counts of a day become sums over the days before. */
static void row_finish(uint64_t *ordinary, uint64_t *flagged, size_t width)
{
    for (size_t day = 1; day < width; day++) {
        ordinary[day] -= flagged[day] < ordinary[day] ? flagged[day] : ordinary[day];
        ordinary[day] += ordinary[day - 1];
        flagged[day] += flagged[day - 1];
    }
}

enum mt_status mt_channels_count(struct mt_channels *channels)
{
    enum mt_status status = days_find(channels);

    if (status == MT_OK) {
        flows_choose(channels);
        status = signs_sort(channels);
    }
    if (status == MT_OK)
        status = flows_sort(channels);
    if (status == MT_OK)
        status = rows_take(channels);
    if (status != MT_OK)
        return status;
    for (size_t i = 0; i < channels->step_slots; i++) {
        const struct mt_channel_step *step = &channels->steps[i];

        if (step->key != 0 && !step->again && day_counts(channels, mt_day_of_time(step->time_ms)))
            step_count(channels, step);
    }
    flows_count(channels);
    for (size_t i = 0; i < channels->sign_count; i++)
        row_finish(&channels->ordinary[i * (channels->day_count + 1)], &channels->flagged[i * (channels->day_count + 1)], channels->day_count + 1);
    for (int grain = 0; grain < MT_CHANNEL_GRAIN_COUNT; grain++)
        row_finish(channels->ordinary_all[grain], channels->flagged_all[grain], channels->day_count + 1);
    return MT_OK;
}

const struct mt_channel_sign *mt_channels_all(const struct mt_channels *channels, size_t *out_count)
{
    *out_count = channels->sign_count;
    return channels->signs;
}

void mt_channels_days(const struct mt_channels *channels, int64_t *out_first, int64_t *out_last)
{
    *out_first = channels->first_day;
    *out_last = channels->last_day;
}

const struct mt_channel_flow *const *mt_channels_flows(const struct mt_channels *channels, size_t channel, size_t *out_count)
{
    *out_count = channels->channel_first[channel + 1] - channels->channel_first[channel];
    return &channels->by_channel[channels->channel_first[channel]];
}

/* A day's count out of a row of sums. */
static uint64_t row_day(const struct mt_channels *channels, const uint64_t *row, int64_t day)
{
    MT_ASSERT(day_counts(channels, day));
    return row[day - channels->first_day + 1] - row[day - channels->first_day];
}

struct mt_channel_day mt_channels_day(const struct mt_channels *channels, size_t channel, int64_t day)
{
    size_t row = channel * (channels->day_count + 1);

    return (struct mt_channel_day){row_day(channels, &channels->flagged[row], day), row_day(channels, &channels->ordinary[row], day)};
}

struct mt_channel_day mt_channels_day_all(const struct mt_channels *channels, enum mt_channel_grain grain, int64_t day)
{
    return (struct mt_channel_day){row_day(channels, channels->flagged_all[grain], day), row_day(channels, channels->ordinary_all[grain], day)};
}
