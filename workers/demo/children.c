#include "children.h"

#include "workers/kit/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STOP_WAIT_MS 10000

enum mt_status mt_children_open(struct mt_children *children)
{
    const char *base = getenv("TMPDIR");

    *children = (struct mt_children){0};
    snprintf(children->folder, sizeof children->folder, "%.80s/moneytrail-demo-XXXXXX", base != NULL && base[0] != '\0' ? base : "/tmp");
    return mkdtemp(children->folder) != NULL ? MT_OK : MT_IO;
}

/* Signals that ask to stop: held back around a fork, since the demo's handler would take one in the child and the new program never see it. */
static void stops_hold(sigset_t *out_before)
{
    sigset_t stops;

    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    sigprocmask(SIG_BLOCK, &stops, out_before);
}

/* In the child: own output, no input, own signals (Ctrl-C goes to the demo, which stops them in order), and an end with the demo. */
static void child_become(int parent, const sigset_t *signals, const char *log_path, const char *const *argv)
{
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600), null = open("/dev/null", O_RDONLY);

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) /* it was gone before it could be told */
        _exit(126);
    setpgid(0, 0);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, signals, NULL);
    if (log < 0 || null < 0)
        _exit(126);
    dup2(null, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

enum mt_status mt_children_start(struct mt_children *children, const char *name, const char *const *argv)
{
    char log_path[192];

    MT_ASSERT(children->count < MT_CHILDREN_MAX);
    snprintf(log_path, sizeof log_path, "%s/%.24s.log", children->folder, name);
    sigset_t signals;

    fflush(NULL);
    stops_hold(&signals);
    int parent = getpid(), pid = fork();
    if (pid == 0)
        child_become(parent, &signals, log_path, argv);
    sigprocmask(SIG_SETMASK, &signals, NULL);
    if (pid < 0)
        return MT_NO_MEMORY;
    struct mt_child *child = &children->at[children->count++];
    child->pid = pid;
    snprintf(child->name, sizeof child->name, "%s", name);
    return MT_OK;
}

const char *mt_children_ended(struct mt_children *children)
{
    for (size_t i = 0; i < children->count; i++) {
        if (children->at[i].pid > 0 && waitpid(children->at[i].pid, NULL, WNOHANG) == children->at[i].pid) {
            children->at[i].pid = 0;
            return children->at[i].name;
        }
    }
    return NULL;
}

void mt_children_blame(const struct mt_children *children, const char *name)
{
    fprintf(stderr, "%s ended unexpectedly; its words are in %s/%s.log\n", name, children->folder, name);
}

bool mt_children_failed(struct mt_children *children)
{
    const char *ended = mt_children_ended(children);

    if (ended != NULL)
        mt_children_blame(children, ended);
    return ended != NULL;
}

/* Ended by itself, with a code that says "stopped" at worst, or by a signal that asked for it: Ctrl-C reaches children that do not listen yet. */
static bool end_good(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) <= 2 : WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGINT;
}

static bool child_stop(struct mt_child *child)
{
    int64_t deadline_ms = mt_steady_ms() + STOP_WAIT_MS;
    int status = 0;

    if (child->pid <= 0)
        return true;
    kill(child->pid, SIGTERM);
    while (waitpid(child->pid, &status, WNOHANG) == 0) {
        if (mt_steady_ms() > deadline_ms) {
            kill(child->pid, SIGKILL);
            waitpid(child->pid, &status, 0);
            break;
        }
        usleep(20000);
    }
    child->pid = 0;
    return end_good(status);
}

/* The folder holds files and sockets only, one level deep. */
static void folder_remove(const char *folder)
{
    DIR *directory = opendir(folder);
    struct dirent *entry;
    char path[512];

    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (directory != NULL)
        closedir(directory);
    rmdir(folder);
}

bool mt_children_close(struct mt_children *children, bool keep)
{
    bool good = true;

    for (size_t i = children->count; i > 0; i--) {
        if (child_stop(&children->at[i - 1]))
            continue;
        fprintf(stderr, "%s crashed or would not stop; its words are in %s/%s.log\n", children->at[i - 1].name, children->folder, children->at[i - 1].name);
        good = false;
    }
    children->count = 0;
    if (good && !keep && children->folder[0] != '\0')
        folder_remove(children->folder);
    return good;
}
