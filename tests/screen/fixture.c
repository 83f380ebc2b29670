#include "tests/screen/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"

static const struct {
    const char *id, *title;
    unsigned minutes;
} steps[] = {
    {"identity", "who the host is", 1},
    {"prepare-os", "swap, modules, sysctls", 2},
    {"firewall", "open ports", 1},
    {"container-runtime", "install containerd", 10},
    {"packages", "kubeadm, kubelet, kubectl", 10},
    {"images", "pull 7 images", 10},
    {"endpoint", "keepalived and haproxy", 2},
    {"init", "kubeadm init", 10},
    {"kubeconfig", "fetch it to ~/.kube/config", 1},
    {"cni", "Flannel", 2},
    {"join-control-plane", "join further control planes", 10},
    {"join-worker", "join workers", 10},
    {"labels", "labels and taints", 1},
    {"ingress", "Contour", 5},
    {"addons", "what was chosen", 5},
    {"verify", "nodes Ready, DNS works", 5},
    {"sample", "nginx answers", 2},
};
#define STEP_COUNT (sizeof steps / sizeof *steps)

struct host_row {
    const char *name, *address, *role, *signs;
};

/* -- what was asked for
 * -------------------------------------------------------------------------------------------------------- */

static bool ask(struct fixture *f, struct err *err, const char *what, long number)
{
    size_t len = strlen(f->asked);
    if (number >= 0)
        snprintf(f->asked + len, sizeof f->asked - len, "%s %ld ", what, number);
    else
        snprintf(f->asked + len, sizeof f->asked - len, "%s ", what);
    return f->refuses ? err_set(err, ERR_BUSY, "%s: not now", what) : true;
}

static bool on_retry(void *context, size_t task, struct err *err)
{
    return ask(context, err, "retry", (long)task);
}

static bool on_retry_host(void *context, size_t host, struct err *err)
{
    return ask(context, err, "retry-host", (long)host);
}

static bool on_skip(void *context, size_t task, struct err *err)
{
    return ask(context, err, "skip", (long)task);
}

static bool on_pause(void *context, bool paused, struct err *err)
{
    return ask(context, err, "pause", paused);
}

static bool on_leave(void *context, struct err *err)
{
    return ask(context, err, "leave", -1);
}

static bool on_stop(void *context, struct err *err)
{
    return ask(context, err, "stop", -1);
}

static bool on_abort(void *context, struct err *err)
{
    return ask(context, err, "abort", -1);
}

static bool on_shell(void *context, size_t host, struct err *err)
{
    return ask(context, err, "shell", (long)host);
}

static void on_quit(void *context)
{
    ask(context, NULL, "quit", -1);
}

static bool log_path(void *context, size_t task, char *path, size_t path_size)
{
    const struct fixture *f = context;
    if (!f->run->tasks[task].started_ms)
        return false;
    return snprintf(path, path_size, "%s/%zu.log", f->folder, task) < (int)path_size;
}

/* -- plans
 * ---------------------------------------------------------------------------------------------------------------------
 */

static void add_need(struct plan_task *task, size_t need)
{
    if (need == SIZE_MAX)
        return;
    task->needs = mem_grow(task->needs, task->need_count + 1, sizeof *task->needs);
    task->needs[task->need_count++] = need;
}

/* Steps that wait for all tasks of others (numbers from 1): labels for the joins, and so on. */
static bool waits_for_step(size_t step, size_t other)
{
    static const size_t pairs[][2] = {{8, 7},   {9, 8},   {10, 8},  {11, 10}, {12, 8},  {13, 11},
                                      {13, 12}, {14, 13}, {15, 13}, {16, 14}, {16, 15}, {17, 16}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i][0] == step + 1 && pairs[i][1] == other + 1)
            return true;
    return false;
}

