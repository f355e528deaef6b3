#include "generator.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "laundering.h"
#include "ordinary.h"
#include "standing.h"

#define ACCOUNTS_MIN 400
#define TRANSFERS_PER_ACCOUNT_DAY_X10 15 /* when accounts are not given: 1.5 a day, about 45 a month */
#define STANDING_PERMILLE_MAX 250 /* of all transfers; in a thin stream only some persons have standing payments */
#define ERRAND_PERMILLE 37        /* of ordinary transfers, followed by an errand; measured, for the total only */

struct mt_generator {
    struct mt_town town;
    struct mt_ordinary ordinary;
    struct mt_standing standing;
    struct mt_laundering laundering[MT_SOURCE_COUNT];
    uint32_t network; /* the last id given */
    uint64_t sequence;
    uint32_t account_count;
};

static const char *const pattern_names[MT_PATTERN_COUNT] = {
#define MT_PATTERN_NAME(name, text, label) [MT_PATTERN_##name] = text,
    MT_PATTERN_TABLE(MT_PATTERN_NAME)
#undef MT_PATTERN_NAME
};

static const uint8_t pattern_labels[MT_PATTERN_COUNT] = {
#define MT_PATTERN_LABEL(name, text, label) [MT_PATTERN_##name] = MT_TRUTH_##label,
    MT_PATTERN_TABLE(MT_PATTERN_LABEL)
#undef MT_PATTERN_LABEL
};

static_assert(MT_PATTERN_COUNT < 63, "patterns fit into the bits of an option");

