/*
 * option.h: the values of generate's options as words: read from the command line, and shown in the help text.
 *
 * Cost     O(words)
 * Threads  any: constant tables
 */
#ifndef MT_GENERATE_OPTION_H
#define MT_GENERATE_OPTION_H

#include "graph/base.h"

/* The kinds of MT_GENERATOR_TABLE (generator.h). */
enum mt_option_kind {
    MT_OPTION_COUNT,
    MT_OPTION_DATE,
    MT_OPTION_PPM,
    MT_OPTION_CURRENCY,
    MT_OPTION_ILLICIT,
    MT_OPTION_HONEST,
    MT_OPTION_CHANNEL,
    MT_OPTION_PRODUCT,
};

/* False when the text is no value of that kind; `out_value` is then left alone. Bounds are the generator's to check. */
bool mt_option_parse(enum mt_option_kind kind, const char *text, int64_t *out_value);

void mt_option_print(enum mt_option_kind kind, int64_t value, char out_text[64]);

/* On standard output: which patterns, channels and products there are. */
void mt_option_print_words(void);

#endif
