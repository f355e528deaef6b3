#include "channel.h"

#include "currency.h"
#include "graph/channels_chance.h"
#include "words.h"

#include <sodium.h>
#include <string.h>

static const char *const grain_names[MT_CHANNEL_GRAIN_COUNT] = {
#define GRAIN_NAME(name, text) [MT_CHANNEL_##name] = text,
    MT_CHANNEL_GRAIN_TABLE(GRAIN_NAME)
#undef GRAIN_NAME
};

static const char *const stay_names[MT_STAY_COUNT] = {
#define STAY_NAME(name, text, most) [MT_STAY_##name] = text,
    MT_STAY_TABLE(STAY_NAME)
#undef STAY_NAME
};

static const char *currency_code(uint16_t numeric)
{
    const struct mt_currency *currency = mt_currency_of(numeric);

    return currency != NULL ? currency->code : "XXX";
}

static void put_hop_words(struct mt_print *print, const struct mt_channel_hop *hop, const char *const *class_names)
{
    mt_print_format(print, "%s%s%s/%s/%s", stay_names[hop->stay], hop->stay != MT_STAY_NONE ? ":" : "", mt_kind_names[hop->kind],
                    mt_rail_names[hop->rail], currency_code(hop->currency));
    if (hop->class != 0)
        mt_print_format(print, "/%s", class_names[hop->class]);
    if (hop->digits > 0)
        mt_print_format(print, "/%ud", hop->digits);
}

void mt_channel_id_make(const struct mt_channel_sign *sign, const char *const *class_names, struct mt_channel_id *out_id)
{
    struct mt_print print = mt_print_into(out_id->text, sizeof out_id->text);

    mt_print_format(&print, "%s=", grain_names[sign->grain]);
    if (sign->hops[0].from != 0)
        mt_print_format(&print, "%s>", class_names[sign->hops[0].from]);
    for (uint8_t i = 0; i < sign->hop_count; i++) {
        mt_print_text(&print, i > 0 ? "," : "");
        put_hop_words(&print, &sign->hops[i], class_names);
    }
    size_t size = mt_print_end(&print);
    MT_ASSERT(size > 0);
}

struct mt_channel_key mt_channel_key_of(const char *id)
{
    struct mt_channel_key key;

    crypto_generichash(key.bytes, sizeof key.bytes, (const unsigned char *)id, strlen(id), NULL, 0);
    return key;
}

void mt_channel_day_print(int64_t day, char out_text[16])
{
    char time[32];

    mt_time_print(day * MT_DAY_MS, time);
    memcpy(out_text, time, 10);
    out_text[10] = '\0';
}

static void put_hop(struct mt_print *print, const struct mt_channel_hop *hop, const char *const *class_names, bool first)
{
    mt_print_format(print, "%s{\"kind\":\"%s\",\"rail\":\"%s\",\"currency\":\"%s\"", first ? "" : ",", mt_kind_names[hop->kind],
                    mt_rail_names[hop->rail], currency_code(hop->currency));
    if (hop->from != 0)
        mt_print_format(print, ",\"from\":\"%s\"", class_names[hop->from]);
    if (hop->class != 0)
        mt_print_format(print, ",\"class\":\"%s\"", class_names[hop->class]);
    if (hop->stay != MT_STAY_NONE)
        mt_print_format(print, ",\"stayed\":\"%s\"", stay_names[hop->stay]);
    if (hop->digits > 0)
        mt_print_format(print, ",\"digits\":%u", hop->digits);
    mt_print_text(print, "}");
}

static void put_signature(struct mt_print *print, const struct mt_channel_told *told)
{
    struct mt_channel_id id;

    mt_channel_id_make(told->sign, told->class_names, &id);
    const struct mt_channel_key key = mt_channel_key_of(id.text);
    mt_print_format(print, "{\"v\":1,\"id\":\"%s\",\"key\":\"", id.text);
    mt_print_hex(print, key.bytes, sizeof key.bytes);
    mt_print_format(print, "\",\"grain\":\"%s\",\"hops\":[", grain_names[told->sign->grain]);
    for (uint8_t i = 0; i < told->sign->hop_count; i++)
        put_hop(print, &told->sign->hops[i], told->class_names, i == 0);
    mt_print_text(print, "]");
}

