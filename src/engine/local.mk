noinst_LIBRARIES += libengine.a
libengine_a_SOURCES = \
	src/engine/record.c src/engine/record.h \
	src/engine/proto.c src/engine/proto.h \
	src/engine/recstream.c src/engine/recstream.h \
	src/engine/frame.c src/engine/frame.h \
	src/engine/event.c src/engine/event.h \
	src/engine/effect.h src/engine/out.c \
	src/engine/timers.c src/engine/timers.h \
	src/engine/engine.c src/engine/engine.h src/engine/engine_state.h \
	src/engine/hash.c \
	src/engine/hostfsm.c \
	src/engine/taskfsm.c \
	src/engine/taskend.c \
	src/engine/mint.c \
	src/engine/sched.c \
	src/engine/operator.c \
	src/engine/journal.c src/engine/journal.h src/engine/journal_file.h \
	src/engine/journal_json.c src/engine/journal_json.h \
	src/engine/journal_parse.c \
	src/engine/journal_read.c \
	src/engine/runlock.c src/engine/runlock.h
