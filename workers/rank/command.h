/* command.h: moneytrail rank and moneytrail fit. */
#ifndef MT_RANK_COMMAND_H
#define MT_RANK_COMMAND_H

int mt_rank_main(int argc, char **argv);
int mt_fit_main(int argc, char **argv);

#endif