static void put_number(struct mt_print *print, const char *lead, uint64_t number)
{
    mt_print_text(print, lead);
    mt_print_int(print, (int64_t)number);
}

/* −log2 of a chance, rounded down: one in 2 to that. */
static uint64_t bits_of(int64_t chance)
{
    return (uint64_t)(-chance / MT_CHANCE_ONE);
}

static void put_figures(struct mt_print *print, const struct mt_channel_told *told)
{
    const struct mt_channel_figures *figures = told->figures;
    char day[16];

    mt_channel_day_print(told->day, day);
    mt_print_format(print, ",\"day\":\"%s\",\"new\":%s", day, told->is_new ? "true" : "false");
    put_number(print, ",\"recent\":{\"days\":", (uint64_t)told->limits->recent_days);
    put_number(print, ",\"flagged\":", figures->flagged);
    put_number(print, ",\"flagged_all\":", figures->flagged_all);
    put_number(print, ",\"ordinary\":", figures->ordinary);
    put_number(print, ",\"ordinary_all\":", figures->ordinary_all);
    put_number(print, "},\"past\":{\"days\":", (uint64_t)told->limits->past_days);
    put_number(print, ",\"flagged\":", figures->past);
    put_number(print, ",\"flagged_all\":", figures->past_all);
    put_number(print, "},\"chance_bits\":{\"past\":", bits_of(figures->chance_past));
    put_number(print, ",\"ordinary\":", bits_of(figures->chance_ordinary));
    put_number(print, "},\"accounts\":", figures->accounts);
    put_number(print, ",\"victims\":", figures->victims);
    put_number(print, ",\"stayed_median_seconds\":", (uint64_t)figures->stay_ms / 1000);
    put_number(print, ",\"passed_permille\":", (uint64_t)figures->passed_permille);
}

static void put_findings(struct mt_print *print, const struct mt_channel_told *told)
{
    size_t shown = told->flow_count < MT_CHANNEL_FINDINGS_SHOWN ? told->flow_count : MT_CHANNEL_FINDINGS_SHOWN;

    mt_print_text(print, ",\"findings\":[");
    for (size_t i = 0; i < shown; i++) {
        mt_print_text(print, i > 0 ? ",\"" : "\"");
        mt_print_hex(print, told->flows[told->flow_count - shown + i]->finding.bytes, sizeof told->flows[i]->finding.bytes);
        mt_print_text(print, "\"");
    }
    put_number(print, "],\"findings_hidden\":", told->flow_count - shown);
    mt_print_text(print, "}");
}

size_t mt_channel_content_print(const struct mt_channel_told *told, char *out_bytes, size_t capacity)
{
    struct mt_print print = mt_print_into(out_bytes, capacity);

    put_signature(&print, told);
    put_figures(&print, told);
    put_findings(&print, told);
    return mt_print_end(&print);
}

static void put_words(struct mt_print *print, const char *lead, const char *words)
{
    mt_print_text(print, lead);
    mt_print_string(print, words, strlen(words));
}

size_t mt_channel_print(const char *content, size_t content_size, const struct mt_channel_remark *remark, char *out_bytes, size_t capacity)
{
    struct mt_print print = mt_print_into(out_bytes, capacity);
    char time[32];

    MT_ASSERT(content_size > 0 && content[content_size - 1] == '}');
    mt_print_bytes(&print, content, content_size - 1);
    mt_print_format(&print, ",\"state\":\"%s\"", mt_channel_state_name(remark->state));
    if (remark->name[0] != '\0')
        put_words(&print, ",\"name\":", remark->name);
    if (remark->by[0] != '\0') {
        mt_time_print(remark->decided_ms, time);
        put_words(&print, ",\"by\":", remark->by);
        mt_print_format(&print, ",\"decided\":\"%s\"", time);
    }
    mt_print_text(&print, "}");
    return mt_print_end(&print);
}
