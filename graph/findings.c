#include "findings.h"

#include <stdlib.h>

struct mt_findings {
    struct mt_finding_record *records;
    size_t count, max;
    uint64_t *slots; /* the upper half of the key's hash, then record + 1; 0: free */
    size_t slot_count;
};

#define RECORDS_FIRST 512

enum mt_status mt_findings_create(struct mt_findings **out_findings)
{
    struct mt_findings *findings = calloc(1, sizeof *findings);

    if (findings == NULL)
        return MT_NO_MEMORY;
    findings->max = RECORDS_FIRST;
    findings->slot_count = 2 * RECORDS_FIRST;
    findings->records = calloc(findings->max, sizeof *findings->records);
    findings->slots = calloc(findings->slot_count, sizeof *findings->slots);
    if (findings->records == NULL || findings->slots == NULL) {
        mt_findings_destroy(findings);
        return MT_NO_MEMORY;
    }
    *out_findings = findings;
    return MT_OK;
}

void mt_findings_destroy(struct mt_findings *findings)
{
    if (findings == NULL)
        return;
    for (size_t i = 0; i < findings->count; i++)
        free(findings->records[i].finding);
    free(findings->records);
    free(findings->slots);
    free(findings);
}

/* The record of a slot, or NULL. */
static struct mt_finding_record *slot_record(const struct mt_findings *findings, uint64_t slot)
{
    return slot != 0 ? &findings->records[(uint32_t)slot - 1] : NULL;
}

static uint64_t slot_made(const struct mt_transfer_key *key, size_t record)
{
    return mt_key_hash(key) >> 32 << 32 | (record + 1);
}

static uint64_t *slot_first(const struct mt_findings *findings, const struct mt_transfer_key *key)
{
    return &findings->slots[mt_key_hash(key) & (findings->slot_count - 1)];
}

/* Most keys asked for have no record: a slot tells so by itself. */
static uint64_t *slot_of(const struct mt_findings *findings, const struct mt_transfer_key *key)
{
    uint64_t hash = mt_key_hash(key);
    size_t at = hash & (findings->slot_count - 1);

    while (findings->slots[at] != 0 &&
           (findings->slots[at] >> 32 != hash >> 32 || !mt_key_equal(&slot_record(findings, findings->slots[at])->id, key)))
        at = (at + 1) & (findings->slot_count - 1);
    return &findings->slots[at];
}

static enum mt_status records_grow(struct mt_findings *findings)
{
    struct mt_finding_record *records = realloc(findings->records, 2 * findings->max * sizeof *records);
    uint64_t *slots = calloc(2 * findings->slot_count, sizeof *slots);

    if (records != NULL)
        findings->records = records;
    if (records == NULL || slots == NULL) {
        free(slots);
        return MT_NO_MEMORY;
    }
    free(findings->slots);
    findings->slots = slots;
    findings->slot_count *= 2;
    findings->max *= 2;
    for (size_t i = 0; i < findings->count; i++)
        *slot_of(findings, &findings->records[i].id) = slot_made(&findings->records[i].id, i);
    return MT_OK;
}

static enum mt_status finding_write(struct mt_findings *findings, const struct mt_finding *finding)
{
    uint64_t *slot = slot_of(findings, &finding->id);

    if (*slot != 0) {
        const struct mt_finding_record *record = slot_record(findings, *slot);

        if (record->state == MT_FINDING_LIVE && mt_finding_equal(record->finding, finding))
            return MT_OK;
    } else if (findings->count == findings->max) {
        enum mt_status status = records_grow(findings);

        if (status != MT_OK)
            return status;
        slot = slot_of(findings, &finding->id);
    }
    struct mt_finding *copy = mt_finding_copy(finding);
    if (copy == NULL)
        return MT_NO_MEMORY;
    if (*slot == 0) {
        findings->records[findings->count] = (struct mt_finding_record){.id = finding->id};
        *slot = slot_made(&finding->id, findings->count++);
    }
    struct mt_finding_record *record = slot_record(findings, *slot);
    free(record->finding);
    record->finding = copy;
    record->state = MT_FINDING_LIVE;
    record->revision++;
    return MT_OK;
}

static enum mt_status outcome_apply(struct mt_findings *findings, const struct mt_outcome *outcome)
{
    if (outcome->finding != NULL) {
        enum mt_status status = finding_write(findings, outcome->finding);

        if (status != MT_OK)
            return status;
    }
    for (uint32_t i = outcome->finding != NULL ? 1 : 0; i < outcome->spot_count; i++) {
        struct mt_finding_record *record = slot_record(findings, *slot_of(findings, &outcome->spots[i].key));

        if (record == NULL || record->state != MT_FINDING_LIVE)
            continue;
        record->revision++;
        record->state = outcome->finding != NULL ? MT_FINDING_MERGED : MT_FINDING_WITHDRAWN;
        if (outcome->finding != NULL)
            record->merged_into = outcome->finding->id;
    }
    return MT_OK;
}

enum mt_status mt_findings_apply(struct mt_findings *findings, const struct mt_outcome *outcomes, size_t count)
{
    enum mt_status status = MT_OK;

    for (size_t i = 0; i < count; i++) {
        for (uint32_t s = 0; s < outcomes[i].spot_count; s++)
            __builtin_prefetch(slot_first(findings, &outcomes[i].spots[s].key));
    }
    for (size_t i = 0; i < count && status == MT_OK; i++)
        status = outcome_apply(findings, &outcomes[i]);
    return status;
}

const struct mt_finding_record *mt_findings_all(const struct mt_findings *findings, size_t *out_count)
{
    *out_count = findings->count;
    return findings->records;
}
