/* kwiz kubeconfig check: does kubectl reach a cluster from here, and if not, why? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/common.h"
#include "cli/kubeconfig_judge.h"
#include "cli/kubeconfig_secrets.h"
#include "cli/kubectl.h"
#include "cli/kubectl_trouble.h"
#include "cli/table.h"

#define LIMIT_S 15
#define LIMIT_MAX_S 600
#define LINES_SHOWN 6
#define LINE_SHOWN_BYTES 600
#define SKEW_MAX 1 /* minor releases: kubernetes.io, version skew policy, kubectl */

struct inquiry {
    const struct kubeconfig_view *view;
    struct look *look;
    struct kubectl kubectl;
    struct kubectl_version client;
    bool is_allowed; /* may kubectl run programs? */
    const char *trouble; /* id, or NULL */
};

/* ---- the cluster ---- */

/* Is the line worth showing? Not what kubectl says each time, nor what it logs five times over before it says it once more. */
static bool is_telling(const char *line, size_t len)
{
    static const char hint[] = "To further debug and diagnose cluster problems";
    bool is_log = len > 5 && strchr("EIW", line[0]) && strspn(line + 1, "0123456789") == 4 && line[5] == ' ';
    return line[strspn(line, " \t\r")] != '\n' && len && !is_log && (len < sizeof hint - 1 || strncmp(line, hint, sizeof hint - 1) != 0);
}

/* The last lines that tell something; malloc'd. all: logs too, where there is nothing else. */
static char *lines_of(const char *output, bool all)
{
    struct buf out;
    size_t count = 0, skip;
    for (const char *p = output; *p; p += strcspn(p, "\n"), p += *p == '\n')
        count += all || is_telling(p, strcspn(p, "\n"));
    skip = count > LINES_SHOWN ? count - LINES_SHOWN : 0;
    buf_init(&out, LINES_SHOWN * (LINE_SHOWN_BYTES + 1) + 1);
    for (const char *p = output; *p; p += strcspn(p, "\n"), p += *p == '\n') {
        size_t len = strcspn(p, "\n");
        if (!all && !is_telling(p, len))
            continue;
        if (skip) {
            skip--;
            continue;
        }
        buf_add(&out, p, len > LINE_SHOWN_BYTES ? LINE_SHOWN_BYTES : len);
        buf_adds(&out, "\n");
    }
    return buf_take(&out);
}

static void put_detail(struct look_finding *finding, const struct kubeconfig_view *view, const char *output)
{
    char *lines = lines_of(output, false);
    if (!*lines) {
        free(lines);
        lines = lines_of(output, true);
    }
    struct mask_set *secrets = kubeconfig_secrets(view);
    mask_text(secrets, lines, strlen(lines));
    mask_set_free(&secrets);
    free(finding->detail);
    finding->detail = lines;
}

/* What the server's release is, and whether kubectl is near enough to it. */
static void look_at_versions(struct inquiry *q)
{
    struct kubectl_version server = kubectl_server(&q->kubectl);
    int apart = q->client.major == server.major ? abs(q->client.minor - server.minor) : SKEW_MAX + 1;
    if (!*server.text || !*q->client.text)
        look_add(q->look, "version", VERDICT_SKIP, mem_strdup(_("the server's release could not be told")), "");
    else if (apart > SKEW_MAX)
        look_add(q->look, "version", VERDICT_WARN, mem_printf(_("kubectl is %s, the server %s"), q->client.text, server.text),
                 _("kubectl works with servers of its own minor release, the one before and the one after: install one that fits."));
    else
        look_add(q->look, "version", VERDICT_PASS, mem_printf(_("kubectl is %s, the server %s"), q->client.text, server.text), "");
}

static void tell_trouble(struct inquiry *q, const struct kubectl_trouble *trouble, const char *output)
{
    bool is_soft = trouble->is_answered && strcmp(trouble->id, "forbidden") == 0;
    struct look_finding *f = look_add(q->look, "answer", is_soft ? VERDICT_WARN : VERDICT_FAIL, mem_strdup(_(trouble->meaning)), _(trouble->remedy));
    put_detail(f, q->view, output);
    q->trouble = trouble->id;
}

