# Fuzzers of the spell layer (--enable-fuzz, clang): each runs over the seeds in tests/fuzz/seeds/NAME.
SPELL_FUZZERS = tests/fuzz/fuzz_yaml tests/fuzz/fuzz_cond tests/fuzz/fuzz_spell tests/fuzz/fuzz_answers tests/fuzz/fuzz_hosts tests/fuzz/fuzz_facts tests/fuzz/fuzz_ansible
EXTRA_DIST += tests/fuzz/run tests/fuzz/smoke \
	tests/fuzz/seeds/yaml/tree tests/fuzz/seeds/yaml/refused tests/fuzz/seeds/yaml/bomb \
	tests/fuzz/seeds/cond/all tests/fuzz/seeds/cond/not-all tests/fuzz/seeds/cond/roles \
	tests/fuzz/seeds/spell/small tests/fuzz/seeds/spell/wide \
	tests/fuzz/seeds/answers/small tests/fuzz/seeds/answers/wide \
	tests/fuzz/seeds/facts/hostile tests/fuzz/seeds/facts/debian-12 tests/fuzz/seeds/facts/ubuntu-24 tests/fuzz/seeds/facts/no-tools \
	tests/fuzz/seeds/hosts/ini tests/fuzz/seeds/hosts/yaml tests/fuzz/seeds/hosts/csv tests/fuzz/seeds/hosts/ssh tests/fuzz/seeds/hosts/lines tests/fuzz/seeds/hosts/exported \
	tests/fuzz/seeds/ansible/openers

if FUZZ
noinst_PROGRAMS += $(SPELL_FUZZERS)
SPELL_FUZZ_LIBS = libspell.a libmodel.a libbase.a $(YAML_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(LTLIBINTL)
SPELL_FUZZ_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_yaml_SOURCES = tests/fuzz/fuzz_yaml.c
tests_fuzz_fuzz_yaml_LDADD = $(SPELL_FUZZ_LIBS)
tests_fuzz_fuzz_yaml_LDFLAGS = $(SPELL_FUZZ_LDFLAGS)
tests_fuzz_fuzz_cond_SOURCES = tests/fuzz/fuzz_cond.c
tests_fuzz_fuzz_cond_LDADD = $(SPELL_FUZZ_LIBS)
tests_fuzz_fuzz_cond_LDFLAGS = $(SPELL_FUZZ_LDFLAGS)
tests_fuzz_fuzz_spell_SOURCES = tests/fuzz/fuzz_spell.c
tests_fuzz_fuzz_spell_LDADD = $(SPELL_FUZZ_LIBS)
tests_fuzz_fuzz_spell_LDFLAGS = $(SPELL_FUZZ_LDFLAGS)
tests_fuzz_fuzz_answers_SOURCES = tests/fuzz/fuzz_answers.c
tests_fuzz_fuzz_answers_LDADD = $(SPELL_FUZZ_LIBS)
tests_fuzz_fuzz_answers_LDFLAGS = $(SPELL_FUZZ_LDFLAGS)
tests_fuzz_fuzz_facts_SOURCES = tests/fuzz/fuzz_facts.c
tests_fuzz_fuzz_facts_LDADD = $(SPELL_FUZZ_LIBS)
tests_fuzz_fuzz_facts_LDFLAGS = $(SPELL_FUZZ_LDFLAGS)
tests_fuzz_fuzz_hosts_SOURCES = tests/fuzz/fuzz_hosts.c
tests_fuzz_fuzz_hosts_LDADD = $(SPELL_FUZZ_LIBS)
tests_fuzz_fuzz_hosts_LDFLAGS = $(SPELL_FUZZ_LDFLAGS)
tests_fuzz_fuzz_ansible_SOURCES = tests/fuzz/fuzz_ansible.c
tests_fuzz_fuzz_ansible_LDADD = $(SPELL_FUZZ_LIBS)
tests_fuzz_fuzz_ansible_LDFLAGS = $(SPELL_FUZZ_LDFLAGS)
endif
