noinst_LIBRARIES += libtransport.a
# LIBSSH_LEGACY_0_4: leaves out libssh names of before 2010 such as channel_free, which are ours here.
libtransport_a_CPPFLAGS = $(AM_CPPFLAGS) $(SSH_CFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS) -DLIBSSH_LEGACY_0_4
libtransport_a_SOURCES = \
	src/transport/transport.c src/transport/transport.h src/transport/ops.h \
	src/transport/pool.c src/transport/pool.h \
	src/transport/local.c src/transport/lxd.c src/transport/lxd.h \
	src/transport/sshconfig.c src/transport/sshconfig.h src/transport/sshquery.c \
	src/transport/dial.c src/transport/dial.h \
	src/transport/known_hosts.c src/transport/known_hosts.h src/transport/hostkey.c \
	src/transport/fingerprint.c src/transport/fingerprint.h \
	src/transport/keys.c src/transport/keys.h \
	src/transport/agent.c src/transport/agent.h src/transport/agentproxy.c src/transport/agentproxy.h \
	src/transport/auth.c src/transport/auth.h \
	src/transport/jump.c src/transport/jump.h src/transport/relay.c src/transport/relay.h \
	src/transport/http.c src/transport/http.h \
	src/transport/ssh.c src/transport/ssh.h src/transport/reach.c src/transport/handshake.c src/transport/sshchannel.c

# Not installed: the layer by itself, for tests/transport/run and the benchmark.
noinst_PROGRAMS += tests/transport/kssh
tests_transport_kssh_SOURCES = tests/transport/kssh.c
tests_transport_kssh_LDADD = libtransport.a libmodel.a libbase.a $(SSH_LIBS) $(CURL_LIBS) $(CRYPTO_LIBS) $(UV_LIBS) $(LTLIBINTL)
noinst_PROGRAMS += tests/transport/peer
tests_transport_peer_SOURCES = tests/transport/peer.c
EXTRA_DIST += tests/transport/run tests/transport/lsan.supp tests/transport/10-keys.sh tests/transport/20-passwords.sh \
	tests/transport/30-reach.sh tests/transport/40-channels.sh tests/transport/50-jump.sh tests/transport/60-access.sh tests/transport/70-dialogue.sh
