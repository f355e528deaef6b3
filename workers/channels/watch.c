#include "watch.h"

#include "kept.h"
#include "notes_store.h"
#include "topic.h"
#include "workers/kit/connect.h"
#include "workers/kit/log.h"
#include "workers/kit/settings.h"
#include "workers/kit/stop.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <unistd.h>

#define PUBLISH_MS 2000
#define TOPIC_WAIT_MS 500
#define PAUSE_US 100000
#define STOP_WAIT_MS 3000

struct watch {
    const struct mt_watch_options *options;
    struct mt_keys keys;
    struct mt_key_text probe_key;
    struct mt_redis *redis;
    struct mt_topic *topic; /* NULL: nothing is published */
    int64_t count_at_ms, publish_at_ms; /* steady clock */
};

/* As long as Kafka does not answer it is asked again. */
static enum mt_status topic_make(struct watch *watch)
{
    struct rd_kafka_s *producer = mt_topic_producer(watch->topic);

    while (!mt_stop_asked()) {
        if (mt_kafka_topics_create(producer, &watch->options->topic, 1, (int)watch->options->partitions) == MT_OK)
            return MT_OK;
        rd_kafka_poll(producer, TOPIC_WAIT_MS);
        mt_kafka_watch(producer);
    }
    return MT_UNAVAILABLE;
}

static enum mt_status topic_open(struct watch *watch)
{
    const struct mt_watch_options *options = watch->options;
    enum mt_status status = options->kafka.brokers != NULL ? mt_topic_create(&options->kafka, options->topic, &watch->topic) : MT_OK;

    return status == MT_OK && watch->topic != NULL && options->partitions > 0 ? topic_make(watch) : status;
}

static enum mt_status watch_open(struct watch *watch, const struct mt_watch_options *options)
{
    struct mt_redis_options redis_options = options->redis;

    *watch = (struct watch){.options = options};
    if (!mt_namespace_take(options->space, &watch->keys))
        return MT_BAD_CONFIG;
    watch->probe_key = mt_keys_global(&watch->keys, "probe");
    redis_options.probe_key = watch->probe_key.at;
    enum mt_status status = mt_redis_create(&redis_options, &watch->redis);
    if (status == MT_OK)
        status = mt_redis_connect_wait(watch->redis);
    return status == MT_OK ? topic_open(watch) : status;
}

/* --- one count ------------------------------------------------------------------------------------------------------ */

static void count_log(const struct mt_live_read *read, size_t report_count, int64_t took_ms)
{
    int64_t first_day, last_day;

    mt_channels_days(read->channels, &first_day, &last_day);
    mt_log("info", "channels_counted", "accounts=%zu findings=%zu unreadable=%zu days=%" PRId64 " new=%zu took_ms=%" PRId64, read->accounts,
           read->findings, read->unreadable, last_day - first_day + 1, report_count, took_ms);
}

static enum mt_status judge_and_keep(struct watch *watch, const struct mt_live_read *read, size_t *out_report_count)
{
    const struct mt_channel_limits *limits = watch->options->limits;
    struct mt_channel_report *reports = NULL;
    struct mt_notebook notebook = {0};
    enum mt_status status = mt_channels_judge(read->channels, limits, &reports, out_report_count);

    if (status == MT_OK)
        status = mt_notes_read(watch->redis, &watch->keys, &notebook);
    if (status == MT_OK) {
        const struct mt_kept_write write = {
            .telling = {read->channels, limits, mt_directory_names(read->directory)},
            .notebook = &notebook,
            .reports = reports,
            .report_count = *out_report_count,
            .now_ms = mt_clock_ms(),
        };

        status = mt_kept_write(watch->redis, &watch->keys, &write);
    }
    free(reports);
    mt_notebook_free(&notebook);
    return status;
}

static enum mt_status count(struct watch *watch)
{
    const int64_t begun_ms = mt_steady_ms();
    struct mt_live_read read = {0};
    size_t report_count = 0;
    enum mt_status status = mt_live_read(watch->redis, &watch->keys, &watch->options->live, &read);

    if (status == MT_OK)
        status = judge_and_keep(watch, &read, &report_count);
    if (status == MT_OK) {
        count_log(&read, report_count, mt_steady_ms() - begun_ms);
        watch->count_at_ms = mt_steady_ms() + watch->options->every_ms;
        watch->publish_at_ms = 0;
    }
    mt_live_read_free(&read);
    return status;
}

/* --- all of it ------------------------------------------------------------------------------------------------------ */

/* What is due. A namespace that no worker has used yet is waited for. */
static enum mt_status turn(struct watch *watch)
{
    enum mt_status status = MT_OK;

    if (mt_steady_ms() >= watch->count_at_ms) {
        status = mt_settings_read(watch->redis, &watch->keys);
        if (status == MT_BAD_STATE)
            return MT_OK;
        if (status == MT_OK)
            status = count(watch);
    }
    if (status == MT_OK && watch->topic != NULL && mt_steady_ms() >= watch->publish_at_ms) {
        status = mt_topic_turn(watch->topic, watch->redis, &watch->keys);
        watch->publish_at_ms = mt_steady_ms() + PUBLISH_MS;
    }
    return status;
}

enum mt_status mt_channels_watch(const struct mt_watch_options *options)
{
    struct watch watch;
    enum mt_status status = watch_open(&watch, options);

    while (status == MT_OK && !mt_stop_asked()) {
        status = turn(&watch);
        if (status == MT_UNAVAILABLE)
            status = mt_redis_connect_wait(watch.redis);
        if (status == MT_OK && watch.topic != NULL && mt_topic_failed(watch.topic))
            status = MT_BAD_STATE;
        usleep(PAUSE_US);
    }
    if (status == MT_UNAVAILABLE && mt_stop_asked())
        status = MT_OK; /* stopped while it waited */
    if (status != MT_OK)
        mt_log("error", "channels_ended", "reason=\"%s\"", mt_status_text(status));
    if (status == MT_OK && watch.topic != NULL && mt_topic_settle(watch.topic, watch.redis, &watch.keys, STOP_WAIT_MS) != MT_OK)
        mt_log("info", "channels_sent_again", "reason=\"not marked as sent\"");
    mt_topic_destroy(watch.topic);
    mt_redis_destroy(watch.redis);
    return status;
}
