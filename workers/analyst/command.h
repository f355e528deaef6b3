/* command.h: moneytrail alerts and moneytrail finding: what the workers have found, for a terminal. */
#ifndef MT_ANALYST_COMMAND_H
#define MT_ANALYST_COMMAND_H

int mt_alerts_main(int argc, char **argv);
int mt_finding_main(int argc, char **argv);

#endif
