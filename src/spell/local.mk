noinst_LIBRARIES += libspell.a
libspell_a_SOURCES =
