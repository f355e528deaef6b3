#include "batch.h"

#include <stdlib.h>

#define TEXT_MAX ((size_t)4 << 20)

/* Where a transfer stands by arrival, to be sorted by time. */
struct mt_batch_turn {
    int64_t time_ms;
    size_t arrival;
};

enum mt_status mt_batch_create(size_t transfer_max, struct mt_batch **out_batch)
{
    struct mt_batch *batch = calloc(1, sizeof *batch);

    if (batch == NULL)
        return MT_NO_MEMORY;
    batch->max = transfer_max;
    batch->text_max = TEXT_MAX;
    batch->transfers = calloc(transfer_max, sizeof *batch->transfers);
    batch->labels = calloc(transfer_max, sizeof *batch->labels);
    batch->spare_transfers = calloc(transfer_max, sizeof *batch->transfers);
    batch->spare_labels = calloc(transfer_max, sizeof *batch->labels);
    batch->turns = calloc(transfer_max, sizeof *batch->turns);
    batch->facts = calloc(transfer_max, sizeof *batch->facts);
    batch->listings = calloc(transfer_max, sizeof *batch->listings);
    batch->text = malloc(batch->text_max);
    if (batch->transfers == NULL || batch->labels == NULL || batch->spare_transfers == NULL || batch->spare_labels == NULL ||
        batch->turns == NULL || batch->facts == NULL || batch->listings == NULL || batch->text == NULL) {
        mt_batch_destroy(batch);
        return MT_NO_MEMORY;
    }
    mt_batch_clear(batch);
    *out_batch = batch;
    return MT_OK;
}

void mt_batch_destroy(struct mt_batch *batch)
{
    if (batch == NULL)
        return;
    free(batch->transfers);
    free(batch->labels);
    free(batch->spare_transfers);
    free(batch->spare_labels);
    free(batch->turns);
    free(batch->facts);
    free(batch->listings);
    free(batch->text);
    free(batch);
}

void mt_batch_clear(struct mt_batch *batch)
{
    batch->count = 0;
    batch->fact_count = 0;
    batch->listing_count = 0;
    batch->text_used = 0;
    batch->position_count = 0;
    batch->message_count = 0;
    batch->newest_ms = INT64_MIN;
}

void mt_batch_advance(struct mt_batch *batch, uint16_t topic, int32_t partition, int64_t next_offset)
{
    size_t at = 0;

    while (at < batch->position_count &&
           (batch->positions[at].topic != topic || batch->positions[at].partition != partition))
        at++;
    if (at == batch->position_count) {
        MT_ASSERT(batch->position_count < sizeof batch->positions / sizeof batch->positions[0]);
        batch->position_count++;
    }
    batch->positions[at] = (struct mt_position){topic, partition, next_offset};
}

static int turn_compare(const void *left, const void *right)
{
    const struct mt_batch_turn *a = left, *b = right;

    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    return (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

void mt_batch_sort(struct mt_batch *batch)
{
    struct mt_transfer *transfers = batch->transfers;
    struct mt_label_pair *labels = batch->labels;
    bool sorted = true;

    for (size_t i = 0; i < batch->count; i++) {
        batch->turns[i] = (struct mt_batch_turn){transfers[i].time_ms, i};
        sorted = sorted && (i == 0 || transfers[i - 1].time_ms <= transfers[i].time_ms);
    }
    if (sorted)
        return;
    qsort(batch->turns, batch->count, sizeof *batch->turns, turn_compare);
    for (size_t i = 0; i < batch->count; i++) {
        batch->spare_transfers[i] = transfers[batch->turns[i].arrival];
        batch->spare_labels[i] = labels[batch->turns[i].arrival];
    }
    batch->transfers = batch->spare_transfers;
    batch->labels = batch->spare_labels;
    batch->spare_transfers = transfers;
    batch->spare_labels = labels;
}
