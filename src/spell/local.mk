noinst_LIBRARIES += libspell.a
libspell_a_SOURCES = \
	src/spell/yaml.c src/spell/yaml_get.c src/spell/yaml_write.c src/spell/yaml.h src/spell/yaml_write.h \
	src/spell/cond.c src/spell/cond_visit.c src/spell/cond_words.c src/spell/cond_words.h src/spell/cond_node.h src/spell/cond.h \
	src/spell/value.c src/spell/value.h src/spell/network.c src/spell/network.h \
	src/spell/question.c src/spell/question_read.c src/spell/question.h \
	src/spell/read.c src/spell/read.h \
	src/spell/requirement.c src/spell/requirement_judge.c src/spell/requirement_script.c src/spell/requirement.h \
	src/spell/requirement_measures.c src/spell/requirement_fact.c src/spell/requirement_parts.h \
	src/spell/fact_rule.c src/spell/fact_rule_read.c src/spell/fact_name.c src/spell/fact_rule.h src/spell/table.c src/spell/table.h src/spell/table_choice.c src/spell/table_choice.h \
	src/spell/measured_index.c src/spell/measured_index.h src/spell/finding.c src/spell/finding.h \
	src/spell/interface_names.c src/spell/interface_names.h \
	src/spell/runtimes_found.c src/spell/runtimes_found.h src/spell/requirement_between.c src/spell/requirement_between.h \
	src/spell/requirement_hostname.c src/spell/requirement_unique.c src/spell/requirement_resolve.c src/spell/requirement_clock.c \
	src/spell/requirement_mtu.c src/spell/requirement_iface.c src/spell/requirement_ranges.c src/spell/requirement_dns.c \
	src/spell/requirement_no_proxy.c src/spell/requirement_runtime.c \
	src/spell/mend.c src/spell/mend_script.c src/spell/mend.h \
	src/spell/reach.c src/spell/reach.h src/spell/reach_rule_text.c src/spell/reach_rule_text.h \
	src/spell/requirement_reach.c src/spell/requirement_latency.c \
	src/spell/requirement_fsync.c src/spell/requirement_fetch.c src/spell/requirement_address_free.c src/spell/requirement_endpoint.c src/spell/requirement_path_mtu.c \
	src/spell/fetch_target.c src/spell/fetch_target.h src/spell/probe.c src/spell/probe.h src/spell/probe_parts.h \
	src/spell/action.c src/spell/action.h src/spell/action_call.c src/spell/action_call.h \
	src/spell/answers_edit.c src/spell/answers_edit.h \
	src/spell/topology.c src/spell/step.c src/spell/download.c src/spell/download.h src/spell/script.c src/spell/digest.c src/spell/spell_graph.c \
	src/spell/spell_check.c src/spell/spell.c src/spell/spell.h src/spell/spell_parts.h \
	src/spell/catalog.c src/spell/catalog.h \
	src/spell/child.c src/spell/child.h \
	src/spell/translation.c src/spell/translation_lint.c src/spell/translation.h \
	src/spell/lint.c src/spell/lint.h \
	src/spell/scope.c src/spell/scope.h \
	src/spell/answers.c src/spell/answers_hosts.c src/spell/answers_values.c src/spell/answers_disjoint.c src/spell/answers_secret.c \
	src/spell/answers_text.c src/spell/answers_init.c src/spell/answers_schema.c src/spell/answers_parts.h src/spell/answers.h \
	src/spell/plan_make.c src/spell/plan_graph.c src/spell/plan_join.c src/spell/plan_json.c src/spell/plan_graph.h src/spell/plan_make.h \
	src/spell/plan_narrow.c src/spell/plan_narrow.h \
	src/spell/range.c src/spell/range.h src/spell/host_words.c src/spell/host_words.h \
	src/spell/hosts_text.c src/spell/hosts_text.h \
	src/spell/inventory.c src/spell/inventory_group.c src/spell/inventory_role.c src/spell/inventory_arguments.c src/spell/shell_words.c src/spell/shell_words.h src/spell/jinja.c src/spell/jinja.h src/spell/inventory_ini.c src/spell/inventory_yaml.c \
	src/spell/inventory_table.c src/spell/inventory_parts.h src/spell/inventory.h \
	src/spell/key_files.c src/spell/key_files.h src/spell/draft.c src/spell/draft_asked.c src/spell/draft_hosts.c src/spell/draft_judge.c src/spell/draft_file.c src/spell/draft_parts.h src/spell/draft.h

