#include "networks.h"

#include "schemas/network_print.h"
#include "workers/analyst/network_text.h"

#include <stdlib.h>
#include <unistd.h>

#define SHOW 10 /* accounts of each kind, in text */

static int by_id(const void *left, const void *right)
{
    return mt_key_compare(&((const struct mt_network *)left)->id, &((const struct mt_network *)right)->id);
}

static void text_print(const struct mt_network_view *view, struct mt_labels *labels)
{
    const struct mt_network_text text = {
        .view = view,
        .label_find = mt_labels_find,
        .label_self = labels,
        .show = SHOW,
        .community = MT_NETWORK_NONE,
        .colour = isatty(STDOUT_FILENO),
    };

    mt_network_text(stdout, &text);
}

static void json_print(const struct mt_network_view *view, struct mt_labels *labels, char *line)
{
    const struct mt_network_tell tell = {
        .view = view,
        .label_find = mt_labels_find,
        .label_self = labels,
        .findings_most = UINT32_MAX,
        .communities_most = UINT32_MAX,
        .accounts_most = UINT32_MAX,
        .shapes_most = UINT32_MAX,
    };
    size_t size = mt_network_print(&tell, line, MT_NETWORK_BYTES_MAX);

    MT_ASSERT(size > 0);
    printf("%s\n", line);
}

static enum mt_status network_print(const struct mt_scan_networks_options *options, const struct mt_finding *const *findings,
                                    const struct mt_network *network, struct mt_labels *labels, char *line)
{
    struct mt_network_view view;
    enum mt_status status = mt_network_view_make(findings, network, &view);

    if (status != MT_OK)
        return status;
    if (options->json)
        json_print(&view, labels, line);
    else
        text_print(&view, labels);
    mt_network_view_free(&view);
    return MT_OK;
}

enum mt_status mt_scan_networks_print(const struct mt_scan_networks_options *options, const struct mt_finding *const *findings, size_t count,
                                      struct mt_labels *labels)
{
    char *line = malloc(MT_NETWORK_BYTES_MAX);
    struct mt_networks networks = {0};
    uint32_t shown = 0, left_out = 0;
    enum mt_status status = line != NULL ? mt_networks_find(findings, count, &networks) : MT_NO_MEMORY;

    if (status == MT_OK && options->json)
        qsort(networks.at, networks.count, sizeof *networks.at, by_id);
    fprintf(options->json ? stderr : stdout, "%u networks\n", networks.count);
    for (uint32_t i = 0; i < networks.count && status == MT_OK; i++) {
        if (networks.at[i].score < options->score_min)
            continue;
        if (shown == options->most) {
            left_out++;
            continue;
        }
        status = network_print(options, findings, &networks.at[i], labels, line);
        shown++;
    }
    if (left_out > 0)
        printf("\n%u more; --top N shows more, --min-score N leaves out the weaker ones\n", left_out);
    mt_networks_destroy(&networks);
    free(line);
    return status;
}
