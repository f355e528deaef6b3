/*
 * Mule chains: victims pay into a first account, which is emptied into several, those into more or into one mother
 * card, and out again.
 *
 *   victim ─1─► L1 ─2─► L2 ─3─► L3 ─4─► cash, exchange, shop, abroad
 *   victim ─1─►  │ ─2─► L2 ─3─► L3 ─4─► …            splits: L1 → 2–5 L2
 *                  ─2─► L2 ─3─┘                      merges: several L2 → one card
 *
 * 3–7 hops; the same mules serve one to four victims. Each victim's payment runs through as its own wave.
 */
#include <assert.h>

#include "schemes.h"

#define LAYERS_MAX 6 /* of mules: hops − 1 */
#define WIDTH_MAX 5
#define PARCELS_MAX 6 /* of one wave in one layer */
#define VICTIMS_MAX 4
#define EXIT_PARTS_MAX 3

static_assert(VICTIMS_MAX * (1 + (LAYERS_MAX - 1) * PARCELS_MAX + PARCELS_MAX * EXIT_PARTS_MAX) <= MT_PLAN_LABELLED_MAX,
              "the widest chain fits into a plan");

/* Money at a mule's account. */
struct parcel {
    uint32_t account;
    int64_t minor;
    int64_t time_ms;
};

struct crew {
    const struct mt_town *town;
    struct mt_prng *prng;
    struct mt_plan *plan;
    enum mt_tempo tempo;
    bool seasoned; /* the first victim's money, which is split widest, has gone through */
    uint32_t layers;
    uint32_t width[LAYERS_MAX];
    uint32_t mules[LAYERS_MAX][WIDTH_MAX];
    uint32_t keep_permille[LAYERS_MAX];
};

static void recruit(struct crew *crew, int64_t start_ms)
{
    static const uint8_t hops_of_20[20] = {3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6, 7, 7};
    uint32_t taken[LAYERS_MAX * WIDTH_MAX];
    uint32_t taken_count = 0;

    crew->layers = hops_of_20[mt_prng_below(crew->prng, 20)] - 1u;
    for (uint32_t layer = 0; layer < crew->layers; layer++) {
        uint32_t roll = mt_prng_below(crew->prng, 10);

        if (layer == 0)
            crew->width[layer] = 1;
        else if (layer + 1 == crew->layers && layer >= 2 && roll < 5) /* the mother card */
            crew->width[layer] = 1;
        else if (layer == 1)
            crew->width[layer] = roll < 3 ? 1 : 2 + roll % 4;
        else
            crew->width[layer] = roll < 6 ? crew->width[layer - 1] : 1 + roll % 4;
        crew->keep_permille[layer] = mt_plan_keep(crew->prng);
        for (uint32_t i = 0; i < crew->width[layer]; i++) {
            uint32_t mule = mt_plan_mule(crew->town, crew->prng, start_ms, taken, taken_count);

            crew->mules[layer][i] = mule;
            taken[taken_count++] = mule;
        }
    }
}

/* An account in everyday use that is none of the crew's. */
static uint32_t find_victim(struct crew *crew, int64_t now_ms)
{
    uint32_t victim = 0;

    for (int attempt = 0; attempt < 64; attempt++) {
        bool is_mule = false;

        victim = mt_town_person(crew->town, crew->prng, now_ms);
        for (uint32_t layer = 0; layer < crew->layers; layer++) {
            for (uint32_t i = 0; i < crew->width[layer]; i++)
                is_mule = is_mule || crew->mules[layer][i] == victim;
        }
        if (!is_mule)
            break;
    }
    return victim;
}

