#include "planted.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define RAISED 65 /* ARCHITECTURE.md 14 */

struct planted {
    size_t found;           /* half or more of their transfers in one finding or in several together */
    size_t findings;        /* live findings in all */
    size_t findings_planted;/* of them, those that hold a planted transfer */
    size_t raised;          /* of all, those with a score of RAISED or more */
    size_t raised_planted;  /* of these, those that hold a planted transfer */
};

struct network {
    char type[32];
    long id;
    size_t transfers;
    size_t found;      /* in any finding */
    size_t best;       /* in its best finding */
    long best_score;
    char best_id[33];
    size_t findings;   /* that hold one of its transfers */
    size_t here;       /* in the finding being looked at */
};

struct truth {
    struct network *networks;
    size_t network_count;
    json_t *by_transfer; /* transfer id → index of its network; a found transfer's index is set to −1 − index */
};

static struct network *network_take(struct truth *truth, long id, const char *type)
{
    for (size_t i = 0; i < truth->network_count; i++) {
        if (truth->networks[i].id == id && strcmp(truth->networks[i].type, type) == 0)
            return &truth->networks[i];
    }
    struct network *networks = realloc(truth->networks, (truth->network_count + 1) * sizeof *networks);
    MT_ASSERT(networks != NULL);
    truth->networks = networks;
    struct network *network = &networks[truth->network_count++];
    *network = (struct network){.id = id};
    snprintf(network->type, sizeof network->type, "%s", type);
    return network;
}

static enum mt_status truth_read(const char *path, struct truth *truth)
{
    char line[512];
    FILE *file = fopen(path, "r");

    if (file == NULL)
        return MT_IO;
    truth->by_transfer = json_object();
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    while (fgets(line, sizeof line, file) != NULL) {
        char *at = line;
        const char *id = strsep(&at, ","), *pattern = strsep(&at, ","), *type = strsep(&at, ",\r\n");

        if (pattern == NULL || type == NULL)
            continue;
        struct network *network = network_take(truth, strtol(pattern, NULL, 10), type);
        network->transfers++;
        json_object_set_new(truth->by_transfer, id, json_integer(network - truth->networks));
    }
    fclose(file);
    return MT_OK;
}

static void finding_count(struct truth *truth, const json_t *finding, struct planted *planted)
{
    const json_t *transfers = json_object_get(finding, "transfers");
    bool any = false;

    for (size_t i = 0; i < truth->network_count; i++)
        truth->networks[i].here = 0;
    for (size_t i = 0; i < json_array_size(transfers); i++) {
        const char *id = json_string_value(json_object_get(json_array_get(transfers, i), "id"));
        const json_t *index = id != NULL ? json_object_get(truth->by_transfer, id) : NULL;

        if (index == NULL)
            continue;
        json_int_t at = json_integer_value(index);
        struct network *network = &truth->networks[at >= 0 ? at : -1 - at];
        any = true;
        network->here++;
        network->found += at >= 0;
        if (at >= 0)
            json_object_set_new(truth->by_transfer, id, json_integer(-1 - at));
    }
    for (size_t i = 0; i < truth->network_count; i++) {
        struct network *network = &truth->networks[i];

        network->findings += network->here > 0;
        if (network->here <= network->best)
            continue;
        network->best = network->here;
        network->best_score = (long)json_integer_value(json_object_get(finding, "score"));
        snprintf(network->best_id, sizeof network->best_id, "%s", json_string_value(json_object_get(finding, "id")));
    }
    planted->findings++;
    planted->findings_planted += any;
    bool raised = json_integer_value(json_object_get(finding, "score")) >= RAISED;
    planted->raised += raised;
    planted->raised_planted += raised && any;
}

static enum mt_status findings_read(struct truth *truth, const char *path, struct planted *planted)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;

    if (file == NULL)
        return MT_IO;
    while (getline(&line, &size, file) > 0) {
        json_t *finding = json_loads(line, 0, NULL);

        if (finding != NULL)
            finding_count(truth, finding, planted);
        json_decref(finding);
    }
    free(line);
    fclose(file);
    return MT_OK;
}

static void networks_print(const struct truth *truth, FILE *out, struct planted *planted)
{
    fprintf(out, "  %-12s %9s  %-14s %-14s %s\n", "planted", "transfers", "in one finding", "in any finding", "best finding (score)");
    for (size_t i = 0; i < truth->network_count; i++) {
        const struct network *network = &truth->networks[i];
        bool found = 2 * network->found >= network->transfers;
        char one[32], any[32];

        planted->found += found;
        snprintf(one, sizeof one, "%zu of %zu", network->best, network->transfers);
        snprintf(any, sizeof any, "%zu of %zu", network->found, network->transfers);
        fprintf(out, "  %-12s %9zu  %-14s %-14s ", network->type, network->transfers, one, any);
        if (network->best > 0)
            fprintf(out, "%.12s (%ld)%s\n", network->best_id, network->best_score, found ? "" : "  less than half");
        else
            fprintf(out, "NOT FOUND\n");
    }
}

enum mt_status mt_planted_compare(const char *truth_path, const char *findings_path, FILE *out)
{
    struct truth truth = {0};
    struct planted planted = {0};
    enum mt_status status = truth_read(truth_path, &truth);

    if (status == MT_OK)
        status = findings_read(&truth, findings_path, &planted);
    if (status == MT_OK) {
        networks_print(&truth, out, &planted);
        fprintf(out, "\n%zu of %zu planted networks found. %zu findings in all, of which %zu hold a planted transfer; the others are ordinary money that\n"
                     "moved on quickly. Of the %zu with a score of %d or more, %zu do: the score ranks, it is no verdict.\n",
                planted.found, truth.network_count, planted.findings, planted.findings_planted, planted.raised, RAISED, planted.raised_planted);
    }
    json_decref(truth.by_transfer);
    free(truth.networks);
    return status;
}
