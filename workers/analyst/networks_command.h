/* networks_command.h: moneytrail networks, network and labels: findings grown together, and what people decide about them. */
#ifndef MT_NETWORKS_COMMAND_H
#define MT_NETWORKS_COMMAND_H

int mt_networks_main(int argc, char **argv);
int mt_network_main(int argc, char **argv);
int mt_labels_main(int argc, char **argv);

#endif
