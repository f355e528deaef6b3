#include "schemas/csv.h"
#include "support.h"

#include <fcntl.h>
#include <unistd.h>

static const struct mt_csv_options comma = {.delimiter = ','};

static struct mt_csv *csv_make(const struct mt_csv_options *options, const char *path)
{
    struct mt_csv *csv = NULL;
    int fd = open(path, O_RDONLY);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(mt_csv_open(options, fd, &csv), MT_OK);
    return csv;
}

/* All rows as text: "line:cell|cell;" a row, "line!result;" what is no row. */
static void csv_show(const struct mt_csv_options *options, const char *path, char *out_text, size_t capacity)
{
    struct mt_csv *csv = csv_make(options, path);
    size_t used = 0;
    enum mt_csv_result result;

    out_text[0] = '\0';
    while ((result = mt_csv_next(csv)) != MT_CSV_END && result != MT_CSV_ERROR) {
        size_t count;
        const struct mt_text *cells = mt_csv_cells(csv, &count);

        used += (size_t)snprintf(out_text + used, capacity - used, "%lld%c", (long long)mt_csv_line(csv),
                                 result == MT_CSV_ROW ? ':' : '!');
        for (size_t i = 0; i < count && result == MT_CSV_ROW; i++)
            used += (size_t)snprintf(out_text + used, capacity - used, "%s%.*s", i == 0 ? "" : "|", (int)cells[i].size,
                                     cells[i].at);
        used += (size_t)snprintf(out_text + used, capacity - used, ";");
    }
    if (result == MT_CSV_ERROR)
        snprintf(out_text + used, capacity - used, "error");
    mt_csv_close(csv);
}

static const struct {
    const char *text;
    const char *rows;
} files[] = {
    {"", ""},
    {"\n\n\r\n", ""},
    {"a", "1:a;"},
    {"a,b\nc,d\n", "1:a|b;2:c|d;"},
    {"a,b\r\nc,d\r\n", "1:a|b;2:c|d;"},
    {"a,b\n\n\nc,d", "1:a|b;4:c|d;"},
    {",\n", "1:|;"},
    {"\xef\xbb\xbf"
     "a,b\n",
     "1:a|b;"},
    {"\"a,b\",c\n", "1:a,b|c;"},
    {"\"a \"\"b\"\" c\",\"\"\"\"\nd,e\n", "1:a \"b\" c|\";2:d|e;"},
    {"\"\",\"\"\n", "1:|;"},
    {"\"a\nb\",c\nd,e\n", "1:a\nb|c;3:d|e;"},
    {"\"a\"\r\n\"b\"\r\n", "1:a;2:b;"},
    {"\"a\",b\r\nc,\"d\"", "1:a|b;2:c|d;"},
    {"a 5\" pipe,b\n", "1:a 5\" pipe|b;"},
    /* A stray quote costs its own line, and not what follows. */
    {"\"a,b\nc,d\ne,f\n", "1!;2:c|d;3:e|f;"},
    {"\"a\"x,b\nc,d\n", "1!;2:c|d;"},
    {"a,\"b\nc,\"d\ne,f\n", "1!;2!;3:e|f;"},
    {"a,b\n\"", "1:a|b;2!;"},
    {"# no row\na,b\n#\nEND of it\n", "2:a|b;"},
};

START_TEST(rows_are_those_of_rfc_4180)
{
    static const struct mt_csv_options options = {
        .delimiter = ',', .skips = {{.at = "#", .size = 1}, {.at = "END", .size = 3}}, .skip_count = 2};
    char rows[256];

    csv_show(&options, text_make("rows.csv", files[_i].text), rows, sizeof rows);
    ck_assert_str_eq(rows, files[_i].rows);
}
END_TEST

START_TEST(blanks_around_cells_go_when_the_mapping_says_so)
{
    static const struct mt_csv_options options = {.delimiter = ';', .trim = true};
    char rows[256];

    csv_show(&options, text_make("blanks.csv", "\t6222 \t; b\n\" c \" ;d\n"), rows, sizeof rows);
    ck_assert_str_eq(rows, "1:6222|b;2:c|d;");
}
END_TEST

/* Rows of every length around the block and the window, whose ends then fall everywhere. */
START_TEST(rows_survive_every_place_in_the_buffer)
{
    enum { BYTES = 3 * 1024 * 1024 };
    char *text = malloc(BYTES + 1);
    size_t used = 0;
    size_t rows = 0;

    for (size_t size = 1; used + 70000 < BYTES; size = size * 5 / 3 % 65000 + 7, rows++) {
        bool quoted = rows % 3 == 0;

        used += (size_t)sprintf(text + used, "%zu,%s", size, quoted ? "\"" : "");
        memset(text + used, 'x', size);
        if (quoted && size > 8)
            memcpy(text + used + 2, "\"\"\n\"\"", 5);
        used += size;
        used += (size_t)sprintf(text + used, "%s\n", quoted ? "\"" : "");
    }
    text[used] = '\0';
    for (int compressed = 0; compressed < 2; compressed++) {
        const char *path = compressed ? gzip_make("blocks.csv.gz", text) : text_make("blocks.csv", text);
        struct mt_csv *csv = csv_make(&comma, path);

        for (size_t i = 0; i < rows; i++) {
            size_t count;
            enum mt_csv_result result = mt_csv_next(csv);
            const struct mt_text *cells = mt_csv_cells(csv, &count);
            size_t size = strtoul(cells[0].at, NULL, 10);

            ck_assert_int_eq(result, MT_CSV_ROW);
            ck_assert_uint_eq(count, 2);
            ck_assert_uint_eq(cells[1].size, i % 3 == 0 && size > 8 ? size - 2 : size);
            ck_assert_int_eq(cells[1].at[cells[1].size - 1], 'x');
        }
        ck_assert_int_eq(mt_csv_next(csv), MT_CSV_END);
        ck_assert_int_gt(mt_csv_progress(csv), 0);
        mt_csv_close(csv);
    }
    free(text);
}
END_TEST

