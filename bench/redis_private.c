#include "redis_private.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum mt_status mt_redis_private_start(struct mt_redis_private *server)
{
    *server = (struct mt_redis_private){.folder = "/tmp/moneytrail-bench-XXXXXX"};
    if (mkdtemp(server->folder) == NULL)
        return MT_IO;
    snprintf(server->socket, sizeof server->socket, "%s/redis.sock", server->folder);
    server->pid = fork();
    if (server->pid < 0)
        return MT_NO_MEMORY;
    if (server->pid == 0) {
        int null = open("/dev/null", O_RDWR);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", server->socket, "--save", "", "--appendonly", "no", "--dir",
               server->folder, "--maxmemory-policy", "noeviction", (char *)NULL);
        _exit(127);
    }
    return MT_OK;
}

struct mt_redis *mt_redis_private_connect(const struct mt_redis_private *server)
{
    const struct mt_redis_options options = {.address = server->socket, .timeout_ms = 60000};
    struct mt_redis *redis = NULL;

    if (mt_redis_create(&options, &redis) != MT_OK)
        return NULL;
    for (int i = 0; i < 250; i++) {
        if (mt_redis_connect(redis) == MT_OK)
            return redis;
        usleep(20000);
    }
    mt_redis_destroy(redis);
    return NULL;
}

void mt_redis_private_stop(struct mt_redis_private *server)
{
    if (server->pid > 0) {
        kill(server->pid, SIGTERM);
        waitpid(server->pid, NULL, 0);
    }
    unlink(server->socket);
    rmdir(server->folder);
}