# ./kwiz of a build outside the source tree finds the spells by this file beside it; nothing of it is compiled in.
BUILT_SOURCES += spells-path
CLEANFILES += spells-path
spells-path: Makefile
	$(AM_V_GEN)cd $(srcdir)/spells && pwd >$(abs_builddir)/$@

# The facts script as bytes (no string literal may be that long), in the order of its list, without comments and indentation, which no shell
# needs: it goes to every host.
facts_scripts = \
	spells/lib/facts/facts.list \
	spells/lib/facts/access.sh \
	spells/lib/facts/base.sh \
	spells/lib/facts/disks.sh \
	spells/lib/facts/kernel.sh \
	spells/lib/facts/lxd.sh \
	spells/lib/facts/machine.sh \
	spells/lib/facts/main.sh \
	spells/lib/facts/network.sh \
	spells/lib/facts/packages.sh \
	spells/lib/facts/ports.sh \
	spells/lib/facts/runtimes.sh \
	spells/lib/facts/services.sh
EXTRA_DIST += $(facts_scripts)
BUILT_SOURCES += src/spell/facts_sh.h
CLEANFILES += src/spell/facts_sh.h
src/spell/requirement_script.$(OBJEXT): src/spell/facts_sh.h
src/spell/facts_sh.h: $(facts_scripts)
	$(AM_V_GEN)$(MKDIR_P) src/spell && { echo 'static const char facts_sh[] = {' && \
	(cd $(srcdir)/spells/lib/facts && cat $$(cat facts.list)) | sed -e '/^ *#/d' -e 's/^ *//' -e '/^$$/d' | od -An -v -tu1 | sed 's/ *\([0-9][0-9]*\)/\1,/g' && echo '0};'; } >$@.new && mv $@.new $@

# The same for the probes, which begin with what the facts script begins with.
probes_scripts = \
	spells/lib/facts/base.sh \
	spells/lib/probes/probes.list \
	spells/lib/probes/address.sh \
	spells/lib/probes/clients.sh \
	spells/lib/probes/fetch.sh \
	spells/lib/probes/fsync.sh \
	spells/lib/probes/main.sh \
	spells/lib/probes/mtu.sh
EXTRA_DIST += $(probes_scripts)
BUILT_SOURCES += src/spell/probes_sh.h
CLEANFILES += src/spell/probes_sh.h
src/spell/probe.$(OBJEXT): src/spell/probes_sh.h
src/spell/probes_sh.h: $(probes_scripts)
	$(AM_V_GEN)$(MKDIR_P) src/spell && { echo 'static const char probes_sh[] = {' && \
	(cd $(srcdir)/spells/lib/probes && cat $$(cat probes.list)) | sed -e '/^ *#/d' -e 's/^ *//' -e '/^$$/d' | od -An -v -tu1 | sed 's/ *\([0-9][0-9]*\)/\1,/g' && echo '0};'; } >$@.new && mv $@.new $@

# What stands before scripts that mend, the same way.
EXTRA_DIST += spells/lib/mend.sh
BUILT_SOURCES += src/spell/mend_sh.h
CLEANFILES += src/spell/mend_sh.h
src/spell/mend_script.$(OBJEXT): src/spell/mend_sh.h
src/spell/mend_sh.h: $(srcdir)/spells/lib/mend.sh
	$(AM_V_GEN)$(MKDIR_P) src/spell && { echo 'static const char mend_sh[] = {' && \
	sed '/^# shellcheck/d' $(srcdir)/spells/lib/mend.sh | od -An -v -tu1 | sed 's/ *\([0-9][0-9]*\)/\1,/g' && echo '0};'; } >$@.new && mv $@.new $@
