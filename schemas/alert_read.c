#include "alert_read.h"

#include "currency.h"
#include "decimal.h"
#include "words.h"

#include <jansson.h>
#include <stdlib.h>

static struct mt_text text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return (struct mt_text){json_string_value(value), json_string_length(value)};
}

static bool key_read(const json_t *object, const char *name, uint8_t out_bytes[16])
{
    static const char digits[] = "0123456789abcdef";
    struct mt_text hex = text_of(object, name);

    if (hex.at == NULL || hex.size != 32)
        return false;
    for (size_t i = 0; i < 32; i++) {
        const char *digit = memchr(digits, hex.at[i], 16);

        if (digit == NULL)
            return false;
        out_bytes[i / 2] = (uint8_t)(i % 2 == 0 ? (digit - digits) << 4 : out_bytes[i / 2] | (digit - digits));
    }
    return true;
}

static bool account_read(const json_t *transfer, const char *side, struct mt_token *out_token)
{
    return key_read(json_object_get(transfer, side), "token", out_token->bytes);
}

static bool money_read(const json_t *transfer, struct mt_finding_transfer *out_transfer)
{
    struct mt_text amount = text_of(transfer, "amount"), code = text_of(transfer, "currency");
    const struct mt_currency *currency = code.at != NULL ? mt_currency_find(code.at, code.size) : NULL;

    if (amount.at == NULL || currency == NULL)
        return false;
    out_transfer->currency = currency->numeric;
    return mt_decimal_parse(amount.at, amount.size, currency->exponent, MT_ROUND_REJECT, &out_transfer->minor) == MT_DECIMAL_OK;
}

/* A role that is not known here is not the chain's: it counts as one beside it. */
static uint8_t role_read(const json_t *transfer)
{
    const char *role = json_string_value(json_object_get(transfer, "role"));

    if (role != NULL && strcmp(role, "chain") == 0)
        return MT_ROLE_SPINE;
    if (role != NULL && strcmp(role, "paid_in") == 0)
        return MT_ROLE_IN;
    return role != NULL && strcmp(role, "paid_out") == 0 ? MT_ROLE_OUT : MT_ROLE_SIDE;
}

static bool transfer_read(const json_t *json, struct mt_finding_transfer *out_transfer)
{
    struct mt_text time = text_of(json, "time"), id = text_of(json, "id"), kind = text_of(json, "kind"), rail = text_of(json, "rail");
    enum mt_reject_code code;

    if (!key_read(json, "key", out_transfer->key.bytes) || !account_read(json, "debtor", &out_transfer->debtor) ||
        !account_read(json, "creditor", &out_transfer->creditor) || !money_read(json, out_transfer))
        return false;
    if (time.at == NULL || !mt_time_parse(time.at, time.size, &out_transfer->time_ms, &code))
        return false;
    if (id.at != NULL && id.size < sizeof out_transfer->id) {
        memcpy(out_transfer->id, id.at, id.size);
        out_transfer->id_size = (uint8_t)id.size;
    }
    if (kind.at != NULL)
        (void)mt_kind_find(kind, &out_transfer->kind);
    if (rail.at != NULL)
        (void)mt_rail_find(rail, &out_transfer->rail);
    out_transfer->role = role_read(json);
    out_transfer->conflict = json_is_true(json_object_get(json, "conflict"));
    out_transfer->ambiguous = json_is_true(json_object_get(json, "ambiguous"));
    return true;
}

static bool transfers_read(const json_t *json, struct mt_finding *finding)
{
    for (uint32_t i = 0; i < finding->transfer_count; i++) {
        if (!transfer_read(json_array_get(json, i), &finding->transfers[i]))
            return false;
        if (finding->transfers[i].role == MT_ROLE_SPINE && finding->spine_count == i)
            finding->spine_count++;
    }
    return true;
}

