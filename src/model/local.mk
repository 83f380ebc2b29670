noinst_LIBRARIES += libmodel.a
libmodel_a_SOURCES = \
	src/model/host.c src/model/host.h \
	src/model/plan.c src/model/plan.h \
	src/model/run.c src/model/run.h \
	src/model/cause.c src/model/cause_table.c src/model/cause.h \
	src/model/chain.c src/model/chain.h \
	src/model/remaining.c src/model/remaining.h \
	src/model/trace.c src/model/trace.h \
	src/model/facts.c src/model/facts.h \
	src/model/fold.c src/model/fold.h
