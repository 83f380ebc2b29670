# Unit tests: one program a module. Layers add theirs below, each as tests/unit/test_NAME.c.
TEST_LIBS = libcli.a libheadless.a libui.a libwizard.a libengine.a libtransport.a libspell.a libmodel.a libbase.a \
	$(SSH_LIBS) $(CURL_LIBS) $(YAML_LIBS) $(JANSSON_LIBS) $(ARCHIVE_LIBS) $(CRYPTO_LIBS) $(NCURSES_LIBS) \
	$(UV_LIBS) $(CMOCKA_LIBS) $(LTLIBINTL)

include tests/unit/base.mk
include tests/unit/model.mk
include tests/unit/spell.mk
include tests/unit/transport.mk
include tests/unit/engine.mk
include tests/fuzz/engine.mk
include tests/unit/wizard.mk
include tests/unit/headless.mk
include tests/unit/ui.mk
include tests/unit/cli.mk
include tests/screen/screen.mk

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
endif

EXTRA_DIST += tests/bench/run tests/bench/floor.c tests/bench/terminal.sh tests/bench/spells/trivial/spell.yaml tests/bench/spells/trivial/step.sh tests/bench/spells/trivial/README.md \
	tests/bench/spells/flood/spell.yaml tests/bench/spells/flood/step.sh tests/bench/spells/flood/README.md
EXTRA_DIST += tests/wizard/sudo_user.sh
EXTRA_DIST += tests/mesh/run
EXTRA_DIST += tests/probes/run
EXTRA_DIST += tests/facts/run tests/facts/rocky tests/facts/rocky.golden tests/facts/README.md \
	tests/facts/alt-p11.facts tests/facts/debian-12-arm64.facts tests/facts/debian-12-left-over.facts tests/facts/debian-12-user.facts \
	tests/facts/verdicts/cases tests/facts/verdicts/alt-p11.txt tests/facts/verdicts/debian-12-arm64.txt tests/facts/verdicts/debian-12-left-over.txt tests/facts/verdicts/debian-12-user.txt tests/facts/verdicts/debian-12.txt tests/facts/verdicts/rocky-9.txt tests/facts/verdicts/ubuntu-22.04.txt tests/facts/verdicts/ubuntu-24.04-lxd.txt tests/facts/verdicts/ubuntu-24.04.txt \
	tests/facts/debian-12.facts tests/facts/rocky-9.facts tests/facts/ubuntu-22.04.facts tests/facts/ubuntu-24.04-lxd.facts tests/facts/ubuntu-24.04.facts
