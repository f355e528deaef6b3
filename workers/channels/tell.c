#include "tell.h"

#include "graph/channels_chance.h"

#include <inttypes.h>
#include <stdlib.h>

struct teller {
    FILE *out;
    const struct mt_tell_options *options;
    size_t told;
};

static unsigned share_permille(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : (unsigned)(part * 1000 / whole);
}

static void bits_print(FILE *out, const char *against, int64_t chance)
{
    if (chance < 0)
        fprintf(out, ", chance 2^-%" PRId64 " against %s", -chance / MT_CHANCE_ONE, against);
}

static void text_print(FILE *out, const struct mt_channel_told *told, const struct mt_channel_remark *remark)
{
    const struct mt_channel_figures *figures = told->figures;
    struct mt_channel_id id;
    char day[16];

    mt_channel_id_make(told->sign, told->class_names, &id);
    mt_channel_day_print(told->day, day);
    fprintf(out, "%s %s  %s  %s%s%s\n", told->is_new ? "new on" : "as of ", day, id.text, mt_channel_state_name(remark->state),
            remark->name[0] != '\0' ? ": " : "", remark->name);
    fprintf(out, "    flagged %" PRIu64 " of %" PRIu64 " (%u in 1000) in %" PRId64 " days, before that %" PRIu64 " of %" PRIu64
                 " (%u); ordinary %" PRIu64 " of %" PRIu64 " (%u)",
            figures->flagged, figures->flagged_all, share_permille(figures->flagged, figures->flagged_all), told->limits->recent_days,
            figures->past, figures->past_all, share_permille(figures->past, figures->past_all), figures->ordinary, figures->ordinary_all,
            share_permille(figures->ordinary, figures->ordinary_all));
    bits_print(out, "its past", figures->chance_past);
    bits_print(out, "ordinary flows", figures->chance_ordinary);
    fprintf(out, "\n    %" PRIu64 " accounts, %" PRIu64 " victims, stayed %" PRId64 " min, passed on %" PRId64 " in 1000 (medians)\n",
            figures->accounts, figures->victims, figures->stay_ms / MT_MINUTE_MS, figures->passed_permille);
    for (size_t i = 0; i < told->flow_count && i < 3; i++) {
        fprintf(out, "%s", i == 0 ? "    findings " : ", ");
        for (size_t b = 0; b < 6; b++)
            fprintf(out, "%02x", told->flows[told->flow_count - 1 - i]->finding.bytes[b]);
    }
    fprintf(out, "%s\n", told->flow_count > 3 ? ", ..." : "");
}

static void json_print(FILE *out, const struct mt_channel_told *told, const struct mt_channel_remark *remark)
{
    char content[MT_CHANNEL_BYTES_MAX], bytes[MT_CHANNEL_BYTES_MAX];
    size_t size = mt_channel_content_print(told, content, sizeof content);

    MT_ASSERT(size > 0);
    size = mt_channel_print(content, size, remark, bytes, sizeof bytes);
    MT_ASSERT(size > 0);
    fprintf(out, "%s\n", bytes);
}

static void channel_tell(struct teller *teller, size_t channel, const struct mt_note *note, bool is_new, int64_t day,
                         const struct mt_channel_figures *figures)
{
    const struct mt_channel_told told = mt_told_of(&teller->options->telling, channel, is_new, day, figures);
    const struct mt_channel_remark remark = mt_note_remark(note, is_new);

    if (teller->options->json)
        json_print(teller->out, &told, &remark);
    else
        text_print(teller->out, &told, &remark);
    teller->told++;
}

static const struct mt_note *note_of(const struct teller *teller, size_t channel)
{
    struct mt_channel_id id;

    mt_telling_id(&teller->options->telling, channel, &id);
    return mt_notebook_find(teller->options->notebook, id.text);
}

static void reports_tell(struct teller *teller, const struct mt_channel_report *reports, size_t report_count, bool *is_told)
{
    for (size_t i = 0; i < report_count; i++) {
        const struct mt_note *note = note_of(teller, reports[i].channel);

        if (note != NULL && note->state == MT_CHANNEL_WATCHED)
            continue; /* what it does now is asked, not what it did first */
        is_told[reports[i].channel] = true;
        if (note == NULL || note->state != MT_CHANNEL_HONEST || teller->options->all)
            channel_tell(teller, reports[i].channel, note, true, reports[i].day, &reports[i].figures);
    }
}

/* What is not new in this file: remarked channels, and with `all` the rest. */
static enum mt_status others_tell(struct teller *teller, size_t channel_count, const bool *is_told)
{
    const struct mt_telling *telling = &teller->options->telling;
    int64_t first_day, last_day;

    mt_channels_days(telling->channels, &first_day, &last_day);
    for (size_t channel = 0; channel < channel_count; channel++) {
        const struct mt_note *note = note_of(teller, channel);
        bool remarked = note != NULL && note->state != MT_CHANNEL_HONEST;
        struct mt_channel_figures figures;

        if (is_told[channel] || !(remarked || teller->options->all))
            continue;
        enum mt_status status = mt_channels_look(telling->channels, telling->limits, channel, last_day, &figures);
        if (status != MT_OK)
            return status;
        channel_tell(teller, channel, note, false, last_day, &figures);
    }
    return MT_OK;
}

enum mt_status mt_channels_tell(FILE *out, const struct mt_tell_options *options, const struct mt_channel_report *reports, size_t report_count)
{
    struct teller teller = {.out = out, .options = options};
    size_t channel_count;

    mt_channels_all(options->telling.channels, &channel_count);
    bool *is_told = calloc(channel_count + 1, sizeof *is_told);
    if (is_told == NULL)
        return MT_NO_MEMORY;
    reports_tell(&teller, reports, report_count, is_told);
    enum mt_status status = others_tell(&teller, channel_count, is_told);
    free(is_told);
    if (status == MT_OK && !options->json)
        fprintf(out, "%zu channels told; flagged flows took %zu signatures\n", teller.told, channel_count);
    return status == MT_OK && fflush(out) != 0 ? MT_IO : status;
}
