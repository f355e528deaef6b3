/*
 * network_text.h: a network as a person reads it: what to look at first, how much money, then its accounts by their part in it.
 *
 * A large network is told community by community, largest first. What is left out for its length is counted where it would stand.
 */
#ifndef MT_NETWORK_TEXT_H
#define MT_NETWORK_TEXT_H

#include <stdio.h>

#include "review.h"
#include "schemas/network_print.h"

/* Communities told when none is asked for. */
#define MT_NETWORK_TEXT_COMMUNITIES 8

struct mt_network_text {
    const struct mt_network_view *view;
    const struct mt_review *review; /* NULL: of a file, which nobody decides about */
    mt_label_find *label_find;
    void *label_self;
    uint32_t show;      /* accounts of one kind, layers of mules, and findings */
    uint32_t community; /* this one alone; MT_NETWORK_NONE: all of the network */
    bool colour;
};

void mt_network_text(FILE *out, const struct mt_network_text *text);

/* One line: id, score, state, counts, times, money. */
void mt_network_line(FILE *out, const struct mt_network_text *text);
void mt_network_line_head(FILE *out);

#endif
