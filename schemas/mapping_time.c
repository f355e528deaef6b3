#include "mapping_parts.h"

static const struct {
    const char *name;
    int64_t ms;
} step_units[] = {
    {"second", 1000},
    {"minute", INT64_C(60) * 1000},
    {"hour", INT64_C(3600) * 1000},
    {"day", MT_DAY_MS},
};

/* "UTC" or "+08:00". */
static bool zone_find(const char *text, int16_t *out_minutes)
{
    if (strcmp(text, "UTC") != 0)
        return mt_offset_parse(text, strlen(text), out_minutes);
    *out_minutes = 0;
    return true;
}

static enum mt_status load_zone(const struct mt_load *load, json_t *object, const char *where,
                                struct mt_time_field *field)
{
    json_t *zone = json_object_get(object, "zone");

    if (zone == NULL)
        return MT_OK;
    if (!json_is_string(zone) || !zone_find(json_string_value(zone), &field->offset_minutes))
        return mt_load_fail(load, "%s.zone: must be \"UTC\" or an offset such as \"+08:00\"", where);
    field->zoned = true;
    return MT_OK;
}

static enum mt_status load_format(const struct mt_load *load, json_t *value, const char *where, const char *needed,
                                  const char *barred, struct mt_date_format *out_format)
{
    const char *text = json_string_value(value);

    if (text == NULL)
        return mt_load_fail(load, "%s.format: must be a format such as \"%%Y-%%m-%%d %%H:%%M\" or \"iso\"", where);
    const char *problem = mt_date_format_compile(text, out_format);

    if (problem != NULL)
        return mt_load_fail(load, "%s.format: \"%s\" %s", where, text, problem);
    for (const char *letter = needed; *letter != '\0'; letter++) {
        if (!mt_date_format_has(out_format, *letter))
            return mt_load_fail(load, "%s.format: \"%s\" lacks %%%c", where, text, *letter);
    }
    for (const char *letter = barred; *letter != '\0'; letter++) {
        if (mt_date_format_has(out_format, *letter))
            return mt_load_fail(load, "%s.format: \"%s\" must not hold %%%c", where, text, *letter);
    }
    return MT_OK;
}

/* Of a format, and of a zone beside it: exactly one place says the zone. */
static enum mt_status zone_check(const struct mt_load *load, const struct mt_time_field *field, const char *where,
                                 bool in_text)
{
    if (in_text && field->zoned)
        return mt_load_fail(load, "%s.zone: the format holds the zone already (%%z)", where);
    if (!in_text && !field->zoned)
        return mt_load_fail(load, "%s.zone: is missing: \"UTC\" or an offset such as \"+08:00\"", where);
    return MT_OK;
}

static enum mt_status load_formatted(const struct mt_load *load, json_t *object, const char *where,
                                     struct mt_time_field *field)
{
    static const char *const keys[] = {"column", "format", "zone"};
    json_t *format = json_object_get(object, "format");
    enum mt_status status = mt_load_keys(load, object, where, keys, sizeof keys / sizeof keys[0]);

    if (status != MT_OK || (status = load_zone(load, object, where, field)) != MT_OK)
        return status;
    status = mt_load_column(load, json_object_get(object, "column"), where, &field->columns[0]);
    if (status != MT_OK)
        return status;
    field->columns[1] = field->columns[0];
    if (json_is_string(format) && strcmp(json_string_value(format), "iso") == 0) {
        field->form = MT_TIME_ISO;
        return MT_OK;
    }
    field->form = MT_TIME_FORMAT;
    status = load_format(load, format, where, "Ymd", "", &field->formats[0]);
    return status != MT_OK ? status : zone_check(load, field, where, mt_date_format_has(&field->formats[0], 'z'));
}

/* The column and format of one half of a time in two columns. */
static enum mt_status load_half(const struct mt_load *load, json_t *half, const char *where, const char *key,
                                size_t index, struct mt_time_field *field)
{
    static const char *const keys[] = {"column", "format"};
    char path[128];

    snprintf(path, sizeof path, "%s.%s", where, key);
    if (!json_is_object(half))
        return mt_load_fail(load, "%s: must be an object with column and format", path);
    enum mt_status status = mt_load_keys(load, half, path, keys, sizeof keys / sizeof keys[0]);

    if (status == MT_OK)
        status = mt_load_column(load, json_object_get(half, "column"), path, &field->columns[index]);
    if (status != MT_OK)
        return status;
    return load_format(load, json_object_get(half, "format"), path, index == 0 ? "Ymd" : "H",
                       index == 0 ? "HMSfz" : "Ymd", &field->formats[index]);
}

static enum mt_status load_parts(const struct mt_load *load, json_t *object, const char *where,
                                 struct mt_time_field *field)
{
    static const char *const keys[] = {"date", "clock", "zone"};
    enum mt_status status = mt_load_keys(load, object, where, keys, sizeof keys / sizeof keys[0]);

    if (status == MT_OK)
        status = load_zone(load, object, where, field);
    if (status == MT_OK)
        status = load_half(load, json_object_get(object, "date"), where, "date", 0, field);
    if (status == MT_OK)
        status = load_half(load, json_object_get(object, "clock"), where, "clock", 1, field);
    if (status != MT_OK)
        return status;
    field->form = MT_TIME_PARTS;
    return zone_check(load, field, where, mt_date_format_has(&field->formats[1], 'z'));
}

static bool instant_find(json_t *value, int64_t *out_ms)
{
    enum mt_reject_code code;

    return json_is_string(value) && mt_time_parse(json_string_value(value), json_string_length(value), out_ms, &code);
}

