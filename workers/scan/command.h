/* command.h: moneytrail scan: the whole analysis over a file, in memory, without servers. */
#ifndef MT_SCAN_COMMAND_H
#define MT_SCAN_COMMAND_H

int mt_scan_main(int argc, char **argv);

#endif
