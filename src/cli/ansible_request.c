/* group_vars/all.yaml: what is sent to a host for a step (src/engine/host/playbook.sh), as templates that Ansible evaluates there and then. */
#include "cli/ansible_parts.h"

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
        "file common.vars {{ " FILE_TEXT("(kwiz_common | default('kwiz/common.vars'))") " | b64encode }}\n"
        "file host.vars {{ " FILE_TEXT("'kwiz/hosts/' ~ inventory_hostname ~ '.vars'") " | b64encode }}\n"
        /* A host's own result stands before those of others, and among them the first in the plan's order counts. */
        "{% set told = namespace(names=[]) %}{% for host in [inventory_hostname] + kwiz_publishers %}"
        "{% for key, value in (hostvars[host].kwiz_results | default({})).items() if key not in told.names %}result {{ key }} {{ value }}\n"
        "{% set told.names = told.names + [key] %}{% endfor %}{% endfor %}"
        "{% for key in kwiz_secrets if kwiz_secrets[key] %}secret {{ key }} {{ kwiz_secrets[key] }}\n{% endfor %}end\n");
    return map;
}
