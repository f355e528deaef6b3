/* command.h: moneytrail channels: ways out that launderers have found, and what people make of them. */
#ifndef MT_CHANNELS_COMMAND_H
#define MT_CHANNELS_COMMAND_H

int mt_channels_main(int argc, char **argv);

#endif
