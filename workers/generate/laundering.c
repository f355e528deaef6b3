#include "laundering.h"

#include <stdlib.h>

#define CAMOUFLAGE_PERMILLE 620 /* per labelled transfer: measured, for estimates only */
#define PLAN_HOURS 120          /* from a plan's first to its last transfer, with few exceptions */
#define PLAN_MIN 64
#define PLAN_LIMIT 8192

#define CHANCE_STREAM 4 /* of the first source: 1–3 are taken */

static uint64_t at_least_none(int64_t count)
{
    return count < 0 ? 0 : (uint64_t)count;
}

static bool has(int64_t patterns, int pattern)
{
    return (patterns >> pattern & 1) != 0;
}

/* The patterns chosen: a share of all transfers, or so many instances of each. */
static void order_chosen(struct mt_laundering_order *order, const struct mt_generator_options *options, int64_t share)
{
    if (order->by_share) {
        order->left = order->patterns == 0 ? 0 : (uint64_t)options->transfers * (uint64_t)share / 1000000;
        return;
    }
    for (int pattern = 1; pattern < MT_PATTERN_COUNT; pattern++)
        order->left_of[pattern] = has(order->patterns, pattern) ? at_least_none(options->instances) : 0;
}

struct mt_laundering_order mt_laundering_order(const struct mt_generator_options *options,
                                               enum mt_laundering_source source)
{
    struct mt_laundering_order order = {0};
    int64_t bit;

    switch (source) {
    case MT_SOURCE_ILLICIT:
        order.patterns = options->patterns;
        order.by_weight = options->patterns == MT_PATTERNS_DEFAULT;
        order.by_share = options->chains < 0 && options->round_trips < 0 && options->instances < 0;
        order_chosen(&order, options, options->illicit_share);
        if (options->chains >= 0)
            order.left_of[MT_PATTERN_MULE_CHAIN] = (uint64_t)options->chains;
        if (options->round_trips >= 0)
            order.left_of[MT_PATTERN_ROUND_TRIP] = (uint64_t)options->round_trips;
        break;
    case MT_SOURCE_HONEST:
        order.patterns = options->honest;
        order.by_share = options->instances < 0;
        order_chosen(&order, options, options->honest_share);
        break;
    default:
        bit = source == MT_SOURCE_CHANNEL ? MT_PATTERN_BIT(NEW_CHANNEL) : MT_PATTERN_BIT(NEW_PRODUCT);
        order.from_day = options->from_day;
        if ((source == MT_SOURCE_CHANNEL ? options->new_channel : options->new_product) == 0)
            break;
        order.patterns = bit;
        order.left_of[source == MT_SOURCE_CHANNEL ? MT_PATTERN_NEW_CHANNEL : MT_PATTERN_NEW_PRODUCT] =
            (uint64_t)options->new_instances;
        break;
    }
    for (int pattern = 1; pattern < MT_PATTERN_COUNT; pattern++)
        order.left += order.left_of[pattern];
    return order;
}

/* How often a pattern comes, against the others: with a known number of each, in the proportion still to be made; in
 * the default mix by weight; else only those that came least so far. */
static uint64_t weight_of(const struct mt_laundering_order *order, const uint64_t *made_of, int pattern)
{
    if (!order->by_share)
        return order->left_of[pattern];
    if (!has(order->patterns, pattern))
        return 0;
    if (order->by_weight)
        return mt_scheme_of((enum mt_pattern)pattern)->weight;
    for (int other = 1; other < MT_PATTERN_COUNT; other++) {
        if (has(order->patterns, other) && made_of[other] < made_of[pattern])
            return 0;
    }
    return 1;
}

/* Labelled transfers of a plan, on average. */
static uint64_t plan_size(const struct mt_laundering_order *order)
{
    static const uint64_t none_made[MT_PATTERN_COUNT];
    uint64_t size = 0;
    uint64_t weight = 0;

    for (int pattern = 1; pattern < MT_PATTERN_COUNT; pattern++) {
        uint64_t own = weight_of(order, none_made, pattern);

        weight += own;
        size += own == 0 ? 0 : own * mt_scheme_of((enum mt_pattern)pattern)->size;
    }
    return weight == 0 ? 1 : (size + weight / 2) / weight;
}

uint64_t mt_laundering_count(const struct mt_laundering_order *order)
{
    uint64_t count = 0;

    if (order->by_share)
        return order->left;
    for (int pattern = 1; pattern < MT_PATTERN_COUNT; pattern++)
        count +=
            order->left_of[pattern] == 0 ? 0 : order->left_of[pattern] * mt_scheme_of((enum mt_pattern)pattern)->size;
    return count;
}

uint64_t mt_laundering_count_all(const struct mt_laundering_order *order)
{
    return mt_laundering_count(order) * (1000 + CAMOUFLAGE_PERMILLE) / 1000;
}

/* The part of the calendar in which plans begin ends early enough for most to end before the stream does. */
static uint64_t last_position(const struct mt_generator_options *options)
{
    uint64_t days = (uint64_t)options->days;

    return days >= 8 ? MT_CALENDAR_END / days * (days - 3) : MT_CALENDAR_END / 3 * 2;
}

