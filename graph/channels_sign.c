#include "channels_sign.h"

uint8_t mt_class_of(const struct mt_classes *classes, const struct mt_token *account, int64_t time_ms)
{
    return classes->find == NULL ? 0 : classes->find(classes->self, account, time_ms);
}

struct mt_channel_hop mt_channel_hop_of(uint8_t kind, uint8_t rail, uint8_t class, struct mt_money amount)
{
    struct mt_channel_hop hop = {.kind = kind, .rail = rail, .class = class, .currency = amount.currency};

    for (int64_t rest = amount.minor; rest > 0; rest /= 10)
        hop.digits++;
    return hop;
}

uint8_t mt_stay_of(int64_t stay_ms)
{
    static const int64_t most_ms[MT_STAY_COUNT] = {
#define STAY_MOST(name, text, most) [MT_STAY_##name] = most,
        MT_STAY_TABLE(STAY_MOST)
#undef STAY_MOST
    };
    uint8_t stay = MT_STAY_NONE + 1;

    while (stay_ms > most_ms[stay])
        stay++;
    return stay;
}

struct mt_channel_sign mt_channel_sign_make(const struct mt_channel_hop *hops, uint8_t hop_count, enum mt_channel_grain grain)
{
    struct mt_channel_sign sign = {.grain = (uint8_t)grain, .hop_count = grain == MT_CHANNEL_EXIT ? 1 : hop_count};

    for (uint8_t i = 0; i < sign.hop_count; i++) {
        sign.hops[i] = hops[hop_count - sign.hop_count + i];
        if (i > 0 || grain == MT_CHANNEL_EXIT)
            sign.hops[i].from = 0;
        if (grain != MT_CHANNEL_FULL)
            sign.hops[i].stay = sign.hops[i].digits = 0;
    }
    return sign;
}

bool mt_channel_tail(const struct mt_finding *finding, const struct mt_classes *classes, uint8_t hop_count, struct mt_channel_hop *out_hops)
{
    if (finding->spine_count < hop_count)
        return false;
    const struct mt_finding_transfer *tail = &finding->transfers[finding->spine_count - hop_count];

    for (uint8_t i = 0; i < hop_count; i++) {
        uint8_t class = mt_class_of(classes, &tail[i].creditor, tail[i].time_ms);

        out_hops[i] = mt_channel_hop_of(tail[i].kind, tail[i].rail, class, (struct mt_money){tail[i].minor, tail[i].currency});
        out_hops[i].from = mt_class_of(classes, &tail[i].debtor, tail[i].time_ms);
        out_hops[i].stay = i == 0 ? MT_STAY_NONE : mt_stay_of(tail[i].time_ms - tail[i - 1].time_ms);
    }
    return true;
}
