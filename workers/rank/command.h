/* command.h: moneytrail rank. */
#ifndef MT_RANK_COMMAND_H
#define MT_RANK_COMMAND_H

int mt_rank_main(int argc, char **argv);

#endif
