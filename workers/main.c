/* main.c: one binary; its first word says which command. */
#include "workers/analyst/command.h"
#include "workers/channels/command.h"
#include "workers/analyst/networks_command.h"
#include "workers/demo/command.h"
#include "workers/generate/generator.h"
#include "workers/rank/command.h"
#include "workers/replay/command.h"
#include "workers/scan/command.h"
#include "workers/serve/command.h"
#include "workers/trace/command.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*main)(int argc, char **argv);
    const char *what;
} commands[] = {
    {"demo", mt_demo_main, "everything on this machine, with a sample stream or your file"},
    {"scan", mt_scan_main, "find chains in a file, without servers"},
    {"rank", mt_rank_main, "rank a file's transfers and accounts by how unusual they are"},
    {"fit", mt_fit_main, "learn from labels what each measure of unusualness is worth"},
    {"alerts", mt_alerts_main, "list what the workers have found"},
    {"finding", mt_finding_main, "one finding: who paid whom, when, how much, and why it is a chain"},
    {"channels", mt_channels_main, "ways out that launderers have found, in a file or beside the workers"},
    {"networks", mt_networks_main, "findings that share transfers, grown into networks, with what people decided"},
    {"network", mt_network_main, "one network: sources, mules, exits, money; assign, confirm or dismiss it"},
    {"labels", mt_labels_main, "what people confirmed and dismissed, for a fit"},
    {"trace-worker", mt_trace_worker_main, "consume transfers from Kafka and flag chains"},
    {"replay", mt_replay_main, "publish a file of transfers or account facts to Kafka"},
    {"serve", mt_serve_main, "HTTP: alerts, findings, accounts, health, metrics"},
    {"health", mt_health_main, "whether Redis answers and workers report, in one line"},
    {"generate", mt_generate_main, "make a stream of bank traffic with laundering woven in"},
};

static int help(FILE *out, int exit_code)
{
    fprintf(out, "moneytrail %s: follows money through chains of accounts while it moves\n\n", MT_VERSION);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(out, "  moneytrail %-14s %s\n", commands[i].name, commands[i].what);
    fprintf(out, "\nmoneytrail COMMAND --help tells more. A first look: moneytrail demo --once\n");
    return exit_code;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return help(stderr, 2);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return help(stdout, 0);
    if (strcmp(argv[1], "--version") == 0) {
        printf("moneytrail %s\n", MT_VERSION);
        return 0;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].main(argc - 1, argv + 1);
    }
    fprintf(stderr, "moneytrail: no command \"%s\"\n\n", argv[1]);
    return help(stderr, 2);
}
