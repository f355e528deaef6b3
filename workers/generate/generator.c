#include "generator.h"

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
    struct mt_laundering laundering;
    uint64_t sequence;
    uint32_t account_count;
};

static const char *const pattern_names[MT_PATTERN_COUNT] = {
#define MT_PATTERN_NAME(name, text) [MT_PATTERN_##name] = text,
    MT_PATTERN_TABLE(MT_PATTERN_NAME)
#undef MT_PATTERN_NAME
};

const char *mt_pattern_name(enum mt_pattern pattern)
{
    MT_ASSERT(pattern < MT_PATTERN_COUNT);
    return pattern_names[pattern];
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
    other = standing + payouts + supplies + mt_laundering_count_all(options);
    return other >= transfers ? 0 : (transfers - other) * 1000 / (1000 + ERRAND_PERMILLE);
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
    generator = malloc(sizeof *generator);
    if (generator == NULL) {
        status = MT_NO_MEMORY;
        goto fail;
    }
    mt_ordinary_weights(weights);
    status = mt_town_init(&generator->town, &chosen, weights);
    if (status != MT_OK)
        goto fail_generator;
    status = mt_laundering_init(&generator->laundering, &generator->town, &chosen);
    if (status != MT_OK)
        goto fail_town;
    mt_ordinary_init(&generator->ordinary, &generator->town, (uint64_t)chosen.seed,
                     plan_total(&generator->town, &chosen));
    mt_standing_init(&generator->standing, &generator->town, (uint64_t)chosen.seed);
    generator->sequence = 0;
    generator->account_count = (uint32_t)chosen.account_count;
    *out_generator = generator;
    return MT_OK;

fail_town:
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
    mt_laundering_fini(&generator->laundering);
    mt_town_fini(&generator->town);
    free(generator);
}

static int64_t earlier(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

bool mt_generator_step(struct mt_generator *generator, struct mt_movement *out_movement)
{
    for (;;) {
        int64_t ordinary_ms = generator->ordinary.next_ms;
        int64_t standing_ms = generator->standing.next_ms;
        int64_t errand_ms = mt_agenda_next(&generator->town.errands);
        int64_t laundering_ms = generator->laundering.next_ms;
        int64_t first_ms = earlier(earlier(ordinary_ms, standing_ms), earlier(errand_ms, laundering_ms));

        if (first_ms == MT_AGENDA_NEVER)
            return false;
        if (first_ms == ordinary_ms)
            *out_movement = mt_ordinary_step(&generator->ordinary);
        else if (first_ms == errand_ms)
            *out_movement = mt_town_run_errand(&generator->town);
        else if (first_ms == laundering_ms)
            *out_movement = mt_laundering_step(&generator->laundering);
        else if (!mt_standing_step(&generator->standing, out_movement))
            continue;
        out_movement->sequence = ++generator->sequence;
        return true;
    }
}

bool mt_generator_next(struct mt_generator *generator, struct mt_generated *out_generated)
{
    const struct mt_population *population = &generator->town.population;
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
    memcpy(out_generated->currency, generator->town.tariff->code, sizeof out_generated->currency);
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
