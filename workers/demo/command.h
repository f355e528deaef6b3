/* command.h: moneytrail demo: the whole system on this machine, with a sample stream or the user's own file. */
#ifndef MT_DEMO_COMMAND_H
#define MT_DEMO_COMMAND_H

int mt_demo_main(int argc, char **argv);

#endif
