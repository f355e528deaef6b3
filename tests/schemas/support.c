#include "support.h"

#include <dirent.h>

#define FILL 0x5a

int suite_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);

    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

char *file_read(const char *path, size_t *out_size)
{
    FILE *file = fopen(path, "rb");

    ck_assert_msg(file != NULL, "cannot open %s", path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);

    rewind(file);
    /* Exactly the file's size: under AddressSanitizer a read past its end is caught. */
    char *bytes = malloc(size > 0 ? (size_t)size : 1);

    ck_assert_uint_eq(fread(bytes, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    *out_size = (size_t)size;
    return bytes;
}

static int is_json(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);

    return size > 5 && strcmp(entry->d_name + size - 5, ".json") == 0;
}

int folder_visit(const char *folder, void (*visit)(const char *name, const char *bytes, size_t size))
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_json, alphasort);

    ck_assert_msg(count >= 0, "cannot list %s", folder);
    for (int i = 0; i < count; i++) {
        char path[4096];
        size_t size;

        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        char *bytes = file_read(path, &size);

        visit(entries[i]->d_name, bytes, size);
        free(bytes);
        free(entries[i]);
    }
    free(entries);
    return count;
}

void event_fill(struct mt_event *event)
{
    memset(event, FILL, sizeof *event);
}

bool event_untouched(const struct mt_event *event)
{
    const unsigned char *bytes = (const unsigned char *)event;

    for (size_t i = 0; i < sizeof *event; i++) {
        if (bytes[i] != FILL)
            return false;
    }
    return true;
}

struct mt_event event_sample(void)
{
    return (struct mt_event){
        .debtor = {.bank = text_of("NWBKGB2L"), .scheme = text_of("iban"), .number = text_of("GB33BUKB20201555555555")},
        .creditor = {.bank = text_of("REVOGB21"), .number = text_of("00112233")},
        .uetr = text_of("8a562c67-ca16-48ba-b074-65581be6f001"),
        .transaction_id = text_of("T-1"),
        .end_to_end_id = text_of("E-1"),
        .time_ms = INT64_C(1795579200000),
        .amount = {.minor = 1230, .currency = 978},
        .rail = MT_RAIL_INSTANT,
    };
}