static uint32_t count_read(const json_t *object, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(object, name));

    return value > 0 && value <= UINT32_MAX ? (uint32_t)value : 0;
}

/* What stands at the alert's top; false when it is no live finding. */
static bool head_read(const json_t *json, struct mt_finding *finding)
{
    const char *state = json_string_value(json_object_get(json, "state"));
    const json_t *branches = json_object_get(json, "branches");
    uint32_t score = count_read(json, "score");

    if (state == NULL || strcmp(state, "live") != 0 || !key_read(json, "id", finding->id.bytes) || score > 100)
        return false;
    finding->score = (uint8_t)score;
    finding->branch_count = count_read(branches, "count");
    finding->branch_hidden = count_read(branches, "hidden");
    finding->round_hops = count_read(json_object_get(json, "round_trip"), "hops");
    finding->passed_permille = count_read(json, "passed_permille");
    return true;
}

static int int64_compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* As the worker measured it: of an even number of stays the longer one in the middle. */
static enum mt_status stay_find(struct mt_finding *finding)
{
    uint32_t count = finding->spine_count > 0 ? finding->spine_count - 1 : 0;
    int64_t *stays = count > 0 ? malloc(count * sizeof *stays) : NULL;

    if (count == 0)
        return MT_OK;
    if (stays == NULL)
        return MT_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        stays[i] = finding->transfers[i + 1].time_ms - finding->transfers[i].time_ms;
    qsort(stays, count, sizeof *stays, int64_compare);
    finding->dwell_median_ms = stays[count / 2];
    free(stays);
    return MT_OK;
}

static void labels_tell(const json_t *transfers, const struct mt_finding *finding, mt_label_take *label_take, void *label_self)
{
    for (uint32_t i = 0; i < finding->transfer_count; i++) {
        const json_t *transfer = json_array_get(transfers, i);
        const char *debtor = json_string_value(json_object_get(json_object_get(transfer, "debtor"), "label"));
        const char *creditor = json_string_value(json_object_get(json_object_get(transfer, "creditor"), "label"));

        label_take(label_self, &finding->transfers[i].debtor, debtor != NULL ? debtor : "");
        label_take(label_self, &finding->transfers[i].creditor, creditor != NULL ? creditor : "");
    }
}

static enum mt_status finding_read(const json_t *json, mt_label_take *label_take, void *label_self, struct mt_finding **out_finding)
{
    const json_t *transfers = json_object_get(json, "transfers");
    size_t count = json_array_size(transfers);
    struct mt_finding finding = {.transfer_count = (uint32_t)count};

    if (count == 0 || !head_read(json, &finding))
        return MT_BAD_EVENT;
    finding.transfers = calloc(count, sizeof *finding.transfers);
    if (finding.transfers == NULL)
        return MT_NO_MEMORY;
    enum mt_status status = transfers_read(transfers, &finding) ? stay_find(&finding) : MT_BAD_EVENT;
    /* Of a chain alone: its last creditor is the hub. */
    finding.hub_end = finding.spine_count > 0 && json_is_true(json_object_get(json_object_get(json, "cuts"), "hub_end"));
    struct mt_finding *copy = status == MT_OK ? mt_finding_copy(&finding) : NULL;
    if (copy != NULL && label_take != NULL)
        labels_tell(transfers, &finding, label_take, label_self);
    free(finding.transfers);
    if (status == MT_OK && copy == NULL)
        status = MT_NO_MEMORY;
    if (status == MT_OK)
        *out_finding = copy;
    return status;
}

enum mt_status mt_alert_read(const char *alert, size_t size, mt_label_take *label_take, void *label_self, struct mt_finding **out_finding)
{
    json_t *json = size <= MT_ALERT_BYTES_MAX ? json_loadb(alert, size, 0, NULL) : NULL;
    enum mt_status status = json_is_object(json) ? finding_read(json, label_take, label_self, out_finding) : MT_BAD_EVENT;

    json_decref(json);
    return status;
}
