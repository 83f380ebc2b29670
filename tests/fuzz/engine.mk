# Fuzzers of the engine (--enable-fuzz, clang). Seeds: tests/fuzz/seeds/NAME; libFuzzer writes into the first folder it is given, so name
# a scratch folder before them.
ENGINE_FUZZERS = tests/fuzz/fuzz_proto tests/fuzz/fuzz_rec tests/fuzz/fuzz_journal
EXTRA_DIST += \
	tests/fuzz/seeds/proto/conversation tests/fuzz/seeds/proto/refused tests/fuzz/seeds/proto/malformed \
	tests/fuzz/seeds/rec/items tests/fuzz/seeds/rec/garbage \
	tests/fuzz/seeds/journal/run tests/fuzz/seeds/journal/torn

if FUZZ
noinst_PROGRAMS += $(ENGINE_FUZZERS)
ENGINE_FUZZ_LIBS = libengine.a libmodel.a libbase.a $(JANSSON_LIBS) $(LTLIBINTL)
ENGINE_FUZZ_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_proto_SOURCES = tests/fuzz/fuzz_proto.c
tests_fuzz_fuzz_proto_LDADD = $(ENGINE_FUZZ_LIBS)
tests_fuzz_fuzz_proto_LDFLAGS = $(ENGINE_FUZZ_LDFLAGS)
tests_fuzz_fuzz_rec_SOURCES = tests/fuzz/fuzz_rec.c
tests_fuzz_fuzz_rec_LDADD = $(ENGINE_FUZZ_LIBS)
tests_fuzz_fuzz_rec_LDFLAGS = $(ENGINE_FUZZ_LDFLAGS)
tests_fuzz_fuzz_journal_SOURCES = tests/fuzz/fuzz_journal.c tests/unit/engine_plan.c tests/unit/engine_plan.h
tests_fuzz_fuzz_journal_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_fuzz_fuzz_journal_LDADD = $(ENGINE_FUZZ_LIBS)
tests_fuzz_fuzz_journal_LDFLAGS = $(ENGINE_FUZZ_LDFLAGS)
endif