static void make_tasks(struct plan *plan, const struct host_row *rows)
{
    plan->tasks = mem_new(plan->host_count * STEP_COUNT, sizeof *plan->tasks);
    for (size_t s = 0; s < STEP_COUNT; s++)
        for (size_t h = 0; h < plan->host_count; h++) {
            if (strlen(rows[h].signs) <= s || rows[h].signs[s] == ' ')
                continue;
            struct plan_task *task = &plan->tasks[plan->task_count];
            *task = (struct plan_task){.step = s, .host = h};
            for (size_t t = 0; t < plan->task_count; t++)
                if (waits_for_step(s, plan->tasks[t].step) ||
                    (plan->tasks[t].host == h && plan->tasks[t].step + 1 == s && s < 6))
                    add_need(task, t);
            plan->task_count++;
        }
}

static const char script[] = "#!/bin/sh\n"
                            "# Installs the container runtime and makes it start at boot.\n"
                            "set -eu\n"
                            "\n"
                            "kwiz_progress 10 'package lists'\n"
                            "apt-get update -q\n"
                            "if [ \"$KWIZ_RUNTIME\" = containerd ]; then\n"
                            "\tapt-get install -y -q -o Dpkg::Options::=--force-confold \"containerd.io=$KWIZ_RUNTIME_VERSION\" || kwiz_fail "
                            "\"containerd was not installed\" \"look at the log\"\n"
                            "fi\n"
                            "kwiz_read_secret registry_password | registry_login \"$KWIZ_REGISTRY\"\n"
                            "systemctl enable --now containerd\n";

static void add_script(struct plan *plan)
{
    static const char *const variables[][2] = {{"KWIZ_CLUSTER", "kub-ha"},
                                               {"KWIZ_HOST", "kub-node-1"},
                                               {"KWIZ_HOSTS", "10.1.4.36 kub-master-1\n10.1.4.32 kub-node-1"},
                                               {"KWIZ_RUNTIME", "containerd"},
                                               {"KWIZ_RUNTIME_VERSION", "2.3.4-1"}};
    for (size_t s = 0; s < plan->step_count; s++)
        plan->steps[s].script = mem_strdup(script);
    plan->steps[3].check = mem_strdup("systemctl is-active -q containerd\n");
    plan->steps[3].check_path = mem_strdup("steps/container-runtime.check.sh");
    plan->steps[3].becomes_root = true;
    strv_add(&plan->steps[3].reads, "registry_password");
    for (size_t h = 0; h < plan->host_count; h++) {
        struct plan_host *host = &plan->hosts[h];
        host->variable_count = sizeof variables / sizeof *variables;
        host->variables = mem_new(host->variable_count, sizeof *host->variables);
        for (size_t v = 0; v < host->variable_count; v++)
            host->variables[v] = (struct plan_variable){mem_strdup(variables[v][0]), mem_strdup(variables[v][1])};
    }
}

static void make(struct fixture *f, const char *cluster, const struct host_row *rows, size_t count)
{
    struct plan *plan = mem_new(1, sizeof *plan);
    *f = (struct fixture){.plan = plan};
    plan->spell = mem_strdup("kubernetes");
    plan->topology = mem_strdup("ha");
    plan->cluster = mem_strdup(cluster);
    plan->action = mem_strdup("install");
    plan->step_count = STEP_COUNT;
    plan->steps = mem_new(STEP_COUNT, sizeof *plan->steps);
    for (size_t s = 0; s < STEP_COUNT; s++) {
        plan->steps[s].id = mem_strdup(steps[s].id);
        plan->steps[s].title = mem_strdup(steps[s].title);
        plan->steps[s].script_path = mem_printf("steps/%s.sh", steps[s].id);
        plan->steps[s].timeout_ms = steps[s].minutes * 60000;
        plan->steps[s].optional = s >= 14;
    }
    plan->host_count = count;
    plan->hosts = mem_new(count, sizeof *plan->hosts);
    for (size_t h = 0; h < count; h++) {
        plan->hosts[h].host.name = mem_strdup(rows[h].name);
        plan->hosts[h].host.address = mem_strdup(rows[h].address);
        strv_add(&plan->hosts[h].host.roles, rows[h].role);
    }
    add_script(plan);
    make_tasks(plan, rows);
    f->run = run_new(plan);
    f->run->started_ms = FIXTURE_NOW_MS - 312000;
    for (size_t h = 0; h < count; h++) {
        f->run->hosts[h].state = HOST_UP;
        fixture_signs(f, h, rows[h].signs);
    }
    const char *base = getenv("TMPDIR");
    f->folder = mem_printf("%s/kwiz-screen-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(f->folder)) {
        perror("mkdtemp");
        exit(99);
    }
    f->actions =
        (struct ui_actions){f, on_retry, on_retry_host, on_skip, on_pause, on_leave, on_stop, on_abort, on_quit, NULL, on_shell};
    f->logs = (struct log_source){f, log_path};
}

