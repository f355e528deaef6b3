#include "decimal.h"

#define DECIMAL_SIZE_MAX 40

/* Where the digits of an amount lie. */
struct shape {
    const char *whole;
    size_t whole_size;
    const char *fraction;
    size_t fraction_size;
    bool negative;
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t digits_size(const char *at, const char *end)
{
    const char *from = at;

    while (at < end && is_digit(*at))
        at++;
    return (size_t)(at - from);
}

/* What follows the digits, when something does: an exponent is told apart, since programs write it by accident. */
static enum mt_decimal_fault tail_fault(const char *at, const char *end)
{
    if (*at != 'e' && *at != 'E')
        return MT_DECIMAL_MALFORMED;
    at++;
    if (at < end && (*at == '+' || *at == '-'))
        at++;
    return at < end && digits_size(at, end) == (size_t)(end - at) ? MT_DECIMAL_EXPONENT : MT_DECIMAL_MALFORMED;
}

static enum mt_decimal_fault shape_read(const char *text, size_t size, struct shape *out_shape)
{
    const char *at = text;
    const char *end = text + size;
    struct shape shape = {0};

    if (size > DECIMAL_SIZE_MAX)
        return MT_DECIMAL_MALFORMED;
    if (at < end && *at == '-') {
        shape.negative = true;
        at++;
    }
    shape.whole = at;
    shape.whole_size = digits_size(at, end);
    if (shape.whole_size == 0)
        return MT_DECIMAL_MALFORMED;
    at += shape.whole_size;
    if (at < end && *at == '.') {
        shape.fraction = ++at;
        shape.fraction_size = digits_size(at, end);
        if (shape.fraction_size == 0)
            return MT_DECIMAL_MALFORMED;
        at += shape.fraction_size;
    }
    if (at < end)
        return tail_fault(at, end);
    *out_shape = shape;
    return MT_DECIMAL_OK;
}

/* Appends a digit; false when it does not fit. */
static bool push_digit(uint64_t *value, char digit)
{
    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_add_overflow(*value, (uint64_t)(digit - '0'), value);
}

static bool all_zeros(const char *digits, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (digits[i] != '0')
            return false;
    }
    return true;
}

/* Whether the digits beyond the currency's round the amount up: more than a half, or a half onto an odd digit. */
static bool rounds_up(const char *excess, size_t size, bool odd)
{
    if (excess[0] != '5')
        return excess[0] > '5';
    return odd || !all_zeros(excess + 1, size - 1);
}

enum mt_decimal_fault mt_decimal_parse(const char *text, size_t size, uint8_t exponent, enum mt_round round,
                                       int64_t *out_minor)
{
    struct shape shape;
    uint64_t value = 0;
    enum mt_decimal_fault fault = shape_read(text, size, &shape);

    if (fault != MT_DECIMAL_OK)
        return fault;
    for (size_t i = 0; i < shape.whole_size; i++) {
        if (!push_digit(&value, shape.whole[i]))
            return MT_DECIMAL_OVERFLOW;
    }
    for (size_t i = 0; i < exponent; i++) {
        if (!push_digit(&value, i < shape.fraction_size ? shape.fraction[i] : '0'))
            return MT_DECIMAL_OVERFLOW;
    }
    uint64_t limit = (uint64_t)INT64_MAX + (shape.negative ? 1 : 0);

    /* Before rounding too: one more could wrap. */
    if (value > limit)
        return MT_DECIMAL_OVERFLOW;
    if (shape.fraction_size > exponent) {
        const char *excess = shape.fraction + exponent;
        size_t excess_size = shape.fraction_size - exponent;

        if (round == MT_ROUND_REJECT && !all_zeros(excess, excess_size))
            return MT_DECIMAL_PRECISE;
        value += rounds_up(excess, excess_size, value % 2 == 1) ? 1 : 0;
    }
    if (value > limit)
        return MT_DECIMAL_OVERFLOW;
    *out_minor = shape.negative ? (int64_t)(0 - value) : (int64_t)value;
    return MT_DECIMAL_OK;
}

size_t mt_decimal_print(int64_t minor, uint8_t exponent, char out_text[32])
{
    char digits[32];
    size_t at = sizeof digits;
    size_t size = 0;
    uint64_t left = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;

    for (size_t written = 0; left > 0 || written <= exponent; written++) {
        if (written == exponent && exponent > 0)
            digits[--at] = '.';
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    }
    if (minor < 0)
        digits[--at] = '-';
    while (at < sizeof digits)
        out_text[size++] = digits[at++];
    out_text[size] = '\0';
    return size;
}
