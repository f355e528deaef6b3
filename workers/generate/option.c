#include "option.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "generator.h"
#include "tariff.h"

static const char *const channel_names[MT_NEW_CHANNEL_COUNT] = {
#define CHANNEL_NAME(name, text, played) [MT_NEW_CHANNEL_##name] = text,
    MT_NEW_CHANNEL_TABLE(CHANNEL_NAME)
#undef CHANNEL_NAME
};

static const char *const product_names[MT_NEW_PRODUCT_COUNT] = {
#define PRODUCT_NAME(name, text, played) [MT_NEW_PRODUCT_##name] = text,
    MT_NEW_PRODUCT_TABLE(PRODUCT_NAME)
#undef PRODUCT_NAME
};

/* What else people call a pattern. */
static const struct {
    const char *name;
    enum mt_pattern pattern;
} alias_table[] = {{"chain", MT_PATTERN_MULE_CHAIN}, {"cycle", MT_PATTERN_ROUND_TRIP}};

static void print_date(int64_t number, char out_text[64])
{
    struct mt_day day = mt_day_of(number);

    snprintf(out_text, 64, "%04d-%02u-%02u", (int)day.year, (unsigned)day.month, (unsigned)day.date);
}

static void print_patterns(int64_t patterns, char out_text[64])
{
    size_t size = 0;

    snprintf(out_text, 64, "none");
    for (int pattern = 1; pattern < MT_PATTERN_COUNT && size < 64; pattern++) {
        if ((patterns >> pattern & 1) != 0)
            size += (size_t)snprintf(out_text + size, 64 - size, "%s%s", size > 0 ? "," : "",
                                     mt_pattern_name((enum mt_pattern)pattern));
    }
}

void mt_option_print(enum mt_option_kind kind, int64_t value, char out_text[64])
{
    if (kind == MT_OPTION_ILLICIT || kind == MT_OPTION_HONEST)
        print_patterns(value, out_text);
    else if (kind == MT_OPTION_CHANNEL)
        snprintf(out_text, 64, "%s", channel_names[value]);
    else if (kind == MT_OPTION_PRODUCT)
        snprintf(out_text, 64, "%s", product_names[value]);
    else if (kind == MT_OPTION_DATE)
        print_date(value, out_text);
    else if (kind == MT_OPTION_PPM)
        snprintf(out_text, 64, "%d.%06d", (int)(value / 1000000), (int)(value % 1000000));
    else if (kind == MT_OPTION_CURRENCY)
        snprintf(out_text, 64, "%s", mt_tariff_of(value)->code);
    else
        snprintf(out_text, 64, "%" PRId64, value);
}

/* The words that an option takes, over several lines. */
static void print_words(const char *title, const char *const *words, int first, int count)
{
    int column = printf("%s:", title);

    for (int i = first; i < count; i++) {
        if (column + (int)strlen(words[i]) > 110)
            column = printf("\n   ") - 1;
        column += printf(" %s", words[i]);
    }
    printf("\n");
}

static void print_pattern_words(const char *title, enum mt_truth label)
{
    const char *words[MT_PATTERN_COUNT];
    int count = 0;

    for (int pattern = 1; pattern < MT_PATTERN_COUNT; pattern++) {
        if ((mt_pattern_all(label) >> pattern & 1) != 0)
            words[count++] = mt_pattern_name((enum mt_pattern)pattern);
    }
    print_words(title, words, 0, count);
}

void mt_option_print_words(void)
{
    print_pattern_words("\npatterns", MT_TRUTH_ILLICIT);
    print_pattern_words("honest", MT_TRUTH_HONEST);
    print_words("new-channel", channel_names, 0, MT_NEW_CHANNEL_COUNT);
    print_words("new-product", product_names, 0, MT_NEW_PRODUCT_COUNT);
}

static bool parse_count(const char *text, int64_t *out_value)
{
    char *end;
    long long value;

    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return false;
    *out_value = value;
    return true;
}

