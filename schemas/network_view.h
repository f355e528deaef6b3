/*
 * network_view.h: a network seen whole: its distinct transfers, how much money passed, what to look at first, and what it consists of.
 *
 * What it consists of (its *parts*) is a short hash for each finding (id, branches not shown) and each transfer (key, time, amount): a person who
 * decided about a network decided about these, and a later look tells what is new by them. Scores and labels are no parts: a new version of
 * the score changes no network.
 *
 * Owns     its arrays, until mt_network_view_free(); findings and network are borrowed
 * Cost     O(transfers × log)
 * Threads  none
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_NETWORK_VIEW_H
#define MT_NETWORK_VIEW_H

#include "alert.h"
#include "graph/networks.h"

/* Of one account in one currency; sums are −1 when they do not fit. */
struct mt_network_sum {
    uint32_t account; /* index in the network's accounts */
    uint16_t currency;
    int64_t in, out;    /* minor units */
    int64_t in_last_ms; /* INT64_MIN: nothing came in */
};

/* Of the whole network in one currency. */
struct mt_network_money {
    uint16_t currency;
    uint32_t transfer_count;
    int64_t entered; /* paid by accounts that nobody in the network pays */
    int64_t left;    /* paid to accounts that pay nobody in the network */
    int64_t moved;   /* in all: money that moved twice counts twice */
};

struct mt_network_part {
    uint8_t bytes[8];
};

#define MT_NETWORK_NONE UINT32_MAX

struct mt_network_view {
    const struct mt_finding *const *findings; /* what the network's indexes mean */
    const struct mt_network *network;
    const struct mt_finding_transfer **transfers; /* distinct, by time, then key */
    uint32_t transfer_count;
    struct mt_network_sum *sums; /* by account, then currency */
    uint32_t sum_count;
    struct mt_network_money *money; /* by number of transfers, most first, then currency */
    uint32_t money_count;
    struct mt_network_part *parts; /* of the findings, sorted, then of the transfers, sorted */
    struct mt_content_hash hash;   /* over the parts */

    /* What to look at first, accounts by the first of `money`; MT_NETWORK_NONE: there is none. */
    uint32_t best_finding; /* index in `findings` */
    uint32_t through;      /* the account through which the most went: the lesser of in and out */
    uint32_t last_stop;    /* the account that passed nothing on and received the most: what may still be there */
};

MT_MUST_USE enum mt_status mt_network_view_make(const struct mt_finding *const *findings, const struct mt_network *network,
                                                struct mt_network_view *out_view);
void mt_network_view_free(struct mt_network_view *view); /* a zeroed one is fine */

/* The account's sum in a currency, or NULL. O(log). */
const struct mt_network_sum *mt_network_view_sum(const struct mt_network_view *view, uint32_t account, uint16_t currency);

/* The account's first sum; its others follow it while their `account` is the same. NULL: none. O(log). */
const struct mt_network_sum *mt_network_view_sums(const struct mt_network_view *view, uint32_t account);

#endif
