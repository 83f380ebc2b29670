/* Playbooks: a play a step, in the plan's order, in which every step stands behind those it needs. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/aftermath.h"
#include "cli/ansible_parts.h"
#include "spell/inventory.h"
#include "spell/jinja.h"

#define LIMIT_MARGIN_S 120u /* for Ansible, beyond the step's own limit: the link, and 10 s between TERM and KILL */
#define REBOOT_LIMIT_S 600u /* as kwiz gives (kwiz.1, CONNECTIONS) */
#define PAGE_TRIES 12u      /* of 5 s: aftermath.c waits a minute for the sample page, too */

/* One play in the making. */
struct play {
    const struct ansible_source *source;
    const struct plan *plan;
    size_t step;
    const char *scripts;
    char *answer; /* owned: the variable that holds what the step's script told */
    struct yaml_node *tasks;
};

static const struct plan_step *step_of(const struct play *play)
{
    return &play->plan->steps[play->step];
}

/* The variable that a step's outcome is registered in; malloc'd. */
static char *answer_of(const struct plan_step *step)
{
    char *name = mem_printf("kwiz_step_%s", step->id);
    for (char *p = name; *p; p++)
        if (*p == '-')
            *p = '_';
    return name;
}

static void put_owned(struct yaml_node *map, const char *key, char *text)
{
    yaml_put_string(map, key, text);
    free(text);
}

static struct yaml_node *strings(const struct strv *list)
{
    struct yaml_node *sequence = yaml_new_sequence();
    for (size_t i = 0; i < list->count; i++)
        yaml_append(sequence, yaml_new_string(list->items[i]));
    return sequence;
}

/* --- which hosts --- */

static bool *hosts_of(const struct plan *plan, size_t step)
{
    bool *is_in = mem_new(plan->host_count, sizeof *is_in);
    for (size_t t = 0; t < plan->task_count; t++)
        if (plan->tasks[t].step == step)
            is_in[plan->tasks[t].host] = true;
    return is_in;
}

/* Does anything on another host come after it, directly or not? Ansible takes a host that failed out of what follows, and goes on with the others; so
 * where others need it, all must stop. */
static bool is_needed_elsewhere(const struct plan *plan, size_t step)
{
    bool *is_needed = mem_new(plan->task_count, sizeof *is_needed), found = false;
    for (size_t t = plan->task_count; t-- > 0;) {
        const struct plan_task *task = &plan->tasks[t];
        for (size_t i = 0; i < task->need_count; i++)
            if (is_needed[t] || plan->tasks[task->needs[i]].host != task->host)
                is_needed[task->needs[i]] = true;
        found = found || (task->step == step && is_needed[t]);
    }
    free(is_needed);
    return found;
}

/* Hosts on which this step, or one before it, may have published results. */
static struct yaml_node *publishers(const struct plan *plan, size_t step)
{
    struct yaml_node *names = yaml_new_sequence();
    bool *is_one = mem_new(plan->host_count, sizeof *is_one);
    for (size_t t = 0; t < plan->task_count && plan->tasks[t].step <= step; t++)
        if (plan->steps[plan->tasks[t].step].results.count)
            is_one[plan->tasks[t].host] = true;
    for (size_t h = 0; h < plan->host_count; h++)
        if (is_one[h])
            yaml_append(names, yaml_new_string(plan->hosts[h].host.name));
    free(is_one);
    return names;
}

/* --- secrets --- */

char *ansible_secret_name(const char *key)
{
    return mem_printf("kwiz_secret_%s", key);
}

void ansible_asked(const struct ansible_source *source, const struct plan *plan, struct strv *keys)
{
    for (size_t t = 0; t < plan->task_count; t++) {
        const struct strv *reads = &plan->steps[plan->tasks[t].step].reads;
        for (size_t i = 0; i < reads->count; i++)
            if (plan_provider(plan, t, reads->items[i]) == PLAN_NO_TASK && answers_has_secret(source->answers, reads->items[i]) &&
                !strv_has(keys, reads->items[i]))
                strv_add(keys, reads->items[i]);
    }
}

bool ansible_is_forced(const struct plan *plan, size_t step)
{
    const struct strv *mints = &plan->steps[step].mints;
    for (size_t t = 0; t < plan->task_count; t++)
        for (size_t i = 0; i < mints->count && plan->tasks[t].step > step; i++)
            if (strv_has(&plan->steps[plan->tasks[t].step].reads, mints->items[i]))
                return true;
    return false;
}