/* Several parcels on one mother card within a day leave it as one. */
static uint32_t gather(struct parcel *parcels, uint32_t count)
{
    uint32_t kept = 1;

    for (uint32_t i = 1; i < count; i++) {
        struct parcel *mother = &parcels[kept - 1];
        int64_t apart_ms = parcels[i].time_ms - mother->time_ms;

        if (apart_ms < 6 * MT_MS_HOUR && apart_ms > -6 * MT_MS_HOUR) {
            mother->minor += parcels[i].minor;
            mother->time_ms = apart_ms > 0 ? parcels[i].time_ms : mother->time_ms;
        } else {
            parcels[kept++] = parcels[i];
        }
    }
    return kept;
}

/* One parcel leaves layer − 1 for at most `room` accounts of `layer`. */
static void forward(struct crew *crew, const struct parcel *parcel, uint32_t layer, uint32_t room, struct parcel *next,
                    uint32_t *inout_count)
{
    struct mt_prng *prng = crew->prng;
    int64_t left = mt_plan_kept_moving(crew->town, prng, parcel->minor, crew->keep_permille[layer - 1]);
    int64_t time_ms = parcel->time_ms + mt_plan_dwell(prng, crew->tempo);
    uint32_t width = crew->width[layer];
    uint32_t first = mt_prng_below(prng, width);
    uint32_t parts = layer == 1 && !crew->seasoned ? width : width < 2 || !mt_prng_chance(prng, 250) ? 1 : 2;

    while (parts > 1 && (left / parts < mt_tariff_minor(crew->town->tariff, 15000) || parts > room))
        parts--;
    for (uint32_t i = 0; i < parts; i++) {
        int64_t even = left / (parts - i);
        int64_t minor = left;
        struct mt_movement movement;

        if (i + 1 < parts) { /* parts differ by up to a quarter, and are round */
            minor = even * mt_prng_between(prng, 75, 125) / 100;
            minor = mt_tariff_round_sum(crew->town->tariff, minor, mt_prng_next(prng));
        }
        movement = mt_town_move(crew->town, time_ms, parcel->account, crew->mules[layer][(first + i) % width], minor);
        mt_plan_add(crew->plan, movement, MT_PATTERN_MULE_CHAIN, layer + 1);
        next[(*inout_count)++] = (struct parcel){.account = movement.creditor, .minor = minor, .time_ms = time_ms};
        left -= minor;
        time_ms += mt_prng_between(prng, 20 * MT_MS_SECOND, 6 * MT_MS_MINUTE);
    }
}

/* Which way out a sum of that size takes, and in how many parts. */
static struct mt_movement choose_exit(struct crew *crew, const struct parcel *parcel, uint32_t *out_parts)
{
    const struct mt_population *population = &crew->town->population;
    int64_t cash_most = mt_tariff_minor(crew->town->tariff, 500000);
    int64_t shop_most = mt_tariff_minor(crew->town->tariff, 400000);
    uint32_t roll = mt_prng_below(crew->prng, 100);
    uint32_t parts = mt_prng_chance(crew->prng, 300) ? 2 : 1;
    struct mt_movement movement = mt_town_move(crew->town, 0, parcel->account, 0, 0);

    if (roll < 30 && parcel->minor <= cash_most) {
        movement.creditor = mt_population_nth(population, MT_ROLE_ATM, mt_population_bank(population, parcel->account));
        movement.kind = MT_KIND_CASH_OUT;
        movement.rail = MT_RAIL_CASH;
        parts++;
    } else if (roll < 50 && parcel->minor <= shop_most) {
        movement.creditor = mt_plan_shop(crew->town, mt_prng_next(crew->prng));
        movement.kind = MT_KIND_CARD;
        movement.rail = MT_RAIL_CARD;
    } else if (roll < 62) {
        movement.creditor = mt_population_nth(population, MT_ROLE_REMITTANCE, 0);
    } else {
        movement.creditor = mt_population_any(population, MT_ROLE_EXCHANGE, crew->prng);
    }
    MT_ASSERT(parts <= EXIT_PARTS_MAX);
    *out_parts = parts;
    return movement;
}

