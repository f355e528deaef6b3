#include "lines.h"

#include "currency.h"
#include "decimal.h"
#include "lines_default.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_MOST 256 /* bytes of a row */
#define PAR_DECIMALS 9
#define HEADER "currency,line,par"

static const char *const default_rows[] = {
#define ROW(text) text,
    MT_LINES_WITH_LINE(ROW) MT_LINES_PAR_ONLY(ROW)
#undef ROW
};
#define DEFAULT_COUNT (sizeof default_rows / sizeof default_rows[0])

/* A row of one currency, ours or the file's. */
struct rows {
    struct mt_line at[MT_LINES_CURRENCIES];
    bool of_file[MT_LINES_CURRENCIES];
    uint16_t order[MT_LINES_CURRENCIES]; /* currencies in the order of their first rows */
    size_t count;
};

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* So many of the currency are worth one of reference, 100 cents: as whole numbers, smallest terms. */
static const char *par_read(const char *text, uint8_t exponent, struct mt_line *line)
{
    int64_t par, cents = 100;

    if (text[0] == '\0')
        return NULL;
    if (mt_decimal_parse(text, strlen(text), PAR_DECIMALS, MT_ROUND_REJECT, &par) != MT_DECIMAL_OK || par <= 0)
        return "the par is not a decimal above 0";
    for (int i = 0; i < PAR_DECIMALS; i++)
        cents *= 10;
    for (uint8_t i = 0; i < exponent; i++) {
        if (__builtin_mul_overflow(par, 10, &par))
            return "the par is too large";
    }
    int64_t divisor = common_divisor(par, cents);

    line->par_minor = par / divisor;
    line->par_cents = cents / divisor;
    return NULL;
}

/* Says what is wrong with the row, or NULL. */
static const char *row_read(char *text, struct mt_line *out_line)
{
    char *fields[3] = {NULL, NULL, NULL};
    size_t count = 0;

    while (text != NULL && count < 3)
        fields[count++] = strsep(&text, ",");
    if (text != NULL || count != 3)
        return "a row is currency,line,par";
    const struct mt_currency *currency = mt_currency_find(fields[0], strlen(fields[0]));
    if (currency == NULL)
        return "unknown currency";
    *out_line = (struct mt_line){.currency = currency->numeric};
    if (fields[1][0] != '\0' &&
        (mt_decimal_parse(fields[1], strlen(fields[1]), currency->exponent, MT_ROUND_REJECT, &out_line->line_minor) != MT_DECIMAL_OK ||
         out_line->line_minor <= 0))
        return "the line is not a sum above 0";
    return par_read(fields[2], currency->exponent, out_line);
}

static const char *row_put(struct rows *rows, char *text, bool of_file)
{
    struct mt_line line;
    const char *fault = row_read(text, &line);

    if (fault != NULL)
        return fault;
    MT_ASSERT(line.currency < MT_LINES_CURRENCIES); /* the currency table's codes are */
    if (of_file && rows->of_file[line.currency])
        return "a second row of the currency";
    bool known = false;
    for (size_t i = 0; i < rows->count; i++)
        known = known || rows->order[i] == line.currency;
    if (!known)
        rows->order[rows->count++] = line.currency;
    if (line.par_minor == 0) { /* as it was: ours, or none */
        line.par_minor = rows->at[line.currency].par_minor;
        line.par_cents = rows->at[line.currency].par_cents;
    }
    rows->at[line.currency] = line;
    rows->of_file[line.currency] = of_file;
    return NULL;
}

static void defaults_put(struct rows *rows)
{
    for (size_t i = 0; i < DEFAULT_COUNT; i++) {
        char text[LINE_MOST];

        snprintf(text, sizeof text, "%s", default_rows[i]);
        MT_ASSERT(row_put(rows, text, false) == NULL);
    }
}

static enum mt_status file_put(struct rows *rows, FILE *file, char out_error[256])
{
    char text[LINE_MOST];
    const char *fault = NULL;
    size_t number = 0;

    while (fault == NULL && fgets(text, sizeof text, file) != NULL) {
        number++;
        if (strchr(text, '\n') == NULL && !feof(file))
            fault = "too long";
        text[strcspn(text, "\r\n")] = '\0';
        if (fault == NULL && number == 1)
            fault = strcmp(text, HEADER) == 0 ? NULL : "the header is not " HEADER;
        else if (fault == NULL && text[0] != '\0')
            fault = row_put(rows, text, true);
    }
    if (ferror(file)) {
        snprintf(out_error, 256, "cannot be read");
        return MT_IO;
    }
    if (number == 0)
        fault = "no header";
    if (fault == NULL)
        return MT_OK;
    snprintf(out_error, 256, "line %zu: %s", number == 0 ? 1 : number, fault);
    return MT_BAD_CONFIG;
}

static enum mt_status rows_read(struct rows *rows, const char *path, char out_error[256])
{
    FILE *file;

    defaults_put(rows);
    if (path == NULL)
        return MT_OK;
    file = fopen(path, "r");
    if (file == NULL) {
        snprintf(out_error, 256, "cannot be read");
        return MT_IO;
    }
    enum mt_status status = file_put(rows, file, out_error);
    fclose(file);
    return status;
}

enum mt_status mt_lines_load(const char *path, const struct mt_rates *rates, int64_t size_least, struct mt_lines **out_lines, char out_error[256])
{
    struct rows *rows = calloc(1, sizeof *rows);
    struct mt_line *lines = calloc(MT_LINES_CURRENCIES, sizeof *lines);
    enum mt_status status = rows == NULL || lines == NULL ? MT_NO_MEMORY : rows_read(rows, path, out_error);

    for (size_t i = 0; status == MT_OK && i < rows->count; i++)
        lines[i] = rows->at[rows->order[i]];
    if (status == MT_OK) {
        const struct mt_lines_options options = {lines, rows->count, rates, size_least};

        status = mt_lines_create(&options, out_lines);
        MT_ASSERT(status != MT_BAD_CONFIG);
    }
    if (status == MT_NO_MEMORY)
        snprintf(out_error, 256, "out of memory");
    free(rows);
    free(lines);
    return status;
}
