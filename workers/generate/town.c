#include "town.h"

#include <stdlib.h>

#define ERRAND_MIN 256
#define ERRAND_DEPTH_MAX 4

/* In thousandths; set so that the share of look-alikes lies within that of the third-party sets (README). */
#define BUSINESS_PASSES_ON 230
#define PERSON_PASSES_ON 90

enum mt_status mt_town_init(struct mt_town *town, const struct mt_generator_options *options,
                            uint64_t weights[MT_DAY_CLASS_COUNT][24])
{
    uint32_t errand_max = (uint32_t)options->account_count / 4 + ERRAND_MIN;
    uint32_t merchants;
    enum mt_status status;

    *town = (struct mt_town){.tariff = mt_tariff_of(options->currency), .active = 65536};
    town->new_channel = (enum mt_new_channel)options->new_channel;
    town->new_product = (enum mt_new_product)options->new_product;
    town->gift_cards_held = town->new_channel == MT_NEW_CHANNEL_GIFT_CARD;
    mt_prng_init(&town->errand_prng, (uint64_t)options->seed, 1);
    status = mt_population_init(&town->population, options);
    if (status == MT_OK)
        status = mt_calendar_init(&town->calendar, options->start, (uint32_t)options->days, weights);
    if (status == MT_OK)
        status = mt_agenda_init(&town->errands, errand_max);
    if (status != MT_OK) {
        mt_town_fini(town);
        return status;
    }
    merchants = mt_population_count(&town->population, MT_ROLE_MERCHANT);
    town->errand_slots = calloc(errand_max, sizeof *town->errand_slots);
    town->takings = calloc(merchants, sizeof *town->takings);
    town->payable = calloc(merchants, sizeof *town->payable);
    if (town->errand_slots == NULL || town->takings == NULL || town->payable == NULL) {
        mt_town_fini(town);
        return MT_NO_MEMORY;
    }
    return MT_OK;
}

void mt_town_fini(struct mt_town *town)
{
    free(town->payable);
    free(town->takings);
    free(town->errand_slots);
    mt_agenda_fini(&town->errands);
    mt_calendar_fini(&town->calendar);
    mt_population_fini(&town->population);
}

struct mt_movement mt_town_move(const struct mt_town *town, int64_t time_ms, uint32_t debtor, uint32_t creditor,
                                int64_t minor)
{
    return (struct mt_movement){
        .time_ms = time_ms,
        .minor = minor,
        .debtor = debtor,
        .creditor = creditor,
        .currency = town->tariff->numeric,
        .kind = MT_KIND_TRANSFER,
        .rail = MT_RAIL_INSTANT,
    };
}

bool mt_town_in_use(const struct mt_town *town, uint32_t person, int64_t now_ms)
{
    enum mt_trait trait = mt_population_trait(&town->population, person);

    return trait == MT_TRAIT_ORDINARY ||
           (trait == MT_TRAIT_NEW && mt_population_opened_day(&town->population, person) < now_ms / MT_MS_DAY);
}

uint32_t mt_town_person(const struct mt_town *town, struct mt_prng *prng, int64_t now_ms)
{
    const struct mt_population *population = &town->population;
    uint32_t person = 0;

    for (int attempt = 0; attempt < 8; attempt++) {
        uint64_t random = mt_prng_next(prng);
        uint64_t unit = random >> 32;

        if ((random & 3) == 0) /* a quarter of the traffic favours the busy */
            unit = unit * unit >> 32;
        person = mt_population_payee(population, (uint32_t)(unit * population->persons >> 32));
        if (mt_town_in_use(town, person, now_ms))
            return person;
    }
    return person;
}

int64_t mt_town_waking(int64_t time_ms)
{
    int64_t of_day = time_ms % MT_MS_DAY;

    /* Seven quiet hours are folded into three of the morning. */
    return of_day < 7 * MT_MS_HOUR ? time_ms - of_day + 7 * MT_MS_HOUR + of_day * 3 / 7 : time_ms;
}