static void leave(struct crew *crew, const struct parcel *parcel)
{
    struct mt_prng *prng = crew->prng;
    uint32_t parts;
    struct mt_movement movement = choose_exit(crew, parcel, &parts);
    int64_t left = mt_plan_kept_moving(crew->town, prng, parcel->minor, crew->keep_permille[crew->layers - 1]);
    int64_t note = mt_tariff_minor(crew->town->tariff, 1000);

    movement.time_ms = parcel->time_ms + mt_plan_dwell(prng, crew->tempo);
    while (parts > 1 && left / parts < 10 * note)
        parts--;
    for (uint32_t i = 0; i < parts; i++) {
        int64_t even = left / (parts - i);

        movement.minor = i + 1 < parts ? even * mt_prng_between(prng, 80, 120) / 100 : left;
        if (movement.kind == MT_KIND_CASH_OUT && movement.minor > note)
            movement.minor = mt_tariff_round(crew->town->tariff, movement.minor, 1000);
        mt_plan_add(crew->plan, movement, MT_PATTERN_MULE_CHAIN, crew->layers + 1);
        left -= movement.minor;
        movement.time_ms += mt_prng_between(prng, 30 * MT_MS_SECOND, 8 * MT_MS_MINUTE);
    }
}

/* One victim's payment, all the way. */
static void run_wave(struct crew *crew, int64_t time_ms)
{
    const struct mt_tariff *tariff = crew->town->tariff;
    int64_t cents = mt_tariff_spread(mt_prng_next(crew->prng), 420000, 330);
    struct parcel parcels[PARCELS_MAX];
    uint32_t count = 1;
    uint32_t victim = find_victim(crew, time_ms);
    struct mt_movement movement;

    cents = cents < 40000 ? 40000 : cents > 15000000 ? 15000000 : cents;
    parcels[0] = (struct parcel){crew->mules[0][0], mt_tariff_minor(tariff, cents), time_ms};
    if (mt_prng_chance(crew->prng, 650))
        parcels[0].minor = mt_tariff_round_sum(tariff, parcels[0].minor, mt_prng_next(crew->prng));
    movement = mt_town_move(crew->town, time_ms, victim, crew->mules[0][0], parcels[0].minor);
    mt_plan_add(crew->plan, movement, MT_PATTERN_MULE_CHAIN, 1);
    for (uint32_t layer = 1; layer < crew->layers; layer++) {
        struct parcel next[PARCELS_MAX];
        uint32_t next_count = 0;

        for (uint32_t i = 0; i < count; i++) /* there is always room for one part of each parcel still to come */
            forward(crew, &parcels[i], layer, PARCELS_MAX - next_count - (count - 1 - i), next, &next_count);
        if (crew->width[layer] == 1 && next_count > 1)
            next_count = gather(next, next_count);
        for (uint32_t i = 0; i < next_count; i++)
            parcels[i] = next[i];
        count = next_count;
    }
    for (uint32_t i = 0; i < count; i++)
        leave(crew, &parcels[i]);
}

void mt_play_mule_chain(struct mt_act *act)
{
    static const uint8_t victims_of_20[20] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4};
    struct mt_prng *prng = act->prng;
    struct crew crew = {.town = act->town, .prng = prng, .plan = act->plan};
    uint32_t victims = victims_of_20[mt_prng_below(prng, 20)];
    int64_t time_ms = act->start_ms;

    crew.tempo = mt_prng_chance(prng, 500) ? MT_TEMPO_CREW : MT_TEMPO_LOOSE;
    recruit(&crew, act->start_ms);
    for (uint32_t i = 0; i < victims; i++) {
        run_wave(&crew, time_ms);
        crew.seasoned = true;
        time_ms = mt_town_waking(time_ms + mt_prng_between(prng, 4 * MT_MS_MINUTE, 14 * MT_MS_HOUR));
    }
    for (uint32_t layer = 0; layer < crew.layers; layer++) {
        for (uint32_t i = 0; i < crew.width[layer]; i++)
            mt_plan_camouflage(act->town, prng, act->plan, crew.mules[layer][i], act->start_ms);
    }
}
