#include "analysis.h"

#include <igraph.h>

void mt_graph_start(void)
{
    igraph_set_error_handler(igraph_error_handler_ignore);
    igraph_set_warning_handler(igraph_warning_handler_ignore);
}

/* What a link carries, in the first transfer's currency at the rate of the day on which it moved on; nothing where no rate is known. */
static int64_t link_width(const struct mt_rates *rates, const struct mt_finding *finding, const struct mt_finding_link *link)
{
    const struct mt_finding_transfer *from = &finding->transfers[link->from];
    int64_t moved_ms = finding->transfers[link->to].time_ms;
    int64_t width = mt_rates_convert(rates, moved_ms, link->given, from->currency, finding->transfers[0].currency);

    return width > 0 ? width : 0;
}

static void narrow(const struct mt_rates *rates, struct mt_finding *finding, const struct mt_finding_link *link)
{
    int64_t width = link_width(rates, finding, link);

    if (width < finding->carried_minor)
        finding->carried_minor = width;
}

/* Whether money can only have come along the spine: in most chains no branch comes back to it, and no reunion leaves a transfer out. */
static bool has_one_way(const struct mt_finding *finding)
{
    for (uint32_t i = finding->spine_count; i < finding->transfer_count; i++) {
        if (finding->transfers[i].role == MT_ROLE_SIDE)
            return false;
    }
    for (uint32_t i = 0; i < finding->link_count; i++) {
        if (finding->links[i].kind == MT_LINK_REUNION)
            return false;
    }
    return true;
}

static igraph_error_t widest(const struct mt_rates *rates, struct mt_finding *finding)
{
    igraph_vector_int_t edges, path;
    igraph_vector_t widths;
    igraph_t graph;

    IGRAPH_CHECK(igraph_vector_int_init(&edges, 2 * (igraph_integer_t)finding->link_count));
    IGRAPH_FINALLY(igraph_vector_int_destroy, &edges);
    IGRAPH_CHECK(igraph_vector_init(&widths, finding->link_count));
    IGRAPH_FINALLY(igraph_vector_destroy, &widths);
    IGRAPH_CHECK(igraph_vector_int_init(&path, 0));
    IGRAPH_FINALLY(igraph_vector_int_destroy, &path);
    for (uint32_t i = 0; i < finding->link_count; i++) {
        VECTOR(edges)[2 * i] = finding->links[i].from;
        VECTOR(edges)[2 * i + 1] = finding->links[i].to;
        VECTOR(widths)[i] = (double)link_width(rates, finding, &finding->links[i]);
    }
    IGRAPH_CHECK(igraph_create(&graph, &edges, finding->transfer_count, IGRAPH_DIRECTED));
    IGRAPH_FINALLY(igraph_destroy, &graph);
    IGRAPH_CHECK(igraph_get_widest_path(&graph, NULL, &path, 0, finding->spine_count - 1, &widths, IGRAPH_OUT));
    for (igraph_integer_t i = 0; i < igraph_vector_int_size(&path); i++)
        narrow(rates, finding, &finding->links[VECTOR(path)[i]]);
    igraph_destroy(&graph);
    igraph_vector_int_destroy(&path);
    igraph_vector_destroy(&widths);
    igraph_vector_int_destroy(&edges);
    IGRAPH_FINALLY_CLEAN(4);
    return IGRAPH_SUCCESS;
}

enum mt_status mt_finding_carry(const struct mt_rates *rates, struct mt_finding *finding)
{
    finding->carried_minor = finding->transfers[0].minor;
    if (has_one_way(finding)) {
        for (uint32_t i = 0; i < finding->link_count; i++) {
            if (finding->links[i].kind == MT_LINK_MAIN)
                narrow(rates, finding, &finding->links[i]);
        }
    } else if (widest(rates, finding) != IGRAPH_SUCCESS) {
        return MT_NO_MEMORY;
    }
    finding->carried_permille = (int64_t)((__int128)finding->carried_minor * 1000 / finding->transfers[0].minor);
    return MT_OK;
}
