#include "ui/term_extra.h"

#include <stddef.h>
#include <string.h>

/* Beginnings of names. The Linux console ignores modes that it doesn't know, but shows a question for colours in
 * part; GNU screen takes the question and doesn't answer it. */
static const struct {
    const char *begin;
    bool answers;
} known[] = {{"xterm", true},     {"tmux", true},  {"screen", true}, {"rxvt", true},
             {"alacritty", true}, {"kitty", true}, {"foot", true},   {"vte", true},
             {"wezterm", true},   {"linux", false}};

static const struct {
    const char *on, *off;
} bytes[] = {
    [EXTRA_PASTE] = {"\033[?2004h", "\033[?2004l"},
    [EXTRA_MOUSE] = {"\033[?1000h\033[?1006h", "\033[?1006l\033[?1000l"},
    [EXTRA_BACKGROUND] = {"\033]11;?\033\\\033[c", ""},
};

bool term_extra_is_known(enum term_extra extra, const char *term_name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strncmp(term_name, known[i].begin, strlen(known[i].begin)))
            return known[i].answers || extra != EXTRA_BACKGROUND;
    return false;
}

const char *term_extra_on(enum term_extra extra)
{
    return bytes[extra].on;
}

const char *term_extra_off(enum term_extra extra)
{
    return bytes[extra].off;
}
