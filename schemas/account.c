#include "account.h"

#include "json_read.h"
#include "members.h"
#include "moment.h"
#include "print.h"
#include "reject.h"
#include "words.h"

#define WORD_CHARACTERS_MAX 35
#define OPENED_MS_MIN (INT64_C(-2208988800) * 1000) /* 1900: banks hold accounts older than Unix time */

struct raw_account {
    struct mt_event_account account;
    struct mt_text type;
    struct mt_text holder;
    struct mt_text region;
    struct mt_text exit;
    struct mt_text opened;
    struct mt_text valid_from;
};

static const struct mt_json_field account_fields[] = {
    MT_JSON_FIELD(raw_account, account, "account", ACCOUNT, true, ACCOUNT_EMPTY),
    MT_JSON_FIELD(raw_account, type, "type", TEXT, true, ENUM),
    MT_JSON_FIELD(raw_account, holder, "holder", TEXT, false, ACCOUNT_EMPTY),
    MT_JSON_FIELD(raw_account, region, "region", TEXT, false, ACCOUNT_EMPTY),
    MT_JSON_FIELD(raw_account, exit, "exit", TEXT, false, ENUM),
    MT_JSON_FIELD(raw_account, opened, "opened", TEXT, false, TIME_MALFORMED),
    MT_JSON_FIELD(raw_account, valid_from, "valid_from", TEXT, true, TIME_MALFORMED),
};

static enum mt_status word_check(struct mt_text text, size_t characters_max, const char *field,
                                 struct mt_reject *out_reject)
{
    enum mt_reject_code code;
    size_t characters;

    if (!mt_text_count(text, &characters, &code))
        return mt_reject_set(out_reject, code, field, NULL);
    if (characters > characters_max)
        return mt_reject_set(out_reject, MT_REJECT_ACCOUNT_LONG, field, NULL);
    return MT_OK;
}

enum mt_status mt_account_check(const struct mt_account_facts *facts, struct mt_reject *out_reject)
{
    enum { HOLDER_CHARACTERS_MAX = 64 };
    enum mt_status status = mt_event_account_check(&facts->account, "account", out_reject);

    if (status != MT_OK)
        return status;
    if (facts->type.size == 0)
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "type", NULL);
    if ((status = word_check(facts->type, WORD_CHARACTERS_MAX, "type", out_reject)) != MT_OK)
        return status;
    if ((status = word_check(facts->holder, HOLDER_CHARACTERS_MAX, "holder", out_reject)) != MT_OK)
        return status;
    if ((status = word_check(facts->region, WORD_CHARACTERS_MAX, "region", out_reject)) != MT_OK)
        return status;
    if (facts->exit.size > 0 && !mt_exit_known(facts->exit))
        return mt_reject_set(out_reject, MT_REJECT_ENUM, "exit", NULL);
    if (facts->opened_ms < OPENED_MS_MIN || (facts->opened_ms > 0 && !mt_time_sane(facts->opened_ms)))
        return mt_reject_set(out_reject, MT_REJECT_TIME_ABSURD, "opened", NULL);
    if (!mt_time_sane(facts->valid_from_ms))
        return mt_reject_set(out_reject, MT_REJECT_TIME_ABSURD, "valid_from", NULL);
    return MT_OK;
}

enum mt_status mt_account_parse(struct mt_event_parse *parser, const char *bytes, size_t size,
                                struct mt_account_facts *out_facts, struct mt_reject *out_reject)
{
    struct raw_account raw = {0};
    enum mt_reject_code code;
    enum mt_status status = mt_json_open(parser, bytes, size, out_reject);

    if (status != MT_OK)
        return status;
    status = mt_json_fill(parser, account_fields, sizeof account_fields / sizeof account_fields[0], &raw, out_reject);
    if (status != MT_OK)
        return status;
    struct mt_account_facts facts = {
        .account = raw.account,
        .type = raw.type,
        .holder = raw.holder,
        .region = raw.region,
        .exit = raw.exit,
    };

    if (raw.opened.size > 0 && !mt_time_parse_any(raw.opened.at, raw.opened.size, &facts.opened_ms, &code))
        return mt_reject_set(out_reject, code, "opened", NULL);
    if (!mt_time_parse_any(raw.valid_from.at, raw.valid_from.size, &facts.valid_from_ms, &code))
        return mt_reject_set(out_reject, code, "valid_from", NULL);
    if ((status = mt_account_check(&facts, out_reject)) != MT_OK)
        return status;
    *out_facts = facts;
    return MT_OK;
}

void mt_account_members_print(const struct mt_account_facts *facts, struct mt_print *print)
{
    mt_members_text(print, "\"type\":", facts->type);
    mt_members_text(print, ",\"holder\":", facts->holder);
    mt_members_text(print, ",\"region\":", facts->region);
    mt_members_text(print, ",\"exit\":", facts->exit);
    if (facts->opened_ms != 0)
        mt_members_time(print, ",\"opened\":", facts->opened_ms);
    mt_members_time(print, ",\"valid_from\":", facts->valid_from_ms);
}

size_t mt_account_print(const struct mt_account_facts *facts, char *out_bytes, size_t capacity)
{
    struct mt_print print = mt_print_into(out_bytes, capacity);

    mt_members_text(&print, "{\"v\":1,\"account\":{\"bank\":", facts->account.bank);
    mt_members_text(&print, ",\"scheme\":", facts->account.scheme);
    mt_members_text(&print, ",\"number\":", facts->account.number);
    mt_print_text(&print, "},");
    mt_account_members_print(facts, &print);
    mt_print_text(&print, "}");
    return mt_print_end(&print);
}
