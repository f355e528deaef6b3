#include "options.h"

#include "schemas/event.h"
#include "workers/kit/stop.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct mt_rank_options mt_rank_options_default(void)
{
    return (struct mt_rank_options){.rules = mt_rules_default(), .cut_ms = INT64_MIN};
}

bool mt_rank_options_read(const struct mt_command *command, struct mt_rank_options *options, const char *cut_name, int argc, char **argv,
                          int *out_exit_code)
{
    enum mt_reject_code code;
    struct mt_words words;

    if (!mt_arguments_read(command, argc, argv, &words, out_exit_code))
        return false;
    options->file = words.at[0];
    *out_exit_code = 2;
    if (options->mapping == NULL) {
        fprintf(stderr, "--mapping says how FILE is to be read, for example --mapping moneytrail\n");
        return false;
    }
    if (options->cut != NULL && !mt_time_parse(options->cut, strlen(options->cut), &options->cut_ms, &code)) {
        fprintf(stderr, "--%s %s: not a time such as 2026-11-25T00:00:00Z\n", cut_name, options->cut);
        return false;
    }
    return true;
}

static void rejected_tell(const struct mt_scan_counters *counters)
{
    if (counters->rejected > 0)
        fprintf(stderr, "%" PRIu64 " of %" PRIu64 " rows could not be used; moneytrail scan --rejected FILE says why\n", counters->rejected,
                counters->rejected + counters->transfers);
}

enum mt_status mt_rank_load(const struct mt_rank_options *options, struct mt_load *out_load, struct mt_stream **out_stream)
{
    const struct mt_load_options load_options = {
        .rules = &options->rules,
        .file = options->file,
        .mapping = options->mapping,
        .rates = options->rates,
        .rates_beside = true,
        .secret_file = options->secret_file,
        .store_only = true,
    };

    *out_stream = NULL;
    enum mt_status status = mt_load_open(&load_options, out_load);
    if (status == MT_OK)
        status = mt_load_read(out_load, &load_options, NULL);
    if (out_load->scan != NULL)
        rejected_tell(mt_scan_counters(out_load->scan));
    if (status != MT_OK)
        return status;
    if (mt_stop_asked()) {
        fprintf(stderr, "stopped\n");
        return MT_UNAVAILABLE;
    }
    status = mt_scan_stream(out_load->scan, out_stream);
    if (status != MT_OK)
        fprintf(stderr, "%s: %s\n", options->file, mt_status_text(status));
    return status;
}

int64_t mt_rank_cut(const struct mt_rank_options *options, const struct mt_stream *stream)
{
    if (options->cut_ms != INT64_MIN || stream->count == 0)
        return options->cut_ms;
    return stream->time_ms[(uint64_t)stream->count * 4 / 5];
}