size_t fixture_task(const struct fixture *f, const char *host, const char *step)
{
    for (size_t t = 0; t < f->plan->task_count; t++)
        if (!strcmp(f->plan->hosts[f->plan->tasks[t].host].host.name, host) &&
            !strcmp(f->plan->steps[f->plan->tasks[t].step].id, step))
            return t;
    fprintf(stderr, "no task %s on %s\n", step, host);
    abort();
}

void fixture_count(struct fixture *f)
{
    memset(f->run->counts, 0, sizeof f->run->counts);
    for (size_t t = 0; t < f->plan->task_count; t++)
        f->run->counts[f->run->tasks[t].state]++;
}

void fixture_signs(struct fixture *f, size_t host, const char *signs)
{
    static const char letters[] = ".|+=!xs?c*"; /* in the order of enum task_state */
    for (size_t t = 0; t < f->plan->task_count; t++) {
        if (f->plan->tasks[t].host != host)
            continue;
        struct run_task *task = &f->run->tasks[t];
        size_t step = f->plan->tasks[t].step;
        task->state = (enum task_state)(strchr(letters, signs[step]) - letters);
        if (task->state == TASK_PENDING)
            continue;
        task->attempt = 1;
        task->started_ms = FIXTURE_NOW_MS - 300000 + step * 15000;
        if (task->state != TASK_RUNNING)
            task->ended_ms = task->started_ms + 3000 + 1000 * step;
        task->output_ms = FIXTURE_NOW_MS - 2000;
    }
    fixture_count(f);
}

void fixture_log(struct fixture *f, size_t task, const char *text)
{
    char *path = mem_printf("%s/%zu.log", f->folder, task);
    FILE *file = fopen(path, "a");
    if (!file || fputs(text, file) < 0 || fclose(file) < 0) {
        perror(path);
        exit(99);
    }
    free(path);
}

static void running(struct fixture *f, const char *host, const char *step, unsigned ran_s, unsigned quiet_s,
                    int percent, const char *progress)
{
    struct run_task *t = &f->run->tasks[fixture_task(f, host, step)];
    t->started_ms = FIXTURE_NOW_MS - ran_s * 1000;
    t->output_ms = FIXTURE_NOW_MS - quiet_s * 1000;
    t->percent = percent;
    t->percent_ms = FIXTURE_NOW_MS;
    snprintf(t->progress, RUN_TEXT_MAX, "%s", progress);
}

static const char join_log[] = "[preflight] Running pre-flight checks\n"
                               "[preflight] Reading configuration from the cluster...\n"
                               "[download-certs] Downloading the certificates in Secret \"kubeadm-certs\"\n"
                               "[certs] Using certificateDir folder \"/etc/kubernetes/pki\"\n"
                               "[certs] Valid certificates and keys now exist in \"/etc/kubernetes/pki\"\n"
                               "[kubeconfig] Generating kubeconfig files\n"
                               "[control-plane] Using manifest folder \"/etc/kubernetes/manifests\"\n"
                               "[control-plane] Creating static Pod manifest for \"kube-apiserver\"\n"
                               "[etcd] Announced new etcd member joining to the existing etcd cluster\n";

static const struct host_row ha[] = {
    {"kub-master-1", "10.1.4.36", "control-plane", "++=+++++++  ....."},
    {"kub-master-2", "10.1.4.37", "control-plane", "++=++++   |      "},
    {"kub-master-3", "10.1.4.38", "control-plane", "++=++++   .      "},
    {"kub-ingress-1", "10.1.4.39", "ingress", "++=++      +     "},
    {"kub-node-1", "10.1.4.32", "worker", "++=++      |     "},
    {"kub-node-2", "10.1.4.33", "worker", "++=++      |     "},
};

