/* labelled.h: a generator made, and its labelled transfers gathered, for the tests of whole streams and of patterns. */
#ifndef MT_TESTS_GENERATE_LABELLED_H
#define MT_TESTS_GENERATE_LABELLED_H

#include "workers/generate/generator.h"

/* The test fails when the options are refused. To be mt_generator_destroy'd. */
struct mt_generator *create(const struct mt_generator_options *options);

/* All labelled transfers, network after network, in time order. */
struct labelled {
    struct mt_movement *movements; /* to be freed */
    size_t count;
    uint64_t all; /* transfers of the stream */
};

/* Runs the generator to its end. A transfer has a network's number if and only if it has a pattern. */
struct labelled collect(struct mt_generator *generator);

/* Where the network that begins there ends. */
size_t network_end(const struct labelled *labelled, size_t begin);

#endif