static void lay_out(struct mt_laundering *laundering, const struct mt_generator_options *options)
{
    uint64_t first = laundering->town->calendar.starts[laundering->order.from_day * 24];
    uint64_t last = last_position(options);

    if (last <= first)
        last = first + (MT_CALENDAR_END - first) / 3 * 2;
    laundering->position = first;
    laundering->stride = laundering->order.left == 0 ? 0 : (last - first) / laundering->order.left;
}

static enum mt_pattern choose_pattern(struct mt_laundering *laundering)
{
    uint64_t total = 0;
    int64_t roll;

    for (int pattern = 1; pattern < MT_PATTERN_COUNT; pattern++)
        total += weight_of(&laundering->order, laundering->made_of, pattern);
    MT_ASSERT(total > 0);
    roll = mt_prng_between(&laundering->prng, 0, (int64_t)total - 1);
    for (int pattern = 1;; pattern++) {
        roll -= (int64_t)weight_of(&laundering->order, laundering->made_of, pattern);
        if (roll < 0)
            return (enum mt_pattern)pattern;
    }
}

/* When the next plan begins: somewhere in the part of the calendar that is its own. */
static void choose_start(struct mt_laundering *laundering)
{
    uint64_t width = laundering->stride * (laundering->order.by_share ? laundering->plan_size : 1);
    uint64_t into = (uint64_t)((unsigned __int128)mt_prng_next(&laundering->prng) * width >> 64);
    uint64_t position = laundering->position + into;

    if (laundering->order.left == 0)
        laundering->start_ms = MT_AGENDA_NEVER;
    else
        laundering->start_ms =
            mt_calendar_when(&laundering->town->calendar, position < MT_CALENDAR_END ? position : MT_CALENDAR_END - 1);
}

/* Makes the next plan, which begins at start_ms, in the place beside the slots. */
static struct mt_plan *make_plan(struct mt_laundering *laundering)
{
    enum mt_pattern pattern = choose_pattern(laundering);
    struct mt_plan *plan = &laundering->plans[laundering->agenda.slot_max];
    uint64_t made = 1;

    mt_scheme_plan(pattern, laundering->town, &laundering->prng, laundering->start_ms, plan);
    ++*laundering->last_id;
    for (uint32_t i = 0; i < plan->count; i++) {
        if (plan->movements[i].pattern != MT_PATTERN_NONE)
            plan->movements[i].pattern_id = *laundering->last_id;
    }
    laundering->made_of[pattern]++;
    if (laundering->order.by_share)
        made = plan->labelled < laundering->order.left ? plan->labelled : laundering->order.left;
    else
        laundering->order.left_of[pattern]--;
    laundering->order.left -= made;
    laundering->position += made * laundering->stride;
    return plan;
}

/* Begins every plan that begins before the first transfer under way; one that had to wait for a slot begins now. */
static void settle(struct mt_laundering *laundering, int64_t now_ms)
{
    struct mt_agenda *agenda = &laundering->agenda;

    while (laundering->order.left > 0 && laundering->start_ms <= mt_agenda_next(agenda) &&
           agenda->count < agenda->slot_max) {
        const struct mt_plan *plan;
        uint32_t slot = 0;
        bool added;

        if (laundering->start_ms < now_ms)
            laundering->start_ms = now_ms;
        plan = make_plan(laundering);
        added = mt_agenda_add(agenda, plan->movements[0].time_ms, &slot);
        MT_ASSERT(added);
        laundering->plans[slot] = *plan;
        choose_start(laundering);
    }
    laundering->next_ms = mt_agenda_next(agenda);
}

enum mt_status mt_laundering_init(struct mt_laundering *laundering, const struct mt_town *town,
                                  const struct mt_generator_options *options, enum mt_laundering_source source,
                                  uint32_t *last_id)
{
    uint64_t plan_max;
    enum mt_status status;

    *laundering = (struct mt_laundering){
        .town = town, .order = mt_laundering_order(options, source), .last_id = last_id, .next_ms = MT_AGENDA_NEVER};
    mt_prng_init(&laundering->prng, (uint64_t)options->seed, CHANCE_STREAM + (uint64_t)source);
    if (laundering->order.left == 0)
        return MT_OK;
    laundering->plan_size = plan_size(&laundering->order);
    lay_out(laundering, options);
    plan_max = laundering->order.left / (laundering->order.by_share ? laundering->plan_size : 1);
    if ((uint64_t)options->days * 24 > PLAN_HOURS)
        plan_max = plan_max * PLAN_HOURS / ((uint64_t)options->days * 24);
    plan_max = PLAN_MIN + 2 * plan_max;
    plan_max = plan_max < PLAN_LIMIT ? plan_max : PLAN_LIMIT;
    status = mt_agenda_init(&laundering->agenda, (uint32_t)plan_max);
    if (status != MT_OK)
        return status;
    laundering->plans = malloc(sizeof *laundering->plans * (plan_max + 1));
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
