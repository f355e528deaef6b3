#include "support.h"

#include <dirent.h>
#include <unistd.h>
#include <zlib.h>

#define PATHS_MAX 512
#define PATH_BYTES 160

static char folder[64];
static char paths[PATHS_MAX][PATH_BYTES];
static size_t path_count;

static void folder_remove(void)
{
    for (size_t i = 0; i < path_count; i++)
        unlink(paths[i]);
    rmdir(folder);
}

static const char *path_make(const char *name)
{
    if (folder[0] == '\0') {
        strcpy(folder, "/tmp/mt-mapping-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(folder));
        atexit(folder_remove);
    }
    ck_assert_uint_lt(path_count, PATHS_MAX);
    snprintf(paths[path_count], PATH_BYTES, "%s/%s", folder, name);
    return paths[path_count++];
}

const char *file_make(const char *name, const void *bytes, size_t size)
{
    const char *path = path_make(name);
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

const char *text_make(const char *name, const char *text)
{
    return file_make(name, text, strlen(text));
}

const char *gzip_make(const char *name, const char *text)
{
    const char *path = path_make(name);
    gzFile file = gzopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(gzwrite(file, text, (unsigned)strlen(text)), (int)strlen(text));
    ck_assert_int_eq(gzclose(file), Z_OK);
    return path;
}

struct mt_mapping *mapping_make(const char *json)
{
    struct mt_mapping *mapping = NULL;
    char *text = strdup(json);
    char error[256] = "";

    for (char *at = text; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    enum mt_status status = mt_mapping_load(text_make("mapping.json", text), &mapping, error);

    ck_assert_msg(status == MT_OK, "%s", error);
    free(text);
    return mapping;
}

struct mt_reader *reader_make(const struct mt_mapping *mapping, const char *path)
{
    struct mt_reader *reader = NULL;
    char error[256] = "";
    enum mt_status status = mt_reader_open(mapping, path, &reader, error);

    ck_assert_msg(status == MT_OK, "%s", error);
    return reader;
}

struct mt_event event_next(struct mt_reader *reader)
{
    struct mt_event event;
    struct mt_reject reject = {0};
    enum mt_read_result result = mt_reader_next(reader, &event, &reject);

    ck_assert_msg(result == MT_READ_EVENT, "result %d: %s", result, reject.sentence);
    return event;
}

enum mt_reject_code reject_next(struct mt_reader *reader)
{
    struct mt_event event = {.row = -7};
    struct mt_reject reject = {.code = MT_REJECT_COUNT};

    ck_assert_int_eq(mt_reader_next(reader, &event, &reject), MT_READ_REJECT);
    ck_assert_int_eq(event.row, -7);
    ck_assert_ptr_nonnull(strstr(reject.sentence, reject.field));
    return reject.code;
}

int case_run(TCase *cases)
{
    Suite *suite = suite_create("mapping");

    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);

    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