void fixture_ha(struct fixture *f)
{
    make(f, "kub-ha", ha, sizeof ha / sizeof *ha);
    running(f, "kub-master-2", "join-control-plane", 38, 2, 60, "etcd");
    running(f, "kub-node-1", "join-worker", 21, 4, 45, "kubelet starts");
    running(f, "kub-node-2", "join-worker", 44, 31, -1, "");
    size_t task = fixture_task(f, "kub-master-2", "join-control-plane");
    for (int i = 0; i < 205; i++)
        fixture_log(f, task, "[preflight] pulling images\n");
    fixture_log(f, task, join_log);
    fixture_log(f, fixture_task(f, "kub-node-1", "join-worker"), "[preflight] Running pre-flight checks\n");
}

void fixture_single(struct fixture *f)
{
    static const struct host_row one[] = {{"lab-1", "10.1.4.36", "control-plane", "++=+++ |.. .  ..."}};
    make(f, "first", one, 1);
    running(f, "lab-1", "init", 38, 1, -1, "waiting for the API server");
    size_t task = fixture_task(f, "lab-1", "init");
    fixture_log(f, task, "[init] Using Kubernetes version\n[preflight] Running pre-flight checks\n");
    fixture_log(f, task, "downloading   1%\rdownloading  50%\rdownloading 100%\n");
    fixture_log(f, task, "[control-plane] Creating static Pod manifest for \"kube-apiserver\"\n");
}

#define MANY_MAX 200

static void make_many(struct fixture *f, int count)
{
    struct host_row rows[MANY_MAX];
    char names[MANY_MAX][32], addresses[MANY_MAX][32];
    for (int i = 0; i < count; i++) {
        const char *role = i < 3 ? "control-plane" : i < 8 ? "ingress" : "worker";
        if (i < 3)
            snprintf(names[i], sizeof names[i], "kub-master-%d", i + 1);
        else if (i < 8)
            snprintf(names[i], sizeof names[i], "kub-ingress-%d", i - 2);
        else
            snprintf(names[i], sizeof names[i], "kub-node-%03d", i - 7);
        snprintf(addresses[i], sizeof addresses[i], "10.1.4.%d", i + 10);
        const char *signs = i == 0  ? "++=+++++++  ....."
                            : i < 3 ? "++=+++    |      "
                            : i < 8 ? "++=++      .     "
                            : i % 3 ? "++=+|      .     "
                                    : "++=|.      .     ";
        rows[i] = (struct host_row){names[i], addresses[i], role, signs};
    }
    rows[7 + 41].signs = rows[7 + 43].signs = rows[7 + 17].signs = "++=x.      .     ";
    rows[7 + 90].signs = "++=+?      .     ";
    rows[7 + 58].signs = "++=|.      .     ";
    make(f, "kub-big", rows, (size_t)count);
    const char *full[] = {"kub-node-041", "kub-node-043"};
    for (int i = 0; i < 2; i++) {
        struct run_task *t = &f->run->tasks[fixture_task(f, full[i], "container-runtime")];
        t->status = 100;
        snprintf(t->how, sizeof t->how, "exit");
        snprintf(t->fail, RUN_TEXT_MAX, "/var is full: 0 of 8.0 GB free");
        snprintf(t->hint, RUN_TEXT_MAX, "make room, then r");
        fixture_log(f, fixture_task(f, full[i], "container-runtime"),
                    "Unpacking containerd.io (2.3.4-1) ...\n"
                    " cannot copy extracted data: failed to write (No space left on device)\n"
                    "E: Sub-process /usr/bin/dpkg returned an error code (1)\n");
    }
    f->run->tasks[fixture_task(f, "kub-node-017", "container-runtime")].status = 1;
    f->run->hosts[7 + 90].state = HOST_LOST;
    f->run->hosts[7 + 90].since_ms = FIXTURE_NOW_MS - 41000;
    f->run->hosts[7 + 90].retry_ms = FIXTURE_NOW_MS + 4000;
    for (size_t t = 0; t < f->plan->task_count; t++)
        if (f->run->tasks[t].state == TASK_RUNNING)
            f->run->tasks[t].started_ms = FIXTURE_NOW_MS - 60000;
    running(f, "kub-node-058", "container-runtime", 432, 130, -1, "");
}

