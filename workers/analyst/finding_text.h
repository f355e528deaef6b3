/*
 * finding_text.h: a finding as a person reads it, from its alert JSON: who paid whom, when, how much, how long it stayed, why.
 */
#ifndef MT_FINDING_TEXT_H
#define MT_FINDING_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "graph/base.h"

/* Prints the whole finding. False when the bytes are not a finding. */
bool mt_finding_text(FILE *out, const char *json, size_t size, bool colour);

/* One line: id, score, kind, time, hops, sums, path. */
bool mt_finding_line(FILE *out, const char *json, size_t size);

#endif
