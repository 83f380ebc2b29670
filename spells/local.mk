# spells: what is installed or distributed from here
spells_hello = \
	spells/hello/spell.yaml spells/hello/README.md spells/hello/lib.sh \
	spells/hello/steps/prepare.sh spells/hello/steps/prepare.check.sh spells/hello/steps/prepare.undo.sh \
	spells/hello/steps/greet.sh spells/hello/steps/greet.check.sh spells/hello/steps/greet.undo.sh \
	spells/hello/steps/report.sh spells/hello/steps/report.undo.sh
spellsdir = $(pkgdatadir)
nobase_dist_spells_DATA = $(spells_hello)
EXTRA_DIST += spells/lib/facts.sh
