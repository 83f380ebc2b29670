noinst_LIBRARIES += libwizard.a
libwizard_a_SOURCES = \
	src/wizard/wizard.c src/wizard/wizard_file.c src/wizard/wizard_sections.c src/wizard/wizard_changes.c src/wizard/wizard_runs.c \
	src/wizard/wizard_topology.c src/wizard/wizard_questions.c src/wizard/past.c src/wizard/past.h src/wizard/act.c src/wizard/act.h \
	src/wizard/wizard_hosts.c src/wizard/wizard_checks.c src/wizard/checks.c src/wizard/checks.h \
	src/wizard/check_report.c src/wizard/check_report.h src/wizard/check_findings.c src/wizard/check_findings.h \
	src/wizard/wizard_access.c src/wizard/wizard_mend.c src/wizard/wizard_sudo_user.c src/wizard/sudo_user.c src/wizard/sudo_user.h \
	src/wizard/wizard_parts.h src/wizard/wizard.h src/wizard/section.h src/wizard/actions.h

# The script as bytes: no string literal may be that long.
BUILT_SOURCES += src/wizard/sudo_user_sh.h
CLEANFILES += src/wizard/sudo_user_sh.h
EXTRA_DIST += src/wizard/sudo_user.sh
src/wizard/sudo_user.$(OBJEXT): src/wizard/sudo_user_sh.h
src/wizard/sudo_user_sh.h: $(srcdir)/src/wizard/sudo_user.sh
	$(AM_V_GEN)$(MKDIR_P) src/wizard && { echo 'static const char sudo_user_sh[] = {' && \
	sed "/^. shellcheck/d" $(srcdir)/src/wizard/sudo_user.sh | od -An -v -tu1 | sed 's/ *\([0-9][0-9]*\)/\1,/g' && echo '0};'; } >$@.new && mv $@.new $@
