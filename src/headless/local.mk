noinst_LIBRARIES += libheadless.a
libheadless_a_SOURCES = \
	src/headless/outlet.c src/headless/outlet.h \
	src/headless/plain.c src/headless/plain.h \
	src/headless/jsonl.c src/headless/jsonl.h \
	src/headless/finding.c src/headless/finding.h \
	src/headless/prompt.c src/headless/prompt.h \
	src/headless/summary.c src/headless/summary.h \
	src/headless/frontend.c src/headless/frontend.h
