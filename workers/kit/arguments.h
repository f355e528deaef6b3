/*
 * arguments.h: a command's options, declared once as a table that yields the parser and the help.
 */
#ifndef MT_ARGUMENTS_H
#define MT_ARGUMENTS_H

#include "graph/rules.h"

enum mt_argument_kind {
    MT_ARGUMENT_TEXT,     /* const char * */
    MT_ARGUMENT_COUNT,    /* int64_t */
    MT_ARGUMENT_PERMILLE, /* int64_t, 0 to 1000 */
    MT_ARGUMENT_DURATION, /* int64_t ms: 90d, 96h, 15m, 20s, 500ms */
    MT_ARGUMENT_DATE,     /* int64_t days since 1970: 2026-11-25 */
    MT_ARGUMENT_FLAG,     /* bool */
};

struct mt_argument {
    const char *name; /* without the dashes */
    enum mt_argument_kind kind;
    void *at; /* holds the default; written when the option is given */
    int64_t least;
    int64_t most;
    const char *help;
};

struct mt_command {
    const char *usage;   /* "moneytrail scan FILE --mapping NAME [options]" */
    const char *purpose; /* a sentence or two */
    const struct mt_argument *arguments;
    size_t argument_count;
    bool takes_rules; /* adds the rules' options, which are written to `rules` */
    struct mt_rules *rules;
    size_t word_least; /* words that are not options */
    size_t word_most;
};

#define MT_WORDS_MAX 8

struct mt_words {
    const char *at[MT_WORDS_MAX];
    size_t count;
};

/*
 * Reads the command line into the table's places. Returns true to go on; false to end with *out_exit_code: 0 after --help, 2
 * after a mistake, which has been explained on standard error.
 */
MT_MUST_USE bool mt_arguments_read(const struct mt_command *command, int argc, char **argv, struct mt_words *out_words,
                                   int *out_exit_code);

/* Rules as options ("--hop-window=172800000ms"), to hand them on to a command that is started. */
#define MT_RULE_COUNT_ONE(name, kind, value, least, most, help) +1
enum { MT_RULE_COUNT = 0 MT_RULES_TABLE(MT_RULE_COUNT_ONE) };
#undef MT_RULE_COUNT_ONE
void mt_rules_print(const struct mt_rules *rules, char out_options[MT_RULE_COUNT][80]);

/* "48h", "90d", "1500ms" to ms and back (the largest unit that fits exactly). */
MT_MUST_USE bool mt_duration_parse(const char *text, int64_t *out_ms);
void mt_duration_print(int64_t duration_ms, char out_text[32]);

/* "2026-11-25" to days since 1970 and back; 0 days are "none". */
MT_MUST_USE bool mt_date_parse(const char *text, int64_t *out_day);
void mt_date_print(int64_t day, char out_text[32]);

#endif
