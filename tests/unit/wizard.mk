UNIT_TESTS += tests/unit/test_wizard
tests_unit_test_wizard_SOURCES = tests/unit/test_wizard.c tests/screen/wizard_fixture.c tests/screen/wizard_fixture.h
tests_unit_test_wizard_LDADD = $(TEST_LIBS)
