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

# The impure part: what performs effects.
libengine_a_SOURCES += \
	src/engine/mask.c src/engine/mask.h \
	src/engine/rundir.c src/engine/rundir.h \
	src/engine/stream.c src/engine/stream.h \
	src/engine/bootstrap.c src/engine/bootstrap.h src/engine/host_scripts.h \
	src/engine/contacts.c src/engine/contacts.h \
	src/engine/session.c src/engine/session.h src/engine/session_parts.h \
	src/engine/become.c src/engine/become.h src/engine/abort.c src/engine/missing.c src/engine/missing.h \
	src/engine/link.c src/engine/request.c src/engine/runner_parts.h \
	src/engine/outbox.c src/engine/outbox.h \
	src/engine/runner.c src/engine/runner.h \
	src/engine/access.c src/engine/access.h src/engine/access_parts.h \
	src/engine/access_host.c src/engine/access_root.c src/engine/access_facts.c src/engine/access_probe.c src/engine/access_perform.c \
	src/engine/errand.c src/engine/errand.h src/engine/letters.c src/engine/letters.h \
	src/engine/access_mesh.c src/engine/mesh.c src/engine/mesh.h src/engine/mesh_talk.c src/engine/mesh_talk.h \
	src/engine/survey.c src/engine/survey.h \
	src/engine/mending.c src/engine/mending.h src/engine/mendlog.c src/engine/mendlog.h
nodist_libengine_a_SOURCES = src/engine/host_scripts.c

host_scripts = \
	src/engine/host/abort.list \
	src/engine/host/abort.sh \
	src/engine/host/attach.sh \
	src/engine/host/bootstrap.list \
	src/engine/host/common.sh \
	src/engine/host/ending.sh \
	src/engine/host/lib.sh \
	src/engine/host/loader.sh \
	src/engine/host/lock.sh \
	src/engine/host/main.sh \
	src/engine/host/run.sh \
	src/engine/host/mesh.pl \
	src/engine/host/mesh.py \
	src/engine/host/mesh.sh \
	src/engine/host/mutex.sh \
	src/engine/host/places.sh \
	src/engine/host/playbook.list \
	src/engine/host/playbook.sh \
	src/engine/host/reader.sh \
	src/engine/host/record.sh \
	src/engine/host/self.sh \
	src/engine/host/start.sh \
	src/engine/host/supervisor.sh \
	src/engine/host/wrapper.sh \
	src/engine/host/writer.sh
src/engine/host_scripts.c: $(host_scripts) src/engine/embed.sh
	$(AM_V_GEN)$(MKDIR_P) src/engine && sh $(srcdir)/src/engine/embed.sh $(srcdir)/src/engine/host > $@.tmp && mv -f $@.tmp $@
BUILT_SOURCES += src/engine/host_scripts.c
CLEANFILES += src/engine/host_scripts.c
EXTRA_DIST += $(host_scripts) src/engine/embed.sh

# For tests/transport/run; not installed.
noinst_PROGRAMS += tests/transport/kaccess
tests_transport_kaccess_SOURCES = tests/transport/kaccess.c
tests_transport_kaccess_LDADD = libengine.a libtransport.a libspell.a libmodel.a libbase.a $(SSH_LIBS) $(CURL_LIBS) $(YAML_LIBS) $(JANSSON_LIBS) \
	$(CRYPTO_LIBS) $(UV_LIBS) $(LTLIBINTL)
