UNIT_TESTS += tests/unit/test_cause tests/unit/test_remaining
UNIT_TESTS += tests/unit/test_facts
tests_unit_test_facts_SOURCES = tests/unit/test_facts.c
tests_unit_test_facts_LDADD = $(TEST_LIBS)
tests_unit_test_remaining_SOURCES = tests/unit/test_remaining.c
tests_unit_test_remaining_LDADD = $(TEST_LIBS)
tests_unit_test_cause_SOURCES = tests/unit/test_cause.c
tests_unit_test_cause_LDADD = $(TEST_LIBS)
