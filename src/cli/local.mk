noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = \
	src/cli/exit.c src/cli/exit.h \
	src/cli/command.c src/cli/command.h \
	src/cli/spell.c src/cli/answers.c src/cli/plan.c src/cli/spells.h \
	src/cli/table.c src/cli/table.h
