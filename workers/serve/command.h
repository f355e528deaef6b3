/* command.h: moneytrail serve: the HTTP query server, for loopback. */
#ifndef MT_SERVE_COMMAND_H
#define MT_SERVE_COMMAND_H

int mt_serve_main(int argc, char **argv);

#endif
