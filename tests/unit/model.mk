UNIT_TESTS += tests/unit/test_cause
tests_unit_test_cause_SOURCES = tests/unit/test_cause.c
tests_unit_test_cause_LDADD = $(TEST_LIBS)
