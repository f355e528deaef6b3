/* command.h: moneytrail serve: the HTTP query server, for loopback; and moneytrail health: whether all of it answers. */
#ifndef MT_SERVE_COMMAND_H
#define MT_SERVE_COMMAND_H

#define MT_LISTEN_DEFAULT "127.0.0.1:8080"

int mt_serve_main(int argc, char **argv);
int mt_health_main(int argc, char **argv);

#endif