void fixture_many(struct fixture *f)
{
    make_many(f, 120);
}

void fixture_most(struct fixture *f)
{
    make_many(f, MANY_MAX);
}

void fixture_fail(struct fixture *f)
{
    make(f, "kub-ha", ha, sizeof ha / sizeof *ha);
    running(f, "kub-master-2", "join-control-plane", 38, 2, 60, "etcd");
    fixture_signs(f, 4, "++=x.      .     ");
    fixture_signs(f, 5, "++=++      *     ");
    size_t task = fixture_task(f, "kub-node-1", "container-runtime");
    struct run_task *t = &f->run->tasks[task];
    t->ended_ms = FIXTURE_NOW_MS - 60000;
    t->started_ms = t->ended_ms - 31000;
    t->status = 100;
    t->attempt = 2;
    snprintf(t->how, sizeof t->how, "exit");
    snprintf(t->fail, RUN_TEXT_MAX,
             "apt did not get the package lock: unattended-upgr (pid 812) holds it.");
    snprintf(t->hint, RUN_TEXT_MAX,
             "Debian's own updates run after boot, mostly over in 10 minutes; retry then.");
    f->plan->steps[3].retries = 1;
    t = &f->run->tasks[fixture_task(f, "kub-node-2", "join-worker")];
    snprintf(t->reason, RUN_TEXT_MAX,
             "it was interrupted, and has no check that could tell how far it came");
    fixture_log(f, task,
                "Reading package lists...\nBuilding dependency tree...\n"
                "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812\n"
                "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another "
                "process using it?\n");
    fixture_count(f);
}

void fixture_end(struct fixture *f)
{
    make(f, "kub-ha", ha, sizeof ha / sizeof *ha);
    for (size_t t = 0; t < f->plan->task_count; t++) {
        f->run->tasks[t].state = f->run->tasks[t].state == TASK_UNCHANGED ? TASK_UNCHANGED : TASK_OK;
        f->run->tasks[t].started_ms = FIXTURE_NOW_MS - 100000;
        f->run->tasks[t].ended_ms = FIXTURE_NOW_MS - 90000;
    }
    f->run->state = RUN_ENDED;
    f->run->ended_ms = FIXTURE_NOW_MS;
    fixture_count(f);
}

void fixture_hostile(struct fixture *f)
{
    static const struct host_row two[] = {
        {"\u8282\u70b9-1", "10.1.4.36", "control-plane", "++=+++ |.. .  ..."},
        {"cafe\u0301-2", "10.1.4.37", "worker", "++=++      .     "}};
    make(f, "\u96c6\u7fa4", two, 2);
    running(f, "\u8282\u70b9-1", "init", 38, 1, 5, "");
    fixture_log(f, fixture_task(f, "\u8282\u70b9-1", "init"),
                "\033]0;title\007\033[2J\033[1;1Hred: \033[31mtext\033[0m end\n"
                "bell \007 backspace \010 nul-free \002 bad \xff\xfe bytes\n"
                "wide \u5bbd\u5b57\u7b26 marks e\u0301a\u0308 rtl \u202eabc\n"
                "old\rnew progress\n"
                "tab\tstop\n"
                "a line that goes on and on and on and on and on and on and on and on and on and on and on "
                "and on and ends here\n");
}

void fixture_done(struct fixture *f)
{
    for (size_t t = 0; t < f->plan->task_count; t++) {
        char *path = mem_printf("%s/%zu.log", f->folder, t);
        unlink(path);
        free(path);
    }
    rmdir(f->folder);
    free(f->folder);
    run_free(&f->run);
    plan_free(&f->plan);
}