/* Which patterns already have what is to be new: it is only new when none of these is asked for. */
static const int64_t channel_users[MT_NEW_CHANNEL_COUNT] = {
#define MT_NEW_CHANNEL_USER(name, text, played)                                                                        \
    [MT_NEW_CHANNEL_##name] = MT_PATTERN_BIT(played) & ~MT_PATTERN_BIT(NONE),
    MT_NEW_CHANNEL_TABLE(MT_NEW_CHANNEL_USER)
#undef MT_NEW_CHANNEL_USER
};

static const int64_t wallet_users = MT_PATTERN_BIT(CARD_TIERS) | MT_PATTERN_BIT(ECNY) | MT_PATTERN_BIT(STREAM_TIPS);

static const int64_t product_users[MT_NEW_PRODUCT_COUNT] = {
#define MT_NEW_PRODUCT_USER(name, text, played)                                                                        \
    [MT_NEW_PRODUCT_##name] = MT_PATTERN_BIT(played) & ~MT_PATTERN_BIT(NONE),
    MT_NEW_PRODUCT_TABLE(MT_NEW_PRODUCT_USER)
#undef MT_NEW_PRODUCT_USER
};

const char *mt_pattern_name(enum mt_pattern pattern)
{
    MT_ASSERT(pattern < MT_PATTERN_COUNT);
    return pattern_names[pattern];
}

enum mt_truth mt_pattern_truth(enum mt_pattern pattern)
{
    MT_ASSERT(pattern < MT_PATTERN_COUNT);
    return (enum mt_truth)pattern_labels[pattern];
}

int64_t mt_pattern_all(enum mt_truth label)
{
    int64_t patterns = 0;

    for (int pattern = 1; pattern < MT_PATTERN_COUNT; pattern++)
        patterns |= pattern_labels[pattern] == label ? INT64_C(1) << pattern : 0;
    return patterns & ~(MT_PATTERN_BIT(NEW_CHANNEL) | MT_PATTERN_BIT(NEW_PRODUCT));
}

struct mt_generator_options mt_generator_options_default(void)
{
    return (struct mt_generator_options){
#define MT_GENERATOR_DEFAULT(name, kind, value, least, most, help) .name = value,
        MT_GENERATOR_TABLE(MT_GENERATOR_DEFAULT)
#undef MT_GENERATOR_DEFAULT
    };
}

static enum mt_status check_options(const struct mt_generator_options *options, char out_error[128])
{
    int64_t known;

#define MT_GENERATOR_CHECK(name, kind, value, least, most, help)                                                       \
    if (options->name < (least) || options->name > (most)) {                                                           \
        snprintf(out_error, 128, "%s must be from %" PRId64 " to %" PRId64, #name, (int64_t)(least), (int64_t)(most)); \
        return MT_BAD_CONFIG;                                                                                          \
    }
    MT_GENERATOR_TABLE(MT_GENERATOR_CHECK)
#undef MT_GENERATOR_CHECK
    if (options->account_count != 0 && options->account_count < ACCOUNTS_MIN) {
        snprintf(out_error, 128, "account_count must be 0 or at least %d", ACCOUNTS_MIN);
        return MT_BAD_CONFIG;
    }
    if ((options->patterns & ~mt_pattern_all(MT_TRUTH_ILLICIT)) != 0 ||
        (options->honest & ~mt_pattern_all(MT_TRUTH_HONEST)) != 0) {
        snprintf(out_error, 128, "patterns and honest must name patterns of their own kind");
        return MT_BAD_CONFIG;
    }
    if (options->from_day >= options->days) {
        snprintf(out_error, 128, "from_day must be below days");
        return MT_BAD_CONFIG;
    }
    known = options->patterns & channel_users[options->new_channel];
    if (options->new_channel == MT_NEW_CHANNEL_WALLET)
        known |= options->patterns & wallet_users;
    known |= options->honest & product_users[options->new_product];
    if (known != 0) {
        snprintf(out_error, 128, "what is to be new is in patterns or honest already: leave out %s",
                 mt_pattern_name((enum mt_pattern)__builtin_ctzll((unsigned long long)known)));
        return MT_BAD_CONFIG;
    }
    if (mt_tariff_of(options->currency) == NULL) {
        snprintf(out_error, 128, "currency is not one the generator has prices for");
        return MT_BAD_CONFIG;
    }
    return MT_OK;
}

static int64_t default_accounts(const struct mt_generator_options *options)
{
    int64_t accounts = options->transfers * 10 / (TRANSFERS_PER_ACCOUNT_DAY_X10 * options->days);

    if (accounts < ACCOUNTS_MIN)
        return ACCOUNTS_MIN;
    return accounts < 2000000 ? accounts : 2000000;
}

/* How many everyday payments make the total what was asked for, after all that follows from other rules. */
static uint64_t plan_total(struct mt_town *town, const struct mt_generator_options *options)
{
    uint64_t transfers = (uint64_t)options->transfers;
    uint64_t merchants = mt_population_count(&town->population, MT_ROLE_MERCHANT);
    uint64_t standing = mt_standing_count(town);
    uint64_t most = transfers * STANDING_PERMILLE_MAX / 1000;
    uint64_t payouts = merchants * (uint64_t)options->days / 7;
    uint64_t supplies = merchants * (uint64_t)options->days / 7;
    uint64_t other;

    if (standing > most) {
        town->active = (uint32_t)(most * 65536 / standing);
        standing = most;
    }
    /* A processor pays no small sums out; a merchant with few sales has nothing to pay its supplier. */
    other = transfers * mt_ordinary_processed_permille() / 8000;
    payouts = payouts * other / (payouts + other + 1);
    supplies = supplies * transfers / (supplies * 2 + transfers + 1);
    other = standing + payouts + supplies;
    for (int source = 0; source < MT_SOURCE_COUNT; source++) {
        struct mt_laundering_order order = mt_laundering_order(options, (enum mt_laundering_source)source);
        bool hides = source == MT_SOURCE_ILLICIT || source == MT_SOURCE_CHANNEL;

        other += hides ? mt_laundering_count_all(&order) : mt_laundering_count(&order);
    }
    return other >= transfers ? 0 : (transfers - other) * 1000 / (1000 + ERRAND_PERMILLE);
}

static void laundering_fini(struct mt_generator *generator)
{
    for (int source = 0; source < MT_SOURCE_COUNT; source++)
        mt_laundering_fini(&generator->laundering[source]);
}

enum mt_status mt_generator_create(const struct mt_generator_options *options, struct mt_generator **out_generator,
                                   char out_error[128])
{
    struct mt_generator_options chosen = *options;
    uint64_t weights[MT_DAY_CLASS_COUNT][24];
    struct mt_generator *generator;
    enum mt_status status = check_options(options, out_error);

    if (status != MT_OK)
        return status;
    if (chosen.account_count == 0)
        chosen.account_count = default_accounts(options);
    generator = calloc(1, sizeof *generator);
    if (generator == NULL) {
        status = MT_NO_MEMORY;
        goto fail;
    }
    mt_ordinary_weights(weights);
    status = mt_town_init(&generator->town, &chosen, weights);
    if (status != MT_OK)
        goto fail_generator;
    for (int source = 0; source < MT_SOURCE_COUNT && status == MT_OK; source++)
        status = mt_laundering_init(&generator->laundering[source], &generator->town, &chosen,
                                    (enum mt_laundering_source)source, &generator->network);
    if (status != MT_OK)
        goto fail_laundering;
    mt_ordinary_init(&generator->ordinary, &generator->town, (uint64_t)chosen.seed,
                     plan_total(&generator->town, &chosen));
    mt_standing_init(&generator->standing, &generator->town, (uint64_t)chosen.seed);
    generator->account_count = (uint32_t)chosen.account_count;
    *out_generator = generator;
    return MT_OK;

fail_laundering:
    laundering_fini(generator);
    mt_town_fini(&generator->town);
fail_generator:
    free(generator);
fail:
    snprintf(out_error, 128, "%s", mt_status_text(status));
    return status;
}

void mt_generator_destroy(struct mt_generator *generator)
{
    if (generator == NULL)
        return;
    laundering_fini(generator);
    mt_town_fini(&generator->town);
    free(generator);
}

static int64_t earlier(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

static struct mt_laundering *first_laundering(struct mt_generator *generator)
{
    struct mt_laundering *first = &generator->laundering[0];

    for (int source = 1; source < MT_SOURCE_COUNT; source++) {
        if (generator->laundering[source].next_ms < first->next_ms)
            first = &generator->laundering[source];
    }
    return first;
}

bool mt_generator_step(struct mt_generator *generator, struct mt_movement *out_movement)
{
    for (;;) {
        int64_t ordinary_ms = generator->ordinary.next_ms;
        int64_t standing_ms = generator->standing.next_ms;
        int64_t errand_ms = mt_agenda_next(&generator->town.errands);
        struct mt_laundering *laundering = first_laundering(generator);
        int64_t laundering_ms = laundering->next_ms;
        int64_t first_ms = earlier(earlier(ordinary_ms, standing_ms), earlier(errand_ms, laundering_ms));

        if (first_ms == MT_AGENDA_NEVER)
            return false;
        if (first_ms == ordinary_ms)
            *out_movement = mt_ordinary_step(&generator->ordinary);
        else if (first_ms == errand_ms)
            *out_movement = mt_town_run_errand(&generator->town);
        else if (first_ms == laundering_ms)
            *out_movement = mt_laundering_step(laundering);
        else if (!mt_standing_step(&generator->standing, out_movement))
            continue;
        out_movement->sequence = ++generator->sequence;
        return true;
    }
}

bool mt_generator_next(struct mt_generator *generator, struct mt_generated *out_generated)
{
    const struct mt_population *population = &generator->town.population;
    const struct mt_tariff *tariff = generator->town.tariff;
    struct mt_movement movement;
    uint64_t number;

    if (!mt_generator_step(generator, &movement))
        return false;
    out_generated->movement = movement;
    number = movement.sequence;
    memcpy(out_generated->id, "T0000000000", 12);
    for (int i = 10; i > 0; i--, number /= 10)
        out_generated->id[i] = (char)('0' + number % 10);
    mt_population_bank_code(mt_population_bank(population, movement.debtor), out_generated->debtor_bank);
    mt_population_number(population, movement.debtor, out_generated->debtor);
    mt_population_bank_code(mt_population_bank(population, movement.creditor), out_generated->creditor_bank);
    mt_population_number(population, movement.creditor, out_generated->creditor);
    if (movement.currency != tariff->numeric)
        tariff = mt_tariff_of(movement.currency);
    memcpy(out_generated->currency, tariff->code, sizeof out_generated->currency);
    out_generated->exponent = tariff->exponent;
    return true;
}

uint32_t mt_generator_account_count(const struct mt_generator *generator)
{
    return generator->account_count;
}

void mt_generator_account(const struct mt_generator *generator, uint32_t index,
                          struct mt_generated_account *out_account)
{
    mt_population_describe(&generator->town.population, index, out_account);
}
