#include "listing.h"

#include "json_read.h"
#include "members.h"
#include "moment.h"
#include "reject.h"
#include "words.h"

#define NAME_CHARACTERS_MAX 35
#define ID_CHARACTERS_MAX 64
#define TEXT_CHARACTERS_MAX 200
#define TERM_MS (1827 * MT_DAY_MS) /* five years, two of them leap years */

/* Six texts of at most that many characters, of four bytes each, and their names. */
static_assert(4 * (2 * NAME_CHARACTERS_MAX + 2 * ID_CHARACTERS_MAX + 2 * TEXT_CHARACTERS_MAX) + 512 < MT_LISTING_TEXT_MAX, "the members fit");

struct raw_listing {
    struct mt_text list;
    struct mt_text entry;
    struct mt_event_account party;
    struct mt_text indicator;
    struct mt_text hash;
    struct mt_text level;
    struct mt_text authority;
    struct mt_text region;
    struct mt_text basis;
    struct mt_text appeal;
    struct mt_text from;
    struct mt_text until;
    struct mt_text state;
    struct mt_text since;
};

static const struct mt_json_field listing_fields[] = {
    MT_JSON_FIELD(raw_listing, list, "list", TEXT, true, TEXT_EMPTY),
    MT_JSON_FIELD(raw_listing, entry, "entry", TEXT, true, TEXT_EMPTY),
    MT_JSON_FIELD(raw_listing, party, "party", ACCOUNT, false, ACCOUNT_EMPTY),
    MT_JSON_FIELD(raw_listing, indicator, "indicator", TEXT, false, ENUM),
    MT_JSON_FIELD(raw_listing, hash, "hash", TEXT, false, HASH),
    MT_JSON_FIELD(raw_listing, level, "level", TEXT, true, ENUM),
    MT_JSON_FIELD(raw_listing, authority, "authority", TEXT, true, TEXT_EMPTY),
    MT_JSON_FIELD(raw_listing, region, "region", TEXT, false, TEXT_EMPTY),
    MT_JSON_FIELD(raw_listing, basis, "basis", TEXT, true, TEXT_EMPTY),
    MT_JSON_FIELD(raw_listing, appeal, "appeal", TEXT, true, TEXT_EMPTY),
    MT_JSON_FIELD(raw_listing, from, "from", TEXT, true, TIME_MALFORMED),
    MT_JSON_FIELD(raw_listing, until, "until", TEXT, true, TIME_MALFORMED),
    MT_JSON_FIELD(raw_listing, state, "state", TEXT, true, ENUM),
    MT_JSON_FIELD(raw_listing, since, "since", TEXT, true, TIME_MALFORMED),
};

static enum mt_status texts_check(const struct mt_listing_event *event, struct mt_reject *out_reject)
{
    const struct {
        struct mt_text text;
        size_t characters_max;
        const char *field;
        bool required;
    } texts[] = {
        {event->list, NAME_CHARACTERS_MAX, "list", true},      {event->entry, ID_CHARACTERS_MAX, "entry", true},
        {event->authority, ID_CHARACTERS_MAX, "authority", true}, {event->region, NAME_CHARACTERS_MAX, "region", false},
        {event->basis, TEXT_CHARACTERS_MAX, "basis", true},    {event->appeal, TEXT_CHARACTERS_MAX, "appeal", true},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].required && texts[i].text.size == 0)
            return mt_reject_set(out_reject, MT_REJECT_TEXT_EMPTY, texts[i].field, NULL);
        enum mt_status status = mt_text_check(texts[i].text, texts[i].characters_max, texts[i].field, out_reject);

        if (status != MT_OK)
            return status;
    }
    return MT_OK;
}

static enum mt_status times_check(const struct mt_listing_event *event, struct mt_reject *out_reject)
{
    if (!mt_time_sane(event->from_ms))
        return mt_reject_set(out_reject, MT_REJECT_TIME_ABSURD, "from", NULL);
    if (!mt_time_sane(event->until_ms))
        return mt_reject_set(out_reject, MT_REJECT_TIME_ABSURD, "until", NULL);
    if (!mt_time_sane(event->since_ms))
        return mt_reject_set(out_reject, MT_REJECT_TIME_ABSURD, "since", NULL);
    if (event->until_ms <= event->from_ms || event->until_ms - event->from_ms > TERM_MS)
        return mt_reject_set(out_reject, MT_REJECT_PERIOD, "until", NULL);
    return MT_OK;
}

enum mt_status mt_listing_check(const struct mt_listing_event *event, struct mt_reject *out_reject)
{
    enum mt_status status = MT_OK;

