/*
 * directory.h: the class of an account as of a time, from account facts: what it is a way out to, else its type.
 *
 * Banks' words are cleaned: letters are made small, and what is no letter, digit, _ . or - becomes a _. After MT_CLASSES_MAX words the
 * others, in the order of words, have none.
 *
 * Owns     24 bytes a row
 * Cost     find O(log accounts)
 * Fails    MT_IO, MT_BAD_CONFIG, MT_NO_MEMORY; the reason is then on standard error
 */
#ifndef MT_CHANNELS_DIRECTORY_H
#define MT_CHANNELS_DIRECTORY_H

#include "schemas/account.h"
#include "schemas/channel.h"
#include "schemas/token.h"

struct mt_directory;

/* Facts are added in any order, then it is ended; only then may it be asked. */
MT_MUST_USE enum mt_status mt_directory_create(struct mt_directory **out_directory);
MT_MUST_USE enum mt_status mt_directory_add(struct mt_directory *directory, const struct mt_token *account, const struct mt_account_facts *facts);
MT_MUST_USE enum mt_status mt_directory_end(struct mt_directory *directory);

/* All of that with a file's rows. Those that cannot be read are counted and left out. */
MT_MUST_USE enum mt_status mt_directory_read(const char *path, const char *mapping_name, const struct mt_secret *secret,
                                             struct mt_directory **out_directory);
void mt_directory_destroy(struct mt_directory *directory); /* NULL is fine */

/* The words, by class. Borrowed; of a NULL directory "" alone. */
const char *const *mt_directory_names(const struct mt_directory *directory);

/* As mt_class_find; `self` is struct mt_directory. */
uint8_t mt_directory_find(void *self, const struct mt_token *account, int64_t time_ms);

#endif
