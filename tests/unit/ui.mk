UNIT_TESTS += tests/unit/test_canvas tests/unit/test_field tests/unit/test_keys tests/unit/test_theme tests/unit/test_log_reader tests/unit/test_view
tests_unit_test_canvas_SOURCES = tests/unit/test_canvas.c
tests_unit_test_canvas_LDADD = $(TEST_LIBS)
tests_unit_test_field_SOURCES = tests/unit/test_field.c
tests_unit_test_field_LDADD = $(TEST_LIBS)
tests_unit_test_field_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=explicit_bzero,--wrap=__explicit_bzero_chk
tests_unit_test_keys_SOURCES = tests/unit/test_keys.c
tests_unit_test_keys_LDADD = $(TEST_LIBS)
tests_unit_test_theme_SOURCES = tests/unit/test_theme.c
tests_unit_test_theme_LDADD = $(TEST_LIBS) -lm
tests_unit_test_log_reader_SOURCES = tests/unit/test_log_reader.c
tests_unit_test_log_reader_LDADD = $(TEST_LIBS)
tests_unit_test_view_SOURCES = tests/unit/test_view.c tests/screen/fixture.c tests/screen/fixture.h
tests_unit_test_view_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/test_text_pane
tests_unit_test_text_pane_SOURCES = tests/unit/test_text_pane.c
tests_unit_test_text_pane_LDADD = $(TEST_LIBS)