/* The host whose secret each reader gets: one name for all, or looked up by the reader's. */
static char *provider_host(const struct play *play, const char *key, size_t *provider)
{
    const struct plan *plan = play->plan;
    struct buf map;
    const char *only = NULL;
    bool is_one = true;
    *provider = PLAN_NO_TASK;
    buf_init(&map, (size_t)1 << 20);
    for (size_t t = 0; t < plan->task_count; t++) {
        if (plan->tasks[t].step != play->step)
            continue;
        size_t from = plan_provider(plan, t, key);
        if (from == PLAN_NO_TASK)
            continue;
        const char *name = plan->hosts[plan->tasks[from].host].host.name;
        is_one = is_one && (!only || strcmp(only, name) == 0);
        only = name;
        *provider = from;
        buf_addf(&map, "%s'%s': '%s'", map.len ? ", " : "", plan->hosts[plan->tasks[t].host].host.name, name);
    }
    char *text = is_one ? mem_printf("'%s'", only ? only : "") : mem_printf("{%s}[inventory_hostname]", buf_text(&map));
    buf_done(&map);
    return text;
}

/* What of it is written as JSON. `told` is the expression of the registered variable. */
static char *told(const char *variable)
{
    return mem_printf("(%s.stdout_lines | default(['{}']) | last | from_json)", variable);
}

static struct yaml_node *secrets(const struct play *play)
{
    const struct strv *reads = &step_of(play)->reads;
    struct yaml_node *map = yaml_new_mapping();
    for (size_t i = 0; i < reads->count; i++) {
        size_t provider;
        char *host = provider_host(play, reads->items[i], &provider), *text = NULL;
        if (provider != PLAN_NO_TASK) {
            char *answer = answer_of(&play->plan->steps[play->plan->tasks[provider].step]);
            char *variable = mem_printf("hostvars[%s].%s", host, answer), *json = told(variable);
            text = mem_printf("{{ %s.secrets['%s'] | default('') if hostvars[%s].%s is defined else '' }}", json, reads->items[i], host, answer);
            free(answer);
            free(variable);
            free(json);
        } else if (answers_has_secret(play->source->answers, reads->items[i])) {
            char *name = ansible_secret_name(reads->items[i]);
            text = mem_printf("{{ %s | string | b64encode }}", name);
            free(name);
        }
        if (text)
            put_owned(map, reads->items[i], text);
        free(host);
    }
    return map;
}

/* --- tasks --- */

static struct yaml_node *add_task(struct play *play, const char *name)
{
    struct yaml_node *task = yaml_new_mapping();
    put_owned(task, "name", jinja_literal(name));
    yaml_append(play->tasks, task);
    return task;
}

static struct yaml_node *sent(const char *request)
{
    struct yaml_node *command = yaml_new_mapping(), *words = yaml_new_sequence();
    yaml_append(words, yaml_new_string("sh"));
    yaml_append(words, yaml_new_string("-c"));
    yaml_append(words, yaml_new_string("{{ kwiz_loader }}"));
    yaml_put(command, "argv", words);
    yaml_put_string(command, "stdin", request);
    yaml_put(command, "stdin_add_newline", yaml_new_boolean(false));
    return command;
}

/* The step itself. How it failed is told by the next task, which shows the log and not what was sent. */
static void add_step(struct play *play)
{
    const struct plan_step *step = step_of(play);
    struct yaml_node *task = add_task(play, step->title);
    yaml_put(task, "ansible.builtin.command", sent("{{ kwiz_request }}"));
    yaml_put_string(task, "register", play->answer);
    put_owned(task, "changed_when", mem_printf("%s.stdout | default('') is search('\"changed\": true')", play->answer));
    yaml_put(task, "failed_when", yaml_new_boolean(false));
    if (step->retries) {
        put_owned(task, "until", mem_printf("%s.rc | default(1) == 0", play->answer));
        yaml_put(task, "retries", yaml_new_number(step->retries));
        yaml_put(task, "delay", yaml_new_number((step->retry_delay_ms + 999) / 1000));
    }
    yaml_put(task, "timeout", yaml_new_number((step->timeout_ms + 999) / 1000 + LIMIT_MARGIN_S));
    yaml_put(task, "check_mode", yaml_new_boolean(false)); /* what is sent says itself that only checks are wanted */
    if (step->reads.count || step->mints.count)
        yaml_put(task, "no_log", yaml_new_boolean(true));
    char *name = mem_printf("%s: failed", step->id);
    task = add_task(play, name);
    free(name);
    struct yaml_node *fail = yaml_new_mapping();
    put_owned(fail, "msg", mem_printf("{{ %s.stderr | default(%s.msg, true) | default('no answer', true) }}", play->answer, play->answer));
    yaml_put(task, "ansible.builtin.fail", fail);
    put_owned(task, "when", mem_printf("%s.rc | default(1) != 0", play->answer));
}

