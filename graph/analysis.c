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

static int64_t narrowest(const struct mt_rates *rates, const struct mt_finding *finding, const igraph_vector_int_t *edges)
{
    int64_t width = finding->transfers[0].minor;

    for (igraph_integer_t i = 0; i < igraph_vector_int_size(edges); i++) {
        int64_t here = link_width(rates, finding, &finding->links[VECTOR(*edges)[i]]);

        width = here < width ? here : width;
    }
    return width;
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
    finding->carried_minor = narrowest(rates, finding, &path);
    igraph_destroy(&graph);
    igraph_vector_int_destroy(&path);
    igraph_vector_destroy(&widths);
    igraph_vector_int_destroy(&edges);
    IGRAPH_FINALLY_CLEAN(4);
    return IGRAPH_SUCCESS;
}

enum mt_status mt_finding_carry(const struct mt_rates *rates, struct mt_finding *finding)
{
    if (widest(rates, finding) != IGRAPH_SUCCESS)
        return MT_NO_MEMORY;
    finding->carried_permille = (int64_t)((__int128)finding->carried_minor * 1000 / finding->transfers[0].minor);
    return MT_OK;
}