    if (event->kind > MT_SUBJECT_ACCOUNT)
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "indicator", NULL);
    if (event->state >= MT_LISTING_STATE_COUNT)
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "state", NULL);
    if (!mt_level_known(event->level))
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "level", NULL);
    if (event->kind == MT_SUBJECT_ACCOUNT)
        status = mt_event_account_check(&event->party, "party", out_reject);
    else if (!mt_text_is_hash(event->hash))
        status = mt_reject_set(out_reject, MT_REJECT_HASH, "hash", NULL);
    if (status == MT_OK)
        status = texts_check(event, out_reject);
    return status == MT_OK ? times_check(event, out_reject) : status;
}

/* Exactly one subject. */
static enum mt_status subject_read(const struct raw_listing *raw, struct mt_listing_event *event, struct mt_reject *out_reject)
{
    bool party = raw->party.number.size > 0, indicator = raw->indicator.size > 0;

    if (party == indicator || indicator != (raw->hash.size > 0))
        return mt_reject_set(out_reject, MT_REJECT_SUBJECT, party ? "indicator" : "party", NULL);
    event->kind = MT_SUBJECT_ACCOUNT;
    if (indicator && !mt_indicator_find(raw->indicator, &event->kind))
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "indicator", NULL);
    return MT_OK;
}

static enum mt_status time_read(struct mt_text text, const char *field, int64_t *out_ms, struct mt_reject *out_reject)
{
    enum mt_reject_code code;

    return mt_time_parse(text.at, text.size, out_ms, &code) ? MT_OK : mt_reject_set(out_reject, code, field, NULL);
}

enum mt_status mt_listing_parse(struct mt_event_parse *parser, const char *bytes, size_t size, struct mt_listing_event *out_event,
                                struct mt_reject *out_reject)
{
    struct raw_listing raw = {0};
    enum mt_status status = mt_json_open(parser, bytes, size, out_reject);

    if (status != MT_OK)
        return status;
    status = mt_json_fill(parser, listing_fields, sizeof listing_fields / sizeof listing_fields[0], &raw, out_reject);
    if (status != MT_OK)
        return status;
    struct mt_listing_event event = {
        .list = raw.list,
        .entry = raw.entry,
        .party = raw.party,
        .hash = raw.hash,
        .level = raw.level,
        .authority = raw.authority,
        .region = raw.region,
        .basis = raw.basis,
        .appeal = raw.appeal,
    };

    if ((status = subject_read(&raw, &event, out_reject)) != MT_OK)
        return status;
    if (!mt_listing_state_find(raw.state, &event.state))
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "state", NULL);
    if ((status = time_read(raw.from, "from", &event.from_ms, out_reject)) != MT_OK ||
        (status = time_read(raw.until, "until", &event.until_ms, out_reject)) != MT_OK ||
        (status = time_read(raw.since, "since", &event.since_ms, out_reject)) != MT_OK)
        return status;
    if ((status = mt_listing_check(&event, out_reject)) != MT_OK)
        return status;
    *out_event = event;
    return MT_OK;
}

void mt_listing_members_print(const struct mt_listing_event *event, struct mt_print *print)
{
    mt_members_text(print, "\"list\":", event->list);
    mt_members_text(print, ",\"entry\":", event->entry);
    mt_members_text(print, ",\"level\":", event->level);
    mt_members_text(print, ",\"authority\":", event->authority);
    mt_members_text(print, ",\"region\":", event->region);
    mt_members_text(print, ",\"basis\":", event->basis);
    mt_members_text(print, ",\"appeal\":", event->appeal);
    mt_members_time(print, ",\"from\":", event->from_ms);
    mt_members_time(print, ",\"until\":", event->until_ms);
    mt_print_format(print, ",\"state\":\"%s\"", mt_listing_state_names[event->state]);
    mt_members_time(print, ",\"since\":", event->since_ms);
}

size_t mt_listing_print(const struct mt_listing_event *event, char *out_bytes, size_t capacity)
{
    struct mt_print print = mt_print_into(out_bytes, capacity);

    mt_print_text(&print, "{\"v\":1,");
    if (event->kind == MT_SUBJECT_ACCOUNT) {
        mt_members_text(&print, "\"party\":{\"bank\":", event->party.bank);
        mt_members_text(&print, ",\"scheme\":", event->party.scheme);
        mt_members_text(&print, ",\"number\":", event->party.number);
        mt_print_text(&print, "},");
    } else {
        mt_print_format(&print, "\"indicator\":\"%s\"", mt_indicator_names[event->kind]);
        mt_members_text(&print, ",\"hash\":", event->hash);
        mt_print_text(&print, ",");
    }
    mt_listing_members_print(event, &print);
    mt_print_text(&print, "}");
    return mt_print_end(&print);
}
