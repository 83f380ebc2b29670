UNIT_TESTS += tests/unit/test_transport tests/unit/test_http
tests_unit_test_transport_CPPFLAGS = $(AM_CPPFLAGS) $(SSH_CFLAGS) -DLIBSSH_LEGACY_0_4
tests_unit_test_transport_SOURCES = tests/unit/test_transport.c
tests_unit_test_transport_LDADD = $(TEST_LIBS)
tests_unit_test_http_SOURCES = tests/unit/test_http.c
tests_unit_test_http_LDADD = $(TEST_LIBS)
