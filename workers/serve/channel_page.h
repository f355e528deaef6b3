/*
 * channel_page.h: /v1/channels and what is below it: what `moneytrail channels --watch` counted and kept, with what people decided.
 *
 *   GET /v1/channels?limit=N&all=1&after=X
 *       {"channels":[...],"count":2,"total":5,"quiet":1,"counted":"...","age_seconds":40,
 *        "days":{"first":"...","last":"...","judged_from":"..."},"next":"1020643-..."}
 *       new ones first, the latest first; with all=1 honest ones too (else they are quiet), and those that are neither new nor remarked
 *   GET /v1/channels/KEY
 *       {"channel":{...},"days":[{"day":"...","flagged":1,"flagged_all":30,"ordinary":20,"ordinary_all":2000},...],"counted":"...","age_seconds":40}
 *   POST /v1/channels/KEY/state {"state":"reviewed"|"named"|"watched"|"honest","by":"...","name":"..."}
 *       as GET, after the decision; 409 when the channel's state does not lead there
 *
 * The channels are channel.schema.json, KEY is a channel's "key". Nothing is counted for an answer: `counted` says when it was, `age_seconds` how long
 * ago; 503 not_counted_yet: never. `judged_from`: no day before has all of the past that the test asks for; when it lies behind `last`, nothing can be
 * new yet.
 *
 * Bounds   MT_PAGE_LIMIT_MAX channels a page
 */
#ifndef MT_CHANNEL_PAGE_H
#define MT_CHANNEL_PAGE_H

#include "pages.h"

/* Each fails with MT_UNAVAILABLE, MT_NO_MEMORY: then no page is made. */
MT_MUST_USE enum mt_status mt_channels_page(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page);

/* `key` is what follows /v1/channels/. */
MT_MUST_USE enum mt_status mt_channel_page(struct mt_pages *pages, const char *key, struct mt_page *out_page);

/* A POST to the path; its body is a decision. */
MT_MUST_USE enum mt_status mt_channel_state_page(struct mt_pages *pages, const struct mt_page_query *query, struct mt_page *out_page);

#endif
