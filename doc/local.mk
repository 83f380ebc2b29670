# doc: what is installed or distributed from here
dist_man_MANS += doc/kwiz.1 doc/kwiz-spell.5 doc/kwiz-answers.5
EXTRA_DIST += doc/step-protocol.md
