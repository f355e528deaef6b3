/*
 * network_print.h: a network as JSON, version 1 (network.schema.json): what --json, the query server and `scan --networks` give.
 *
 * Accounts are told by token and label, never by number. What is not shown for its length is counted (`findings_hidden` and so on).
 *
 * Bounds   the caller's buffer: accounts that do not fit are hidden, and so are shapes that would take more than half of what is left
 */
#ifndef MT_NETWORK_PRINT_H
#define MT_NETWORK_PRINT_H

#include "network_view.h"

#define MT_NETWORK_BYTES_MAX ((size_t)16 << 20)
/* Beside the accounts; and what a network of a list, with the three below, is at most. */
#define MT_NETWORK_LISTED_BYTES_MAX ((size_t)96 * 1024)
#define MT_NETWORK_LISTED_FINDINGS 20
#define MT_NETWORK_LISTED_ACCOUNTS 20
#define MT_NETWORK_LISTED_COMMUNITIES 20
#define MT_NETWORK_LISTED_SHAPES 5

extern const char *const mt_network_role_names[MT_NETWORK_ROLE_COUNT];

struct mt_network_tell {
    const struct mt_network_view *view;
    mt_label_find *label_find;
    void *label_self;
    const char *review; /* members to be put in, without braces: "state":...,"review":{...}; NULL: none */
    uint32_t findings_most, communities_most, accounts_most; /* accounts: of the network and of each of its shapes */
    uint32_t shapes_most;
};

/* One line, terminated; the length, or 0 when `capacity` is too small for it without any account. */
size_t mt_network_print(const struct mt_network_tell *tell, char *out_bytes, size_t capacity);

/* How many accounts of each role there are, in one community or in all of them (MT_NETWORK_NONE). The count of all. */
uint32_t mt_network_roles(const struct mt_network *network, uint32_t community, uint32_t out_counts[MT_NETWORK_ROLE_COUNT]);

#endif
