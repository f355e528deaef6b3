/* command.h: moneytrail replay: publish a file of transfers or account facts to Kafka, as a bank would. */
#ifndef MT_REPLAY_COMMAND_H
#define MT_REPLAY_COMMAND_H

int mt_replay_main(int argc, char **argv);

#endif