static void add_results(struct play *play)
{
    const struct plan_step *step = step_of(play);
    if (!step->results.count)
        return;
    char *name = mem_printf("%s: results", step->id), *json = told(play->answer);
    struct yaml_node *task = add_task(play, name), *fact = yaml_new_mapping();
    put_owned(fact, "kwiz_results", mem_printf("{{ kwiz_results | default({}) | combine(%s.results) }}", json));
    yaml_put(task, "ansible.builtin.set_fact", fact);
    free(name);
    free(json);
}

static void add_warnings(struct play *play)
{
    char *name = mem_printf("%s: warnings", step_of(play)->id), *json = told(play->answer);
    struct yaml_node *task = add_task(play, name), *debug = yaml_new_mapping();
    put_owned(debug, "msg", mem_printf("{{ %s.warnings | map('b64decode') | list }}", json));
    yaml_put(task, "ansible.builtin.debug", debug);
    put_owned(task, "when", mem_printf("%s.stdout is search('\"warnings\": .\"')", play->answer));
    free(name);
    free(json);
}

static void add_reboot(struct play *play)
{
    if (!strstr(step_of(play)->script, "kwiz_reboot"))
        return;
    char *name = mem_printf("%s: boot the host", step_of(play)->id);
    struct yaml_node *task = add_task(play, name), *reboot = yaml_new_mapping();
    yaml_put(reboot, "reboot_timeout", yaml_new_number(REBOOT_LIMIT_S));
    /* What tells one boot from another (doc/step-protocol.md): containers share the machine's boot_id. */
    yaml_put_string(reboot, "boot_time_command", "cat /proc/sys/kernel/random/boot_id && cut -d ' ' -f 22 /proc/1/stat");
    yaml_put(task, "ansible.builtin.reboot", reboot);
    put_owned(task, "when", mem_printf("%s.stdout is search('\"reboot\": true')", play->answer));
    free(name);
}

/* By the machine that runs the playbook, as its user. */
static void make_local(struct yaml_node *task)
{
    yaml_put_string(task, "delegate_to", "127.0.0.1"); /* a host of the inventory may be called localhost */
    yaml_put(task, "become", yaml_new_boolean(false));
}

static void add_kubeconfig(struct play *play)
{
    if (!strv_has(&step_of(play)->mints, AFTERMATH_KUBECONFIG))
        return;
    char *name = mem_printf("%s: store the kubeconfig", step_of(play)->id), *json = told(play->answer);
    struct yaml_node *task = add_task(play, name), *file = yaml_new_mapping();
    put_owned(file, "content", mem_printf("{{ %s.secrets." AFTERMATH_KUBECONFIG " | b64decode }}", json));
    yaml_put_string(file, "dest", "{{ kwiz_kubeconfig }}");
    yaml_put_string(file, "mode", "0600");
    yaml_put(task, "ansible.builtin.copy", file);
    make_local(task);
    yaml_put(task, "no_log", yaml_new_boolean(true));
    put_owned(task, "when", mem_printf("kwiz_kubeconfig is defined and %s.secrets." AFTERMATH_KUBECONFIG " is defined", json));
    free(name);
    free(json);
}

static void add_page(struct play *play)
{
    if (!strv_has(&step_of(play)->results, AFTERMATH_SAMPLE))
        return;
    char *name = mem_printf("%s: fetch its page", step_of(play)->id);
    struct yaml_node *task = add_task(play, name), *get = yaml_new_mapping();
    yaml_put_string(get, "url", "{{ kwiz_results." AFTERMATH_SAMPLE " | b64decode }}");
    yaml_put(get, "use_proxy", yaml_new_boolean(false)); /* the page is on the operator's own hosts */
    yaml_put(get, "timeout", yaml_new_number(10));
    yaml_put(task, "ansible.builtin.uri", get);
    make_local(task);
    yaml_put_string(task, "register", "kwiz_page");
    yaml_put_string(task, "until", "kwiz_page.status | default(0) == 200");
    yaml_put(task, "retries", yaml_new_number(PAGE_TRIES));
    yaml_put(task, "delay", yaml_new_number(5));
    yaml_put_string(task, "when", "kwiz_results." AFTERMATH_SAMPLE " is defined");
    free(name);
}

