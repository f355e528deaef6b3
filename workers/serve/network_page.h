/*
 * network_page.h: /v1/networks and what is below it.
 *
 *   GET /v1/networks?limit=N&min_score=N&all=1&after=X
 *       {"networks":[...],"count":2,"total":17,"silenced":1,"findings":{"read":40,"live":40,"complete":true},"next":"87-..."}
 *       best score first, each with its first accounts only; dismissed ones, unless they grew, only with all=1; X is a page's "next"
 *   GET /v1/networks/ID
 *       {"network":{...},"findings":{...}}
 *   POST /v1/networks/ID/state {"state":"assigned","by":"...","to":"..."}
 *                              {"state":"confirmed"|"dismissed","by":"...","reason":"...","hash":"..."}
 *       as GET, after the decision; "hash" (may be left out) is the network's as it was looked at: 409 when it has changed since
 *
 * The networks are network.schema.json. `complete` false: older findings are behind the limit, and networks that reach back to them look smaller;
 * or some could not be read. "by" is what the caller says: there is no authentication.
 *
 * Owns     the last reading, in pages->networks, until mt_networks_page_end(): the next one fetches only what is new
 * Bounds   MT_NETWORKS_FINDINGS_DEFAULT findings read, 8 MiB a list, 16 MiB a network
 */
#ifndef MT_NETWORK_PAGE_H
#define MT_NETWORK_PAGE_H

#include "pages.h"

/* Fails: MT_UNAVAILABLE, MT_NO_MEMORY: then no page is made. */
MT_MUST_USE enum mt_status mt_networks_page(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page);

/* `id` is what follows /v1/networks/. */
MT_MUST_USE enum mt_status mt_network_page(struct mt_pages *pages, const char *id, struct mt_page *out_page);

/* A POST to the path; its body is a decision. */
MT_MUST_USE enum mt_status mt_network_state_page(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page);

void mt_networks_page_end(struct mt_pages *pages);

#endif
