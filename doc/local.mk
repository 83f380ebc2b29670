# doc: what is installed or distributed from here
dist_man_MANS += doc/kwiz.1 doc/kwiz-spell.5 doc/kwiz-answers.5
EXTRA_DIST += doc/step-protocol.md doc/facts.md
EXTRA_DIST += doc/screenshots
# The README shows them.
screensdir = $(docdir)/doc/screens
dist_screens_DATA = doc/screens/access.svg doc/screens/failed.svg doc/screens/hosts.svg doc/screens/options.svg doc/screens/requirements.svg \
	doc/screens/review.svg doc/screens/run.svg
dist_doc_DATA = README.md