/* --- plays --- */

/* Ansible evaluates names of plays twice, so a play is called as its step's id, and the task has the title. */
static struct yaml_node *play_new(const char *name, struct yaml_node *hosts)
{
    struct yaml_node *map = yaml_new_mapping();
    yaml_put_string(map, "name", name);
    yaml_put(map, "hosts", hosts);
    yaml_put(map, "gather_facts", yaml_new_boolean(false));
    return map;
}

static void put_tag(struct yaml_node *map, const char *tag)
{
    struct strv tags = {0};
    strv_add(&tags, tag);
    yaml_put(map, "tags", strings(&tags));
    strv_done(&tags);
}

static struct yaml_node *variables(const struct play *play)
{
    const struct plan_step *step = step_of(play);
    struct yaml_node *map = yaml_new_mapping(), *files = yaml_new_mapping();
    yaml_put_string(map, "kwiz_step", step->id);
    yaml_put(map, "kwiz_limit", yaml_new_number((step->timeout_ms + 999) / 1000));
    yaml_put_string(map, "kwiz_become", step->becomes_root ? "root" : "self");
    put_owned(files, "run", mem_printf("%s/%s.sh", play->scripts, step->id));
    if (step->check && !ansible_is_forced(play->plan, play->step))
        put_owned(files, "check", mem_printf("%s/%s.check.sh", play->scripts, step->id));
    yaml_put(map, "kwiz_scripts", files);
    yaml_put(map, "kwiz_results_told", strings(&step->results));
    yaml_put(map, "kwiz_secrets_told", strings(&step->mints));
    yaml_put(map, "kwiz_publishers", publishers(play->plan, play->step));
    yaml_put(map, "kwiz_secrets", secrets(play));
    return map;
}

/* Words that are no names of tags to Ansible. */
static bool is_tag(const char *id)
{
    return strcmp(id, "always") != 0 && strcmp(id, "never") != 0 && strcmp(id, "all") != 0 && strcmp(id, "tagged") != 0 && strcmp(id, "untagged") != 0;
}

static struct yaml_node *step_play(const struct ansible_source *source, const struct plan *plan, size_t index, const char *scripts)
{
    const struct plan_step *step = &plan->steps[index];
    struct play play = {.source = source, .plan = plan, .step = index, .scripts = scripts, .answer = answer_of(step), .tasks = yaml_new_sequence()};
    bool *is_in = hosts_of(plan, index);
    struct yaml_node *map = play_new(step->id, ansible_pattern(plan, is_in));
    free(is_in);
    yaml_put(map, "become", yaml_new_boolean(step->becomes_root));
    if (step->serial)
        yaml_put(map, "serial", yaml_new_number(step->serial));
    if (is_needed_elsewhere(plan, index))
        yaml_put(map, "any_errors_fatal", yaml_new_boolean(true));
    if (is_tag(step->id))
        put_tag(map, step->id);
    yaml_put(map, "vars", variables(&play));
    add_step(&play);
    add_results(&play);
    add_warnings(&play);
    add_reboot(&play);
    add_kubeconfig(&play);
    add_page(&play);
    yaml_put(map, "tasks", play.tasks);
    free(play.answer);
    return map;
}

/* Before anything is changed: are the secrets there that will be wanted? */
static void add_asked(const struct ansible_source *source, const struct plan *plan, struct yaml_node *book)
{
    struct strv keys = {0};
    ansible_asked(source, plan, &keys);
    if (keys.count) {
        struct yaml_node *map = play_new("Look for secrets", yaml_new_string(INVENTORY_ALL_HOSTS));
        struct play play = {.tasks = yaml_new_sequence()};
        yaml_put(map, "any_errors_fatal", yaml_new_boolean(true));
        put_tag(map, "always");
        for (size_t i = 0; i < keys.count; i++) {
            char *name = ansible_secret_name(keys.items[i]);
            struct yaml_node *task = add_task(&play, name), *claim = yaml_new_mapping();
            put_owned(claim, "that", mem_printf("%s is defined", name));
            put_owned(claim, "fail_msg", mem_printf("the variable %s is wanted; README.md tells how secrets are given", name));
            yaml_put(claim, "quiet", yaml_new_boolean(true));
            yaml_put(task, "ansible.builtin.assert", claim);
            free(name);
        }
        yaml_put(map, "tasks", play.tasks);
        yaml_append(book, map);
    }
    strv_done(&keys);
}

