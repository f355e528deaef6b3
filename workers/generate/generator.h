/*
 * generator.h: a stream of bank transfers that could be true, with labelled laundering woven in.
 *
 * Same options, same transfers, on every machine. Transfers come one by one in event-time order.
 *
 * Owns     the population's few tables, the standing payments under way, and the laundering under way
 * Bounds   memory by accounts, days and patterns in progress, all fixed at creation; never by transfers
 * Cost     step about 0.2 µs; next about 0.3 µs (it also writes the words); create O(accounts + days)
 * Threads  none: one generator, one thread
 * Fails    create: MT_BAD_CONFIG, MT_NO_MEMORY; after that nothing can fail
 */
#ifndef MT_GENERATOR_H
#define MT_GENERATOR_H

#include "graph/transfer.h"

/* X(name, text, label): what a labelled transfer belongs to; schemes.c says where each is from. Later ones are added at
 * the end. Honest ones look like laundering, or are what SAML-D calls normal, and are innocent. */
#define MT_PATTERN_TABLE(X)                                                                                            \
    X(NONE, "", NONE)                                                                                                  \
    X(MULE_CHAIN, "mule_chain", ILLICIT)                                                                               \
    X(ROUND_TRIP, "round_trip", ILLICIT)                                                                               \
    X(FAN_OUT, "fan_out", ILLICIT)                                                                                     \
    X(FAN_IN, "fan_in", ILLICIT)                                                                                       \
    X(RANDOM, "random", ILLICIT)                                                                                       \
    X(BIPARTITE, "bipartite", ILLICIT)                                                                                 \
    X(STACK, "stack", ILLICIT)                                                                                         \
    X(SCATTER_GATHER, "scatter_gather", ILLICIT)                                                                       \
    X(GATHER_SCATTER, "gather_scatter", ILLICIT)                                                                       \
    X(STRUCTURING, "structuring", ILLICIT)                                                                             \
    X(SMURFING, "smurfing", ILLICIT)                                                                                   \
    X(LAYERED_FAN_IN, "layered_fan_in", ILLICIT)                                                                       \
    X(LAYERED_FAN_OUT, "layered_fan_out", ILLICIT)                                                                     \
    X(DEPOSIT_SEND, "deposit_send", ILLICIT)                                                                           \
    X(CASH_WITHDRAWAL, "cash_withdrawal", ILLICIT)                                                                     \
    X(BEHAVIOUR_1, "behavioural_change_1", ILLICIT)                                                                    \
    X(BEHAVIOUR_2, "behavioural_change_2", ILLICIT)                                                                    \
    X(OVER_INVOICING, "over_invoicing", ILLICIT)                                                                       \
    X(SINGLE_LARGE, "single_large", ILLICIT)                                                                           \
    X(CARD_TIERS, "card_tiers", ILLICIT)                                                                               \
    X(RUNNING_POINTS, "running_points", ILLICIT)                                                                       \
    X(GOODS_LEG, "goods_leg", ILLICIT)                                                                                 \
    X(ECNY, "ecny", ILLICIT)                                                                                           \
    X(STREAM_TIPS, "stream_tips", ILLICIT)                                                                             \
    X(CASH_CREW, "cash_crew", ILLICIT)                                                                                 \
    X(OTC_CRYPTO, "otc_crypto", ILLICIT)                                                                               \
    X(TEST_THEN_LOAD, "test_then_load", ILLICIT)                                                                       \
    X(DORMANT_WOKEN, "dormant_woken", ILLICIT)                                                                         \
    X(NEW_CHANNEL, "new_channel", ILLICIT)                                                                             \
    X(PAYROLL, "payroll", HONEST)                                                                                      \
    X(MARKETPLACE, "marketplace", HONEST)                                                                              \
    X(LANDLORD, "landlord", HONEST)                                                                                    \
    X(SAVINGS_CLUB, "savings_club", HONEST)                                                                            \
    X(RED_PACKETS, "red_packets", HONEST)                                                                              \
    X(SUPPLIER_CHAIN, "supplier_chain", HONEST)                                                                        \
    X(CURRENCY_EXCHANGE, "currency_exchange", HONEST)                                                                  \
    X(NORMAL_SMALL_FAN_OUT, "normal_small_fan_out", HONEST)                                                            \
    X(NORMAL_FAN_OUT, "normal_fan_out", HONEST)                                                                        \
    X(NORMAL_FAN_IN, "normal_fan_in", HONEST)                                                                          \
    X(NORMAL_GROUP, "normal_group", HONEST)                                                                            \
    X(NORMAL_CASH_WITHDRAWAL, "normal_cash_withdrawal", HONEST)                                                        \
    X(NORMAL_CASH_DEPOSITS, "normal_cash_deposits", HONEST)                                                            \
    X(NORMAL_PERIODICAL, "normal_periodical", HONEST)                                                                  \
    X(NORMAL_PLUS_MUTUAL, "normal_plus_mutual", HONEST)                                                                \
    X(NORMAL_MUTUAL, "normal_mutual", HONEST)                                                                          \
    X(NORMAL_FORWARD, "normal_forward", HONEST)                                                                        \
    X(NORMAL_SINGLE_LARGE, "normal_single_large", HONEST)                                                              \
    X(NEW_PRODUCT, "new_product", HONEST)

