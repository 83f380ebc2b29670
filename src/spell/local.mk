noinst_LIBRARIES += libspell.a
libspell_a_SOURCES = \
	src/spell/yaml.c src/spell/yaml_get.c src/spell/yaml.h \
	src/spell/cond.c src/spell/cond.h \
	src/spell/value.c src/spell/value.h \
	src/spell/question.c src/spell/question_read.c src/spell/question.h \
	src/spell/read.c src/spell/read.h
