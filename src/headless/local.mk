noinst_LIBRARIES += libheadless.a
libheadless_a_SOURCES = \
	src/headless/outlet.c src/headless/outlet.h \
	src/headless/plain.c src/headless/plain.h \
	src/headless/jsonl.c src/headless/jsonl.h \
	src/headless/finding.c src/headless/finding.h \
	src/headless/prompt.c src/headless/prompt.h \
	src/headless/summary.c src/headless/summary.h \
	src/headless/frontend.c src/headless/frontend.h \
	src/headless/linein.c src/headless/linein.h \
	src/headless/dialogue.c src/headless/dialogue.h src/headless/dialogue_parts.h \
	src/headless/dialogue_say.c src/headless/dialogue_words.c src/headless/dialogue_quit.c \
	src/headless/dialogue_welcome.c src/headless/dialogue_spell.c src/headless/dialogue_hosts.c \
	src/headless/dialogue_access.c src/headless/dialogue_user.c src/headless/dialogue_mend.c src/headless/dialogue_checks.c src/headless/dialogue_options.c \
	src/headless/dialogue_review.c