enum mt_truth { MT_TRUTH_NONE, MT_TRUTH_ILLICIT, MT_TRUTH_HONEST };

enum mt_pattern {
#define MT_PATTERN_ENUM(name, text, label) MT_PATTERN_##name,
    MT_PATTERN_TABLE(MT_PATTERN_ENUM)
#undef MT_PATTERN_ENUM
        MT_PATTERN_COUNT
};

#define MT_PATTERN_BIT(name) (INT64_C(1) << MT_PATTERN_##name)
#define MT_PATTERNS_DEFAULT (MT_PATTERN_BIT(MULE_CHAIN) | MT_PATTERN_BIT(ROUND_TRIP))

const char *mt_pattern_name(enum mt_pattern pattern); /* "mule_chain" */
enum mt_truth mt_pattern_truth(enum mt_pattern pattern);

/* All patterns of that label that `patterns` and `honest` can choose, as bits: not new_channel and new_product, which
 * have options of their own. */
int64_t mt_pattern_all(enum mt_truth label);

/* A way out that appears on a day, and an honest product that does: each the other's counterpart. The later ones are
 * patterns that nothing knew before that day; the five channel signatures of domain.md 6.1 are among them.
 * X(name, text, the pattern or NONE) */
#define MT_NEW_CHANNEL_TABLE(X)                                                                                        \
    X(NONE, "none", NONE)                                                                                              \
    X(GIFT_CARD, "gift_card", NONE)                                                                                    \
    X(TOPUP, "topup", NONE)                                                                                            \
    X(WALLET, "wallet", NONE)                                                                                          \
    X(GOLD, "gold", NONE)                                                                                              \
    X(ECNY, "ecny", ECNY)                                                                                              \
    X(GOODS_LEG, "goods_leg", GOODS_LEG)                                                                               \
    X(CARD_TIERS, "card_tiers", CARD_TIERS)                                                                            \
    X(STREAM_TIPS, "stream_tips", STREAM_TIPS)                                                                         \
    X(RUNNING_POINTS, "running_points", RUNNING_POINTS)

#define MT_NEW_PRODUCT_TABLE(X)                                                                                        \
    X(NONE, "none", NONE)                                                                                              \
    X(GIFT_CARD, "gift_card", NONE)                                                                                    \
    X(TOPUP, "topup", NONE)                                                                                            \
    X(WALLET, "wallet", NONE)                                                                                          \
    X(ROUND_UP, "round_up", NONE)                                                                                      \
    X(RED_PACKETS, "red_packets", RED_PACKETS)

enum mt_new_channel {
#define MT_NEW_CHANNEL_ENUM(name, text, played) MT_NEW_CHANNEL_##name,
    MT_NEW_CHANNEL_TABLE(MT_NEW_CHANNEL_ENUM)
#undef MT_NEW_CHANNEL_ENUM
        MT_NEW_CHANNEL_COUNT
};

enum mt_new_product {
#define MT_NEW_PRODUCT_ENUM(name, text, played) MT_NEW_PRODUCT_##name,
    MT_NEW_PRODUCT_TABLE(MT_NEW_PRODUCT_ENUM)
#undef MT_NEW_PRODUCT_ENUM
        MT_NEW_PRODUCT_COUNT
};

/* X(field, kind, default, least, most, help); kind: COUNT, DATE (days since 1970), PPM (printed as 0.001), CURRENCY
 * (ISO 4217 numeric, printed as its code), ILLICIT and HONEST (patterns as bits), CHANNEL, PRODUCT. */