static bool parse_date(const char *text, int64_t *out_value)
{
    int year;
    int month;
    int date;
    char rest;
    int64_t number;
    struct mt_day day;

    if (sscanf(text, "%4d-%2d-%2d%c", &year, &month, &date, &rest) != 3 || year < 1970 || month < 1 || month > 12 ||
        date < 1 || date > 31)
        return false;
    number = mt_day_number(year, (uint8_t)month, (uint8_t)date);
    day = mt_day_of(number);
    if (day.date != date)
        return false;
    *out_value = number;
    return true;
}

/* A decimal of at most six places, exactly: "0.001" is 1000 millionths. */
static bool parse_ppm(const char *text, int64_t *out_value)
{
    int64_t value = 0;
    int places = -1;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text == '.' && places < 0)
            places = 0;
        else if (*text < '0' || *text > '9' || places == 6 || value > 1000000)
            return false;
        else {
            value = value * 10 + (*text - '0');
            places += places >= 0;
        }
    }
    for (places = places < 0 ? 0 : places; places < 6; places++)
        value *= 10;
    *out_value = value;
    return true;
}

/* One pattern of that label; "all" and "none" as well. */
static bool parse_pattern(enum mt_truth label, const char *word, size_t size, int64_t *out_bits)
{
    for (int pattern = 1; pattern < MT_PATTERN_COUNT; pattern++) {
        const char *name = mt_pattern_name((enum mt_pattern)pattern);

        *out_bits = mt_pattern_all(label) & INT64_C(1) << pattern;
        if (*out_bits != 0 && strlen(name) == size && memcmp(name, word, size) == 0)
            return true;
    }
    for (size_t i = 0; i < sizeof alias_table / sizeof alias_table[0]; i++) {
        *out_bits = mt_pattern_all(label) & INT64_C(1) << alias_table[i].pattern;
        if (*out_bits != 0 && strlen(alias_table[i].name) == size && memcmp(alias_table[i].name, word, size) == 0)
            return true;
    }
    *out_bits = size == 3 ? mt_pattern_all(label) : 0;
    return (size == 3 && memcmp(word, "all", 3) == 0) || (size == 4 && memcmp(word, "none", 4) == 0);
}

/* "all", "none", or names with commas between. */
static bool parse_patterns(enum mt_truth label, const char *text, int64_t *out_value)
{
    int64_t patterns = 0;

    for (;;) {
        size_t size = strcspn(text, ",");
        int64_t bits;

        if (!parse_pattern(label, text, size, &bits))
            return false;
        patterns |= bits;
        if (text[size] == '\0')
            break;
        text += size + 1;
    }
    *out_value = patterns;
    return true;
}

static bool parse_word(const char *text, const char *const *words, int count, int64_t *out_value)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            *out_value = i;
            return true;
        }
    }
    return false;
}

bool mt_option_parse(enum mt_option_kind kind, const char *text, int64_t *out_value)
{
    const struct mt_tariff *tariff;

    if (kind == MT_OPTION_ILLICIT || kind == MT_OPTION_HONEST)
        return parse_patterns(kind == MT_OPTION_ILLICIT ? MT_TRUTH_ILLICIT : MT_TRUTH_HONEST, text, out_value);
    if (kind == MT_OPTION_CHANNEL)
        return parse_word(text, channel_names, MT_NEW_CHANNEL_COUNT, out_value);
    if (kind == MT_OPTION_PRODUCT)
        return parse_word(text, product_names, MT_NEW_PRODUCT_COUNT, out_value);
    if (kind == MT_OPTION_DATE)
        return parse_date(text, out_value);
    if (kind == MT_OPTION_PPM)
        return parse_ppm(text, out_value);
    if (kind == MT_OPTION_COUNT)
        return parse_count(text, out_value);
    tariff = mt_tariff_find(text);
    if (tariff == NULL)
        return false;
    *out_value = tariff->numeric;
    return true;
}
