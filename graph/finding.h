/*
 * finding.h: a chain, or what one account did by the end of one day, as an analyst gets it: its transfers, its links, what was cut, why.
 *
 * A chain: transfers[0 .. spine_count) is the spine in order; after it come the branches, one link deep, in (time, key) order and at most
 * `branch_show` of them, the rest counted.
 * An account's day (detectors.h): no spine and no links; its transfers in (time, key) order, at most `account_show` of them, the rest counted
 * as branches; and the signs that hold. All structs are zeroed before they are filled, so equal findings are equal bytes.
 */
#ifndef MT_FINDING_H
#define MT_FINDING_H

#include "rules.h"
#include "transfer.h"

enum mt_role {
    MT_ROLE_SPINE,
    MT_ROLE_IN,  /* paid into the chain from outside */
    MT_ROLE_OUT, /* left the chain on the side */
    MT_ROLE_SIDE /* left it and came back: a parallel way */
};

struct mt_finding_transfer {
    struct mt_transfer_key key;
    struct mt_token debtor;
    struct mt_token creditor;
    int64_t time_ms;
    int64_t minor;
    uint16_t currency;
    uint8_t kind;
    uint8_t rail;
    uint8_t role; /* enum mt_role */
    uint8_t conflict;
    uint8_t ambiguous;
    uint8_t id_size;
    char id[MT_TRANSFER_ID_MAX + 2];
};

enum mt_link_kind {
    MT_LINK_MAIN,    /* from one spine transfer to the next */
    MT_LINK_IN,      /* from a branch into the spine */
    MT_LINK_OUT,     /* from the spine into a branch */
    MT_LINK_REUNION, /* between two spine transfers that are not neighbours */
};

struct mt_finding_link {
    uint32_t from; /* index into transfers */
    uint32_t to;
    int64_t given;    /* minor units, currency of `from` */
    int64_t received; /* minor units, currency of `to` */
    uint8_t kind;     /* enum mt_link_kind */
    uint8_t pad[7];
};

/* The parts of the score and the most each can add; their sum is 0 to 100. */
#define MT_SCORE_TABLE(X)                                                                       \
    X(LINKS, links, 25, "accounts that passed the money on, one after another")                 \
    X(DWELL, dwell, 25, "how briefly it stayed (median)")                                       \
    X(PASSED, passed, 10, "least share of a sum that was passed on")                            \
    X(CARRIED, carried, 15, "share of the first sum that can have come all the way")            \
    X(AMOUNT, amount, 10, "size of the largest sum")                                            \
    X(ROUND_TRIP, round_trip, 15, "the money came back to an account it had left")

enum mt_score_part {
#define MT_SCORE_ENUM(name, field, most, text) MT_SCORE_##name,
    MT_SCORE_TABLE(MT_SCORE_ENUM)
#undef MT_SCORE_ENUM
    MT_SCORE_COUNT
};

enum mt_finding_type { MT_FINDING_CHAIN, MT_FINDING_ACCOUNT };

/* Something measured that reached a limit, and what it adds to the score. */
struct mt_finding_sign {
    int64_t measured;
    int64_t limit;
    int16_t points;
    uint8_t sign; /* number in detectors.h's tables */
    uint8_t pad[5];
};

struct mt_finding {
    struct mt_transfer_key id; /* the spine's first transfer; for an account's day, mt_account_key() */
    uint32_t transfer_count;
    uint32_t spine_count;
    uint32_t link_count;
    uint32_t branch_count; /* all branches, shown or not */
    uint32_t branch_hidden;

    /* The round trip, when there is one: transfers[round_from] left the account to which transfers[round_to] (spine) or a branch
     * out of transfers[round_to] came back, after round_hops transfers. 0 hops: none. */
    uint32_t round_from;
    uint32_t round_to;
    uint32_t round_hops;
    uint8_t round_by_branch;

    uint8_t hub_end; /* the last creditor is a hub: the trace ends there */
    uint8_t horizon; /* the walk back ended at the retention's edge */
    uint8_t walk_cut;
    uint8_t continues_before; /* cut from a longer spine; the neighbour parts' nearest transfers: */
    uint8_t continues_after;
    uint8_t score;
    uint8_t points[MT_SCORE_COUNT];
    uint8_t type; /* enum mt_finding_type */
    uint8_t pad[2];
    struct mt_transfer_key before;
    struct mt_transfer_key after;

    int64_t dwell_median_ms;
    int64_t passed_permille;  /* least share that a spine account passed on by strong links; weak ones, which ρ counts too, are not in it */
    int64_t carried_minor;    /* widest way from first to last transfer, in the first's currency */
    int64_t carried_permille; /* of the first transfer */

    struct mt_token account; /* an account's day, from here on; zero in a chain */
    int64_t day_ms;          /* its start, UTC */
    int64_t money_in;        /* within the gather window up to its end, in `currency` */
    int64_t money_out;
    uint32_t sign_count;
    uint16_t currency;
    uint8_t pad_account[2];

    struct mt_finding_transfer *transfers;
    struct mt_finding_link *links;
    struct mt_finding_sign *signs; /* the first is the kind */
};

/* The time of its last transfer. */
int64_t mt_finding_last_ms(const struct mt_finding *finding);

/* One block of heap memory with the finding and all it points to; free() ends it. NULL when memory is out. */
struct mt_finding *mt_finding_copy(const struct mt_finding *finding);

/* Same content, byte for byte. */
bool mt_finding_equal(const struct mt_finding *left, const struct mt_finding *right);

#endif
