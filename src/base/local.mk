noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	src/base/err.c src/base/err.h \
	src/base/mem.c src/base/mem.h \
	src/base/buf.c src/base/buf.h \
	src/base/secret.c src/base/secret.h \
	src/base/strv.c src/base/strv.h \
	src/base/language.c src/base/language.h \
	src/base/complete.c src/base/complete.h \
	src/base/file.c src/base/file.h \
	src/base/i18n.h \
	src/base/program.c src/base/program.h \
	src/base/version.c src/base/version.h \
	src/base/utf8.c src/base/utf8.h