/* Why did it hang? Appended to out, if kubectl tells. */
static const struct kubectl_trouble *trouble_of_hang(struct inquiry *q, struct buf *out)
{
    const struct kubectl_trouble *trouble = kubectl_trouble_hang(buf_text(out));
    struct buf reason;
    if (strcmp(trouble->id, "hangs") != 0)
        return trouble;
    buf_init(&reason, KUBECTL_OUTPUT_MAX);
    kubectl_reason(&q->kubectl, &reason);
    trouble = kubectl_trouble_hang(buf_text(&reason));
    if (strcmp(trouble->id, "hangs") != 0) {
        buf_clear(out);
        buf_add(out, buf_text(&reason), reason.len);
    }
    buf_done(&reason);
    return trouble;
}

static int ask(struct inquiry *q)
{
    struct buf out;
    struct err err = ERR_INIT;
    int status = 0, exit_status = EXIT_OK;
    const struct kubectl_trouble *trouble = NULL;
    buf_init(&out, KUBECTL_OUTPUT_MAX);
    if (!kubectl_cluster_info(&q->kubectl, &out, &status, &err))
        trouble = trouble_of_hang(q, &out);
    else if (status != 0)
        trouble = kubectl_trouble_of(buf_text(&out));
    if (trouble) {
        tell_trouble(q, trouble, buf_text(&out));
        exit_status = trouble->is_kubeconfig ? EXIT_INVALID : strcmp(trouble->id, "forbidden") == 0 ? EXIT_OK : EXIT_UNREACHABLE;
    } else {
        put_detail(look_add(q->look, "answer", VERDICT_PASS, mem_strdup(_("the cluster answers")), ""), q->view, buf_text(&out));
    }
    if (!trouble || trouble->is_answered)
        look_at_versions(q);
    buf_done(&out);
    return exit_status;
}

/* Ask the cluster, if that can be done and may be. */
static int inquire(struct inquiry *q, bool has_kubectl, bool is_whole)
{
    char *program = kubeconfig_program(q->view);
    int status = EXIT_OK;
    if (!is_whole) {
        look_add(q->look, "answer", VERDICT_SKIP, mem_strdup(_("the cluster was not asked, as the kubeconfig is not in order")), "");
    } else if (!has_kubectl) {
        look_add(q->look, "answer", VERDICT_SKIP, mem_strdup(_("the cluster was not asked, as there is no kubectl")), "");
    } else if (program && !q->is_allowed) {
        look_add(q->look, "answer", VERDICT_SKIP, mem_printf(_("the cluster was not asked: kubectl would run \"%s\" for it"), program),
                 _("If you know that program and trust the file: --allow-programs."));
        status = EXIT_CONFIRM;
    } else {
        status = ask(q);
    }
    free(program);
    return status;
}

/* ---- all of it ---- */

static bool look_at_kubectl(struct look *look, struct kubectl_version *version)
{
    struct err err = ERR_INIT;
    if (!kubectl_find(version, &err)) {
        look_add(look, "kubectl", VERDICT_FAIL, mem_strdup(err.text),
                 _("Install it: the package kubectl of pkgs.k8s.io, the snap kubectl (--classic), or its release from dl.k8s.io; and see that PATH leads to it."));
        return false;
    }
    if (*version->text)
        look_add(look, "kubectl", VERDICT_PASS, mem_strdup(version->text), "");
    else
        look_add(look, "kubectl", VERDICT_WARN, mem_strdup(_("it does not say which release it is")), _("Is that program kubectl? Look at: command -v kubectl."));
    return true;
}

static void sum_up(const struct look *look, const struct kubeconfig_view *view, const struct inquiry *q, bool is_json, int status)
{
    size_t counts[4] = {0};
    for (size_t i = 0; i < look->count; i++)
        counts[look->items[i].kind]++;
    if (!is_json) {
        printf(_("kubeconfig: %zu fail, %zu warn, %zu skip, %zu pass\n"), counts[VERDICT_FAIL], counts[VERDICT_WARN], counts[VERDICT_SKIP], counts[VERDICT_PASS]);
        return;
    }
    char *server = view->cluster.value ? kubeconfig_server_shown(view) : NULL;
    json_t *o = json_object();
    look_set(o, "context", view->context ? view->context : "");
    look_set(o, "cluster", view->cluster_name ? view->cluster_name : "");
    look_set(o, "server", server ? server : "");
    look_set(o, "trouble", q->trouble ? q->trouble : "");
    json_object_set_new(o, "exit_status", json_integer(status));
    common_event("kubeconfig-end", o);
    free(server);
}

