/*
 * world.h: a small made-up world (reports, rules, rates), the engine run over it in any arrival order, and the comparison with the
 * oracle. A world is all there is to a failure: print its seed and it comes back.
 */
#ifndef MT_TEST_WORLD_H
#define MT_TEST_WORLD_H

#include "graph/findings.h"
#include "graph/memory_store.h"
#include "graph/trace.h"
#include "oracle_account.h"

#define WORLD_REPORTS 2048
#define WORLD_RATES 64
#define WORLD_LINES 16
#define WORLD_RECORDS 32
#define WORLD_TOLD 32

struct world {
    struct mt_rules rules;
    struct mt_rates *rates; /* NULL: one currency */
    struct mt_line lines[WORLD_LINES];
    uint32_t line_count;
    struct mt_transfer reports[WORLD_REPORTS];
    uint32_t count;
    struct mt_listing records[WORLD_RECORDS]; /* of watch lists */
    uint32_t record_count;
    struct oracle_told told[WORLD_TOLD]; /* what banks say of accounts */
    uint32_t told_count;
    struct mt_lists *lists; /* all of them, once world_list() was called; else NULL */
    uint64_t random;
    uint64_t salt; /* of keys and tokens */
};

uint64_t world_random(struct world *world);
int64_t world_below(struct world *world, int64_t limit);              /* 0 .. limit − 1 */
bool world_chance(struct world *world, int64_t percent);

/* Default rules, no reports, 840 with its line and par as in schemas/lines_default.h; keys and tokens follow from the seed. */
void world_init(struct world *world, uint64_t seed);
void world_fini(struct world *world);

/* The lines for the rules as they are now. To be destroyed. */
struct mt_lines *world_lines(const struct world *world);

struct mt_token world_account(const struct world *world, unsigned number);
struct mt_transfer_key world_key(const struct world *world, unsigned number);

/* One more report, of transfer number `count`; the caller may change it further. */
struct mt_transfer *world_add(struct world *world, unsigned debtor, unsigned creditor, int64_t time_ms, int64_t minor);

/* Some random small stream of the many kinds that the definition knows. */
void world_fill(struct world *world, uint64_t seed);

/* The same over days, with sums and kinds of payment that accounts' detectors look for. */
void world_fill_days(struct world *world, uint64_t seed);

/* Days or reports with indicators, watch lists and what banks say of accounts. */
void world_fill_lists(struct world *world, uint64_t seed);

/* The same of reports: both banks', under stronger and weaker identities, some shared, some at odds with each other. */
void world_fill_reports(struct world *world, uint64_t seed);

/* `count` transfers of one long spine (a sweep on and on, or round a ring), with branches and other money on its way. */
void world_fill_long(struct world *world, uint64_t seed, unsigned count);

enum world_order { WORLD_BY_TIME, WORLD_BACKWARDS, WORLD_SHUFFLED, WORLD_LATE, WORLD_AS_GIVEN, WORLD_ORDERS };

struct world_run {
    enum world_order order;
    uint32_t batch;   /* transfers in a turn at most; 0: a random number each time */
    uint32_t workers; /* that append to one store before any of them reads */
    bool twice;       /* some reports arrive again */
    bool backwards;   /* the workers' turns run last first */
    uint32_t looks;   /* spines and days a turn may look at; the rest is looked at some time later; 0: all */
    bool lists_late;  /* records of lists, and what banks say of accounts, come between the transfers, in any order */
};

/* All live findings as text after the run, or the oracle's. Free it. */
char *world_engine(struct world *world, const struct world_run *run);
char *world_oracle(const struct world *world);

/* Looks that turns of all runs so far left for later. */
uint64_t world_put_off(void);

/* One more record of a watch list, about an account, or about an indicator (world_indicator()). */
struct mt_listing *world_list(struct world *world, unsigned entry, const struct mt_token *subject, int64_t since_ms, int64_t from_ms,
                              int64_t until_ms, enum mt_listing_state state);
/* One more record of what a bank says of an account. */
void world_tell(struct world *world, const struct mt_token *account, int64_t since_ms, int64_t opened_ms, enum mt_holder_kind kind);

struct mt_token world_indicator(const struct world *world, unsigned number);

/* The reports in their order, for a failure's message. */
void world_print(FILE *file, const struct world *world);

/* Whether the engine agrees with the oracle in this run; says all on stderr when not. `name` and `seed` are for the message. */
bool world_agrees(struct world *world, const struct world_run *run, const char *expected, const char *name, uint64_t seed);

/* The same in a handful of orders, batches and workers; the random ones follow from the world's own chance. */
bool world_agrees_always(struct world *world, const char *name, uint64_t seed);

#endif
