/* A host's facts for people to read. */
#ifndef KWIZ_CLI_FACTS_TEXT_H
#define KWIZ_CLI_FACTS_TEXT_H

#include <stdio.h>

#include "model/facts.h"

/* Print them by groups, sorted; what several facts say alike (`tool:ip yes`, `tool:tc yes`) in one line, wrapped at about 110 columns. */
void facts_text_print(const struct facts *facts, FILE *out);

#endif
