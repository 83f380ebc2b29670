/* Where spells are found. */
#ifndef KWIZ_SPELL_CATALOG_H
#define KWIZ_SPELL_CATALOG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strv.h"

struct catalog_options {
    struct strv folders; /* from --spells, in order; each holds spells as sub-folders */
};

/* The folders that are searched, in order: options, KWIZ_SPELLS (colon-separated), the user's ($XDG_DATA_HOME/kwiz/spells), the build
 * tree's own when the program runs from one, the ones below the program's own prefix, the installed ones. Those that do not exist are left out. */
void catalog_folders(const struct catalog_options *options, struct strv *folders);
/* The folder of the spell of that name (malloc'd), the first found; NULL with ERR_INVALID naming where was searched and the nearest
 * name. A name with a '/' in it is taken as the folder itself. */
char *catalog_find(const struct catalog_options *options, const char *name, struct err *err);
/* Folders of all spells, each name once (the first found), sorted by name. */
void catalog_list(const struct catalog_options *options, struct strv *spells);

#endif
