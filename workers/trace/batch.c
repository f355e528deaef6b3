#include "batch.h"

#include <stdlib.h>

#define TEXT_MAX ((size_t)4 << 20)

enum mt_status mt_batch_create(size_t transfer_max, struct mt_batch **out_batch)
{
    struct mt_batch *batch = calloc(1, sizeof *batch);

    if (batch == NULL)
        return MT_NO_MEMORY;
    batch->max = transfer_max;
    batch->text_max = TEXT_MAX;
    batch->transfers = calloc(transfer_max, sizeof *batch->transfers);
    batch->labels = calloc(transfer_max, sizeof *batch->labels);
    batch->facts = calloc(transfer_max, sizeof *batch->facts);
    batch->text = malloc(batch->text_max);
    if (batch->transfers == NULL || batch->labels == NULL || batch->facts == NULL || batch->text == NULL) {
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
    free(batch->facts);
    free(batch->text);
    free(batch);
}

void mt_batch_clear(struct mt_batch *batch)
{
    batch->count = 0;
    batch->fact_count = 0;
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
