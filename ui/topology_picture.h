/* A topology as people see it: how many hosts of each role, what they need, and a picture of it. */
#ifndef KWIZ_UI_TOPOLOGY_PICTURE_H
#define KWIZ_UI_TOPOLOGY_PICTURE_H

#include "base/buf.h"
#include "spell/spell.h"
#include "ui/canvas.h"
#include "ui/look.h"

/* Append "3 to 7, odd", "1", "2 or more". */
void topology_tell_hosts(const struct role *role, struct buf *out);
/* Append "4 GB"; nothing for 0. */
void topology_tell_size(uint64_t mb, struct buf *out);
/* The role's title in the operator's language, else its name. */
const char *topology_role_title(const struct spell *spell, const struct role *role);
/* A card a role, several behind each other where there are several hosts, from row on within rows rows. Returns the rows it took; 0, and nothing is
 * drawn, where it does not fit. */
int topology_picture(const struct spell *spell, const struct topology *topology, const struct look *look, struct canvas *canvas, int row, int rows);

#endif
