/* The table of checks for spells/kubernetes/README.md, made from spell.yaml. */
#ifndef KWIZ_TESTS_VERDICTS_TABLE_H
#define KWIZ_TESTS_VERDICTS_TABLE_H

/* malloc'd. path: of spell.yaml. Ends the program when it can't be read. */
char *verdicts_table(const char *path);

#endif
