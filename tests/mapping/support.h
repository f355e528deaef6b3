/*
 * support.h: files, mappings and readers made of strings, for the tests of CSV.
 *
 * Files live in one folder of the test's own, which is removed at exit.
 */
#ifndef MT_TEST_MAPPING_SUPPORT_H
#define MT_TEST_MAPPING_SUPPORT_H

#include "schemas/mapping.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Writes the file and returns its path, which lives as long as the test. */
const char *file_make(const char *name, const void *bytes, size_t size);
const char *text_make(const char *name, const char *text);
const char *gzip_make(const char *name, const char *text);

/* The mapping of this JSON, in which ' stands for ". */
struct mt_mapping *mapping_make(const char *json);

/* "header, then these fields": a mapping of a, b, t, m and c for transfers with ids. */
#define MAPPING_SIMPLE                                                                                                 \
    "{'header':true,'fields':{'id':{'column':'id'},'time':{'column':'t','format':'iso'},"                              \
    "'debtor_bank':{'constant':'B'},'debtor':{'column':'a'},'creditor_bank':{'constant':'B'},"                         \
    "'creditor':{'column':'b'},'amount':{'column':'m'},'currency':{'column':'c'}}}"
#define HEADER_SIMPLE "id,t,a,b,m,c\n"

struct mt_reader *reader_make(const struct mt_mapping *mapping, const char *path);

/* Reads one event, which must be one. */
struct mt_event event_next(struct mt_reader *reader);

/* Reads one reject and returns its code. */
enum mt_reject_code reject_next(struct mt_reader *reader);

#define ck_text_eq(text, expected)                                                                                     \
    ck_assert_msg((text).size == strlen(expected) && memcmp((text).at, expected, (text).size) == 0,                    \
                  "\"%.*s\" is not \"%s\"", (int)(text).size, (text).at, expected)

/* Runs the case and returns main's result. */
int case_run(TCase *cases);

#endif
