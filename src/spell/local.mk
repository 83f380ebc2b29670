noinst_LIBRARIES += libspell.a
libspell_a_SOURCES = \
	src/spell/yaml.c src/spell/yaml_get.c src/spell/yaml.h \
	src/spell/cond.c src/spell/cond_visit.c src/spell/cond_node.h src/spell/cond.h \
	src/spell/value.c src/spell/value.h \
	src/spell/question.c src/spell/question_read.c src/spell/question.h \
	src/spell/read.c src/spell/read.h \
	src/spell/requirement.c src/spell/requirement.h \
	src/spell/topology.c src/spell/step.c src/spell/script.c src/spell/digest.c src/spell/spell_graph.c \
	src/spell/spell_check.c src/spell/spell.c src/spell/spell.h src/spell/spell_parts.h \
	src/spell/catalog.c src/spell/catalog.h \
	src/spell/child.c src/spell/child.h \
	src/spell/lint.c src/spell/lint.h

# ./kwiz of a build outside the source tree finds the spells by this file beside it; nothing of it is compiled in.
BUILT_SOURCES += spells-path
CLEANFILES += spells-path
spells-path: Makefile
	$(AM_V_GEN)cd $(srcdir)/spells && pwd >$(abs_builddir)/$@
