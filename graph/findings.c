#include "findings.h"

#include <stdlib.h>

struct mt_findings {
    struct mt_finding_record *records;
    size_t count, max;
    uint32_t *slots; /* record + 1 */
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

static uint32_t *slot_of(const struct mt_findings *findings, const struct mt_transfer_key *key)
{
    size_t slot = mt_key_hash(key) & (findings->slot_count - 1);

    while (findings->slots[slot] != 0 && !mt_key_equal(&findings->records[findings->slots[slot] - 1].id, key))
        slot = (slot + 1) & (findings->slot_count - 1);
    return &findings->slots[slot];
}

static enum mt_status records_grow(struct mt_findings *findings)
{
    struct mt_finding_record *records = realloc(findings->records, 2 * findings->max * sizeof *records);
    uint32_t *slots = calloc(2 * findings->slot_count, sizeof *slots);

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
        *slot_of(findings, &findings->records[i].id) = (uint32_t)i + 1;
    return MT_OK;
}

static enum mt_status finding_write(struct mt_findings *findings, const struct mt_finding *finding)
{
    uint32_t *slot = slot_of(findings, &finding->id);

    if (*slot != 0) {
        const struct mt_finding_record *record = &findings->records[*slot - 1];

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
        *slot = (uint32_t)++findings->count;
    }
    struct mt_finding_record *record = &findings->records[*slot - 1];
    free(record->finding);
    record->finding = copy;
    record->state = MT_FINDING_LIVE;
    record->revision++;
    return MT_OK;
}

enum mt_status mt_findings_apply(struct mt_findings *findings, const struct mt_outcome *outcome)
{
    if (outcome->finding != NULL) {
        enum mt_status status = finding_write(findings, outcome->finding);

        if (status != MT_OK)
            return status;
    }
    for (uint32_t i = outcome->finding != NULL ? 1 : 0; i < outcome->spot_count; i++) {
        uint32_t slot = *slot_of(findings, &outcome->spots[i].key);

        if (slot == 0 || findings->records[slot - 1].state != MT_FINDING_LIVE)
            continue;
        struct mt_finding_record *record = &findings->records[slot - 1];
        record->revision++;
        record->state = outcome->finding != NULL ? MT_FINDING_MERGED : MT_FINDING_WITHDRAWN;
        if (outcome->finding != NULL)
            record->merged_into = outcome->finding->id;
    }
    return MT_OK;
}

const struct mt_finding_record *mt_findings_all(const struct mt_findings *findings, size_t *out_count)
{
    *out_count = findings->count;
    return findings->records;
}