static enum mt_status load_step(const struct mt_load *load, json_t *object, const char *where,
                                struct mt_time_field *field)
{
    static const char *const keys[] = {"column", "step", "origin"};
    const char *unit = json_string_value(json_object_get(object, "step"));
    enum mt_status status = mt_load_keys(load, object, where, keys, sizeof keys / sizeof keys[0]);

    if (status == MT_OK)
        status = mt_load_column(load, json_object_get(object, "column"), where, &field->columns[0]);
    if (status != MT_OK)
        return status;
    for (size_t i = 0; unit != NULL && i < sizeof step_units / sizeof step_units[0]; i++) {
        if (strcmp(unit, step_units[i].name) == 0)
            field->step_ms = step_units[i].ms;
    }
    if (field->step_ms == 0)
        return mt_load_fail(load, "%s.step: must be second, minute, hour or day", where);
    if (!instant_find(json_object_get(object, "origin"), &field->origin_ms))
        return mt_load_fail(load, "%s.origin: must be a time with zone such as \"2017-01-01T00:00:00Z\"", where);
    field->columns[1] = field->columns[0];
    field->form = MT_TIME_STEP;
    return MT_OK;
}

static enum mt_status load_constant(const struct mt_load *load, json_t *object, const char *where,
                                    struct mt_time_field *field)
{
    static const char *const keys[] = {"constant"};
    enum mt_status status = mt_load_keys(load, object, where, keys, sizeof keys / sizeof keys[0]);

    if (status != MT_OK)
        return status;
    if (!instant_find(json_object_get(object, "constant"), &field->origin_ms))
        return mt_load_fail(load, "%s.constant: must be a time with zone such as \"2017-01-01T00:00:00Z\"", where);
    field->form = MT_TIME_CONSTANT;
    return MT_OK;
}

enum mt_status mt_load_time(const struct mt_load *load, json_t *object, const char *where,
                            struct mt_time_field *out_field)
{
    struct mt_time_field field = {0};
    enum mt_status status;

    if (json_object_get(object, "constant") != NULL)
        status = load_constant(load, object, where, &field);
    else if (json_object_get(object, "date") != NULL || json_object_get(object, "clock") != NULL)
        status = load_parts(load, object, where, &field);
    else if (json_object_get(object, "step") != NULL || json_object_get(object, "origin") != NULL)
        status = load_step(load, object, where, &field);
    else
        status = load_formatted(load, object, where, &field);
    if (status == MT_OK)
        *out_field = field;
    return status;
}

/* A date alone is its midnight, and a time without zone is in the mapping's, when the mapping states one. */
static bool iso_read(const struct mt_time_field *field, struct mt_text text, int64_t *out_ms,
                     enum mt_reject_code *out_code)
{
    enum { DATE_SIZE = 10, ZONED_SIZE_MAX = 30 };
    char zoned[ZONED_SIZE_MAX + 1];

    if (field->zoned && text.size == DATE_SIZE) {
        memcpy(zoned, text.at, DATE_SIZE);
        memcpy(zoned + DATE_SIZE, "T00:00:00Z", sizeof "T00:00:00Z");
        text = (struct mt_text){.at = zoned, .size = DATE_SIZE + sizeof "T00:00:00Z" - 1};
    } else {
        if (mt_time_parse_any(text.at, text.size, out_ms, out_code))
            return true;
        if (*out_code != MT_REJECT_TIME_ZONE || !field->zoned || text.size >= ZONED_SIZE_MAX)
            return false;
        memcpy(zoned, text.at, text.size);
        zoned[text.size] = 'Z';
        text = (struct mt_text){.at = zoned, .size = text.size + 1};
    }
    int64_t ms;

    if (!mt_time_parse_any(text.at, text.size, &ms, out_code))
        return false;
    *out_ms = ms - field->offset_minutes * INT64_C(60000);
    return true;
}

static bool step_read(const struct mt_time_field *field, struct mt_text text, int64_t *out_ms)
{
    uint32_t steps;

    if (!mt_digits_parse(text.at, text.size, &steps))
        return false;
    *out_ms = field->origin_ms + steps * field->step_ms;
    return true;
}

static bool formats_read(const struct mt_time_field *field, const struct mt_text texts[2], int64_t *out_ms)
{
    struct mt_moment moment = {.offset_minutes = field->offset_minutes};
    size_t count = field->form == MT_TIME_PARTS ? 2 : 1;

    for (size_t i = 0; i < count; i++) {
        if (!mt_date_format_read(&field->formats[i], texts[i].at, texts[i].size, &moment))
            return false;
    }
    if (!mt_moment_valid(&moment))
        return false;
    *out_ms = mt_moment_ms(&moment);
    return true;
}

bool mt_time_field_read(const struct mt_time_field *field, const struct mt_text texts[2], int64_t *out_ms,
                        enum mt_reject_code *out_code)
{
    *out_code = MT_REJECT_TIME_MALFORMED;
    switch ((enum mt_time_form)field->form) {
    case MT_TIME_NONE:
        break;
    case MT_TIME_CONSTANT:
        *out_ms = field->origin_ms;
        return true;
    case MT_TIME_ISO:
        return iso_read(field, texts[0], out_ms, out_code);
    case MT_TIME_FORMAT:
    case MT_TIME_PARTS:
        return formats_read(field, texts, out_ms);
    case MT_TIME_STEP:
        return step_read(field, texts[0], out_ms);
    }
    return false;
}
