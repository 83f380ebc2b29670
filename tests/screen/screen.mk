# Screens: drawn from runs made by hand and compared with golden files; and painted by the real view through a pty.
UNIT_TESTS += tests/screen/golden tests/screen/wizard_golden
tests_screen_golden_SOURCES = tests/screen/golden.c tests/screen/golden_main.c tests/screen/golden.h tests/screen/svg.c tests/screen/svg.h tests/screen/fixture.c tests/screen/fixture.h
tests_screen_golden_LDADD = $(TEST_LIBS)
tests_screen_wizard_golden_SOURCES = tests/screen/wizard_golden.c tests/screen/golden_main.c tests/screen/golden.h tests/screen/svg.c tests/screen/svg.h \
	tests/screen/wizard_fixture.c tests/screen/wizard_fixture.h
tests_screen_wizard_golden_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/screen/monkey
tests_screen_monkey_SOURCES = tests/screen/monkey.c tests/screen/wizard_fixture.c tests/screen/wizard_fixture.h
tests_screen_monkey_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/screen/demo
tests_screen_demo_SOURCES = tests/screen/demo.c tests/screen/fixture.c tests/screen/fixture.h
tests_screen_demo_LDADD = $(TEST_LIBS)

# what checks of many hosts cost; made by hand: make tests/bench/checks
EXTRA_PROGRAMS = tests/bench/checks
tests_bench_checks_SOURCES = tests/bench/checks.c tests/screen/wizard_fixture.c tests/screen/wizard_fixture.h
tests_bench_checks_LDADD = $(TEST_LIBS)

if HAVE_VTERM
UNIT_TESTS += tests/screen/real
tests_screen_real_SOURCES = tests/screen/real.c tests/screen/stage.c tests/screen/stage.h tests/screen/pty.c tests/screen/pty.h
tests_screen_real_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_screen_real_LDADD = $(TEST_LIBS) $(VTERM_LIBS) -lutil
UNIT_TESTS += tests/screen/terminals
tests_screen_terminals_SOURCES = tests/screen/terminals.c tests/screen/stage.c tests/screen/stage.h tests/screen/pty.c tests/screen/pty.h
tests_screen_terminals_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_screen_terminals_LDADD = $(TEST_LIBS) $(VTERM_LIBS) -lutil
UNIT_TESTS += tests/screen/languages
tests_screen_languages_SOURCES = tests/screen/languages.c tests/screen/place.c tests/screen/place.h tests/screen/stage.c tests/screen/stage.h tests/screen/pty.c tests/screen/pty.h
tests_screen_languages_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_screen_languages_LDADD = $(TEST_LIBS) $(VTERM_LIBS) -lutil
UNIT_TESTS += tests/screen/leaving
tests_screen_leaving_SOURCES = tests/screen/leaving.c tests/screen/place.c tests/screen/place.h tests/screen/stage.c tests/screen/stage.h tests/screen/pty.c tests/screen/pty.h
tests_screen_leaving_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_screen_leaving_LDADD = $(TEST_LIBS) $(VTERM_LIBS) -lutil
UNIT_TESTS += tests/screen/actions
tests_screen_actions_SOURCES = tests/screen/actions.c tests/screen/place.c tests/screen/place.h tests/screen/stage.c tests/screen/stage.h tests/screen/pty.c tests/screen/pty.h
tests_screen_actions_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_screen_actions_LDADD = $(TEST_LIBS) $(VTERM_LIBS) -lutil
UNIT_TESTS += tests/screen/walk
tests_screen_walk_SOURCES = tests/screen/walk.c tests/screen/loopback.c tests/screen/loopback.h tests/screen/place.c tests/screen/place.h tests/screen/stage.c tests/screen/stage.h tests/screen/pty.c tests/screen/pty.h
tests_screen_walk_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_screen_walk_LDADD = $(TEST_LIBS) $(VTERM_LIBS) -lutil

# made by tests/bench/terminal.sh only
EXTRA_PROGRAMS += tests/bench/terminal
tests_bench_terminal_SOURCES = tests/bench/terminal.c tests/screen/pty.c tests/screen/pty.h
tests_bench_terminal_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_bench_terminal_LDADD = $(TEST_LIBS) $(VTERM_LIBS) -lutil
endif

# Not named like the program: make would distribute that one from the build folder.
EXTRA_DIST += tests/screen/screens tests/screen/pages tests/screen/spells tests/screen/spells-more
