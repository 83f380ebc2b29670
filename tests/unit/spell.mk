UNIT_TESTS += \
	tests/unit/test_yaml tests/unit/test_cond tests/unit/test_spell tests/unit/test_answers tests/unit/test_disjoint \
	tests/unit/test_plan tests/unit/test_requirement tests/unit/test_probe tests/unit/test_translation tests/unit/test_hosts_text tests/unit/test_inventory tests/unit/test_draft
tests_unit_test_yaml_SOURCES = tests/unit/test_yaml.c tests/unit/spell_fixture.h
tests_unit_test_yaml_LDADD = $(TEST_LIBS)
tests_unit_test_cond_SOURCES = tests/unit/test_cond.c tests/unit/spell_fixture.h
tests_unit_test_cond_LDADD = $(TEST_LIBS)
tests_unit_test_spell_SOURCES = tests/unit/test_spell.c tests/unit/spell_fixture.h
tests_unit_test_spell_LDADD = $(TEST_LIBS)
tests_unit_test_answers_SOURCES = tests/unit/test_answers.c tests/unit/spell_fixture.h
tests_unit_test_answers_LDADD = $(TEST_LIBS)
tests_unit_test_disjoint_SOURCES = tests/unit/test_disjoint.c tests/unit/spell_fixture.h
tests_unit_test_disjoint_LDADD = $(TEST_LIBS)
tests_unit_test_plan_SOURCES = tests/unit/test_plan.c tests/unit/spell_fixture.h
tests_unit_test_plan_LDADD = $(TEST_LIBS)
tests_unit_test_probe_SOURCES = tests/unit/test_probe.c tests/unit/spell_fixture.h
tests_unit_test_probe_LDADD = $(TEST_LIBS)
tests_unit_test_requirement_SOURCES = tests/unit/test_requirement.c tests/unit/spell_fixture.h
tests_unit_test_requirement_LDADD = $(TEST_LIBS)
tests_unit_test_translation_SOURCES = tests/unit/test_translation.c tests/unit/spell_fixture.h
tests_unit_test_translation_LDADD = $(TEST_LIBS)
tests_unit_test_hosts_text_SOURCES = tests/unit/test_hosts_text.c tests/unit/spell_fixture.h
tests_unit_test_hosts_text_LDADD = $(TEST_LIBS)
tests_unit_test_inventory_SOURCES = tests/unit/test_inventory.c tests/unit/spell_fixture.h
tests_unit_test_inventory_LDADD = $(TEST_LIBS)
tests_unit_test_draft_SOURCES = tests/unit/test_draft.c tests/unit/spell_fixture.h
tests_unit_test_draft_LDADD = $(TEST_LIBS)
include tests/fuzz/spell.mk
EXTRA_DIST += tests/unit/test.h tests/cli/run tests/cli/command.sh tests/cli/spell.sh tests/cli/answers.sh tests/cli/import.sh tests/cli/manual.sh tests/cli/translation.sh
