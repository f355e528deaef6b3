/*
 * finding.h: a chain, or what one account did by the end of one day, as an analyst gets it: its transfers, its links, what was cut, why.
 *
 * A chain: transfers[0 .. spine_count) is the spine in order; after it come the branches, one link deep, in (time, key) order and at most
 * `branch_show` of them, the rest counted.
 * An account's day (detectors.h): no spine and no links; its transfers in (time, key) order, at most `account_show` of them, the rest counted
 * as branches. Either has the signs that hold; they add up to its score. All structs are zeroed before they are filled, so equal findings are equal bytes.
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

/* What is measured of a chain (chain_facts.h). Permille are 0 to 1000, or more where a ratio can be; -1: cannot be said.
 * X(field, text): of the chain itself. */
#define MT_CHAIN_OWN_TABLE(X)                                                           \
    X(hops, "transfers in a row")                                                       \
    X(dwell_minutes, "minutes the money stayed in an account, median")                  \
    X(passed, "permille of a sum that was passed on, at least")                         \
    X(carried, "permille of the first sum that can have come all the way")              \
    X(round_hops, "transfers after which the money was back where it had been")         \
    X(branches, "further transfers that fed the chain or left it")                      \
    X(amount, "cents of a dollar or euro, the largest sum")                             \
    X(least_amount, "cents of a dollar or euro, the smallest sum")                      \
    X(instant, "permille of the transfers were instant payments")                       \
    X(night, "permille of the transfers were made at night")                            \
    X(batches, "transfers in a batch, as wages, rents and standing orders are")         \
    X(cards, "purchases by card")                                                       \
    X(known_payer, "earlier transfers from the same payer, most")                       \
    X(known_payee, "earlier transfers to the same payee, most")                         \
    X(paid_back, "earlier transfers from the payee back, most")                         \
    X(listed, "transfers whose payer, payee or means was on a watch list")

/* X(field, fact, LEAST or MOST, text): over the accounts in its middle, each at the moment the money left it: a fact of episode.h. */
#define MT_CHAIN_MIDDLE_TABLE(X)                                                                                        \
    X(fresh_amount, fresh_amount, LEAST, "cents of a dollar or euro, the day's largest sum with a new counterparty, in every account") \
    X(relayed, relayed, LEAST, "permille of the gather window's money in was passed on, by every account")              \
    X(funded, funded, LEAST, "permille of the day's money out had just come in, in every account")                      \
    X(stayed_minutes, dwell_minutes, MOST, "minutes the day's money stayed, in every account")                          \
    X(new_payers, heavy_payers, MOST, "new payers of weight, by hand, in one account")                                  \
    X(new_payees, heavy_payees, LEAST, "new payees of weight, by hand, in every account")                               \
    X(fan_out, heavy_payees, MOST, "new payees of weight, by hand, in one account")                                     \
    X(all_new_payees, new_payees, MOST, "new payees, in one account")                                                   \
    X(at_once, burst_in, MOST, "payers by hand within six hours, in one account")                                       \
    X(repeats, burst_out, MOST, "transfers to one account within an hour, from one account")                            \
    X(near_line, below_line, MOST, "transfers in just below the reporting line, in one account")                        \
    X(load, load, MOST, "times the first sum with the same new account, in one account")                                \
    X(cash_in, cash_in, MOST, "permille of the gather window's money in was cash, in one account")                      \
    X(cash_out, cash_out, MOST, "permille of the gather window's money out was cash, in one account")                   \
    X(larger, largest, MOST, "permille of the largest sum before, the day's largest, in one account")                   \
    X(jump, jump, MOST, "permille of the largest sum in the history, the gather window's largest, in one account")      \
    X(takes_cards, card_ins, MOST, "transfers in by card, in one account: a shop")                                      \
    X(to_and_fro, mutual, MOST, "accounts that both paid and were paid: friends do, in one account")                    \
    X(oldest_days, age_days, MOST, "days since any of the accounts was first seen: new counterparties say little")      \
    X(payers, payers, MOST, "payers, in one account: many deal with it")                                                \
    X(ins, ins, LEAST, "transfers in within the gather window, in every account: busy ones")                            \
    X(opened_days, opened_days, LEAST, "days since the newest of the accounts was opened, as its bank says")            \
    X(person, person, LEAST, "1: persons hold all of the accounts, 0: a firm one of them, as their banks say")          \
    X(watched_days, watched_days, LEAST, "days since the bank's stream began")                                          \
    X(digital_out, digital_out, MOST, "permille of the gather window's money out went to wallets or crypto, in one account")

enum mt_chain_fact {
#define MT_CHAIN_ENUM(field, text) MT_CHAIN_##field,
#define MT_CHAIN_MIDDLE_ENUM(field, fact, reduce, text) MT_CHAIN_##field,
    MT_CHAIN_OWN_TABLE(MT_CHAIN_ENUM) MT_CHAIN_MIDDLE_TABLE(MT_CHAIN_MIDDLE_ENUM)
#undef MT_CHAIN_ENUM
#undef MT_CHAIN_MIDDLE_ENUM
    MT_CHAIN_FACT_COUNT
};

enum mt_finding_type { MT_FINDING_CHAIN, MT_FINDING_ACCOUNT };

/* How a number stands to its limit. */
enum mt_relation { MT_AT_LEAST, MT_BELOW, MT_AT_MOST, MT_ABOVE };

struct mt_measured {
    int64_t value;
    int64_t limit;
    uint8_t relation; /* enum mt_relation */
    uint8_t pad[7];
};

/* Something measured, or two things together, and what they add to the score. */
struct mt_finding_sign {
    struct mt_measured measured;
    struct mt_measured with; /* a pair's second; else zero */
    int16_t points;
    uint8_t sign; /* number in signs.h's tables */
    uint8_t pad[5];
};

/* A listing (lists.h) that the finding stands on. */
struct mt_finding_listing {
    struct mt_token subject;
    const char *text; /* of the lists: lives as long as they do */
    uint16_t text_size;
    uint8_t kind; /* MT_SUBJECT_ACCOUNT or an enum mt_indicator */
    uint8_t pad[5];
};

#define MT_FINDING_LISTINGS_MAX 16

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
    uint8_t type; /* enum mt_finding_type */
    struct mt_transfer_key before;
    struct mt_transfer_key after;

    int64_t dwell_median_ms;
    int64_t passed_permille;  /* least share that a spine account passed on by strong links; weak ones, which ρ counts too, are not in it */
    int64_t carried_minor;    /* widest way from first to last transfer, in the first's currency */
    int64_t carried_permille; /* of the first transfer */
    int64_t facts[MT_CHAIN_FACT_COUNT]; /* what the score is made of */
    uint32_t listing_count;
    uint32_t listing_hidden; /* further ones */

    struct mt_token account; /* an account's day, from here on; zero in a chain */
    int64_t day_ms;          /* its start, UTC */
    int64_t money_in;        /* within the gather window up to its end, in `currency` */
    int64_t money_out;
    uint32_t sign_count;
    uint16_t currency;
    uint8_t pad_account[2];

    struct mt_finding_transfer *transfers;
    struct mt_finding_link *links;
    struct mt_finding_sign *signs; /* an account's first is the kind */
    struct mt_finding_listing *listings;
};

/* The time of its last transfer. */
int64_t mt_finding_last_ms(const struct mt_finding *finding);

/* One block of heap memory with the finding and all it points to; free() ends it. NULL when memory is out. */
struct mt_finding *mt_finding_copy(const struct mt_finding *finding);

/* Same content, byte for byte. */
bool mt_finding_equal(const struct mt_finding *left, const struct mt_finding *right);

#endif
