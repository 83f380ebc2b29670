/* The tasks of a step's play. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/aftermath.h"
#include "cli/ansible_parts.h"
#include "spell/jinja.h"

#define REBOOT_LIMIT_S 600u /* as kwiz gives (kwiz.1, CONNECTIONS) */
#define PAGE_TRIES 12u      /* of 5 s: aftermath.c waits a minute for the sample page, too */

static const struct plan_step *step_of(const struct ansible_play *play)
{
    return &play->plan->steps[play->step];
}

struct yaml_node *ansible_add_task(struct ansible_play *play, const char *name)
{
    struct yaml_node *task = yaml_new_mapping();
    yaml_put_owned(task, "name", jinja_literal(name));
    yaml_append(play->tasks, task);
    return task;
}

struct yaml_node *ansible_command(const char *request)
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
static void add_step(struct ansible_play *play)
{
    const struct plan_step *step = step_of(play);
    struct yaml_node *task = ansible_add_task(play, step->title);
    yaml_put(task, "ansible.builtin.command", ansible_command("{{ kwiz_request }}"));
    yaml_put_string(task, "register", play->answer);
    yaml_put_owned(task, "changed_when", mem_printf("%s.stdout | default('') is search('\"changed\": true')", play->answer));
    yaml_put(task, "failed_when", yaml_new_boolean(false));
    if (step->retries) {
        yaml_put_owned(task, "until", mem_printf("%s.rc | default(1) == 0", play->answer));
        yaml_put(task, "retries", yaml_new_number(step->retries));
        yaml_put(task, "delay", yaml_new_number((step->retry_delay_ms + 999) / 1000));
    }
    yaml_put(task, "timeout", yaml_new_number((step->timeout_ms + 999) / 1000 + ANSIBLE_MARGIN_S));
    yaml_put(task, "check_mode", yaml_new_boolean(false)); /* what is sent says itself that only checks are wanted */
    if (step->reads.count || step->mints.count)
        yaml_put(task, "no_log", yaml_new_boolean(true));
    char *name = mem_printf("%s: failed", step->id);
    task = ansible_add_task(play, name);
    free(name);
    struct yaml_node *fail = yaml_new_mapping();
    yaml_put_owned(fail, "msg", mem_printf("{{ %s.stderr | default(%s.msg, true) | default('no answer', true) }}", play->answer, play->answer));
    yaml_put(task, "ansible.builtin.fail", fail);
    yaml_put_owned(task, "when", mem_printf("%s.rc | default(1) != 0", play->answer));
}

static void add_results(struct ansible_play *play)
{
    const struct plan_step *step = step_of(play);
    if (!step->results.count)
        return;
    char *name = mem_printf("%s: results", step->id), *json = ansible_told(play->answer);
    struct yaml_node *task = ansible_add_task(play, name), *fact = yaml_new_mapping();
    yaml_put_owned(fact, "kwiz_results", mem_printf("{{ kwiz_results | default({}) | combine(%s.results) }}", json));
    yaml_put(task, "ansible.builtin.set_fact", fact);
    free(name);
    free(json);
}

static void add_warnings(struct ansible_play *play)
{
    char *name = mem_printf("%s: warnings", step_of(play)->id), *json = ansible_told(play->answer);
    struct yaml_node *task = ansible_add_task(play, name), *debug = yaml_new_mapping();
    yaml_put_owned(debug, "msg", mem_printf("{{ %s.warnings | map('b64decode') | list }}", json));
    yaml_put(task, "ansible.builtin.debug", debug);
    yaml_put_owned(task, "when", mem_printf("%s.stdout is search('\"warnings\": .\"')", play->answer));
    free(name);
    free(json);
}

static void add_reboot(struct ansible_play *play)
{
    if (!strstr(step_of(play)->script, "kwiz_reboot"))
        return;
    char *name = mem_printf("%s: boot the host", step_of(play)->id);
    struct yaml_node *task = ansible_add_task(play, name), *reboot = yaml_new_mapping();
    yaml_put(reboot, "reboot_timeout", yaml_new_number(REBOOT_LIMIT_S));
    /* What tells one boot from another (doc/step-protocol.md): containers share the machine's boot_id. */
    yaml_put_string(reboot, "boot_time_command", "cat /proc/sys/kernel/random/boot_id && cut -d ' ' -f 22 /proc/1/stat");
    yaml_put(task, "ansible.builtin.reboot", reboot);
    yaml_put_owned(task, "when", mem_printf("%s.stdout is search('\"reboot\": true')", play->answer));
    free(name);
}

/* By the machine that runs the playbook, as its user. */
static void make_local(struct yaml_node *task)
{
    yaml_put_string(task, "delegate_to", "127.0.0.1"); /* a host of the inventory may be called localhost */
    yaml_put(task, "become", yaml_new_boolean(false));
}

static void add_kubeconfig(struct ansible_play *play)
{
    if (!strv_has(&step_of(play)->mints, AFTERMATH_KUBECONFIG))
        return;
    char *name = mem_printf("%s: store the kubeconfig", step_of(play)->id), *json = ansible_told(play->answer);
    struct yaml_node *task = ansible_add_task(play, name), *file = yaml_new_mapping();
    yaml_put_owned(file, "content", mem_printf("{{ %s.secrets." AFTERMATH_KUBECONFIG " | b64decode }}", json));
    yaml_put_string(file, "dest", "{{ kwiz_kubeconfig }}");
    yaml_put_string(file, "mode", "0600");
    yaml_put(task, "ansible.builtin.copy", file);
    make_local(task);
    yaml_put(task, "no_log", yaml_new_boolean(true));
    yaml_put_owned(task, "when", mem_printf("kwiz_kubeconfig is defined and %s.secrets." AFTERMATH_KUBECONFIG " is defined", json));
    free(name);
    free(json);
}

static void add_page(struct ansible_play *play)
{
    if (!strv_has(&step_of(play)->results, AFTERMATH_SAMPLE))
        return;
    char *name = mem_printf("%s: fetch its page", step_of(play)->id);
    struct yaml_node *task = ansible_add_task(play, name), *get = yaml_new_mapping();
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

void ansible_add_step(struct ansible_play *play)
{
    add_step(play);
    add_results(play);
    add_warnings(play);
    add_reboot(play);
    add_kubeconfig(play);
    add_page(play);
}
