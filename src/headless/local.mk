noinst_LIBRARIES += libheadless.a
libheadless_a_SOURCES =
