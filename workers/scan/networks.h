/* networks.h: the networks of a scanned file's findings, printed. */
#ifndef MT_SCAN_NETWORKS_H
#define MT_SCAN_NETWORKS_H

#include "graph/finding.h"
#include "labels.h"

struct mt_scan_networks_options {
    bool json; /* by id, one a line; else by score, as text */
    uint32_t most;
    int64_t score_min;
};

/* Fails: MT_NO_MEMORY. Threads: igraph's one. */
MT_MUST_USE enum mt_status mt_scan_networks_print(const struct mt_scan_networks_options *options, const struct mt_finding *const *findings, size_t count,
                                                  struct mt_labels *labels);

#endif
