/*
 * networks.h: findings that share transfers, grown together: what an analyst opens as one.
 *
 * A finding's transfers hold the other ends of its strong links, so findings joined by a strong link share one too. A network is named by
 * the smallest id among its findings and is a function of the set of findings alone: the order in which they came plays no part.
 *
 * Every account of a network gets a role, by its place in the money's way, and a layer: how many transfers lie between it and the nearest
 * account into which nothing in the network pays. Large networks get communities (modularity, Louvain: Blondel et al. 2008; igraph), so that a
 * person can read them one part at a time.
 *
 * What several accounts do together, in one network or over several, is told as shapes (shapes.h): each network has those that hold a transfer of it. A
 * shape changes no network: what belongs to it, its score and its name are its findings'.
 *
 * Owns     all of its results, until mt_networks_destroy()
 * Cost     O(transfers in the findings × log), and the shapes'
 * Threads  igraph's one
 * Fails    MT_NO_MEMORY
 */
#ifndef MT_NETWORKS_H
#define MT_NETWORKS_H

#include "shapes.h"

#define MT_NETWORK_ROLE_TABLE(X)                                                                                                   \
    X(SOURCE, "source") X(MULE, "mule") X(COLLECTOR, "collector") X(DISTRIBUTOR, "distributor") X(HUB, "hub") X(EXIT, "exit")

enum mt_network_role {
#define MT_NETWORK_ROLE_ENUM(name, text) MT_NETWORK_##name,
    MT_NETWORK_ROLE_TABLE(MT_NETWORK_ROLE_ENUM)
#undef MT_NETWORK_ROLE_ENUM
    MT_NETWORK_ROLE_COUNT
};

/* Parties on one side, and at most one on the other, that make an account a collector or a distributor. */
#define MT_NETWORK_MANY 3
/* Networks with more accounts than this are divided into communities. */
#define MT_NETWORK_LARGE 40

struct mt_network_account {
    struct mt_token account;
    uint32_t payers, payees; /* distinct, within the network */
    uint32_t layer;          /* 0: a source */
    uint32_t community;      /* 0 where there is only one */
    uint8_t role;            /* enum mt_network_role */
    uint8_t pad[3];
};

/* A shape, as one network has part in it. */
struct mt_network_shape {
    const struct mt_shape *shape;
    uint32_t transfer_count; /* of the shape, in this network */
    uint32_t other_count;
    struct mt_transfer_key *others; /* ids of the other networks that have the rest, sorted */
};

struct mt_network {
    struct mt_transfer_key id;
    uint32_t *findings; /* indexes into the findings given, by id */
    uint32_t finding_count;
    struct mt_network_account *accounts; /* by layer, then token */
    uint32_t account_count;
    uint32_t transfer_count; /* distinct */
    uint32_t community_count;
    struct mt_network_shape *shapes; /* in the shapes' order; memory of theirs */
    uint32_t shape_count;
    uint32_t shapes_busy; /* of the search for all networks: see mt_shapes */
    bool shapes_cut;
    uint8_t score; /* the best of its findings */
    int64_t first_ms, last_ms;
};

struct mt_networks {
    struct mt_network *at; /* by score, best first, then id */
    uint32_t count;
    struct mt_shapes shapes;
};

MT_MUST_USE enum mt_status mt_networks_find(const struct mt_finding *const *findings, size_t count, struct mt_networks *out_networks);
void mt_networks_destroy(struct mt_networks *networks);

#endif
