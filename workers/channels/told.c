#include "told.h"

struct mt_channel_told mt_told_of(const struct mt_telling *telling, size_t channel, bool is_new, int64_t day,
                                  const struct mt_channel_figures *figures)
{
    size_t count, first = 0, sign_count;
    const struct mt_channel_flow *const *flows = mt_channels_flows(telling->channels, channel, &count);

    while (first < count && flows[first]->day <= day - telling->limits->recent_days)
        first++;
    return (struct mt_channel_told){
        .sign = &mt_channels_all(telling->channels, &sign_count)[channel],
        .class_names = telling->class_names,
        .limits = telling->limits,
        .figures = figures,
        .flows = &flows[first],
        .flow_count = figures->flagged,
        .day = day,
        .is_new = is_new,
    };
}

void mt_telling_id(const struct mt_telling *telling, size_t channel, struct mt_channel_id *out_id)
{
    size_t count;

    mt_channel_id_make(&mt_channels_all(telling->channels, &count)[channel], telling->class_names, out_id);
}
