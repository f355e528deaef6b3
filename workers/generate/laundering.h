/*
 * laundering.h: when instances of patterns begin, and those under way, merged in time order.
 *
 * There is one for what launders, one for honest look-alikes, one for a new channel and one for a new product: each
 * draws from its own stream of chance, so that adding one leaves the others as they were.
 *
 * Owns     the plans under way
 * Bounds   plan_max plans at once, fixed at creation; when all are in use the next one waits for one to end
 * Cost     step O(log plans), a plan's sort when one begins
 * Threads  none
 * Fails    MT_NO_MEMORY at creation only
 */
#ifndef MT_GENERATE_LAUNDERING_H
#define MT_GENERATE_LAUNDERING_H

#include "schemes.h"

enum mt_laundering_source {
    MT_SOURCE_ILLICIT,
    MT_SOURCE_HONEST,
    MT_SOURCE_CHANNEL,
    MT_SOURCE_PRODUCT,
    MT_SOURCE_COUNT
};

/* What a source makes. */
struct mt_laundering_order {
    int64_t patterns;                   /* bits */
    uint64_t left;                      /* instances, or labelled transfers when `by_share` */
    uint64_t left_of[MT_PATTERN_COUNT]; /* instances, unless `by_share` */
    int64_t from_day;
    bool by_share;
    bool by_weight; /* the default mix; else patterns come in equal numbers */
};

struct mt_laundering {
    const struct mt_town *town;
    struct mt_prng prng;
    int64_t next_ms;  /* MT_AGENDA_NEVER when done */
    int64_t start_ms; /* when the next plan begins; MT_AGENDA_NEVER when all have */
    struct mt_agenda agenda;
    struct mt_plan *plans; /* one per slot, and the one that is being made */
    uint64_t position;     /* of the calendar: where the next plan begins */
    uint64_t stride;       /* per plan, or per labelled transfer when by share */
    uint64_t plan_size;    /* labelled transfers on average */
    struct mt_laundering_order order;
    uint64_t made_of[MT_PATTERN_COUNT];
    uint32_t *last_id; /* the last network id given, by any source */
};

struct mt_laundering_order mt_laundering_order(const struct mt_generator_options *options,
                                               enum mt_laundering_source source);

/* About how many transfers a source makes: labelled, and with those that only hide them. */
uint64_t mt_laundering_count(const struct mt_laundering_order *order);
uint64_t mt_laundering_count_all(const struct mt_laundering_order *order);

MT_MUST_USE enum mt_status mt_laundering_init(struct mt_laundering *laundering, const struct mt_town *town,
                                              const struct mt_generator_options *options,
                                              enum mt_laundering_source source, uint32_t *last_id);
void mt_laundering_fini(struct mt_laundering *laundering);

/* The transfer due at next_ms. */
struct mt_movement mt_laundering_step(struct mt_laundering *laundering);

#endif
