#include "ui/theme.h"

#include <stdlib.h>
#include <string.h>

/* The 256-colour values have a contrast of at least 5.2:1 on #000000 and #2e3440 (dark), #ffffff and #fdf6e3
 * (light). Colour 8 is never used: Solarized has it as its background. */
static const struct style mono[ROLE_COUNT] = {
    [ROLE_TEXT] = {STYLE_DEFAULT, 0},
    [ROLE_DIM] = {STYLE_DEFAULT, 0},
    [ROLE_TITLE] = {STYLE_DEFAULT, STYLE_REVERSE},
    [ROLE_FOCUS] = {STYLE_DEFAULT, STYLE_REVERSE},
    [ROLE_KEY] = {STYLE_DEFAULT, STYLE_BOLD},
    [ROLE_BUTTON] = {STYLE_DEFAULT, STYLE_BOLD},
    [ROLE_FIELD] = {STYLE_DEFAULT, STYLE_UNDERLINE},
    [ROLE_OK] = {STYLE_DEFAULT, 0},
    [ROLE_RUN] = {STYLE_DEFAULT, STYLE_BOLD},
    [ROLE_WARN] = {STYLE_DEFAULT, STYLE_BOLD},
    [ROLE_FAIL] = {STYLE_DEFAULT, STYLE_BOLD | STYLE_REVERSE},
    [ROLE_LOST] = {STYLE_DEFAULT, STYLE_UNDERLINE},
};

enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN };

/* Returns false where the role has no colour of its own: then it looks as in mono, for fail without the
 * reverse. */
static bool colour_of(const struct theme *theme, enum text_role role, struct style *style)
{
    bool is_light = theme->background == BACKGROUND_LIGHT;
    bool is_dark = theme->background == BACKGROUND_DARK;
    bool many = theme->depth == DEPTH_256 && (is_light || is_dark);
    switch (role) {
    case ROLE_DIM:
        *style = (struct style){many ? is_dark ? 248 : 240 : STYLE_DEFAULT, 0};
        return true;
    case ROLE_OK:
        if (many)
            *style = (struct style){theme->is_cvd ? is_dark ? 75 : 25 : is_dark ? 114 : 22, 0};
        else
            *style = (struct style){theme->is_cvd ? BLUE : GREEN, 0};
        return true;
    case ROLE_RUN:
        if (many)
            *style = (struct style){is_dark ? 117 : 25, 0};
        else if (is_dark || is_light)
            *style = (struct style){is_dark ? CYAN : BLUE, 0};
        else
            *style = (struct style){STYLE_DEFAULT, STYLE_BOLD};
        return true;
    case ROLE_WARN:
        if (many)
            *style = (struct style){is_dark ? 221 : 94, 0};
        else
            *style = is_dark ? (struct style){YELLOW, 0} : (struct style){STYLE_DEFAULT, STYLE_BOLD};
        return true;
    case ROLE_FAIL:
        *style = (struct style){many ? is_dark ? 210 : 124 : RED, STYLE_BOLD};
        return true;
    case ROLE_LOST:
        *style = (struct style){many ? is_dark ? 183 : 90 : MAGENTA, 0};
        return true;
    default:
        return false;
    }
}

struct style theme_style(const struct theme *theme, enum text_role role)
{
    struct style style = mono[role];
    if (theme->depth != DEPTH_MONO)
        colour_of(theme, role, &style);
    return style;
}

/* rxvt and its kin say "foreground;background" or "foreground;default;background" in numbers of the 16
 * colours. */
static enum theme_background from_colorfgbg(const char *value)
{
    const char *last = value ? strrchr(value, ';') : NULL;
    if (!last || !last[1])
        return BACKGROUND_UNKNOWN;
    char *end;
    long n = strtol(last + 1, &end, 10);
    if (*end || n < 0 || n > 15)
        return BACKGROUND_UNKNOWN;
    return n == 7 || n >= 9 ? BACKGROUND_LIGHT : BACKGROUND_DARK;
}

enum color_wish color_wish_of(const char *name)
{
    return !name || strcmp(name, "auto") == 0 ? COLOR_AUTO : strcmp(name, "always") == 0 ? COLOR_ALWAYS : COLOR_NEVER;
}

enum theme_background theme_background_of(unsigned rgb)
{
    unsigned red = rgb >> 16 & 255, green = rgb >> 8 & 255, blue = rgb & 255;
    return (299 * red + 587 * green + 114 * blue) / 1000 >= 128 ? BACKGROUND_LIGHT : BACKGROUND_DARK;
}

struct theme theme_choose(enum color_wish wish, int terminal_colors, char *(*get)(const char *name))
{
    struct theme theme = {.background = from_colorfgbg(get("COLORFGBG"))};
    const char *name = get("KWIZ_THEME");
    const char *no_color = get("NO_COLOR");
    bool wants_mono = false;
    if (name) {
        wants_mono = !strcmp(name, "mono");
        theme.is_cvd = !strcmp(name, "cvd");
        if (!strcmp(name, "dark"))
            theme.background = BACKGROUND_DARK;
        if (!strcmp(name, "light"))
            theme.background = BACKGROUND_LIGHT;
    }
    if (wish == COLOR_NEVER || wants_mono || terminal_colors < 8)
        return theme;
    if (wish == COLOR_AUTO && no_color && *no_color)
        return theme;
    theme.depth = terminal_colors >= 256 ? DEPTH_256 : DEPTH_16;
    return theme;
}