#define MT_GENERATOR_TABLE(X)                                                                                          \
    X(seed, COUNT, 1, 0, INT64_MAX, "the same seed and options give the same bytes")                                   \
    X(transfers, COUNT, 200000, 100, 1000000000, "about how many transfers")                                           \
    X(account_count, COUNT, 0, 0, 20000000, "how many accounts, 400 or more; 0: one for 1.5 transfers a day")          \
    X(banks, COUNT, 6, 1, 32, "how many banks, the first the largest")                                                 \
    X(days, COUNT, 30, 1, 3660, "how many days")                                                                       \
    X(start, DATE, 20605, 0, 80000, "first day, UTC")                                                                  \
    X(illicit_share, PPM, 1000, 0, 500000, "share of transfers that launder; 0.001 is the natural base rate")          \
    X(chains, COUNT, -1, -1, 1000000, "how many mule chains; with this or the next, illicit-share is not used")        \
    X(round_trips, COUNT, -1, -1, 1000000, "how many round trips")                                                     \
    X(patterns, ILLICIT, MT_PATTERNS_DEFAULT, 0, INT64_MAX, "kinds of laundering, in equal numbers: all, or a list")   \
    X(honest, HONEST, 0, 0, INT64_MAX, "labelled honest look-alikes, in equal numbers: all, none, or a list")          \
    X(honest_share, PPM, 2000, 0, 500000, "share of transfers that belong to them")                                    \
    X(instances, COUNT, -1, -1, 1000000, "how many of each of both; the shares are then not used")                     \
    X(new_channel, CHANNEL, MT_NEW_CHANNEL_NONE, 0, MT_NEW_CHANNEL_COUNT - 1, "what launderers find on from-day")      \
    X(new_product, PRODUCT, MT_NEW_PRODUCT_NONE, 0, MT_NEW_PRODUCT_COUNT - 1,                                          \
      "an honest product that begins on from-day")                                                                     \
    X(from_day, COUNT, 0, 0, 3659, "the first day is 0")                                                               \
    X(new_instances, COUNT, 60, 1, 1000000, "how many flows through each, evenly to the end")                          \
    X(currency, CURRENCY, 978, 1, 9999, "currency of every amount")

struct mt_generator_options {
#define MT_GENERATOR_FIELD(name, kind, value, least, most, help) int64_t name;
    MT_GENERATOR_TABLE(MT_GENERATOR_FIELD)
#undef MT_GENERATOR_FIELD
};

struct mt_generator_options mt_generator_options_default(void);

/* One transfer by account index, 0 … accounts − 1: enough for a benchmark to make its own tokens. */
struct mt_movement {
    int64_t time_ms;   /* UTC, since 1970; never falls */
    int64_t minor;     /* > 0 */
    uint64_t sequence; /* 1, 2, 3, …: the id */
    uint32_t debtor;
    uint32_t creditor;
    uint32_t pattern_id; /* which network: an instance of a pattern, from 1; 0: ordinary */
    uint16_t currency;   /* ISO 4217 numeric */
    uint8_t kind;        /* enum mt_kind */
    uint8_t rail;        /* enum mt_rail */
    uint8_t pattern;     /* enum mt_pattern */
    uint8_t hop;         /* 1: the victim's payment, or a round trip's first; 0: ordinary */
};

/* The same in a bank's words. Strings are terminated. */
struct mt_generated {
    struct mt_movement movement;
    char id[24];
    char debtor_bank[12];
    char debtor[16];
    char creditor_bank[12];
    char creditor[16];
    char currency[4];
    uint8_t exponent; /* decimals of the currency */
};

/* What a bank knows of an account; the words are constant strings. */
struct mt_generated_account {
    char bank[12];
    char number[16];
    const char *type;
    char holder[24];
    char region[8];
    const char *exit; /* "", cash, card_merchant, crypto_exchange, gift_card, abroad */
    int64_t opened_ms;
    int64_t valid_from_ms;
};

struct mt_generator;

/* MT_BAD_CONFIG when an option is out of its bounds or the currency is unknown; `out_error` then says which. */
MT_MUST_USE enum mt_status mt_generator_create(const struct mt_generator_options *options,
                                               struct mt_generator **out_generator, char out_error[128]);
void mt_generator_destroy(struct mt_generator *generator); /* NULL is fine */

/* The next transfer; false at the end of the stream, and then `out` is left alone. */
bool mt_generator_step(struct mt_generator *generator, struct mt_movement *out_movement);
bool mt_generator_next(struct mt_generator *generator, struct mt_generated *out_generated);

/* How many accounts there are, and each of them. */
uint32_t mt_generator_account_count(const struct mt_generator *generator);
void mt_generator_account(const struct mt_generator *generator, uint32_t index,
                          struct mt_generated_account *out_account);

/* The subcommand `moneytrail generate`; returns the exit status. */
int mt_generate_main(int argc, char **argv);

#endif