START_TEST(a_row_over_its_limits_is_told_and_the_next_one_is_read)
{
    enum { BYTES = 1024 * 1024 };
    char *text = malloc(BYTES + 64);
    size_t row_size = (size_t[]){MT_CSV_ROW_MAX, MT_CSV_ROW_MAX + 1, BYTES}[_i];
    struct mt_csv *csv;
    size_t count;

    memset(text, 'x', row_size);
    strcpy(text + row_size, "\na,b\n");
    csv = csv_make(&comma, text_make("long.csv", text));
    ck_assert_int_eq(mt_csv_next(csv), row_size <= MT_CSV_ROW_MAX ? MT_CSV_ROW : MT_CSV_TOO_LARGE);
    ck_assert_uint_eq(mt_csv_row(csv).size, MT_CSV_ROW_MAX);
    ck_assert_int_eq(mt_csv_next(csv), MT_CSV_ROW);
    ck_assert_int_eq(mt_csv_line(csv), 2);
    mt_csv_cells(csv, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(mt_csv_next(csv), MT_CSV_END);
    mt_csv_close(csv);
    free(text);
}
END_TEST

START_TEST(a_row_of_too_many_cells_is_told)
{
    char text[MT_CSV_CELLS_MAX + 16];
    struct mt_csv *csv;

    memset(text, ',', MT_CSV_CELLS_MAX);
    strcpy(text + MT_CSV_CELLS_MAX, "\na\n");
    csv = csv_make(&comma, text_make("wide.csv", text));
    ck_assert_int_eq(mt_csv_next(csv), MT_CSV_TOO_MANY);
    ck_assert_int_eq(mt_csv_next(csv), MT_CSV_ROW);
    mt_csv_close(csv);
}
END_TEST

/* A gzip cut off anywhere, or with one byte changed, is an error at its end and never an end. */
START_TEST(a_broken_gzip_is_an_error)
{
    char text[4096] = "";
    char bytes[4096];
    char rows[8192];

    for (int i = 0; i < 200; i++)
        sprintf(text + strlen(text), "%d,%d\n", i * 7919 % 1000, i * 104729 % 1000);
    FILE *file = fopen(gzip_make("whole.csv.gz", text), "rb");
    size_t size = fread(bytes, 1, sizeof bytes, file);

    fclose(file);
    for (size_t cut = 20; cut < size; cut += 13) {
        csv_show(&comma, file_make("cut.csv.gz", bytes, cut), rows, sizeof rows);
        ck_assert_msg(strcmp(rows + (strlen(rows) < 5 ? 0 : strlen(rows) - 5), "error") == 0, "cut at %zu", cut);
    }
    bytes[size / 2] ^= 0x20;
    csv_show(&comma, file_make("changed.csv.gz", bytes, size), rows, sizeof rows);
    ck_assert_str_eq(rows + strlen(rows) - 5, "error");
}
END_TEST

START_TEST(the_row_is_kept_as_it_stands_in_the_file)
{
    struct mt_csv *csv = csv_make(&comma, text_make("kept.csv", "\"a \"\"b\"\"\",c\r\n\"x\ny\",z\n"));

    ck_assert_int_eq(mt_csv_next(csv), MT_CSV_ROW);
    ck_text_eq(mt_csv_row(csv), "\"a \"\"b\"\"\",c");
    ck_assert_int_eq(mt_csv_next(csv), MT_CSV_ROW);
    ck_text_eq(mt_csv_row(csv), "\"x\ny\",z");
    ck_assert_int_eq(mt_csv_line(csv), 2);
    mt_csv_close(csv);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("csv");

    tcase_add_loop_test(cases, rows_are_those_of_rfc_4180, 0, (int)(sizeof files / sizeof files[0]));
    tcase_add_test(cases, blanks_around_cells_go_when_the_mapping_says_so);
    tcase_add_test(cases, rows_survive_every_place_in_the_buffer);
    tcase_add_loop_test(cases, a_row_over_its_limits_is_told_and_the_next_one_is_read, 0, 3);
    tcase_add_test(cases, a_row_of_too_many_cells_is_told);
    tcase_add_test(cases, a_broken_gzip_is_an_error);
    tcase_add_test(cases, the_row_is_kept_as_it_stands_in_the_file);
    return case_run(cases);
}
