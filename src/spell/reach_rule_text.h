/* The rule that would let a probe through, for the firewall that the target says it has. */
#ifndef KWIZ_SPELL_REACH_RULE_TEXT_H
#define KWIZ_SPELL_REACH_RULE_TEXT_H

#include "spell/reach.h"

/* A sentence for people, with the command to run there. malloc'd. */
char *reach_rule_text(const struct measured_host *from, const struct measured_host *to, const struct reach_probe *probe);

#endif
