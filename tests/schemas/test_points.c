/* Files of points: written and read again they are the same, they keep to the schema, and what is not a whole table of ours is refused. */
#include "schemas/points.h"

#include "../graph/run_suite.h"
#include "json_schema.h"
#include "support.h"

#include <unistd.h>

static char path[64];

static void path_make(void)
{
    snprintf(path, sizeof path, "/tmp/moneytrail-points-XXXXXX");
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
}

static struct mt_points *changed_make(void)
{
    struct mt_points *points;

    ck_assert_int_eq(mt_points_create(&points), MT_OK);
    points->tables[MT_POINTS_ACCOUNT].marks.start = (int16_t)(points->tables[MT_POINTS_ACCOUNT].marks.start + 3);
    points->tables[MT_POINTS_CHAIN].at[2].steps[0].points = -77;
    points->tables[MT_POINTS_CHAIN].pairs[1].points[1][1] = 127;
    points->detectors[3] = 9;
    mt_points_seal(points);
    return points;
}

/* The text written for some points. To be freed. */
static char *text_of_points(const struct mt_points *points)
{
    char error[256];
    size_t size;

    path_make();
    ck_assert_int_eq(mt_points_write(points, path, "a \"test\"", error), MT_OK);
    char *bytes = file_read(path, &size), *text = strndup(bytes, size);
    free(bytes);
    unlink(path);
    return text;
}

static enum mt_status text_read(const char *text, struct mt_points **out_points, char error[256])
{
    path_make();
    FILE *file = fopen(path, "w");
    ck_assert_int_ge(fputs(text, file), 0);
    fclose(file);
    enum mt_status status = mt_points_load(path, out_points, error);
    unlink(path);
    return status;
}

START_TEST(what_is_written_is_read)
{
    struct mt_points *points = changed_make(), *read;
    char *text = text_of_points(points), error[256] = "", why[256];
    json_t *schema = schema_load("points"), *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    ck_assert_msg(schema_valid(schema, json, why), "%s", why);
    ck_assert_msg(text_read(text, &read, error) == MT_OK, "%s", error);
    ck_assert_uint_eq(read->version, points->version);
    ck_assert_int_eq(read->tables[MT_POINTS_CHAIN].at[2].steps[0].points, -77);
    ck_assert_int_eq(read->tables[MT_POINTS_CHAIN].pairs[1].points[1][1], 127);
    char *again = text_of_points(read);
    ck_assert(strcmp(text, again) == 0); /* too long to be shown */
    json_decref(schema);
    json_decref(json);
    free(text);
    free(again);
    mt_points_destroy(points);
    mt_points_destroy(read);
}
END_TEST

START_TEST(no_file_is_ours)
{
    struct mt_points *points;
    char error[256];

    ck_assert_int_eq(mt_points_load(NULL, &points, error), MT_OK);
    ck_assert_uint_eq(points->version, mt_points_version(NULL));
    mt_points_destroy(points);
    ck_assert_int_eq(mt_points_load("/no/such/file", &points, error), MT_IO);
    ck_assert_str_eq(error, "cannot be read");
}
END_TEST

/* The first `from` in the text becomes `to`. To be freed. */
static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    char *made = malloc(strlen(text) + strlen(to) + 1);

    ck_assert_msg(at != NULL, "%s", from);
    sprintf(made, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return made;
}

START_TEST(what_is_not_ours_is_refused)
{
    static const struct {
        const char *from, *to, *error;
    } rows[] = {
        {"\"v\":1", "\"v\":2", "v: not points of version 1"},
        {"\"v\":1", "\"v\":1.0", "v: not points of version 1"},
        {"{", "[", "line"},
        {"\"about\":", "\"extra\":1,\"about\":", "points: not v, version"},
        {"\"version\":\"", "\"version\":\"0", "version: these points are "},
        {"\"detectors\":[", "\"detectors\":[{},", "detectors: not as many"},
        {"\"code\":\"listed\",\"points\":", "\"code\":\"listed\",\"points\":0.", "listed: not its code"},
        {"\"code\":\"listed\",\"points\":", "\"code\":\"listed\",\"points\":-", "listed: so few points"},
        {"\"start\":", "\"start\":\"1\",\"begin\":", "account: not as many marks and pairs"},
        {"\"start\":", "\"start\":1000", "account: start is not a whole number within 1000"},
        {"\"marks\":[", "\"marks\":[{},", "account: not as many marks and pairs"},
        {"\"reached\":\"at_least\"", "\"reached\":\"at_most\"", "another mark stands in its place"},
        {"\"steps\":[[", "\"steps\":[[1", "its steps are not"},
        {"\"steps\":[[", "\"steps\":[[1,1],[", "its steps are not"},
        {"\"direction\":0", "\"direction\":1", "another mark stands in its place"},
        {"\"first\":\"", "\"first\":\"x", "another pair stands in its place"},
        {"\"points\":[[", "\"points\":[[1280", "its points are not whole numbers within 127"},
        {"\"points\":[[", "\"points\":[[0,", "its points are not whole numbers within 127"},
        {"\"points\":[[", "\"points\":[[],[", "its points are not whole numbers within 127"},
    };
    struct mt_points *points = changed_make();
    char *text = text_of_points(points);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *bad = replaced(text, rows[i].from, rows[i].to), error[256] = "";
        struct mt_points *left = (struct mt_points *)&rows; /* left alone on failure */

        ck_assert_int_eq(text_read(bad, &left, error), MT_BAD_CONFIG);
        ck_assert_msg(strstr(error, rows[i].error) != NULL, "%zu: \"%s\"", i, error);
        ck_assert_ptr_eq(left, &rows);
        free(bad);
    }
    free(text);
    mt_points_destroy(points);
}
END_TEST

RUN_SUITE("points file", what_is_written_is_read, no_file_is_ours, what_is_not_ours_is_refused)
