noinst_LIBRARIES += libcli.a
libcli_a_CPPFLAGS = $(AM_CPPFLAGS) $(ARCHIVE_CFLAGS) $(CRYPTO_CFLAGS)
libcli_a_SOURCES = \
	src/cli/exit.c src/cli/exit.h \
	src/cli/command.c src/cli/command.h \
	src/cli/spell.c src/cli/answers.c src/cli/import.c src/cli/plan.c src/cli/narrow.c src/cli/spells.h \
	src/cli/common.c src/cli/common.h \
	src/cli/desk.c src/cli/desk.h src/cli/questions.c src/cli/questions.h \
	src/cli/execute.c src/cli/execute.h src/cli/confirm.c src/cli/show.c src/cli/show.h \
	src/cli/wizard.c src/cli/editor.c src/cli/editor.h src/cli/tongue.c src/cli/tongue.h \
	src/cli/foreground.c src/cli/foreground.h src/cli/shell.c src/cli/shell_command.c src/cli/shell.h \
	src/cli/export.c src/cli/ansible.c src/cli/ansible.h src/cli/ansible_parts.h \
	src/cli/ansible_inventory.c src/cli/ansible_playbook.c src/cli/ansible_tasks.c src/cli/ansible_secrets.c src/cli/ansible_request.c src/cli/ansible_text.c \
	src/cli/vault.c src/cli/vault.h \
	src/cli/aftermath.c src/cli/aftermath.h \
	src/cli/kubeconfig.c src/cli/kubeconfig.h src/cli/kubeconfig_file.c src/cli/kubeconfig_file.h \
	src/cli/kubeconfig_check.c src/cli/kubeconfig_merge.c src/cli/kubeconfig_view.c src/cli/kubeconfig_view.h src/cli/kubeconfig_judge.c src/cli/kubeconfig_judge.h \
	src/cli/kubeconfig_secrets.c src/cli/kubeconfig_secrets.h src/cli/certificate.c src/cli/certificate.h src/cli/look.c src/cli/look.h \
	src/cli/kubectl.c src/cli/kubectl.h src/cli/kubectl_trouble.c src/cli/kubectl_trouble.h \
	src/cli/check.c src/cli/check_json.c src/cli/check_json.h src/cli/survey_line.c src/cli/survey_line.h src/cli/mend.c src/cli/mend.h src/cli/facts.c src/cli/facts_text.c src/cli/facts_text.h \
	src/cli/run.c src/cli/runs.c src/cli/action.c src/cli/action_load.c src/cli/action_load.h src/cli/rewrite.c src/cli/rewrite.h \
	src/cli/table.c src/cli/table.h
