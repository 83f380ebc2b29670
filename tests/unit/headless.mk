# The line dialogue, with hosts that are made up: the calls that would answer them are caught.
UNIT_TESTS += tests/headless/dialogue
tests_headless_dialogue_SOURCES = tests/headless/dialogue.c tests/headless/walk.c tests/headless/walks.c tests/headless/walk.h \
	tests/screen/wizard_fixture.c tests/screen/wizard_fixture.h
tests_headless_dialogue_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=access_answer,--wrap=access_again,--wrap=access_perform
tests_headless_dialogue_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/headless/walks
if HAVE_VTERM
UNIT_TESTS += tests/headless/terminal
tests_headless_terminal_SOURCES = tests/headless/terminal.c tests/screen/stage.c tests/screen/stage.h tests/screen/pty.c tests/screen/pty.h
tests_headless_terminal_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_headless_terminal_LDADD = $(TEST_LIBS) $(VTERM_LIBS) -lutil
UNIT_TESTS += tests/headless/same
tests_headless_same_SOURCES = tests/headless/same.c tests/screen/stage.c tests/screen/stage.h tests/screen/pty.c tests/screen/pty.h
tests_headless_same_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_headless_same_LDADD = $(TEST_LIBS) $(VTERM_LIBS) -lutil
endif