int64_t mt_town_office(int64_t time_ms)
{
    int64_t of_day = time_ms % MT_MS_DAY;
    int64_t day = time_ms / MT_MS_DAY;

    if (of_day >= 17 * MT_MS_HOUR) {
        day++;
        of_day = 8 * MT_MS_HOUR + (of_day - 17 * MT_MS_HOUR) / 2;
    } else if (of_day < 8 * MT_MS_HOUR) {
        of_day = 8 * MT_MS_HOUR + of_day / 2;
    }
    while (mt_day_class_of(day) != MT_DAY_WORKING)
        day++;
    return day * MT_MS_DAY + of_day;
}

void mt_town_pass_on(struct mt_town *town, const struct mt_movement *received, uint32_t creditor, uint32_t permille,
                     int64_t time_ms, uint8_t depth)
{
    int64_t minor = received->minor / 1000 * permille + received->minor % 1000 * permille / 1000;
    struct mt_movement movement = mt_town_move(town, time_ms, received->creditor, creditor, minor);
    uint32_t slot;

    MT_ASSERT(time_ms >= received->time_ms);
    if (minor < 1 || creditor == received->creditor || time_ms >= town->calendar.end_ms)
        return;
    if (mt_population_is(&town->population, creditor, MT_ROLE_MERCHANT) &&
        received->creditor < town->population.persons) {
        movement.kind = MT_KIND_CARD;
        movement.rail = MT_RAIL_CARD;
    }
    if (!mt_agenda_add(&town->errands, time_ms, &slot))
        return;
    town->errand_slots[slot] = (struct mt_errand){.movement = movement, .depth = depth};
}

void mt_town_business_passes_on(struct mt_town *town, const struct mt_movement *received, uint8_t depth)
{
    struct mt_prng *prng = &town->errand_prng;
    uint32_t permille;
    uint32_t partner;
    int64_t delay_ms;

    /* A chain of suppliers that has begun goes on more easily than it begins. */
    if (depth >= ERRAND_DEPTH_MAX || !mt_prng_chance(prng, depth == 0 ? BUSINESS_PASSES_ON : 400))
        return;
    permille = 800 + mt_prng_below(prng, 190);
    partner = mt_population_partner(&town->population, received->creditor, mt_prng_below(prng, MT_PARTNER_COUNT));
    delay_ms = mt_prng_between(prng, MT_MS_HOUR, 60 * MT_MS_HOUR);
    mt_town_pass_on(town, received, partner, permille, mt_town_office(received->time_ms + delay_ms), depth);
}

void mt_town_person_passes_on(struct mt_town *town, const struct mt_movement *received, uint8_t depth)
{
    struct mt_prng *prng = &town->errand_prng;
    const struct mt_population *population = &town->population;
    uint32_t person = received->creditor;
    uint32_t permille;
    uint32_t to;
    uint32_t roll;
    int64_t delay_ms;

    if (depth >= ERRAND_DEPTH_MAX || !mt_prng_chance(prng, depth == 0 ? PERSON_PASSES_ON : 150))
        return;
    roll = mt_prng_below(prng, 10);
    permille = roll < 4 ? 1000 : 850 + mt_prng_below(prng, 150);
    delay_ms = mt_prng_between(prng, 5 * MT_MS_MINUTE, roll < 5 ? 6 * MT_MS_HOUR : 64 * MT_MS_HOUR);
    roll = mt_prng_below(prng, 10);
    if (roll < 4)
        to = mt_population_mate(population, person);
    else if (roll < 7)
        to = mt_population_friend(population, person, mt_prng_below(prng, MT_FRIEND_COUNT));
    else
        to = mt_population_favourite(population, person, mt_prng_below(prng, 8));
    if (to < population->persons && !mt_town_in_use(town, to, received->time_ms))
        return;
    mt_town_pass_on(town, received, to, permille, mt_town_waking(received->time_ms + delay_ms), depth);
}

struct mt_movement mt_town_run_errand(struct mt_town *town)
{
    struct mt_errand errand = town->errand_slots[mt_agenda_first(&town->errands)];

    mt_agenda_remove_first(&town->errands);
    if (errand.movement.creditor < town->population.persons)
        mt_town_person_passes_on(town, &errand.movement, (uint8_t)(errand.depth + 1));
    else if (mt_population_is(&town->population, errand.movement.creditor, MT_ROLE_SUPPLIER) ||
             mt_population_is(&town->population, errand.movement.creditor, MT_ROLE_COMPANY))
        mt_town_business_passes_on(town, &errand.movement, (uint8_t)(errand.depth + 1));
    return errand.movement;
}
