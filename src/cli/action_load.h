/* An action as the command line wants it: answers as they are and as they will be, and the plan. */
#ifndef KWIZ_CLI_ACTION_LOAD_H
#define KWIZ_CLI_ACTION_LOAD_H

#include "cli/command.h"
#include "cli/common.h"

/* Rows for commands that plan or run actions; which of them mean something depends on the action's targets. */
#define OPTIONS_NEW_HOSTS                                                                                              \
    {"host", 0, N_("NAME=ADDRESS"), N_("a new host (may be repeated); ADDRESS may be USER@ADDRESS")},                  \
        {"roles", 0, N_("ROLES"), N_("the roles of the new hosts, with commas")}
#define OPTION_LOST {"lost", 0, N_("HOST"), N_("this host leaves and is dead: nothing dials it (may be repeated)")}
#define OPTION_TO {"to", 0, N_("VALUE"), N_("what the action changes becomes this, as with --set; for an upgrade, a version")}
#define OPTION_KEEP_FILE {"keep-file", 0, NULL, N_("leave the answers file as it is, also after success")}

/* Load answers and spell and make the plan of the action; line's arguments are FILE and, from `first` on, hosts. Nothing is contacted or written. loaded has no vault. -1 = fine,
 * else the exit status, after printing why. common_unload in any case of -1. */
int action_load(const struct command_line *line, const char *action, int first, struct loaded *loaded);

#endif
