/* What of the export is no YAML: ansible.cfg, and the README that tells how it is run. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/aftermath.h"
#include "cli/ansible_parts.h"

char *ansible_config(void)
{
    return mem_strdup("[defaults]\n"
                      "inventory = inventory.yaml\n"
                      "host_key_checking = True\n"
                      "interpreter_python = auto_silent\n"
                      "gathering = explicit\n"
                      "forks = 50\n"
                      "timeout = 30\n"
                      "retry_files_enabled = False\n"
                      "display_skipped_hosts = False\n"
                      "no_target_syslog = True\n"
                      "\n"
                      "[ssh_connection]\n"
                      "pipelining = True\n"
                      "ssh_args = -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=15 -o ServerAliveCountMax=8\n");
}

static bool publishes(const struct plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->step_count; i++)
        if (strv_has(&plan->steps[i].mints, key))
            return true;
    return false;
}

static void add_running(const struct ansible_source *source, struct buf *text)
{
    buf_addf(text, _("# %s, by Ansible\n\n"
                     "Written by `kwiz export --ansible` from the spell %s %s (%s), topology %s. It does what `kwiz run` does, by the same\n"
                     "scripts. Whoever wants something else changes the answers and exports again: nothing in here is meant to be edited.\n\n"),
             source->install->cluster, source->install->spell, source->install->spell_version, source->install->spell_digest,
             source->install->topology);
    buf_adds(text, _("## Running it\n\n"
                     "    ansible-playbook site.yaml              install; again: changes only what is not as it should be\n"
                     "    ansible-playbook --check site.yaml      only looks, by the steps' checks; a step without one counts as changed\n"));
    if (source->reset)
        buf_adds(text, _("    ansible-playbook reset.yaml             take back what was done to the hosts\n"));
    for (size_t i = 0; i < source->action_count; i++)
        buf_addf(text, "    ansible-playbook action-%s.yaml\n", source->actions[i]->action);
    buf_adds(text, _("\nFrom this folder, so that ansible.cfg counts; a job of AWX needs inventory.yaml as its inventory's source and host keys in its execution\n"
                     "environment's known_hosts. Wanted: ansible-core 2.12 or newer here; on the hosts Python, as Ansible wants it, awk and base64.\n"
                     "`kwiz check` looks whether hosts are as they must be; the playbooks do not.\n\n"
                     "Each play is one step and has the step's name as its tag. When a step fails, run the same again: checks tell what is done.\n"
                     "What steps publish for others is known only within one run of the playbook, so with `--tags` those that publish must be named, too.\n\n"));
}

/* Their hosts and answers are known when they are done; and they write the answers file. */
static void add_others(const struct ansible_source *source, struct buf *text)
{
    if (!source->left_to_kwiz->count)
        return;
    char *names = strv_join(source->left_to_kwiz, ", ");
    buf_addf(text, _("What needs hosts to be named or changes the answers is in no playbook, and left to kwiz: %s.\n\n"), names);
    free(names);
}

static void add_tags(const struct ansible_source *source, struct buf *text)
{
    for (size_t i = 0; i < source->install->step_count; i++)
        if (source->install->steps[i].optional)
            buf_addf(text, _("The step %s may be left out: `--skip-tags %s`.\n\n"), source->install->steps[i].id, source->install->steps[i].id);
}

static void add_kubeconfig(const struct ansible_source *source, struct buf *text)
{
    if (publishes(source->install, AFTERMATH_KUBECONFIG))
        buf_addf(text, _("## kubeconfig\n\n"
                         "    ansible-playbook -e kwiz_kubeconfig=$HOME/.kube/%s site.yaml\n\n"
                         "stores the administrator's kubeconfig in that file of the machine that runs the playbook, mode 0600. Without the variable it stays on\n"
                         "the control plane.\n\n"),
                 source->install->cluster);
}

static void add_secret(struct buf *text, const struct answers *answers, const char *key, const char *how)
{
    if (answers_has_secret(answers, key))
        buf_addf(text, "- %s\n", how);
}

static void add_secrets(const struct ansible_source *source, struct buf *text)
{
    struct strv keys = {0};
    ansible_asked(source, source->install, &keys);
    if (source->reset)
        ansible_asked(source, source->reset, &keys);
    for (size_t i = 0; i < source->action_count; i++)
        ansible_asked(source, source->actions[i], &keys);
    buf_adds(text, _("## Secrets\n\nNone are in this folder. "));
    if (!keys.count && !source->answers->secret_count)
        buf_adds(text, _("None are needed, unless sudo or ssh ask for passwords: `-K`, `-k`.\n"));
    else
        buf_adds(text, _("These are wanted, as variables: from a file that ansible-vault encrypts (`-e @secrets.yaml --ask-vault-pass`), or as AWX gives them;\n"
                         "not as words after `-e`, which whoever lists processes can read.\n\n"));
    for (size_t i = 0; i < keys.count; i++) {
        char *name = ansible_secret_name(keys.items[i]);
        buf_addf(text, "- `%s`\n", name);
        free(name);
    }
    add_secret(text, source->answers, "sudo_password", _("`ansible_become_password`, or `-K`: sudo's password"));
    add_secret(text, source->answers, "ssh_password", _("`ansible_password`, or `-k`, for which sshpass must be there: the password to log in with"));
    add_secret(text, source->answers, "key_passphrase", _("the passphrase of the key file: by ssh-agent"));
    strv_done(&keys);
    buf_adds(text, _("\nWhat steps need of them goes through a pipe to the host and lies there in memory (tmpfs) while the step runs.\n\n"));
}

static void add_host_keys(const struct ansible_source *source, struct buf *text)
{
    const struct plan *plan = source->install;
    bool has_any = false;
    buf_adds(text, _("## Host keys\n\nThey are verified, against the known_hosts of whoever runs the playbook.\n"));
    for (size_t h = 0; h < plan->host_count; h++)
        for (size_t i = 0; i < plan->hosts[h].host.host_keys.count; i++) {
            if (!has_any)
                buf_adds(text, _("The answers accept these, which Ansible can't be told; compare before you put keys into known_hosts:\n\n"));
            has_any = true;
            buf_addf(text, "- %s: `%s`\n", plan->hosts[h].host.name, plan->hosts[h].host.host_keys.items[i]);
        }
}

static void add_differences(struct buf *text)
{
    buf_adds(text, _("\n## Where it differs from kwiz\n\n"
                     "- A play ends on all hosts before the next begins; kwiz begins a step on a host as soon as what it needs is done.\n"
                     "- When a step fails that other hosts need, or one that runs on some hosts at a time, all stops; kwiz goes on with what does not need it.\n"
                     "- kwiz takes up steps that went on while the link was lost. Here the task fails; the step goes on on the host, and the next run refuses to\n"
                     "  begin there until it has ended.\n"
                     "- While a step runs, kwiz refuses the host, and where kwiz runs, the playbook does.\n"
                     "- A step's whole log lies on the host, below /var/lib/kwiz/ansible, until the last play; what fails shows its last 64 KiB. A log has no limit.\n"
                     "- Requirements, `--limit` and `--only`, resuming, the summary and the merging of kubeconfigs are kwiz's alone.\n"));
}

char *ansible_readme(const struct ansible_source *source)
{
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    add_running(source, &text);
    add_others(source, &text);
    add_tags(source, &text);
    add_kubeconfig(source, &text);
    add_secrets(source, &text);
    add_host_keys(source, &text);
    add_differences(&text);
    return buf_take(&text);
}
