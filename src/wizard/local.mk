noinst_LIBRARIES += libwizard.a
libwizard_a_SOURCES = \
	src/wizard/wizard.c src/wizard/wizard_sections.c src/wizard/wizard_hosts.c src/wizard/wizard_changes.c \
	src/wizard/wizard_parts.h src/wizard/wizard.h src/wizard/section.h src/wizard/actions.h
