#include "laundering.h"

#include <stdlib.h>

#define PLAN_SIZE_CHAIN 20      /* labelled transfers of a plan, on average: measured, for estimates only */
#define CAMOUFLAGE_PERMILLE 620 /* per labelled transfer; likewise */
#define PLAN_SIZE_TRIP 5
#define PLAN_SIZE_MEAN 15
#define PLAN_HOURS 72 /* from a plan's first to its last transfer, with few exceptions */
#define PLAN_MIN 64
#define PLAN_LIMIT 8192

static const struct mt_scheme *const scheme_table[] = {&mt_scheme_mule_chain, &mt_scheme_round_trip};

#define SCHEME_COUNT (sizeof scheme_table / sizeof scheme_table[0])

static bool is_by_share(const struct mt_generator_options *options)
{
    return options->chains < 0 && options->round_trips < 0;
}

static uint64_t at_least_none(int64_t count)
{
    return count < 0 ? 0 : (uint64_t)count;
}

uint64_t mt_laundering_count(const struct mt_generator_options *options)
{
    if (is_by_share(options))
        return (uint64_t)options->transfers * (uint64_t)options->illicit_share / 1000000;
    return at_least_none(options->chains) * PLAN_SIZE_CHAIN + at_least_none(options->round_trips) * PLAN_SIZE_TRIP;
}

uint64_t mt_laundering_count_all(const struct mt_generator_options *options)
{
    return mt_laundering_count(options) * (1000 + CAMOUFLAGE_PERMILLE) / 1000;
}

/* The part of the calendar in which plans begin: early enough for most to end before the stream does. */
static uint64_t last_position(const struct mt_generator_options *options)
{
    uint64_t days = (uint64_t)options->days;

    return days >= 8 ? MT_CALENDAR_END / days * (days - 3) : MT_CALENDAR_END / 3 * 2;
}

/* With a known number of each kind, kinds come in the proportion still to be made; else by weight. */
static const struct mt_scheme *choose_scheme(struct mt_laundering *laundering)
{
    uint64_t total = 0;
    int64_t roll;
    size_t i = 0;

    for (size_t k = 0; k < SCHEME_COUNT; k++)
        total += laundering->by_share ? scheme_table[k]->weight : laundering->left_of[scheme_table[k]->pattern];
    roll = mt_prng_between(&laundering->prng, 0, (int64_t)total - 1);
    for (;; i++) {
        roll -=
            (int64_t)(laundering->by_share ? scheme_table[i]->weight : laundering->left_of[scheme_table[i]->pattern]);
        if (roll < 0)
            return scheme_table[i];
    }
}

/* When the next plan begins: somewhere in the part of the calendar that is its own. */
static void choose_start(struct mt_laundering *laundering)
{
    uint64_t width = laundering->stride * (laundering->by_share ? PLAN_SIZE_MEAN : 1);
    uint64_t into = (uint64_t)((unsigned __int128)mt_prng_next(&laundering->prng) * width >> 64);
    uint64_t position = laundering->position + into;

    if (laundering->left == 0)
        laundering->start_ms = MT_AGENDA_NEVER;
    else
        laundering->start_ms =
            mt_calendar_when(&laundering->town->calendar, position < MT_CALENDAR_END ? position : MT_CALENDAR_END - 1);
}

/* Makes the next plan, which begins at start_ms in `slot`. */
static void begin_plan(struct mt_laundering *laundering, uint32_t slot)
{
    const struct mt_scheme *scheme = choose_scheme(laundering);
    struct mt_plan *plan = &laundering->plans[slot];
    uint64_t made = 1;

    plan->count = 0;
    plan->labelled = 0;
    plan->next = 0;
    scheme->plan(laundering->town, &laundering->prng, laundering->start_ms, plan);
    mt_plan_sort(plan);
    MT_ASSERT(plan->labelled > 0);
    MT_ASSERT(plan->movements[0].time_ms == laundering->start_ms);
    laundering->pattern_id++;
    for (uint32_t i = 0; i < plan->count; i++) {
        if (plan->movements[i].pattern != MT_PATTERN_NONE)
            plan->movements[i].pattern_id = laundering->pattern_id;
    }
    if (laundering->by_share)
        made = plan->labelled < laundering->left ? plan->labelled : laundering->left;
    else
        laundering->left_of[scheme->pattern]--;
    laundering->left -= made;
    laundering->position += made * laundering->stride;
}

/* Begins every plan that begins before the first transfer under way; one that had to wait for a slot begins now. */
static void settle(struct mt_laundering *laundering, int64_t now_ms)
{
    while (laundering->left > 0 && laundering->start_ms <= mt_agenda_next(&laundering->agenda)) {
        uint32_t slot;

        if (laundering->start_ms < now_ms)
            laundering->start_ms = now_ms;
        if (!mt_agenda_add(&laundering->agenda, laundering->start_ms, &slot))
            break;
        begin_plan(laundering, slot);
        choose_start(laundering);
    }
    laundering->next_ms = mt_agenda_next(&laundering->agenda);
}

enum mt_status mt_laundering_init(struct mt_laundering *laundering, const struct mt_town *town,
                                  const struct mt_generator_options *options)
{
    uint64_t plan_max;
    enum mt_status status;

    *laundering = (struct mt_laundering){.town = town, .by_share = is_by_share(options)};
    mt_prng_init(&laundering->prng, (uint64_t)options->seed, 4);
    laundering->left_of[MT_PATTERN_MULE_CHAIN] = at_least_none(options->chains);
    laundering->left_of[MT_PATTERN_ROUND_TRIP] = at_least_none(options->round_trips);
    laundering->left = laundering->by_share ? mt_laundering_count(options)
                                            : at_least_none(options->chains) + at_least_none(options->round_trips);
    laundering->stride = laundering->left == 0 ? 0 : last_position(options) / laundering->left;
    plan_max = laundering->left / (laundering->by_share ? PLAN_SIZE_MEAN : 1);
    if ((uint64_t)options->days * 24 > PLAN_HOURS)
        plan_max = plan_max * PLAN_HOURS / ((uint64_t)options->days * 24);
    plan_max = PLAN_MIN + 2 * plan_max;
    plan_max = plan_max < PLAN_LIMIT ? plan_max : PLAN_LIMIT;
    status = mt_agenda_init(&laundering->agenda, (uint32_t)plan_max);
    if (status != MT_OK)
        return status;
    laundering->plans = malloc(sizeof *laundering->plans * plan_max);
    if (laundering->plans == NULL) {
        mt_laundering_fini(laundering);
        return MT_NO_MEMORY;
    }
    choose_start(laundering);
    settle(laundering, laundering->start_ms);
    return MT_OK;
}

void mt_laundering_fini(struct mt_laundering *laundering)
{
    free(laundering->plans);
    mt_agenda_fini(&laundering->agenda);
    laundering->plans = NULL;
}

struct mt_movement mt_laundering_step(struct mt_laundering *laundering)
{
    struct mt_plan *plan = &laundering->plans[mt_agenda_first(&laundering->agenda)];
    struct mt_movement movement = plan->movements[plan->next++];

    if (plan->next < plan->count)
        mt_agenda_postpone_first(&laundering->agenda, plan->movements[plan->next].time_ms);
    else
        mt_agenda_remove_first(&laundering->agenda);
    settle(laundering, movement.time_ms);
    return movement;
}