/* What kwiz's helpers kept on hosts goes, for root and for the login user. */
static void add_clearing(const struct plan *plan, bool as_root, struct yaml_node *book)
{
    bool *is_in = mem_new(plan->host_count, sizeof *is_in), is_wanted = false;
    for (size_t t = 0; t < plan->task_count; t++)
        if (plan->steps[plan->tasks[t].step].becomes_root == as_root)
            is_wanted = is_in[plan->tasks[t].host] = true;
    if (is_wanted) {
        struct play play = {.tasks = yaml_new_sequence()};
        struct yaml_node *map = play_new("Clear up", ansible_pattern(plan, is_in));
        yaml_put(map, "become", yaml_new_boolean(as_root));
        put_tag(map, "always");
        struct yaml_node *task = add_task(&play, as_root ? "Root's folders of kwiz" : "The user's folders of kwiz");
        yaml_put(task, "ansible.builtin.command", sent("{{ kwiz_clear }}"));
        yaml_put(task, "changed_when", yaml_new_boolean(false));
        yaml_put(task, "check_mode", yaml_new_boolean(false));
        yaml_put(task, "timeout", yaml_new_number(LIMIT_MARGIN_S));
        yaml_put(map, "tasks", play.tasks);
        yaml_append(book, map);
    }
    free(is_in);
}

struct yaml_node *ansible_playbook(const struct ansible_source *source, const struct plan *plan, const char *scripts)
{
    struct yaml_node *book = yaml_new_sequence();
    add_asked(source, plan, book);
    for (size_t i = 0; i < plan->step_count; i++)
        yaml_append(book, step_play(source, plan, i, scripts));
    add_clearing(plan, true, book);
    add_clearing(plan, false, book);
    return book;
}

#define FILE_TEXT(path) "lookup('ansible.builtin.file', playbook_dir ~ '/' ~ " path ", rstrip=False)"

struct yaml_node *ansible_variables(void)
{
    struct yaml_node *map = yaml_new_mapping();
    /* What is sent goes through a pipe to the host: neither into a file there nor into its system's log. */
    yaml_put(map, "ansible_pipelining", yaml_new_boolean(true));
    yaml_put(map, "ansible_no_target_syslog", yaml_new_boolean(true));
    yaml_put_string(map, "kwiz_loader", "{{ lookup('ansible.builtin.file', playbook_dir ~ '/kwiz/loader.sh') }}");
    yaml_put_string(map, "kwiz_program",
                    "RUN='ansible'\nHOST='{{ inventory_hostname }}'\nOPERATOR='ansible'\n{{ " FILE_TEXT("'kwiz/host.sh'") " }}");
    yaml_put_string(map, "kwiz_begin", "{{ kwiz_program | length }}\n{{ kwiz_program }}");
    yaml_put_string(map, "kwiz_clear", "{{ kwiz_begin }}clear - 1 - - -\n");
    yaml_put_string(map, "kwiz_request",
        "{{ kwiz_begin }}{{ 'check' if ansible_check_mode else 'step' }} {{ kwiz_step }} {{ kwiz_limit }} {{ kwiz_become }}"
        " {{ kwiz_results_told | join(',') or '-' }} {{ kwiz_secrets_told | join(',') or '-' }}\n"
        "{% for name in kwiz_scripts %}file {{ name }} {{ " FILE_TEXT("kwiz_scripts[name]") " | b64encode }}\n{% endfor %}"
        "file common.vars {{ " FILE_TEXT("'kwiz/common.vars'") " | b64encode }}\n"
        "file host.vars {{ " FILE_TEXT("'kwiz/hosts/' ~ inventory_hostname ~ '.vars'") " | b64encode }}\n"
        /* A host's own result stands before those of others, and among them the first in the plan's order counts. */
        "{% set told = namespace(names=[]) %}{% for host in [inventory_hostname] + kwiz_publishers %}"
        "{% for key, value in (hostvars[host].kwiz_results | default({})).items() if key not in told.names %}result {{ key }} {{ value }}\n"
        "{% set told.names = told.names + [key] %}{% endfor %}{% endfor %}"
        "{% for key in kwiz_secrets if kwiz_secrets[key] %}secret {{ key }} {{ kwiz_secrets[key] }}\n{% endfor %}end\n");
    return map;
}
