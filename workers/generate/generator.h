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

/* X(field, kind, default, least, most, help); kind: COUNT, DATE (days since 1970), PPM (printed as 0.001) or
 * CURRENCY (ISO 4217 numeric, printed as its code). */
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
    X(currency, CURRENCY, 978, 1, 9999, "currency of every amount")

struct mt_generator_options {
#define MT_GENERATOR_FIELD(name, kind, value, least, most, help) int64_t name;
    MT_GENERATOR_TABLE(MT_GENERATOR_FIELD)
#undef MT_GENERATOR_FIELD
};

struct mt_generator_options mt_generator_options_default(void);

/* What a labelled transfer belongs to. Later kinds of laundering are added at the end. */
#define MT_PATTERN_TABLE(X) X(NONE, "") X(MULE_CHAIN, "mule_chain") X(ROUND_TRIP, "round_trip")

enum mt_pattern {
#define MT_PATTERN_ENUM(name, text) MT_PATTERN_##name,
    MT_PATTERN_TABLE(MT_PATTERN_ENUM)
#undef MT_PATTERN_ENUM
        MT_PATTERN_COUNT
};

const char *mt_pattern_name(enum mt_pattern pattern); /* "mule_chain" */

/* One transfer by account index, 0 … accounts − 1: enough for a benchmark to make its own tokens. */
struct mt_movement {
    int64_t time_ms;   /* UTC, since 1970; never falls */
    int64_t minor;     /* > 0 */
    uint64_t sequence; /* 1, 2, 3, …: the id */
    uint32_t debtor;
    uint32_t creditor;
    uint32_t pattern_id; /* which instance of a pattern, from 1; 0: ordinary */
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
