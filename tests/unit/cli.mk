UNIT_TESTS += tests/unit/test_kubeconfig
tests_unit_test_kubeconfig_SOURCES = tests/unit/test_kubeconfig.c tests/unit/spell_fixture.h
tests_unit_test_kubeconfig_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/test_shell
tests_unit_test_shell_SOURCES = tests/unit/test_shell.c
tests_unit_test_shell_LDADD = $(TEST_LIBS)