static int check(const struct command_line *line, const char *file, unsigned limit_s)
{
    struct look look = {0};
    struct kubeconfig_view view;
    const char *context = command_value(line, "context");
    bool is_json = command_has(line, "json");
    struct inquiry q = {.view = &view, .look = &look, .kubectl = {file, context, limit_s}, .is_allowed = command_has(line, "allow-programs")};
    bool has_kubectl = look_at_kubectl(&look, &q.client);
    bool is_whole = kubeconfig_view_load(&view, file, context, &look);
    size_t before = look.count;
    int status = EXIT_OK;
    for (size_t i = 0; i < before; i++) /* a file that can't be read may hold anything; kubectl may read it otherwise */
        is_whole = is_whole && (look.items[i].kind != VERDICT_FAIL || strcmp(look.items[i].check, "kubectl") == 0);
    if (is_whole)
        kubeconfig_judge(&view, &look);
    bool is_good = is_whole;
    for (size_t i = before; i < look.count; i++)
        is_good = is_good && look.items[i].kind != VERDICT_FAIL;
    status = inquire(&q, has_kubectl, is_whole);
    if (!is_good)
        status = EXIT_INVALID;
    else if (!has_kubectl)
        status = EXIT_REQUIREMENT;
    look_show(&look, is_json);
    sum_up(&look, &view, &q, is_json, status);
    kubeconfig_view_done(&view);
    look_done(&look);
    return status;
}

static int run(const struct command_line *line)
{
    const char *file = command_value(line, "kubeconfig"), *timeout = command_value(line, "timeout");
    unsigned long limit_s = LIMIT_S;
    if (file && line->argument_count)
        return command_usage_error(line, _("the file is named twice: as an argument and by --kubeconfig"));
    file = line->argument_count ? line->arguments[0] : file;
    if (file && !*file)
        return command_usage_error(line, _("the file has no name"));
    if (timeout) {
        char *end;
        errno = 0;
        limit_s = strtoul(timeout, &end, 10);
        if (errno || *end || end == timeout || *timeout == '-' || limit_s < 1 || limit_s > LIMIT_MAX_S)
            return command_usage_error(line, _("--timeout takes seconds, from 1 to %d, not %s"), LIMIT_MAX_S, timeout);
    }
    return check(line, file, (unsigned)limit_s);
}

static const struct command_option options[] = {
    {"kubeconfig", 0, N_("FILE"), N_("this kubeconfig, rather than the one that kubectl uses")},
    {"context", 0, N_("NAME"), N_("this context of it, rather than the current one")},
    {"timeout", 0, N_("SECONDS"), N_("how long the cluster may take to answer; 15 by default")},
    {"allow-programs", 0, NULL, N_("let kubectl run the programs that the kubeconfig names for logging in")},
    {"json", 0, NULL, N_("JSON Lines on standard output, for programs")},
    {0},
};

static const struct command kubeconfig_check = {
    .name = "check",
    .summary = N_("is kubectl configured, does the cluster answer, and if not, why"),
    .arguments = N_("[FILE]"),
    .arguments_max = 1,
    .description = N_("Looks at kubectl, the kubeconfig (FILE; else those in KUBECONFIG, else ~/.kube/config), its context, certificates and keys, and asks\n"
                      "the cluster by kubectl cluster-info. Changes nothing. Exit status 3 when the kubeconfig is not in order, 4 when kubectl would run a\n"
                      "program for it that --allow-programs must allow, 5 when there is no kubectl, 6 when the cluster does not answer or refuses."),
    .options = options,
    .run = run,
};
static const struct command *const subcommands[] = {&kubeconfig_check, &command_kubeconfig_merge, NULL};

const struct command command_kubeconfig = {
    .name = "kubeconfig", .summary = N_("kubectl's configuration on this machine: check, merge"), .subcommands = subcommands};
