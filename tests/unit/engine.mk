
UNIT_TESTS += tests/unit/test_mask
tests_unit_test_mask_SOURCES = tests/unit/test_mask.c
tests_unit_test_mask_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/test_proto
tests_unit_test_proto_SOURCES = tests/unit/test_proto.c
tests_unit_test_proto_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test_engine
tests_unit_test_engine_SOURCES = tests/unit/test_engine.c tests/unit/engine_drive.c tests/unit/engine_drive.h \
	tests/unit/engine_plan.c tests/unit/engine_plan.h
tests_unit_test_engine_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test_engine_walk
tests_unit_test_engine_walk_SOURCES = tests/unit/test_engine_walk.c tests/unit/engine_world.c tests/unit/engine_world.h \
	tests/unit/engine_fate.c tests/unit/engine_drive.c tests/unit/engine_drive.h \
	tests/unit/engine_plan.c tests/unit/engine_plan.h
tests_unit_test_engine_walk_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test_journal
tests_unit_test_journal_SOURCES = tests/unit/test_journal.c tests/unit/engine_plan.c tests/unit/engine_plan.h
tests_unit_test_journal_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test_outbox
tests_unit_test_outbox_SOURCES = tests/unit/test_outbox.c
tests_unit_test_outbox_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test_contacts
tests_unit_test_contacts_SOURCES = tests/unit/test_contacts.c
tests_unit_test_contacts_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test_access
tests_unit_test_access_SOURCES = tests/unit/test_access.c
tests_unit_test_access_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test_mesh
tests_unit_test_mesh_SOURCES = tests/unit/test_mesh.c
tests_unit_test_mesh_LDADD = $(TEST_LIBS)
