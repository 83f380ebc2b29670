/* How roles look: colours and attributes, chosen once from what the terminal can and the operator wants. Pure: no terminal here. */
#ifndef KWIZ_UI_THEME_H
#define KWIZ_UI_THEME_H

#include <stdbool.h>

#include "ui/role.h"

enum color_wish { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER }; /* --color */
enum theme_background { BACKGROUND_UNKNOWN, BACKGROUND_DARK, BACKGROUND_LIGHT };
enum theme_depth { DEPTH_MONO, DEPTH_16, DEPTH_256 };

#define STYLE_BOLD 1u
#define STYLE_REVERSE 2u
#define STYLE_UNDERLINE 4u
#define STYLE_DEFAULT (-1) /* the terminal's own foreground */

struct style {
    int color;           /* foreground; STYLE_DEFAULT. The background is always the terminal's own. */
    unsigned attributes; /* STYLE_ bits */
};

struct theme {
    enum theme_depth depth;
    enum theme_background background;
    bool is_cvd; /* for eyes that don't part red and green: ok is blue */
};

/* "auto" (or NULL), "always", "never". */
enum color_wish color_wish_of(const char *name);
/* Choose by wish, the terminal's number of colours, and the environment (get as getenv): KWIZ_THEME=dark|light|mono|cvd, NO_COLOR (any
 * value but the empty one), COLORFGBG. */
struct theme theme_choose(enum color_wish wish, int terminal_colors, char *(*get)(const char *name));
/* What a background of this colour (0xRRGGBB) is. */
enum theme_background theme_background_of(unsigned rgb);
struct style theme_style(const struct theme *theme, enum text_role role);

#endif
