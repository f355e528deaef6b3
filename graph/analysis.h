/*
 * analysis.h: igraph at work on one finding's flow graph.
 *
 * Threads  one per process: Debian's igraph keeps its error state in globals (design D5)
 */
#ifndef MT_ANALYSIS_H
#define MT_ANALYSIS_H

#include "finding.h"
#include "rates.h"

/* Once per process, before anything in graph/ is used: igraph then returns errors and no longer aborts. */
void mt_graph_start(void);

/*
 * Fills carried_minor and carried_permille: the bottleneck of the widest path from the first to the last spine transfer (igraph's
 * get_widest_path over links as edges; widths in the first transfer's currency). The path is chosen on doubles, its width then
 * read from the integers. O(links log transfers).
 */
MT_MUST_USE enum mt_status mt_finding_carry(const struct mt_rates *rates, struct mt_finding *finding);

#endif
